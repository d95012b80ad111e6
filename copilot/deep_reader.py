"""The deep reader of notes: the lower layers of the default language model with an adapter of ours.

The source is read once up to the twentieth of the 28 layers of Qwen2.5-Coder-1.5B and kept; statements follow as
parallel sequences that share its cache, so that each costs its own few words, and a linear head reads at each one's
last word whether the source supports it and, if not, the kind of error. Weights that already serve as the language
model are shared; where none is loaded, they are loaded for this. Trained on our own pairs alone
(``python -m eval.grounding.train_deep_reader``); figures in ``docs/fundamentacion.md``.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from copilot.llm.layers import LayerContext
from copilot.llm.quiet import silence
from copilot.models.registry import find_model, ready_path, sha256_of
from copilot.settings import Settings
from guardrails.grounding.types import ErrorKind, Reading

if TYPE_CHECKING:
    from llama_cpp import Llama

MODEL = Path(__file__).with_name("deep_reader_model")
BASE = "qwen2.5-coder-1.5b"
CONTEXT = 4096
"""Tokens of the context: the source and the statements judged together."""
TOGETHER = 24
"""Statements judged in one pass."""
ROOM = 160_000_000
"""Bytes for what sources already read left behind (29 kB a token: some ten notes), so that taking turns between them
costs nothing. A hash and numbers of redacted text; who can read the memory of the process could make out the text."""
KINDS = tuple(str(kind) for kind in ErrorKind if kind)
"""Kinds of error in the order of the head's answers, which come after «supported»."""
_log = logging.getLogger(__name__)
_loading = threading.Lock()


def prompt_of(source: str) -> str:
    """What comes before every statement about a source; training and use must agree to the letter."""
    return f"Nota clínica:\n{source}\n\n"


def question_of(statement: str) -> str:
    """One statement put to the reader."""
    return f"Afirmación: {statement}\n¿Cierto?"


def batches(asked: Sequence[list[int]], room: int) -> Iterator[list[list[int]]]:
    """The tokens of statements in order, as many together as are judged in one pass and fit into ``room`` tokens."""
    part: list[list[int]] = []
    for tokens in asked:
        if part and (len(part) == TOGETHER or sum(map(len, part)) + len(tokens) > room):
            yield part
            part = []
        part.append(tokens)
    if part:
        yield part


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
        self._held, self._length = b"", 0
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Free the context before the reader goes; the model stays with its owner."""
        with self._lock:
            self._held = b""
            self._kept.clear()
            self._layers.close()

    def forget(self) -> None:
        """Drop the sources that are kept; the next one is read from nothing."""
        with self._lock:
            self._held = b""
            self._kept.clear()
            self._layers.clear()

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
        """Leave the cache holding the source and nothing else: as it is, from a kept state, or by reading it."""
        key = hashlib.sha256(np.array(prefix, np.int32).tobytes()).digest()
        if key == self._held:
            return
        self._held = b""
        state = self._kept.pop(key, b"")
        if not (state and self._layers.restore(state)):
            self._layers.clear()
            self._layers.evaluate([(0, prefix, 0)])
            state = self._layers.copied()
        if state:
            self._kept[key] = state
        while sum(map(len, self._kept.values())) > ROOM:
            self._kept.popitem(last=False)
        self._held, self._length = key, len(prefix)

    def _judge(self, asked: list[list[int]]) -> np.ndarray:
        numbers = range(1, len(asked) + 1)
        for number in numbers:
            self._layers.share(number)
        try:
            start = self._length
            hidden = self._layers.evaluate([(n, tokens, start) for n, tokens in zip(numbers, asked, strict=True)])
        finally:
            for number in numbers:
                self._layers.drop(number)
        hidden = hidden / np.sqrt((hidden**2).mean(1, keepdims=True) + 1e-6)
        return np.asarray(hidden @ self._weight.T + self._bias)


@lru_cache(maxsize=1)
def _weights(path: Path) -> Llama:
    """The model for the reader alone, once a process."""
    from llama_cpp import Llama

    silence()
    return Llama(model_path=str(path), n_ctx=32, use_mmap=False, verbose=False)


def load_deep_reader(settings: Settings, llama: Llama | None = None) -> DeepReader | None:
    """The deep reader, or None where the settings don't ask for it or its model isn't installed.

    ``llama``: the default language model where it is loaded already.
    """
    if settings.grounding_reader != "profundo":
        return None
    try:
        if llama is None:
            with _loading:
                llama = _weights(ready_path(settings, find_model(settings, BASE)))
        return DeepReader(llama, threads=settings.llm_threads)
    except Exception as error:
        _log.warning("lector profundo no disponible: %s", type(error).__name__)
        return None
