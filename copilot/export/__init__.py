"""A note as a document. Pure functions over :class:`Document` or a bare note: no files, no network."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from copilot.export.document import Document
from copilot.export.markdown import note_markdown
from copilot.export.text import note_text

__all__ = ["FORMATS", "Document", "Exported", "Format", "export", "note_markdown", "note_text"]


class Format(NamedTuple):
    """A way a note leaves."""

    logged: str
    """What the log calls it."""
    suffix: str
    media: str
    make: Callable[[Document], bytes]


class Exported(NamedTuple):
    """A document made."""

    name: str
    """File name, without any datum of the patient."""
    media: str
    data: bytes


def _docx(document: Document) -> bytes:
    from copilot.export.docx import note_docx

    return note_docx(document)


def _pdf(document: Document) -> bytes:
    from copilot.export.pdf import note_pdf

    return note_pdf(document)


def _fhir(document: Document) -> bytes:
    from copilot.export.fhir import note_fhir

    return note_fhir(document)


FORMATS = {
    "txt": Format("texto", "txt", "text/plain; charset=utf-8", lambda one: note_text(one).encode("utf-8", "replace")),
    "copia": Format(
        "portapapeles", "txt", "text/plain; charset=utf-8", lambda one: note_text(one).encode("utf-8", "replace")
    ),
    "md": Format(
        "markdown", "md", "text/markdown; charset=utf-8", lambda one: note_markdown(one).encode("utf-8", "replace")
    ),
    "docx": Format(
        "docx", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx
    ),
    "pdf": Format("pdf", "pdf", "application/pdf", _pdf),
    "fhir": Format("fhir", "fhir.json", "application/fhir+json", _fhir),
}


def export(document: Document, form: str) -> Exported:
    """The document in a format of :data:`FORMATS`; raises ``KeyError`` for another one."""
    way = FORMATS[form]
    stamp = "".join(c for c in document.made[:16] if c.isdigit()) or "sin-fecha"
    state = "nota" if document.signature else "borrador"
    return Exported(f"{state}-{stamp}.{way.suffix}", way.media, way.make(document))
