# ruff: noqa: E501 - patterns and word lists stay on one line
"""When two spellings are one value: identifiers by their letters and digits, names by their words."""

from __future__ import annotations

import re

from guardrails.redaction.tokenizer import fold
from guardrails.redaction.vocabulary import PARTICLES

_SHORT = {"ma": "maria", "gpe": "guadalupe", "fco": "francisco", "fdo": "fernando", "hdez": "hernandez", "mtz": "martinez",
          "rdz": "rodriguez", "rguez": "rodriguez", "glz": "gonzalez", "gtz": "gutierrez", "fdez": "fernandez", "pdte": "presidente",
          "lupita": "guadalupe", "lupe": "guadalupe", "pepe": "jose", "pancho": "francisco", "beto": "alberto", "chuy": "jesus",
          "concha": "concepcion", "toño": "antonio", "tono": "antonio", "memo": "guillermo", "nacho": "ignacio"}  # fmt: skip


def name_words(value: str) -> list[str]:
    """Folded words of a name without particles, short forms written out."""
    words = [fold(one) for one in re.findall(r"[^\W\d_]+", value)]
    return [_SHORT.get(one, one) for one in words if one not in PARTICLES]


def value_key(kind: str, value: str) -> str:
    """What two spellings of one value share."""
    if kind.startswith("NOMBRE_"):
        return " ".join(sorted(name_words(value)))
    if kind in ("DIRECCION", "MUNICIPIO_ESTADO", "EMPLEADOR", "UNIDAD_MEDICA", "FECHA"):
        return re.sub(r"[\W_]+", " ", fold(value)).strip()
    return re.sub(r"[\W_]+", "", fold(value))


def same_person(one: str, other: str) -> bool:
    """Evidently one person: the words of the shorter name all stand in the longer one (an initial stands for a word)."""
    left, right = name_words(one), name_words(other)
    if not left or not right:
        return False
    if len(left) > len(right):
        left, right = right, left
    pool = list(right)
    full = 0
    for word in left:
        match = next((item for item in pool if item == word), None)
        if match is None:
            match = next((item for item in pool if (len(word) == 1 and item[0] == word) or (len(item) == 1 and word[0] == item)), None)
        if match is None and len(word) >= 5:
            match = next((item for item in pool if _one_typo(word, item)), None)
        if match is None:
            return False
        full += len(match) > 1 and len(word) > 1
        pool.remove(match)
    return full >= 1


def _one_typo(one: str, other: str) -> bool:
    """Same length with one letter changed, or one letter more or less."""
    if abs(len(one) - len(other)) > 1 or one[0] != other[0]:
        return False
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return any(long[:index] + long[index + 1 :] == short for index in range(len(long)))
