"""Suites of writing mode: what the model makes up or leaves out, alone and behind the guard.

One note is written once a run; both suites read the same result. Judged here, where models are at hand: every written
sentence against the whole (redacted) note, and every labelled fact against the model's text and against the note shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from copilot.facade import Structured
from copilot.writing.types import NOT_ASKED
from copilot.writing.write import sentences
from eval.context import EVALUATOR, Context
from eval.datasets.notas import EvalNote, Fact
from eval.scorers import writing as scorer
from eval.scorers.events import Event
from eval.scorers.second import foreign
from eval.tasks.notes import note_items, notes
from eval.tasks.suite import Result, Suite
from guardrails.grounding import GroundingGuard


def written(context: Context, identifier: str) -> Result:
    """One note in writing mode with the judges' findings; redacted text, offsets and positions of facts only."""
    note = notes()[identifier]

    def call() -> Result:
        prompt = context.prompt
        found = context.pilot.structure(note.text, note.note_type, actor=EVALUATOR, write=True, writing_prompt=prompt)
        guard = context.pilot.grounding
        return {
            "statements": _statements(found, guard),
            "source": found.redacted.text,
            "facts": _facts(note, found, guard),
            "lost_data": _lost_data(note, found),
            "words": len(note.text.split()),
        }

    return context.cached("redaccion", identifier, call)


def _statements(found: Structured, guard: GroundingGuard) -> list[dict[str, Any]]:
    """Every statement with the model's line and, for each sentence, what both judges say of it."""
    assert found.writing is not None
    source = found.redacted.text
    rows = []
    for one in found.writing.rewordings:
        said = list(sentences(one.raw))
        judged = []
        for text, whole in zip(said, guard.verify_many(source, said), strict=True):
            judged.append(
                {
                    "text": text,
                    "supported": whole.supported,
                    "score": round(whole.score, 4),
                    "kind": str(whole.kind),
                    "severity": str(whole.severity),
                    "evidence": [list(span) for span in whole.evidence],
                    "foreign": foreign(source, text),
                }
            )
        rows.append(
            {
                "section": str(one.section),
                "spans": [list(span) for span in one.source.spans],
                "source": one.source.text,
                "raw": one.raw,
                "sentences": judged,
                "reason": str(one.reason),
                "written": one.written,
                "asked": one.reason not in NOT_ASKED,
            }
        )
    return rows


def _present(guard: GroundingGuard, text: str, note: EvalNote, facts: Sequence[Fact]) -> list[bool]:
    """Whether each fact, in the note's own words, is carried by the text (the guard's search for omissions)."""
    gone = {one.index for one in guard.omissions([note.text[slice(*fact.span)] for fact in facts], text)}
    return [at not in gone for at in range(len(facts))]


def _facts(note: EvalNote, found: Structured, guard: GroundingGuard) -> dict[str, list[bool]]:
    """Where each fact is found: the source, the source without it, the model's text alone, the note shown."""
    assert found.writing is not None
    lines = [one.source.text if one.reason in NOT_ASKED else one.raw for one in found.writing.rewordings]
    raw = found.vault.restore("\n".join(line for line in lines if line))
    final = "\n".join(one.text for value in found.note.sections.values() for one in value)
    cut = []
    for fact in note.facts:
        without = note.text[: fact.span.start] + " " + note.text[fact.span.end :]
        cut += _present(guard, without, note, [fact])
    return {
        "source": _present(guard, note.text, note, note.facts),
        "cut": cut,
        "raw": _present(guard, raw, note, note.facts),
        "final": _present(guard, final, note, note.facts),
    }


def _lost_data(note: EvalNote, found: Structured) -> int:
    """Marked personal data that the physician would no longer find in the note shown (should be none)."""
    shown = " ".join(" ".join(one.text.split()) for value in found.note.sections.values() for one in value)
    return sum(" ".join(note.text[d.start : d.end].split()) not in shown for d in note.personal)


def _hallucinations(identifier: str, result: Result) -> list[Event]:
    return scorer.hallucination(notes()[identifier], result)


def _omissions(identifier: str, result: Result) -> list[Event]:
    return scorer.omission(notes()[identifier], result)


SUITES = (
    Suite("alucinacion", "Alucinación al redactar", note_items, written, _hallucinations),
    Suite("omision", "Omisión al redactar", note_items, written, _omissions),
)
