"""Rates with honest denominators: clustered intervals, an upper bound where nothing was seen, correction for the judge.

Everything here is arithmetic on (cluster, value, weight) triples; what they mean is the caller's matter. Intervals
resample whole clusters (notes), since the sentences of one note share its author, its model call and its difficulty.

Sources: Hanley & Lippman-Hand 1983 (rule of three); Rogan & Gladen 1978 (prevalence by an imperfect test);
Lang & Reiczigel 2014 (both errors of the test carry over into the interval); Cohen 1960 (kappa).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

ROUNDS = 2000
"""Bootstrap resamples."""
SEED = 7
LEVEL = 0.95
LEAST_POWER = 0.2
"""Sensitivity + specificity − 1 below which a detector is no ground for a correction (it would only magnify noise)."""


class Observation(NamedTuple):
    """One counted unit: the note it belongs to, its value (1: error, 0: none, or a share) and its weight."""

    cluster: str
    value: float
    weight: float = 1.0


@dataclass(frozen=True)
class Rate:
    """A rate and what it rests on. ``low``–``high`` is the 95 % interval."""

    value: float
    low: float
    high: float
    units: int
    """Denominator: units counted (sentences, facts, requests…)."""
    clusters: int
    """Notes (or questions) that the units come from."""
    errors: float
    """Weighted errors seen."""
    method: str = "remuestreo por nota"
    """How the interval was made."""

    def text(self) -> str:
        """The rate as the reports print it; zero errors print as an upper bound, never as «0 %»."""
        if not self.units:
            return "sin datos"
        if self.errors <= 0:
            return f"0 de {self.units} (≤ {100 * self.high:.1f} %)"
        return f"{100 * self.value:.1f} % ({100 * self.low:.1f}–{100 * self.high:.1f})"


def rule_of_three(units: int) -> float:
    """Upper 95 % bound of a rate with no error seen among ``units`` (independent) ones, at most 1."""
    return min(1.0, 3.0 / units) if units > 0 else 1.0


def _by_cluster(rows: Sequence[Observation]) -> tuple[np.ndarray, np.ndarray]:
    """[clusters] sums of value × weight, and of weight; clusters in order of name, so that order never matters."""
    tops: dict[str, float] = {}
    bottoms: dict[str, float] = {}
    for row in sorted(rows):
        tops[row.cluster] = tops.get(row.cluster, 0.0) + row.value * row.weight
        bottoms[row.cluster] = bottoms.get(row.cluster, 0.0) + row.weight
    return np.array(list(tops.values())), np.array(list(bottoms.values()))


def _picks(clusters: int, seed: int, rounds: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, clusters, (rounds, clusters))


def _draws(rows: Sequence[Observation], seed: int, rounds: int) -> np.ndarray:
    """[rounds] rates of resampled clusters."""
    top, bottom = _by_cluster(rows)
    picks = _picks(len(top), seed, rounds)
    below = bottom[picks].sum(1)
    return np.asarray(top[picks].sum(1) / np.where(below > 0, below, 1.0))


def _interval(draws: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def rate(rows: Sequence[Observation], *, seed: int = SEED, rounds: int = ROUNDS) -> Rate:
    """Weighted mean of the values with its interval; with no or only errors, one end is the rule of three's.

    The rule of three takes units for independent; those of one note aren't quite, so the reports print the number of
    notes beside it.
    """
    if not rows:
        return Rate(0.0, 0.0, 1.0, 0, 0, 0.0, "sin datos")
    top, bottom = _by_cluster(rows)
    value = float(top.sum() / bottom.sum()) if bottom.sum() > 0 else 0.0
    errors = float(top.sum())
    if errors <= 0:
        return Rate(0.0, 0.0, rule_of_three(len(rows)), len(rows), len(top), 0.0, "regla de tres")
    if np.isclose(value, 1.0):
        low = 1.0 - rule_of_three(len(rows))
        return Rate(1.0, low, 1.0, len(rows), len(top), errors, "regla de tres")
    if len(top) < 2:
        return Rate(value, 0.0, 1.0, len(rows), len(top), errors, "una sola nota: sin intervalo")
    low, high = _interval(_draws(rows, seed, rounds))
    return Rate(value, low, high, len(rows), len(top), errors)


def per_cluster(rows: Sequence[Observation], *, seed: int = SEED, rounds: int = ROUNDS) -> Rate:
    """Share of clusters (notes) with at least one error."""
    worst: dict[str, float] = {}
    for row in rows:
        worst[row.cluster] = max(worst.get(row.cluster, 0.0), float(row.value > 0 and row.weight > 0))
    return rate([Observation(name, value) for name, value in worst.items()], seed=seed, rounds=rounds)


def rogan_gladen(seen: float, sensitivity: float, specificity: float) -> float:
    """True prevalence behind a rate ``seen`` by a detector with these properties, kept within 0–1.

    ``nan`` where the detector tells next to nothing (see :data:`LEAST_POWER`).
    """
    power = sensitivity + specificity - 1.0
    if power < LEAST_POWER:
        return float("nan")
    return float(min(1.0, max(0.0, (seen + specificity - 1.0) / power)))


def left_behind(prevalence: float, sensitivity: float, specificity: float) -> float:
    """Share of errors among what the detector lets pass (1 − its negative predictive value); nan: nothing passes."""
    missed = prevalence * (1.0 - sensitivity)
    passed = missed + (1.0 - prevalence) * specificity
    return float(missed / passed) if passed > 0 else float("nan")


@dataclass(frozen=True)
class Detector:
    """Labelled behaviour of a detector: on units that hold an error, and on units that hold none (1: flagged)."""

    on_errors: Sequence[Observation]
    on_sound: Sequence[Observation]

    def usable(self) -> bool:
        """Whether both kinds were measured."""
        return bool(self.on_errors) and bool(self.on_sound)

    def sensitivity(self) -> Rate:
        """Share of errors flagged (recall)."""
        return rate(self.on_errors)

    def specificity(self) -> Rate:
        """Share of sound units not flagged."""
        return rate([row._replace(value=1.0 - row.value) for row in self.on_sound])

    def precision(self, prevalence: float) -> float:
        """Share of flagged units that are errors, where errors are as frequent as ``prevalence``."""
        hit = prevalence * self.sensitivity().value
        false = (1.0 - prevalence) * (1.0 - self.specificity().value)
        return hit / (hit + false) if hit + false > 0 else float("nan")


def _with_detector(
    rows: Sequence[Observation], detector: Detector, of: Callable[[float, float, float], float], seed: int, rounds: int
) -> Rate:
    seen = rate(rows, seed=seed, rounds=rounds)
    if not rows or not detector.usable():
        return Rate(float("nan"), 0.0, 1.0, seen.units, seen.clusters, seen.errors, "sin detector medido")
    value = of(seen.value, detector.sensitivity().value, detector.specificity().value)
    if np.isnan(value):
        return Rate(value, 0.0, 1.0, seen.units, seen.clusters, seen.errors, "el detector no distingue")
    draws = zip(
        _draws(rows, seed, rounds),
        _draws(detector.on_errors, seed + 1, rounds),
        1.0 - _draws(detector.on_sound, seed + 2, rounds),
        strict=True,
    )
    values = np.array([of(float(p), float(se), float(sp)) for p, se, sp in draws])
    values = values[~np.isnan(values)]
    low, high = _interval(values) if len(values) else (0.0, 1.0)
    if seen.errors <= 0:
        # No flag was raised: the bound on what could have been flagged carries through the detector.
        high = max(high, of(seen.high, detector.sensitivity().value, detector.specificity().value))
    return Rate(value, low, high, seen.units, seen.clusters, seen.errors, "corregida (Rogan-Gladen)")


def corrected(rows: Sequence[Observation], detector: Detector, *, seed: int = SEED, rounds: int = ROUNDS) -> Rate:
    """The rate corrected for the detector's errors; ``value`` is nan where no detector was measured."""
    return _with_detector(rows, detector, rogan_gladen, seed, rounds)


def residual(rows: Sequence[Observation], detector: Detector, *, seed: int = SEED, rounds: int = ROUNDS) -> Rate:
    """Estimated share of errors among the units that passed the detector. ``rows``: all units, 1 where flagged."""

    def of(seen: float, sensitivity: float, specificity: float) -> float:
        return left_behind(rogan_gladen(seen, sensitivity, specificity), sensitivity, specificity)

    found = _with_detector(rows, detector, of, seed, rounds)
    return Rate(found.value, found.low, found.high, found.units, found.clusters, found.errors, "estimada (1 − VPN)")


class Difference(NamedTuple):
    """Second minus first, on the clusters that both runs share."""

    first: float
    second: float
    value: float
    low: float
    high: float
    clusters: int

    def clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.clusters > 1 and (self.low > 0 or self.high < 0)


def paired(
    first: Sequence[Observation], second: Sequence[Observation], *, seed: int = SEED, rounds: int = ROUNDS
) -> Difference | None:
    """Difference of two rates over the shared clusters, resampled together; None where they share none."""
    shared = {row.cluster for row in first} & {row.cluster for row in second}
    if not shared:
        return None
    (top1, low1), (top2, low2) = (
        _by_cluster([row for row in rows if row.cluster in shared]) for rows in (first, second)
    )
    picks = _picks(len(shared), seed, rounds)

    def ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
        return np.asarray(top / np.where(bottom > 0, bottom, 1.0))

    draws = ratio(top2[picks].sum(1), low2[picks].sum(1)) - ratio(top1[picks].sum(1), low1[picks].sum(1))
    low, high = _interval(draws)
    one, two = float(ratio(top1.sum(), low1.sum())), float(ratio(top2.sum(), low2.sum()))
    return Difference(one, two, two - one, low, high, len(shared))


def auc(rows: Sequence[tuple[str, float, bool]], *, seed: int = SEED, rounds: int = 500) -> Rate:
    """Area under the ROC curve of (cluster, score, is sound) rows, with its clustered interval."""
    from scipy.stats import rankdata

    by: dict[str, list[tuple[float, bool]]] = {}
    for cluster, score, sound in rows:
        by.setdefault(cluster, []).append((score, sound))

    def area(pairs: list[tuple[float, bool]]) -> float:
        scores, sound = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
        good, bad = int(sound.sum()), int((~sound).sum())
        if not good or not bad:
            return float("nan")
        return float((rankdata(scores)[sound].sum() - good * (good + 1) / 2) / (good * bad))

    groups = [by[name] for name in sorted(by)]
    if not groups:
        return Rate(float("nan"), 0.0, 1.0, 0, 0, 0.0, "sin datos")
    draws = np.array([area([p for at in pick for p in groups[at]]) for pick in _picks(len(groups), seed, rounds)])
    draws = draws[~np.isnan(draws)]
    low, high = _interval(draws) if len(draws) else (0.0, 1.0)
    return Rate(area([p for group in groups for p in group]), low, high, len(rows), len(groups), 1.0)
