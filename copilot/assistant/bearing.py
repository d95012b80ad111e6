"""Does the corpus hold the answer? A small logistic model over what retrieval and the catalogue say.

Trained on the development questions alone (``python -m eval.guidelines.train_bearing``); weights are data. The
signs: likeness of the best passage, also against the other candidates and against the catalogue's titles (the encoder's
cosines differ more between questions than between passages), words of the question that the corpus lacks, how well the
words match, and whether the guideline that fits best by its title is one whose text is here.
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
from corpora.lexicon import Expansion, everyday_stems

_MODEL = Path(__file__).with_name("bearing.json")
NAMES = (
    "cosine",
    "margin",
    "coverage",
    "unknown",
    "known_elsewhere",
    "title_here",
    "title_elsewhere",
    "bm25_per_word",
    "rank_here",
    "cosine_over_titles",
)
"""Names of the features, in the order of the model."""
_MOST = 0.6
"""Share of the words of a reading that the corpus must have for the word read to count as known."""
_RANKS = 30
"""Entries of the catalogue among which a guideline that is here is looked for."""


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

    ``here``: keys with text in the corpus. ``frequency``: passages of the corpus, of ``total``, with a stem (asked or
    added).
    ``elsewhere``: stems of the question that the catalogue knows.
    """
    words = [s for s in question.stems if s not in everyday_stems() and not any(c.isdigit() for c in s)]
    # A word that stands for one of the corpus («dapa») is known.
    read = {s for s, meant in question.readings if sum(frequency.get(m, 0) > 0 for m in meant) > _MOST * len(meant)}
    unknown = [s for s in words if not frequency.get(s) and s not in read]
    ours = [one for one in catalogue if one.entry.key in here]
    others = [one for one in catalogue if one.entry.key not in here]
    rank = next((at for at, one in enumerate(catalogue[:_RANKS]) if one.entry.key in here), _RANKS)

    def best(name: str) -> float:
        return max((one.stages.get(name, 0.0) for one in hits), default=0.0)

    return [
        best("cosine") or 0.7,
        best("margin"),
        float(np.mean([one.stages.get("coverage", 0.0) for one in hits])) if hits else 0.0,
        len(unknown) / max(1, len(words)),
        float(min(3, sum(s in elsewhere for s in unknown))),
        max((one.score for one in ours), default=0.0),
        max((one.score for one in others), default=0.0),
        best("bm25") / math.log(2 + total) / max(1, len(words)),
        math.log1p(rank),
        (best("cosine") or 0.7) - max((one.cosine for one in others), default=0.8),
    ]
