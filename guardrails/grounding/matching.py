# ruff: noqa: E501
"""Where the source speaks of the same concept or word as the statement."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein

from guardrails.grounding.annotate import Annotation, Mention
from guardrails.grounding.lexicon import load
from guardrails.grounding.text import stem
from guardrails.grounding.types import Finding


@dataclass
class Match:
    """A mention of the statement with the source mention that fits it best, and what doesn't fit."""

    mention: Mention
    source: Mention | None
    cost: float
    findings: list[Finding]


def segment_at(a: Annotation, offset: int) -> tuple[int, int]:
    """Interval of the clause that holds an offset."""
    for start, end, _ in a.segments:
        if start <= offset < end:
            return start, end
    return a.sentences[a.sentence_at(offset)] if a.sentences else (0, len(a.text))


def candidates(source: Annotation, m: Mention) -> list[tuple[Mention, float]]:
    """Mentions of the source that may be the same concept, with the cost of the difference."""
    key = ("candidates", m.id, m.type, m.others)
    if key not in source.memo:
        source.memo[key] = _find(source, m)
    return source.memo[key]  # type: ignore[return-value]


def _find(source: Annotation, m: Mention) -> list[tuple[Mention, float]]:
    lexicon = load()
    ours = {m.id} | m.others
    out = []
    for s in source.mentions:
        theirs = lexicon.ancestors(s.id) | s.others
        if m.type == "word" and s.type == "word" and _alike(m.id[2:], s.id[2:]):
            out.append((s, 0.0 if m.id == s.id else 0.05))
            continue
        if m.id in theirs:
            out.append((s, 0.0))
        elif ours & theirs:
            out.append((s, 0.1))
        elif s.id in lexicon.ancestors(m.id) and s.type == m.type:
            out.append((s, 0.9))
    return out


def lexically_present(source: Annotation, statement: Annotation, m: Mention) -> bool:
    """Whether the words of a mention stand together in some sentence of the source."""
    words = [t.text for t in statement.tokens if m.start <= t.start < m.end and len(t.text) > 2]
    found = [_where(source, w) for w in words]
    return bool(found) and all(found) and bool(set.intersection(*found))


_SHORT = frozenset(["con", "sin", "por", "del", "los", "las", "una", "que", "dos", "hoy", "mes", "dia", "ano", "ano", "min", "caso"])


def _where(source: Annotation, word: str) -> set[int]:
    """Sentences that hold the word, an inflection of it, or a truncation («incap» for «incapacidad»)."""
    out = set(source.stems.get(stem(word), ()))
    for token in source.tokens:
        t = token.text
        if (len(t) >= 4 or (len(t) == 3 and t not in _SHORT)) and len(word) >= len(t) + 3 and word.startswith(t):
            out.add(source.sentence_at(token.start))
    if not out:
        root = stem(word)
        for other, places in source.stems.items():
            if _alike(root, other):
                out.update(places)
    return out


def _alike(root: str, other: str) -> bool:
    """Same word family: one stem begins the other, or five letters in common, or one keystroke apart."""
    if root == other:
        return True
    short = min(len(root), len(other))
    if short >= 4 and (other.startswith(root) or root.startswith(other)):
        return True
    return short >= 6 and (other[:5] == root[:5] or DamerauLevenshtein.distance(other, root, score_cutoff=1) <= 1)
