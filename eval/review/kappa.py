"""Agreement of two raters beyond chance: Cohen's kappa, its interval by resampling whole notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from eval.review.verdicts import Verdict


class Agreement(NamedTuple):
    """Agreement of the two raters with the most sentences in common."""

    raters: tuple[str, str]
    units: int
    raw: float
    kappa: float
    """1.0 where both always said the same one thing (kappa is undefined there)."""
    low: float
    high: float
    open: int
    """Sentences on which they differ and nothing was settled."""


def kappa(pairs: Sequence[tuple[bool, bool]]) -> float:
    """Cohen's kappa of two raters' yes/no judgements; 1.0 where there is nothing to disagree about."""
    if not pairs:
        return float("nan")
    n = len(pairs)
    same = sum(a == b for a, b in pairs) / n
    first, second = sum(a for a, _ in pairs) / n, sum(b for _, b in pairs) / n
    chance = first * second + (1 - first) * (1 - second)
    return 1.0 if chance >= 1.0 else (same - chance) / (1 - chance)


def agreement(verdicts: Sequence[Verdict], rounds: int = 1000, seed: int = 7) -> Agreement | None:
    """Agreement on blind readings; None where no two raters share a sentence."""
    said: dict[str, dict[str, bool]] = {}
    settled = {one.unit for one in verdicts if one.settled}
    for one in verdicts:
        if not one.settled:
            said.setdefault(one.unit, {})[one.rater] = one.bad
    common: Counter[tuple[str, str]] = Counter()
    for given in said.values():
        names = sorted(given)
        common.update((a, b) for at, a in enumerate(names) for b in names[at + 1 :])
    if not common:
        return None
    raters = common.most_common(1)[0][0]
    both = {unit: (given[raters[0]], given[raters[1]]) for unit, given in said.items() if set(raters) <= set(given)}
    notes: dict[str, list[tuple[bool, bool]]] = {}
    for unit, pair in sorted(both.items()):
        notes.setdefault(unit.rsplit("-e", 1)[0], []).append(pair)
    groups = list(notes.values())
    picks = np.random.default_rng(seed).integers(0, len(groups), (rounds, len(groups)))
    draws = [kappa([pair for at in pick for pair in groups[at]]) for pick in picks]
    low, high = np.quantile(draws, [0.025, 0.975])
    pairs = list(both.values())
    raw = sum(a == b for a, b in pairs) / len(pairs)
    open_ = sum(a != b and unit not in settled for unit, (a, b) in both.items())
    return Agreement(raters, len(pairs), raw, kappa(pairs), float(low), float(high), open_)
