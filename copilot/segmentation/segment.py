"""Segmentation of clinical free text into statements with exact character offsets.

Made for notes as they are typed: no full stops, lists, capitals, dictation, CRLF. The spans returned cover
every non-space character exactly once, in order; nothing else is promised about grammar.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from copilot.domain import Clause, Span

_STRONG = ".!?…"
_CLOSERS = "\"'»”’)]"
_BULLET = re.compile(r"(?:[-–—•·*►▪●○>✓✔☐]|\(?\d{1,2}[.)\-]|[a-zA-Z][.)])(?=\s)|[-•·*►▪●][^\s\d-]|#\s?\w")
_HEADING_LINE = re.compile(r"[^\n:.]{2,60}:\s*$")
_INLINE_HEADING = re.compile(
    r"(?<![\w/])(?P<head>(?:[A-ZÁÉÍÓÚÑ][A-ZÁÉÍÓÚÑ./ ]{1,40}|[A-ZÁÉÍÓÚÑ][a-záéíóúñ]{2,}(?: [a-záéíóúñ]{1,15}){0,4}))"
    r"\s?:(?=\s|\w)"
)
_SEPARATOR = re.compile(
    r";|\s//+\s|\s\|+\s|\s/\s|(?<=\s)[•·►▪●](?=\s)|\s[–—]\s|\s-{1,2}\s(?=[A-ZÁÉÍÓÚÑ])|\s?(?:->|=>|→)\s?"
)
_SURROGATE = re.compile(r"<[A-ZÁÉÍÓÚÑ_0-9]{2,40}>")
_WRAPPED_LINE = 55
"""A line at least this long whose continuation starts in lower case was wrapped, not ended."""


@lru_cache(maxsize=1)
def abbreviations() -> frozenset[str]:
    """Words after which a full stop ends no sentence (lower case)."""
    lines = Path(__file__).with_name("abbreviations.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _stop_ends_sentence(text: str, at: int) -> bool:
    """Whether the full stop at ``at`` ends a sentence rather than an abbreviation, number or initial."""
    after = at + 1
    while after < len(text) and text[after] in _CLOSERS + ".":
        after += 1
    if after >= len(text):
        return True
    if not text[after].isspace():
        # «cefalea.Niega fiebre»: a missing space, but never inside 36.4, c.c. or an address.
        return (
            at > 2
            and text[at - 3 : at].isalpha()
            and text[at - 3 : at].islower()
            and text[after].isupper()
            and text[after : after + 2].isalpha()
            and text[after : after + 2] != text[after : after + 2].upper()
        )
    start = at
    while start > 0 and not text[start - 1].isspace() and text[start - 1] not in "([,;:":
        start -= 1
    word = text[start:at].lower()
    following = after
    while following < len(text) and text[following].isspace():
        following += 1
    next_char = text[following] if following < len(text) else ""
    if not word:
        return True
    if re.fullmatch(r"[a-zñ]", word) and next_char and not next_char.isupper():
        return False
    if re.fullmatch(r"[a-zñ]", word) and text[start:at].isupper():
        return False  # an initial: «J. Pérez»
    if re.fullmatch(r"(?:[a-zñ]\.)+[a-zñ]", word):
        return bool(next_char) and next_char.isupper() and len(word) > 3
    if word in abbreviations():
        # «Dr. Cruz» goes on; «… aprox. Niega fiebre» can't be told from it, so it goes on too, unless a
        # new line follows (that is a boundary of its own).
        return False
    list_number = re.fullmatch(r"\d{1,2}", word) and text[:start].rstrip(" \t")[-1:] in ("", "\n")
    return not list_number  # «1. Metformina»


def _line_breaks(text: str) -> set[int]:
    """Line ends that part statements (wrapped lines of pasted prose do not)."""
    cuts = set()
    for match in re.finditer(r"[ \t]*(?:\r\n|\n|\r|\x0b|\x0c|\u2028|\u2029)\s*", text):
        before = text[: match.start()].rsplit("\n", 1)[-1]
        following = text[match.end() : match.end() + 60]
        blank = len(re.findall(r"\r\n|\n|\r", match.group())) > 1
        wrapped = (
            not blank
            and len(before) >= _WRAPPED_LINE
            and before.rstrip()[-1:] not in _STRONG + ":;"
            and following[:1].islower()
            and not _BULLET.match(following)
        )
        if not wrapped:
            cuts.add(match.end())
    return cuts


def _cut_points(text: str) -> list[int]:
    """Offsets at which a new statement starts."""
    cuts = _line_breaks(text)
    for match in re.finditer(r"[.!?…]+", text):
        last = match.end() - 1
        if text[last] == "." and len(match.group()) == 1:
            if not _stop_ends_sentence(text, last):
                continue
        elif match.end() < len(text) and not (text[match.end()].isspace() or text[match.end()] in _CLOSERS):
            continue
        end = match.end()
        while end < len(text) and text[end] in _CLOSERS:
            end += 1
        cuts.add(end)
    cuts.update(match.end() for match in _SEPARATOR.finditer(text))
    for match in _INLINE_HEADING.finditer(text):
        if match.start() and text[match.start() - 1].isspace():
            cuts.add(match.start("head"))
    protected = [match.span() for match in _SURROGATE.finditer(text)]
    return sorted(cut for cut in cuts if not any(start < cut < end for start, end in protected))


def _is_heading(text: str) -> bool:
    return bool(_HEADING_LINE.fullmatch(text.strip())) or not any(c.isalnum() for c in text)


def segment(text: str) -> list[Clause]:
    """Statements of ``text``; their spans cover every non-space character exactly once, in order.

    A heading («EF:») and loose punctuation stay with the statement they introduce or close.
    """
    bounds = [0, *_cut_points(text), len(text)]
    spans: list[Span] = []
    pending: int | None = None
    for start, end in pairwise(bounds):
        piece = text[start:end]
        if not piece.strip():
            continue
        first = start + len(piece) - len(piece.lstrip())
        last = start + len(piece.rstrip())
        if not any(c.isalnum() for c in piece) and spans and pending is None and piece.strip()[0] not in "-•·*#>":
            spans[-1] = Span(spans[-1].start, last)  # loose punctuation closes what came before
            continue
        if pending is not None:
            first, pending = pending, None
        if _is_heading(text[first:last]) and end < len(text):
            pending = first
            continue
        spans.append(Span(first, last))
    if pending is not None:
        tail = Span(pending, len(text.rstrip()))
        if any(c.isalnum() for c in text[pending:]) or not spans:
            spans.append(tail)
        else:
            spans[-1] = Span(spans[-1].start, tail.end)
    return [Clause(span, text[span.start : span.end]) for span in spans]


_SOFT = re.compile(r",\s|\s(?:y|e|con|pero|quien|por lo que|se|sin|niega|refiere)\s|:\s|\)\s|\s\(|\s\+\s|\.\s")


def soft_boundaries(text: str) -> set[int]:
    """Offsets inside statements where a change of section is plausible (after a comma, before «se», …)."""
    cuts = set()
    for match in _SOFT.finditer(text):
        word = match.group().strip()
        cuts.add(match.start() + 1 if word[:1].isalpha() or word in "(+" else match.end())
    return cuts
