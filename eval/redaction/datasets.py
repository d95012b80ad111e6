# ruff: noqa: E501 - patterns and word lists stay on one line
"""Marked texts: our Mexican notes with inline marks «⟦NSS:…⟧», and MEDDOCAN folders (BRAT standoff)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data"
_MARK = re.compile(r"⟦([A-Z_0-9]+):([^⟧]*)⟧")

Spans = list[tuple[int, int, str]]


class Sample(NamedTuple):
    """One text with its true spans ``(start, end, type)``."""

    name: str
    text: str
    spans: Spans


def strip_marks(marked: str) -> tuple[str, Spans]:
    """The plain text and the spans of a text with inline marks."""
    text, spans, at = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        spans.append((len(text), len(text) + len(match[2]), match[1]))
        text += match[2]
        at = match.end()
    return text + marked[at:], spans


def mexican(part: str) -> list[Sample]:
    """Hand-written notes; ``part`` is ``dev`` and ``dificiles`` (rules were tuned on them) or ``reserva`` (only reported)."""
    raw = (DATA / f"mexicanas_{part}.txt").read_text(encoding="utf-8")
    pieces = re.split(r"(?m)^=== (\w+)\n", raw)[1:]
    return [Sample(name, *strip_marks(body.rstrip("\n"))) for name, body in zip(pieces[::2], pieces[1::2], strict=True)]


def clinical() -> list[Sample]:
    """The hand-written notes of the section reader without their section marks, as texts without personal data."""
    from guardrails.redaction.training.generator import BODIES

    samples = []
    for path in sorted(BODIES.glob("*.txt")):
        notes = re.split(r"(?m)^===.*$", path.read_text(encoding="utf-8"))[1:]
        samples += [Sample(f"{path.stem}-{index}", re.sub(r"⟦\w+⟧", "", note).strip("\n"), []) for index, note in enumerate(notes)]
    return samples


def meddocan(folder: Path) -> list[Sample]:
    """A folder of MEDDOCAN."""
    from guardrails.redaction.training.meddocan import read_folder

    return [Sample(*one) for one in read_folder(folder)]
