"""What every export says, as plain rows: the formats only dress it."""

from __future__ import annotations

from copilot.domain import Diagnosis, Medication, Note, Origin, Statement
from copilot.extraction.laboratory import table as laboratory_table
from copilot.labels import vital_label

DRAFT = "BORRADOR SIN FIRMAR"
INSTITUTION = "Instituto Mexicano del Seguro Social · Expediente clínico"
SIGNED = "NOTA FIRMADA"
WARNING = "Ordenado a partir del texto del médico; debe revisarse y firmarse antes de integrarse al expediente."

MARK = " (redactado)"
"""Ends every sentence of a draft that the model wrote."""
LEGEND = (
    "Lo marcado «(redactado)» lo escribió el modelo a partir de las palabras del médico; "
    "lo demás son palabras del médico, o las corrigió él."
)


def warning(note: Note) -> str:
    """What a draft says of itself at its head."""
    written = any(one.origin is Origin.WRITTEN for value in note.sections.values() for one in value)
    return f"{WARNING} {LEGEND}" if written else WARNING


def statement_line(one: Statement, *, draft: bool) -> str:
    """A statement on one line, marked in a draft where the model wrote it."""
    return " ".join(one.text.split()) + (MARK if draft and one.origin is Origin.WRITTEN else "")


def laboratory_label(key: str) -> str:
    """Spanish name of an analyte; an unknown key is shown as it is."""
    row = laboratory_table().by_key.get(key)
    label = row.label if row else key.replace("_", " ")
    return label[:1].upper() + label[1:]


def vital_rows(note: Note) -> list[tuple[str, str]]:
    """Vital signs: name and value with unit."""
    return [(vital_label(v.name), f"{v.value} {v.unit}".strip()) for v in note.vitals]


def laboratory_rows(note: Note) -> list[tuple[str, str]]:
    """Laboratory: name and result with unit."""
    return [(laboratory_label(v.name), f"{v.value} {v.unit}".strip()) for v in note.laboratory]


def medication_status(drug: Medication) -> str:
    """What qualifies a drug: negated, stopped, allergy ("" where it is in use)."""
    return "negado" if drug.negated else drug.status


def medication_row(drug: Medication) -> tuple[str, str, str, str, str]:
    """Name, dose, route, frequency, duration; what the norm demands and is absent reads «FALTA»."""

    def field(value: str, name: str) -> str:
        return value or ("FALTA" if name in drug.missing else "—")

    dose = " ".join(part for part in (drug.dose, drug.unit) if part)
    status = medication_status(drug)
    name = f"{drug.name} ({status})" if status else drug.name
    return (
        name,
        field(dose, "dosis"),
        field(drug.route, "vía"),
        field(drug.frequency, "periodicidad"),
        drug.duration or "—",
    )


def diagnosis_line(one: Diagnosis) -> str:
    """A diagnosis with its certainty, side and subject."""
    words = [w for w in (one.certainty if one.certainty != "confirmado" else "", one.laterality) if w]
    if one.subject == "familiar":
        words.append("familiar")
    return one.text + (f" ({', '.join(words)})" if words else "")
