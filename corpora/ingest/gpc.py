"""GPC documents (guía de evidencias y recomendaciones): the three-column table as laid-out text → graded rows.

Input is text that keeps the columns by blanks (``pdftotext -layout``, pdfplumber ``layout=True``): marker
(E, R, ✓), statement, and stacked grade / scale / citation. Rows run over page ends; markers may be images.
The methods chapter shows sample rows, which are not of the guideline and are skipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpora.ingest.blocks import Block
from corpora.ingest.clean import fold, join_lines, squeeze
from corpora.ingest.flags import find_flags
from corpora.ingest.grades import GRADE, kind_from_grade, parse_cells
from corpora.ingest.headings import is_dropped
from corpora.passages import Kind

_HEADER = re.compile(r"evidencia\s*/\s*recomendaci[oó]n\s{3,}(nivel\s*/\s*grado)", re.I)
_SYMBOLS = re.compile(r"tabla de referencia de s[ií]mbolos", re.I)
_HEADING = re.compile(r"^\s{0,30}(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+([A-ZÁÉÍÓÚ¿][^\n]{2,120}?)\s*$")
_END = re.compile(
    r"^\s{0,30}(?:\d{1,2}(?:\.\d{1,2})*\.?\s+)?(definiciones operativas|anexos?\b.{0,40}|algoritmos?\b.{0,60}|"
    r"bibliograf[ií]a|glosario\b.{0,40}|agradecimientos?|comit[eé] acad[eé]mico|diagramas de flujo)\s*$",
    re.I,
)  # fmt: skip
_MARKER = re.compile(r"^(?:E|R|✓|√|/R|✓/R|PBP)$")
_SAMPLE = re.compile(r"(ejemplo siguiente|como a continuaci[oó]n|el siguiente ejemplo|ejemplos? de gradaci[oó]n)", re.I)
_PAGE = re.compile(r"^\s*\d{1,3}\s*$")
_SEGMENT = re.compile(r"\S+(?: {1,2}\S+)*")


def looks_like_gpc(text: str) -> bool:
    """True where the text has the table header of a GPC at least once."""
    return bool(_HEADER.search(text))


@dataclass(slots=True)
class _Row:
    """One table row while it grows."""

    page: int
    marker: str = ""
    lines: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    path: tuple[str, ...] = ()


class _GpcParser:
    def __init__(self, text: str) -> None:
        self.lines = text.replace("\f", "\n\f").split("\n")
        self.running = _running_titles(self.lines)
        self.blocks: list[Block] = []
        self.path: list[tuple[int, str]] = []
        self.group: list[tuple[str, str, str]] = []
        self.rows: list[_Row] = []
        self.right = 60
        self.page = 1

    def parse(self) -> list[Block]:
        start, first_page = self._start()
        self.page = first_page
        index, in_table = start, False
        while index < len(self.lines):
            line = self.lines[index].replace("\f", "")
            if "\f" in self.lines[index] or _PAGE.match(line):
                if _PAGE.match(line):
                    self.page = int(line) + 1
                self._close_group()
                index += 1
                continue
            header = _HEADER.search(line)
            heading = _HEADING.match(line)
            if header:
                self._close_group()
                in_table = True
                self.right = max(30, line.lower().find("nivel") - 9)
            elif _END.match(line) and (in_table or self.rows):
                break
            elif heading and not self._is_statement(line):
                self._close_group()
                self._open(heading.group(1), heading.group(2))
            elif squeeze(line) in self.running:
                self._close_group()
            elif in_table:
                self._table_line(line)
            index += 1
        self._close_group()
        self._emit()
        self.blocks.extend(_after_tables(self.lines[index:], self.page))
        return self.blocks

    def _start(self) -> tuple[int, int]:
        """First line of the guideline's own tables: behind the legend of symbols, or behind the sample rows."""
        for number, line in enumerate(self.lines):
            if _SYMBOLS.search(line):
                return number, _page_at(self.lines, number)
        samples = [n for n, line in enumerate(self.lines) if _SAMPLE.search(line)]
        if samples:
            for number in range(samples[-1], len(self.lines)):
                heading = _HEADING.match(self.lines[number])
                if heading and "." in heading.group(1):
                    return number, _page_at(self.lines, number)
        return 0, _page_at(self.lines, 0)

    def _is_statement(self, line: str) -> bool:
        """A numbered list item inside a statement stands in the statement's column and has a long text."""
        return len(line.strip()) > 110 or bool(re.match(r"\s*\d{1,2}\s", line) and "." not in line[:12])

    def _open(self, number: str, title: str) -> None:
        depth = number.count(".") + 1
        while self.path and self.path[-1][0] >= depth:
            self.path.pop()
        self.path.append((depth, f"{number} {squeeze(title)}"))

    def _table_line(self, line: str) -> None:
        if not line.strip():
            self._close_group()
            return
        marker = ""
        statement: list[str] = []
        cell: list[str] = []
        for match in _SEGMENT.finditer(line):
            piece = match.group(0).strip()
            if not statement and not cell and _MARKER.match(piece) and match.start() < self.right // 2:
                marker = piece
            elif (match.start() >= self.right and not _justified(piece)) or (
                match.end() > self.right + 14 and _right_start(piece)
            ):
                cell.append(piece)
            else:
                statement.append(piece)
        self.group.append((marker, " ".join(statement), " ".join(cell)))

    def _close_group(self) -> None:
        """Lines between blank lines are (part of) one row; two markers in them mean two rows."""
        group, self.group = self.group, []
        if not group:
            return
        marked = [i for i, (marker, _, _) in enumerate(group) if marker]
        if len(marked) > 1:
            cut = _cut_between(group, marked[0], marked[1])
            if cut is not None:
                self.group = group[:cut]
                self._close_group()
                self.group = group[cut:]
                self._close_group()
                return
        self._attach(group)

    def _attach(self, group: list[tuple[str, str, str]]) -> None:
        statement = [text for _, text, _ in group if text]
        cells = [cell for _, _, cell in group if cell]
        marker = next((m for m, _, _ in group if m), "")
        path = tuple(title for _, title in self.path)
        last = self.rows[-1] if self.rows and self.rows[-1].path == path else None
        continues = last is not None and not (marker and last.marker) and self._continues(last, statement, cells)
        if last is not None and continues:
            last.lines.extend(statement)
            last.cells.extend(cells)
            last.marker = last.marker or marker
        else:
            self.rows.append(_Row(self.page, marker, statement, cells, path))

    @staticmethod
    def _continues(last: _Row, statement: list[str], cells: list[str]) -> bool:
        graded = any(GRADE.match(cell.strip("[]() ")) for cell in last.cells)
        if not statement:
            # Right-hand cells alone: citations of the row above, unless they begin with a grade.
            return not (cells and GRADE.match(cells[0].strip("[]() ")) and graded)
        if not last.lines:
            return True
        first = statement[0].lstrip("•- ")
        ended = bool(re.search(r"[.:)]$", last.lines[-1].strip()))
        if first[:1].islower() or first[:1] in "(,;":
            return True
        fresh = bool(cells) and any(GRADE.match(cell.strip("[]() ")) for cell in cells)
        if not ended and not (graded and fresh):
            return True
        return not graded and not last.marker and not fresh

    def _emit(self) -> None:
        for row in self.rows:
            text = _statement_text(row.lines)
            if len(text) < 15:
                continue
            grading = parse_cells(row.cells)
            kind = _row_kind(row.marker, grading.grade)
            self.blocks.append(
                Block(row.path, text, kind, row.page, grading.grade, grading.scale, grading.citation, find_flags(text))
            )


def _row_kind(marker: str, grade: str) -> Kind:
    if marker in ("✓", "√", "/R", "✓/R", "PBP") or re.search(r"buena pr[aá]ctica", grade, re.I):
        return "buena práctica"
    if marker == "E":
        return "evidencia"
    if marker == "R":
        return "recomendación"
    return kind_from_grade(grade)


def _right_start(piece: str) -> bool:
    """A long segment that reaches far right can be a right-hand cell set slightly left (a long citation)."""
    return (
        bool(re.match(r"^[\[(]?(?:E:|[A-ZÁÉÍÓÚ][\w.’'-]+,? .{0,30}(?:19|20)\d{2}|Punto de|Buena)", piece))
        and len(piece) < 40
    )


def _justified(piece: str) -> bool:
    """A short lower-case word far right is the end of a justified statement line, not a cell."""
    return bool(re.fullmatch(r"[a-záéíóúñ,;]{1,12}(?: [a-záéíóúñ,;]{1,10})?", piece)) and not re.match(
        r"baja|alta|muy|moderada", piece
    )


def _cut_between(group: list[tuple[str, str, str]], first: int, second: int) -> int | None:
    """Line before which the second of two unseparated rows begins: after a sentence end, nearest its marker."""
    options = [
        i for i in range(first + 1, second + 1)
        if group[i][1] and group[i][1][:1].isupper() and group[i - 1][1].rstrip().endswith((".", ")"))
    ]  # fmt: skip
    return options[-1] if options else second


def _statement_text(lines: list[str]) -> str:
    """Statement lines → text; bullets start a line of their own."""
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        bare = line.strip()
        if re.match(r"^[•●▪]|^[-–]\s", bare):
            paragraphs.append([re.sub(r"^[●▪–-]\s*", "• ", bare)])
        else:
            paragraphs[-1].append(bare)
    return "\n".join(text for text in (join_lines(p) for p in paragraphs) if text)


def _running_titles(lines: list[str]) -> frozenset[str]:
    """Lines that come right after page ends at least twice: the guideline's title as running header."""
    counts: dict[str, int] = {}
    after = False
    for line in lines:
        bare = squeeze(line.replace("\f", ""))
        if "\f" in line and not bare:
            after = True
            continue
        if _PAGE.match(line):
            after = True
        elif bare and (after or "\f" in line):
            counts[bare] = counts.get(bare, 0) + 1
            after = False
    return frozenset(title for title, count in counts.items() if count >= 2 and not _HEADING.match(title))


def _page_at(lines: list[str], number: int) -> int:
    """Page on which a line stands: the page number that follows it, printed at the foot."""
    for line in lines[number:]:
        if _PAGE.match(line):
            return int(line)
    return 1


def _after_tables(lines: list[str], page: int) -> list[Block]:
    """Definitions, annexes and algorithms behind the tables, as text; bibliography and credits are left out."""
    blocks: list[Block] = []
    title, dropped = "", False
    paragraph: list[str] = []

    def flush() -> None:
        text = join_lines(paragraph)
        paragraph.clear()
        if len(text) > 20 and title and not dropped:
            kind: Kind = "algoritmo" if fold(title).startswith(("algoritmo", "diagrama")) else "texto"
            blocks.append(Block((title,), text, kind, page, flags=find_flags(text)))

    for line in lines:
        bare = squeeze(line.replace("\f", ""))
        ending, heading = _END.match(line), _HEADING.match(line)
        if _PAGE.match(line):
            flush()
            page = int(line) + 1
        elif ending or heading:
            flush()
            title = re.sub(r"^\d+(?:\.\d+)*\.?\s*", "", bare)
            dropped = is_dropped(title)
        elif not bare:
            flush()
        else:
            paragraph.append(bare)
    flush()
    return blocks


def parse_gpc(text: str) -> list[Block]:
    """Blocks of a laid-out GPC text: one for each graded row, then what follows the tables."""
    return _GpcParser(text).parse()
