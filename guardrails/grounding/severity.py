# ruff: noqa: SIM102
"""Severity of an unsupported statement: *mayor* where it could change diagnosis or management if left uncorrected."""

from __future__ import annotations

from collections.abc import Sequence

from guardrails.grounding.annotate import Annotation
from guardrails.grounding.types import ErrorKind, Finding, Severity

_ALWAYS = {ErrorKind.DRUG, ErrorKind.UNIT, ErrorKind.LATERALITY, ErrorKind.NEGATION, ErrorKind.PLAN}
_MANAGED = ("drug", "drugclass", "dx", "proc", "lab", "vital", "habit")


def severity_of(findings: Sequence[Finding], worst: Finding, statement: Annotation) -> Severity:
    """Severity from the worst reason and what it touches."""
    if worst.kind in _ALWAYS and worst.weight >= 0.8:
        return Severity.MAJOR
    touched = {m.type for m in statement.mentions}
    if worst.kind in (ErrorKind.NUMBER, ErrorKind.FABRICATION, ErrorKind.ATTRIBUTION, ErrorKind.CERTAINTY):
        if worst.concept_type in _MANAGED or touched & {"drug", "dx"}:
            return Severity.MAJOR
    if worst.kind is ErrorKind.CAUSE and touched & {"drug", "dx"}:
        return Severity.MAJOR
    return Severity.MINOR
