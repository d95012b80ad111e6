"""Calibrated classifiers of single statements, pooled with the section reader.

One is a multinomial logistic regression on the sentence embeddings of the statement and its two neighbours, the other
one on n-grams (:mod:`copilot.ngrams`). They see less context than the reader but generalise from few notes;
together they err less than any alone (docs/figures/secciones.md); ``copilot.sections.train_clauses`` trains them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from copilot.domain import Section
from copilot.embeddings import Embedder
from copilot.ngrams import load_ngrams
from copilot.sections.reader import MODEL, NoteReading, Reading

SECTIONS = list(Section)
WEIGHT = 0.3
"""Weight of the embeddings' log-probabilities beside the reader's; chosen on the tuning voices."""
NGRAM_WEIGHT = 0.6
"""Weight of the n-grams' log-probabilities; chosen on the tuning voices."""
FILE = "clauses.npz"
NGRAMS = "ngrams.npz"


def neighbourhood(vectors: np.ndarray) -> np.ndarray:
    """[n, d] statement vectors → [n, 3 d]: statement, the one before, the one after (zeros at the ends)."""
    edge = np.zeros((1, vectors.shape[1]), dtype=vectors.dtype)
    return np.hstack([vectors, np.vstack([edge, vectors[:-1]]), np.vstack([vectors[1:], edge])])


@dataclass(frozen=True)
class ClauseClassifier:
    """``weights`` [12, 3 d], ``bias`` [12]."""

    weights: np.ndarray
    bias: np.ndarray
    embedder: Embedder

    def log_probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """[n, 12] log-probabilities of consecutive statements of one note."""
        scores = neighbourhood(self.embedder.passages(list(texts))) @ self.weights.T + self.bias
        scores -= scores.max(axis=1, keepdims=True)
        logs: np.ndarray = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return logs


class Opinion(Protocol):
    """Anything that reads the consecutive statements of a note."""

    def log_probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """[n, 12] log-probabilities."""


@dataclass(frozen=True)
class StatementPool:
    """Opinions with their weights, added to the reader's own (log-linear pooling)."""

    opinions: tuple[tuple[Opinion, float], ...]

    def pool(self, reading: NoteReading) -> NoteReading:
        """The reading with the opinions pooled in, statement by statement."""
        if not reading.statements:
            return reading
        texts = [one.clause.text for one in reading.statements]
        mixed = np.array([[one.log_mean[section] for section in SECTIONS] for one in reading.statements])
        for opinion, weight in self.opinions:
            mixed = mixed + weight * opinion.log_probabilities(texts)
        shares = np.exp(mixed - mixed.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        pooled: list[Reading] = []
        for one, row in zip(reading.statements, shares, strict=True):
            best = SECTIONS[int(row.argmax())]
            pooled.append(replace(one, section=best, probabilities=dict(zip(SECTIONS, row.tolist(), strict=True))))
        return NoteReading(tuple(pooled), reading.note_type)


def load_pool(embedder: Embedder, folder: Path = MODEL) -> StatementPool:
    """The trained classifiers; the embeddings' one only where the embeddings in use are those it was trained on."""
    opinions: list[tuple[Opinion, float]] = [(load_ngrams(folder / NGRAMS), NGRAM_WEIGHT)]
    with np.load(folder / FILE) as data:
        weights, bias = data["weights"].astype(np.float32), data["bias"].astype(np.float32)
    if weights.shape[1] == 3 * embedder.dimension:
        opinions.insert(0, (ClauseClassifier(weights, bias, embedder), WEIGHT))
    return StatementPool(tuple(opinions))
