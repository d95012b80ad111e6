"""Spoken Spanish numbers, as they come out of dictation («ciento treinta sobre ochenta»)."""

from __future__ import annotations

import re

_UNITS = dict(
    zip(["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"], range(10), strict=True)
)
_UNITS |= {"un": 1, "una": 1}
_TEENS = dict(
    zip(
        [
            "diez",
            "once",
            "doce",
            "trece",
            "catorce",
            "quince",
            "dieciseis",
            "diecisiete",
            "dieciocho",
            "diecinueve",
            "veinte",
            "veintiuno",
            "veintidos",
            "veintitres",
            "veinticuatro",
            "veinticinco",
            "veintiseis",
            "veintisiete",
            "veintiocho",
            "veintinueve",
        ],
        range(10, 30),
        strict=True,
    )
)
_TEENS["veintiun"] = 21
_TENS = dict(
    zip(
        ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"],
        range(30, 100, 10),
        strict=True,
    )
)
_HUNDREDS = dict(
    zip(
        [
            "cien",
            "doscientos",
            "trescientos",
            "cuatrocientos",
            "quinientos",
            "seiscientos",
            "setecientos",
            "ochocientos",
            "novecientos",
        ],
        range(100, 1000, 100),
        strict=True,
    )
) | {"ciento": 100}
_HUNDREDS |= {w[:-2] + "as": v for w, v in list(_HUNDREDS.items()) if w.endswith("ientos")}

_U = "|".join(sorted(_UNITS, key=len, reverse=True))
_T = "|".join(sorted(_TEENS, key=len, reverse=True))
_D = "|".join(_TENS)
_H = "|".join(sorted(_HUNDREDS, key=len, reverse=True))
_BELOW100 = rf"(?:(?:{_T})|(?:{_D})(?:\s+y\s+(?:{_U}))?|(?:{_U}))"
_BELOW1000 = rf"(?:(?:{_H})(?:\s+{_BELOW100})?|{_BELOW100})"
NUMBER_PHRASE = re.compile(
    rf"(?<![a-z0-9])(?:media(?=\s+(?:tab|pastilla|ampula|ampolleta|capsula))"
    rf"|(?:{_BELOW1000}\s+)?mil(?:\s+{_BELOW1000})?|{_BELOW1000})(?![a-z0-9])"
)
"""One cardinal number in words, in folded text."""

_ARTICLE_OK = re.compile(r"^(?:un|una|uno)$")


def _below1000(words: list[str]) -> int:
    total = 0
    for word in words:
        for table in (_HUNDREDS, _TENS, _TEENS, _UNITS):
            if word in table:
                total += table[word]
                break
    return total


def spoken_value(phrase: str) -> str | None:
    """Digits for a phrase matched by :data:`NUMBER_PHRASE`; None where the word is only an article.

    «un», «una» and «uno» alone stay words (they are articles far more often than amounts); so does a lone «mil»,
    which serves as a unit after digits («245 mil»).
    """
    if phrase == "media":
        return "0.5"
    words = [w for w in phrase.split() if w != "y"]
    if words == ["mil"] or (len(words) == 1 and _ARTICLE_OK.match(words[0])):
        return None
    if "mil" in words:
        cut = words.index("mil")
        return str((_below1000(words[:cut]) or 1) * 1000 + _below1000(words[cut + 1 :]))
    return str(_below1000(words))
