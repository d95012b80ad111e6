"""The grounding guard against the labelled statements, beside a second detector and a naive reference."""

from __future__ import annotations

from typing import Any

from eval.datasets.notas import EvalNote
from eval.scorers.events import Event
from eval.scorers.recorder import events_of
from eval.scorers.second import foreign, foreign_figures


def score(note: EvalNote, result: dict[str, Any]) -> list[Event]:
    """Events of one note's statements; the guard's score goes along as a tag, for the ROC curve."""
    record = events_of(note.id, {"note_type": str(note.note_type)})
    said = {one["id"]: one for one in result["verdicts"]}
    for claim in note.claims:
        verdict = said[claim.id]
        part = claim.id.rsplit("-", 1)[1]
        score = str(verdict["score"])
        called_major = not verdict["supported"] and verdict["severity"] == "mayor"
        second = bool(foreign(note.text, claim.text))
        numbers = bool(foreign_figures(note.text, claim.text))
        if claim.supported:
            record("detector.fiel_rechazada", not verdict["supported"], part, score=score)
            record("detector.fiel_mayor", called_major, part)
            record("detector.segundo_rechaza", second, part)
            record("detector.cifras_rechaza", numbers, part)
            continue
        kind, severity = str(claim.kind), str(claim.severity)
        record("detector.error_no_detectado", verdict["supported"], part, score=score, kind=kind, severity=severity)
        if claim.severity == "mayor":
            record("detector.mayor_no_detectado", verdict["supported"], part, kind=kind, severity=severity)
            record("detector.mayor_no_llamada", not called_major, part, kind=kind, severity=severity)
        if not verdict["supported"]:
            record("detector.clase_equivocada", verdict["kind"] != str(claim.kind), part, kind=kind, severity=severity)
        record("detector.segundo_no_detectado", not second, part, kind=kind, severity=severity)
        record("detector.cifras_no_detectado", not numbers, part, kind=kind, severity=severity)
    return record.events
