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

from rapidfuzz import process
from rapidfuzz.distance import OSA

_DATA = Path(__file__).parent / "data" / "drugs.csv"
_WORD = re.compile(r"(?<![a-z0-9¤])[a-z][a-z]+")
_INSTRUCTION_NEAR = re.compile(r"\d|c/|\bvo\b|\biv\b|\bim\b|\bvia\b|\bcada\b|\btab")
_ORDER_NEAR = re.compile(
    r"[\s:,]*(?:[a-z]+\.?\s+){0,2}?(?:\d+(?:\.\d+)?\s?(?:mg|mcg|g\b|gr\b|ml|ui|tab|caps?|amp|gotas|c\s?/?\s?\d|cada|\dx\d|1\s?x|\d-\d)|c\s?/\s?\d|cada\s?\d)|"
    r"[\s:,]*\d+(?:\.\d+)?\s+(?:c\s?/?\s?\d|vo\b|iv\b|im\b|sc\b|\d\s?[x-]|bid|tid|al\s+dia|diari|por\s+la|en\s+la|noche)"
)
"""What only an order has after the name: an amount with its unit, or an amount with its frequency."""
_PERSON = re.compile(
    r"(?<![a-z])(?:dra?|lic|enf|sra?|srita|mip|don|dona|medico|mtr[oa]|qfb|psic|r[1-6])\.?\s+(?:[a-z]+\.?\s+)?$"
)
_FUZZY_MIN_LENGTH = 6
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
        self._by_sound: dict[str, Drug] = {}
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
                            self._by_sound.setdefault(sound(name), drug)
        for options in self._by_first.values():
            options.sort(key=lambda o: -len(o[0]))

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
        if _PERSON.search(norm[max(0, word.start() - 14) : word.start()]):
            return None
        ordered = bool(_ORDER_NEAR.match(norm, word.end()))
        best = _closest(sound(token), tuple(self._by_sound), ordered)
        return DrugMention(word.start(), word.end(), self._by_sound[best]) if best else None


_SOUNDS = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        ("(?<!c)h", ""),
        ("ph", "f"),
        ("qu(?=[ei])", "k"),
        ("c(?=[ei])", "s"),
        ("z", "s"),
        ("x", "ks"),
        ("cs", "ks"),
        ("c(?!h)", "k"),
        ("v", "b"),
        ("ll", "y"),
        ("y(?![aeiou])", "i"),
        (r"([a-z])\1", r"\1"),
        ("n(?=[bp])", "m"),
    )
)


@lru_cache(maxsize=16384)
def sound(word: str) -> str:
    """A word as Mexican Spanish pronounces it: «omeprasol», «penizilina», «ceftriacsona» sound like the right name."""
    for pattern, new in _SOUNDS:
        word = pattern.sub(new, word)
    return word


@lru_cache(maxsize=8192)
def _closest(token: str, names: tuple[str, ...], ordered: bool) -> str | None:
    """The name at most one slip away; two where the word is long and stands in an order."""
    size = len(token)
    allowed = 2 if ordered and size >= 8 else 1 if ordered or size >= 9 else 0
    hit = process.extractOne(token, names, scorer=OSA.distance, score_cutoff=allowed)
    if hit is None or hit[0][0] != token[0]:
        return None
    return hit[0] if hit[1] < 2 or ordered else None


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The shared lexicon, loaded once."""
    return Lexicon()
