"""The second reader of scope: a linear model over sentence vectors of the injected encoder.

Asked only for requests that no rule decides. Weights belong to one encoder (dimension and prefix): with any other
encoder the head says nothing (None) and the rules stand alone.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import numpy as np

from guardrails.scope.types import SentenceEncoder

_WEIGHTS = Path(__file__).parent / "data" / "head.npz"


@lru_cache(maxsize=1)
def _head() -> tuple[np.ndarray, float, np.ndarray, np.ndarray] | None:
    if not _WEIGHTS.is_file():
        return None
    with np.load(_WEIGHTS) as data:
        return data["weights"].astype(np.float32), float(data["bias"]), data["probe"], data["mean"].astype(np.float32)


PROBE = "¿Cuál es la meta de presión arterial?"
"""A sentence whose vector is kept with the weights, to recognise the encoder they belong to."""


def _fits(encoder: SentenceEncoder, probe: np.ndarray) -> bool:
    """Whether the weights belong to this encoder; asked once for each encoder object."""
    known = _checked.get(id(encoder))
    if known is None:
        vector = encoder.queries([PROBE])[0]
        known = vector.shape == probe.shape and float(vector @ probe) > 0.98
        _checked[id(encoder)] = known
    return known


_checked: dict[int, bool] = {}


def foreign_probability(encoder: SentenceEncoder, question: str) -> float | None:
    """Probability (0–1) that a request is foreign to the consultation; None where the head doesn't fit the encoder."""
    head = _head()
    if head is None or not _fits(encoder, head[2]):
        return None
    weights, bias, _, mean = head
    value = float((encoder.queries([question])[0] - mean) @ weights) + bias
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
