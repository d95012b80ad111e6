"""Does the corpus hold the answer? A small logistic model over what retrieval and the catalogue say.

Trained on the development questions alone (``python -m eval.guidelines.train_bearing``); weights are data. The
signs: likeness of the best passages, words of the question they lack, and whether the guideline that fits best
by its title is one whose text is here.
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
from corpora.lexicon import Expansion, stems

_MODEL = Path(__file__).with_name("bearing.json")
NAMES = (
    "cosine_first",
    "cosine_mean",
    "coverage_first",
    "coverage_best",
    "rare_covered",
    "unknown_words",
    "title_here",
    "title_elsewhere",
    "title_gap",
    "agreement",
)
"""Names of the features, in the order of the model."""


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
) -> list[float]:
    """The features.

    ``here``: keys with text in the corpus. ``frequency``: passages of the corpus with a stem, of ``total``.
    """
    top = hits[:5]
    cosines = [one.stages.get("cosine", 0.0) or 0.75 for one in top] or [0.7]
    seen = [frozenset(stems(one.passage.index_text)) for one in top]
    own = set(question.stems)
    extra = set(question.added)

    def rarity(stem: str) -> float:
        return math.log(1 + total / (1 + frequency.get(stem, 0)))

    def covered(terms: frozenset[str], wanted: set[str]) -> float:
        weight = {s: rarity(s) for s in wanted}
        # A stem that an expansion stands for («azúcar alta»: hiperglucemia) is covered by the expansion's words.
        whole = sum(weight.values())
        got = sum(w for s, w in weight.items() if s in terms)
        if extra:
            got += 0.5 * (len(extra & terms) / len(extra)) * (whole - got)
        return got / whole if whole else 0.0

    coverage = [covered(terms, own) for terms in seen] or [0.0]
    together: frozenset[str] = frozenset().union(*seen)
    rare = sorted(own, key=rarity, reverse=True)[:2]
    unknown = [s for s in own if not frequency.get(s) and not any(c.isdigit() for c in s)]
    in_here = max((one.score for one in catalogue if one.entry.key in here), default=0.0)
    elsewhere = max((one.score for one in catalogue if one.entry.key not in here), default=0.0)
    keys = [one.passage.key for one in top]
    return [
        cosines[0],
        float(np.mean(cosines)),
        coverage[0],
        max(coverage),
        covered(together, set(rare)),
        len(unknown) / max(1, len(own)),
        min(in_here, 2.5),
        min(elsewhere, 2.5),
        min(elsewhere, 2.5) - min(in_here, 2.5),
        max(keys.count(k) for k in keys) / len(keys) if keys else 0.0,
    ]
