"""The excerpt of the source that the reader of pairs is shown: the few places that speak of what the statement says."""

from __future__ import annotations

import math

from guardrails.grounding.align import Alignment
from guardrails.grounding.annotate import Annotation
from guardrails.grounding.text import stem

_REACH = 56
"""Characters kept on each side of a place, where no sentence border is nearer."""
_SNAP = 96
"""A sentence border within so many characters is where the window ends."""
_Hit = tuple[int, int, tuple[str, str], float]
"""(start, end, what of the statement it speaks of, how much that counts)."""


def _hits(source: Annotation, statement: Annotation, alignment: Alignment) -> list[_Hit]:
    """Places of the source that speak of the statement: aligned concepts, shared words and figures."""
    hits: list[_Hit] = [(s, e, ("anchor", str(i)), 1.0) for i, (s, e) in enumerate(sorted(set(alignment.anchors)))]
    hits += [(f.source[0], f.source[1], ("finding", f.detail), 0.6) for f in alignment.findings if f.source]
    wanted = {stem(t.text) for t in statement.tokens if (t.text.isalpha() and len(t.text) > 3) or t.text[0].isdigit()}
    places: dict[str, list[tuple[int, int]]] = {}
    for token in source.tokens:
        root = stem(token.text)
        if root in wanted:
            places.setdefault(root, []).append((token.start, token.end))
    for root, found in places.items():
        weight = 0.7 / (1 + math.log(len(found)))
        hits += [(s, e, ("stem", root), weight) for s, e in found]
    return hits


def _window(source: Annotation, start: int, end: int) -> tuple[int, int]:
    """Around a place: to the borders of its sentence where near, otherwise to a blank."""
    text = source.text
    low, high = source.sentences[source.sentence_at(start)] if source.sentences else (0, len(text))
    high = max(high, end)
    if start - low > _SNAP:
        low = start - _REACH
        while low > 0 and text[low - 1].isalnum():
            low -= 1
    if high - end > _SNAP:
        high = end + _REACH
        while high < len(text) and text[high].isalnum():
            high += 1
    return max(0, low), min(len(text), high)


def premise_of(source: Annotation, statement: Annotation, alignment: Alignment, limit: int = 420) -> str:
    """Windows of the source that together cover most of the statement, at most about ``limit`` characters, in order."""
    text = source.text
    if len(text) <= limit:
        return " ".join(text.split())
    hits = _hits(source, statement, alignment)
    windows = sorted({_window(source, s, e) for s, e, _, _ in hits})
    inside = {w: {(k, v) for s, e, k, v in hits if w[0] <= s and e <= w[1]} for w in windows}
    taken: list[tuple[int, int]] = []
    covered: set[tuple[str, str]] = set()
    used = 0
    while windows:
        gains = {w: sum(v if k not in covered else 0.3 * v for k, v in inside[w]) for w in windows}
        best = max(windows, key=lambda w: gains[w] / (60 + w[1] - w[0]))
        windows.remove(best)
        size = best[1] - best[0]
        if gains[best] < 0.15 or (used + size > limit and taken):
            continue
        taken.append(best)
        used += size
        covered |= {k for k, _ in inside[best]}
    if not taken:
        return " ".join(text[:limit].split())
    merged: list[tuple[int, int]] = []
    for low, high in sorted(taken):
        if merged and low <= merged[-1][1] + 12:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return " … ".join(" ".join(text[low:high].split()) for low, high in merged)
