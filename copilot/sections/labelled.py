"""Hand-labelled notes: one text with its statements and their sections.

File form (UTF-8), reviewable by a clinician: ``=== id | voz: voice | tipo: note_type`` and below it the
note, where ``⟦XX⟧`` opens a statement of section XX and belongs to no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from copilot.domain import NoteType, Section, Span
from copilot.errors import InputError

DATA = Path(__file__).with_name("data") / "notes"

TAGS = {
    "FI": Section.FICHA_IDENTIFICACION,
    "HF": Section.ANTECEDENTES_HEREDOFAMILIARES,
    "NP": Section.ANTECEDENTES_NO_PATOLOGICOS,
    "AP": Section.ANTECEDENTES_PATOLOGICOS,
    "PA": Section.PADECIMIENTO_ACTUAL,
    "EF": Section.EXPLORACION_FISICA,
    "RE": Section.RESULTADOS_ESTUDIOS,
    "DX": Section.DIAGNOSTICOS,
    "TX": Section.TRATAMIENTO,
    "EV": Section.EVOLUCION,
    "PR": Section.PRONOSTICO,
    "OT": Section.OTRO,
}
HELD_OUT_VOICES = frozenset({"a11", "a12", "b11", "b12", "e02"})
"""Voices never trained on: the figures of the README come from them."""
TUNING_VOICES = frozenset({"a10", "b10", "e01"})
"""Voices used to choose settings and to calibrate."""

_HEADER = re.compile(r"^=== *(?P<id>[^|]+?) *\| *voz: *(?P<voice>[^|]+?) *\| *tipo: *(?P<type>\w+) *$")
_TAG = re.compile(r"⟦(\w\w)⟧")


@dataclass(frozen=True)
class LabelledNote:
    """A note and its labelled statements; the spans cover every non-space character once, in order."""

    id: str
    voice: str
    note_type: NoteType | None
    text: str
    statements: tuple[tuple[Span, Section], ...]


def parse_note(header: str, body: str) -> LabelledNote:
    """One labelled note. Raises :class:`InputError` naming the note where its mark-up is wrong."""
    match = _HEADER.match(header)
    if match is None:
        raise InputError(f"Encabezado de nota mal escrito: «{header[:40]}»")
    text, at, statements = "", 0, []
    pieces = _TAG.split(body.strip("\n"))
    if pieces[0].strip():
        raise InputError(f"La nota {match['id']} empieza sin etiqueta.")
    for tag, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if tag not in TAGS:
            raise InputError(f"La nota {match['id']} usa la etiqueta desconocida «{tag}».")
        text += piece
        if piece.strip():
            start = at + len(piece) - len(piece.lstrip())
            statements.append((Span(start, at + len(piece.rstrip())), TAGS[tag]))
        at = len(text)
    return LabelledNote(match["id"], match["voice"], NoteType(match["type"]), text, tuple(statements))


def read_notes(paths: Iterable[Path] | None = None) -> list[LabelledNote]:
    """All labelled notes of the project, or those of the given files, in file order."""
    notes = []
    for path in sorted(DATA.glob("*.txt")) if paths is None else paths:
        header = ""
        body: list[str] = []
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line.startswith("==="):
                if header:
                    notes.append(parse_note(header, "\n".join(body)))
                header, body = line, []
            elif header:
                body.append(line)
        if header:
            notes.append(parse_note(header, "\n".join(body)))
    return notes


def split(notes: Iterable[LabelledNote]) -> tuple[list[LabelledNote], list[LabelledNote], list[LabelledNote]]:
    """Training, tuning and held-out notes, parted by the voice of their author."""
    parts: tuple[list[LabelledNote], list[LabelledNote], list[LabelledNote]] = ([], [], [])
    for note in notes:
        parts[2 if note.voice in HELD_OUT_VOICES else 1 if note.voice in TUNING_VOICES else 0].append(note)
    return parts
