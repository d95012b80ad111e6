"""What the log keeps of a question that was not answered, and who orders the passages."""

from __future__ import annotations

import pytest

from copilot.assistant.records import answer_entry
from copilot.assistant.selection import reordered, selector
from copilot.assistant.types import Answer, Considered, Evidence, Status
from copilot.settings import Settings
from corpora.passages import Passage


def test_an_abstention_keeps_the_passages_it_rests_on() -> None:
    found = (Considered("PAI-HAS", "p1", "Tratamiento", 0.83), Considered("PAI-DM2", "p2", "Metas", 0.81))
    entry = answer_entry(Answer(Status.ABSTAINED, "No está.", considered=found))
    assert [(one.key, one.id, one.cited) for one in entry.passages] == [
        ("PAI-HAS", "p1", False),
        ("PAI-DM2", "p2", False),
    ]


def test_the_model_is_asked_only_where_the_site_wants_it() -> None:
    assert selector(Settings(), lambda: None) is None
    asks = selector(Settings(answer_selection="model"), lambda: None)
    assert asks is not None
    assert asks("¿dosis?", ["a", "b"]) == []


@pytest.mark.parametrize(("odds", "first"), [([0.05, 0.9], "b"), ([0.9, 0.05], "a"), ([], "a")])
def test_the_models_choice_orders_the_first_passages_and_drops_none(odds: list[float], first: str) -> None:
    def one(name: str, score: float) -> Evidence:
        passage = Passage(id=name, key="PAI-HAS", title="t", locator="", heading="", text=name)
        return Evidence(passage, score, name, (name,))

    rows = reordered([one("a", 0.9), one("b", 0.85), one("c", 0.8)], odds)
    assert rows[0].passage.id == first
    assert sorted(r.passage.id for r in rows) == ["a", "b", "c"]
