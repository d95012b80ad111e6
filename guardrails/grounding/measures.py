# ruff: noqa: E501  (long patterns are kept on one line)
"""Binds each figure to what it measures: doses to drugs, values to studies, times to what lasts or happened."""

from __future__ import annotations

import re

from guardrails.grounding.annotate import Annotation, Mention
from guardrails.grounding.kinship import in_sentence
from guardrails.grounding.quantities import Quantity


def measures(a: Annotation) -> None:
    """Bind every figure to the mentions it belongs to, in place."""
    dose = {"mass", "volume", "iu", "tablet", "drop", "puff", "freq", "meq"}
    for q in a.quantities:
        index = a.sentence_at(q.start)
        inside = [
            m
            for m in in_sentence(a, index)
            if m.type != "person" and (m.type != "word" or 0 <= q.start - m.end <= 4 or q.dim in ("time", "date", "clock"))
        ]
        if q.label:
            target = [m for m in a.mentions if m.id == q.label and m.start == q.start]
            if not target:
                m = Mention(q.label, "habit", q.start, q.end, index)
                a.mentions.append(m)
                target = [m]
            target[0].quantities.append(q)
            continue
        before_text = a.folded[max(0, q.start - 40) : q.start]
        after_text = a.folded[q.end : q.end + 14]
        if q.dim == "time" and (
            q.role == "age"
            or re.search(r"\b(?:fem\w*|masc\w*|paciente|hombre|mujer|edad|nin[oa]|lactante|pte|pac|px|varon|escolar|preescolar|adolescente|menor)\.?,?\s+(?:\w+\s+)?(?:de\s+)?(?:sexo \w+ (?:de )?)?$", before_text)
            or re.match(r"\s*(?:de edad)", after_text)
        ):
            q.label = "edad"
            continue
        if q.unit.startswith(("a", "A")) and q.dim == "time" and _AGE_FIRST.fullmatch(a.folded[: q.start]) and not any(
            m.end <= q.start and m.type in ("dx", "sx", "drug", "lab", "habit", "proc") for m in a.mentions
        ):
            q.label = "edad"
            continue
        segment = next((i for i, (s, e, _) in enumerate(a.segments) if s <= q.start < e), -1)
        if q.dim in ("time", "date", "clock", "sdg"):
            near = [m for m in inside if m.segment == segment]
            if segment >= 0 and a.segments[segment][1] - a.segments[segment][0] > 100:
                near = [m for m in near if abs(m.start - q.end) <= 45 or abs(q.start - m.end) <= 45]
            near = near or [
                m for m in inside if abs(m.segment - segment) == 1
            ][:3]
            drugs = [m for m in near if m.type == "drug" and m.end <= q.start]
            for m in drugs[-1:] if drugs and q.role in ("for", "") else near:
                m.quantities.append(q)
            continue
        before = [m for m in inside if m.end <= q.start]
        after = [m for m in inside if m.start >= q.end]
        if q.dim in dose:
            drugs_before = [m for m in before if m.type in ("drug", "drugclass")]
            drugs_after = [m for m in after if m.type in ("drug", "drugclass")]
            if drugs_after and re.match(r"\s*(?:vo\s+|iv\s+|via oral\s+)?de\s", after_text) and a.folded[q.end : drugs_after[0].start].count(",") == 0:
                drugs_after[0].quantities.append(q)
                continue
            if drugs_before and not (before and before[-1].type in ("vital", "lab", "sx") and before[-1].segment == segment):
                drugs_before[-1].quantities.append(q)
                continue
            if drugs_after and not before:
                drugs_after[0].quantities.append(q)
                continue
        if not q.dim and after and not a.folded[q.end : after[0].start].strip() and (
            not before or before[-1].type not in ("vital", "lab", "drug")
        ):
            after[0].quantities.append(q)
            continue
        if before and (before[-1].segment == segment or not after or re.fullmatch(r"\s*[:,(]?\s*(?:de\s*)?", a.folded[before[-1].end : q.start])):
            measured = [m for m in before[-4:] if m.type in ("vital", "lab", "drug")]
            owner = before[-1]
            if measured and measured[-1].segment >= owner.segment and owner.type in ("state", "anat", "sx"):
                owner = measured[-1]
            owner.quantities.append(q)
            if owner is not before[-1]:
                before[-1].quantities.append(q)
        elif after and a.folded[q.end : after[0].start].count(",") == 0:
            after[0].quantities.append(q)
        elif before:
            before[-1].quantities.append(q)


_AGE_FIRST = re.compile(r"\W*[a-z]+(?:\s+[a-z]+){0,3}\s+de\s+")
"""«Motociclista de 19 años»: an age at the very start, whatever the trade."""
_BESIDE = re.compile(r"\s*(?:→|->|,|\()\s*(?:[a-z.]+\s+){0,3}")


def series(a: Annotation) -> None:
    """The value in brackets belongs to what the value before it measures: «Na 116 (prequirúrgico 138)»."""
    for left, right in zip(a.quantities, a.quantities[1:], strict=False):
        if left.dim == right.dim and left.dim not in ("time", "freq", "date", "clock") and _BESIDE.fullmatch(a.folded[left.end : right.start]):
            for m in a.mentions:
                if bound(m, left) and not bound(m, right) and m.type in ("lab", "vital"):
                    m.quantities.append(right)


def bound(m: Mention, q: Quantity) -> bool:
    """Whether the quantity is bound to the mention."""
    return any(q is one for one in m.quantities)
