"""The table of codes: loading, spelling variants of a code, titles."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"
_CODE = re.compile(r"^\s*([A-Za-z])\s?(\d\d)\.?\s?([\dXx])?\s*$")


@lru_cache(maxsize=1)
def table() -> dict[str, str]:
    """All codes with their titles, dotted («E11.9»)."""
    with (_DATA / "cie10.csv").open(encoding="utf-8", newline="") as handle:
        return {row[0]: row[1] for row in list(csv.reader(handle))[1:]}


@lru_cache(maxsize=1)
def synonyms() -> dict[str, tuple[str, ...]]:
    """Folded synonym → codes, the usual one first."""
    with (_DATA / "synonyms.csv").open(encoding="utf-8", newline="") as handle:
        return {row[0]: tuple(row[1].split()) for row in list(csv.reader(handle))[1:]}


def normalise_code(code: str) -> str:
    """«e119», «E11.9», «I10X» → «E11.9», «I10»; "" where it is not of the form of a CIE-10 code."""
    match = _CODE.match(code)
    if not match:
        return ""
    letter, digits, last = match.groups()
    base = f"{letter.upper()}{digits}"
    return base if last in (None, "X", "x") else f"{base}.{last}"


def is_code(code: str) -> bool:
    """Whether the table lists the code, in any usual spelling."""
    return normalise_code(code) in table()


def title(code: str) -> str:
    """Spanish title of a code in any usual spelling; "" if not listed."""
    return table().get(normalise_code(code), "")
