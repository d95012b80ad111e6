"""What a layer in the middle of a language model holds of a text, without evaluating the layers above it.

A second context over weights that are already in memory: no second copy of the model. llama.cpp hands every tensor of
the graph to a callback and stops where that says so; we take the layer's output and stop. The context has its own cache
(about 29 kB a token for the default model), so it doesn't disturb the one that writes.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from copilot.llm.prefixes import copied_state, put_back
from copilot.llm.quiet import silence

if TYPE_CHECKING:
    from llama_cpp import Llama

Sequenced = tuple[int, Sequence[int], int]
"""(number of the sequence, tokens, position of the first)."""


@lru_cache(maxsize=1)
def _ggml() -> Any:
    """The tensor library of the installed llama.cpp, with the three calls we need described."""
    import llama_cpp

    library = ctypes.CDLL(str(next((Path(llama_cpp.__file__).parent / "lib").glob("libggml-base.*"))))
    library.ggml_get_name.restype = ctypes.c_char_p
    library.ggml_get_name.argtypes = [ctypes.c_void_p]
    library.ggml_nelements.restype = ctypes.c_int64
    library.ggml_nelements.argtypes = [ctypes.c_void_p]
    library.ggml_backend_tensor_get.restype = None
    library.ggml_backend_tensor_get.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t]
    return library


class _Held:
    """What llama.cpp has to free, apart from the object that is collected; freed once."""

    def __init__(self, api: Any) -> None:
        self.api, self.context, self.adapter = api, None, None

    def free(self) -> None:
        """Context first, then the adapter it uses."""
        context, adapter, self.context, self.adapter = self.context, self.adapter, None, None
        if context:
            self.api.llama_free(context)
        if adapter:
            self.api.llama_adapter_lora_free(adapter)


class LayerContext:
    """Evaluates tokens up to one layer. Not safe under threads: the caller holds a lock.

    ``llama``: the loaded model, kept alive by this object; ``layers``: how many of its layers are evaluated;
    ``adapter``: low-rank adapter (GGUF) for this context alone. Raises :class:`RuntimeError` where llama.cpp refuses.
    """

    def __init__(
        self, llama: Llama, layers: int, adapter: Path | None = None, *, context: int, sequences: int, threads: int
    ) -> None:
        import llama_cpp

        silence()
        self._llama, self._api, self._ggml = llama, llama_cpp, _ggml()
        self._held = _Held(llama_cpp)
        self.width = int(llama_cpp.llama_model_n_embd(llama._model.model))
        self._wanted = f"l_out-{layers - 1}".encode()
        self._seen: list[np.ndarray] = []
        self._callback = llama_cpp.ggml_backend_sched_eval_callback(self._on_tensor)
        options = llama_cpp.llama_context_default_params()
        options.n_ctx = options.n_batch = context
        options.n_ubatch = 512
        options.n_seq_max = sequences
        options.n_threads = options.n_threads_batch = threads
        # Sequences share the cells of their common start.
        options.kv_unified = True
        options.cb_eval = self._callback
        self._held.context = llama_cpp.llama_init_from_model(llama._model.model, options)
        if not self._held.context:
            raise RuntimeError("llama.cpp no pudo abrir otro contexto")
        # Whoever frees the model, by hand or by collecting it, frees this first: the other way round ends the process.
        llama._model._exit_stack.callback(self._held.free)
        try:
            if adapter is not None:
                self._adapt(adapter)
        except RuntimeError:
            self.close()
            raise

    def __del__(self) -> None:
        """Free what is still held."""
        if hasattr(self, "_held"):
            self._held.free()

    @property
    def _context(self) -> Any:
        if not self._held.context:
            raise RuntimeError("el contexto está cerrado")
        return self._held.context

    @property
    def _memory(self) -> Any:
        return self._api.llama_get_memory(self._context)

    def _adapt(self, adapter: Path) -> None:
        self._held.adapter = self._api.llama_adapter_lora_init(self._llama._model.model, str(adapter).encode())
        if not self._held.adapter:
            raise RuntimeError("llama.cpp no aceptó el adaptador")
        handles = (self._api.llama_adapter_lora_p_ctypes * 1)(self._held.adapter)
        if self._api.llama_set_adapters_lora(self._context, handles, 1, (ctypes.c_float * 1)(1.0)):
            raise RuntimeError("llama.cpp no aceptó el adaptador")

    def _on_tensor(self, tensor: int, ask: bool, _: object) -> bool:
        """Asked first whether a tensor is wanted, then with its values; False at that point ends the evaluation."""
        if self._ggml.ggml_get_name(tensor) != self._wanted:
            return False
        if ask:
            return True
        values = np.empty(self._ggml.ggml_nelements(tensor), np.float32)
        self._ggml.ggml_backend_tensor_get(tensor, values.ctypes.data, 0, values.nbytes)
        self._seen.append(values.reshape(-1, self.width))
        return False

    def tokens(self, text: str) -> list[int]:
        """Tokens of a plain text; control tokens written in it stay plain characters."""
        if not self._held.context:  # the vocabulary went with the model
            raise RuntimeError("el contexto está cerrado")
        found: list[int] = self._llama.tokenize(text.encode("utf-8", "replace"), add_bos=False, special=False)
        return found

    def evaluate(self, sequences: Sequence[Sequenced]) -> np.ndarray:
        """The layer's output at the last token of each sequence; [sequences, width].

        Raises :class:`RuntimeError` where the cache is full or llama.cpp fails.
        """
        total = sum(len(tokens) for _, tokens, _ in sequences)
        context = self._context
        batch = self._api.llama_batch_init(total, 0, 1)
        at, last = 0, []
        for number, tokens, start in sequences:
            for offset, token in enumerate(tokens):
                batch.token[at], batch.pos[at] = token, start + offset
                batch.seq_id[at][0], batch.n_seq_id[at], batch.logits[at] = number, 1, 0
                at += 1
            last.append(at - 1)
        batch.n_tokens = total
        self._seen.clear()
        status = self._api.llama_decode(context, batch)
        self._api.llama_batch_free(batch)
        rows = np.concatenate(self._seen) if self._seen else np.empty((0, self.width), np.float32)
        self._seen.clear()
        if status or len(rows) != total:
            raise RuntimeError(f"llama.cpp no pudo evaluar ({status})")
        return rows[last]

    def clear(self) -> None:
        """Forget everything."""
        self._api.llama_memory_clear(self._memory, True)

    def copied(self) -> bytes:
        """What is held of sequence 0, for :meth:`restore`; empty where llama.cpp fails."""
        return copied_state(self._context)

    def restore(self, state: bytes) -> bool:
        """Hold again, and alone, what was copied; False where llama.cpp refuses it (nothing is held then)."""
        self.clear()
        return put_back(self._context, state)

    def share(self, number: int) -> None:
        """Let a sequence start with all of sequence 0."""
        self._api.llama_memory_seq_cp(self._memory, 0, number, -1, -1)

    def drop(self, number: int) -> None:
        """Forget a sequence."""
        self._api.llama_memory_seq_rm(self._memory, number, -1, -1)

    def close(self) -> None:
        """Free the context and the adapter; the model stays with its owner. Anything asked after it raises."""
        self._held.free()
