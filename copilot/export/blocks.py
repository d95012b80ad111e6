"""The parts of a document in their order, the same for every format; the formats only dress them."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.export.document import Document, SignedAddendum, shown_time
from copilot.export.lines import diagnosis_line, laboratory_rows, medication_row, statement_line, vital_rows
from copilot.labels import section_label

Row = tuple[str, ...]
NORM = "NOM-004-SSA3-2012"


@dataclass(frozen=True)
class Block:
    """A titled part: statements (``lines``), or a table where ``heads`` are given."""

    title: str
    lines: tuple[str, ...] = ()
    heads: Row = ()
    rows: tuple[Row, ...] = ()
    kind: str = "texto"
    """``texto``, ``tabla``, ``lista`` or ``pendiente`` (boxes to tick)."""


def flat(text: str) -> str:
    """One line."""
    return " ".join(text.split())


def head_rows(document: Document) -> list[tuple[str, str]]:
    """Unit, date and patient, as far as known."""
    rows = [("Unidad médica", document.unit)] if document.unit else []
    if document.made:
        rows.append(("Fecha y hora", shown_time(document.made)))
    return [*rows, *document.patient]


def blocks(document: Document) -> list[Block]:
    """Sections and tables; a draft also says what is still to be looked at."""
    note = document.note
    draft = document.signature is None
    found = [
        Block(section_label(section), tuple(statement_line(one, draft=draft) for one in statements))
        for section, statements in note.sections.items()
    ]
    if note.vitals:
        found.append(Block("Signos vitales y somatometría", (), ("Signo", "Valor"), tuple(vital_rows(note)), "tabla"))
    if note.laboratory:
        found.append(Block("Laboratorio", (), ("Estudio", "Resultado"), tuple(laboratory_rows(note)), "tabla"))
    if note.medications:
        heads = ("Medicamento", "Dosis", "Vía", "Periodicidad", "Duración")
        rows = tuple(tuple(map(flat, medication_row(one))) for one in note.medications)
        found.append(Block("Medicamentos", (), heads, rows, "tabla"))
    if document.codes:
        rows = tuple((one.code, one.title, flat(one.diagnosis)) for one in document.codes)
        found.append(Block("Códigos CIE-10", (), ("Código", "Título", "Diagnóstico en la nota"), rows, "tabla"))
    if document.signature is None:
        found += _to_look_at(document)
    return [one for one in found if one.lines or one.rows]


def _to_look_at(document: Document) -> list[Block]:
    note = document.note
    have = {flat(one.diagnosis) for one in document.codes}
    suggested = tuple(
        f"{flat(diagnosis_line(one))}: " + "; ".join(f"{c.code} {c.title}" for c in one.candidates)
        for one in note.diagnoses
        if one.candidates and flat(one.text) not in have
    )
    missing = tuple(
        f"{one.label} (numeral {one.numeral}{'' if one.mandatory else '; si aplica'})"
        for one in sorted(note.missing, key=lambda one: not one.mandatory)
    )
    alerts = tuple(f"[{one.severity}] {flat(one.message)}" for one in note.alerts)
    return [
        Block("Códigos CIE-10 sugeridos (ninguno elegido)", suggested, kind="lista"),
        Block("Alertas por revisar", alerts, kind="lista"),
        Block(f"Falta según la {NORM}", missing, kind="pendiente"),
    ]


def signature_rows(document: Document) -> list[tuple[str, str]]:
    """Who signed, when, and the hash by which the content can be checked; empty for a draft."""
    one = document.signature
    if one is None:
        return []
    return [
        ("Nombre", one.name),
        ("Cédula profesional", one.cedula),
        ("Firmada", shown_time(one.at)),
        ("Huella SHA-256 del contenido", one.hash),
        ("Registro en la bitácora", one.entry),
    ]


def addendum_rows(one: SignedAddendum) -> list[tuple[str, str]]:
    """Signature of an addendum."""
    by = one.signature
    return [
        ("Nombre", by.name),
        ("Cédula profesional", by.cedula),
        ("Firmada", shown_time(by.at)),
        ("Huella SHA-256 del contenido", by.hash),
    ]
