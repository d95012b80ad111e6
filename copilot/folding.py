"""Case and accents off: the common ground of every comparison of clinical words."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_EXTRA = {"º": "°", "˚": "°", "₂": "2", "²": "2", "–": "-", "—": "-", "−": "-", "’": "'", "´": "'", "μ": "µ"}


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    if char in _EXTRA:
        return _EXTRA[char]
    if char.isspace() and char != "\n":
        return " "
    low = char.lower()
    base = unicodedata.normalize("NFD", low)[0] if low else char
    return base if len(base) == 1 else char


def fold(text: str) -> str:
    """Lower case, accents off, typographic variants unified; same length as ``text``."""
    return "".join(map(_fold_char, text))


def strip_accents(text: str) -> str:
    """Accents off, ñ and case kept; same length as ``text`` (of precomposed letters)."""
    return "".join(unicodedata.normalize("NFD", c)[0] if c not in "ñÑ" else c for c in text)


def fast_fold(text: str) -> str:
    """Like :func:`fold` for text whose offsets don't matter: several times faster, length may change."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
