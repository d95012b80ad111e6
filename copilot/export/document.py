"""What leaves as a document: the note with patient, unit, codes taken and, once signed, signature and addenda."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from copilot.domain import Note
from guardrails.redaction import PersonalDataSpan

_PATIENT = {
    "NOMBRE_PACIENTE": "Paciente",
    "NSS": "NSS",
    "AGREGADO": "Agregado médico",
    "CURP": "CURP",
    "FOLIO": "Expediente o folio",
}
"""Personal data that head a note, by type of the redactor."""
_AGE = re.compile(r"\b\d{1,3}\s*(?:años|anos|meses|a)\b", re.IGNORECASE)


class Signature(NamedTuple):
    """Who answers for a text, and when (ISO 8601 with zone). ``hash``: SHA-256 (hex) of what was signed."""

    name: str
    cedula: str
    at: str
    hash: str
    entry: str
    """Identifier of the log entry of the signature."""


class SignedAddendum(NamedTuple):
    """A later addition to a signed note; the note itself stays as it was."""

    number: int
    text: str
    signature: Signature


class TakenCode(NamedTuple):
    """A CIE-10 code the physician took."""

    diagnosis: str
    code: str
    title: str


@dataclass(frozen=True)
class Document:
    """A note as it leaves; without signature it is a draft and every format says so."""

    note: Note
    source: str = field(default="", repr=False)
    """The text that the note's spans point into."""
    unit: str = ""
    made: str = ""
    """When the document was made, ISO 8601 with zone."""
    patient: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    codes: tuple[TakenCode, ...] = ()
    signature: Signature | None = None
    addenda: tuple[SignedAddendum, ...] = field(default=(), repr=False)
    changed: int = 0
    """Statements that the physician changed of what was proposed."""


def as_document(given: Note | Document) -> Document:
    """A bare note is an unsigned document."""
    return given if isinstance(given, Document) else Document(given)


def patient_of(text: str, found: tuple[PersonalDataSpan, ...]) -> tuple[tuple[str, str], ...]:
    """Label and value of the data that head the note, as they stand in the text; first of each type only."""
    rows: dict[str, str] = {}
    for span in found:
        label = _PATIENT.get(span.type)
        if label and label not in rows:
            rows[label] = " ".join(text[span.start : span.end].split())
    age = _AGE.search(text[:600])
    ordered = [(label, rows[label]) for label in _PATIENT.values() if label in rows]
    if age:
        ordered.insert(1 if "Paciente" in rows else 0, ("Edad", age[0]))
    return tuple(ordered)


def shown_time(iso: str) -> str:
    """``2026-11-22T10:05:07-06:00`` as «22/11/2026 10:05:07 h (UTC−06:00)»."""
    match = re.match(r"(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?", iso)
    if not match:
        return iso
    year, month, day, clock, zone = match.groups()
    offset = f" (UTC{zone.replace('-', '−')})" if zone and zone != "Z" else " (UTC)" if zone else ""
    return f"{day}/{month}/{year} {clock} h{offset}"
