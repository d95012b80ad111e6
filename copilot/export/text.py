"""A note as plain text, to paste into any record system."""

from __future__ import annotations

from copilot.domain import Note
from copilot.export.lines import (
    DRAFT,
    WARNING,
    diagnosis_line,
    laboratory_rows,
    medication_row,
    vital_rows,
)
from copilot.labels import section_label, type_label


def _flat(text: str) -> str:
    return " ".join(text.split())


def note_text(note: Note) -> str:
    """The whole note; ends in a line break. Holds every statement of every section."""
    lines = [type_label(note.note_type).upper(), DRAFT, WARNING, ""]

    def block(title: str, rows: list[str]) -> None:
        if rows:
            lines.extend([title.upper(), *rows, ""])

    for section, statements in note.sections.items():
        block(section_label(section), [_flat(one.text) for one in statements])
    block("Signos vitales y somatometría", [f"- {name}: {value}" for name, value in vital_rows(note)])
    block("Laboratorio", [f"- {name}: {value}" for name, value in laboratory_rows(note)])
    heads = ("dosis", "vía", "periodicidad", "duración")
    block(
        "Medicamentos",
        [
            f"- {row[0]}: " + "; ".join(f"{head}: {_flat(value)}" for head, value in zip(heads, row[1:], strict=True))
            for row in map(medication_row, note.medications)
        ],
    )
    block(
        "Códigos CIE-10 sugeridos (ninguno elegido)",
        [
            f"- {_flat(diagnosis_line(one))}: " + "; ".join(f"{c.code} {c.title}" for c in one.candidates)
            for one in note.diagnoses
            if one.candidates
        ],
    )
    block("Alertas por revisar", [f"- [{one.severity}] {_flat(one.message)}" for one in note.alerts])
    block(
        "Falta según la NOM-004-SSA3-2012",
        [
            f"[ ] {one.label} (numeral {one.numeral}{'' if one.mandatory else '; si aplica'})"
            for one in sorted(note.missing, key=lambda one: not one.mandatory)
        ],
    )
    return "\n".join(lines).rstrip() + "\n"
