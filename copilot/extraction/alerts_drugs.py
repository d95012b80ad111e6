"""Alerts on drugs: dose far outside the listed presentation, drug beside its stated allergy."""

from __future__ import annotations

import re

from copilot.domain import Alert, Medication
from copilot.extraction.allergies import Allergy
from copilot.extraction.lexicon import Drug, lexicon
from copilot.extraction.result import Extraction
from copilot.extraction.view import View
from copilot.folding import fold

_TO_MG = {
    "mg": 1.0,
    "mgs": 1.0,
    "miligramo": 1.0,
    "miligramos": 1.0,
    "g": 1000.0,
    "gr": 1000.0,
    "grs": 1000.0,
    "gramo": 1000.0,
    "gramos": 1000.0,
    "mcg": 0.001,
    "µg": 0.001,
    "µgr": 0.001,
    "ug": 0.001,
    "microgramo": 0.001,
    "microgramos": 0.001,
}
_ABOVE_SINGLE = 3.0
"""A single dose beyond this multiple of the highest usual one is flagged."""
_BELOW_STRENGTH = 20.0
"""A dose this many times below the weakest listed presentation is flagged (g written for mg, mg for mcg)."""
_CROSS = {"penicilina": {"cefalosporina"}}
_CLASS_LABEL = {
    "penicilina": "las penicilinas",
    "aine": "los AINE",
    "sulfa": "las sulfas",
    "cefalosporina": "las cefalosporinas",
    "quinolona": "las quinolonas",
    "macrolido": "los macrólidos",
    "pirazolona": "las pirazolonas",
    "salicilato": "los salicilatos",
    "opioide": "los opioides",
    "estatina": "las estatinas",
    "ieca": "los IECA",
    "tetraciclina": "las tetraciclinas",
    "aminoglucosido": "los aminoglucósidos",
    "betalactamico": "los betalactámicos",
    "benzodiacepina": "las benzodiacepinas",
    "anestesico_local": "los anestésicos locales",
}
_WARN_CLASSES = frozenset(_CLASS_LABEL)


def _drug(medication: Medication) -> Drug | None:
    hits = lexicon().find(fold(medication.name) + " 1 mg")
    return hits[0].drug if hits else None


def _milligrams(medication: Medication) -> float | None:
    unit = fold(medication.unit).strip(". ")
    if unit not in _TO_MG or not medication.dose:
        return None
    numbers = re.findall(r"\d+(?:\.\d+)?", View(medication.dose).norm)
    if len(numbers) != 1:
        return None
    return float(numbers[0]) * _TO_MG[unit]


def _dose_alert(medication: Medication, drug: Drug) -> Alert | None:
    mg = _milligrams(medication)
    if mg is None or mg <= 0 or "insulina" in drug.classes:
        return None
    shown = f"{medication.name} {medication.dose} {medication.unit}"
    if drug.max_single_mg and mg > _ABOVE_SINGLE * drug.max_single_mg:
        return Alert(
            "dosis_inusual",
            f"{shown}: la dosis es {mg / drug.max_single_mg:.0f} veces la dosis única habitual más alta "
            f"({drug.max_single_mg:g} mg); verifique cifra y unidad.",
            (medication.span,),
            "grave",
        )
    listed = [s for s in drug.strengths_mg if not drug.max_single_mg or s <= drug.max_single_mg]
    weakest = min([*listed, drug.max_single_mg / 8]) if drug.max_single_mg else None
    if weakest and mg * _BELOW_STRENGTH < weakest and not re.search(r"/|kg", medication.unit):
        return Alert(
            "dosis_inusual",
            f"{shown}: la dosis queda muy por debajo de la presentación habitual ({weakest:g} mg); "
            "verifique si la unidad es correcta.",
            (medication.span,),
        )
    return None


def _allergy_alert(medication: Medication, drug: Drug | None, allergy: Allergy) -> Alert | None:
    spans = (medication.span, allergy.span)
    if allergy.generic and drug and allergy.generic == drug.name:
        return Alert(
            "alergia",
            f"Se menciona {medication.name} y el paciente tiene alergia anotada a {allergy.substance}.",
            spans,
            "grave",
        )
    if fold(allergy.substance) == fold(medication.name):
        return Alert(
            "alergia",
            f"Se menciona {medication.name} y el paciente tiene alergia anotada a {allergy.substance}.",
            spans,
            "grave",
        )
    if drug is None:
        return None
    shared = (allergy.classes & drug.classes & _WARN_CLASSES) - (
        {"betalactamico"} if allergy.classes - {"betalactamico"} else set()
    )
    if shared:
        key = sorted(shared)[0]
        return Alert(
            "alergia",
            f"Se menciona {medication.name}, que pertenece a {_CLASS_LABEL[key]}, y el paciente tiene alergia "
            f"anotada a {allergy.substance}.",
            spans,
            "grave",
        )
    for key in allergy.classes:
        if _CROSS.get(key, set()) & drug.classes:
            return Alert(
                "alergia",
                f"Se menciona {medication.name} (cefalosporina) con alergia anotada a {allergy.substance}: "
                "posible reactividad cruzada, valore.",
                spans,
            )
    return None


def drug_alerts(extraction: Extraction, view: View) -> list[Alert]:
    """One alert at most a drug and allergen; suspended, negated and the allergen itself are left alone."""
    out: list[Alert] = []
    own = [a for a in extraction.allergens if not a.negated and a.subject == "paciente"]
    for medication in extraction.medications:
        drug = _drug(medication)
        if medication.status == "alergia" or medication.negated:
            continue
        if drug and (alert := _dose_alert(medication, drug)):
            out.append(alert)
        if medication.status == "suspendido":
            continue
        start = view.positions([medication.span.start])[0]
        before = view.norm[max(0, start - 40) : start]
        if re.search(
            r"(?:evitar|contraindicad\w*|no\s+(?:usar|dar|administrar|indicar)|en\s+lugar\s+de|en\s+vez\s+de)[\s\w,]{0,20}$",
            before,
        ):
            continue
        for allergy in own:
            if found := _allergy_alert(medication, drug, allergy):
                out.append(found)
                break
    return out
