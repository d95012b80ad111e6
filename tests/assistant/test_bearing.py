"""Whether the corpus answers: what speaks against it must count against it."""

from __future__ import annotations

import pytest

from copilot.assistant.bearing import NAMES, Bearing, features, load_models, wording
from copilot.retrieval import Hit
from corpora.lexicon import expand
from corpora.passages import Passage

PASSAGE = Passage(
    "0" * 16, "PAI-X", "Diabetes", "Metformina", "Metformina", "La dosis de metformina es de 850 mg cada 12 horas."
)
HITS = [Hit(PASSAGE, 1.0, {"cosine": 0.9, "margin": 0.03, "bm25": 9.0, "fused": 1.0, "route": 1.0, "coverage": 0.8})]
CORPUS = frozenset({"metformin", "dosis", "hor"})


def _signs(question: str) -> dict[str, float]:
    values = features(HITS, expand(question), [], frozenset({"PAI-X"}), CORPUS, 680)
    return dict(zip(NAMES, values, strict=True))


def test_a_question_in_the_words_of_the_corpus_has_no_unknown_one() -> None:
    signs = _signs("dosis de metformina")
    assert signs["unknown_longest"] == signs["unknown_long"] == 0


def test_the_word_of_a_disease_that_is_not_here_is_long() -> None:
    assert (
        _signs("dosis de metformina en neurocisticercosis")["unknown_long"]
        > _signs("dosis de metformina en chavos")["unknown_long"]
    )


@pytest.mark.parametrize("name", ["unknown_longest", "unknown_long", "title_elsewhere"])
def test_what_speaks_against_an_answer_weighs_against_it(name: str) -> None:
    models = load_models()
    assert models.worded.weights[NAMES.index(name)] < 0
    assert models.plain.weights[NAMES.index(name)] < 0


def test_what_speaks_for_an_answer_weighs_for_it() -> None:
    models = load_models()
    for name in ("margin", "title_here", "bm25_per_word"):
        assert models.worded.weights[NAMES.index(name)] > 0
        assert models.plain.weights[NAMES.index(name)] > 0
    assert models.worded.weights[len(NAMES)] > 0


def _judged(question: str, here: frozenset[str]) -> Bearing:
    signs = list(_signs("dosis de metformina").values())
    return load_models().judge(question, signs, here, expand(question))


def test_whom_to_call_and_what_it_costs_is_worded_otherwise_than_a_clinical_question() -> None:
    clinical = "¿dosis máxima de metformina en el diabético con filtrado de 40?"
    others = ("¿cuánto cuesta la metformina y dónde la consigo?", "se descompuso el glucómetro, ¿quién lo arregla?")
    for other in others:
        assert wording(other) < wording(clinical)
        assert _judged(other, load_models().here).probability < _judged(clinical, load_models().here).probability


def test_of_a_bare_topic_the_wording_does_not_count() -> None:
    models, signs = load_models(), list(_signs("dosis de metformina").values())
    one, other = (models.judge(q, signs, models.here, expand(q), asked=False) for q in ("diabetes", "¿cuánto cuesta?"))
    assert one.probability == other.probability


def test_with_other_documents_the_wording_does_not_count() -> None:
    here = load_models().here | {"GPC-IMSS-999-30"}
    signs = list(_signs("dosis de metformina").values())
    one, other = (load_models().judge(q, signs, here, expand(q)) for q in ("¿dosis de metformina?", "¿cuánto cuesta?"))
    assert one.probability == other.probability
    assert one.threshold == load_models().plain.threshold
