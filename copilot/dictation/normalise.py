"""From heard words to a clinician's writing: «ciento treinta sobre ochenta» → 130/80, «cada doce horas» → c/12 h.

A row of steps, each over the words that the step before left. Nothing is guessed: what is not plainly a number with
its unit stays as it was heard. Data: ``data/units.csv``, ``data/commands.csv``, ``data/confused.csv`` (pairs of numbers
that sound alike, told as a hint and never corrected).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from copilot.dictation.numbers import number_at, plain
from copilot.dictation.shapes import Mark, Piece, Word, joined
from copilot.dictation.spelling import known

_DATA = Path(__file__).parent / "data"
_TAIL = re.compile(r"^(?P<head>[¿¡(«\"]*)(?P<core>.*?)(?P<tail>[.,;:!?)»\"…]*)$", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_FEVER = (34.0, 43.0)
"""Grados within these are of temperature."""
_TIMES = {"horas": "h", "hora": "h", "hrs": "h", "h": "h", "minutos": "min"}
UNSURE_BELOW = 0.6
"""Probability of a word below which it is marked."""


class _Unit(NamedTuple):
    words: tuple[str, ...]
    written: str
    kind: str


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@lru_cache(maxsize=1)
def _units() -> list[_Unit]:
    """Longest first, so that «miligramos por decilitro» is not read as «miligramos»."""
    found = [_Unit(tuple(plain(r["spoken"]).split()), r["written"], r["kind"]) for r in _rows("units.csv")]
    return sorted(found, key=lambda one: -len(one.words))


@lru_cache(maxsize=1)
def _commands() -> list[tuple[tuple[str, ...], str]]:
    found = [(tuple(plain(r["spoken"]).split()), r["written"].replace("¶", "\n")) for r in _rows("commands.csv")]
    return sorted(found, key=lambda one: -len(one[0]))


@lru_cache(maxsize=1)
def _confused() -> dict[str, str]:
    return {r["heard"]: r["also"] for r in _rows("confused.csv")}


class _Part(NamedTuple):
    """A heard word taken apart."""

    head: str
    core: str
    tail: str
    sure: float
    heard: str = ""

    @property
    def bare(self) -> str:
        return plain(self.core)


def _parts(words: Iterable[Word]) -> list[_Part]:
    out = []
    for word in words:
        for text in word.text.split():
            found = _TAIL.match(text)
            assert found is not None  # it matches anything
            core = found["core"]
            percent = core.endswith("%") and core[:-1] and _NUMBER.fullmatch(core[:-1])
            if percent:
                out.append(_Part(found["head"], core[:-1], "", word.sure))
                out.append(_Part("", "por", "", word.sure))
                out.append(_Part("", "ciento", found["tail"], word.sure))
            else:
                out.append(_Part(found["head"], core, found["tail"], word.sure, word.heard))
    return out


def _said(parts: Sequence[_Part], at: int) -> list[str]:
    """Bare words from here to the next punctuation (which no number and no unit reaches across)."""
    out: list[str] = []
    for one in parts[at:]:
        if one.head and out:
            break
        out.append(one.bare)
        if one.tail:
            break
    return out


def write(words: Sequence[Word]) -> list[Piece]:
    """The heard words as written pieces with their marks (drugs: :func:`mark_drugs`)."""
    parts = _parts(words)
    pieces: list[Piece] = []
    at = 0
    while at < len(parts):
        used = 0
        for step in (_command, _every, _pair, _amount):
            made = step(parts, at)
            if made is not None:
                pieces += made[0]
                used = made[1]
                break
        if not used:
            pieces.append(_plain(parts[at]))
            used = 1
        at += used
    return _tidy(pieces)


def mark_drugs(pieces: Sequence[Piece], find: Callable[[str], Iterable[tuple[int, int, str]]]) -> list[Piece]:
    """Mark the pieces that name a drug. ``find`` gives the intervals of drug names in a folded text, and which drug it
    may be where the name was misheard ("" where it stands as it is written)."""
    text, starts = "", []
    for one in pieces:
        starts.append(len(text))
        text += "".join(folded if len(folded := plain(c)) == 1 else "?" for c in one.text) + " "
    out = list(pieces)
    for start, end, perhaps in find(text):
        for at, begin in enumerate(starts):
            if start < begin + len(out[at].text) and begin < end and Mark.DRUG not in out[at].marks:
                hint = out[at].hint or (f"¿{perhaps}?" if perhaps else "")
                out[at] = replace(out[at], marks=(*out[at].marks, Mark.DRUG), hint=hint)
    return out


def normalise(text: str) -> str:
    """A text of spoken words as written."""
    return joined(write([Word(one) for one in text.split()]))


def _span(parts: Sequence[_Part], at: int, used: int) -> tuple[str, str, float]:
    """Opening and closing punctuation of a run of words, and its least probability."""
    run = parts[at : at + used]
    return run[0].head, run[-1].tail, min(one.sure for one in run)


def _plain(part: _Part) -> Piece:
    marks = []
    if part.sure < UNSURE_BELOW or part.heard or not known(part.core):
        marks.append(Mark.UNSURE)
    if any(c.isdigit() for c in part.core):
        marks.append(Mark.NUMBER)
    hint = f"se oyó «{part.heard}»" if part.heard else ""
    return Piece(part.head + part.core + part.tail, part.sure, tuple(marks), hint)


def _number(text: str, sure: float, hint: str = "", mark: Mark = Mark.NUMBER) -> Piece:
    marks = (Mark.UNSURE, mark) if sure < UNSURE_BELOW else (mark,)
    return Piece(text, sure, marks, hint)


def _hint(number: str, form: str = "{}") -> str:
    also = _confused().get(number)
    return f"¿{form.format(also)}?" if also else ""


Made = tuple[list[Piece], int]


def _command(parts: Sequence[_Part], at: int) -> Made | None:
    """Spoken punctuation and line breaks."""
    said = [one.bare for one in parts[at : at + 4]]
    for words, written in _commands():
        if tuple(said[: len(words)]) == words:
            return [Piece(written, glued=written[0] in ".)\n")], len(words)
    return None


def _every(parts: Sequence[_Part], at: int) -> Made | None:
    """«cada doce horas» → c/12 h."""
    said = _said(parts, at)
    if said[0] != "cada" or len(said) < 3:
        return None
    number = number_at(said, 1)
    if number is None:
        return None
    used = 1 + number.words
    unit = _TIMES.get(said[used]) if used < len(said) else None
    if unit is None:
        return None
    head, tail, sure = _span(parts, at, used + 1)
    form = f"c/{{}} {unit}"
    hint = _hint(number.text, form)
    return [_number(f"{head}{form.format(number.text)}{tail}", sure, hint, Mark.DOSE)], used + 1


def _pair(parts: Sequence[_Part], at: int) -> Made | None:
    """«ciento treinta sobre ochenta» → 130/80; also «cinco sobre diez»."""
    said = _said(parts, at)
    first = number_at(said, 0)
    if first is None or len(said) <= first.words + 1 or said[first.words] not in ("sobre", "diagonal"):
        return None
    second = number_at(said, first.words + 1)
    if second is None:
        return None
    used = first.words + 1 + second.words
    text = f"{first.text}/{second.text}"
    unit = _unit(said, used)
    if unit is not None:
        text, used = f"{text} {unit.written}", used + len(unit.words)
    head, tail, sure = _span(parts, at, used)
    also = [f"{_confused().get(n.text, n.text)}" for n in (first, second)]
    hint = f"¿{'/'.join(also)}?" if also != [first.text, second.text] else ""
    return [_number(head + text + tail, sure, hint)], used


def _amount(parts: Sequence[_Part], at: int) -> Made | None:
    """A number, with its unit where one follows."""
    said = _said(parts, at)
    number = number_at(said, 0)
    one = ("un", "una", "uno")
    if number is None:
        unit = _unit(said, 1) if said[0] in one else None
        if unit is None or unit.kind == "tiempo":
            return None
        text, used = f"1 {unit.written}", 1 + len(unit.words)
        head, tail, sure = _span(parts, at, used)
        return [_number(head + text + tail, sure, mark=_mark_of(unit))], used
    used = number.words
    unit = _unit(said, used)
    written, mark = number.text, Mark.NUMBER
    if unit is not None:
        written, used, mark = f"{written} {unit.written}", used + len(unit.words), _mark_of(unit)
    elif len(said) > used and said[used] in ("grados", "grado"):
        warm = _NUMBER.fullmatch(number.text) and _FEVER[0] <= float(number.text.replace(",", "")) <= _FEVER[1]
        written, used = f"{written} °C" if warm else f"{written}°", used + 1
    head, tail, sure = _span(parts, at, used)
    return [_number(head + written + tail, sure, _hint(number.text), mark)], used


def _mark_of(unit: _Unit) -> Mark:
    return Mark.DOSE if unit.kind == "dosis" else Mark.NUMBER


def _unit(said: Sequence[str], at: int) -> _Unit | None:
    for unit in _units():
        if tuple(said[at : at + len(unit.words)]) == unit.words:
            return unit
    return None


def _tidy(pieces: list[Piece]) -> list[Piece]:
    """Capitals after a line break, no double points."""
    out: list[Piece] = []
    for one in pieces:
        before = out[-1].text if out else ""
        if one.glued and one.text.startswith(".") and before.endswith((".", ",", ";", ":")):
            out[-1] = replace(out[-1], text=before.rstrip(".,;:"))
        if before.endswith(("\n", ".")) and one.text[:1].islower() and one.text[:2] != "c/":
            one = replace(one, text=one.text[0].upper() + one.text[1:])
        out.append(one)
    return out
