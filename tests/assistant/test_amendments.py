"""Amendments in words: what changes, what stays literal, what must be asked back."""

from __future__ import annotations

import pytest

from copilot.assistant.amendments import UnclearError, is_amendment, propose
from copilot.domain import Note, NoteType, Section, Span, Statement, Vital

SOURCE = (
    "Fem de 34 años. Cesárea en 2015. Cefalea de 2 días. TA 180/30, FC 80. Dx: migraña. Pronóstico bueno. "
    "TA al egreso 120/80."
)


def _statement(words: str) -> Statement:
    start = SOURCE.index(words)
    return Statement(words, (Span(start, start + len(words)),))


NOTE = Note(
    NoteType.EVOLUCION,
    {
        Section.PADECIMIENTO_ACTUAL: (_statement("Cesárea en 2015."), _statement("Cefalea de 2 días.")),
        Section.EXPLORACION_FISICA: (_statement("TA 180/30, FC 80."), _statement("TA al egreso 120/80.")),
        Section.DIAGNOSTICOS: (_statement("Dx: migraña."),),
        Section.PRONOSTICO: (_statement("Pronóstico bueno."),),
    },
)


def _run(message: str):  # type: ignore[no-untyped-def]
    return propose(NOTE, SOURCE, message, lambda _: Section.TRATAMIENTO)


def _literal(proposal) -> bool:  # type: ignore[no-untyped-def]
    """Every statement's letters are those of its spans in the source."""
    bare = lambda text: "".join(c for c in text if c.isalnum())  # noqa: E731
    return all(
        bare(one.text) == bare("".join(proposal.source[s.start : s.end] for s in one.spans))
        for statements in proposal.note.sections.values()
        for one in statements
    )


def test_add_puts_the_physicians_words_with_the_message_as_source() -> None:
    made = _run("agrega alergia a penicilina")
    new = made.note.sections[Section.ANTECEDENTES_PATOLOGICOS][-1]
    assert new.text == "alergia a penicilina"
    assert made.source[slice(*new.spans[0])] == "alergia a penicilina"
    assert [c.op for c in made.changes] == ["add"]


def test_add_with_a_named_section() -> None:
    made = _run("Agrega que fuma 5 cigarros al día a antecedentes no patológicos.")
    assert made.note.sections[Section.ANTECEDENTES_NO_PATOLOGICOS][0].text == "fuma 5 cigarros al día"


def test_move() -> None:
    made = _run("pasa lo de la cesárea a antecedentes")
    assert made.note.sections[Section.ANTECEDENTES_PATOLOGICOS][0].text == "Cesárea en 2015."
    assert [s.text for s in made.note.sections[Section.PADECIMIENTO_ACTUAL]] == ["Cefalea de 2 días."]


def test_remove_a_section() -> None:
    made = _run("quita el pronóstico")
    assert Section.PRONOSTICO not in made.note.sections
    assert made.changes[0].before == "Pronóstico bueno."


@pytest.mark.parametrize(
    "message",
    ["la TA es 130/80, no 180/30", "no es 180/30, es 130/80", "corrige 180/30 por 130/80", "cambia 180/30 a 130/80"],
)
def test_replace_changes_the_value_alone_and_stays_literal(message: str) -> None:
    made = _run(message)
    assert made.note.sections[Section.EXPLORACION_FISICA][0].text == "TA 130/80, FC 80."
    assert made.note.sections[Section.EXPLORACION_FISICA][1].text == "TA al egreso 120/80."
    assert _literal(made)


@pytest.mark.parametrize(
    "message",
    ["quita lo de la diabetes", "la TA es 130/80, no 150/90", "pasa lo del asma a antecedentes", "borra la TA"],
)
def test_what_cannot_be_placed_is_asked_back(message: str) -> None:
    with pytest.raises(UnclearError):
        _run(message)


@pytest.mark.parametrize(
    "message",
    ["¿quito la aspirina?", "paciente que quita el apetito con cigarro", "¿puedo agregar losartán?", "refiere cefalea"],
)
def test_these_are_no_orders(message: str) -> None:
    assert not is_amendment(message)


def test_a_bare_number_changes_in_the_statement_the_message_names() -> None:
    made = _run("son 5 días de cefalea, no 2")
    assert made.note.sections[Section.PADECIMIENTO_ACTUAL][1].text == "Cefalea de 5 días."
    assert _literal(made)


def test_the_section_may_be_named_before_the_words() -> None:
    made = _run("añade en tratamiento: reposo en cuarto oscuro")
    assert made.note.sections[Section.TRATAMIENTO][0].text == "reposo en cuarto oscuro"


def test_a_statement_is_found_by_its_place_in_a_section() -> None:
    made = _run("borra la segunda línea de exploración")
    assert [c.before for c in made.changes] == ["TA al egreso 120/80."]


def test_another_drug_with_its_own_dose_is_asked_back_not_mixed_with_the_old_dose() -> None:
    source = "Paracetamol 500 mg cada 8 horas."
    note = Note(NoteType.EVOLUCION, {Section.TRATAMIENTO: (Statement(source, (Span(0, len(source)),)),)})
    with pytest.raises(UnclearError, match="dosis"):
        propose(note, source, "en lugar de paracetamol pon ketorolaco 10 mg", lambda _: Section.TRATAMIENTO)


def test_a_value_named_alone_replaces_the_only_one_of_that_name() -> None:
    source = "TA 180/30, FC 80."
    vital = Vital("ta", "180/30", "mmHg", Span(0, 9))
    note = Note(
        NoteType.EVOLUCION, {Section.EXPLORACION_FISICA: (Statement(source, (Span(0, len(source)),)),)}, vitals=(vital,)
    )
    made = propose(note, source, "la presión era 130/80", lambda _: Section.OTRO)
    assert made.note.sections[Section.EXPLORACION_FISICA][0].text == "TA 130/80, FC 80."
    with pytest.raises(UnclearError):
        propose(note, source, "la saturación es 92", lambda _: Section.OTRO)


PLAN = (
    "Alérgica a sulfas. Cesárea en 2001. Plan: losartán 50 mg cada 12 h, metformina 850 mg cada 8 h, dieta, cita en 2 "
    "semanas. Incapacidad por 3 días. DM2 descontrolada. Pronóstico bueno."
)


def _piece(words: str) -> Statement:
    start = PLAN.index(words)
    return Statement(words, (Span(start, start + len(words)),))


VISIT = Note(
    NoteType.EVOLUCION,
    {
        Section.ANTECEDENTES_PATOLOGICOS: (_piece("Alérgica a sulfas."), _piece("Cesárea en 2001.")),
        Section.DIAGNOSTICOS: (_piece("DM2 descontrolada."),),
        Section.TRATAMIENTO: (
            _piece("Plan: losartán 50 mg cada 12 h, metformina 850 mg cada 8 h, dieta, cita en 2 semanas."),
            _piece("Incapacidad por 3 días."),
        ),
        Section.PRONOSTICO: (_piece("Pronóstico bueno."),),
    },
)


@pytest.mark.parametrize(
    ("message", "section", "after"),
    [
        ("no es alérgica a sulfas, es a penicilina", Section.ANTECEDENTES_PATOLOGICOS, "Alérgica a penicilina."),
        ("la cesárea fue en 2003", Section.ANTECEDENTES_PATOLOGICOS, "Cesárea en 2003."),
        ("la incapacidad es por 5 días", Section.TRATAMIENTO, "Incapacidad por 5 días."),
        ("cambia el pronóstico a reservado", Section.PRONOSTICO, "Pronóstico reservado."),
        ("pon pronóstico reservado", Section.PRONOSTICO, "Pronóstico reservado."),
        ("quita DM2 descontrolada y pon DM2 controlada", Section.DIAGNOSTICOS, "DM2 controlada."),
        (
            "súbele la metformina a 1 g",
            Section.TRATAMIENTO,
            "Plan: losartán 50 mg cada 12 h, metformina 1 g cada 8 h, dieta, cita en 2 semanas.",
        ),
        (
            "cambia la cita a 4 semanas",
            Section.TRATAMIENTO,
            "Plan: losartán 50 mg cada 12 h, metformina 850 mg cada 8 h, dieta, cita en 4 semanas.",
        ),
        (
            "el losartán es cada 24 h",
            Section.TRATAMIENTO,
            "Plan: losartán 50 mg cada 24 h, metformina 850 mg cada 8 h, dieta, cita en 2 semanas.",
        ),
        (
            "borra lo de la dieta",
            Section.TRATAMIENTO,
            "Plan: losartán 50 mg cada 12 h, metformina 850 mg cada 8 h, cita en 2 semanas.",
        ),
    ],
)
def test_one_thing_changes_and_its_neighbours_stay(message: str, section: Section, after: str) -> None:
    assert is_amendment(message)
    made = propose(VISIT, PLAN, message, lambda _: Section.OTRO)
    assert len(made.changes) == 1
    assert after in [one.text for one in made.note.sections[section]]
    assert _literal(made)


@pytest.mark.parametrize(
    "message",
    [
        "quítale la incapacidad",
        "en el plan agrega hidroclorotiazida 25 mg",
        "me faltó poner que ronca",
        "no fuma, agrégalo",
    ],
)
def test_orders_as_they_are_said(message: str) -> None:
    assert is_amendment(message)
    assert len(propose(VISIT, PLAN, message, lambda _: Section.OTRO).changes) == 1


@pytest.mark.parametrize(
    "message", ["el omeprazol es de 20 mg", "súbele la insulina a 12 ui", "la cirugía fue en 2010 y 2012"]
)
def test_a_value_of_what_the_note_lacks_is_asked_back(message: str) -> None:
    with pytest.raises(UnclearError):
        propose(VISIT, PLAN, message, lambda _: Section.OTRO)
