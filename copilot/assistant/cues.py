"""The phrases that the conversation recognises: ``data/cues.toml``, compiled once."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "cues.toml"


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    return {key: value.replace("\n", "") for key, value in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()}


@lru_cache(maxsize=64)
def cue(name: str, *, led: bool = False) -> re.Pattern[str]:
    """One pattern, case ignored, ``.`` matching line breaks; ``led``: at the start, after courtesies. ``KeyError``."""
    pattern = _table()[name]
    return re.compile(_table()["lead"] + pattern if led else pattern, re.I | re.S)
