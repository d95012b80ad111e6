"""llama.cpp says nothing on stderr: the binding takes its warnings for errors and prints them."""

from __future__ import annotations

import ctypes
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def silence() -> Any:
    """Drop what llama.cpp logs, for good (freeing a model logs too); what matters reaches us as an exception."""
    import llama_cpp

    kept = llama_cpp.llama_log_callback(lambda level, text, data: None)
    llama_cpp.llama_log_set(kept, ctypes.c_void_p(0))
    return kept
