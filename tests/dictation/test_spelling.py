"""Terms are spelt as they sound; what sounds otherwise, or is a right word already, is left as it was heard."""

from __future__ import annotations

import pytest

from copilot.dictation.shapes import Mark, Word
from copilot.dictation.spelling import spell
from copilot.dictation.work import written


def spelt(text: str) -> str:
    return " ".join(one.text for one in spell([Word(part) for part in text.split()]))


@pytest.mark.parametrize(("heard", "right"), [
    ("Para setamol 500 mg", "Paracetamol 500 mg"),
    ("diabetes meyitus tipo 2.", "diabetes mellitus tipo 2."),
    ("omeprasol en ayunas", "omeprazol en ayunas"),
    ("dapa gliflosina por la mañana", "dapagliflozina por la mañana"),
    ("con polisitemia,", "con policitemia,"),
    ("colesistectomia hace", "colecistectomía hace"),
    ("farinje iperémica", "farinje hiperémica"),
    ("faring o amigdalitis", "faringoamigdalitis"),
])  # fmt: skip
def test_what_sounds_the_same_is_spelt(heard: str, right: str) -> None:
    assert spelt(heard) == right


@pytest.mark.parametrize("text", [
    "para setenta años", "se le dio la cena", "hipertensión arterial", "paracetamol 500 mg",
    "tosió, para. Setamos", "casa y caza", "acude por dolor", "para la tos", "metformina 850 mg",
    "mesformina 850 mg",  # sounds otherwise: marked beside its dose, never changed
    "de 3 a 5 días", "paciente refiere que había vacunas",
])  # fmt: skip
def test_nothing_else_is_touched(text: str) -> None:
    assert spelt(text) == text


@pytest.mark.parametrize(("heard", "doubtful"), [
    ("el paciente refiere dolor abdominal desde ayer", set()),
    ("se le explican datos de alarma a la madre", set()),
    ("clucosa en adiunas", {"clucosa", "adiunas"}),
    ("antecedente de aprendizectomia", {"aprendizectomia"}),
])  # fmt: skip
def test_words_nobody_writes_are_marked(heard: str, doubtful: set[str]) -> None:
    pieces = written([Word(one, 0.99) for one in heard.split()])
    assert {one.text for one in pieces if Mark.UNSURE in one.marks} == doubtful


def test_what_was_spelt_says_what_was_heard() -> None:
    (first, *_) = written([Word("Para", 0.9), Word("setamol", 0.8), Word("500", 0.9), Word("mg", 0.9)])
    assert first.text == "Paracetamol"
    assert set(first.marks) == {Mark.UNSURE, Mark.DRUG}
    assert first.hint == "se oyó «Para setamol»"


def test_a_drug_that_sounds_otherwise_is_a_question() -> None:
    pieces = written([Word(one) for one in ["mesformina", "850", "miligramos", "cada", "doce", "horas"]])
    assert pieces[0].text == "mesformina"
    assert Mark.DRUG in pieces[0].marks
    assert pieces[0].hint == "¿metformina?"
