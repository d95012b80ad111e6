"""A note as Markdown. What the physician wrote is text: no character of it acts as mark-up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from copilot.domain import Note
from copilot.export.blocks import Block, addendum_rows, blocks, head_rows, signature_rows
from copilot.export.document import Document, as_document
from copilot.export.lines import DRAFT, SIGNED, warning
from copilot.labels import type_label

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_LEADING = re.compile(r"^(\d+)([.)])(?=\s|$)")


def escape_markdown(text: str) -> str:
    """``text`` on one line, shown literally by any Markdown reader (HTML and links included)."""
    flat = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    flat = _LEADING.sub(r"\1\\\2", flat)
    return "\\" + flat if flat[:1] in "-+=" and flat else flat


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    return lines + ["| " + " | ".join(escape_markdown(cell) for cell in row) + " |" for row in rows]


def _pairs(rows: Iterable[tuple[str, str]]) -> list[str]:
    return [f"- **{label}:** {escape_markdown(value)}" for label, value in rows]


def _rows(one: Block) -> list[str]:
    if one.rows:
        return _table(one.heads, one.rows)
    mark = "- [ ] " if one.kind == "pendiente" else "- "
    return [mark + escape_markdown(line) for line in one.lines]


def note_markdown(given: Note | Document) -> str:
    """The whole note; ends in a line break. Holds every statement of every section."""
    document = as_document(given)
    lines = [f"# {type_label(document.note.note_type)}", ""]
    lines += [f"> **{SIGNED}.**" if document.signature else f"> **{DRAFT}.** {warning(document.note)}", ""]
    head = _pairs(head_rows(document))
    lines += [*head, ""] if head else []
    for one in blocks(document):
        lines += [f"## {one.title}", "", *_rows(one), ""]
    if document.signature:
        lines += ["## Firma", "", *_pairs(signature_rows(document)), ""]
    for added in document.addenda:
        said = [escape_markdown(line) for line in added.text.strip().splitlines() if line.strip()]
        lines += [f"## Adenda {added.number}", "", *(part for line in said for part in (line, ""))]
        lines += [*_pairs(addendum_rows(added)), ""]
    return "\n".join(lines).rstrip() + "\n"
