"""Recognises the note type from the text.

A small linear model over words and sections (:mod:`copilot.notetype_model`) and a vote of phrases kept as data
(``nom004/data/type_cues.csv``), which also say why. Figures: docs/figures/tipo_de_nota.md.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from copilot.domain import NoteType, Section, Span
from copilot.folding import fold
from copilot.notetype_model import known, probabilities

_CUES = Path(__file__).parent / "nom004" / "data" / "type_cues.csv"
_TITLE_ZONE = 160
_TITLE_BONUS = 3.0
_PHRASES, _READER = 0.2, 0.4
"""Weight of the phrases beside the linear model; of the section reader beside both."""


@dataclass(frozen=True)
class TypeGuess:
    """A recognised note type."""

    note_type: NoteType
    score: float
    """Probability, 0–1; 0 where nothing in the text speaks for any type."""
    cues: tuple[str, ...]
    """The phrases of the text that spoke for it."""
    odds: dict[NoteType, float] = field(default_factory=dict)
    """Probability of each type; empty where nothing speaks for any."""


@lru_cache(maxsize=1)
def _cues() -> tuple[tuple[NoteType, re.Pattern[str], float, bool], ...]:
    with _CUES.open(encoding="utf-8", newline="") as handle:
        return tuple(
            (NoteType(r["note_type"]), re.compile(r["pattern"]), float(r["weight"]), r["title"] == "yes")
            for r in csv.DictReader(handle)
        )


def _vote(text: str) -> tuple[dict[NoteType, float], dict[NoteType, list[str]]]:
    folded = fold(text)
    totals: dict[NoteType, float] = dict.fromkeys(NoteType, 0.0)
    words: dict[NoteType, list[str]] = {t: [] for t in NoteType}
    for note_type, pattern, weight, title in _cues():
        match = pattern.search(folded)
        if match:
            totals[note_type] += weight * (_TITLE_BONUS if title and match.start() < _TITLE_ZONE else 1.0)
            words[note_type].append(text[match.start() : match.end()])
    total = sum(totals.values())
    return ({t: v / total for t, v in totals.items()} if total else totals), words


def recognise(text: str, sections: Sequence[tuple[Span, Section]] | None = None) -> TypeGuess:
    """The most likely note type; where nothing speaks for any, ``evolucion`` with score 0."""
    votes, words = _vote(text)
    if not any(votes.values()) and not known(text):
        return TypeGuess(NoteType.EVOLUCION, 0.0, ())
    read = probabilities(text, tuple(sections or ()))
    share = _PHRASES if any(votes.values()) else 0.0
    odds = {t: (1 - share) * read[t] + share * votes[t] for t in NoteType}
    best = max(odds, key=lambda t: odds[t])
    return TypeGuess(best, round(odds[best], 3), tuple(words[best]), odds)


def likely_type(guess: TypeGuess, read: dict[NoteType, float]) -> NoteType:
    """The type by both witnesses: words (``guess``) and the section reader's probabilities (``read``)."""
    if not read or not guess.odds:
        return max(read, key=lambda t: read[t]) if read else guess.note_type
    return max(NoteType, key=lambda t: (1 - _READER) * guess.odds[t] + _READER * read.get(t, 0.0))
