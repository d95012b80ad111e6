"""Kinds of turn by their form, and questions about the note."""

from __future__ import annotations

import pytest

from copilot.assistant.notequestions import answer_from_note
from copilot.assistant.turns import TurnKind, read_turn
from copilot.domain import Medication, Note, NoteType, Section, Span, Statement

SOURCE = "Fem 54 a, DM2. Metformina 850 mg VO c/12h. Niega alergias. Pronóstico reservado."


def _statement(words: str) -> Statement:
    start = SOURCE.index(words)
    return Statement(words, (Span(start, start + len(words)),))


NOTE = Note(
    NoteType.EVOLUCION,
    {
        Section.ANTECEDENTES_PATOLOGICOS: (_statement("Niega alergias."),),
        Section.TRATAMIENTO: (_statement("Metformina 850 mg VO c/12h."),),
        Section.PRONOSTICO: (_statement("Pronóstico reservado."),),
    },
    medications=(Medication("Metformina", Span(15, 25), "850", "mg", "VO", "c/12h"),),
)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("agrega alergia a penicilina", TurnKind.AMENDMENT),
        ("quita el pronóstico", TurnKind.AMENDMENT),
        ("la TA es 130/80, no 180/30", TurnKind.AMENDMENT),
        ("¿qué toma y a qué dosis?", TurnKind.NOTE_QUESTION),
        ("¿cuál es la meta de HbA1c?", TurnKind.GUIDELINE),
        ("¿y en embarazadas?", TurnKind.GUIDELINE),
        ("Masculino de 40 años con tos de tres días,\nafebril, FR 18.\nPlan: hidratación.", TurnKind.TEXT),
    ],
)
def test_kind_with_a_note(message: str, kind: TurnKind) -> None:
    reading = read_turn(message, has_note=True, pending=False)
    assert reading.kind is kind
    assert reading.certainty >= 0.7


@pytest.mark.parametrize("message", ["mmm", "ya", "quizá mejor lo otro"])
def test_unclear_turns_are_not_guessed(message: str) -> None:
    reading = read_turn(message, has_note=True, pending=False)
    assert reading.kind is TurnKind.UNCLEAR or reading.certainty < 0.7


def test_yes_counts_only_where_something_waits() -> None:
    assert read_turn("sí", has_note=True, pending=True).kind is TurnKind.CONFIRM
    assert read_turn("sí", has_note=True, pending=False).kind is not TurnKind.CONFIRM


def test_an_order_without_a_note_is_asked_back() -> None:
    assert read_turn("quita el pronóstico", has_note=False, pending=False).kind is TurnKind.UNCLEAR


def test_drugs_are_answered_with_their_statement_and_span() -> None:
    found = answer_from_note(NOTE, SOURCE, "¿qué toma y a qué dosis?")
    assert "850 mg" in found.text
    assert [SOURCE[s.start : s.end] for _, spans in found.quotes for s in spans] == ["Metformina 850 mg VO c/12h."]


def test_negated_allergies_are_quoted_not_inferred() -> None:
    assert "Niega alergias" in answer_from_note(NOTE, SOURCE, "¿tiene alergias?").text


def test_what_the_note_does_not_say_is_not_invented() -> None:
    found = answer_from_note(NOTE, SOURCE, "¿cuál fue el resultado del ultrasonido?")
    assert not found.quotes
    assert found.text.startswith("La nota no")


@pytest.mark.parametrize("message", ["sí, aplícalo", "dale, sí", "ok, gracias", "correcto"])
def test_a_yes_as_it_is_said(message: str) -> None:
    assert read_turn(message, has_note=True, pending=True).kind is TurnKind.CONFIRM


@pytest.mark.parametrize("message", ["no, gracias", "mejor no", "no, déjalo como estaba"])
def test_a_no_as_it_is_said(message: str) -> None:
    assert read_turn(message, has_note=True, pending=True).kind is TurnKind.REJECT


@pytest.mark.parametrize("message", ["gracias", "por favor", "no sé, sí"])
def test_courtesy_and_doubt_apply_nothing(message: str) -> None:
    assert read_turn(message, has_note=True, pending=True).kind is not TurnKind.CONFIRM


def test_an_allergy_in_a_statement_is_never_denied() -> None:
    source = "Alérgica a sulfas. Madre finada por infarto."
    rows = (Statement(source[:18], (Span(0, 18),)), Statement(source[19:], (Span(19, len(source)),)))
    note = Note(NoteType.EVOLUCION, {Section.ANTECEDENTES_PATOLOGICOS: rows})
    assert "sulfas" in answer_from_note(note, source, "¿a qué es alérgica?").text
    assert "infarto" in answer_from_note(note, source, "¿de qué murió su mamá?").text
