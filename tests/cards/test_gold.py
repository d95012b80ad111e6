"""The gold guideline questions agree with the cards and the catalogue they name."""

from __future__ import annotations

from collections import Counter

import pytest

from corpora.cards import load_cards
from corpora.cards.normalise import fold
from eval.guidelines.gold import holds, load_gold


def test_there_are_enough_questions_of_each_kind_and_split() -> None:
    counts = Counter(question.kind for question in load_gold())
    assert counts["protocolo"] >= 130
    assert counts["catalogo"] == counts["nada"] == 20
    for kind in counts:
        halves = [len(load_gold(split, kind)) for split in ("dev", "held")]
        assert abs(halves[0] - halves[1]) <= 1
    assert max(Counter(q.id for q in load_gold()).values()) == 1
    assert max(Counter(fold(q.question) for q in load_gold()).values()) == 1


def test_every_gold_card_exists_and_holds_every_fact() -> None:
    cards = {card.id: card for card in load_cards()}
    for question in load_gold(kind="protocolo"):
        assert question.facts and question.gold_cards and question.key in question.accept_keys, question.id
        for identifier in question.gold_cards:
            card = cards[identifier]
            assert card.key in question.accept_keys, question.id
            assert all(holds(card.text, fact) for fact in question.facts), (question.id, identifier)


def test_questions_without_protocol_name_no_card() -> None:
    for question in load_gold():
        if question.kind != "protocolo":
            assert not question.gold_cards and not question.facts
            assert bool(question.key) == (question.kind == "catalogo")


@pytest.mark.parametrize(
    ("text", "fact", "expected"),
    [
        ("presión < 130/80 mm Hg", ["130/80"], True),
        ("10mg/día por 10 días", ["10 mg/día"], True),
        ("plaquetas de 100 000/mm3", ["100,000"], True),
        ("glucosa de 130 mg/dL", ["30 mg/dL"], False),
        ("TFG de 30.5 mL/min", ["30"], False),
        ("para todos", ["ARA"], False),
        ("5 %", ["5%"], True),
        ("15 %", ["5%"], False),
        ("0.5 mg", ["5 mg"], False),
    ],
)
def test_a_fact_is_found_whole_or_not_at_all(text: str, fact: list[str], expected: bool) -> None:
    assert holds(text, fact) is expected
