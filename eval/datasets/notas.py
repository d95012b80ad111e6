"""The project's own evaluation notes: written by hand, redistributable, apart from all training text.

A file holds the notes of one voice. Form (UTF-8), reviewable by a clinician:

* ``=== id | voz: voice | tipo: note_type`` heads a note;
* in the body ``⟦XX⟧`` opens a statement of section XX and ``⟪TYPE:text⟫`` marks a personal datum;
* ``--- hechos`` opens its atomic facts, one a line: ``span text => normalised fact``;
* ``--- frases`` opens its statements: ``+ faithful`` or ``- kind severity | unfaithful``.

The data card is ``notas_textos/README.md``. All offsets are into :attr:`EvalNote.text`, which holds no mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from copilot.domain import NoteType, Section, Span
from copilot.sections.labelled import TAGS
from guardrails.grounding.types import ErrorKind, Severity
from guardrails.redaction.types import TYPES

DATA = Path(__file__).with_name("notas_textos")

_HEADER = re.compile(r"^=== *(?P<id>[^|]+?) *\| *voz: *(?P<voice>[^|]+?) *\| *tipo: *(?P<type>\w+) *$")
_MARK = re.compile(r"⟦(?P<tag>\w\w)⟧|⟪(?P<type>[A-Z_0-9]+):(?P<text>[^⟪⟫⟦⟧]+)⟫")
_LEFTOVER = re.compile(r"[⟦⟧⟪⟫]")
_UNFAITHFUL = re.compile(r"^- (?P<kind>\w+) (?P<severity>mayor|menor) \| (?P<text>.+)$")
_FACTS, _STATEMENTS = "--- hechos", "--- frases"


class NotesError(ValueError):
    """A note whose mark-up is wrong; the message names the note and the line, never a personal datum."""


class PersonalDatum(NamedTuple):
    """A personal datum of the clean text, half-open ``[start, end)``."""

    start: int
    end: int
    type: str


class Fact(NamedTuple):
    """An atomic fact: where the note says it, and what it says with abbreviations expanded."""

    span: Span
    normalised: str


class Claim(NamedTuple):
    """A sentence about the note; ``kind`` and ``severity`` are ``NONE`` where it is faithful."""

    id: str
    text: str
    supported: bool
    kind: ErrorKind
    severity: Severity


@dataclass(frozen=True)
class EvalNote:
    """One note with its four layers of labels; section spans cover every non-space character once, in order."""

    id: str
    voice: str
    note_type: NoteType
    text: str
    statements: tuple[tuple[Span, Section], ...]
    personal: tuple[PersonalDatum, ...]
    facts: tuple[Fact, ...]
    claims: tuple[Claim, ...]


def _body(note_id: str, marked: str) -> tuple[str, list[tuple[Span, Section]], list[PersonalDatum]]:
    """Clean text, section spans and personal data of a marked body."""
    text = ""
    opened: list[tuple[int, Section]] = []
    personal: list[PersonalDatum] = []
    last = 0
    for mark in _MARK.finditer(marked):
        text += marked[last : mark.start()]
        last = mark.end()
        if mark["tag"] is not None:
            if mark["tag"] not in TAGS:
                raise NotesError(f"La nota {note_id} usa la etiqueta desconocida «{mark['tag']}».")
            opened.append((len(text), TAGS[mark["tag"]]))
            continue
        if mark["type"] not in TYPES:
            raise NotesError(f"La nota {note_id} usa el tipo desconocido «{mark['type']}».")
        personal.append(PersonalDatum(len(text), len(text) + len(mark["text"]), mark["type"]))
        text += mark["text"]
    text += marked[last:]
    if _LEFTOVER.search(text):
        raise NotesError(f"La nota {note_id} tiene una marca sin cerrar.")
    if not opened or text[: opened[0][0]].strip():
        raise NotesError(f"La nota {note_id} empieza sin etiqueta.")
    spans: list[tuple[Span, Section]] = []
    for (start, section), end in zip(opened, [at for at, _ in opened[1:]] + [len(text)], strict=True):
        piece = text[start:end]
        if not piece.strip():
            raise NotesError(f"La nota {note_id} tiene un enunciado vacío.")
        spans.append((Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())), section))
    return text, spans, personal


def _fact(note_id: str, text: str, line: str, number: int) -> Fact:
    said, arrow, normalised = line.rpartition(" => ")
    if not arrow or not normalised.strip():
        raise NotesError(f"La nota {note_id} tiene un hecho sin «=>» ({number}).")
    if text.count(said) != 1:
        raise NotesError(f"El hecho {number} de la nota {note_id} aparece {text.count(said)} veces en su texto.")
    start = text.index(said)
    return Fact(Span(start, start + len(said)), normalised.strip())


def _claim(note_id: str, line: str, number: int) -> Claim:
    claim_id = f"{note_id}-f{number}"
    if line.startswith("+ "):
        return Claim(claim_id, line[2:].strip(), True, ErrorKind.NONE, Severity.NONE)
    match = _UNFAITHFUL.match(line)
    if match is None or match["kind"] not in set(ErrorKind):
        raise NotesError(f"La frase {number} de la nota {note_id} está mal escrita.")
    return Claim(claim_id, match["text"].strip(), False, ErrorKind(match["kind"]), Severity(match["severity"]))


def parse_note(header: str, lines: list[str]) -> EvalNote:
    """One note from its header and the lines below it. Raises :class:`NotesError`."""
    match = _HEADER.match(header)
    if match is None or match["type"] not in set(NoteType):
        raise NotesError(f"Encabezado de nota mal escrito: «{header[:40]}»")
    note_id = match["id"]
    try:
        facts_at, claims_at = lines.index(_FACTS), lines.index(_STATEMENTS)
    except ValueError:
        raise NotesError(f"A la nota {note_id} le falta «{_FACTS}» o «{_STATEMENTS}».") from None
    text, statements, personal = _body(note_id, "\n".join(lines[:facts_at]).strip("\n"))
    facts = [line for line in lines[facts_at + 1 : claims_at] if line.strip()]
    claims = [line for line in lines[claims_at + 1 :] if line.strip()]
    return EvalNote(
        note_id,
        match["voice"],
        NoteType(match["type"]),
        text,
        tuple(statements),
        tuple(personal),
        tuple(_fact(note_id, text, line, n) for n, line in enumerate(facts, 1)),
        tuple(_claim(note_id, line, n) for n, line in enumerate(claims, 1)),
    )


def load(paths: Iterable[Path] | None = None) -> list[EvalNote]:
    """All evaluation notes, or those of the given files, in file order. Raises :class:`NotesError`."""
    notes: list[EvalNote] = []
    for path in sorted(DATA.glob("*.txt")) if paths is None else paths:
        header, body = "", list[str]()
        for line in [*path.read_text(encoding="utf-8").split("\n"), "==="]:
            if not line.startswith("==="):
                body.append(line)
                continue
            if header:
                notes.append(parse_note(header, body))
            elif any(one.strip() for one in body):
                raise NotesError(f"El archivo {path.name} empieza sin encabezado.")
            header, body = line, []
    return notes
