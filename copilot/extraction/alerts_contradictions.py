# ruff: noqa: E501  (long patterns and messages are kept on one line)
"""Contradictions within one note: a disease denied and affirmed, a lesion on both sides, allergies denied and named."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from copilot.domain import Alert, Section, Span
from copilot.extraction.context import Finding
from copilot.extraction.result import Extraction
from copilot.extraction.view import View
from copilot.folding import fold

_CHRONIC = frozenset(
    {
        "diabetes mellitus",
        "hipertensión arterial",
        "asma",
        "epilepsia",
        "enfermedad renal",
        "cáncer",
        "tuberculosis",
        "hipotiroidismo",
        "epoc",
        "infarto",
        "evento vascular cerebral",
        "cardiopatía",
        "tabaquismo",
    }
)
"""Conditions where «niega» and «tiene» cannot both be true of one patient (symptoms come and go; these don't)."""
_SECOND_PERSON = re.compile(r"(?:riesgo|detecci[oó]n|tamizaje|prevenci[oó]n|descartar|probable|sospecha|familiar)")
_SIDED = re.compile(
    r"(?<![a-z0-9¤])(?P<lesion>fractura|luxacion|esguince|hernia inguinal|herida|amputacion|catarata|quemadura|absceso|celulitis|"
    r"pielonefritis|derrame pleural|neumonia|neumotorax|otitis|fx)\s+(?P<site>(?:[a-z]+\s+){0,5}?)(?P<side>derech[oa]|izquierd[oa]|der\b|izq\b)"
)


def _affirmed(f: Finding) -> bool:
    c = f.context
    return not c.negated and c.certainty == "confirmado" and c.subject == "paciente" and c.temporality != "hipotetico"


def _denied(f: Finding) -> bool:
    c = f.context
    return c.negated and c.certainty != "descartado" and c.subject == "paciente"


def _diseases(extraction: Extraction, view: View) -> list[Alert]:
    by_concept: dict[str, list[Finding]] = defaultdict(list)
    for finding in extraction.contexts:
        if finding.concept in _CHRONIC:
            by_concept[finding.concept].append(finding)
    out: list[Alert] = []
    for concept, findings in by_concept.items():
        denied = [f for f in findings if _denied(f)]
        affirmed = [f for f in findings if _affirmed(f) and not _hedged(view, f)]
        if denied and affirmed:
            out.append(
                Alert(
                    "contradiccion",
                    f"La nota niega y afirma {concept} en el mismo paciente («{denied[0].text}» negado, "
                    f"«{affirmed[0].text}» afirmado); aclare cuál es correcto.",
                    (denied[0].span, affirmed[0].span),
                    "grave",
                )
            )
    return out


def _hedged(view: View, finding: Finding) -> bool:
    at = view.positions([finding.span.start])[0]
    around = view.norm[max(0, at - 35) : at]
    if finding.concept == "tabaquismo":
        after = view.norm[at : at + 60]
        return bool(re.search(r"suspend|negad|negativ|pasiv|\bex\b|dejo", after + around))
    return bool(
        _SECOND_PERSON.search(around) or re.search(r"(?:riesgo|detecci|tamiz|contra|para)\s*(?:de\s+)?$", around)
    )


def _sides(view: View) -> list[Alert]:
    seen: dict[tuple[str, str], dict[str, Span]] = defaultdict(dict)
    out: list[Alert] = []
    for m in _SIDED.finditer(view.norm):
        site = " ".join(
            w
            for w in m["site"].split()
            if w not in {"de", "del", "la", "el", "en", "lado", "miembro", "cerrada", "abierta"}
        )
        if re.search(r"\b(?:y|con|sin|e)\b|,", m["site"]) or (
            not site and m["lesion"] in ("fractura", "herida", "quemadura", "esguince", "luxacion", "fx")
        ):
            continue
        if re.search(r"(?:antecedente|previa|hace\s+\d+\s+anos)", view.norm[max(0, m.start() - 40) : m.end() + 25]):
            continue
        side = "derecha" if m["side"].startswith("der") else "izquierda"
        key = (m["lesion"], site)
        other = "izquierda" if side == "derecha" else "derecha"
        if other in seen[key] and side not in seen[key]:
            out.append(
                Alert(
                    "lateralidad",
                    f"«{fold(m['lesion'])}{' de ' + site if site else ''}» aparece a la derecha y a la izquierda; "
                    "confirme el lado.",
                    (seen[key][other], view.span(*m.span())),
                    "grave",
                )
            )
        seen[key][side] = view.span(*m.span())
    return out


def _allergy(extraction: Extraction) -> list[Alert]:
    own = [a for a in extraction.allergens if a.subject == "paciente"]
    none = [a for a in own if a.negated and not a.substance]
    named = [a for a in own if not a.negated and (a.classes or a.generic)]
    if none and named:
        return [
            Alert(
                "contradiccion",
                f"La nota niega alergias y también anota alergia a {named[0].substance}; aclare cuál es correcto.",
                (none[0].span, named[0].span),
                "grave",
            )
        ]
    return []


def contradiction_alerts(extraction: Extraction, view: View, sections: Sequence[tuple[Span, Section]]) -> list[Alert]:
    """Contradictory statements. Two different blood pressures are not one: they were taken at different times."""
    del sections  # the context reader already knows relatives from patient; kept for the common signature
    return [*_diseases(extraction, view), *_allergy(extraction), *_sides(view)]
