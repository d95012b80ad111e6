"""Quotation: verbatim, whole rows, no suspicious value as an answer."""

from __future__ import annotations

import numpy as np

from copilot.assistant.evidence import gather, units
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
