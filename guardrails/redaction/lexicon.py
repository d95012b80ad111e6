"""Word classes: is a word known as a given name, a surname, part of a place name, an everyday word?

``data/lexicon.tsv`` holds ``word<TAB>letters`` (folded words): ``g`` given name, ``s`` surname, ``m`` word of a Mexican
place name, ``c`` everyday or clinical word. The network gets the letters as one feature; the rules ask single
questions. How the file is made: ``guardrails/redaction/training/build_lexicon.py``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PATH = Path(__file__).parent / "data" / "lexicon.tsv"


@cache
def _classes() -> dict[str, str]:
    table: dict[str, str] = {}
    with _PATH.open(encoding="utf-8") as lines:
        for line in lines:
            word, _, letters = line.rstrip("\n").partition("\t")
            table[word] = letters
    return table


def word_class(folded: str) -> str:
    """The class letters of a folded word, «?» where it is in no list."""
    return _classes().get(folded, "?")


def is_given(folded: str) -> bool:
    """Whether the word is a known given name."""
    return "g" in word_class(folded)


def is_surname(folded: str) -> bool:
    """Whether the word is a known surname."""
    return "s" in word_class(folded)


def is_everyday(folded: str) -> bool:
    """Whether the word is also an everyday or clinical word (then a name only in context)."""
    return "c" in word_class(folded)


def lexicon_words(letters: str) -> list[str]:
    """All words that carry one of the letters."""
    return [word for word, kinds in _classes().items() if set(kinds) & set(letters)]
