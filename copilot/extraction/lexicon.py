"""Drug names: generics, brands and usual misspellings, with class, highest single dose and listed strengths.

Data: ``data/drugs.csv``. Names and strengths of rows marked ``cbm2019`` come from the IMSS drug list of 2019;
synonyms, classes and the highest usual single dose (mg, adults) are our own and serve only to flag what looks odd.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process

_DATA = Path(__file__).parent / "data" / "drugs.csv"
_WORD = re.compile(r"(?<![a-z0-9¤])[a-z][a-z]+")
_INSTRUCTION_NEAR = re.compile(r"\d|c/|\bvo\b|\biv\b|\bim\b|\bvia\b|\bcada\b|\btab")
_FUZZY_CUTOFF = 88.0
_FUZZY_MIN_LENGTH = 7
_NOT_FUZZY = frozenset(
    [
        "creatinina",
        "hemoglobina",
        "bilirrubina",
        "albumina",
        "colesterol",
        "trigliceridos",
        "leucocitos",
        "plaquetas",
        "glucosa",
        "glucemia",
        "tableta",
        "tabletas",
        "capsula",
        "capsulas",
        "ampolleta",
        "solucion",
        "pastilla",
        "presion",
        "frecuencia",
        "temperatura",
        "saturacion",
        "respiratoria",
        "paciente",
        "familiar",
        "diagnostico",
        "tratamiento",
        "cefalea",
        "cirugia",
        "proteina",
        "urea",
        "transferasa",
        "fosfatasa",
        "procalcitonina",
        "troponina",
        "hidratacion",
        "consulta",
    ]
)


@dataclass(frozen=True)
class Drug:
    """A row of the drug table; ``max_single_mg`` is None where no single bound makes sense."""

    name: str
    classes: frozenset[str]
    max_single_mg: float | None
    strengths_mg: tuple[float, ...]


@dataclass(frozen=True)
class DrugMention:
    """A drug name found at ``[start, end)`` of a normalised text."""

    start: int
    end: int
    drug: Drug


class Lexicon:
    """Looks drug names up in normalised text, longest first; close misspellings only beside an instruction."""

    def __init__(self, path: Path = _DATA) -> None:
        self.drugs: dict[str, Drug] = {}
        self._by_first: dict[str, list[tuple[str, Drug]]] = defaultdict(list)
        self._single: dict[str, Drug] = {}
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                drug = Drug(
                    row["name"],
                    frozenset(filter(None, row["classes"].split("|"))),
                    float(row["max_single_mg"]) if row["max_single_mg"] else None,
                    tuple(float(s) for s in row["strengths_mg"].split("|") if s),
                )
                self.drugs[drug.name] = drug
                for name in (drug.name, *filter(None, row["synonyms"].split("|"))):
                    first = re.match(r"[a-z]+", name)
                    if first:
                        self._by_first[first.group()].append((name, drug))
                        if " " not in name and len(name) >= _FUZZY_MIN_LENGTH:
                            self._single.setdefault(name, drug)
        for options in self._by_first.values():
            options.sort(key=lambda o: -len(o[0]))
        self._singles = list(self._single)

    @staticmethod
    @lru_cache(maxsize=4096)
    def _pattern(name: str) -> re.Pattern[str]:
        return re.compile(re.escape(name).replace(r"\ ", r"\s+") + r"(?![a-z0-9¤])")

    def lookup(self, name: str) -> Drug | None:
        """The drug behind an exact folded name, if listed."""
        for option, drug in self._by_first.get(name.split()[0] if name.split() else "", []):
            if option == name:
                return drug
        return None

    def find(self, norm: str, fuzzy: bool = True) -> list[DrugMention]:
        """Drug names of ``norm`` (see :class:`copilot.extraction.view.View`), in order, not overlapping."""
        found: list[DrugMention] = []
        end = 0
        for word in _WORD.finditer(norm):
            if word.start() < end:
                continue
            mention = self._exact(norm, word.start(), word.group())
            if mention is None and fuzzy:
                mention = self._close(norm, word)
            if mention is not None:
                found.append(mention)
                end = mention.end
        return found

    def _exact(self, norm: str, start: int, first: str) -> DrugMention | None:
        for name, drug in self._by_first.get(first, ()):
            match = self._pattern(name).match(norm, start)
            if match:
                return DrugMention(start, match.end(), drug)
        return None

    def _close(self, norm: str, word: re.Match[str]) -> DrugMention | None:
        token = word.group()
        if len(token) < _FUZZY_MIN_LENGTH or token in _NOT_FUZZY:
            return None
        if not _INSTRUCTION_NEAR.search(norm[word.end() : word.end() + 18]):
            return None
        best = _closest(token, tuple(self._singles))
        return DrugMention(word.start(), word.end(), self._single[best]) if best else None


@lru_cache(maxsize=8192)
def _closest(token: str, names: tuple[str, ...]) -> str | None:
    hit = process.extractOne(token, names, scorer=fuzz.ratio, score_cutoff=_FUZZY_CUTOFF)
    return hit[0] if hit and hit[0][0] == token[0] else None


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The shared lexicon, loaded once."""
    return Lexicon()
