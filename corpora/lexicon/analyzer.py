"""Spanish analysis for lexical search: folding, tokens, Snowball stems, lay words, abbreviations, typos.

Expansion happens on the question alone, never on the indexed text, so that a new row of the tables needs
no new index.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import Stemmer
from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from corpora.errors import DataFileError
from corpora.ingest.clean import fold

_HERE = Path(__file__).parent
_TOKEN = re.compile(r"[a-z0-9]+(?:[.,]\d+)*")
_LOCAL = threading.local()

STOPWORDS = frozenset(
    [
        "a",
        "al",
        "ante",
        "aqui",
        "asi",
        "aun",
        "cada",
        "como",
        "con",
        "contra",
        "cual",
        "cuales",
        "cuando",
        "cuanta",
        "cuantas",
        "cuanto",
        "cuantos",
        "cuyo",
        "de",
        "del",
        "desde",
        "donde",
        "dos",
        "e",
        "el",
        "ella",
        "ellas",
        "ellos",
        "en",
        "entre",
        "era",
        "es",
        "esa",
        "ese",
        "eso",
        "esta",
        "estan",
        "estar",
        "este",
        "esto",
        "fue",
        "ha",
        "hacer",
        "hago",
        "haya",
        "hay",
        "la",
        "las",
        "le",
        "les",
        "lo",
        "los",
        "mas",
        "me",
        "mi",
        "mis",
        "muy",
        "ni",
        "no",
        "nos",
        "o",
        "os",
        "para",
        "pero",
        "por",
        "porque",
        "pues",
        "que",
        "quien",
        "se",
        "sea",
        "ser",
        "si",
        "sin",
        "sobre",
        "son",
        "su",
        "sus",
        "tal",
        "tan",
        "te",
        "tengo",
        "tiene",
        "tienen",
        "tener",
        "todo",
        "tu",
        "tus",
        "un",
        "una",
        "unas",
        "uno",
        "unos",
        "usted",
        "y",
        "ya",
        "yo",
        "debo",
        "debe",
        "deben",
        "puedo",
        "puede",
        "pueden",
        "doy",
        "da",
        "dar",
        "cuales",
        "hace",
        "alguien",
        "algun",
        "alguna",
        "dice",
        "guia",
        "guias",
        "protocolo",
        "imss",
        "recomienda",
        "recomiendan",
        "recomendado",
        "indica",
        "indicado",
        "paciente",
        "pacientes",
        "persona",
        "personas",
        "mexico",
        "seguro",
    ]
)
"""Words without weight in a question (folded)."""


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    stemmer = getattr(_LOCAL, "stemmer", None)
    if stemmer is None:
        stemmer = _LOCAL.stemmer = Stemmer.Stemmer("spanish")
    # The Snowball stemmer expects accents; without them verb endings lose a little precision, evenly on both sides.
    return str(stemmer.stemWord(word))


@lru_cache(maxsize=1)
def everyday_stems() -> frozenset[str]:
    """Stems of conversation («le doy», «qué hago», «salió») that say nothing about the topic: ``everyday.txt``."""
    try:
        text = (_HERE / "everyday.txt").read_text(encoding="utf-8")
    except OSError as error:
        raise DataFileError(f"Falta la lista de palabras de la conversación ({error.strerror}).") from None
    return frozenset(stems(" ".join(line for line in text.splitlines() if not line.startswith("#"))))


def tokens(text: str) -> list[str]:
    """Folded words and numbers; «130/80» gives 130 and 80, «5.7» stays whole."""
    return [token.replace(",", ".") for token in _TOKEN.findall(fold(text))]


def stems(text: str) -> list[str]:
    """Stems of the content words; numbers and codes are kept as they are."""
    return [
        token if any(c.isdigit() for c in token) else _stem(token) for token in tokens(text) if token not in STOPWORDS
    ]


@dataclass(frozen=True, slots=True)
class Expansion:
    """A question as the indexes see it."""

    stems: tuple[str, ...]
    """Stems of the question's own words."""
    added: tuple[str, ...]
    """Stems that lay words, abbreviations and corrected typos add, where the corpus doesn't know the word itself."""
    text: str
    """The question with those expansions written out, for the dense encoder."""
    fixed: tuple[tuple[str, str], ...] = ()
    """Typos corrected: (written, read as). The word as written stays in the question."""
    weak: tuple[str, ...] = ()
    """Stems added for words that the corpus itself uses («meta»: objetivo): they count little."""
    readings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(stem of an own word, stems that a lay phrase, an abbreviation or a corrected typo reads it as)."""


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], int]:
    """(phrases by their first-word-first folded form, abbreviations, longest phrase in words)."""
    phrases = _read("lay_words.tsv")
    return phrases, _read("abbreviations.tsv"), max(len(p.split()) for p in phrases)


def _read(name: str) -> dict[str, tuple[str, ...]]:
    try:
        lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataFileError(f"Falta la tabla de palabras «{name}» ({error.strerror}).") from None
    table: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        term, _, meaning = line.partition("\t")
        if not meaning.strip():
            raise DataFileError(f"«{name}», línea {number}: falta el significado.")
        key = " ".join(tokens(term))
        values = tuple(one.strip() for one in meaning.split(";") if one.strip())
        table[key] = tuple(dict.fromkeys((*table.get(key, ()), *values)))
    return table


@lru_cache(maxsize=1)
def _classes() -> dict[str, tuple[str, ...]]:
    """Classes by drug name: a guideline says «IECA» where the question says «enalapril»."""
    return _read("drug_classes.tsv")


@lru_cache(maxsize=1)
def _by_stems() -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    """Lay phrases as sets of content stems, longest first: «golpe en la cabeza» is also «se golpeó la cabeza»."""
    phrases, _, _ = _tables()
    rows = [(frozenset(stems(phrase)), meaning) for phrase, meaning in phrases.items()]
    return tuple(sorted(((s, m) for s, m in rows if s), key=lambda row: -len(row[0])))


def _matches(words: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    """(phrase, meanings): lay phrases whose content stems all stand in the question, then abbreviations.

    A shorter phrase inside a longer one that matched is left out («infarto» inside «infarto cerebral»).
    """
    _, abbreviations, _ = _tables()
    present = frozenset(stems(" ".join(words)))
    found: list[tuple[str, tuple[str, ...]]] = []
    covered: list[frozenset[str]] = []
    for needed, meaning in _by_stems():
        if needed <= present and not any(needed < other for other in covered):
            covered.append(needed)
            word = next((w for w in words if _stem(w) in needed), "") if len(needed) == 1 else " ".join(sorted(needed))
            found.append((word, meaning))
    found.extend((word, abbreviations[word]) for word in dict.fromkeys(words) if word in abbreviations)
    return found


def expand(question: str, vocabulary: frozenset[str] | None = None, *, typos: bool = True) -> Expansion:
    """Analyse a question. ``vocabulary``: folded words of the index; typos are read as its nearest word.

    A word that the index uses itself needs no synonym: its expansions are weak.
    """
    words = tokens(question)
    fixed: list[tuple[str, str]] = []
    read = list(words)
    if vocabulary is not None and typos:
        for position, word in enumerate(words):
            better = None if word in _lay_vocabulary() else vocabulary_fix(word, vocabulary)
            if better is not None:
                fixed.append((word, better))
                read[position] = better
    own = stems(" ".join(words))
    strong: list[str] = [one for _, one in fixed]
    weak: list[str] = []
    readings = [(s, tuple(stems(better))) for word, better in fixed for s in stems(word)]
    for phrase, meaning in _matches(read):
        known = vocabulary is not None and phrase in vocabulary
        meant = tuple(s for one in meaning for s in stems(one))
        readings.extend((s, meant) for s in own if s in phrase.split() or s in stems(phrase))
        (weak if known else strong).extend(meaning)
    strong.extend(_pressure(question))
    # A class is no synonym: it counts although the corpus knows the drug.
    classes = [_classes()[word] for word in dict.fromkeys(read) if word in _classes()]
    added = _stems_beside([*strong, *(one for names in classes for one in names)], own)
    strong.extend(names[0] for names in classes)
    return Expansion(
        tuple(own), added, f"{question} ({', '.join(dict.fromkeys(strong))})" if strong else question, tuple(fixed),
        tuple(s for s in _stems_beside(weak, own) if s not in added), tuple(readings),
    )  # fmt: skip


_PRESSURE = re.compile(r"(?<![\d/.,])(\d{2,3})\s?/\s?(\d{2,3})(?![\d/]|[.,]\d|\s?(?:mg|mcg|µg|ug|g|ui|ml)\b)")
_STRENGTH = frozenset(
    ["colesterol", "trigliceridos", "ldl", "hdl", "glucosa", "inhalador", "tableta", "tabletas", "capsulas"]
)
"""Words before «220/110» that say it is no blood pressure; any drug does too."""


def _pressure(question: str) -> list[str]:
    """What a bare «190/115» means: a blood pressure, and from 180 or 110 on (PAI-HAS) one that may be a crisis."""
    found: list[str] = []
    for one in _PRESSURE.finditer(question):
        systolic, diastolic = int(one[1]), int(one[2])
        beside = tokens(question[: one.start()])[-1:]
        if any(word in _classes() or word in _STRENGTH for word in beside) or diastolic < 0.35 * systolic:
            continue
        if 70 <= systolic <= 280 and 40 <= diastolic <= 160 and systolic >= diastolic + 15:
            found.append("presión arterial")
            if systolic >= 180 or diastolic >= 110:
                found.append("crisis hipertensiva")
    return list(dict.fromkeys(found))


def _stems_beside(meanings: list[str], own: list[str]) -> tuple[str, ...]:
    return tuple(s for s in dict.fromkeys(s for one in meanings for s in stems(one)) if s not in own)


@lru_cache(maxsize=1)
def _lay_vocabulary() -> frozenset[str]:
    """Every word of the lay-word table: real words of the language, not typos."""
    phrases, abbreviations, _ = _tables()
    entries = [*phrases, *abbreviations, *(one for meaning in phrases.values() for one in meaning)]
    return frozenset(word for entry in (*entries, *_classes()) for word in tokens(entry))


def vocabulary_fix(word: str, vocabulary: frozenset[str]) -> str | None:
    """Nearest word of the vocabulary for a misspelt one, or None where it is known, short or nothing is near.

    One edit is allowed from 6 letters on, two from 9; the first letter must agree or sound alike (h, v/b, s/c/z).
    """
    if len(word) < 6 or word in vocabulary or word in STOPWORDS or any(c.isdigit() for c in word):
        return None
    if _stem(word) in _stems_of(vocabulary):
        return None
    edits = 1 if len(word) < 9 else 2
    near = process.extract(
        word, _by_length(vocabulary, len(word), edits), scorer=DamerauLevenshtein.distance, score_cutoff=edits, limit=6
    )
    best = [
        (distance, -fuzz.ratio(word, candidate), candidate)
        for candidate, distance, _ in near
        if _same_start(word, candidate)
    ]
    return min(best)[2] if best else None


_ALIKE = ({"b", "v"}, {"s", "c", "z"}, {"j", "g", "x"}, {"i", "y"}, {"k", "q", "c"}, {"h"})


def _same_start(word: str, candidate: str) -> bool:
    first, second = word[0], candidate[0]
    return (
        first == second
        or any(first in group and second in group for group in _ALIKE)
        or (word[1:2] == second and first == "h")
        or (candidate[1:2] == first and second == "h")
        or word[1:2] == second
    )


@lru_cache(maxsize=8)
def _stems_of(vocabulary: frozenset[str]) -> frozenset[str]:
    return frozenset(_stem(word) for word in vocabulary)


@lru_cache(maxsize=256)
def _by_length(vocabulary: frozenset[str], length: int, edits: int) -> tuple[str, ...]:
    return tuple(sorted(word for word in vocabulary if abs(len(word) - length) <= edits and len(word) > 4))
