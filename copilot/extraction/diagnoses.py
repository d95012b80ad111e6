"""Diagnoses: items of lists, and diseases named elsewhere, with context and CIE-10 candidates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from copilot.cie10.search import candidates
from copilot.domain import CodeCandidate, Diagnosis, Section, Span
from copilot.extraction.context import ContextReader
from copilot.extraction.diagnosis_names import named
from copilot.extraction.diagnosis_zones import items, zones
from copilot.extraction.view import Claims, View

_NAMED = {
    Section.ANTECEDENTES_PATOLOGICOS,
    Section.ANTECEDENTES_HEREDOFAMILIARES,
    Section.PADECIMIENTO_ACTUAL,
    Section.EVOLUCION,
    Section.DIAGNOSTICOS,
    Section.FICHA_IDENTIFICACION,
}
_PROSE = 0.6
"""Least score of the best code for an item that follows a full stop where no section says «diagnósticos»."""
_PROSE_WORDS = 9
_ALLERGY = r"alergi|hipersens"
_JOINT = re.compile(r"\s+(?:y|e)\s+(?:una?\s+)?")
_HALF = 0.74
"""Least score of the best code of each half of «A y B»."""
_DOUBT = re.compile(
    r"\b(?:probables?|probablemente|posibles?|pb|prob|sospecha|a\s+descartar|descartar|d/c|vs|en\s+estudio|compatible|sugestiv[oa])\b|\?"
)
_RULED_OUT = re.compile(r"\b(?:descartad[oa]|se\s+descarta|se\s+descarto)\b")
_DENIED = re.compile(r"(?:sin|no|niega)\s+(?:datos\s+de\s+|evidencia\s+de\s+)?(?!(?:controlad|especificad|complicad))")
_LEADING_DOUBT = re.compile(
    r"(?:probables?|posibles?|pb\.?|prob\.?|sospecha(?:\s+de)?|a\s+descartar|descartar|d/c|se\s+descarta)\s+"
)


@lru_cache(maxsize=2048)
def _candidates(text: str) -> tuple[CodeCandidate, ...]:
    return candidates(text)


def diagnoses(
    view: View,
    reader: ContextReader,
    sections: Sequence[tuple[Span, Section]] = (),
    orders: Sequence[Span] = (),
    measured: Sequence[Span] = (),
    allergens: Sequence[Span] = (),
) -> tuple[Diagnosis, ...]:
    """Diagnoses in order of the text, each with its certainty, subject, laterality and ranked candidates.

    What «niega» or «se descarta» governs is reported as ``descartado``; relatives' diseases as ``familiar``.

    Args:
        view: normalised reading of the note.
        reader: context reader of the same view.
        sections: assigned sections; a heading word («idx», «dx», «impresión») counts in any of them.
        orders: drug orders; a list of diagnoses ends where one begins.
        measured: vital signs and results; a list ends there, and «VIH no reactivo» or «FA 340» are no diagnoses.
        allergens: stated allergies: «alérgica a metamizol» is no diagnosis.
    """
    found: list[Diagnosis] = []
    taken, blocked_at = Claims(len(view.norm)), Claims(len(view.norm))
    blocked = _places(view, [*allergens, *measured])
    for place in blocked:
        blocked_at.take(*place)
    cuts = sorted(a for a, _ in _places(view, [*orders, *[m for m in measured if _is_sign(view, m)]]))

    def add(a: int, b: int, listed: bool) -> None:
        ctx = reader.at(*_core(view, a, b)) if listed else reader.at(a, b)
        certainty = "descartado" if ctx.negated else ctx.certainty
        if listed:
            certainty = _listed_certainty(view, a, b, certainty)
        elif ctx.temporality == "hipotetico":
            return
        text = view.source(a, b)
        found.append(Diagnosis(text, view.span(a, b), certainty, ctx.subject, ctx.laterality, _candidates(text)))
        taken.take(a, b)

    for start, end, assigned in zones(view, sections, cuts):
        for a, b, sentences in items(view, start, end):
            denied = _DENIED.match(view.norm, a, b)
            whole = denied.end() if denied else a
            for core, stop in _joined(view, whole, b):
                if (
                    taken.free(core, stop)
                    and _is_item(view, core, stop, assigned, sentences)
                    and not (re.match(_ALLERGY, view.norm[core:stop]) and not blocked_at.free(core, stop))
                ):
                    add(core, stop, True)
    for a, b in named(view):
        inside = not sections or reader.section_at(a) in _NAMED
        if inside and taken.free(a, b) and blocked_at.free(a, a + 1):
            add(a, b, False)
    return tuple(sorted(found, key=lambda d: d.span))


def _joined(view: View, a: int, b: int) -> list[tuple[int, int]]:
    """«túnel del carpo izquierdo y cervicalgia»: two diagnoses where each half has a code of its own."""
    for joint in _JOINT.finditer(view.norm, a, b):
        halves = [(a, joint.start()), (joint.end(), b)]
        if all((best := _candidates(view.source(*h))) and best[0].score >= _HALF for h in halves):
            return [halves[0], *_joined(view, *halves[1])]
    return [(a, b)]


def _places(view: View, spans: Sequence[Span]) -> list[tuple[int, int]]:
    edges = view.positions([p for s in spans for p in s])
    return list(zip(edges[::2], edges[1::2], strict=True))


def _is_sign(view: View, span: Span) -> bool:
    """A result amid a diagnosis («IC FEVI 30 %», «anemia Hb 7») qualifies it; a row of signs ends the list."""
    return bool(
        re.match(r"\s*(?:ta|t/a|fc|fr|temp|sat|spo2|peso|talla|signos)\b", view.text[span.start : span.end].lower())
    )


def _is_item(view: View, a: int, b: int, assigned: bool, sentences: int) -> bool:
    """Whether a piece of a list is a disease at all: «Kerr», «PDL1 60», a sentence of the course are not."""
    text = view.source(a, b)
    size = len(text.split())
    best = _candidates(text)
    if not best and size <= 3 and (size == 1 or re.search(r"\d", text)):
        return False
    if assigned or (sentences == 0 and size <= 2 * _PROSE_WORDS):
        return bool(best) or assigned or size <= 5
    return bool(best) and best[0].score >= _PROSE and size <= _PROSE_WORDS


def _core(view: View, a: int, b: int) -> tuple[int, int]:
    """The item without its own leading words of doubt, so that these count as context."""
    lead = _LEADING_DOUBT.match(view.norm, a, b)
    return (lead.end() if lead else a), b


def _listed_certainty(view: View, a: int, b: int, otherwise: str) -> str:
    item, before = view.norm[a:b], view.norm[max(0, a - 24) : a]
    if _RULED_OUT.search(item) and "no se descarta" not in item:
        return "descartado"
    if re.search(r"(?:^|\W)(?:sin|no|niega)\s+(?:datos\s+de\s+|evidencia\s+de\s+)?$", before):
        return "descartado"
    if re.search(r"se\s+descarta\s+$", before):
        return "descartado"
    if _DOUBT.search(item) or re.search(r"(?:descartar|d/c|compatible\s+con|sugestivo\s+de|sospecha\s+de)\s+$", before):
        return "probable"
    return "confirmado" if otherwise == "descartado" else otherwise
