"""A statement with its sure abbreviations written out: what the model is given, and what its line is held against."""

from __future__ import annotations

from copilot.nom004.abbreviations import SOAP, Expanded, expand


def spelled(text: str) -> Expanded:
    """The text written out, and what was changed in it.

    «A:» stays: it is the analysis in one note and the airway in the next; a statement alone doesn't tell which.
    """
    return expand(text, leave=("A", "P") if SOAP.search(text) else ())
