"""Section assignment: reader and classifier settle the clear cases, the language model is asked about the rest.

The cascade: the section reader (whole note) and two classifiers of statements (embeddings, n-grams) are pooled; a
statement whose pooled probability is at least ``CLEAR`` keeps that section. For the
others the language model chooses among the 12 letters under constrained decoding, shown the nearest labelled
examples and the neighbouring statements; both distributions are multiplied (log-linear pooling), the model's
weighted by what it was worth on the tuning voices. Figures: docs/figures/secciones.md.
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable
from dataclasses import dataclass, replace

from langchain.messages import HumanMessage, SystemMessage
from langchain_core.language_models import BaseChatModel

from copilot.domain import NoteType, Section
from copilot.llm import choose
from copilot.prompting import load_prompt
from copilot.sections.clauses import StatementPool
from copilot.sections.examples import ExampleBank
from copilot.sections.reader import NoteReading, Reading, SectionReader

SECTIONS = list(Section)
LETTERS = string.ascii_uppercase[: len(SECTIONS)]
CLEAR = 0.55
"""Reader probability from which a statement needs no model."""
MODEL_WEIGHT = 0.35
MOST_ASKED = 3
"""Statements of one note the model is asked about at most (the least sure ones), which bounds the time."""
SHOWN_CHARACTERS = 90
"""Of an example or a neighbour; what is evaluated anew for a statement costs 15 ms a token."""


@dataclass(frozen=True)
class Assignment:
    """Statements with their sections, the note's type by probability, and how many needed the model."""

    statements: tuple[Reading, ...]
    note_type: dict[NoteType, float]
    asked: int


def _short(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def system_message() -> SystemMessage:
    """The part of the prompt that never changes; evaluated once (:meth:`GgufChat.prepare`)."""
    return SystemMessage(load_prompt("seccion").text)


def _prompt(reading: NoteReading, at: int, bank: ExampleBank, note_type: str) -> list[SystemMessage | HumanMessage]:
    """The system part never changes, so that the model evaluates it once; the case is kept short."""
    near = bank.nearest(reading.statements[at].clause.text)
    examples = "\n".join(f"{_short(e.text)} -> {LETTERS[SECTIONS.index(e.section)]}" for e in reversed(near))
    around = [
        _short(reading.statements[i].clause.text) if 0 <= i < len(reading.statements) else "—"
        for i in (at - 1, at + 1)
    ]
    case = load_prompt("seccion_caso").fill(
        examples=examples,
        note_type=note_type,
        before=around[0],
        clause=_short(reading.statements[at].clause.text, 300),
        after=around[1],
    )
    return [system_message(), HumanMessage(case)]


def pooled(reading: Reading, said: dict[Section, float], weight: float = MODEL_WEIGHT) -> Reading:
    """The reading with the model's distribution pooled in."""
    logs = {
        s: math.log(max(reading.probabilities[s], 1e-6)) + weight * math.log(max(said[s], 1e-6)) for s in SECTIONS
    }
    top = max(logs.values())
    weights = {s: math.exp(v - top) for s, v in logs.items()}
    total = sum(weights.values())
    best = max(weights, key=lambda s: weights[s])
    return replace(reading, section=best, probabilities={s: w / total for s, w in weights.items()})


def ask_model(
    model: BaseChatModel, bank: ExampleBank, reading: NoteReading, at: int, note_type: str
) -> dict[Section, float]:
    """The language model's distribution over the sections of statement ``at``."""
    said = choose(model, _prompt(reading, at, bank, note_type), LETTERS)
    return {section: said[letter] for section, letter in zip(SECTIONS, LETTERS, strict=True)}


def assign_sections(
    text: str,
    reader: SectionReader,
    classifier: StatementPool | None = None,
    model: BaseChatModel | None = None,
    bank: ExampleBank | None = None,
    note_type: NoteType | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    on_read: Callable[[Assignment], None] | None = None,
) -> Assignment:
    """Statements of ``text`` with their sections. Without ``model`` the reader decides alone.

    ``on_read`` gets the reader's own assignment where the model is still to be asked about some statements.
    """
    reading = reader.read(text)
    if classifier is not None:
        reading = classifier.pool(reading)
    statements = list(reading.statements)
    unsure = sorted(
        (i for i, one in enumerate(statements) if one.confidence < CLEAR), key=lambda i: statements[i].confidence
    )[:MOST_ASKED]
    if model is None or bank is None:
        return Assignment(tuple(statements), reading.note_type, 0)
    if unsure and on_read:
        on_read(Assignment(tuple(statements), reading.note_type, 0))
    kind = note_type or (max(reading.note_type, key=lambda t: reading.note_type[t]) if reading.note_type else "")
    for count, at in enumerate(unsure, 1):
        statements[at] = pooled(statements[at], ask_model(model, bank, reading, at, str(kind)))
        if on_progress:
            on_progress(count, len(unsure))
    return Assignment(tuple(statements), reading.note_type, len(unsure))
