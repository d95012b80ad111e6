"""A second detector, independent of the grounding guard: does a sentence bring a figure, drug or side of its own?

It shares no code with the guard: figures through the extraction's own reading of numbers, drugs through its lexicon,
sides by words. Crude on purpose, so that its verdict on guarded text is not the guard's verdict on itself; its own
errors are measured on the labelled statements and printed beside it.
"""

from __future__ import annotations

import re

from copilot.extraction.lexicon import lexicon
from copilot.extraction.view import View

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SIDES = {
    "derecha": re.compile(r"\b(?:derech[oa]s?|der\b|dcho|dcha)"),
    "izquierda": re.compile(r"\b(?:izquierd[oa]s?|izq\b)"),
    "ambos": re.compile(r"\b(?:bilaterales?|bilateral|ambos|ambas)\b"),
}


def figures(text: str) -> set[str]:
    """Numbers of the text as plain decimals: «0.50», «½» aside, and «cero punto cinco» are all «0.5»."""
    found = set()
    for hit in _NUMBER.findall(View(text).norm):
        number = hit.lstrip("0") or "0"
        if "." in number:
            number = number.rstrip("0").rstrip(".") or "0"
        found.add("0" + number if number.startswith(".") else number)
    return found


def drugs(text: str) -> set[str]:
    """Drugs named in the text, under their generic names."""
    return {one.drug.name for one in lexicon().find(View(text).norm, fuzzy=False)}


def sides(text: str) -> set[str]:
    """Sides named in the text."""
    norm = View(text).norm
    return {name for name, pattern in _SIDES.items() if pattern.search(norm)}


def foreign_figures(source: str, statement: str) -> set[str]:
    """Figures of the statement that the source doesn't hold."""
    return figures(statement) - figures(source)


def foreign(source: str, statement: str) -> list[str]:
    """What the statement names and the source doesn't: ``cifra``, ``farmaco``, ``lado``; empty: nothing found."""
    found = []
    if foreign_figures(source, statement):
        found.append("cifra")
    if drugs(statement) - drugs(source):
        found.append("farmaco")
    if sides(statement) - sides(source):
        found.append("lado")
    return found
