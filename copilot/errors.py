"""Errors whose message is meant for the person in front of the screen (Spanish, says what to do)."""

from __future__ import annotations


class CopilotError(Exception):
    """Base of every expected failure; ``str(error)`` may be shown. It never holds personal data."""


class InputError(CopilotError):
    """The text or file given can't be used (empty, binary, too large, wrong encoding)."""


class ModelError(CopilotError):
    """The language model is missing, damaged, busy beyond its time limit, or was cancelled."""


class UsageError(CopilotError):
    """The command line was called wrongly (exit code 2)."""
