# ruff: noqa: E501  (long patterns and messages are kept on one line)
"""Names of diseases outside any list: «conocida con DM2», «HAS de 5 años», «secuelas de EVC», «EPOC GOLD D»."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from copilot.cie10.codes import synonyms, table
from copilot.extraction.view import View
from copilot.folding import fold

_UNSPECIFIED = re.compile(r",?\s+(?:no\s+especificad[oa]s?|sin\s+otra\s+especificaci[oó]n|inespec[ií]fic[oa]).*$")
_TOKEN = re.compile(r"[a-z0-9]+")
_GAP = re.compile(r"\s+|[-./]\s?")
_WORDS = Path(__file__).parent / "data" / "diagnosis_words.csv"
_SITES = r"(?:rodilla|tobillo|cadera|hombro|codo|muneca|mano|pie|pierna|brazo|muslo|antebrazo|oido|ojo|mama|cuello|columna|tercio\s+(?:medio|distal|proximal)|miembro\s+(?:pelvico|toracico|superior|inferior)|mpd|mpi|mtd|mti)"
_MODIFIER = (
    r"(?:\s+(?:descontrolad[oa]|controlad[oa]|en\s+(?:control|descontrol|estudio|remision|resolucion|mejoria)|agud[oa]s?|cronic[oa]s?|leves?|moderad[oa]s?|sever[oa]s?|graves?|agudizad[oa]|exacerbad[oa]|recurrentes?|recidivantes?|"
    r"resuelt[oa]|sintomatic[oa]|litiasic[oa]|bacterian[oa]|viral(?:es)?|alcoholic[oa]|isquemic[oa]|hemorragic[oa]|derech[oa]|izquierd[oa]|bilateral(?:es)?|der\b|izq\b|de\s+novo|ligad[oa]s|complicad[oa]|no\s+complicad[oa]|mecanic[oa]|previ[oa]|"
    r"(?:grado|estadio|etapa|clase|tipo|clasificacion)\s+(?:[ivx]{1,4}|\d)[a-d]?\b|gold\s+[a-e1-4]\b|nyha\s+(?:[ivx]{1,3}|\d)\b|killip\s+(?:[ivx]{1,3}|\d)\b|child(?:[\s-]*pugh)?\s+[abc]\b|kdigo\s+\w{1,3}|g[1-5][ab]?\s?a?[1-3]?\b|(?<=erc\s)[1-5][ab]?\b|(?<=irc\s)[1-5]\b|"
    rf"(?:de|en)\s+(?:la\s+|el\s+|ambas?\s+|ambos\s+)?{_SITES}(?:s|es)?|{_SITES}))"
)
_LEAD = re.compile(r"(?:secuelas\s+de|crisis\s+de|probable|posible|pb|sospecha\s+de)\s+$")
_ORGANS = [
    "colon",
    "mama",
    "prostata",
    "pulmon",
    "pancreas",
    "ovario",
    "cervix",
    "tiroides",
    "vejiga",
    "recto",
    "rinon",
    "higado",
    "estomago",
    "endometrio",
    "piel",
    "laringe",
    "esofago",
    "testiculo",
    "utero",
]
_SHORT_OK_BEFORE = re.compile(
    r"(?:dm\w*|niega|neg\w*|con|de|app|ahf|e|y|,|\+|/|no|tiene|padece|mama|papa|madre|padre|hermanos?|hermanas?|abuel[oa]s?|ti[oa]s?|conocid[oa])\W+$"
)


@lru_cache(maxsize=1)
def words() -> dict[str, frozenset[str]]:
    """``symptom``: no diagnosis by itself outside a list; ``short``: abbreviations that count; ``short_lower``: even in lower case."""
    kinds: dict[str, set[str]] = {}
    with _WORDS.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            kinds.setdefault(row["kind"], set()).add(row["word"])
    return {kind: frozenset(values) for kind, values in kinds.items()}


def _titles() -> Iterator[str]:
    """Short official titles («Leptospirosis, no especificada») as names of diseases."""
    for code, title in table().items():
        plain = fold(_UNSPECIFIED.sub("", title))
        if (
            code[0] not in "RZVWXYOPST"
            and not code.startswith(("B95", "B96", "B97"))
            and len(plain) >= 6
            and 1 <= len(plain.split()) <= 3
            and re.fullmatch(r"[a-z ]+", plain)
        ):
            yield plain


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[tuple[str, ...], ...]]:
    """First word → names that begin with it, as words, longest first."""
    symptoms, short = words()["symptom"], words()["short"]
    names = {
        n
        for n, codes in synonyms().items()
        if n not in symptoms
        and codes[0][0] not in "RZVWXY"
        and (len(n) >= 4 or n in short or re.search(r"\d", n))
        and not set(n.split()) <= symptoms
        and not n.startswith(("alergi", "control ", "sospecha", "antecedente", "probable", "posible"))
    }
    names |= set(_titles()) - symptoms
    names |= {f"{head}{organ}" for head in ("ca ", "ca de ", "cancer de ") for organ in _ORGANS}
    by_first: dict[str, set[tuple[str, ...]]] = {}
    for name in names:
        tokens = tuple(_TOKEN.findall(name))
        if tokens:
            by_first.setdefault(tokens[0], set()).add(tokens)
    return {first: tuple(sorted(found, key=len, reverse=True)) for first, found in by_first.items()}


def _mentions(norm: str) -> Iterator[tuple[int, int]]:
    tokens = [(m.start(), m.end(), m.group()) for m in _TOKEN.finditer(norm)]
    by_first = _names()
    i = 0
    while i < len(tokens):
        start, _, first = tokens[i]
        size = next(
            (len(name) for name in by_first.get(first, ()) if _follows(norm, tokens[i : i + len(name)], name)), 0
        )
        if size and (start == 0 or norm[start - 1] not in "/¤"):
            yield start, tokens[i + size - 1][1]
        i += size or 1


def _follows(norm: str, tokens: list[tuple[int, int, str]], name: tuple[str, ...]) -> bool:
    return tuple(t[2] for t in tokens) == name and all(
        _GAP.fullmatch(norm, one[1], two[0]) for one, two in pairwise(tokens)
    )


_MORE = re.compile(rf"{_MODIFIER}{{1,4}}(?![a-z0-9¤])")


def named(view: View) -> Iterator[tuple[int, int]]:
    """Intervals of ``view.norm`` that name a disease, with what qualifies it («ascitis grado 2»)."""
    lower = words()["short_lower"]
    for a, b in _mentions(view.norm):
        word, folded = view.cased[a:b], view.norm[a:b]
        before = view.norm[max(0, a - 14) : a]
        if folded in ("gota", "gotas") and re.search(r"(?:\d|una?|de)\s*$", before[-6:]):
            continue
        if len(word) <= 3 and not word.isupper() and not re.search(r"\d", word) and folded not in lower:
            continue
        if folded == "has" and not word.isupper() and not _SHORT_OK_BEFORE.search(before):
            continue
        more = _MORE.match(view.norm, b)
        if more:
            b = more.end()
        lead = _LEAD.search(view.norm[max(0, a - 24) : a])
        if lead and lead.group().startswith(("secuelas", "crisis")):
            a -= len(lead.group())
        yield a, b
