"""Evaluated prompt prefixes, kept so that turning from one prompt to another costs no second evaluation.

llama.cpp's cache holds one prompt. The co-pilot alternates between a few with long fixed beginnings (section
of a statement, kind of turn, writing); the state of each beginning is copied out once and put back when needed
(about 29 kB a token for the default model).
"""

from __future__ import annotations

import ctypes
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llama_cpp import Llama

KEPT = 6
"""Prefixes kept; the one longest unused goes first."""
SHORTEST = 48
"""Tokens; a shorter prefix is evaluated faster than it is worth keeping."""


def common(a: Sequence[int], b: Sequence[int]) -> int:
    """How many tokens two sequences share at their start."""
    count = 0
    for one, other in zip(a, b, strict=False):
        if one != other:
            break
        count += 1
    return count


def copied_state(ctx: Any) -> bytes:
    """What a llama.cpp context holds of its sequence 0; empty where llama.cpp fails."""
    import llama_cpp

    size = llama_cpp.llama_state_seq_get_size(ctx, 0)
    buffer = (ctypes.c_uint8 * size)()
    return bytes(buffer) if llama_cpp.llama_state_seq_get_data(ctx, buffer, size, 0) == size else b""


def put_back(ctx: Any, state: bytes) -> bool:
    """Fill sequence 0 of an emptied context with a copied state; False where llama.cpp refuses it."""
    import llama_cpp

    buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
    return bool(llama_cpp.llama_state_seq_set_data(ctx, buffer, len(state), 0))


class Prefixes:
    """States of prefixes of one ``Llama``. Not safe under threads: the caller holds the model's turn."""

    def __init__(self, llama: Llama) -> None:
        self._llama = llama
        self._kept: OrderedDict[tuple[int, ...], bytes] = OrderedDict()

    def ready(self, prefix: Sequence[int]) -> None:
        """Leave the model's cache beginning with ``prefix``: as it is, from a kept state, or by evaluation."""
        key = tuple(prefix)
        if len(key) < SHORTEST:
            return
        llama = self._llama
        held = common(llama.input_ids[: llama.n_tokens].tolist(), key)
        state = self._kept.get(key)
        if state is not None:
            self._kept.move_to_end(key)
            if held < len(key):
                self._restore(key, state)
            return
        if held < len(key):
            llama.reset()
            llama.eval(list(key))
        else:
            llama._ctx.kv_cache_seq_rm(-1, len(key), -1)
            llama.n_tokens = len(key)
        self._keep(key)

    def forget(self) -> None:
        """Empty the model's cache. Kept prefixes stay: a prefix put back is what its evaluation from nothing gave."""
        self._llama.reset()
        self._llama._ctx.kv_cache_clear()

    def _keep(self, key: tuple[int, ...]) -> None:
        if not (state := copied_state(self._llama._ctx.ctx)):
            return
        self._kept[key] = state
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def _restore(self, key: tuple[int, ...], state: bytes) -> None:
        import numpy as np

        llama = self._llama
        llama.reset()
        llama._ctx.kv_cache_clear()
        if not put_back(llama._ctx.ctx, state):
            del self._kept[key]
            return
        llama.input_ids[: len(key)] = np.array(key, dtype=llama.input_ids.dtype)
        llama.n_tokens = len(key)
        # What was put back is the cache, not the logits of its last token.
        llama._requires_eval = True
