"""One file → one document: picks the format by content, cleans, parses, identifies, cuts into passages."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from pathlib import Path

from corpora.errors import IngestError
from corpora.ingest.blocks import Block
from corpora.ingest.chunk import to_passages
from corpora.ingest.clean import normalise
from corpora.ingest.identity import identify
from corpora.ingest.markdown import looks_like_markdown, parse_markdown
from corpora.ingest.plain import parse_plain
from corpora.passages import Document

PARSER_VERSION = "1"
"""Raised when parsing changes: files added before are then read anew by ``copilot corpus add``."""
MAX_BYTES = 200_000_000
"""Larger files are refused: no guideline comes near."""
SUFFIXES = (".pdf", ".md", ".markdown", ".txt", ".html", ".htm", ".docx")


def file_hash(path: Path) -> str:
    """SHA-256 of a file, hexadecimal; raises :class:`IngestError` where it can't be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as handle:
            for part in iter(lambda: handle.read(1 << 20), b""):
                digest.update(part)
    except OSError as error:
        raise IngestError(f"no se pudo leer ({error.strerror or 'error de lectura'})") from None
    return digest.hexdigest()


def ingest_file(path: Path, *, ocr: bool = False) -> Document:
    """Read one guideline. Raises :class:`IngestError` (Spanish, without the path) for what can't be used.

    ``ocr``: scanned PDFs are read with Tesseract where it is installed (slow).
    """
    if not path.is_file():
        raise IngestError("no existe o no es un archivo")
    size = path.stat().st_size
    if size == 0:
        raise IngestError("está vacío")
    if size > MAX_BYTES:
        raise IngestError(f"pesa {size // 1_000_000} MB; el límite es {MAX_BYTES // 1_000_000} MB")
    digest = file_hash(path)
    blocks, head, warnings = _parse(path, ocr)
    identity = identify(head, path.stem)
    passages = to_passages(
        _without_cover_heading(blocks), key=identity.key, title=identity.title, year=identity.year, source_hash=digest
    )
    if not passages:
        raise IngestError("no se encontró texto clínico; revise que sea la guía completa")
    flagged = sum(1 for one in passages if one.flags)
    if flagged:
        warnings.append(f"{flagged} pasajes con valores sospechosos (quedan marcados)")
    if identity.year is None:
        warnings.append("no dice su año")
    return Document(
        identity.key,
        identity.title,
        identity.family,
        identity.institution,
        identity.year,
        path.name,
        digest,
        passages,
        tuple(warnings),
    )


def _without_cover_heading(blocks: list[Block]) -> list[Block]:
    """The document's own name as outermost heading of nearly everything says nothing: it is taken off the paths."""
    outer = Counter(block.path[0] for block in blocks if block.path)
    if not outer:
        return blocks
    name, count = outer.most_common(1)[0]
    deeper = sum(1 for block in blocks if len(block.path) > 1 and block.path[0] == name)
    if count < 0.9 * len(blocks) or deeper < 0.8 * count:
        return blocks
    return [replace(block, path=block.path[1:]) if block.path[:1] == (name,) else block for block in blocks]


def _parse(path: Path, ocr: bool) -> tuple[list[Block], str, list[str]]:
    """Blocks, the text that identifies the document, warnings."""
    with path.open("rb") as handle:
        magic = handle.read(1024)
    suffix = path.suffix.lower()
    if magic.lstrip()[:5] == b"%PDF-" or suffix == ".pdf":
        from corpora.ingest.pdf import parse_pdf

        return parse_pdf(path, ocr=ocr)
    if magic[:4] == b"PK\x03\x04":
        from corpora.ingest.docx import parse_docx

        blocks, head = parse_docx(path)
        return blocks, head, []
    text = _decode(path.read_bytes())
    if (
        suffix in (".html", ".htm")
        or magic.lstrip()[:9].lower() in (b"<!doctype", b"<html")
        or b"<body" in magic.lower()
    ):
        from corpora.ingest.html import parse_html

        blocks, head = parse_html(text)
        return blocks, head, []
    if suffix not in SUFFIXES:
        raise IngestError(f"formato «{suffix or 'sin extensión'}» no admitido; use PDF, HTML, Markdown, DOCX o texto")
    text = normalise(text)
    if len(text.strip()) < 40:
        raise IngestError("está vacío")
    from corpora.ingest.gpc import looks_like_gpc, parse_gpc

    if looks_like_gpc(text):
        return parse_gpc(text), text, []
    return (parse_markdown(text) if looks_like_markdown(text) else parse_plain(text)), text, []


def _decode(data: bytes) -> str:
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise IngestError("es un archivo binario; use PDF, HTML, Markdown, DOCX o texto")
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise IngestError("su codificación no se reconoce; guárdelo en UTF-8")
