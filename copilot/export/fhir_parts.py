"""FHIR R4 resources of a note's findings: each function gives one resource as JSON values."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from copilot.domain import Diagnosis, LabValue, Medication, Statement, Vital
from copilot.export.lines import laboratory_label
from copilot.folding import fold
from copilot.labels import vital_label

LOINC = "http://loinc.org"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
UCUM = "http://unitsofmeasure.org"
_TERMS = "http://terminology.hl7.org/CodeSystem/"
_DATA = Path(__file__).with_name("data")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DENIED = re.compile(r"\b(?:negad|niega|ningun|desconoc|sin |no )")


def string(value: str) -> str:
    """A FHIR string: one line, no control characters, never empty."""
    clean = "".join(c if c >= " " and not 0xD800 <= ord(c) <= 0xDFFF else " " for c in value)
    return " ".join(clean.split()) or "—"


@lru_cache(maxsize=4)
def _rows(name: str) -> dict[str, list[str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as handle:
        return {row[0]: row for row in list(csv.reader(handle))[1:]}


def concept(text: str, system: str = "", code: str = "", display: str = "") -> dict[str, Any]:
    """A CodeableConcept."""
    coding = [{"system": system, "code": code, "display": display or string(text)}] if code else []
    return {"coding": coding, "text": string(text)} if coding else {"text": string(text)}


def status(system: str, code: str) -> dict[str, Any]:
    """A CodeableConcept of one of HL7's own status tables."""
    return {"coding": [{"system": _TERMS + system, "code": code}]}


def quantity(value: str, unit: str) -> dict[str, Any]:
    """``valueQuantity`` where the value is a plain number, ``valueString`` where it isn't."""
    if not _NUMBER.fullmatch(value):
        return {"valueString": string(f"{value} {unit}")}
    found: dict[str, Any] = {"value": float(value)}
    if unit:
        found["unit"] = string(unit)
    row = _rows("ucum.csv").get(unit)
    if row:
        found |= {"system": UCUM, "code": row[1]}
    return {"valueQuantity": found}


def _observation(
    category: str, about: dict[str, Any], when: str, subject: dict[str, str], state: str
) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": state,
        "category": [status("observation-category", category)],
        "code": about,
        "subject": subject,
        "effectiveDateTime": when,
    }


def vital(one: Vital, when: str, subject: dict[str, str], state: str) -> dict[str, Any]:
    """A vital sign; blood pressure as panel with its two components."""
    row = _rows("vital_codes.csv").get(one.name)
    label = vital_label(one.name)
    about = concept(label, LOINC, row[1], row[2]) if row else concept(label)
    made = _observation("vital-signs", about, when, subject, state)
    pair = re.fullmatch(r"(\d+)/(\d+)", one.value) if one.name == "ta" else None
    if pair is None:
        return made | quantity(one.value, one.unit)
    names = (("8480-6", "Systolic blood pressure", pair[1]), ("8462-4", "Diastolic blood pressure", pair[2]))
    made["component"] = [
        {"code": concept(display, LOINC, code, display)} | quantity(value, "mmHg") for code, display, value in names
    ]
    return made


def laboratory(one: LabValue, when: str, subject: dict[str, str], state: str) -> dict[str, Any]:
    """A laboratory value under its Spanish name, with a LOINC code where name and unit leave only one.

    Without its unit, or where code and method or specimen go together (troponin, D-dimer, blood gases, filtration
    rate), it has the name alone: a wrong code is worse than none.
    """
    label = laboratory_label(one.name)
    row = _rows("laboratory_codes.csv").get(one.name)
    fits = row is not None and " ".join(one.unit.lower().split()) in row[1].split("|")
    about = concept(label, LOINC, row[2], row[3]) if row is not None and fits else concept(label)
    return _observation("laboratory", about, when, subject, state) | quantity(one.value, one.unit)


def condition(one: Diagnosis, codes: list[tuple[str, str]], subject: dict[str, str], final: bool) -> dict[str, Any]:
    """A diagnosis with the codes the physician took for it."""
    certainty = {"probable": "provisional", "descartado": "refuted"}.get(one.certainty, "confirmed")
    made: dict[str, Any] = {
        "resourceType": "Condition",
        "verificationStatus": status("condition-ver-status", certainty if final else "unconfirmed"),
        "category": [status("condition-category", "encounter-diagnosis")],
        "code": {
            **({"coding": [{"system": ICD10, "code": c, "display": string(t)} for c, t in codes]} if codes else {}),
            "text": string(one.text),
        },
        "subject": subject,
    }
    if certainty != "refuted":
        made["clinicalStatus"] = status("condition-clinical", "active")
    if certainty == "refuted":
        made["verificationStatus"] = status("condition-ver-status", "refuted")
    if one.laterality:
        made["bodySite"] = [concept(one.laterality)]
    return made


def medication(
    one: Medication, when: str, subject: dict[str, str], author: dict[str, str], final: bool
) -> dict[str, Any]:
    """A drug as prescribed, taken before, or stopped; negated ones are requests not to give it."""
    state = "stopped" if one.status == "suspendido" else "active" if final else "draft"
    said = " ".join(part for part in (one.dose, one.unit, one.route, one.frequency, one.duration) if part)
    dosage: dict[str, Any] = {"text": string(said)} if said else {}
    if one.route:
        dosage["route"] = concept(one.route)
    if one.frequency:
        dosage["timing"] = {"code": concept(one.frequency)}
    if _NUMBER.fullmatch(one.dose):
        amount: dict[str, Any] = {"value": float(one.dose)}
        if one.unit:
            amount["unit"] = string(one.unit)
        dosage["doseAndRate"] = [{"doseQuantity": amount}]
    made: dict[str, Any] = {
        "resourceType": "MedicationRequest",
        "status": state,
        "intent": "plan" if one.status == "habitual" else "order" if final else "proposal",
        "medicationCodeableConcept": concept(one.name),
        "subject": subject,
        "authoredOn": when,
        "requester": author,
    }
    if one.status == "habitual":
        made["category"] = [status("medicationrequest-category", "community")]
        made["note"] = [{"text": "Medicamento habitual referido en la nota."}]
    if one.negated:
        made["doNotPerform"] = True
    if dosage:
        made["dosageInstruction"] = [dosage]
    return made


def allergy(one: Statement, subject: dict[str, str], final: bool) -> dict[str, Any]:
    """A stated allergy, or that allergies were denied."""
    denied = bool(_DENIED.search(fold(one.text) + " "))
    code = concept(one.text, "http://snomed.info/sct", "716186003", "No known allergy") if denied else concept(one.text)
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": status("allergyintolerance-clinical", "active"),
        "verificationStatus": status("allergyintolerance-verification", "confirmed" if final else "unconfirmed"),
        "code": code,
        "patient": subject,
    }
