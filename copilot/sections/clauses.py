"""A calibrated classifier of single statements on the sentence embeddings, pooled with the section reader.

Multinomial logistic regression on the vectors of the statement and its two neighbours. It sees less context
than the reader but generalises from few notes; together they err less than either (docs/figures/secciones.md).
Trained by ``python -m copilot.sections.train_clauses``; weights are a few kilobytes beside the reader's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from copilot.domain import Section
from copilot.embeddings import Embedder
from copilot.sections.reader import MODEL, NoteReading, Reading

SECTIONS = list(Section)
WEIGHT = 0.8
"""Weight of this classifier's log-probabilities beside the reader's; chosen on the tuning voices."""
FILE = "clauses.npz"


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

    def pool(self, reading: NoteReading) -> NoteReading:
        """The reading with this classifier's opinion pooled in, statement by statement."""
        if not reading.statements:
            return reading
        logs = self.log_probabilities([one.clause.text for one in reading.statements])
        pooled: list[Reading] = []
        for one, row in zip(reading.statements, logs, strict=True):
            prior = np.array([one.log_mean[section] for section in SECTIONS])
            mixed = prior + WEIGHT * row
            weights = np.exp(mixed - mixed.max())
            weights /= weights.sum()
            best = SECTIONS[int(weights.argmax())]
            pooled.append(replace(one, section=best, probabilities=dict(zip(SECTIONS, weights.tolist(), strict=True))))
        return NoteReading(tuple(pooled), reading.note_type)


def load_classifier(embedder: Embedder, folder: Path = MODEL) -> ClauseClassifier | None:
    """The trained classifier; None where the embeddings in use are not those it was trained on."""
    path = folder / FILE
    if not path.is_file():
        return None
    with np.load(path) as data:
        weights, bias = data["weights"].astype(np.float32), data["bias"].astype(np.float32)
    return ClauseClassifier(weights, bias, embedder) if weights.shape[1] == 3 * embedder.dimension else None
