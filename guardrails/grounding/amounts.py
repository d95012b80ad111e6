# ruff: noqa: E501
"""Figures of a statement against those of its source: same value, same owner, same unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from guardrails.grounding.annotate import Annotation
from guardrails.grounding.lexicon import FOLDER
from guardrails.grounding.matching import Match, candidates, segment_at
from guardrails.grounding.quantities import Quantity, same_value, unit_clash, within
from guardrails.grounding.types import ErrorKind, Finding

K = ErrorKind


@lru_cache(maxsize=1)
def usual_doses() -> dict[str, tuple[float, float]]:
    """Least and most usual amount of one dose in mg, by drug (``data/lexicon/usual_doses.tsv``)."""
    rows = [line.split("\t") for line in (FOLDER / "usual_doses.tsv").read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return {name: (float(low), float(high)) for name, low, high in rows}


_OFF = 8.0
"""So many times outside the usual amounts is another unit, not another dose."""


def doubtful_unit(source: Annotation, statement: Annotation) -> Iterable[Finding]:
    """A unit that the source doesn't give and that doesn't suit the figure: the bare «0.5» of a note is mg, not g."""
    for q in statement.quantities:
        unit = q.dim.split(":")[1].split("/")[0] if ":" in q.dim else q.unit
        if q.dim == "mass" and q.raw:
            drug = next((m for m in statement.mentions if m.id in usual_doses() and any(q is r for r in m.quantities)), None)
            low, high = usual_doses()[drug.id] if drug else (0.0, 1e9)
            bare = next((r for r in source.quantities if r.raw and r.raw[0] == q.raw[0] and not r.dim), None)
            told = any(r.dim == "mass" and same_value(q, r) for r in source.quantities)
            if drug and bare and not told and not low / _OFF <= q.canon <= high * _OFF:
                yield Finding(K.UNIT, 2.4, (q.start, q.end), (bare.start, bare.end), "unidad_dudosa", "drug")
                continue
        if unit not in ("g", "gr", "gramos", "kg", "mcg", "microgramos", "l", "litros", "ug") or not q.raw:
            continue
        equal = [r for r in source.quantities if r.raw and r.raw[0] == q.raw[0] and r.dim not in ("time", "freq", "date")]
        if equal and all(not r.dim for r in equal):
            owners = {m.type for m in statement.mentions if any(q is r for r in m.quantities)}
            odd = unit in ("g", "gr", "gramos") and (q.raw[0] >= 5 or q.raw[0] != int(q.raw[0]))
            if "drug" in owners and (odd or unit in ("kg", "l", "litros")):
                yield Finding(K.UNIT, 1.6, (q.start, q.end), (equal[0].start, equal[0].end), "unidad_dudosa", "drug")


def quantity_finding(
    source: Annotation, statement: Annotation, q: Quantity, matches: Sequence[Match]
) -> tuple[Finding | None, tuple[int, int] | None]:
    """(what is wrong with a figure, the clause of the source that supports it)."""
    where = (q.start, q.end)
    timed = q.dim in ("time", "date", "clock", "sdg")
    kind = K.TIME if timed else K.NUMBER
    owners = [x for x in matches if any(q is r for r in x.mention.quantities)]
    equal = [r for r in source.quantities if same_value(q, r)]
    if q.label == "edad":
        ages = [r for r in source.quantities if r.label == "edad"]
        if ages and not any(same_value(q, r) for r in ages):
            return Finding(K.NUMBER, 2.6, where, (ages[0].start, ages[0].end), "edad"), None
        if equal:
            return None, segment_at(source, equal[0].start)
    bound_equal = bound_other = near_equal = None
    for owner in owners:
        for s, _ in candidates(source, owner.mention):
            if any(s.groups.get(g) and not v & s.groups[g] for g, v in owner.mention.groups.items() if g == "side"):
                continue
            for r in s.quantities:
                if same_value(q, r) and not _opposed(q, r):
                    bound_equal = r
                elif r.dim == q.dim or (not q.dim and r.raw) or unit_clash(q, r):
                    bound_other = bound_other or r
            near_equal = near_equal or next(
                (r for r in equal if source.sentence_at(r.start) == s.sentence and not _opposed(q, r)), None
            )
    if timed and near_equal is None:
        told = {x.source.sentence for x in matches if x.source is not None and x.mention.sentence == statement.sentence_at(q.start)}
        near_equal = next((r for r in equal if source.sentence_at(r.start) in told and not _opposed(q, r)), None)
    if bound_equal:
        return None, segment_at(source, bound_equal.start)
    implied = q.dim == "freq" and q.role == "word"
    owner_type = owners[0].mention.type if owners else ""
    clash = next((r for r in source.quantities if unit_clash(q, r)), None)
    if not equal:
        if any(within(statement.folded, q, r) for r in source.quantities):
            return None, None
        if q.dim == "time" and q.raw == (1.0,) and re.search(rf"\ba (?:la|los?) {q.unit[:3]}", source.folded):
            return None, None  # «a la hora»
        if implied and not bound_other:
            return Finding(kind, 0.8 if owner_type in ("drug", "drugclass") else 0.2, where, None, "frecuencia_sin", owner_type), None
        contradicted = bound_other
        if derived(source, q):
            return Finding(kind, 0.5, where, None, "cifra_derivada", owner_type), None
        if clash and (not bound_other or unit_clash(q, bound_other)):
            unit_kind = K.TIME if timed else K.UNIT
            return Finding(unit_kind, 3.0, where, (clash.start, clash.end), "unidad", owner_type), None
        place = (contradicted.start, contradicted.end) if contradicted else None
        small = not q.dim and q.raw and q.raw[0] <= 3
        return Finding(kind, 3.0 if contradicted else (1.2 if small else 2.4), where, place, "cifra_ausente", owner_type), None
    if not owners:
        return None, segment_at(source, equal[0].start)
    if all(o.source is None for o in owners):
        return Finding(kind, 0.4, where, None, "cifra_sin_concepto", owner_type), segment_at(source, equal[0].start)
    if near_equal and not bound_other:
        return Finding(kind, 0.2, where, None, "cifra_cerca", owner_type), segment_at(source, near_equal.start)
    strict = owner_type in ("drug", "vital", "lab", "drugclass")
    if bound_other:
        weight = (2.6 if strict else 1.6) * (0.75 if near_equal else 1.0)
        if not q.dim and q.raw and q.raw[0] <= 5 and not strict:
            weight = 0.5
        return Finding(kind, weight, where, (bound_other.start, bound_other.end), "cifra_de_otro", owner_type), None
    weight = 1.8 if strict and not implied else 0.9
    return Finding(kind, weight, where, (equal[0].start, equal[0].end), "cifra_suelta", owner_type), None


def derived(source: Annotation, q: Quantity) -> bool:
    """The difference of two values of one concept, or tablets times their strength."""
    if not q.raw or q.dim in ("time", "freq", "date", "clock"):
        return False
    target = q.canon if q.dim in ("mass", "volume") else q.raw[0]
    for m in source.mentions:
        values = [r.raw[0] for r in m.quantities if r.raw and r.dim not in ("time", "freq", "date")]
        if any(abs(abs(x - y) - q.raw[0]) < 1e-6 for x in values for y in values if x != y):
            return True
        masses = [r.canon for r in m.quantities if r.dim in ("mass", "volume")]
        if q.dim == "mass" and m.type == "drug":
            masses += [r.raw[0] for r in m.quantities if r.raw and not r.dim and r.raw[0] >= 5]  # «500»: mg
        counts = [r.raw[0] for r in source.quantities if r.raw and abs(r.start - m.start) < 60 and r.dim in ("", "tablet")]
        if any(abs(x * n - target) < 1e-6 for x in masses for n in counts if n > 1):
            return True
    pairs = [r.raw for r in source.quantities if r.dim == "pair"]
    return any(abs(a[i] - b[i]) == q.raw[0] for a in pairs for b in pairs for i in (0, 1) if a is not b)


def _opposed(q: Quantity, r: Quantity) -> bool:
    return {q.role, r.role} in ({"ago", "future"}, {"prev", "now"})
