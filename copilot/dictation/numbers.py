"""Spanish cardinals in words, as they are spoken in a note: «ciento treinta», «treinta y ocho punto cinco», «dos mil».

Only what is one number is read as one: «ciento veinte ochenta» is 120 and 80 (a blood pressure said in haste), «tres
y media» stays in words (of a clock it means 3:30, of a dose 3.5).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple


def _values(names: str, values: Iterable[int]) -> dict[str, int]:
    return dict(zip(names.split(), values, strict=True))


_ONES = _values("uno dos tres cuatro cinco seis siete ocho nueve", range(1, 10))
_TEENS = _values("diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve", range(10, 20))
_TWENTIES = _values(
    "veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve",
    range(20, 30),
)
_TENS = _values("treinta cuarenta cincuenta sesenta setenta ochenta noventa", range(30, 100, 10))
_HUNDREDS = _values(
    "cien ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos",
    (100, 100, 200, 300, 400, 500, 600, 700, 800, 900),
)
_HUNDREDS |= {
    name[:-2] + "as": value for name, value in list(_HUNDREDS.items()) if name.endswith("os")
}  # «doscientas»
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_UNITS = re.compile(r"([1-9])([.,]\d{1,2})?")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


class Number(NamedTuple):
    """A number found in a row of words."""

    text: str
    """As written: digits, decimal point."""
    words: int
    """How many words it takes up."""
    spoken: bool
    """True where it was said in words, False where it came as digits."""


def plain(word: str) -> str:
    """Lower case, without accents (ñ stays)."""
    kept = unicodedata.normalize("NFD", word.lower().replace("ñ", "\0"))
    return "".join(c for c in kept if not unicodedata.combining(c)).replace("\0", "ñ")


def number_at(words: Sequence[str], at: int) -> Number | None:
    """The number that begins at this word; None where none does.

    ``words`` are bare: lower case, no accents, no punctuation. «un», «una» and «uno» alone are no number here.
    """
    found = _whole(words, at)
    if found is None and words[at] == "uno" and at + 1 < len(words) and words[at + 1] in ("punto", "coma"):
        found = ("1", 1, True)
        if number_at(words, at + 2) is None:
            return None
    if found is None:
        return None
    value, used, spoken = found
    end = at + used
    # «punto» between two numbers is a decimal point; a decimal part may begin with zeros: «cero punto cero cinco».
    if end + 1 < len(words) and words[end] in ("punto", "coma") and value.isdigit():
        zeros, after = "", end + 1
        while after + 1 < len(words) and words[after] == "cero":
            zeros, after = zeros + "0", after + 1
        part = _whole(words, after)
        if part is not None and part[0].isdigit() and len(zeros + part[0]) <= 3:
            return Number(f"{value}.{zeros}{part[0]}", after + part[1] - at, spoken or part[2])
        if zeros and len(zeros) <= 2:
            return Number(f"{value}.{zeros}", after - at, spoken)
    return Number(value, used, spoken)


def _whole(words: Sequence[str], at: int) -> tuple[str, int, bool] | None:
    if at >= len(words):
        return None
    first = words[at]
    if _DIGITS.fullmatch(first):
        if at + 1 < len(words) and words[at + 1] == "mil" and first.isdigit() and int(first) < 1000:
            rest = _below_thousand(words, at + 2)
            if rest is None and at + 2 < len(words) and words[at + 2].isdigit() and int(words[at + 2]) < 1000:
                rest = int(words[at + 2]), 1
            total = int(first) * 1000 + (rest[0] if rest else 0)
            return str(total), 2 + (rest[1] if rest else 0), True
        tens = first.isdigit() and int(first) < 1000 and int(first) % 100 in _TENS.values()
        if tens and at + 2 < len(words) and words[at + 1] == "y" and (last := _UNITS.fullmatch(words[at + 2])):
            # «50 y 4», «180 y 6», «30 y 8.5»: Whisper's writing of «cincuenta y cuatro», «ciento ochenta y seis»…
            return f"{int(first) + int(last[1])}{(last[2] or '').replace(',', '.')}", 3, False
        return _decimal_point(first), 1, False
    if first == "cero":
        return "0", 1, True
    found = _below_million(words, at)
    if found is None or found == (1, 1):
        return None
    return str(found[0]), found[1], True


def _decimal_point(digits: str) -> str:
    """«38,5» is 38.5; «1,200» and «12,500» keep their comma of thousands."""
    if _THOUSANDS.fullmatch(digits) and "," in digits and not digits.startswith("0"):
        return digits
    return digits.replace(",", ".") if digits.count(",") == 1 else digits


def _below_million(words: Sequence[str], at: int) -> tuple[int, int] | None:
    if words[at] == "mil":
        rest = _below_thousand(words, at + 1)
        return (1000 + rest[0], 1 + rest[1]) if rest else (1000, 1)
    found = _below_thousand(words, at)
    if found is None:
        return None
    value, used = found
    if at + used < len(words) and words[at + used] == "mil":
        rest = _below_thousand(words, at + used + 1)
        return value * 1000 + (rest[0] if rest else 0), used + 1 + (rest[1] if rest else 0)
    return value, used


def _below_thousand(words: Sequence[str], at: int) -> tuple[int, int] | None:
    if at >= len(words):
        return None
    value = _HUNDREDS.get(words[at])
    if value is None:
        return _below_hundred(words, at)
    rest = _below_hundred(words, at + 1) if words[at] != "cien" else None
    return (value + rest[0], 1 + rest[1]) if rest else (value, 1)


def _below_hundred(words: Sequence[str], at: int) -> tuple[int, int] | None:
    if at >= len(words):
        return None
    word = words[at]
    if word in ("un", "una"):  # counts only inside a larger number («treinta y un», «ciento un»)
        return (1, 1) if at else None
    for group in (_ONES, _TEENS, _TWENTIES):
        if word in group:
            return group[word], 1
    if word in ("veintiun", "veintiuna"):
        return 21, 1
    value = _TENS.get(word)
    if value is None:
        return None
    if at + 2 < len(words) and words[at + 1] == "y":
        one = {"un": 1, "una": 1, **_ONES}.get(words[at + 2])
        if one is not None:
            return value + one, 3
    return value, 1
