"""Grounding guard: is a written statement supported by its source?

``GroundingGuard(reader=None).verify(source, statement) -> Verdict``.
"""

from guardrails.grounding.guard import GroundingGuard
from guardrails.grounding.omissions import Omission
from guardrails.grounding.types import ErrorKind, Finding, Reader, Reading, Role, Severity, SourceReader, Verdict

__all__ = [
    "ErrorKind",
    "Finding",
    "GroundingGuard",
    "Omission",
    "Reader",
    "Reading",
    "Role",
    "Severity",
    "SourceReader",
    "Verdict",
]
