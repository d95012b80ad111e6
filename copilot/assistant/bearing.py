"""Does the corpus hold the answer? A small logistic model over what retrieval and the catalogue say.

Trained on the development questions alone (``python -m eval.guidelines.train_bearing``); weights are data. The signs:
how far the best passage stands out from the other candidates, how well the words match, whether the guideline that fits
best by its title is one whose text is here, how long the words are that the corpus lacks (those of a disease that it
doesn't treat are long, those of the street are short), and how the question is worded: n-grams of questions that these
documents answer and of others («¿a quién le hablo…?», «¿cuánto cuesta…?»). The wording knows the topics of the
guidelines it learnt with (their cards or the official documents); with any other corpus, and for what isn't a question,
the model without it decides.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from copilot.ngrams import NgramClassifier, load_ngrams
from copilot.retrieval import Hit
from corpora.catalogue.search import PEOPLE, CatalogueHit
from corpora.lexicon import Expansion, everyday_stems

_MODEL = Path(__file__).with_name("bearing.json")
WORDING_FILE = Path(__file__).with_name("wording.npz")
NAMES = (
    "margin",
    "title_here",
    "title_elsewhere",
    "bm25_per_word",
    "unknown_longest",
    "unknown_long",
)
"""Names of the features, in the order of the model; :data:`WORDING_SIGN` follows them where the wording counts."""
WORDING_SIGN = "wording"
_MOST = 0.6
"""Share of the words of a reading that the corpus must have for the word read to count as known."""
_SHORT = 5
"""Letters of a stem up to which a word that the corpus lacks says little: the everyday ones are short."""


@dataclass(frozen=True)
class Bearing:
    """Whether the corpus answers a question."""

    probability: float
    threshold: float
    expansion: Expansion
    """The question as the indexes read it."""

    @property
    def enough(self) -> bool:
        """Whether the assistant may answer."""
        return self.probability >= self.threshold


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


@dataclass(frozen=True)
class BearingModels:
    """The model with the wording, for questions to the guidelines it learnt with, and the one for anything else."""

    here: frozenset[str]
    """Keys of the guidelines whose questions the wording learnt from."""
    worded: BearingModel
    plain: BearingModel

    def judge(
        self, question: str, signs: Sequence[float], here: frozenset[str], expansion: Expansion, *, asked: bool = True
    ) -> Bearing:
        """``signs``: of :func:`features`; ``here``: keys of the corpus; ``asked``: it is a question, not a topic."""
        model = self.plain
        if asked and here == self.here:
            model, signs = self.worded, [*signs, wording(question)]
        return Bearing(model.probability(signs), model.threshold, expansion)


@lru_cache(maxsize=1)
def load_models() -> BearingModels:
    """The shipped models."""
    data = json.loads(_MODEL.read_text(encoding="utf-8"))
    models = []
    for name, names in (("worded", (*NAMES, WORDING_SIGN)), ("plain", NAMES)):
        one = data[name]
        if tuple(one["names"]) != names or {len(one[part]) for part in ("mean", "scale", "weights")} != {len(names)}:
            raise ValueError("bearing.json holds other features than the code computes")
        models.append(
            BearingModel(tuple(one["mean"]), tuple(one["scale"]), tuple(one["weights"]), one["bias"], one["threshold"])
        )
    return BearingModels(frozenset(data["here"]), *models)


@lru_cache(maxsize=1)
def _reader() -> NgramClassifier:
    return load_ngrams(WORDING_FILE)


def wording(question: str) -> float:
    """Log-odds, by its wording alone, that a question is one that the documents learnt with answer."""
    no, yes = _reader().scores([question])[0]
    return float(yes - no)


def features(
    hits: Sequence[Hit],
    question: Expansion,
    catalogue: Sequence[CatalogueHit],
    here: frozenset[str],
    known: frozenset[str],
    total: int,
) -> list[float]:
    """The features.

    ``here``: keys with text in the corpus. ``known``: stems, asked or added, that the corpus has; ``total`` passages.
    """
    words = [s for s in question.stems if s not in everyday_stems() and not any(c.isdigit() for c in s)]
    # A word that stands for one of the corpus («dapa») is known.
    read = {s for s, meant in question.readings if sum(m in known for m in meant) > _MOST * len(meant)}
    unknown = [s for s in words if s not in known and s not in read and s not in PEOPLE]
    ours = [one for one in catalogue if one.entry.key in here]
    others = [one for one in catalogue if one.entry.key not in here]

    def best(name: str) -> float:
        return max((one.stages.get(name, 0.0) for one in hits), default=0.0)

    return [
        best("margin"),
        max((one.score for one in ours), default=0.0),
        max((one.score for one in others), default=0.0),
        best("bm25") / math.log(2 + total) / max(1, len(words)),
        float(max((len(s) for s in unknown), default=0)),
        float(sum(max(0, len(s) - _SHORT) for s in unknown)),
    ]
