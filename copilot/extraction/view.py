"""An offset-preserving, normalised view of a clinical text.

The extractors read the view (lower case, no accents, spoken numbers as digits, surrogates masked) and report
offsets into the text as given: the view carries, for every one of its characters, where it came from.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from copilot.domain import Span
from copilot.extraction.numbers import NUMBER_PHRASE, spoken_value
from copilot.folding import fold
from guardrails.redaction.vault import EXACT_SURROGATE

MASK = "¤"
"""Stands for every character of a surrogate such as ``<PACIENTE_1>``: matches no pattern."""

_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SPOKEN_THOUSANDS = re.compile(r"(?<=\d)\s+mil\s+(?=\d{3}(?!\d))")
"""«7 mil 800»: seven thousand eight hundred."""
_SPOKEN_POINT = re.compile(r"(?<=\d)\s+(?:punto|coma)\s+(?=\d{1,2}(?!\d))")
_POINT_ONE = re.compile(r"(?<=\d)\s+(?:punto|coma)\s+(un[oa]?)\b")


_TELEGRAPHIC = re.compile(
    r"(?<=creatinina )(0)\s(?=\d{1,2}(?!\d))|(?<=talla )(1)\s(?=\d{2}(?!\d))|(?<=peso )(\d)\s(?=\d{3}(?!\d))"
)
"""Dictated without its decimal word: «creatinina cero nueve», «talla uno sesenta», «peso tres doscientos»."""
_ONE_POINT = re.compile(r"\s+(?:punto|coma)\s+[a-z\d]")
_ONE_HEIGHT = re.compile(r"(?:talla|mide|estatura)\s+(?:de\s+)?$")


def _value(match: re.Match[str], folded: str) -> str | None:
    if match.group() in ("un", "uno", "una"):
        said = _ONE_POINT.match(folded, match.end()) or _ONE_HEIGHT.search(
            folded[max(0, match.start() - 14) : match.start()]
        )
        return "1" if said else None
    return spoken_value(match.group())


class Claims:
    """Which characters of a text are already read as something: constant work a question, however long the text."""

    def __init__(self, size: int) -> None:
        self._taken = bytearray(size)

    def free(self, start: int, end: int) -> bool:
        """Whether no character of ``[start, end)`` is taken."""
        return self._taken.find(1, start, end) < 0

    def take(self, start: int, end: int) -> None:
        """Take ``[start, end)``."""
        self._taken[start:end] = b"\x01" * (end - start)


class View:
    """Normalised reading of ``text``.

    Attributes:
        text: the text as given.
        norm: the normalised text that patterns run on.
        cased: like ``norm``, but with the case kept (for symbols such as K or Na).
    """

    def __init__(self, text: str) -> None:
        self.text = text
        masked = EXACT_SURROGATE.sub(lambda m: MASK * len(m.group()), text)
        self.cased = masked
        self._starts = list(range(len(text)))
        self._ends = list(range(1, len(text) + 1))
        folded = fold(masked)
        self._rewrite(
            [(m.start(), m.end(), v) for m in NUMBER_PHRASE.finditer(folded) if (v := _value(m, folded)) is not None]
        )
        self._rewrite(
            [(m.start(), m.end(), f"{m[1] or m[2] or m[3]}.") for m in _TELEGRAPHIC.finditer(fold(self.cased))]
        )
        self._rewrite([(m.start(1), m.end(1), "1") for m in _POINT_ONE.finditer(self.cased.lower())])
        self._rewrite([(m.start(), m.end(), ".") for m in _SPOKEN_POINT.finditer(self.cased.lower())])
        self._rewrite([(m.start(), m.end(), "") for m in _SPOKEN_THOUSANDS.finditer(self.cased.lower())])
        self._rewrite([(m.start(), m.end(), "") for m in _THOUSANDS.finditer(self.cased)])
        self._rewrite([(m.start(), m.end(), ".") for m in _DECIMAL_COMMA.finditer(self.cased)])
        self.norm = fold(self.cased)

    def _rewrite(self, edits: list[tuple[int, int, str]]) -> None:
        if not edits:
            return
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for start, end, new in edits:
            parts.append(self.cased[at:start])
            starts += self._starts[at:start]
            ends += self._ends[at:start]
            parts.append(new)
            starts += [self._starts[start]] * len(new)
            ends += [self._ends[end - 1]] * len(new)
            at = end
        parts.append(self.cased[at:])
        starts += self._starts[at:]
        ends += self._ends[at:]
        self.cased, self._starts, self._ends = "".join(parts), starts, ends

    def span(self, start: int, end: int) -> Span:
        """Source interval of ``norm[start:end]``."""
        if start >= end:
            at = self._starts[start] if start < len(self._starts) else len(self.text)
            return Span(at, at)
        return Span(self._starts[start], self._ends[end - 1])

    def positions(self, offsets: list[int]) -> list[int]:
        """Positions in ``norm`` of the given source offsets (the next character where one was rewritten away)."""
        return [bisect_left(self._ends, o + 1) if o < len(self.text) else len(self.norm) for o in offsets]

    def source(self, start: int, end: int) -> str:
        """The physician's own characters behind ``norm[start:end]``."""
        span = self.span(start, end)
        return self.text[span.start : span.end]
