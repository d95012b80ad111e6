"""Heard words that sound exactly like a drug or a clinical term are spelt as that term («para setamol», «meyitus»).

Nothing that sounds otherwise is touched, so this is spelling and not guessing; what was spelt anew is marked and says
what was heard. A word that stands nowhere in the vocabulary is marked for a second look: on our development sentences
that finds four of five misheard words and one in a hundred of the right ones. Vocabulary: the drug list of the
extraction, the words of the CIE-10 titles, and those of our own notes (``data/words.txt``).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from copilot.dictation.numbers import plain
from copilot.dictation.shapes import Word
from copilot.extraction.lexicon import lexicon, sound

_WORDS = Path(__file__).parent / "data" / "words.txt"
_TITLES = Path(__file__).parents[1] / "cie10" / "data" / "cie10.csv"
_LETTERS = re.compile(r"[a-zñ]+")
_WORD = re.compile(r"^(?P<head>[¿¡(«\"]*)(?P<core>[^\W\d_]+)(?P<tail>[.,;:!?)»\"…]*)$")
_LEAST = 7
"""Letters of the shortest term that is spelt anew; shorter ones sound like ordinary words («casa», «caza»)."""
_MOST_WORDS = 3
"""Words into which Whisper cuts a drug it does not know."""


class _Terms(NamedTuple):
    known: frozenset[str]
    """Folded words that are right as they stand."""
    by_sound: dict[str, str]
    """Sound → spelling."""


@lru_cache(maxsize=1)
def _terms() -> _Terms:
    spelt: dict[str, str] = {}
    with _TITLES.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            for word in re.findall(r"[^\W\d_]+", row["title"].lower()):
                spelt.setdefault(plain(word), word)
    for word in _WORDS.read_text(encoding="utf-8").split():
        spelt.setdefault(plain(word), word)
    names = {part for name in lexicon().drugs for part in name.split()}
    drugs = {name for name in lexicon().drugs if _LETTERS.fullmatch(name)}
    by_sound: dict[str, str] = {}
    # Drugs first: a drug wins over a term of the same sound.
    for folded, word in ({name: name for name in sorted(drugs)} | spelt).items():
        if len(folded) >= _LEAST:
            by_sound.setdefault(sound(folded), word)
    return _Terms(frozenset(spelt) | names, by_sound)


def listed(word: str) -> bool:
    """Whether a word stands in the vocabulary, in the singular at least."""
    folded = plain(word)
    return any(one in _terms().known for one in (folded, folded.removesuffix("s"), folded.removesuffix("es")))


def known(word: str) -> bool:
    """Whether a word is one of the vocabulary; words of three letters or fewer are taken for known."""
    folded = plain(word)
    return len(folded) <= 3 or not folded.isalpha() or listed(folded)


def spell(words: Sequence[Word]) -> list[Word]:
    """The words with those terms spelt; ``heard`` of a changed word says what was heard instead."""
    out: list[Word] = []
    at = 0
    while at < len(words):
        for size in range(min(_MOST_WORDS, len(words) - at), 0, -1):
            made = _term(words[at : at + size])
            if made is not None:
                out.append(made)
                at += size
                break
        else:
            out.append(words[at])
            at += 1
    return out


def _term(run: Sequence[Word]) -> Word | None:
    """The run as one term; None where it is none, or is right already, or punctuation stands inside it."""
    found = [_WORD.match(one.text) for one in run]
    parts = [one for one in found if one is not None]
    if len(parts) < len(run) or any(one["tail"] for one in parts[:-1]) or any(one["head"] for one in parts[1:]):
        return None
    folded = "".join(plain(one["core"]) for one in parts)
    terms = _terms()
    if len(folded) < _LEAST - 1 or (len(run) == 1 and folded in terms.known):
        return None
    spelt = terms.by_sound.get(sound(folded))
    if spelt is None or (len(run) > 1 and all(plain(one["core"]) in terms.known for one in parts)):
        return None  # words that are right each by itself are left apart
    if parts[0]["core"][0].isupper():
        spelt = spelt[0].upper() + spelt[1:]
    heard = " ".join(one["core"] for one in parts)
    return Word(parts[0]["head"] + spelt + parts[-1]["tail"], min(one.sure for one in run), heard)
