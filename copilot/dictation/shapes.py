"""What passes between the parts of dictation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Word(NamedTuple):
    """One word as it was heard."""

    text: str
    """With the punctuation that belongs to it, without spaces."""
    sure: float = 1.0
    """Probability that the model gives it, 0–1."""
    heard: str = ""
    """What was heard, where it was spelt anew; else empty."""


class Mark(StrEnum):
    """Why a piece is to be looked at again."""

    UNSURE = "confianza"
    NUMBER = "numero"
    DOSE = "dosis"
    DRUG = "farmaco"


@dataclass(frozen=True)
class Piece:
    """One or more heard words as they are written."""

    text: str
    sure: float = 1.0
    """The least of its words."""
    marks: tuple[Mark, ...] = ()
    hint: str = ""
    """What may have been said instead (Spanish); empty where nothing in particular."""
    glued: bool = False
    """No space before it."""


@dataclass(frozen=True)
class Heard:
    """The transcript of one recording. ``text`` joins the pieces; nothing of the audio is kept."""

    pieces: tuple[Piece, ...]
    seconds: float
    """Length of the recording."""

    @property
    def text(self) -> str:
        """The transcript."""
        return joined(self.pieces)


def joined(pieces: tuple[Piece, ...] | list[Piece]) -> str:
    """The pieces as running text."""
    out = ""
    for one in pieces:
        gap = "" if not out or one.glued or out.endswith("\n") or one.text.startswith("\n") else " "
        out += gap + one.text
    return out
