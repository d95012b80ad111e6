
"""Length-preserving folding, tokens and sentence segments of Spanish clinical text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import Stemmer

_STEMMER = Stemmer.Stemmer("spanish")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[a-z]+|[^\sa-z\d]")
_VOWEL_END = re.compile(r"(?:os|as|es|o|a|e|s)$")


class Token(NamedTuple):
    """One token of the folded text; offsets are those of the original."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Lower case without accents, one character for one character, so that offsets stay true."""
    out = []
    for char in text:
        low = char.lower()
        base = unicodedata.normalize("NFD", low)[0] if low else " "
        out.append({"º": "°", "µ": "u", "μ": "u", "’": "'", "´": "'", "–": "-", "−": "-"}.get(base, base))
    return "".join(out)


def tokenize(folded: str) -> list[Token]:
    """Numbers, words and single symbols, in order."""
    return [Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(folded)]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Spanish stem of a folded word; short words are kept whole (abbreviations)."""
    if len(word) <= 3 or not word.isalpha():
        return word
    stemmed = str(_STEMMER.stemWord(word))
    short = _VOWEL_END.sub("", stemmed)
    return short if len(short) > 2 else stemmed


_HARD = re.compile(r"[;\n\r]+|(?<!\d)\.(?=\s|$)|(?<=\d)\.(?=\s|$)|\.(?=\s*[A-ZÁÉÍÓÚ][a-záéíóú])|[?!]+(?=\s|$)")
_ABBREVIATED = re.compile(
    r"\b(?:dr|dra|dx|tx|sx|rx|idx|px|aprox|tab|tabs|caps|amp|hrs?|min|sem|seg|vs|neg|pos|izq|der|temp|sat|glu|creat|"
    r"leu|plaq|ant|prob|pb|no|num|lic|esp|sol|susp|fem|masc|pte|pac|med|gts|mg|ml|kg|cm|mm|gr|mcg|"
    r"eg|fc|fr|ta|imp|ef|rev|cons|bil|ca|rel)$"
)


def sentences(text: str, folded: str) -> list[tuple[int, int]]:
    """Half-open intervals of sentences: full stop, semicolon, question mark or new line; not after abbreviations."""
    spans: list[tuple[int, int]] = []
    begin = 0
    for match in _HARD.finditer(text):
        if match[0] == "." and _ABBREVIATED.search(folded[max(0, match.start() - 8) : match.start()]):
            following = text[match.end() : match.end() + 2].strip()
            if not following[:1].isupper():
                continue
        if text[begin : match.start()].strip():
            spans.append((begin, match.end()))
        begin = match.end()
    if text[begin:].strip():
        spans.append((begin, len(text)))
    return spans
