"""What writing mode hands over: for every statement, what the model wrote, what the guard said, what is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from copilot.domain import Section, Statement


class Reason(StrEnum):
    """Why a statement keeps the physician's own words."""

    NONE = ""
    NO_ANSWER = "sin_respuesta"
    """The model gave no line for it, or broke the numbering."""
    UNSUPPORTED = "sin_sustento"
    """The grounding guard rejects a sentence of it."""
    OMISSION = "omision"
    """A fact of the source is missing in it."""
    SURROGATE = "sustituto"
    """A surrogate of a personal datum was lost, doubled or invented."""
    FIGURE = "cifra"
    """The figures are not those of the source."""
    SIGN = "signo"
    """The signs (+ - < > ↑ ↓ %) are not those of the source."""
    NEW_WORD = "palabra_ajena"
    """The model brings in content words that the source doesn't account for."""
    REARRANGED = "otro_orden"
    """Facts changed places, or what joins, parts or denies them did."""
    ORDER = "instruccion"
    """The statement holds an order to the model: it is quoted, never handed over."""
    SAME = "igual"
    """The model gave the physician's words back."""
    ADMINISTRATIVE = "no_se_redacta"
    """Identification, signatures, titles and pieces broken off a sentence are not reworded."""


FAILED = frozenset(
    {
        Reason.NO_ANSWER,
        Reason.UNSUPPORTED,
        Reason.OMISSION,
        Reason.SURROGATE,
        Reason.FIGURE,
        Reason.SIGN,
        Reason.NEW_WORD,
        Reason.REARRANGED,
    }
)
"""The model was asked, and a check sent the statement back."""


NOT_ASKED = (Reason.ADMINISTRATIVE, Reason.ORDER)
"""The model was never asked."""


@dataclass(frozen=True)
class Chosen:
    """The guard's word on one written sentence (redacted text)."""

    text: str
    supported: bool
    score: float
    kind: str = ""
    severity: str = ""


@dataclass(frozen=True)
class Rewording:
    """One statement: the source, what the model wrote for it, and which of the two is shown."""

    section: Section
    source: Statement
    """Literal, over the redacted text."""
    raw: str
    """What the model wrote (redacted); "" where it wasn't asked or gave nothing."""
    sentences: tuple[Chosen, ...] = ()
    """The guard's word; empty where comparing figures, signs, surrogates and words settled it."""
    reason: Reason = Reason.NONE
    missing: tuple[str, ...] = ()
    """Words of the source whose facts the raw text leaves out (redacted)."""

    @property
    def written(self) -> bool:
        """Whether the model's words are shown."""
        return self.reason is Reason.NONE


@dataclass(frozen=True)
class Writing:
    """A note in writing mode: every statement in the note's order."""

    rewordings: tuple[Rewording, ...] = field(default=())
    prompt: str = ""
    """Name of the prompt file used."""

    @property
    def kept(self) -> int:
        """Statements the model was asked about that keep the physician's words because a check failed."""
        return sum(one.reason in FAILED for one in self.rewordings)

    @property
    def written(self) -> int:
        """Statements shown in the model's words."""
        return sum(one.written for one in self.rewordings)
