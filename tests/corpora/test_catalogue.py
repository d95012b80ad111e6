"""The catalogue: clean rows, no duplicates, and everyday words that find the right title."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from corpora.catalogue.build import _Fact, clean_title, merge
from corpora.catalogue.search import Catalogue
from corpora.catalogue.table import entries
from corpora.catalogue.topics import topics
from corpora.ingest.clean import fold
from corpora.lexicon import stems


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue()


def test_every_guideline_once() -> None:
    keys = Counter(one.key for one in entries())
    assert not [key for key, count in keys.items() if count > 1]
    assert len(entries()) > 850


def test_versions_of_one_number_are_one_row_under_the_newest_key(catalogue: Catalogue) -> None:
    entry = catalogue.get("IMSS-037-08")
    assert entry is not None
    assert entry.key == "GPC-IMSS-037-21"
    assert entry.year == 2021


def test_no_broken_characters_or_left_overs_in_titles() -> None:
    for one in entries():
        assert "\ufffd" not in one.title
        assert not re.search(r"Categor|Archivos:|  |^\W|\\n", one.title), one.key


def test_addresses_are_dated_and_only_of_the_institute() -> None:
    for one in entries():
        if one.url:
            assert re.match(r"https?://(www\.)?imss\.gob\.mx/", one.url), one.key
            assert re.fullmatch(r"20\d\d-\d\d", one.url_seen)
        else:
            assert not one.url_seen


def test_ages_and_levels_are_of_the_vocabulary() -> None:
    assert {one.age_group for one in entries()} <= {"adulto", "pediatria", "todas", ""}
    assert all(re.fullmatch(r"[123]{0,3}", one.level) for one in entries())


def test_protocols_of_both_families_are_in() -> None:
    families = Counter(one.family for one in entries())
    assert families["PAI"] >= 20
    assert families["PRONAM"] == 9


def test_merge_keeps_the_older_key_and_drops_foreign_addresses() -> None:
    facts = [
        _Fact("IMSS-900-08", "Rinitis de prueba en el adulto", "índice 2017", "IMSS", year="2009"),
        _Fact(
            "GPC-IMSS-900-21", "Rinitis de prueba en el adulto.", "lista de 523", url="https://www.imss.gob.mx/a.pdf"
        ),
        _Fact("", "rinitis de prueba en el adulto", "lista de 373", url="http://sitio-ajeno.com/a.pdf"),
    ]
    (row,) = merge(facts)
    assert (row["key"], row["earlier_keys"], row["year"]) == ("GPC-IMSS-900-21", "IMSS-900-08", "2021")
    assert row["url"] == "https://www.imss.gob.mx/a.pdf"


def test_every_topic_belongs_to_a_guideline_and_nearly_every_guideline_has_one() -> None:
    keys = {one.key for one in entries()}
    assert set(topics()) <= keys
    assert len(topics()) > 0.97 * len(keys)


def test_conversation_alone_is_no_topic(catalogue: Catalogue) -> None:
    """«¿qué hago?» and «¿cuándo lo mando?» must not look like a topic: their words weigh nothing."""
    assert all(catalogue.weight(stem) == 0 for stem in stems("¿qué le hago y cuándo lo mando?"))


def test_titles_are_cleaned() -> None:
    assert clean_title(", Derrame  Pleural .") == "Derrame Pleural"


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("piedras en la vesícula", "coleli|colecist"),
        ("fractura de cadera en ancianos", "cadera|femur"),
        ("depresión posparto", "posparto|postparto|perinatal"),
        ("viejito que ya no se acuerda de las cosas", "demencia|alzheimer|cognoscitiv"),
        ("se cayó y se golpeó la cabeza", "craneoencefalico"),
        ("IVU en embarazada", "urinari"),
        ("dolor de oido en niños", "otitis"),
        ("hipertencion arterial", "hipertension"),
        ("le picó una víbora en el campo", "serpientes"),
        ("debilidad que sube de las piernas tras una diarrea", "guillain"),
        ("se quedaron dormidos con el anafre prendido", "monoxido"),
        ("cirrótico confuso y con aleteo", "encefalopatia hepatica"),
        ("prolactina alta y salida de leche", "hiperprolactinemia"),
    ],
)
def test_everyday_words_find_the_title_without_vectors(catalogue: Catalogue, words: str, title: str) -> None:
    titles = [fold(hit.entry.title) for hit in catalogue.search(words, 5)]
    assert any(re.search(title, one) for one in titles), titles


@pytest.mark.parametrize("words", ["", "   ", "¿?", "de la el"])
def test_nothing_is_found_for_nothing(catalogue: Catalogue, words: str) -> None:
    assert catalogue.search(words) == []
