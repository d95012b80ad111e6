"""Writing mode, counted: sentences without support and facts left out, by the model alone and in the note shown."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from eval.datasets.notas import EvalNote, load
from eval.datasets.sets import of_suite
from eval.scorers.events import Event
from eval.scorers.recorder import events_of


@lru_cache(maxsize=1)
def _set_of() -> dict[str, str]:
    """Data set of each note; the narrower of two sets stands below the wider in the table and names it."""
    return {note.id: one.name for one in of_suite("alucinacion") for note in load(one.files())}


def _tags(note: EvalNote) -> dict[str, str]:
    return {"note_type": str(note.note_type), "set": _set_of().get(note.id, "notas")}


def hallucination(note: EvalNote, result: dict[str, Any]) -> list[Event]:
    """Events of one written note. Denominators are sentences the model wrote, never those it left alone."""
    record = events_of(note.id, _tags(note))
    for at, statement in enumerate(result["statements"]):
        section = {"section": statement["section"]}
        if statement["asked"]:
            returned = not statement["written"] and statement["reason"] != "igual"
            record("alucinacion.literal", returned, f"e{at}", reason=statement["reason"], **section)
        for number, sentence in enumerate(statement["sentences"]):
            part = f"e{at}-o{number}"
            bad = not sentence["supported"]
            major = bad and sentence["severity"] == "mayor"
            tags = section | ({"kind": sentence["kind"], "severity": sentence["severity"]} if bad else {})
            tags |= {"score": str(sentence["score"])}
            for stage in ("cruda", "final") if statement["written"] else ("cruda",):
                record(f"alucinacion.{stage}", bad, part, **tags)
                record(f"alucinacion.{stage}_mayor", major, part, **tags)
                record(f"alucinacion.{stage}_segundo", bool(sentence["foreign"]), part, **section)
    record("alucinacion.sustituto", result["lost_data"] > 0)
    return record.events


def omission(note: EvalNote, result: dict[str, Any]) -> list[Event]:
    """Events of one written note: facts not found, and how well the finder does on the source with and without them."""
    record = events_of(note.id, _tags(note))
    found = result["facts"]
    sections = [_section(note, fact.span.start) for fact in note.facts]
    for at, (seen, cut) in enumerate(zip(found["source"], found["cut"], strict=True)):
        part, section = f"h{at}", sections[at]
        record("omision.buscador_inventa", not seen, part, section=section)
        record("omision.buscador_falla", cut, part, section=section)
        record("omision.cruda", not found["raw"][at], part, section=section)
        record("omision.final", not found["final"][at], part, section=section)
    return record.events


def _section(note: EvalNote, at: int) -> str:
    return next((str(section) for (start, end), section in note.statements if start <= at < end), "")
