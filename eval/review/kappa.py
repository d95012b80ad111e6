"""Agreement of two raters beyond chance: Cohen's kappa, its interval by resampling whole notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from eval.review.verdicts import Verdict


class Agreed(NamedTuple):
    """How far two raters agree on one question."""

    units: int
    raw: float
    kappa: float
    """1.0 where both always said the same one thing (kappa is undefined there)."""
    low: float
    high: float


class Agreement(NamedTuple):
    """Agreement of the two raters with the most sentences in common."""

    raters: tuple[str, str]
    units: int
    raw: float
    kappa: float
    """As in :class:`Agreed`."""
    low: float
    high: float
    open: int
    """Sentences on which they differ and nothing was settled."""
    severity: Agreed | None
    """On the sentences that both found unsupported; None where there is none."""
    kind: Agreed | None


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float:
    """Cohen's kappa of two raters' labels; 1.0 where there is nothing to disagree about."""
    if not pairs:
        return float("nan")
    n = len(pairs)
    same = sum(a == b for a, b in pairs) / n
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[label] * second[label] for label in first) / n**2
    return 1.0 if chance >= 1.0 else (same - chance) / (1 - chance)


def _agreed(pairs: Mapping[str, tuple[Hashable, Hashable]], rounds: int, seed: int) -> Agreed:
    """Agreement on the labels of some sentences (by unit), resampling whole notes."""
    notes: dict[str, list[tuple[Hashable, Hashable]]] = {}
    for unit, pair in sorted(pairs.items()):
        notes.setdefault(unit.rsplit("-e", 1)[0], []).append(pair)
    groups = list(notes.values())
    picks = np.random.default_rng(seed).integers(0, len(groups), (rounds, len(groups)))
    draws = [kappa([pair for at in pick for pair in groups[at]]) for pick in picks]
    low, high = np.quantile(draws, [0.025, 0.975])
    every = list(pairs.values())
    raw = sum(a == b for a, b in every) / len(every)
    return Agreed(len(every), raw, kappa(every), float(low), float(high))


def agreement(verdicts: Sequence[Verdict], rounds: int = 1000, seed: int = 7) -> Agreement | None:
    """Agreement on blind readings; None where no two raters share a sentence."""
    said: dict[str, dict[str, Verdict]] = {}
    settled = {one.unit for one in verdicts if one.settled}
    for one in verdicts:
        if not one.settled:
            said.setdefault(one.unit, {})[one.rater] = one
    common: Counter[tuple[str, str]] = Counter()
    for given in said.values():
        names = sorted(given)
        common.update((a, b) for at, a in enumerate(names) for b in names[at + 1 :])
    if not common:
        return None
    raters = common.most_common(1)[0][0]
    both = {unit: (given[raters[0]], given[raters[1]]) for unit, given in said.items() if set(raters) <= set(given)}
    whole = _agreed({unit: (a.bad, b.bad) for unit, (a, b) in both.items()}, rounds, seed)
    open_ = sum(a.bad != b.bad and unit not in settled for unit, (a, b) in both.items())
    wrong = {unit: pair for unit, pair in both.items() if pair[0].bad and pair[1].bad}
    severity = kind = None
    if wrong:
        severity = _agreed({unit: (a.severity, b.severity) for unit, (a, b) in wrong.items()}, rounds, seed)
        kind = _agreed({unit: (a.kind, b.kind) for unit, (a, b) in wrong.items()}, rounds, seed)
    return Agreement(raters, *whole, open_, severity, kind)
