"""A classifier of short texts on their words and pieces of words, pooled with other readers.

Logistic regression on hashed n-grams (words 1–2, characters 2–5 within words). It knows no context and no meaning,
but abbreviations and misspelt words («dxtx», «creat», «losartan») as they are written, which the encoders of meaning
see only dimly. Three learn with it: sections of statements (``copilot.sections.train_clauses``), requests
(``eval.scope.train_words``) and the wording of questions (``eval.guidelines.train_bearing``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from copilot.folding import fast_fold

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
    """``weights`` [classes, CHARACTERS + WORDS], ``bias`` [classes], ``idf`` [CHARACTERS + WORDS]."""

    weights: np.ndarray
    bias: np.ndarray
    idf: np.ndarray

    def scores(self, texts: Sequence[str]) -> np.ndarray:
        """[n, classes] scores, each text on its own."""
        return self.scores_of(counts(texts))

    def scores_of(self, table: Any) -> np.ndarray:
        """The same of rows of :func:`counts`."""
        found: np.ndarray = np.asarray(scaled(table, self.idf) @ self.weights.T) + self.bias
        return found

    def log_probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """[n, classes] log-probabilities."""
        scores = self.scores(texts)
        scores -= scores.max(axis=1, keepdims=True)
        logs: np.ndarray = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return logs

    def save(self, path: Path) -> None:
        """Store in half precision."""
        half = np.float16
        np.savez_compressed(
            path, weights=self.weights.astype(half), bias=self.bias.astype(half), idf=self.idf.astype(half)
        )


def learn(table: Any, classes: np.ndarray, weights: np.ndarray | None = None, c: float = 8.0) -> NgramClassifier:
    """A classifier of the rows of :func:`counts`, of ``classes`` [n] (0, 1, …), each row counting by its weight."""
    from sklearn.linear_model import LogisticRegression

    having = np.asarray((table > 0).sum(0)).ravel()
    # An n-gram of one text alone says nothing about another.
    idf = np.where(having < 2, 0.0, np.log((1 + table.shape[0]) / (1 + having)) + 1)
    model = LogisticRegression(C=c, max_iter=2000).fit(scaled(table, idf), classes, sample_weight=weights)
    rows, bias = model.coef_, model.intercept_
    if len(rows) == 1:
        rows, bias = np.vstack([0 * rows, rows]), np.array([0.0, bias[0]])
    return NgramClassifier(rows, bias, idf)


def load_ngrams(path: Path) -> NgramClassifier:
    """The classifier stored in a file. Raises :class:`OSError` where there is none."""
    with np.load(path) as data:
        return NgramClassifier(*(data[name].astype(np.float32) for name in ("weights", "bias", "idf")))
