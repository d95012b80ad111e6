"""How a question is read: clipped words, brands, ordinary words that must not become drugs."""

from __future__ import annotations

import pytest

from corpora.lexicon import expand, stems


@pytest.mark.parametrize(
    ("question", "meaning"),
    [
        ("le inicié dapa y bajó el filtrado", "dapagliflozina"),
        ("cuándo mando a nefro", "nefrología"),
        ("¿la de prevenar y luego la de 23?", "neumococo"),
        ("ya trae ozempic, ¿le sigo?", "semaglutida"),
        ("ojito blanco en la foto", "leucocoria"),
        ("cómo sé que reperfundió", "reperfusión"),
    ],
)
def test_the_word_of_the_consulting_room_brings_the_word_of_the_guideline(question: str, meaning: str) -> None:
    read = expand(question)
    assert set(stems(meaning)) <= {*read.added, *read.weak, *read.stems}


@pytest.mark.parametrize("question", ["¿lo meto a quirófano?", "trae canas y está delgado", "¿qué le saco en sangre?"])
def test_an_ordinary_word_is_no_drug(question: str) -> None:
    read = expand(question)
    drugs = set(stems("metoprolol canagliflozina sacubitrilo"))
    assert not drugs & {*read.added, *read.weak}


@pytest.mark.parametrize(
    ("question", "crisis"),
    [
        ("viene con 150/95 en dos citas", False),
        ("186/114 y sin síntomas", True),
        ("toma losartán y trae 190/115", True),
        ("la señora trae 190 / 115", True),
    ],
)
def test_a_bare_reading_is_a_blood_pressure(question: str, crisis: bool) -> None:
    read = expand(question)
    assert set(stems("presión arterial")) <= set(read.added)
    assert ("crisis hipertensiva" in read.text) is crisis


@pytest.mark.parametrize(
    "question", ["plaquetas el 12/05/2024", "vacuna 1/2 dosis", "saturación 92/98", "20/20 de agudeza visual", "70/30",
     "salmeterol fluticasona 250/50 cada 12 h", "levodopa 250/50", "colesterol 220/110", "valsartán 160/80"]
)
def test_other_figures_with_a_bar_are_not(question: str) -> None:
    assert "presión arterial" not in expand(question).text


@pytest.mark.parametrize(
    ("question", "meaning"),
    [
        ("¿qué zapato le recomiendo?", "calzado"),
        ("le doy fierro al prematurito", "hierro prematuro"),
        ("roncador y de cuello ancho", "apnea"),
        ("se echó viagra", "sildenafil fosfodiesterasa"),
        ("ya se le quitó todo en 20 min", "ataque isquémico transitorio"),
    ],
)
def test_words_of_the_street(question: str, meaning: str) -> None:
    read = expand(question)
    assert set(stems(meaning)) <= {*read.added, *read.weak, *read.stems}
