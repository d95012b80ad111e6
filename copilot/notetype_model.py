"""A small linear reader of the note type: words, pairs of words, the opening words and the sections present.

Trained on the project's labelled notes by ``python -m copilot.notetype_train`` (multinomial logistic regression);
the weights are ``nom004/data/type_weights.npz``. Reading is a sum over the words of the note: no library of learning.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from copilot.domain import NoteType, Section, Span
from copilot.folding import fold

WEIGHTS = Path(__file__).parent / "nom004" / "data" / "type_weights.npz"
TYPES = tuple(NoteType)
_WORD = re.compile(r"[a-z]+|\d+(?:/\d+)?|[+:]")
_SURROGATE = re.compile(r"<[A-Z][A-Z0-9_]*>")
_LEAST_KNOWN = 8
_OPENING = 14
"""Words at the beginning that count a second time, as title."""


def features(text: str, sections: Sequence[tuple[Span, Section]] = ()) -> Iterator[str]:
    """Names of the features of a note, each once: ``egreso``, ``se egresa``, ``^ nota``, ``§ pronostico``."""
    words = ["0" if w[0].isdigit() else w for w in _WORD.findall(fold(_SURROGATE.sub(" ", text)))]
    found = dict.fromkeys(words)
    found.update(dict.fromkeys(f"{a} {b}" for a, b in pairwise(words)))
    opening = words[:_OPENING]
    found.update(dict.fromkeys(f"^ {w}" for w in opening))
    found.update(dict.fromkeys(f"^ {a} {b}" for a, b in pairwise(opening)))
    keys = {key for _, key in sections}
    found.update(dict.fromkeys(f"§ {key}" for key in keys))
    if keys:
        found.update(dict.fromkeys(f"§ sin {key}" for key in Section if key not in keys))
        found.update(dict.fromkeys(f"§ primero {key}" for _, key in sections[:1]))
    yield from found


@lru_cache(maxsize=1)
def _model() -> tuple[dict[str, int], np.ndarray, np.ndarray, np.ndarray]:
    with np.load(WEIGHTS, allow_pickle=False) as held:
        names = str(held["names"]).split("\n")
        return (
            {name: i for i, name in enumerate(names)},
            held["idf"].astype(np.float32),
            held["weights"].astype(np.float32),
            held["bias"].astype(np.float32),
        )


def known(text: str) -> bool:
    """Whether enough words of the text are known for the model to say anything."""
    index = _model()[0]
    return sum(name in index for name in features(text)) >= _LEAST_KNOWN


def probabilities(text: str, sections: Sequence[tuple[Span, Section]] = ()) -> dict[NoteType, float]:
    """Probability of each note type; the eight sum to 1."""
    index, idf, weights, bias = _model()
    at = [i for name in features(text, sections) if (i := index.get(name)) is not None]
    values = idf[at]
    length = math.sqrt(float(values @ values)) or 1.0
    logits = weights[at].T @ (values / length) + bias if at else bias
    odds = np.exp(logits - logits.max())
    return {kind: float(p) for kind, p in zip(TYPES, odds / odds.sum(), strict=True)}
