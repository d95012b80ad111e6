"""Does the corpus hold the answer? A small logistic model over what retrieval and the catalogue say.

Trained on the development questions alone (``python -m eval.guidelines.train_bearing``); weights are data. The signs:
how far the best passage stands out from the other candidates, how well the words match, how much of the question the
passage that covers most of it leaves out (weighted by how rare each word is), whether the guideline that fits best by
its title is one whose text is here, and how long the words are that the corpus lacks: those of a disease or drug that
it doesn't treat are long, those of the street are short.
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
from copilot.retrieval.rerank import passage_terms
from corpora.catalogue.search import PEOPLE, CatalogueHit
from corpora.lexicon import Expansion, everyday_stems

_MODEL = Path(__file__).with_name("bearing.json")
NAMES = (
    "margin",
    "known_elsewhere",
    "title_here",
    "title_elsewhere",
    "bm25_per_word",
    "unknown_longest",
    "unknown_long",
    "left_out",
)
"""Names of the features, in the order of the model."""
_MOST = 0.6
"""Share of the words of a reading that the corpus must have for the word read to count as known."""
_SHORT = 5
"""Letters of a stem up to which a word that the corpus lacks says little: the everyday ones are short."""
_RAREST = 5.0
"""Most that one word weighs (natural logarithm of the passages for each that has it)."""
_LAY = 2.5
"""Weight of a word that neither corpus nor catalogue knows: it may be of the street."""
_PERSON = 0.3
"""Share of its weight for a word that says whom it is about."""


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
    named: frozenset[str],
) -> list[float]:
    """The features.

    ``here``: keys with text in the corpus. ``frequency``: passages of the corpus, of ``total``, with a stem (asked or
    added).
    ``elsewhere``: stems of the question that only guidelines without text here have in the catalogue. ``named``: those
    that any has.
    """
    words = [s for s in question.stems if s not in everyday_stems() and not any(c.isdigit() for c in s)]
    # A word that stands for one of the corpus («dapa») is known.
    read = {s for s, meant in question.readings if sum(frequency.get(m, 0) > 0 for m in meant) > _MOST * len(meant)}
    unknown = [s for s in words if not frequency.get(s) and s not in read and s not in PEOPLE]
    ours = [one for one in catalogue if one.entry.key in here]
    others = [one for one in catalogue if one.entry.key not in here]
    weights = {s: _weight(s, frequency.get(s, 0), total, named) for s in words}

    def best(name: str) -> float:
        return max((one.stages.get(name, 0.0) for one in hits), default=0.0)

    return [
        best("margin"),
        float(min(3, sum(s in elsewhere for s in unknown))),
        max((one.score for one in ours), default=0.0),
        max((one.score for one in others), default=0.0),
        best("bm25") / math.log(2 + total) / max(1, len(words)),
        float(max((len(s) for s in unknown), default=0)),
        float(sum(max(0, len(s) - _SHORT) for s in unknown)),
        _left_out(hits, question, weights) / _RAREST,
    ]


def _weight(stem: str, passages: int, total: int, named: frozenset[str]) -> float:
    """How much a word says about what is asked."""
    value = min(_RAREST, math.log((total + 1) / (passages + 0.5))) if passages or stem in named else _LAY
    return value * (_PERSON if stem in PEOPLE else 1.0)


def _left_out(hits: Sequence[Hit], question: Expansion, weights: dict[str, float]) -> float:
    """Weight of the words lacking in the passage that has most; a word read as others is had where they are."""
    readings: dict[str, list[tuple[str, ...]]] = {}
    for stem, meant in question.readings:
        readings.setdefault(stem, []).append(meant)

    def had(stem: str, terms: frozenset[str]) -> float:
        if stem in terms:
            return 1.0
        shares = [sum(m in terms for m in meant) / len(meant) for meant in readings.get(stem, ()) if meant]
        return max((one for one in shares if one > 0.5), default=0.0)

    most, lacking = -1.0, 0.0
    for hit in hits:
        terms = passage_terms(hit.passage)
        found = {stem: had(stem, terms) for stem in weights}
        share = sum(weights[stem] * found[stem] for stem in weights)
        if share > most:
            most, lacking = share, sum(w for stem, w in weights.items() if not found[stem])
    return lacking
