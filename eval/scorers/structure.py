"""Structuring against the section labels: text in the wrong section, text or facts lost, wrong type of note."""

from __future__ import annotations

from collections.abc import Iterable

from copilot.domain import Section
from eval.datasets.notas import EvalNote
from eval.scorers.events import Event
from eval.sections import same


def _sections(result: dict[str, list[list[int]]], length: int) -> list[Section | None]:
    """Section of every character of the note, None where the note lost it."""
    said: list[Section | None] = [None] * length
    for key, spans in result.items():
        for start, end in spans:
            said[start:end] = [Section(key)] * (end - start)
    return said


def _solid(text: str, start: int, end: int) -> list[int]:
    return [at for at in range(start, end) if not text[at].isspace()]


def score(note: EvalNote, result: dict[str, object]) -> list[Event]:
    """Events of one structured note. ``result``: ``sections`` (key → spans of the original text), ``note_type``."""
    said = _sections(result["sections"], len(note.text))  # type: ignore[arg-type]
    kind = {"note_type": str(note.note_type)}
    events = []
    for at, ((start, end), section) in enumerate(note.statements):
        solid = _solid(note.text, start, end)
        # Administrative sections (identification, other) count as one, as in the project's other figures.
        wrong = sum(said[i] is None or not same(said[i] or section, section, True) for i in solid)
        share = wrong / len(solid)
        tags = kind | {"section": str(section)}
        unit = f"{note.id}-{at}"
        events.append(Event("estructura.seccion_equivocada", unit, note.id, share, float(len(solid)), tags))
        events.append(Event("estructura.enunciado_equivocado", unit, note.id, float(share > 0.5), 1.0, tags))
    lost = any(said[i] is None for i in _solid(note.text, 0, len(note.text)))
    events.append(Event("estructura.texto_perdido", note.id, note.id, float(lost), 1.0, kind))
    wrong_type = result["note_type"] != str(note.note_type)
    events.append(Event("estructura.tipo_equivocado", note.id, note.id, float(wrong_type), 1.0, kind))
    events += _facts(note, said, kind)
    return events


def _facts(note: EvalNote, said: list[Section | None], kind: dict[str, str]) -> Iterable[Event]:
    for at, fact in enumerate(note.facts):
        gone = any(said[i] is None for i in _solid(note.text, *fact.span))
        yield Event("estructura.hecho_perdido", f"{note.id}-h{at}", note.id, float(gone), 1.0, kind)
