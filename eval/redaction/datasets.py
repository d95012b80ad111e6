# ruff: noqa: E501 - patterns and word lists stay on one line
"""Marked texts: our Mexican notes with inline marks «⟦NSS:…⟧», and MEDDOCAN folders (BRAT standoff)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from guardrails.redaction.training.notes import strip_marks

DATA = Path(__file__).parent / "data"

Spans = list[tuple[int, int, str]]


class Sample(NamedTuple):
    """One text with its true spans ``(start, end, type)``."""

    name: str
    text: str
    spans: Spans


def mexican(part: str) -> list[Sample]:
    """Hand-written notes; ``part``: ``dev`` and ``dificiles`` (rules tuned on them), ``reserva``, ``reserva2``, ``reserva3`` (once held
    out; the network learns from them now), ``reserva4`` and ``reserva5`` (each by another author; only reported, their errors are not read)."""
    raw = (DATA / f"mexicanas_{part}.txt").read_text(encoding="utf-8")
    pieces = re.split(r"(?m)^=== (\w+)\n", raw)[1:]
    return [Sample(name, *strip_marks(body.rstrip("\n"))) for name, body in zip(pieces[::2], pieces[1::2], strict=True)]


def clinical() -> list[Sample]:
    """The hand-written notes of the section reader with the personal data listed for them (they are among the training notes)."""
    from guardrails.redaction.training.notes import clinical_notes

    return [Sample(name, *marked) for name, marked in clinical_notes().items()]


def meddocan(folder: Path) -> list[Sample]:
    """A folder of MEDDOCAN."""
    from guardrails.redaction.training.meddocan import read_folder

    return [Sample(*one) for one in read_folder(folder)]
