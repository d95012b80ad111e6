"""The second reader of scope: two linear models over sentence vectors of the injected encoder, foreign and harmful.

Asked for requests that no rule decides. Weights belong to one encoder (dimension and prefix): with any other
encoder the head says nothing (None) and the rules stand alone.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from guardrails.scope.types import SentenceEncoder

_WEIGHTS = Path(__file__).parent / "data" / "head.npz"


@lru_cache(maxsize=1)
def _head() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None:
    if not _WEIGHTS.is_file():
        return None
    with np.load(_WEIGHTS) as data:
        if data["weights"].ndim != 2:
            return None
        return data["weights"].astype(np.float32), data["bias"], data["probe"], data["mean"].astype(np.float32)


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


class Chances(NamedTuple):
    """Probabilities (0–1) of the two reasons to refuse."""

    foreign: float
    harmful: float


def chances(encoder: SentenceEncoder, question: str) -> Chances | None:
    """Both probabilities of a request; None where the head doesn't fit the encoder."""
    head = _head()
    if head is None or not _fits(encoder, head[2]):
        return None
    weights, bias, _, mean = head
    values = weights @ (encoder.queries([question])[0] - mean) + bias
    foreign, harmful = (1 / (1 + math.exp(-max(-30.0, min(30.0, float(value))))) for value in values)
    return Chances(foreign, harmful)
