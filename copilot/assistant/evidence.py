"""Choosing what to quote: units (sentences, rows) of a passage scored against the question, taken verbatim.

Encoder similarity sees meaning, weighted stems see the exact words (drug, unit, population); the sum of both
does better than either (``docs/asistente.md``). A row of a table is one unit, so a dose never loses its drug.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np

from copilot.assistant.types import Evidence
from corpora.ingest.flags import find_flags
from corpora.lexicon import Expansion, stems
from corpora.passages import Passage

QUOTE = 1500
"""Longest quotation, in characters; longer passages are cut to the units around the best ones."""
_BOUNDARY = re.compile(r"\n+|(?<=[.;:])\s+(?=[A-ZÁÉÍÓÚÑ¿•\-–\d])")
_ABBREVIATION = re.compile(r"(?:\b(?:Dr|Dra|p|pág|ej|vs|aprox|máx|mín|núm|No|Fig|art|etc)|\b[A-Z])\.$")
_NUMBER = re.compile(r"\d")
_ASKS_FIGURE = re.compile(
    r"\b(?:cu[aá]nt[oa]s?|dosis|metas?|hasta|desde qu[eé]|a partir de|cada cu[aá]\w+|"
    r"qu[eé] (?:edad|semana|d[ií]a|cifra|nivel|valor|puntaje|porcentaje|peso|filtrado)|"
    r"m[aá]xim[oa]|m[ií]nim[oa]|cu[aá]ndo|l[ií]mite|cortes?|mg|kg)\b",
    re.IGNORECASE,
)
"""A question that waits for a figure."""


AFTER = 1100
"""Longest continuation of a quotation, in characters: one passage of the document."""


class Encoder(Protocol):
    """Sentence encoder: unit vectors ``[n, d]``."""

    def queries(self, texts: list[str]) -> np.ndarray: ...
    def passages(self, texts: list[str]) -> np.ndarray: ...


class Unit(NamedTuple):
    """A quotable piece: ``[start, end)`` of the passage's text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Scored:
    """A unit with its score."""

    unit: Unit
    score: float


def units(text: str) -> list[Unit]:
    """Sentences and rows of a passage, in order; a heading line («Dosis:») stays with what follows."""
    pieces: list[Unit] = []
    at = 0
    for match in [*_BOUNDARY.finditer(text), None]:
        end = match.start() if match else len(text)
        piece = text[at:end]
        if _ABBREVIATION.search(piece.rstrip()) and match and "\n" not in match[0]:
            continue
        stripped = piece.strip()
        if stripped:
            start = at + piece.index(stripped[0])
            pieces.append(Unit(start, start + len(stripped), stripped))
        at = match.end() if match else end
    joined: list[Unit] = []
    for one in pieces:
        if joined and (joined[-1].text.endswith(":") or len(joined[-1].text) < 25):
            first = joined.pop()
            one = Unit(first.start, one.end, text[first.start : one.end])
        joined.append(one)
    return joined


def score_units(
    passage: Passage, found: Sequence[Unit], question: Expansion, vector: np.ndarray, encoder: Encoder | None
) -> list[Scored]:
    """Score each unit, 0–2 or so. ``vector``: the question's, unit length."""
    own, added = set(question.stems), set(question.added) | set(question.weak)
    heading = set(stems(f"{passage.topic} {passage.heading}"))
    missing = own - heading
    cosines = np.zeros(len(found))
    if encoder is not None and found:
        last = passage.heading.split(" › ")[-1]
        cosines = encoder.passages([f"{last}: {one.text}" for one in found]) @ vector
    figure = 0.25 if _ASKS_FIGURE.search(question.text) else 0.08
    low, high = (float(cosines.min()), float(cosines.max())) if len(found) > 1 else (0.0, 1.0)
    scored = []
    for one, cosine in zip(found, cosines, strict=True):
        terms = set(stems(one.text))
        # Words the heading has already said tell the units apart less.
        lexical = (len(terms & missing) + 0.3 * len(terms & own & heading) + 0.4 * len(terms & added)) / max(
            1, len(own)
        )
        dense = (float(cosine) - low) / (high - low) if high > low else 0.5
        number = figure if _NUMBER.search(one.text) else 0.0
        scored.append(Scored(one, 0.6 * dense + lexical + number))
    return scored


def gather(
    passage: Passage,
    score: float,
    question: Expansion,
    vector: np.ndarray,
    encoder: Encoder | None,
    keep: int = 3,
    longest: int = QUOTE,
) -> Evidence:
    """The quotation (at most ``longest`` characters or one unit) and the best units of one passage.

    A unit with a suspicious value is never a best unit.
    """
    found = units(passage.text)
    if len(found) <= 1 and len(passage.text) <= longest:
        whole = passage.text.strip()
        return Evidence(passage, score, whole, () if find_flags(whole) else (whole,))
    scored = score_units(passage, found, question, vector, encoder)
    ranked = sorted(scored, key=lambda one: -one.score)
    top = ranked[0].score if ranked else 0.0
    chosen = [one.unit for one in ranked[:keep] if one.score >= 0.6 * top and not find_flags(one.unit.text)]
    best = tuple(one.text for one in sorted(chosen))
    return Evidence(passage, score, _quote(passage.text, scored, longest), best)


def continued(one: Evidence, after: Passage | None) -> Evidence:
    """The quotation with the passage behind it in its document, where that goes on with the section.

    A passage is cut at a length, not at a thought: what is asked often stands in the next rows. One with a suspicious
    value isn't added, nor one of another grade or population, nor a card, which stands alone.
    """
    if after is None or find_flags(after.text) or not _goes_on(one.passage, after):
        return one
    text = after.text.strip()
    if len(text) > AFTER:
        kept = [unit for unit in units(text) if unit.end <= AFTER]
        text = text[: kept[-1].end] if kept else ""
    return replace(one, quote=f"{one.quote}\n[…]\n{text}") if text else one


def _goes_on(one: Passage, other: Passage) -> bool:
    if any(passage.origin != "oficial" for passage in (one, other)):
        return False
    alike = (one.kind, one.grade, one.scale, one.population) == (other.kind, other.grade, other.scale, other.population)
    return alike and _same_section(one, other)


def _same_section(one: Passage, other: Passage) -> bool:
    here, there = one.heading.split(" › "), other.heading.split(" › ")
    shared = min(len(here), len(there))
    sisters = len(here) > 1 and here[:-1] == there[:-1]
    return one.key == other.key and (sisters or here[:shared] == there[:shared])


def _quote(text: str, scored: Sequence[Scored], longest: int) -> str:
    """The whole passage where it is short; else the best units with their neighbours, gaps marked «[…]»."""
    if len(text) <= longest:
        return text.strip()
    taken: set[int] = set()
    length = 0
    for position in sorted(range(len(scored)), key=lambda i: -scored[i].score):
        for near in (position, position + 1, position - 1):
            if 0 <= near < len(scored) and near not in taken:
                size = len(scored[near].unit.text)
                if length + size <= longest or not taken:
                    taken.add(near)
                    length += size
        if length >= 0.9 * longest:
            break
    parts: list[str] = []
    ordered = sorted(taken)
    run = [ordered[0]]
    for position in [*ordered[1:], -1]:
        if position == run[-1] + 1:
            run.append(position)
            continue
        parts.append(text[scored[run[0]].unit.start : scored[run[-1]].unit.end])
        run = [position]
    return "\n[…]\n".join(parts)
