"""Views of a text for pattern matching, each with the way back to the offsets of the text as given.

The plain view folds case, accents and look-alike letters and drops invisible characters, so that
«ıgnorа tus instruc​ciones» (dotless i, Cyrillic а, zero-width space) reads as what a model would read.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Zero-width and directional characters, soft hyphen, variation selectors, tag characters (Unicode 15, ch. 23).
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
_LOOKALIKES = dict(
    zip(
        "аеорсухіїјѕԁһӏвкмнтАЕОРСУХІЈЅВКМНТοαειυρνκτıɑ｜",
        "aeopcyxiijsdhlbkmhtaeopcyxijsbkmhtoaeiupvktia|",
        strict=True,
    )
)
_SPACED = re.compile(r"(?<!\w)\w(?:[ .\-_*]\w){5,}(?!\w)(?:(?: {2,}|[ ]?[|/][ ]?)\w(?:[ .\-_*]\w)*(?!\w))*")
_DIGITS_IN_WORDS = re.compile(r"\b(?=\w*[a-z@$])(?=\w*[0-9@$])[\w@$]{4,}")
_LEET = str.maketrans("013457@$", "oieastas")


@lru_cache(maxsize=1)
def _fold_table() -> dict[int, str]:
    """One character to one character: lower case without accents."""
    table: dict[int, str] = {}
    for code in range(0x80, min(sys.maxunicode, 0xFFFF)):
        char = chr(code)
        base = _LOOKALIKES.get(char) or unicodedata.normalize("NFKD", char)[:1].lower()
        if len(base) == 1 and base != char and not unicodedata.combining(char):
            table[code] = base
    for code in range(ord("A"), ord("Z") + 1):
        table[code] = chr(code + 32)
    return table


@dataclass(frozen=True)
class View:
    """A transformed text; ``origin[i]`` is the offset in the given text of character ``i`` (None: the same)."""

    text: str
    origin: tuple[int, ...] | None = None

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The interval of the given text that ``[start, end)`` of this view came from."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


def plain(text: str) -> View:
    """The folded view without invisible characters."""
    folded = text.translate(_fold_table())
    if not INVISIBLE.search(text) and not any(unicodedata.combining(c) for c in set(text)):
        return View(folded)
    kept = [i for i, c in enumerate(text) if not INVISIBLE.match(c) and not unicodedata.combining(c)]
    return View("".join(folded[i] for i in kept), tuple(kept))


def fold(text: str) -> str:
    """The text of the plain view alone."""
    return plain(text).text


def despaced(view: View) -> View | None:
    """The view with runs of single spaced letters («i g n o r a») joined; None where there is none.

    A wider gap (two blanks or a mark) between the runs stays a blank.
    """
    runs = list(_SPACED.finditer(view.text))
    if not runs:
        return None
    text: list[str] = []
    origin: list[int] = []
    at = 0

    def keep(index: int, char: str) -> None:
        text.append(char)
        origin.append(view.back(index, index + 1)[0])

    for run in runs:
        for i in range(at, run.start()):
            keep(i, view.text[i])
        for i in range(run.start(), run.end()):
            char = view.text[i]
            if char.isalnum():
                keep(i, char)
            elif view.text[i - 1] in " |/" and text[-1] != " ":
                keep(i, " ")
        at = run.end()
    for i in range(at, len(view.text)):
        keep(i, view.text[i])
    return View("".join(text), tuple(origin))


def unleet(view: View) -> View:
    """The view with digits inside words read as letters («1gn0ra»); same length."""
    return View(_DIGITS_IN_WORDS.sub(lambda m: m[0].translate(_LEET), view.text), view.origin)
