"""The deep reader of notes: the lower layers of the default language model with an adapter of ours.

Same task as :mod:`copilot.note_reader` with a larger model: the source is read once up to the twentieth of the 28
layers of Qwen2.5-Coder-1.5B, statements follow as parallel sequences, and a linear head reads at each one's last
word whether the source supports it and, if not, the kind of error. Weights that already serve as the language model
are shared; where none is loaded, they are loaded for this. Trained on our own pairs alone
(``python -m eval.grounding.train_deep_reader``); figures in ``docs/fundamentacion.md``.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from copilot.llm.layers import LayerContext
from copilot.models.registry import find_model, ready_path, sha256_of
from copilot.note_reader import CONTEXT, KINDS, TOGETHER, batches, prompt_of, question_of
from copilot.settings import Settings
from guardrails.grounding.types import Reading

if TYPE_CHECKING:
    from llama_cpp import Llama

MODEL = Path(__file__).with_name("deep_reader_model")
BASE = "qwen2.5-coder-1.5b"
_log = logging.getLogger(__name__)


class DeepReader:
    """Probability that a source supports each of several statements. Safe under threads.

    Raises :class:`ValueError`, :class:`OSError` or :class:`RuntimeError` where the adapter can't be loaded.
    """

    name = "profundo"
    longest = 4_500
    """Characters of a source it takes; the caller cuts a longer one down to what bears on the statement."""

    def __init__(self, llama: Llama, folder: Path = MODEL, threads: int = 0) -> None:
        described = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        # The binding doesn't tell a damaged adapter from a good one; it would judge without it.
        for name in ("adapter.gguf", "head.npz"):
            if sha256_of(folder / name) != described["sha256"][name]:
                raise ValueError(f"{name} no es el que describe meta.json")
        with np.load(folder / "head.npz") as head:
            self._weight, self._bias = head["weight"].astype(np.float32), head["bias"].astype(np.float32)
        self._layers = LayerContext(
            llama, described["layers"], folder / "adapter.gguf", context=CONTEXT, sequences=TOGETHER + 1,
            threads=threads or len(os.sched_getaffinity(0)),
        )  # fmt: skip
        self._kept: list[int] = []
        self._lock = threading.Lock()

    def close(self) -> None:
        """Free the context; the model stays with its owner."""
        self._layers.close()

    def forget(self) -> None:
        """Drop the source that is kept; the next one is read from nothing."""
        with self._lock:
            self._kept = []

    def read_statements(self, source: str, statements: Sequence[str]) -> list[Reading]:
        """Probability that the source supports each statement, and of each kind of error, in order."""
        logits = self.letters(source, statements).astype(np.float64)
        shares = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
        return [Reading(float(row[0]), dict(zip(KINDS, row[1:].tolist(), strict=True))) for row in shares]

    def letters(self, source: str, statements: Sequence[str]) -> np.ndarray:
        """Logits of supported (first) and of the kinds of error in the order of ``ErrorKind``; [statements, 12]."""
        prefix = self._layers.tokens(prompt_of(source))[: CONTEXT // 2]
        asked = [self._layers.tokens(question_of(one))[-256:] for one in statements]
        nothing = np.empty((0, len(self._bias)))
        with self._lock:
            self._ready(prefix)
            return np.concatenate([nothing, *map(self._judge, batches(asked, CONTEXT - len(prefix)))])

    def _ready(self, prefix: list[int]) -> None:
        """Leave the cache holding the source and nothing else."""
        if prefix == self._kept:
            return
        self._kept = []
        self._layers.clear()
        self._layers.evaluate([(0, prefix, 0)])
        self._kept = prefix

    def _judge(self, asked: list[list[int]]) -> np.ndarray:
        numbers = range(1, len(asked) + 1)
        for number in numbers:
            self._layers.share(number)
        try:
            start = len(self._kept)
            hidden = self._layers.evaluate([(n, tokens, start) for n, tokens in zip(numbers, asked, strict=True)])
        finally:
            for number in numbers:
                self._layers.drop(number)
        hidden = hidden / np.sqrt((hidden**2).mean(1, keepdims=True) + 1e-6)
        return np.asarray(hidden @ self._weight.T + self._bias)


def load_deep_reader(settings: Settings, llama: Llama | None = None) -> DeepReader | None:
    """The deep reader, or None where the settings don't ask for it or its model isn't installed.

    ``llama``: the default language model where it is loaded already.
    """
    if settings.grounding_reader != "profundo":
        return None
    try:
        if llama is None:
            from llama_cpp import Llama as Loaded

            path = ready_path(settings, find_model(settings, BASE))
            llama = Loaded(model_path=str(path), n_ctx=32, use_mmap=False, verbose=False)
        return DeepReader(llama, threads=settings.llm_threads)
    except Exception as error:
        _log.warning("lector profundo no disponible: %s", type(error).__name__)
        return None
