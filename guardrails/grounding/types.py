"""Public types of the grounding guard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable


class ErrorKind(StrEnum):
    """What is wrong with a statement that its source doesn't support."""

    NONE = ""
    FABRICATION = "fabricacion"
    NUMBER = "numero"
    DRUG = "farmaco"
    NEGATION = "negacion"
    LATERALITY = "lateralidad"
    TIME = "temporalidad"
    ATTRIBUTION = "atribucion"
    CERTAINTY = "certeza"
    UNIT = "unidad"
    CAUSE = "causalidad"
    PLAN = "plan_invertido"


class Severity(StrEnum):
    """*mayor*: uncorrected, it could change diagnosis or management."""

    NONE = ""
    MINOR = "menor"
    MAJOR = "mayor"


@dataclass(frozen=True)
class Finding:
    """One reason against a statement, with the words it concerns."""

    kind: ErrorKind
    weight: float
    """How strongly it speaks against the statement (0 none, 3 contradiction)."""
    words: tuple[int, int]
    """Interval of the statement."""
    source: tuple[int, int] | None = None
    """Interval of the source that contradicts it, where there is one."""
    detail: str = ""
    """Machine-readable note on what clashed (feature name); never free text of the patient."""
    concept_type: str = ""
    concept: str = ""
    """Lexicon id of the concept concerned, where there is one."""


@dataclass(frozen=True)
class Verdict:
    """Whether a statement rests on its source."""

    supported: bool
    score: float
    """Calibrated probability, 0–1, that the statement is supported."""
    kind: ErrorKind = ErrorKind.NONE
    severity: Severity = Severity.NONE
    evidence: tuple[tuple[int, int], ...] = ()
    """Intervals of the source that support the statement, or contradict it where it isn't supported."""
    findings: tuple[Finding, ...] = field(default=())
    read: bool = False
    """True where the trained reader was asked."""


class Reader(Protocol):
    """A trained reader of pairs; injected, so that this room knows no model."""

    def score_pairs(self, pairs: Sequence[tuple[str, str]]) -> Sequence[float]:
        """Probability, 0–1, that each premise supports its hypothesis."""
        ...


@runtime_checkable
class SourceReader(Protocol):
    """A trained reader that takes the whole source and several statements about it at once."""

    longest: int
    """Characters of a source it takes; a longer one is cut to what bears on each statement."""

    def score_statements(self, source: str, statements: Sequence[str]) -> Sequence[float]:
        """Probability, 0–1, that the source supports each statement."""
        ...
