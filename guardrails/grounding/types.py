"""Public types of the grounding guard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


class Role(StrEnum):
    """What the evidence of a verdict is to the statement."""

    NONE = ""
    SUPPORT = "sustento"
    AGAINST = "contradice"
    ABOUT = "trata_de"
    """The place that the statement speaks of, where it isn't supported and no single place contradicts it."""


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
    """Intervals of the source; ``role`` says whether they support the statement, contradict it or are what it is on."""
    findings: tuple[Finding, ...] = field(default=())
    read: bool = False
    """True where the trained reader was asked."""
    role: Role = Role.NONE


@dataclass(frozen=True)
class Reading:
    """What a trained reader says of one statement."""

    probability: float
    """0–1, that its source supports it."""
    kinds: Mapping[str, float] = field(default_factory=dict)
    """Probability of each kind of error (values of :class:`ErrorKind`); empty where the reader tells no kinds."""


class Reader(Protocol):
    """A trained reader of pairs; injected, so that this room knows no model."""

    name: str
    """Under which the combiner holds its weight and threshold."""

    def score_pairs(self, pairs: Sequence[tuple[str, str]]) -> Sequence[float]:
        """Probability, 0–1, that each premise supports its hypothesis."""
        ...


@runtime_checkable
class SourceReader(Protocol):
    """A trained reader that takes the whole source and several statements about it at once."""

    name: str
    """Under which the combiner holds its weight and threshold."""
    longest: int
    """Characters of a source it takes; a longer one is cut to what bears on each statement."""

    def read_statements(self, source: str, statements: Sequence[str]) -> Sequence[Reading]:
        """What the reader says of each statement, in order."""
        ...
