"""A note as Markdown. What the physician wrote is text: no character of it acts as mark-up."""

from __future__ import annotations

import re

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

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_LEADING = re.compile(r"^(\d+)([.)])(?=\s|$)")


def escape_markdown(text: str) -> str:
    """``text`` on one line, shown literally by any Markdown reader (HTML and links included)."""
    flat = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    flat = _LEADING.sub(r"\1\\\2", flat)
    return "\\" + flat if flat[:1] in "-+=" and flat else flat


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    return lines + ["| " + " | ".join(escape_markdown(cell) for cell in row) + " |" for row in rows]


def note_markdown(note: Note) -> str:
    """The whole note; ends in a line break. Holds every statement of every section."""
    lines = [f"# {type_label(note.note_type)}", "", f"> **{DRAFT}.** {WARNING}", ""]

    def block(title: str, rows: list[str]) -> None:
        if rows:
            lines.extend([f"## {title}", "", *rows, ""])

    for section, statements in note.sections.items():
        block(section_label(section), [f"- {escape_markdown(one.text)}" for one in statements])
    if note.vitals:
        block("Signos vitales y somatometría", _table(("Signo", "Valor"), list(vital_rows(note))))
    if note.laboratory:
        block("Laboratorio", _table(("Estudio", "Resultado"), list(laboratory_rows(note))))
    if note.medications:
        heads = ("Medicamento", "Dosis", "Vía", "Periodicidad", "Duración")
        block("Medicamentos", _table(heads, [medication_row(one) for one in note.medications]))
    block(
        "Códigos CIE-10 sugeridos (ninguno elegido)",
        [
            f"- {escape_markdown(diagnosis_line(one))}: "
            + "; ".join(escape_markdown(f"{c.code} {c.title}") for c in one.candidates)
            for one in note.diagnoses
            if one.candidates
        ],
    )
    block("Alertas por revisar", [f"- **{one.severity}**: {escape_markdown(one.message)}" for one in note.alerts])
    block(
        "Falta según la NOM-004-SSA3-2012",
        [
            f"- [ ] {escape_markdown(one.label)} (numeral {one.numeral}{'' if one.mandatory else '; si aplica'})"
            for one in sorted(note.missing, key=lambda one: not one.mandatory)
        ],
    )
    return "\n".join(lines).rstrip() + "\n"
