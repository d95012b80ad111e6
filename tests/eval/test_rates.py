"""Rates: what they must never claim. Zero errors is not «0 %», notes are not sentences, a judge's errors count."""

from __future__ import annotations

import math

import pytest

from eval.rates import (
    Detector,
    Observation,
    auc,
    corrected,
    left_behind,
    paired,
    per_cluster,
    rate,
    residual,
    rogan_gladen,
    rule_of_three,
)


def rows(*counts: tuple[int, int]) -> list[Observation]:
    """Notes given as (errors, units)."""
    return [
        Observation(f"n{note}", float(at < errors))
        for note, (errors, units) in enumerate(counts)
        for at in range(units)
    ]


def test_no_error_seen_is_an_upper_bound_and_never_zero_per_cent() -> None:
    found = rate(rows((0, 100), (0, 200)))
    assert found.high == pytest.approx(0.01)
    assert "0 de 300" in found.text() and "≤ 1.0 %" in found.text()
    assert "0.0 %" not in found.text()


@pytest.mark.parametrize(("units", "bound"), [(0, 1.0), (1, 1.0), (3, 1.0), (300, 0.01)])
def test_rule_of_three(units: int, bound: float) -> None:
    assert rule_of_three(units) == pytest.approx(bound)


def test_only_errors_seen_leaves_room_below() -> None:
    found = rate(rows((10, 10)))
    assert (found.value, found.low, found.high) == (1.0, pytest.approx(0.7), 1.0)


def test_nothing_counted_says_so() -> None:
    found = rate([])
    assert found.text() == "sin datos" and (found.low, found.high) == (0.0, 1.0)


def test_errors_in_one_note_widen_the_interval() -> None:
    spread = rate(rows(*[(1, 10)] * 20))
    heaped = rate(rows(*[(10, 10)] * 2, *[(0, 10)] * 18))
    assert spread.value == heaped.value == pytest.approx(0.1)
    assert heaped.high - heaped.low > 5 * (spread.high - spread.low)


def test_same_rows_in_another_order_give_the_same_figures() -> None:
    given = rows((1, 5), (0, 7), (3, 9))
    assert rate(given) == rate(list(reversed(given)))


def test_a_note_with_three_errors_counts_once_per_note() -> None:
    assert per_cluster(rows((3, 5), (0, 5), (0, 5), (1, 5))).value == pytest.approx(0.5)


def test_weights_count_characters_not_pieces() -> None:
    given = [Observation("a", 1.0, 10.0), Observation("a", 0.0, 90.0), Observation("b", 0.0, 100.0)]
    assert rate(given).value == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("seen", "sensitivity", "specificity", "true"),
    [
        (0.30, 1.0, 1.0, 0.30),
        (0.28, 0.8, 0.8, 0.1333),  # most flags are false alarms
        (0.10, 0.8, 0.8, 0.0),  # fewer flags than false alarms alone would give
        (0.95, 0.8, 0.9, 1.0),
    ],
)
def test_correction_for_the_detector(seen: float, sensitivity: float, specificity: float, true: float) -> None:
    assert rogan_gladen(seen, sensitivity, specificity) == pytest.approx(true, abs=1e-3)


def test_one_note_gives_no_interval() -> None:
    found = rate(rows((1, 12)))
    assert (found.low, found.high) == (0.0, 1.0)


def test_a_detector_that_tells_nothing_gives_no_figure() -> None:
    assert math.isnan(rogan_gladen(0.0, 0.14, 0.89))
    assert math.isnan(rogan_gladen(0.3, 0.5, 0.5))
    assert math.isnan(left_behind(0.3, 1.0, 0.0))


def test_what_a_perfect_detector_passes_holds_no_error() -> None:
    assert left_behind(0.3, 1.0, 0.9) == 0.0


def test_correction_is_wider_than_the_raw_rate_and_missing_without_a_measured_detector() -> None:
    judge = Detector(rows(*[(4, 5)] * 12), rows(*[(1, 8)] * 12))
    seen = rows(*[(2, 8)] * 20, *[(1, 8)] * 20)
    raw, fixed = rate(seen), corrected(seen, judge)
    assert fixed.high - fixed.low > raw.high - raw.low
    assert fixed.value < raw.value
    assert math.isnan(corrected(seen, Detector([], [])).value)
    assert 0.0 < residual(seen, judge).value < fixed.value


def test_no_flag_raised_still_leaves_a_bound() -> None:
    judge = Detector(rows(*[(4, 5)] * 12), rows(*[(0, 8)] * 12))
    assert corrected(rows(*[(0, 10)] * 10), judge).high >= 0.03


def test_paired_difference_uses_the_same_notes() -> None:
    before, after = rows((5, 10), (4, 10), (6, 10), (5, 10)), rows((4, 10), (3, 10), (5, 10), (4, 10))
    found = paired(before, after)
    assert found is not None and found.value == pytest.approx(-0.1) and found.clear()
    only = [Observation("otra", 1.0)]
    assert paired(before, only) is None
    shared = paired(before, [*after, *only])
    assert shared is not None and shared.clusters == 4 and shared.value == pytest.approx(-0.1)


def test_area_of_a_useless_score_is_a_half() -> None:
    flat = [(f"n{n}", 0.5, n % 2 == 0) for n in range(40)]
    assert auc(flat).value == pytest.approx(0.5)
    perfect = [(f"n{n}", float(n % 2 == 0), n % 2 == 0) for n in range(40)]
    assert auc(perfect).value == 1.0
