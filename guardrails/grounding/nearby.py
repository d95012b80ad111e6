# ruff: noqa: E501  (long patterns are kept on one line)
"""Votes of the neighbourhood: where the words around a figure or a side sit in the source beside another one.

Alignment binds by grammar; notes without punctuation have none. So each figure and each side of the statement is
looked up among its rivals in the source, and the rival that shares more neighbours with it speaks against it.
"""

from __future__ import annotations

from collections.abc import Iterable

from guardrails.grounding.annotate import Annotation, Mention
from guardrails.grounding.lexicon import load
from guardrails.grounding.quantities import Quantity, same_value
from guardrails.grounding.types import ErrorKind, Finding

_REACH = 42
"""Characters around a figure or side that count as its neighbourhood."""


def _around(a: Annotation, start: int, end: int, reach: int = _REACH) -> dict[str, float]:
    """Concept ids near an interval with a weight that falls with distance; before counts more than after."""
    out: dict[str, float] = {}
    for m in a.mentions:
        gap = start - m.end if m.end <= start else (m.start - end) * 1.4 if m.start >= end else 0
        if gap <= reach and m.type not in ("state",):
            weight = 1.0 - 0.6 * gap / reach
            for name in {m.id, *m.others} | (load().ancestors(m.id) - {m.id}):
                out[name] = max(out.get(name, 0.0), weight)
    return out


def _overlap(near: list[tuple[Mention, float]], there: dict[str, float]) -> float:
    return sum(w * max((there.get(name, 0.0) for name in {m.id, *m.others}), default=0.0) for m, w in near)


def _near(a: Annotation, start: int, end: int, segment: int | None = None) -> list[tuple[Mention, float]]:
    out = []
    for m in a.mentions:
        gap = start - m.end if m.end <= start else (m.start - end) * 1.2 if m.start >= end else 0
        if gap <= _REACH and m.type != "state":
            out.append((m, 1.0 - 0.6 * gap / _REACH))
    return out


def context_findings(source: Annotation, statement: Annotation) -> Iterable[Finding]:
    """Figures and sides whose neighbours stand, in the source, beside another figure or the other side."""
    for q in statement.quantities:
        if q.label == "edad" or (q.dim == "freq" and q.role == "word"):
            continue
        near = _near(statement, q.start, q.end)
        if not near:
            continue
        equal = [_overlap(near, _around(source, r.start, r.end)) for r in source.quantities if same_value(q, r)]
        if not equal:
            continue
        rivals = [(_overlap(near, _around(source, r.start, r.end)), r) for r in source.quantities if _rival(q, r)]
        best = max(rivals, key=lambda x: x[0], default=None)
        if best and best[0] - max(equal) > 0.25:
            kind = ErrorKind.TIME if q.dim in ("time", "date") else ErrorKind.NUMBER
            yield Finding(kind, min(2.0, 1.2 * (best[0] - max(equal))), (q.start, q.end), (best[1].start, best[1].end), "contexto_cifra", "")
    for mark in statement.marks:
        if mark.kind != "side" or mark.value == "bil":
            continue
        near = [(m, w) for m, w in _near(statement, mark.start, mark.end) if m.sentence == mark.sentence]
        same = [o for o in source.marks if o.kind == "side" and o.value in (mark.value, "bil")]
        other = [o for o in source.marks if o.kind == "side" and o.value not in (mark.value, "bil")]
        if not near or not other:
            continue
        ours = max((_overlap(near, _around(source, o.start, o.end)) for o in same), default=0.0)
        theirs, place = max(((_overlap(near, _around(source, o.start, o.end)), o) for o in other), key=lambda x: x[0])
        if theirs - ours > 0.2:
            yield Finding(ErrorKind.LATERALITY, min(2.4, 1.4 * (theirs - ours)), (mark.start, mark.end), (place.start, place.end), "contexto_lado", "")


def _rival(q: Quantity, r: Quantity) -> bool:
    if same_value(q, r) or r.label == "edad":
        return False
    if q.dim == r.dim:
        return True
    plain = {"", "mass", "volume", "iu", "rate", "percent", "mmhg", "temp", "tablet"}
    return (not q.dim and r.dim in plain) or (not r.dim and q.dim in plain)
