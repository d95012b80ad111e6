"""Whether the corpus answers: what speaks against it must count against it."""

from __future__ import annotations

import pytest

from copilot.assistant.bearing import NAMES, features, load_model
from copilot.retrieval import Hit
from corpora.lexicon import expand
from corpora.passages import Passage

PASSAGE = Passage(
    "0" * 16, "PAI-X", "Diabetes", "Metformina", "Metformina", "La dosis de metformina es de 850 mg cada 12 horas."
)
HITS = [Hit(PASSAGE, 1.0, {"cosine": 0.9, "margin": 0.03, "bm25": 9.0, "fused": 1.0, "route": 1.0, "coverage": 0.8})]
CORPUS = {"metformin": 40, "dosis": 200, "hor": 200}


def _signs(question: str, named: frozenset[str] = frozenset()) -> dict[str, float]:
    values = features(HITS, expand(question), [], frozenset({"PAI-X"}), CORPUS, 680, frozenset(), named)
    return dict(zip(NAMES, values, strict=True))


def test_a_question_in_the_words_of_the_passage_leaves_nothing_out() -> None:
    signs = _signs("dosis de metformina")
    assert signs["left_out"] == 0
    assert signs["unknown_longest"] == 0


def test_the_word_of_a_disease_that_is_not_here_is_long() -> None:
    assert (
        _signs("dosis de metformina en neurocisticercosis")["unknown_long"]
        > _signs("dosis de metformina en chavos")["unknown_long"]
    )


def test_a_word_that_the_catalogue_knows_is_missed_more_than_one_of_the_street() -> None:
    plain = _signs("dosis de metformina en listeria")["left_out"]
    assert _signs("dosis de metformina en listeria", frozenset({"listeri"}))["left_out"] > plain > 0


@pytest.mark.parametrize("name", ["unknown_longest", "unknown_long", "left_out", "title_elsewhere"])
def test_what_speaks_against_an_answer_weighs_against_it(name: str) -> None:
    assert load_model().weights[NAMES.index(name)] < 0
