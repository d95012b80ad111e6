# ruff: noqa: E501 - patterns and word lists stay on one line
"""Hand-labelled training notes (``notes/*.txt``): ``=== name`` and the text with marks ``⟦TYPE:value⟧``, as in the evaluation sets."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from guardrails.redaction.training.meddocan import Spans
from guardrails.redaction.types import TYPES

FOLDER = Path(__file__).parent / "notes"
BODIES = Path(__file__).parents[3] / "copilot" / "sections" / "data" / "notes"
CLINICAL = Path(__file__).parent / "clinical_marks.tsv"
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


def section_notes(folder: Path = BODIES) -> dict[str, str]:
    """The hand-written notes of the section reader without their section marks, by file and place."""
    notes: dict[str, str] = {}
    for path in sorted(folder.glob("*.txt")):
        pieces = re.split(r"(?m)^===.*$", path.read_text(encoding="utf-8"))[1:]
        notes |= {f"{path.stem}-{index}": re.sub(r"⟦\w+⟧", "", one).strip("\n") for index, one in enumerate(pieces)}
    return notes


def clinical_notes() -> dict[str, Marked]:
    """Those of them whose personal data are listed in ``clinical_marks.tsv`` (``note<TAB>type<TAB>value``; ``-``: none).

    A listed value is marked wherever it stands in its note; a note that no longer holds one of its values is left out.
    """
    listed: dict[str, list[tuple[str, str]]] = {}
    for line in CLINICAL.read_text(encoding="utf-8").split("\n"):
        if line:
            name, label, value = line.split("\t")
            listed.setdefault(name, []).append((label, value))
    out = {}
    texts = section_notes()
    for name, values in listed.items():
        text, whole = texts.get(name, ""), bool(texts.get(name))
        spans: Spans = []
        for label, value in sorted(values, key=lambda one: -len(one[1])):
            if label == "-":
                continue
            places = [match.span() for match in re.finditer(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])", text)]
            whole = whole and bool(places)
            spans += [(start, end, label) for start, end in places if not any(a < end and start < b for a, b, _ in spans)]
        if whole:
            out[name] = (text, sorted(spans))
    return out


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
