"""Checks of a rewording beside the grounding guard: figures (and their order) and surrogates survive unchanged.

Cheap and strict: a figure or a surrogate that differs in the least sends the statement back to the physician's words.
"""

from __future__ import annotations

import re
from collections import Counter

from copilot.extraction.view import View
from copilot.folding import fold
from guardrails.redaction.vault import EXACT_SURROGATE, surrogates_in

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _bare(figure: str) -> str:
    """A figure without leading and trailing zeros."""
    whole, _, part = figure.partition(".")
    number = whole.lstrip("0") or "0"
    return f"{number}.{part.rstrip('0')}" if part.rstrip("0") else number


def same_figures(source: str, written: str) -> bool:
    """Whether both texts hold the same figures in the same order, and no new stop parts one from the word before it.

    «frecuencia setenta saturando noventa» read as «frecuencia, setenta saturando, noventa» gives the values away.
    """
    given, said = _parted(source), _parted(written)
    return [figure for figure, _ in given] == [figure for figure, _ in said] and all(
        before or not after for (_, before), (_, after) in zip(given, said, strict=True)
    )


def _parted(text: str) -> list[tuple[str, bool]]:
    """Each figure, spoken ones as digits, and whether a stop stands before it."""
    norm = View(text).norm
    found = _NUMBER.finditer(norm)
    return [(_bare(hit[0]), norm[: hit.start()].rstrip(" ").endswith((",", ";", "."))) for hit in found]


def same_surrogates(source: str, written: str) -> bool:
    """Whether both texts hold the same surrogates, each as often and spelt exactly."""
    known, said = EXACT_SURROGATE.findall(source), EXACT_SURROGATE.findall(written)
    return Counter(known) == Counter(said) and len(surrogates_in(written)) == len(surrogates_in(source))


def same_words(source: str, written: str) -> bool:
    """Whether the model changed nothing but capitals, accents, blanks and stops."""
    return re.findall(r"\w+", fold(source)) == re.findall(r"\w+", fold(written))
