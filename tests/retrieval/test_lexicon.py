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
