# ruff: noqa: E501 - patterns and word lists stay on one line
"""Noise of real files on training notes: wrapped lines, lost or doubled spaces, scanner errors, other signs behind labels, lost labels."""

from __future__ import annotations

import random
import re

from guardrails.redaction.training.augment import strip_accents
from guardrails.redaction.training.meddocan import Spans

Edit = tuple[int, int, str]

_LABEL = re.compile(
    r"(?:nss|n\.s\.s\.|tel(?:éfono|efono)?|cel(?:ular)?|afil(?:iaci[oó]n)?|curp|rfc|folio|exp(?:ediente)?|mat(?:r[ií]cula)?|c[eé]d(?:ula)?(?: prof(?:esional)?)?\.?|nombre|paciente|dra?|sra?)"
    r"\.?[ \t]*:?[ \t]*$",
    re.IGNORECASE,
)
_SIGNS = (" : ", ":", "....: ", " = ", "= ", " - ", ":  ", ":\t", " ", ":\n", " ........ ", "  ", ">> ", "_: ")
_SCAN = {"l": "1", "o": "0", "O": "0", "i": "l", "S": "5", "B": "8", "e": "c", "n": "ri", "m": "rn", "a": "o", "u": "v", "é": "e", "ó": "o", "í": "i", "á": "a", "ñ": "n"}
_SCAN_DIGITS = {"0": "O", "1": "l", "5": "S", "8": "B"}


def edited(text: str, spans: Spans, edits: list[Edit]) -> tuple[str, Spans]:
    """Apply replacements ``(start, end, new)``, each wholly inside one span or wholly outside all of them."""
    shift: list[tuple[int, int]] = []  # (position behind the edit in the old text, growth so far)
    parts: list[str] = []
    at = grown = 0
    for start, end, new in sorted(edits):
        if start < at:
            continue
        parts += [text[at:start], new]
        grown += len(new) - (end - start)
        shift.append((end, grown))
        at = end
    parts.append(text[at:])
    out: Spans = []
    index, moved = 0, 0
    for start, end, label in sorted(spans):
        while index < len(shift) and shift[index][0] <= start:
            moved = shift[index][1]
            index += 1
        begin = start + moved
        while index < len(shift) and shift[index][0] <= end:
            moved = shift[index][1]
            index += 1
        out.append((begin, end + moved, label))
    return "".join(parts), out


class Noise:
    """Draws a few kinds of noise for a text."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def spoil(self, text: str, spans: Spans) -> tuple[str, Spans]:
        """The text with some noise; the spans follow."""
        rng = self.rng
        for chance, kind in ((0.25, self._labels), (0.12, self._signs), (0.1, self._wrap), (0.07, self._unwrap), (0.1, self._spaces), (0.08, self._glue), (0.05, self._scan), (0.1, self._typing), (0.04, self._digits)):
            if rng.random() < chance:
                text, spans = edited(text, spans, kind(text, spans))
        return self._case(text), spans

    def _inside(self, spans: Spans, length: int) -> bytearray:
        out = bytearray(length + 1)
        for start, end, _ in spans:
            out[start:end] = b"\x01" * (end - start)
        return out

    def _labels(self, text: str, spans: Spans) -> list[Edit]:
        """Some labels straight before a datum go."""
        out = []
        for start, _, _ in spans:
            found = _LABEL.search(text, max(0, start - 28), start)
            if found and (found.start() == 0 or not text[found.start() - 1].isalnum()) and self.rng.random() < 0.3:
                out.append((found.start(), start, ""))
        inside = self._inside(spans, len(text))
        return [one for one in out if not any(inside[one[0] : one[1]])]

    def _signs(self, text: str, spans: Spans) -> list[Edit]:
        """Another sign for the colon behind labels, the same in the whole text."""
        inside, sign = self._inside(spans, len(text)), self.rng.choice(_SIGNS)
        return [(match.start(), match.end(), sign) for match in re.finditer(r"(?<=[^\W\d_]):[ \t]+", text) if not any(inside[match.start() : match.end()])]

    def _wrap(self, text: str, spans: Spans) -> list[Edit]:
        """Lines broken at a fixed width, also within a datum."""
        width, last, out = self.rng.randrange(38, 95), 0, []
        for match in re.finditer(r"[ \n]", text):
            if match[0] == "\n":
                last = match.start()
            elif match.start() - last >= width:
                out.append((match.start(), match.end(), "\n"))
                last = match.start()
        return out

    def _unwrap(self, text: str, spans: Spans) -> list[Edit]:
        """Line breaks become spaces, bars or points."""
        inside, sign = self._inside(spans, len(text)), self.rng.choice((" ", " ", " | ", ". ", "  ", " / ", "; "))
        return [(match.start(), match.end(), sign) for match in re.finditer(r"\n+", text) if not inside[match.start()]]

    def _spaces(self, text: str, spans: Spans) -> list[Edit]:
        """Doubled spaces."""
        return [(match.start(), match.end(), self.rng.choice(("  ", "   ", "\t"))) for match in re.finditer(r" ", text) if self.rng.random() < 0.06]

    def _glue(self, text: str, spans: Spans) -> list[Edit]:
        """Lost spaces behind points and commas."""
        inside = self._inside(spans, len(text))
        return [(match.start(), match.end(), "") for match in re.finditer(r"(?<=[.,:;)]) ", text) if self.rng.random() < 0.4 and not inside[match.start()]]

    def _scan(self, text: str, spans: Spans) -> list[Edit]:
        """Letters as a scanner misreads them."""
        return [(at, at + 1, _SCAN[one]) for at, one in enumerate(text) if one in _SCAN and self.rng.random() < 0.015]

    def _digits(self, text: str, spans: Spans) -> list[Edit]:
        """Digits of identifiers as a scanner misreads them."""
        inside = self._inside(spans, len(text))
        return [(at, at + 1, _SCAN_DIGITS[one]) for at, one in enumerate(text) if one in _SCAN_DIGITS and inside[at] and self.rng.random() < 0.12]

    def _typing(self, text: str, spans: Spans) -> list[Edit]:
        """Letters lost or doubled."""
        out = []
        for match in re.finditer(r"[^\W\d_]{5,}", text):
            if self.rng.random() < 0.03:
                at = self.rng.randrange(match.start() + 1, match.end() - 1)
                out.append((at, at + 1, self.rng.choice(("", text[at] * 2))))
        return out

    def _case(self, text: str) -> str:
        draw = self.rng.random()
        new = text.upper() if draw < 0.1 else text.lower() if draw < 0.2 else strip_accents(text.lower()) if draw < 0.3 else strip_accents(text) if draw < 0.4 else text
        return new if len(new) == len(text) else text
