"""Quotation: verbatim, whole rows, no suspicious value as an answer."""

from __future__ import annotations

import numpy as np
import pytest

from copilot.assistant.evidence import continued, gather, units
from corpora.lexicon import expand
from corpora.passages import Passage

TEXT = (
    "El tratamiento inicia con cambios en el estilo de vida.\n"
    "Fármaco: Metformina | Dosis: 850 mg cada 12 horas | Máxima: 2550 mg\n"
    "Fármaco: Glibenclamida | Dosis: 5 mg cada 24 horas | Máxima: 20 mg\n"
    "Dopamina 5 g/kg/min en infusión."
)


def _passage(text: str) -> Passage:
    return Passage("0" * 16, "PAI-X", "Protocolo de prueba", "Cuadros", "Cuadros", text)


def test_units_are_slices_of_the_text() -> None:
    assert all(TEXT[one.start : one.end] == one.text for one in units(TEXT))


def test_a_dose_keeps_its_row() -> None:
    question = expand("dosis máxima de metformina")
    found = gather(_passage(TEXT), 1.0, question, np.zeros(1), None)
    assert any("Metformina" in one and "2550 mg" in one for one in found.best)
    assert all(one in TEXT for one in found.best)


def test_a_value_that_lost_its_prefix_is_never_an_answer() -> None:
    found = gather(_passage(TEXT), 1.0, expand("dopamina dosis en infusión"), np.zeros(1), None)
    assert not any("Dopamina" in one for one in found.best)


def test_a_long_passage_is_cut_at_units_and_stays_verbatim() -> None:
    long = "\n".join(f"Renglón {n}: indicación número {n} del cuadro." for n in range(80))
    found = gather(_passage(long), 1.0, expand("indicación número 41"), np.zeros(1), None)
    assert "Renglón 41:" in found.quote
    assert all(part in long for part in found.quote.split("\n[…]\n"))


def test_a_quotation_goes_on_with_the_next_passage_of_its_section() -> None:
    first = gather(_passage("Metformina: 850 mg cada 12 horas."), 1.0, expand("metformina"), np.zeros(1), None)
    after = _passage("Ajuste en falla renal: máximo 1000 mg al día.")
    assert continued(first, after).quote.split("\n[…]\n") == [first.quote, after.text]
    assert continued(first, after).best == first.best


@pytest.mark.parametrize(
    ("heading", "key", "text"),
    [
        ("Anexos", "PAI-X", "Directorio de la unidad."),
        ("Cuadros", "PAI-OTRO", "Metformina en otra guía."),
        ("Cuadros", "PAI-X", "Dopamina 5 g/kg/min en infusión."),
    ],
)
def test_what_a_quotation_does_not_go_on_with(heading: str, key: str, text: str) -> None:
    first = gather(_passage("Metformina: 850 mg cada 12 horas."), 1.0, expand("metformina"), np.zeros(1), None)
    other = Passage("1" * 16, key, "Protocolo de prueba", heading, heading, text)
    assert continued(first, other).quote == first.quote
    assert continued(first, None) == first


def test_a_long_continuation_ends_with_a_whole_row() -> None:
    first = gather(_passage("Metformina: 850 mg cada 12 horas."), 1.0, expand("metformina"), np.zeros(1), None)
    rows = [f"Renglón {n}: indicación número {n} del cuadro." for n in range(80)]
    quote = continued(first, _passage("\n".join(rows))).quote
    assert len(quote) < 1300
    assert quote.splitlines()[-1] in rows
