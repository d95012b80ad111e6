"""A statement with its sure abbreviations written out: what the model is given, and what its line is held against."""

from __future__ import annotations

import re

from copilot.nom004.abbreviations import Expanded, expand

_HEADING = re.compile(r"(?m)^[ \t]*[AP](?=\s*[:.\-])")
"""«A:» is the analysis in one note and the airway in the next; a statement alone doesn't tell which."""


def spelled(text: str) -> Expanded:
    """The text written out, and what was changed in it."""
    return expand(text, leave=("A", "P") if _HEADING.search(text) else ())
