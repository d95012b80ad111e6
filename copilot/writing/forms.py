"""Forms of a word: gender, number, time and mood. A rewording that changes one changes who, how many, or when.

By endings alone, on folded words: strict, for a form that looks like another one only costs its rewording.
"""

from __future__ import annotations

import re

_GENDER = re.compile(r"(?<=[a-z]{3})(?P<vowel>[oa])s?$")
_MOODS = tuple(
    frozenset(endings.split())
    for endings in (
        "ara aran era eran ira iran aria eria iria", "ar er ir", "ado ada ados adas ido ida idos idas",
        "o io aron ieron aba aban ia ian", "a an e en",
    )
)  # fmt: skip
"""Endings of a verb: what will be, what should be, what is done, what was, what is."""

Form = tuple[str, int]
"""Root of a verb and number of its mood."""


def other_form(word: str, given: set[str], gone: set[Form]) -> bool:
    """Whether a word that is said is one of those given in another gender, number, time or mood.

    ``gone``: the :func:`forms` of the words given that aren't said any more.
    """
    return _regendered(word, given) or _counted(word, given) or _retensed(word, gone)


def _regendered(word: str, given: set[str]) -> bool:
    """Whether a word of the source changed its gender: «conocida» to «conocido» makes another patient of hers."""
    end = _GENDER.search(word)
    if end is None:
        return False
    swapped = word[: end.start()] + ("a" if end["vowel"] == "o" else "o")
    return swapped in given or f"{swapped}s" in given


def _counted(word: str, given: set[str]) -> bool:
    """Whether the source says one where this says several, or the reverse: «pupilas» are not «pupila»."""
    one = {word[:-1], word[:-2]} if word.endswith("s") and len(word) > 4 else set()
    return len(word) > 3 and any(other in given for other in {f"{word}s", f"{word}es", *one})


def _retensed(word: str, gone: set[Form]) -> bool:
    """Whether a verb of the source changed time or mood: who «toma» aspirin hasn't merely «tomado» it, and what one
    «operará» isn't «operado»."""
    return any((root, other) in gone for root, mood in forms(word) for other in range(len(_MOODS)) if other != mood)


def forms(word: str) -> list[Form]:
    """Roots (three letters or more) that a word may have as a verb, with the mood of its ending."""
    return [
        (word[: -len(end)], number)
        for number, endings in enumerate(_MOODS)
        for end in endings
        if word.endswith(end) and len(word) - len(end) >= 3
    ]
