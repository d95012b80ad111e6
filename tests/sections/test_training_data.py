"""Training data of the section reader: changed notes keep every statement and its label; no evaluated note is in it."""

from __future__ import annotations

import csv
import random
from itertools import pairwise

from copilot.domain import Section
from copilot.sections.labelled import HELD_OUT_VOICES, TUNING_VOICES, read_notes, split
from copilot.sections.train import SPACCC, augment, run_on, with_moved_blocks

NOTES = read_notes()


def test_no_evaluated_voice_is_trained_on() -> None:
    train, tuning, held = split(NOTES)
    assert not {note.voice for note in train} & (HELD_OUT_VOICES | TUNING_VOICES)
    assert {note.voice for note in tuning} <= TUNING_VOICES
    assert {note.voice for note in held} <= HELD_OUT_VOICES


def test_moving_blocks_keeps_every_statement_with_its_label() -> None:
    rng = random.Random(3)
    for note in NOTES:
        moved = with_moved_blocks(note, rng)
        said = sorted((moved.text[start:end], section) for (start, end), section in moved.statements)
        assert said == sorted((note.text[start:end], section) for (start, end), section in note.statements)
        assert all(a.end <= b.start for (a, _), (b, _) in pairwise(moved.statements))


def test_other_hands_keep_every_offset() -> None:
    rng = random.Random(4)
    for note in NOTES[::3]:
        assert len(augment(note, rng).text) == len(note.text)


def test_run_on_text_loses_its_marks_but_not_its_numbers() -> None:
    text = run_on("T 36.4, TA 130/80. Metformina 1,500 mg:\nseguir igual.", random.Random(0))
    assert "36.4" in text and "130/80" in text and "1,500" in text
    assert not any(mark in text.replace("36.4", "").replace("1,500", "") for mark in ".,;:\n")


def test_labels_of_the_spanish_cases_are_in_order_and_hold_no_text() -> None:
    with SPACCC.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    assert len({row["doc"] for row in rows}) >= 100
    assert set(rows[0]) == {"doc", "start", "end", "section"}
    for before, row in pairwise(rows):
        assert Section(row["section"]) and int(row["start"]) < int(row["end"])
        assert before["doc"] != row["doc"] or int(before["end"]) <= int(row["start"])
