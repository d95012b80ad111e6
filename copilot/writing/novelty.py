"""Words that a rewording brings in on its own: more than tidy prose and written-out abbreviations need is made up.

The grounding guard knows clinical facts that clash; a finding that the source merely doesn't mention is its weakest
point. Rewording needs no new content words, so any that is neither in the source (by stem or as a corrected
misspelling), nor a reading of one of its abbreviations, nor in ``data/neutral.txt``, sends the statement back.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process

from copilot.folding import fold
from copilot.nom004.abbreviations import expand, table
from guardrails.grounding.text import stem

_NEUTRAL = Path(__file__).with_name("data") / "neutral.txt"
_SURROGATE = re.compile(r"<[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*>")
_WORD = re.compile(r"[a-zñ]+")
_MARKS = {
    re.compile(r"\+"): ("positivo", "positiva", "positivos", "positivas"),
    re.compile(r"\(-\)|\s-(?!\d)"): ("negativo", "negativa", "negativos", "negativas"),
}
CLOSE = 82
"""Similarity (0–100) from which a word counts as the corrected spelling of a source word."""


@lru_cache(maxsize=1)
def neutral() -> frozenset[str]:
    """Stems that carry nothing of their own."""
    lines = _NEUTRAL.read_text(encoding="utf-8").splitlines()
    return frozenset(stem(word) for line in lines if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=1)
def _readings() -> dict[str, frozenset[str]]:
    """Folded abbreviation → stems of all its readings."""
    out: dict[str, set[str]] = {}
    for short, readings in table().items():
        words = {stem(word) for reading in readings for word in _WORD.findall(fold(reading))}
        out.setdefault(fold(short), set()).update(words)
    return {short: frozenset(words) for short, words in out.items()}


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(_SURROGATE.sub(" ", text)))


def new_words(source: str, written: str) -> list[str]:
    """Content words of ``written`` that ``source`` doesn't account for, folded, in order."""
    given = _words(source)
    pieces = {*given, *re.split(r"[\s,;:()]+", fold(source))}
    known = {stem(word) for word in [*given, *_words(expand(source).text)]} | neutral()
    known |= {stem(word) for mark, words in _MARKS.items() if mark.search(source) for word in words}
    for piece in pieces:
        known |= _readings().get(piece.strip("."), frozenset())
    # «der» → «derecha», «mult» → «múltiples»; short words of prose («con», «sin») open nothing.
    heads = tuple(word for word in given if len(word) >= 3 and stem(word) not in neutral())
    spelt = [word for word in given if len(word) >= 4]
    out = []
    for word in _words(written):
        if len(word) < 3 or stem(word) in known or word.startswith(heads):
            continue
        if spelt and process.extractOne(word, spelt, scorer=fuzz.ratio, score_cutoff=CLOSE):
            continue
        out.append(word)
    return out
