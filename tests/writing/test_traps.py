"""Rewordings made to get past the checks: hardly any may, and the good ones beside them must."""

from __future__ import annotations

import pytest

from eval.bench.writing import Judged, judged, traps
from guardrails.grounding import GroundingGuard


@pytest.fixture(scope="module")
def rows() -> list[Judged]:
    return judged(GroundingGuard(), traps())


def test_hardly_any_trap_is_shown_even_without_the_trained_reader(rows: list[Judged]) -> None:
    wrong = [one for one in rows if not one.example.sound]
    shown = [f"{one.example.source} => {one.example.line}" for one in wrong if one.shown]
    assert len(shown) <= 0.04 * len(wrong), shown


def test_most_good_rewordings_are_shown(rows: list[Judged]) -> None:
    good = [one for one in rows if one.example.sound]
    assert sum(one.shown for one in good) >= 0.6 * len(good)
