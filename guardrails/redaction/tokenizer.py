"""Words of the recognizers: runs of letters, of digits, signs (four or more equal ones are one word), line breaks.

No vocabulary and no exceptions list: «54a», «c/8h» and «NSS5082» always split at the border of letters and
digits, so that an entity can start at any such border.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_UPPER = "A-ZÁÉÍÓÚÜÑÇÀÈÌÒÙÂÊÎÔÛÄËÏÖ"
_LOWER = "a-záéíóúüñçàèìòùâêîôûäëïöªº"
# A name glued to its title or to the next field («DRAlberto», «MartínezNºCol») splits where the case changes.
_TOKEN = re.compile(
    rf"[{_UPPER}]+(?![{_LOWER}])|[{_UPPER}]?[{_LOWER}]+|[^\W\d_{_UPPER}{_LOWER}]+|[{_UPPER}]"
    r"|\d+|\n(?:[^\S\n]*\n)*|([^\w\s])\1{3,}|[^\w\s]|_"
)
_FIELD_REACH = 14  # tokens after a colon that still belong to its form field


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Lower case without accents; «ñ» becomes «n», so that hurried typing reads the same."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(one for one in decomposed if not unicodedata.combining(one))


def token_offsets(text: str) -> list[tuple[int, int]]:
    """Character intervals ``[start, end)`` of the tokens; white space other than line breaks is left out."""
    return [match.span() for match in _TOKEN.finditer(text)]


def fields(words: list[str]) -> list[str]:
    """For each token the form field it stands in («nombre», «apellidos», «nass»…), or «-»."""
    out: list[str] = []
    current, age, last = "-", 0, "-"
    for word in words:
        if word[0] == "\n":
            current, last = "-", "-"
        elif word == ":":
            current, age = last, 0
        elif word[0].isalpha():
            last = fold(word)
        age += 1
        out.append(current if age <= _FIELD_REACH else "-")
    return out
