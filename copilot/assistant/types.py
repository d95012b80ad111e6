"""What the assistant answers: outcomes, citations, catalogue entries. Small, frozen, without I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from corpora.passages import Passage


class Status(StrEnum):
    """The three honest outcomes of a question."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"
    REFUSED = "refused"


@dataclass(frozen=True)
class Citation:
    """A quotation with where it stands. ``quote`` is verbatim from the passage."""

    key: str
    title: str
    locator: str
    quote: str
    score: float
    """How well the passage bears on the question, 0–1."""
    passage: str = ""
    """Identifier of the passage in the corpus."""
    year: int | None = None
    grade: str = ""
    scale: str = ""
    kind: str = "texto"
    origin: str = "oficial"
    """``oficial`` (text of the document) or ``ficha`` (evidence card in our own words)."""
    flags: tuple[str, ...] = ()
    url: str = ""

    def row(self) -> dict[str, Any]:
        """The contract's fields and, after them, what the pages show."""
        return {
            "key": self.key,
            "title": self.title,
            "locator": self.locator,
            "quote": self.quote,
            "score": round(self.score, 4),
            "year": self.year,
            "grade": self.grade,
            "scale": self.scale,
            "kind": self.kind,
            "origin": self.origin,
            "flags": list(self.flags),
            "url": self.url,
        }


class CatalogueRef(NamedTuple):
    """A guideline that exists although its text may not be in the corpus."""

    key: str
    title: str
    url: str
    year: int | None = None


class Considered(NamedTuple):
    """A passage that was found and not cited."""

    key: str
    passage: str
    locator: str
    score: float


class AnswerSentence(NamedTuple):
    """One sentence of the answer and the citation (position from 0) it rests on."""

    text: str
    citation: int


@dataclass(frozen=True)
class Answer:
    """The answer to one question."""

    status: Status
    answer: str
    """Spanish text: fixed framing and verbatim sentences with marks «[1]»; a reason where abstained or refused."""
    citations: tuple[Citation, ...] = ()
    catalogue: tuple[CatalogueRef, ...] = ()
    sentences: tuple[AnswerSentence, ...] = ()
    notices: tuple[str, ...] = ()
    """What to bear in mind: age of the guideline, a newer version, suspicious values."""
    category: str = ""
    """Category of the scope guard."""
    reason: str = ""
    bearing: float = 0.0
    """Estimated probability that the corpus holds the answer."""
    mode: Literal["selected", "written", ""] = ""
    dropped: tuple[str, ...] = ()
    """Sentences a model wrote that did not pass the grounding guard (redacted); not shown, logged."""
    entry: str = ""
    """Identifier of the log entry of this answer."""
    considered: tuple[Considered, ...] = ()
    """Passages found and not cited: what an abstention rests on. For the log."""
    selection: tuple[float, ...] = ()
    """What the language model made of the first passages, where it was asked."""
    injections: int = 0
    """Orders found beside the question, which was answered without them. For the log."""
    provisional: bool = False
    """True: the first passage alone, shown while the rest is gathered."""

    def row(self) -> dict[str, Any]:
        """Output row of ``copilot ask`` without ``id``."""
        return {
            "status": str(self.status),
            "answer": self.answer,
            "citations": [one.row() for one in self.citations],
            "catalogue": [{"key": c.key, "title": c.title, "url": c.url} for c in self.catalogue],
            "notices": list(self.notices),
            "entry": self.entry,
        }


@dataclass(frozen=True)
class AnswerEvent:
    """A step of a streamed answer: ``citations`` first, then pieces of ``text``, then ``done`` with everything."""

    kind: Literal["citations", "text", "done"]
    citations: tuple[Citation, ...] = ()
    text: str = ""
    answer: Answer | None = None


@dataclass(frozen=True)
class PatientContext:
    """What the conversation knows of the patient (redacted): narrows retrieval and completes bare follow-ups."""

    age_group: str = ""
    """``adulto``, ``pediatria``, ``adulto_mayor``, ``recien_nacido`` or empty."""
    sex: str = ""
    pregnancy: bool | None = None
    topic: str = ""
    """Words of the question before, for «¿y en embarazadas?»."""
    diagnoses: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Evidence:
    """A passage with the units of it that bear on the question."""

    passage: Passage
    score: float
    quote: str
    best: tuple[str, ...]
    """Best units (sentences or rows), verbatim, in the order of the passage."""
