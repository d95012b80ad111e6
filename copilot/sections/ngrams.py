"""A calibrated classifier of single statements on their words and pieces of words, pooled with the other readers.

Multinomial logistic regression on hashed n-grams (words 1–2, characters 2–5 within words). It knows no context and
no meaning, but abbreviations and misspelt words («dxtx», «creat», «losartan») as they are written, which the
encoders of meaning see only dimly (docs/figures/secciones.md). Trained by ``python -m copilot.sections.train_clauses``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from copilot.folding import fast_fold
from copilot.sections.reader import MODEL

FILE = "ngrams.npz"
CHARACTERS = 2**16
WORDS = 2**15
"""Buckets the n-grams are hashed into."""

_MARKS = re.compile(r"(?<!\d)[.,;:()]|[.,;:()](?!\d)")


def plain(text: str) -> str:
    """Lower case, no accents, no marks but those inside a number: how it was typed must not decide."""
    return " ".join(_MARKS.sub(" ", fast_fold(text)).split())


def counts(texts: Sequence[str]) -> Any:
    """[n, CHARACTERS + WORDS] sparse log-counts of n-grams."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import HashingVectorizer

    shared: dict[str, Any] = {"alternate_sign": False, "norm": None, "lowercase": False}
    characters = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=CHARACTERS, **shared)
    words = HashingVectorizer(ngram_range=(1, 2), n_features=WORDS, token_pattern=r"\S+", **shared)  # noqa: S106
    bare = [plain(text) for text in texts]
    table = hstack([characters.transform(bare), words.transform(bare)]).tocsr()
    table.data = np.log1p(table.data)
    return table


def scaled(table: Any, idf: np.ndarray) -> Any:
    """Rows weighted by inverse document frequency, each of length 1."""
    from scipy.sparse import diags
    from sklearn.preprocessing import normalize

    return normalize(table @ diags(idf.astype(np.float64)))


@dataclass(frozen=True)
class NgramClassifier:
    """``weights`` [12, CHARACTERS + WORDS], ``bias`` [12], ``idf`` [CHARACTERS + WORDS]."""

    weights: np.ndarray
    bias: np.ndarray
    idf: np.ndarray

    def log_probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """[n, 12] log-probabilities, each statement on its own."""
        scores: np.ndarray = np.asarray(scaled(counts(texts), self.idf) @ self.weights.T) + self.bias
        scores -= scores.max(axis=1, keepdims=True)
        logs: np.ndarray = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return logs


def load_ngrams(folder: Path = MODEL) -> NgramClassifier:
    """The trained classifier of ``folder``."""
    with np.load(folder / FILE) as data:
        return NgramClassifier(*(data[name].astype(np.float32) for name in ("weights", "bias", "idf")))
