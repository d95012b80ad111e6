"""Markdown protocols → blocks. Tables keep their header: each row is written out with its column names."""

from __future__ import annotations

import re

from corpora.ingest.blocks import Block
from corpora.ingest.clean import PageCounter, fold, join_lines, squeeze, strip_markdown
from corpora.ingest.flags import find_flags
from corpora.ingest.grades import inline_grading
from corpora.ingest.headings import is_dropped, kind_of

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"^(\s*)(?:[*+•●○▪-]|\d{1,2}[.)]|[a-zA-Z][.)])\s+(.*)$")
_RULE = re.compile(r"^\s*([-*_])(?:\s*\1){2,}\s*$")
_SEPARATOR = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_LEVEL_COLUMN = re.compile(r"nivel de exigencia|^nivel$|exigencia")


def looks_like_markdown(text: str) -> bool:
    """True where the text has real Markdown headings (the PRONAM transcriptions have none)."""
    return len(re.findall(r"^#{1,6}\s+\S", text, flags=re.M)) >= 3


def parse_markdown(text: str) -> list[Block]:
    """Blocks of a document in reading order; parts without clinical content are left out."""
    lines = text.split("\n")
    blocks: list[Block] = []
    path: list[tuple[int, str]] = []
    paragraph: list[str] = []
    pages = PageCounter()
    dropped_at: int | None = None
    item_lead = ""

    def headings() -> tuple[str, ...]:
        return tuple(title for _, title in path)

    def flush() -> None:
        nonlocal paragraph
        body = squeeze_lines(strip_markdown(join_lines(paragraph)))
        paragraph = []
        if body and dropped_at is None:
            blocks.append(_block(headings(), body))

    index = 0
    while index < len(lines):
        line = lines[index]
        heading = _HEADING.match(line)
        if heading:
            flush()
            level, title = len(heading.group(1)), squeeze(strip_markdown(heading.group(2)))
            while path and path[-1][0] >= level:
                path.pop()
            path.append((level, title))
            if dropped_at is not None and level <= dropped_at:
                dropped_at = None
            if dropped_at is None and is_dropped(title):
                dropped_at = level
            item_lead = ""
        elif line.lstrip().startswith("|"):
            flush()
            end = index
            while end < len(lines) and lines[end].lstrip().startswith("|"):
                end += 1
            if dropped_at is None:
                blocks.extend(_table(headings(), lines[index:end]))
            index = end
            continue
        elif _RULE.match(line) or not line.strip():
            flush()
        elif pages.take(line):
            pass  # a bare page number in mid-sentence: the paragraph goes on
        else:
            item = _ITEM.match(line)
            if item:
                flush()
                depth = len(item.group(1).expandtabs(4)) // 2
                body = line.strip() if re.match(r"\s*\d", line) else item.group(2)
                paragraph = [("  " * min(depth, 4)) + "• " + body if False else body]
                text_of_item = squeeze_lines(strip_markdown(body))
                if depth == 0:
                    item_lead = text_of_item if text_of_item.endswith(":") else ""
                if dropped_at is None:
                    # Continuation lines of an item belong to it: read ahead.
                    ahead = index + 1
                    while (
                        ahead < len(lines)
                        and lines[ahead].strip()
                        and not _ITEM.match(lines[ahead])
                        and not _HEADING.match(lines[ahead])
                        and not lines[ahead].lstrip().startswith("|")
                    ):
                        if not pages.take(lines[ahead]):
                            paragraph.append(lines[ahead])
                        ahead += 1
                    body = squeeze_lines(strip_markdown(join_lines(paragraph)))
                    lead = item_lead if depth > 0 and item_lead != body else ""
                    blocks.append(_block(headings(), _bullet(body, depth), lead=lead))
                    paragraph = []
                    index = ahead
                    continue
                paragraph = []
            else:
                paragraph.append(re.sub(r"^\s*>\s?", "", line))
                item_lead = ""
        index += 1
    flush()
    return blocks


def _bullet(text: str, depth: int) -> str:
    return text if re.match(r"\d{1,2}[.)]", text) else f"{'  ' * min(depth, 4)}• {text}"


def squeeze_lines(text: str) -> str:
    """Collapse blanks inside each line; keep the line breaks (cells with <br>)."""
    return "\n".join(squeeze(line) for line in text.split("\n") if line.strip())


def _block(path: tuple[str, ...], text: str, *, lead: str = "", table: bool = False) -> Block:
    grading = inline_grading(text)
    kind = kind_of(path, table=table)
    return Block(path, text, kind, None, grading.grade, grading.scale, grading.citation, find_flags(text), lead)


def _cells(line: str) -> list[str]:
    bare = line.strip().removeprefix("|").removesuffix("|")
    return [squeeze_lines(strip_markdown(cell)) for cell in re.split(r"(?<!\\)\|", bare)]


def _table(path: tuple[str, ...], lines: list[str]) -> list[Block]:
    """Rows of one table as «Column: value | Column: value»; a first row that isn't a header is kept as a row."""
    rows = [_cells(line) for line in lines if not _SEPARATOR.match(line)]
    if not rows:
        return []
    has_header = len(lines) > 1 and bool(_SEPARATOR.match(lines[1])) and any(rows[0])
    header, body = (rows[0], rows[1:]) if has_header else ([], rows)
    blocks = []
    group = ""
    for row in body:
        filled = [cell for cell in row if cell]
        if not filled:
            continue
        if len(filled) == 1 and len(row) > 1 and row[0] and len(row[0]) < 120:
            group = row[0]  # a row that spans the table names the rows below it
        text = row_text(header, row)
        lead = f"{header[0]}: {row[0]}" if header and row and len(row[0]) < 120 else ""
        if group and group != row[0]:
            text = f"[{group}] {text}"
        block = _block(path, text, lead=lead, table=True)
        if header and any(_LEVEL_COLUMN.search(fold(name)) for name in header) and block.kind == "tabla":
            block = Block(
                block.path, text, "recomendación", None, block.grade, block.scale, block.citation, block.flags
            )
        blocks.append(block)
    whole = "\n".join(block.text for block in blocks)
    if "comparador_perdido" in find_flags(whole):
        blocks = [
            Block(
                b.path,
                b.text,
                b.kind,
                b.page,
                b.grade,
                b.scale,
                b.citation,
                tuple(dict.fromkeys((*b.flags, *find_flags(whole)))),
                b.lead,
            )
            for b in blocks
        ]
    return blocks


def row_text(header: list[str], row: list[str]) -> str:
    """One table row in words; a column of the level of demand goes to the end, in brackets."""
    if not header:
        return " | ".join(cell for cell in row if cell)
    parts, tail = [], ""
    narrative = len(header) <= 2 and any(_LEVEL_COLUMN.search(fold(name)) for name in header)
    for position, cell in enumerate(row):
        name = header[position] if position < len(header) else ""
        if not cell:
            continue
        if name and _LEVEL_COLUMN.search(fold(name)) and len(cell) < 8:
            tail = f" ({name}: {cell})"
        elif narrative or not name or fold(name) == fold(cell):
            parts.append(cell)
        else:
            parts.append(f"{name}: {cell}")
    return " | ".join(parts) + tail
