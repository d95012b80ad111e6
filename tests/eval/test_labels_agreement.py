"""The sheet of the second reading tells what the labelled notes really hold."""

from collections import defaultdict

from copilot.sections.labelled import HELD_OUT_VOICES, TAGS, TUNING_VOICES, read_notes
from eval.bench.labels import held_out, measure, rows


def test_settled_labels_are_those_of_the_notes() -> None:
    settled = defaultdict(list)
    for row in rows():
        settled[row["note"]] += row["settled"].split("+")
    short = {section: tag for tag, section in TAGS.items()}
    notes = [note for note in read_notes() if note.voice in HELD_OUT_VOICES | TUNING_VOICES]
    assert settled == {note.id: [short[section] for _, section in note.statements] for note in notes}


def test_no_training_note_counts_in_the_agreement() -> None:
    held = {note.id for note in read_notes() if note.voice in HELD_OUT_VOICES}
    assert {row["note"] for row in rows() if held_out(row)} == held


def test_chance_alone_does_not_pass_for_agreement() -> None:
    """A reader who labels everything alike agrees with himself only by chance: kappa 0."""
    found = measure([{**row, "second": "TX"} for row in rows()], resamples=50)
    assert found.raw[0] > 0.1
    assert abs(found.kappa[0]) < 1e-9
