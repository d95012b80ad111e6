"""Statements cover every non-space character exactly once, in order, however a note is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.sections.labelled import read_notes
from copilot.segmentation import segment

CASES = [
    ("Dr. Cruz Ma. del Carmen", ["Dr. Cruz Ma. del Carmen"]),
    ("Metformina 850 mg c/12h. Losartán 50 c/24h.", ["Metformina 850 mg c/12h.", "Losartán 50 c/24h."]),
    ("T 36.4 TA 130/80. Abd blando.", ["T 36.4 TA 130/80.", "Abd blando."]),
    ("DM2 de 10 a. Refiere poliuria.", ["DM2 de 10 a.", "Refiere poliuria."]),
    ("1. Metformina\n2. Losartán", ["1. Metformina", "2. Losartán"]),
    ("PLAN:\n- alta\n- cita abierta", ["PLAN:\n- alta", "- cita abierta"]),
    ("EF: abd blando; sin megalias", ["EF: abd blando;", "sin megalias"]),
    ("niega fiebre.Acude por tos", ["niega fiebre.", "Acude por tos"]),
    ("PACIENTE CON TOS. NIEGA FIEBRE. PLAN: RX", ["PACIENTE CON TOS.", "NIEGA FIEBRE.", "PLAN: RX"]),
    ("uno\r\ndos\rtres\n\n\ncuatro", ["uno", "dos", "tres", "cuatro"]),
    ("tos\t\tfiebre ☹. Mejor 👍🏽", ["tos\t\tfiebre ☹.", "Mejor 👍🏽"]),
    ("<PACIENTE_1> acude. <MEDICO_1>", ["<PACIENTE_1> acude.", "<MEDICO_1>"]),
    (
        "paciente femenino de cincuenta y cuatro años que acude por dolor",
        ["paciente femenino de cincuenta y cuatro años que acude por dolor"],
    ),
    ("", []),
    (" \n\t ", []),
    ("…", ["…"]),
]


@pytest.mark.parametrize(("text", "statements"), CASES)
def test_statements_of(text: str, statements: list[str]) -> None:
    assert [clause.text for clause in segment(text)] == statements


def assert_covered(text: str) -> None:
    clauses = segment(text)
    seen = [i for clause in clauses for i in range(*clause.span)]
    assert seen == sorted(set(seen)), "a character is in two statements, or out of order"
    missing = [i for i, c in enumerate(text) if not c.isspace() and i not in set(seen)]
    assert missing == []
    for clause in clauses:
        assert text[clause.span.start : clause.span.end] == clause.text
        assert clause.text == clause.text.strip()


@given(st.text(max_size=300))
def test_any_text_is_covered(text: str) -> None:
    assert_covered(text)


PIECES = ["Dr.", "c/12h.", "T 36.4", "TA 130/80", "EF:", "-", "•", "1.", "\n", "\r\n", "\t", ";", "ABD", "niega"]
PIECES += ["<NSS_1>", "…", "(", ")", ":", "☺", "Plan", "/", "->"]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_mixture_of_clinical_pieces_is_covered(pieces: list[str]) -> None:
    assert_covered(" ".join(pieces))


def test_every_labelled_note_is_covered() -> None:
    for note in read_notes():
        assert_covered(note.text)


def test_a_surrogate_is_never_cut() -> None:
    for clause in segment("Acude <PACIENTE_1>; vive en <DIRECCION_1>. Tel: <TELEFONO_1> // <MEDICO_2>: firma"):
        assert clause.text.count("<") == clause.text.count(">")
