"""Does the corpus hold the answer? A small logistic model over what retrieval and the catalogue say.

Trained on the development questions alone (``python -m eval.guidelines.train_bearing``); weights are data. The
signs: likeness of the best passages, words of the question that they or the corpus lack, how well the words match, and
whether the guideline that fits best by its title is one whose text is here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from copilot.retrieval import Hit
from corpora.catalogue.search import CatalogueHit
from corpora.lexicon import Expansion, everyday_stems, stems

_MODEL = Path(__file__).with_name("bearing.json")
NAMES = (
    "cosine_first",
    "cosine_mean",
    "coverage_first",
    "coverage_together",
    "known_elsewhere",
    "title_here",
    "title_elsewhere",
    "title_gap",
    "title_cosine_gap",
    "agreement",
    "unknown",
    "bm25",
    "route",
    "rank_here",
)
"""Names of the features, in the order of the model."""
_RANKS = 30
"""Entries of the catalogue among which a guideline that is here is looked for."""
_UNKNOWN = 0.35
"""Weight of a word that neither corpus nor catalogue has (a typo, a detail), as a share of the rarest one's."""


@dataclass(frozen=True)
class BearingModel:
    """Weights of the logistic model and the threshold below which the assistant abstains."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float

    def probability(self, values: Sequence[float]) -> float:
        """Probability that the passages answer the question."""
        x = (np.asarray(values) - np.asarray(self.mean)) / np.asarray(self.scale)
        return 1 / (1 + math.exp(-float(x @ np.asarray(self.weights)) - self.bias))


@lru_cache(maxsize=1)
def load_model() -> BearingModel:
    """The shipped model."""
    data = json.loads(_MODEL.read_text(encoding="utf-8"))
    if tuple(data["names"]) != NAMES:
        raise ValueError("bearing.json holds other features than the code computes")
    return BearingModel(
        tuple(data["mean"]), tuple(data["scale"]), tuple(data["weights"]), data["bias"], data["threshold"]
    )


def features(
    hits: Sequence[Hit],
    question: Expansion,
    catalogue: Sequence[CatalogueHit],
    here: frozenset[str],
    frequency: dict[str, int],
    total: int,
    elsewhere: frozenset[str],
) -> list[float]:
    """The features.

    ``here``: keys with text in the corpus. ``frequency``: passages of the corpus with a stem, of ``total``.
    ``elsewhere``: stems of the question that the catalogue knows.
    """
    top = hits[:5]
    cosines = [one.stages.get("cosine", 0.0) or 0.75 for one in top] or [0.7]
    seen = [frozenset(stems(one.passage.index_text)) for one in top]
    weight = {s: _weight(s, frequency, total, elsewhere) for s in question.stems}
    whole = sum(weight.values())
    extra = set(question.added)

    def covered(terms: frozenset[str]) -> float:
        got = sum(w for s, w in weight.items() if s in terms)
        if extra:
            # A stem that an expansion stands for («azúcar alta»: hiperglucemia) is covered by the expansion's words.
            got += 0.6 * (len(extra & terms) / len(extra)) * (whole - got)
        return got / whole if whole else 0.5

    missing = sum(w for s, w in weight.items() if s in elsewhere and not frequency.get(s))
    ours = [one for one in catalogue if one.entry.key in here]
    others = [one for one in catalogue if one.entry.key not in here]
    title_here = max((one.score for one in ours), default=0.0)
    title_elsewhere = max((one.score for one in others), default=0.0)
    keys = [one.passage.key for one in top]
    absent = sum(w for s, w in weight.items() if not frequency.get(s))
    rank = next((at for at, one in enumerate(catalogue[:_RANKS]) if one.entry.key in here), _RANKS)
    return [
        cosines[0],
        float(np.mean(cosines)),
        covered(seen[0]) if seen else 0.0,
        covered(frozenset().union(*seen)),
        missing / whole if whole else 0.0,
        title_here,
        title_elsewhere,
        title_elsewhere - title_here,
        max((o.cosine for o in others), default=0.8) - max((o.cosine for o in ours), default=0.8),
        max(keys.count(k) for k in keys) / len(keys) if keys else 0.0,
        absent / whole if whole else 0.0,
        max((one.stages.get("bm25", 0.0) for one in top), default=0.0) / math.log(2 + total),
        max((one.stages.get("route", 0.0) for one in top[:3]), default=0.0),
        math.log1p(rank),
    ]


def _weight(stem: str, frequency: dict[str, int], total: int, elsewhere: frozenset[str]) -> float:
    """How much a word of the question says about its topic."""
    if stem in everyday_stems() or any(c.isdigit() for c in stem):
        return 0.0
    if not frequency.get(stem) and stem not in elsewhere:
        return _UNKNOWN * math.log(1 + total)
    return math.log(1 + total / (1 + frequency.get(stem, 0)))
