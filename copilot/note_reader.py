"""The reader of notes: a small language model with an adapter of ours, which reads the whole source once and
judges any number of statements beside it.

Gemma 3 270M (GGUF) in this process through llama.cpp. The source is evaluated once and kept; statements follow it as
parallel sequences that share its cache, so that each costs its own few words. The adapter answers with one of twelve
letters (supported, or the kind of error); the letters' logits give the probability. Trained on our own pairs alone
(``python -m eval.grounding.train_note_reader``); figures in ``docs/fundamentacion.md``.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from copilot.models.registry import find_model, ready_path, sha256_of
from copilot.settings import Settings, get_settings
from guardrails.grounding.types import ErrorKind, Reading

MODEL = Path(__file__).with_name("grounding_model")
BASE = "gemma-3-270m"
LETTERS = "ABCDEFGHIJKL"
"""Answers: A supported, B to L the kinds of error in the order of :class:`guardrails.grounding.types.ErrorKind`."""
CONTEXT = 4096
"""Tokens of the context: the source and the statements judged together."""
LONGEST = 6_000
"""Characters of a source the reader takes; the caller cuts a longer one down to what bears on the statement."""
KINDS = tuple(str(kind) for kind in ErrorKind if kind)
"""Kinds of error in the order of their letters."""
TOGETHER = 24
"""Statements judged in one pass."""
_log = logging.getLogger(__name__)


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


@lru_cache(maxsize=1)
def _silence() -> Any:
    """A log callback that drops everything: the binding takes llama.cpp's warnings for errors and prints them, and what
    matters reaches us as an exception. Kept for good, since freeing a model logs too."""
    import llama_cpp

    return llama_cpp.llama_log_callback(lambda level, text, data: None)


class NoteReader:
    """Probability that a source supports each of several statements. Loads once; safe under threads.

    Raises :class:`ValueError`, :class:`OSError` or :class:`RuntimeError` where model or adapter can't be loaded.
    """

    name = "notas"
    longest = LONGEST

    def __init__(self, model: Path, folder: Path = MODEL, threads: int = 0) -> None:
        import llama_cpp

        described = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        # The binding doesn't tell a damaged adapter from a good one; it would judge without it.
        if sha256_of(folder / "adapter.gguf") != described["sha256"]:
            raise ValueError("el adaptador no es el que describe meta.json")
        self._letters: list[int] = described["letters"]
        self._scale, self._bias = float(described["scale"]), float(described["bias"])
        count = threads or len(os.sched_getaffinity(0))
        llama_cpp.llama_log_set(_silence(), ctypes.c_void_p(0))
        self._llama = llama_cpp.Llama(
            model_path=str(model),
            lora_path=str(folder / "adapter.gguf"),
            n_ctx=CONTEXT,
            n_batch=CONTEXT,
            n_ubatch=512,
            n_threads=count,
            n_threads_batch=count,
            # Asked for only because it makes room for parallel sequences; what we read are logits.
            embedding=True,
            # Sliding windows are kept whole, or the source could not be gone back to.
            swa_full=True,
            verbose=False,
        )
        llama_cpp.llama_set_embeddings(self._llama._ctx.ctx, False)
        self._kept: list[int] = []
        self._lock = threading.Lock()

    def close(self) -> None:
        """Free the model's memory."""
        self._llama.close()

    def read_statements(self, source: str, statements: Sequence[str]) -> list[Reading]:
        """Probability that the source supports each statement, and of each kind of error, in order."""
        out = []
        for odds, kinds in self._answers(source, statements):
            p = 1 / (1 + float(np.exp(-odds)))
            shares = np.exp(kinds - np.logaddexp.reduce(kinds)) * (1 - p)
            out.append(Reading(p, dict(zip(KINDS, shares.tolist(), strict=True))))
        return out

    def forget(self) -> None:
        """Drop the source that is kept; the next one is read from nothing."""
        with self._lock:
            self._kept = []

    def score_statements(self, source: str, statements: Sequence[str]) -> list[float]:
        """Probability, 0–1, that the source supports each statement, in order."""
        return [one.probability for one in self.read_statements(source, statements)]

    def log_odds(self, source: str, statements: Sequence[str]) -> list[float]:
        """Log-odds of support of each statement."""
        return [odds for odds, _ in self._answers(source, statements)]

    def _answers(self, source: str, statements: Sequence[str]) -> list[tuple[float, np.ndarray]]:
        """(log-odds of support, scaled logits of the kinds of error) of each statement."""
        prefix = self._tokens(prompt_of(source), start=True)[: CONTEXT // 2]
        asked = [self._tokens(question_of(one))[-256:] for one in statements]
        with self._lock:
            self._ready(prefix)
            return [answer for part in batches(asked, CONTEXT - len(prefix)) for answer in self._judge(part)]

    def _tokens(self, text: str, start: bool = False) -> list[int]:
        tokens: list[int] = self._llama.tokenize(text.encode("utf-8", "replace"), add_bos=start, special=False)
        return tokens

    def _ready(self, prefix: list[int]) -> None:
        """Leave the cache holding the source and nothing else."""
        if prefix == self._kept:
            return
        self._kept = []
        self._llama._ctx.kv_cache_clear()
        self._decode([(0, prefix, 0)], ask=False)
        self._kept = prefix

    def _decode(self, sequences: list[tuple[int, list[int], int]], *, ask: bool) -> list[int]:
        """Evaluate (sequence, tokens, first position) rows together; batch places of the last tokens where asked."""
        batch = self._llama._batch
        batch.reset()
        at, last = 0, []
        for sequence, tokens, position in sequences:
            for offset, token in enumerate(tokens):
                batch.batch.token[at] = token
                batch.batch.pos[at] = position + offset
                batch.batch.seq_id[at][0] = sequence
                batch.batch.n_seq_id[at] = 1
                batch.batch.logits[at] = False
                at += 1
            last.append(at - 1)
            batch.batch.logits[at - 1] = ask
        batch.batch.n_tokens = at
        self._llama._ctx.decode(batch)
        return last

    def _judge(self, asked: list[list[int]]) -> list[tuple[float, np.ndarray]]:
        context, start = self._llama._ctx, len(self._kept)
        for number in range(1, len(asked) + 1):
            context.kv_cache_seq_cp(0, number, 0, -1)
        last = self._decode([(i, tokens, start) for i, tokens in enumerate(asked, 1)], ask=True)
        out = []
        for place in last:
            row = np.ctypeslib.as_array(
                ctypes.cast(context.get_logits_ith(place), ctypes.POINTER(ctypes.c_float)), (max(self._letters) + 1,)
            )
            z = row[self._letters].astype(np.float64) * self._scale
            out.append((float(z[0] - np.logaddexp.reduce(z[1:]) + self._bias), z[1:]))
        for number in range(1, len(asked) + 1):
            context.kv_cache_seq_rm(number, -1, -1)
        return out


def load_note_reader(settings: Settings | None = None) -> NoteReader | None:
    """The reader of notes, or None where the settings do without it or its model isn't installed."""
    settings = settings or get_settings()
    if settings.grounding_reader != "notas":
        return None
    try:
        return NoteReader(ready_path(settings, find_model(settings, BASE)), threads=settings.llm_threads)
    except Exception as error:
        _log.warning("lector de notas no disponible: %s", type(error).__name__)
        return None
