# ruff: noqa: E501 - patterns and word lists stay on one line
"""Hand-labelled training notes (``notes/*.txt``): ``=== name`` and the text with marks ``⟦TYPE:value⟧``, as in the evaluation sets."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from guardrails.redaction.training.meddocan import Spans
from guardrails.redaction.types import TYPES

FOLDER = Path(__file__).parent / "notes"
CLINICAL = FOLDER / "clinical"
_MARK = re.compile(r"⟦([A-Z_0-9]+):([^⟧]*)⟧")
_HEAD = re.compile(r"(?m)^=== *(\S+)[^\n]*\n")

Marked = tuple[str, Spans]


def strip_marks(marked: str) -> Marked:
    """The plain text and the spans ``(start, end, type)`` of a text with marks. Raises ``ValueError`` for an unknown type."""
    text, spans, at = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        if match[1] not in TYPES:
            raise ValueError(f"unknown type {match[1]}")
        value = match[2]
        inner = value.strip()
        if inner:
            start = len(text) + value.index(inner)
            spans.append((start, start + len(inner), match[1]))
        text += value
        at = match.end()
    return text + marked[at:], spans


def read_notes(folder: Path = FOLDER) -> list[Marked]:
    """Every note of every file of the folder, by name."""
    notes = []
    for path in sorted(folder.glob("*.txt")):
        pieces = _HEAD.split(path.read_text(encoding="utf-8"))[1:]
        notes += [strip_marks(body.strip("\n")) for body in pieces[1::2]]
    return notes


def fragments(notes: list[Marked]) -> list[Marked]:
    """Sentences and lines of the notes that mark something, each alone: the generator sets them between others."""
    out: list[Marked] = []
    for text, spans in notes:
        cuts = [0]
        for match in re.finditer(r"\n+|(?<=[a-záéíóúñ0-9)]{3})[.;] (?=[A-ZÁÉÍÓÚÑ¿])", text):
            if not any(start < match.end() and match.start() < end for start, end, _ in spans):
                cuts.append(match.end())
        cuts.append(len(text))
        for begin, stop in itertools.pairwise(cuts):
            piece = text[begin:stop].rstrip(" \n;")
            marks = [(start - begin, end - begin, label) for start, end, label in spans if begin <= start and end <= begin + len(piece)]
            if marks and 10 <= len(piece) <= 400:
                out.append((piece, marks))
    return out
