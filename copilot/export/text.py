"""A note as plain text, to paste into any record system."""

from __future__ import annotations

from copilot.domain import Note
from copilot.export.blocks import Block, addendum_rows, blocks, head_rows, signature_rows
from copilot.export.document import Document, as_document
from copilot.export.lines import DRAFT, SIGNED, warning
from copilot.labels import type_label


def note_text(given: Note | Document) -> str:
    """The whole note; ends in a line break. Holds every statement of every section."""
    document = as_document(given)
    lines = [type_label(document.note.note_type).upper()]
    lines += [SIGNED] if document.signature else [DRAFT, warning(document.note)]
    lines += [f"{label}: {value}" for label, value in head_rows(document)]
    for one in blocks(document):
        lines += ["", one.title.upper(), *_rows(one)]
    if document.signature:
        lines += ["", "FIRMA", *(f"{label}: {value}" for label, value in signature_rows(document))]
    for added in document.addenda:
        lines += ["", f"ADENDA {added.number}", added.text.strip()]
        lines += [f"{label}: {value}" for label, value in addendum_rows(added)]
    return "\n".join(lines).rstrip() + "\n"


def _rows(one: Block) -> list[str]:
    if one.rows and len(one.heads) == 2:
        return [f"- {name}: {value}" for name, value in one.rows]
    if one.rows:
        heads = [head.lower() for head in one.heads[1:]]
        return [
            f"- {row[0]}: " + "; ".join(f"{head}: {value}" for head, value in zip(heads, row[1:], strict=True))
            for row in one.rows
        ]
    mark = {"lista": "- ", "pendiente": "[ ] "}.get(one.kind, "")
    return [mark + line for line in one.lines]
