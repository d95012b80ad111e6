"""The physician's text with its sources marked: one element per stretch that the same items rest on.

Everything that comes from a note is escaped here and in :mod:`copilot.web.view`, nowhere else is HTML made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from copilot.domain import Note, Span


class Item(NamedTuple):
    """Something shown in the note, and where it comes from."""

    key: str
    """``s3`` statement, ``a0`` alert, ``v`` vital sign, ``l`` laboratory, ``m`` medication, ``d`` diagnosis."""
    spans: tuple[Span, ...]


def safe(text: str) -> str:
    """``text`` as HTML on one line: no mark-up and no line break survives as itself."""
    shown = escape(text.replace("\r\n", "\n").replace("\r", "\n"), quote=True)
    shown = shown.replace("`", "&#96;").replace("$", "&#36;").replace("\\", "&#92;")
    return "".join(c if c.isprintable() else "&#10;" if c == "\n" else "&#9;" if c == "\t" else " " for c in shown)


def note_items(note: Note) -> list[Item]:
    """Every item of the note with its spans; keys count in the order of the page."""
    statements = (s for section in note.sections.values() for s in section)
    found = [Item(f"s{i}", s.spans) for i, s in enumerate(statements)]
    found += [Item(f"a{i}", a.spans) for i, a in enumerate(note.alerts)]
    found += [Item(f"v{i}", (one.span,)) for i, one in enumerate(note.vitals)]
    found += [Item(f"l{i}", (one.span,)) for i, one in enumerate(note.laboratory)]
    found += [Item(f"m{i}", (one.span,)) for i, one in enumerate(note.medications)]
    found += [Item(f"d{i}", (one.span,)) for i, one in enumerate(note.diagnoses)]
    return found


def stretches(length: int, items: Iterable[Item]) -> list[tuple[int, int, tuple[str, ...]]]:
    """``[start, end)`` stretches that cover ``0..length`` once, in order, with the keys that rest on each."""
    opens: dict[int, list[str]] = {}
    closes: dict[int, list[str]] = {}
    for key, spans in items:
        for start, end in spans:
            first, last = max(0, start), min(length, end)
            if first < last:
                opens.setdefault(first, []).append(key)
                closes.setdefault(last, []).append(key)
    edges = sorted({0, length, *opens, *closes})
    alive: dict[str, int] = {}
    found = []
    for start, end in pairwise(edges):
        for key in closes.get(start, ()):
            alive[key] -= 1
        for key in opens.get(start, ()):
            alive[key] = alive.get(key, 0) + 1
        found.append((start, end, tuple(key for key, count in alive.items() if count > 0)))
    return found


def source_html(text: str, items: Sequence[Item]) -> str:
    """The text with marks. The first mark of each statement takes the keyboard's focus."""
    parts = ['<div class="fuente" id="fuente-texto">']
    seen: set[str] = set()
    for start, end, keys in stretches(len(text), items):
        words = safe(text[start:end])
        if not keys:
            parts.append(words)
            continue
        owner = next((key for key in keys if key.startswith("s")), "")
        focus = ""
        if owner and owner not in seen and not text[start:end].isspace():
            seen.add(owner)
            focus = ' tabindex="0" role="button" aria-pressed="false"'
        alert = " con-alerta" if any(key.startswith("a") for key in keys) else ""
        parts.append(f'<span class="marca{alert}" data-k="{" ".join(keys)}"{focus}>{words}</span>')
    return "".join(parts) + "</div>"
