"""Errors of the audit room; every message is Spanish, says what to do and holds no personal datum."""

from __future__ import annotations


class AuditError(Exception):
    """Base of every expected failure of the audit log."""


class AuditUnavailable(AuditError):  # noqa: N818
    """The entry could not be made durable: no result may be shown (fail closed)."""


class AuditKeyError(AuditUnavailable):
    """A key of the log is missing, readable by others, or not the one that the log names."""


class AuditAltered(AuditUnavailable):
    """The end of the log disagrees with its own signature: nothing is appended until it is examined."""


class AuditEntryError(AuditError, ValueError):
    """The entry holds a value that can't be logged (unknown field, NaN, unknown action)."""


class AuditNotFound(AuditError):  # noqa: N818
    """No entry has that identifier."""
