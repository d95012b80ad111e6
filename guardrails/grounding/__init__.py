"""Grounding guard: is a written statement supported by its source?

``GroundingGuard(reader=None).verify(source, statement) -> Verdict``.
"""

from guardrails.grounding.guard import GroundingGuard
from guardrails.grounding.types import ErrorKind, Finding, Reader, Severity, Verdict

__all__ = ["ErrorKind", "Finding", "GroundingGuard", "Reader", "Severity", "Verdict"]
