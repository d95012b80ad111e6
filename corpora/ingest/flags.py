"""Suspicious values: marks of a transcription that lost a µ, a ≥ or a unit. Flagged, never repaired.

A flagged passage stays searchable, but whoever quotes a dose from it must show the warning.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpora.errors import DataFileError
from corpora.ingest.clean import fold

FLAG_LABELS = {
    "unidad_sin_prefijo": "unidad sin prefijo («g/kg/min» suele ser µg/kg/min): confirme en el documento oficial",
    "comparador_perdido": "un valor parece haber perdido su signo (≥, ≤, > o <): confirme en el documento oficial",
    "caracter_ilegible": "hay caracteres que no se pudieron leer: confirme en el documento oficial",
    "dosis_inverosimil": "una dosis está fuera del intervalo habitual del fármaco: confirme en el documento oficial",
}
"""What the physician reads for each flag."""

_BARE_UNIT = re.compile(r"(?<![a-zA-Zµμ])g\s?/\s?kg\s?/\s?(?:min|h|hr|hora)\b|\d\s?(?<![a-zA-Zµμ])g\s?/\s?min\b", re.I)
_ODD_SIGN = re.compile(r">\s*/\s*\d|<\s*/\s*\d|\?\s?\d+\s?(?:mg|mm|ml|%)")
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]|\\(cid:\\d+\\)")
_RANGE = re.compile(r"(?<![\d.,])(\d{1,4})\s?[-–a]\s?(\d{1,4})(?![\d.,]*\d)")
_BARE = re.compile(r"(?:^|[|:;\n])\s*(\d{1,4})\s*(?=$|[|;\n])")


@dataclass(frozen=True, slots=True)
class DoseBound:
    """Plausible single-dose interval of one drug in one unit."""

    drug: str
    unit: str
    low: float
    high: float


@lru_cache(maxsize=1)
def dose_bounds() -> tuple[DoseBound, ...]:
    """Rows of ``dose_bounds.tsv``; raises :class:`DataFileError` where the file is damaged."""
    path = Path(__file__).with_name("dose_bounds.tsv")
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            rows = [row for row in csv.DictReader(handle, delimiter="\t") if row["drug"]]
            return tuple(DoseBound(r["drug"], r["unit"], float(r["low"]), float(r["high"])) for r in rows)
    except (OSError, KeyError, ValueError) as error:
        raise DataFileError(f"La tabla de dosis «{path.name}» no se puede leer ({type(error).__name__}).") from None


def find_flags(text: str) -> tuple[str, ...]:
    """Names of the suspicions that ``text`` raises, in the order of :data:`FLAG_LABELS`."""
    found = set()
    if _BARE_UNIT.search(text):
        found.add("unidad_sin_prefijo")
    if _ODD_SIGN.search(text) or _lost_comparator(text):
        found.add("comparador_perdido")
    if _UNREADABLE.search(text):
        found.add("caracter_ilegible")
    if _odd_dose(text):
        found.add("dosis_inverosimil")
    return tuple(name for name in FLAG_LABELS if name in found)


def _lost_comparator(text: str) -> bool:
    """A cell that is just N beside cells «…-(N-1)» or «(N+1)-…»: the open end of a scale lost its sign."""
    bare = {int(m) for m in _BARE.findall(text)}
    ends = {(int(a), int(b)) for a, b in _RANGE.findall(text) if int(a) < int(b)}
    if len(ends) < 2:
        return False
    return any(value in {high + 1 for _, high in ends} | {low - 1 for low, _ in ends} for value in bare)


def _odd_dose(text: str) -> bool:
    plain = fold(text)
    for bound in dose_bounds():
        name, unit = re.escape(fold(bound.drug)), re.escape(fold(bound.unit))
        pattern = rf"\b{name}\w*\b.{{0,60}}?(?<![\d.,-])(\d+(?:[.,]\d+)?)\s?{unit}(?![a-z0-9]|/(?:h|min|kg))"
        for match in re.finditer(pattern, plain, flags=re.S):
            value = float(match.group(1).replace(",", "."))
            if not bound.low <= value <= bound.high:
                return True
    return False
