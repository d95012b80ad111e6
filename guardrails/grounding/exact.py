# ruff: noqa: E501  (long patterns are kept on one line)
"""Exact comparison: the value written right beside a concept, and which of two values came first.

Alignment binds figures by clause, so «TGO de 410, TGP de 322» finds both figures near both names. Here only a figure
with nothing but connectives between it and its concept counts («TGO 322», «glucosa capilar en 164», «once embarazos»);
where statement and source both give one so and they differ, nothing else can explain it away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

from guardrails.grounding.amounts import derived
from guardrails.grounding.annotate import Annotation, Mention
from guardrails.grounding.quantities import Quantity, same_value, within
from guardrails.grounding.types import ErrorKind, Finding

Find = Callable[[Annotation, Mention], list[tuple[Mention, float]]]
_TYPES = ("lab", "vital", "drug", "sx", "dx", "proc", "habit", "state", "anat", "word", "drugclass")
_LINK = re.compile(
    r"\s*(?:[:=~(]|\b(?:de|del|en|a|es|fue|era|con|hasta|desde|hace|al|x|las|aprox\w*|actual|total|serica?|capilar|hoy|salio|marco|mide|midio|pesa|peso|"
    r"reporta\w*|tiene|tuvo|llego|subio|bajo|sube|baja|unos|unas|cifras?|valor(?:es)?|los|las)\b|[<>≥≤+])*\s*"
)
_NAMED = re.compile(r"\b(?:dia|el|cama|sala|grado|tipo|estadio|fase|numero|no|turno|maq|maquina|sillon|cubiculo|quirofano|q|d|g|m|p|c|x|hace)\s*$")
"""What stands before a number that names rather than counts: «día 13 sintomática», «cama 4»."""
_PLAIN = frozenset(["", "mass", "volume", "rate", "percent", "temp", "mmhg", "iu", "meq", "length", "tablet", "drop", "puff", "pair"])


class Slot(NamedTuple):
    """A concept with the figure written beside it."""

    mention: Mention
    quantity: Quantity


def slots(a: Annotation) -> list[Slot]:
    """Every figure of a text with the concept it stands beside: the one before it, or else the noun that it counts."""
    found = a.memo.get("slots")
    if found is not None:
        return found  # type: ignore[return-value]
    out: list[Slot] = []
    for q in a.quantities:
        timed = q.dim in ("time", "clock", "date", "sdg")
        if q.label or not (q.raw or timed) or (q.dim not in _PLAIN and not q.dim.startswith("rate:") and not timed):
            continue
        before = max((m for m in a.mentions if m.end <= q.start and m.type in _TYPES), key=lambda m: m.end, default=None)
        if before is not None and _LINK.fullmatch(a.folded, before.end, q.start):
            out += [Slot(m, q) for m in a.mentions if m.end == before.end and m.type in _TYPES]
            continue
        after = min((m for m in a.mentions if m.start >= q.end and m.type in _TYPES), key=lambda m: m.start, default=None)
        if after is None or after.start - q.end > 4:
            continue
        between = a.folded[q.end : after.start].strip()
        named = _NAMED.search(a.folded[max(0, q.start - 14) : q.start])
        dosed = q.dim in ("mass", "volume") and between in ("", "de") and after.type in ("drug", "drugclass")
        if (q.dim == "" and not between and not named) or dosed:
            out.append(Slot(after, q))
    a.memo["slots"] = out
    return out


def _comparable(q: Quantity, r: Quantity, kind: str) -> bool:
    if q.dim == r.dim:
        return q.dim != "time" or q.unit[:3] == r.unit[:3]
    if {q.dim, r.dim} & {"time", "pair", "clock", "date", "sdg"}:
        return False
    return (not q.dim or not r.dim) and kind in ("lab", "vital", "drug", "drugclass")


def _places(mention: Mention, source: Annotation, find: Find) -> set[int]:
    """The source's mentions of the very same concept; near relatives (TGO and TGP are both transaminases) only failing those."""
    found = [(s, cost) for s, cost in find(source, mention) if cost < 0.5]
    same = {id(s) for s, _ in found if s.id == mention.id}
    return same or {id(s) for s, _ in found}


def confirmed(source: Annotation, statement: Annotation, find: Find) -> set[tuple[int, int]]:
    """Figures of the statement that the source writes beside the very same concept: no neighbour can borrow them."""
    theirs = slots(source)
    out = set()
    for mention, q in slots(statement):
        places = _places(mention, source, find)
        if any(id(s) in places and same_value(q, r) for s, r in theirs):
            out.add((q.start, q.end))
    return out


def _owned(r: Quantity, s: Mention, theirs: list[Slot]) -> bool:
    """Whether a figure bound to a mention stands beside another one («TGO 88, TGP 140»: 140 is not TGO's)."""
    return any(q is r for m, q in theirs if m is not s) and not any(q is r for m, q in theirs if m is s)


def exact_findings(source: Annotation, statement: Annotation, find: Find) -> Iterable[Finding]:
    """Figures that the source gives otherwise for the very same concept, and values told in the wrong order."""
    theirs = slots(source)
    for mention, q in slots(statement):
        places = _places(mention, source, find)
        rivals = [r for s, r in theirs if id(s) in places and _comparable(q, r, mention.type)]
        if not rivals or any(same_value(q, r) for r in rivals) or derived(source, q):
            continue
        if any(within(statement.folded, q, r) for r in rivals):
            continue
        # The concept may hold the figure a little further on («TA en casa 140/90, hoy 122/76»).
        loose = [r for s, _ in find(source, mention) if id(s) in places for r in s.quantities if not _owned(r, s, theirs)]
        weight = 1.2 if any(same_value(q, r) for r in loose) else 2.0 if any(same_value(q, r) for r in source.quantities) else 3.0
        kind = ErrorKind.TIME if q.dim in ("time", "clock", "date", "sdg") else ErrorKind.NUMBER
        yield Finding(kind, weight, (q.start, q.end), (rivals[0].start, rivals[0].end), "valor_exacto", mention.type)
    yield from _order(source, statement)


_ARROW = re.compile(r"\s*(?:→|->|⟶|=>|>)\s*")
_RISE = re.compile(r"\b(?:sub\w+|aument\w+|increment\w+|elev\w+|ascend\w+|gan\w+|crec\w+)\b")
_FALL = re.compile(r"\b(?:baj\w+|disminu\w+|descend\w+|descens\w+|reduj\w+|reduc\w+|cay\w+|perd\w+)\b")
_EARLIER = re.compile(r"\b(?:antes|previ[oa]s?|previamente|anterior(?:mente)?|inicial|basal|ayer|al ingreso|pre\w*quir\w+|era|eran)\s*(?:de|era|eran|en|fue|:)?\s*$")


def changes(a: Annotation) -> list[tuple[Quantity, Quantity]]:
    """Pairs (earlier, later) of one measure: «de A a B», «A → B», «B (A)», «B, previo A», «subió de A a B»."""
    found = a.memo.get("changes")
    if found is not None:
        return found  # type: ignore[return-value]
    out = []
    skip = ("time", "freq", "date", "clock", "pair")
    plain = [q for q in a.quantities if q.raw and not q.label and q.dim not in skip]
    for left, right in pairwise(plain):
        if left.dim != right.dim and left.dim and right.dim:
            continue
        between = a.folded[left.end : right.start]
        if len(between) > 34 or "\n" in between or re.search(r"[.;]\s", between):
            continue
        if _ARROW.fullmatch(between) or (re.fullmatch(r"\s*(?:a|hasta)\s*(?:los\s+)?", between) and re.search(r"\b(?:de|desde)\s*$", a.folded[max(0, left.start - 7) : left.start])):
            out.append((left, right))
        elif _EARLIER.search(a.folded[max(left.end, right.start - 24) : right.start]) or (re.fullmatch(r"\s*\(\s*", between) and a.folded[right.end : right.end + 2].strip().startswith(")")):
            out.append((right, left))
        elif (_RISE.search(between) or _FALL.search(between)) and re.search(r"\b(?:a|hasta|en)\s*$", between):
            out.append((left, right))
    a.memo["changes"] = out
    return out


def _order(source: Annotation, statement: Annotation) -> Iterable[Finding]:
    there = changes(source)
    for first, last in changes(statement):
        if any(same_value(first, x) and same_value(last, y) for x, y in there):
            continue
        turned = next(((x, y) for x, y in there if same_value(first, y) and same_value(last, x)), None)
        where = (min(first.start, last.start), max(first.end, last.end))
        if turned:
            yield Finding(ErrorKind.NUMBER, 2.6, where, (turned[0].start, turned[1].end), "orden_valores", "")
    for match in (*_RISE.finditer(statement.folded), *_FALL.finditer(statement.folded)):
        rise = bool(_RISE.fullmatch(match[0]))
        pair = next((p for p in changes(statement) if 0 <= p[0].start - match.end() <= 8 or p[0].end <= match.start() <= p[1].start), None)
        if pair and pair[0].raw[0] != pair[1].raw[0] and (pair[0].raw[0] < pair[1].raw[0]) != rise:
            yield Finding(ErrorKind.NUMBER, 2.0, (match.start(), pair[1].end), None, "orden_valores", "")
