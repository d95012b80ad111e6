"""Expected failures of redaction; their messages are Spanish and never quote the text."""

from __future__ import annotations


class RedactionError(Exception):
    """Base of every expected failure of this room."""


class TextTooLong(RedactionError):  # noqa: N818
    """The text is beyond :data:`guardrails.redaction.redactor.MAX_CHARS`."""


class ModelMissing(RedactionError):  # noqa: N818
    """The trained recognizer's files are absent or damaged: redaction refuses to run without it."""
