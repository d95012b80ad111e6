"""DOCX → blocks: heading styles, lists and tables in document order (python-docx)."""

from __future__ import annotations

import re
from pathlib import Path

from corpora.errors import IngestError
from corpora.ingest.blocks import Block
from corpora.ingest.clean import fold, normalise, squeeze
from corpora.ingest.flags import find_flags
from corpora.ingest.grades import inline_grading, kind_from_grade, parse_cells
from corpora.ingest.headings import is_dropped, kind_of
from corpora.ingest.markdown import row_text

MAX_UNPACKED = 400_000_000
"""A DOCX is a zip: one that unpacks to more is refused before it is read."""


def parse_docx(path: Path) -> tuple[list[Block], str]:
    """Blocks and identifying text. Raises :class:`IngestError` where the file isn't a readable DOCX."""
    import zipfile

    import docx
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise IngestError("el DOCX se descomprime a un tamaño desmedido")
        document = docx.Document(str(path))
    except IngestError:
        raise
    except Exception as error:  # zip, XML and package errors of many types
        raise IngestError(f"el archivo no es un DOCX legible ({type(error).__name__})") from None
    blocks: list[Block] = []
    texts: list[str] = []
    headings: list[tuple[int, str]] = []
    dropped_at: int | None = None
    for item in document.iter_inner_content():
        if isinstance(item, Paragraph):
            text = squeeze(normalise(item.text))
            if not text:
                continue
            texts.append(text)
            style = fold(item.style.name or "") if item.style is not None else ""
            level = _level(style)
            if level is not None:
                while headings and headings[-1][0] >= level:
                    headings.pop()
                headings.append((level, text))
                if dropped_at is not None and level <= dropped_at:
                    dropped_at = None
                if dropped_at is None and is_dropped(text):
                    dropped_at = level
                continue
            if dropped_at is not None:
                continue
            path_ = tuple(title for _, title in headings)
            body = f"• {text}" if "list" in style or "lista" in style else text
            one = inline_grading(body)
            blocks.append(
                Block(path_, body, kind_of(path_), None, one.grade, one.scale, one.citation, find_flags(body))
            )
        elif isinstance(item, Table) and dropped_at is None:
            rows = [[squeeze(normalise(cell.text)) for cell in row.cells] for row in item.rows]
            texts.extend(" ".join(row) for row in rows)
            blocks.extend(_table(tuple(title for _, title in headings), rows))
    return blocks, "\n".join(texts)


def _level(style: str) -> int | None:
    if style in ("title", "titulo", "puesto"):
        return 0
    found = re.match(r"(?:heading|titulo|encabezado) (\d)", style)
    return int(found.group(1)) if found else None


def _table(path: tuple[str, ...], rows: list[list[str]]) -> list[Block]:
    """Rows with their column names; a GPC table (evidence / grade) gives graded statements."""
    if not rows:
        return []
    header = [fold(cell) for cell in rows[0]]
    if any("evidencia" in cell and "recomendacion" in cell for cell in header) and any(
        "grado" in cell for cell in header
    ):
        return [block for row in rows[1:] if (block := _graded(path, row)) is not None]
    named = rows[0] if len(rows) > 1 and all(rows[0]) else []
    blocks = []
    for row in rows[1:] if named else rows:
        text = row_text(named, _without_merged(row))
        if text:
            blocks.append(Block(path, text, kind_of(path, table=True), None, flags=find_flags(text)))
    return blocks


def _without_merged(row: list[str]) -> list[str]:
    """python-docx repeats a merged cell in every column it spans; the repeats are blanked."""
    return [cell if not position or cell != row[position - 1] else "" for position, cell in enumerate(row)]


def _graded(path: tuple[str, ...], row: list[str]) -> Block | None:
    cells = [cell for cell in _without_merged(row) if cell]
    marker = cells.pop(0) if cells and re.fullmatch(r"E|R|✓|√|/R|PBP", cells[0]) else ""
    if not cells:
        return None
    grading = parse_cells(re.split(r"\s{2,}|\n", cells[1]) if len(cells) > 1 else [])
    kinds = {"E": "evidencia", "R": "recomendación", "": kind_from_grade(grading.grade)}
    kind = kinds.get(marker, "buena práctica")
    return Block(path, cells[0], kind, None, grading.grade, grading.scale, grading.citation, find_flags(cells[0]))  # type: ignore[arg-type]
