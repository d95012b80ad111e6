"""Parts of a passage that get a vector of their own: the whole, and sentence windows under its heading.

A 1,000-character passage about six things lies near none of them; a window of two or three sentences with
the heading before it does. Search finds the window, the answer gets the whole passage (small to big).
"""

from __future__ import annotations

import re

from corpora.passages import Passage

WINDOW = 420
"""Characters of a window, before its heading."""
SPLIT_FROM = 560
"""Passages up to this length have one vector."""


def parts(passage: Passage) -> list[tuple[str, str]]:
    """(row id, text to embed): ``id`` for the whole passage, ``id#1``… for its windows."""
    rows = [(passage.id, passage.index_text)]
    if len(passage.text) <= SPLIT_FROM:
        return rows
    head = f"{passage.topic}. {_last_heading(passage)}"
    for number, window in enumerate(windows(passage.text), 1):
        rows.append((f"{passage.id}#{number}", f"{head}: {window}"))
    return rows


def _last_heading(passage: Passage) -> str:
    return " › ".join(passage.heading.split(" › ")[-2:])


def windows(text: str, size: int = WINDOW) -> list[str]:
    """Consecutive windows of whole lines or sentences, about ``size`` characters each."""
    units = [u.strip() for u in re.split(r"\n|(?<=[.;])\s+(?=[A-ZÁÉÍÓÚ¿\d•])", text) if u.strip()]
    result: list[str] = []
    current = ""
    for unit in units:
        if current and len(current) + len(unit) > size:
            result.append(current)
            current = ""
        current = f"{current} {unit}".strip()
        while len(current) > 2 * size:
            cut = current.rfind(" ", 0, size)
            cut = cut if cut > 0 else size
            result.append(current[:cut])
            current = current[cut:].strip()
    if current:
        result.append(current)
    return result


def passage_of(row: str) -> str:
    """Passage id of a row id."""
    return row.split("#", 1)[0]
