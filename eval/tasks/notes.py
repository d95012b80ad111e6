"""Suites over our labelled notes: structuring, de-identification, and the grounding guard on written statements."""

from __future__ import annotations

from functools import lru_cache

from eval.context import EVALUATOR, Context, timed
from eval.datasets.notas import EvalNote, load
from eval.datasets.sets import of_suite
from eval.redaction import datasets as marked
from eval.scorers import detector, personal_data, structure
from eval.scorers.events import Event
from eval.tasks.suite import Item, Result, Suite


@lru_cache(maxsize=1)
def notes() -> dict[str, EvalNote]:
    """The evaluation notes by id, in file order."""
    return {one.id: one for one in load()}


def note_items() -> list[Item]:
    """One item a note; its type is the stratum."""
    return [Item(one.id, str(one.note_type)) for one in notes().values()]


# --- estructura ---------------------------------------------------------------------------------------------------


def _structure(context: Context, identifier: str) -> Result:
    note = notes()[identifier]

    def call() -> Result:
        found = context.pilot.structure(note.text, actor=EVALUATOR)
        sections = {
            str(key): [list(span) for one in value for span in one.spans] for key, value in found.note.sections.items()
        }
        return {
            "note_type": str(found.note.note_type),
            "sections": sections,
            "asked": found.asked,
            "statements": found.statements,
            "words": len(note.text.split()),
        }

    return timed(call)


def _structure_events(identifier: str, result: Result) -> list[Event]:
    return structure.score(notes()[identifier], result)


# --- redaccion_datos ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def marked_texts() -> dict[str, tuple[str, list[tuple[int, int, str]], str]]:
    """Text, personal data and kind by id: the evaluation notes, and the sets written for the de-identification."""
    texts = {
        one.id: (one.text, [(d.start, d.end, d.type) for d in one.personal], str(one.note_type))
        for one in notes().values()
    }
    for row in of_suite("redaccion_datos"):
        family, _, name = row.name.partition("-")
        if family == "redaccion":
            texts |= {f"{name}-{one.name}": (one.text, one.spans, name) for one in marked.mexican(name)}
    return texts


def _redact(context: Context, identifier: str) -> Result:
    text = marked_texts()[identifier][0]

    def call() -> Result:
        found = context.pilot.deidentify(text, actor=EVALUATOR)
        return {"spans": [[one.start, one.end, one.type] for one in found.spans], "words": len(text.split())}

    return timed(call)


def _redact_events(identifier: str, result: Result) -> list[Event]:
    text, gold, kind = marked_texts()[identifier]
    return personal_data.score(identifier, text, gold, [(s, e, t) for s, e, t in result["spans"]], kind)


# --- detector -----------------------------------------------------------------------------------------------------


def _detect(context: Context, identifier: str) -> Result:
    note = notes()[identifier]

    def call() -> Result:
        verdicts = []
        for claim in note.claims:
            said = context.pilot.verify(note.text, claim.text, actor=EVALUATOR)
            verdicts.append(
                {
                    "id": claim.id,
                    "supported": said.supported,
                    "score": round(said.score, 4),
                    "kind": str(said.kind),
                    "severity": str(said.severity),
                    "read": said.read,
                }
            )
        return {"verdicts": verdicts, "words": len(note.text.split())}

    return timed(call)


def _detect_events(identifier: str, result: Result) -> list[Event]:
    return detector.score(notes()[identifier], result)


SUITES = (
    Suite("estructura", "Estructura de la nota", note_items, _structure, _structure_events),
    Suite(
        "redaccion_datos",
        "Protección de datos personales",
        lambda: [Item(name, kind) for name, (_, _, kind) in marked_texts().items()],
        _redact,
        _redact_events,
    ),
    Suite("detector", "Guardián de fundamentación", note_items, _detect, _detect_events),
)
