"""Recognises the note type from the text: a weighted vote of phrases kept as data (``nom004/data/type_cues.csv``)."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from copilot.domain import NoteType, Section, Span
from copilot.folding import fold

_CUES = Path(__file__).parent / "nom004" / "data" / "type_cues.csv"
_TITLE_ZONE = 160
_TITLE_BONUS = 3.0


@dataclass(frozen=True)
class TypeGuess:
    """A recognised note type."""

    note_type: NoteType
    score: float
    """Share of the weight that speaks for it, 0–1."""
    cues: tuple[str, ...]
    """The words of the text that spoke for it."""


@lru_cache(maxsize=1)
def _cues() -> tuple[tuple[NoteType, re.Pattern[str], float, bool], ...]:
    with _CUES.open(encoding="utf-8", newline="") as handle:
        return tuple(
            (NoteType(r["note_type"]), re.compile(r["pattern"]), float(r["weight"]), r["title"] == "yes")
            for r in csv.DictReader(handle)
        )


def recognise(text: str, sections: Sequence[tuple[Span, Section]] | None = None) -> TypeGuess:
    """The most likely note type; without any cue, ``evolucion`` with score 0."""
    folded = fold(text)
    totals: dict[NoteType, float] = dict.fromkeys(NoteType, 0.0)
    words: dict[NoteType, list[str]] = {t: [] for t in NoteType}
    for note_type, pattern, weight, title in _cues():
        match = pattern.search(folded)
        if match:
            bonus = _TITLE_BONUS if title and match.start() < _TITLE_ZONE else 1.0
            totals[note_type] += weight * bonus
            words[note_type].append(text[match.start() : match.end()])
    keys = {key for _, key in sections or ()}
    if {
        Section.ANTECEDENTES_HEREDOFAMILIARES,
        Section.ANTECEDENTES_NO_PATOLOGICOS,
        Section.ANTECEDENTES_PATOLOGICOS,
    } <= keys:
        totals[NoteType.HISTORIA_CLINICA] += 2.0
    if keys and Section.EVOLUCION in keys and Section.PADECIMIENTO_ACTUAL not in keys:
        totals[NoteType.EVOLUCION] += 0.8
    best = max(totals, key=lambda t: totals[t])
    total = sum(totals.values())
    if total <= 0:
        return TypeGuess(NoteType.EVOLUCION, 0.0, ())
    return TypeGuess(best, round(totals[best] / total, 3), tuple(words[best]))


def likely_type(guess: TypeGuess, read: dict[NoteType, float]) -> NoteType:
    """The type by both witnesses: phrases (``guess``) and the section reader's probabilities (``read``).

    A clear phrase («NOTA DE EGRESO») settles it; otherwise the reader's most likely type.
    """
    if not read or (guess.score >= 0.75 and len(guess.cues) > 1):
        return guess.note_type
    weights = {
        kind: read.get(kind, 0.0) + (0.25 * guess.score if kind == guess.note_type else 0.0) for kind in NoteType
    }
    return max(weights, key=lambda kind: weights[kind])
