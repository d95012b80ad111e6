"""Running text as a PDF extractor leaves it (PRONAM transcriptions) → blocks.

The shape: roman or lettered markers alone on a line with their heading on the next, run-in headings
(«Dieta. Es necesario…»), bullets, captions («Tabla 3. …») followed by cells one below the other, page
numbers alone on a line, foot-notes of the bibliography at the bottom of pages.
"""

from __future__ import annotations

import re

from corpora.ingest.blocks import Block
from corpora.ingest.clean import PageCounter, join_lines, squeeze, strip_markdown
from corpora.ingest.flags import find_flags
from corpora.ingest.grades import inline_grading
from corpora.ingest.headings import is_dropped, kind_of

_ROMAN = re.compile(r"^(?:\d{1,3})?((?:X{0,2}(?:IX|IV|V?I{1,3}|V|X))\.)\s*(.*)$")
_LETTER = re.compile(r"^([A-Z]\.)\s*(.*)$")
_NUMBER = re.compile(r"^(\d{1,2}[.)])\s*(.*)$")
_BULLET = re.compile(r"^\s*(?:[●•○▪◦–]|[-o](?=\s|$))\s*(.*)$")
_CAPTION = re.compile(r"^(?:Tabla|Cuadro|Figura|Fig\.?|Algoritmo|Anexo|Gráfica)\s*\d+[a-z]?\s*[.:]?.*$")
_SOURCE = re.compile(r"^(?:Fuente|Elaboración propia|Adaptado de|Elaborado|Tomado de)\b")
_FOOTNOTE = re.compile(r"^\d{1,2}\s+[A-ZÁÉÍÓÚ][\w’'-]+.*(?:et al|,\s|\.\s).*")
_RUN_IN = re.compile(r"^([A-ZÁÉÍÓÚÑ¿][^.:]{2,90}?[.:])\s+(\S.*)$")
_GLOSSARY = re.compile(r"^(?:Glosario de )?[Aa]breviaturas\s*:?$", re.I)
_COVER = re.compile(r"^(?:PRONAM|\(PRONAM\)|Protocolo Nacional de Atenci[oó]n M[eé]dica(?: \(PRONAM\))?)$", re.I)
_MARKER = re.compile(r"^(?:[IVXL]+|[A-Z])\.?$")
_CONTINUES = re.compile(r"[a-záéíóúñ,;(]$|\b(?:de|del|la|el|los|las|en|con|por|para|y|o|a)$")


class PlainParser:
    """One pass over the lines, with the heading path as its state."""

    def __init__(self, text: str) -> None:
        self.lines = [strip_markdown(line).rstrip() for line in text.split("\n")]
        self.blocks: list[Block] = []
        self.section, self.part, self.item, self.caption = "", "", "", ""
        self.buffer: list[str] = []
        self.lead = ""
        self.page = 1
        self.dropping = False
        self.pages = PageCounter()

    # -- state ---------------------------------------------------------------
    def path(self) -> tuple[str, ...]:
        return tuple(part for part in (self.section, self.part, self.item, self.caption) if part)

    def flush(self) -> None:
        """Close the current paragraph, item or run of table cells."""
        body = self._table_text() if self.caption else join_lines(self.buffer)
        self.buffer = []
        page, self.page = self.page, (self.pages.last or 0) + 1
        if not body or self.dropping or not self._content(body):
            return
        grading = inline_grading(body)
        lead = self.lead if body.lstrip().startswith("•") else ""
        path = self.path()
        self.blocks.append(
            Block(
                path, body, kind_of(path), page, grading.grade, grading.scale, grading.citation, find_flags(body), lead
            )
        )
        if body.endswith(":"):
            self.lead = body if len(body) < 200 else ""
        elif not body.lstrip().startswith("•"):
            self.lead = ""

    def _content(self, body: str) -> bool:
        """The cover repeats the document's name before the first heading: not content."""
        return bool(self.section) or len(body) > 160 or body.endswith(".")

    def _table_text(self) -> str:
        """Short lines of a table are its cells, one below the other («a ; b ; c»); long ones are its notes."""
        parts: list[str] = []
        run: list[str] = []
        for line in [*self.buffer, ""]:
            if line and len(line) < 58:
                run.append(line)
                continue
            if run:
                parts.append(" ; ".join(self._cells(run)))
                run = []
            if line:
                if parts and parts[-1].startswith("\0"):
                    parts[-1] = join_lines([parts[-1], line])
                else:
                    parts.append("\0" + line)
        return "\n".join(part.lstrip("\0") for part in parts)

    @staticmethod
    def _cells(lines: list[str]) -> list[str]:
        """Stacked cell lines → cells: a line that can't be a beginning is joined with the one above."""
        cells: list[str] = []
        for line in lines:
            bare = line.strip()
            begins = bool(re.match(r"[A-ZÁÉÍÓÚÑ0-9≥≤<>•¿(✔]", bare))
            if cells and (not begins or (_CONTINUES.search(cells[-1][-6:]) and len(cells[-1]) > 12)):
                cells[-1] += " " + bare
            else:
                cells.append(bare)
        return [squeeze(cell) for cell in cells]

    def open(self, level: str, title: str) -> None:
        """Enter a heading; inner levels are left."""
        title = squeeze(title).strip()
        if level == "section":
            self.section, self.part, self.item, self.caption = title, "", "", ""
            self.dropping = is_dropped(title)
        elif level == "part":
            self.part, self.item, self.caption = title, "", ""
        elif level == "item":
            self.item, self.caption = title, ""
        else:
            self.caption = title
        self.lead = ""

    # -- the pass ------------------------------------------------------------
    def parse(self) -> list[Block]:
        index = 0
        while index < len(self.lines):
            index = self.step(index)
        self.flush()
        return self.blocks

    def step(self, index: int) -> int:
        line = self.lines[index].strip()
        if not line or self.pages.take(line):
            return index + 1
        if not self.buffer:
            self.page = (self.pages.last or 0) + 1
        if not self.section and _GLOSSARY.match(line):
            self.buffer = []
            self.open("section", "Glosario de abreviaturas")
            return index + 1
        if _COVER.match(line):
            self.flush()
            return index + 1
        if self._footnote(index):
            return self._skip_footnote(index)
        roman = _ROMAN.match(line)
        if roman and (not roman.group(2) or roman.group(2)[0].isupper()):
            return self._numbered(index, roman.group(1), roman.group(2), "section")
        if _is_title(line, self._previous(index), self._next(index)) and is_dropped(line):
            self.flush()
            self.open("section", line)
            return index + 1
        if self.dropping:
            return index + 1
        letter = _LETTER.match(line)
        if letter and not self.caption and (not letter.group(2) or letter.group(2)[0].isupper()):
            return self._numbered(index, letter.group(1), letter.group(2), "part")
        number = _NUMBER.match(line)
        if number and not number.group(2) and index + 1 < len(self.lines):
            return self._numbered(index, number.group(1), "", "item")
        if _CAPTION.match(line) and self._caption_place(index):
            return self._open_caption(index)
        bullet = _BULLET.match(line)
        if bullet and not (self.caption and line == "-") and self._real_bullet(line, index):
            self.flush()
            body, consumed = bullet.group(1), 1
            if not body and index + 1 < len(self.lines):
                body, consumed = self.lines[index + 1].strip(), 2
            self.buffer = [f"• {body}"]
            return index + consumed
        if number:
            self.flush()
            self.buffer = [line]
            return index + 1
        if _SOURCE.match(line):
            self.flush()
            self.caption = ""
            return self._skip_source(index)
        if self.caption and _is_capital_title(line, self._previous(index)):
            self.flush()
            self.caption = ""
        if not self.caption and _is_title(line, self._previous(index), self._next(index)):
            self.flush()
            # Unnumbered documents: a title on its own is a section; inside numbered ones, a sub-heading.
            numbered = bool(re.match(r"[IVX]+\.", self.section))
            self.open("item" if numbered else "section", line.rstrip(":"))
            return index + 1
        self._leave_table(index)
        if (
            self.buffer
            and not self.caption
            and re.search(r"[.:]$", self.buffer[-1])
            and line[0].isupper()
            and len(self.buffer[-1]) < 70
        ):
            self.flush()
        self.buffer.append(line)
        return index + 1

    # -- helpers ---------------------------------------------------------------
    def _previous(self, index: int) -> str:
        for line in reversed(self.lines[max(0, index - 3) : index]):
            if line.strip():
                return line.strip()
        return ""

    def _next(self, index: int) -> str:
        for line in self.lines[index + 1 : index + 4]:
            if line.strip():
                return line.strip()
        return ""

    def _real_bullet(self, line: str, index: int) -> bool:
        """«o» is a bullet of Word lists and also the word «o»: a bullet only after a sentence end, before a capital."""
        return not line.startswith("o") or bool(
            re.match(r"o\s+[A-ZÁÉÍÓÚÑ]", line) and re.search(r"[.:;]$", self._previous(index))
        )

    def _numbered(self, index: int, marker: str, rest: str, level: str) -> int:
        """«IV.» + next line, or «A.» with a run-in heading: open it and leave the rest as text."""
        self.flush()
        consumed = 1
        if not rest:
            rest, consumed = self._next(index), 1
            while consumed < 4 and index + consumed < len(self.lines) and not self.lines[index + consumed].strip():
                consumed += 1
            consumed += 1
        if level == "section":
            while (
                index + consumed < len(self.lines)
                and rest.isupper()
                and self.lines[index + consumed].strip().isupper()
                and not _MARKER.match(self.lines[index + consumed].strip())
            ):
                rest += " " + self.lines[index + consumed].strip()
                consumed += 1
            self.open("section", f"{marker} {_sentence_case(rest)}")
            return index + consumed
        run_in = _RUN_IN.match(rest)
        if run_in and len(run_in.group(1)) < 80:
            self.open(level, f"{marker} {run_in.group(1).rstrip('.:')}")
            self.buffer = [run_in.group(2)]
        elif len(rest) < 90 and rest.endswith((".", ":")):
            self.open(level, f"{marker} {rest.rstrip('.:')}")
        elif len(rest) < 60 and level == "part":
            self.open(level, f"{marker} {rest}")
        else:
            self.buffer = [f"{marker} {rest}"]
        return index + consumed

    def _caption_place(self, index: int) -> bool:
        """A caption opens a line and isn't the middle of a sentence («… se muestra en la / Tabla 4.»)."""
        before = self._previous(index)
        line = self.lines[index].strip()
        if re.match(r"(?:Tabla|Cuadro|Figura)\s*\d+[a-z]?\s*(?:[;,)]|\.?$)", line) and not before.endswith((".", ":")):
            return False
        return not re.search(r"\b(?:la|las|el|en|ver|vea|y|de)$", before)

    def _open_caption(self, index: int) -> int:
        self.flush()
        title, consumed = self.lines[index].strip(), 1
        following = self._next(index)
        if following and not title.endswith(".") and len(title) > 60 and following[0].islower():
            title, consumed = f"{title} {following}", 2
        self.open("caption", title.rstrip("."))
        return index + consumed

    def _leave_table(self, index: int) -> None:
        """Three long lines in a row after a caption are prose again: the table is over."""
        window = [line.strip() for line in self.lines[index : index + 3]]
        opens = window[0][:1].isupper() and self._previous(index).endswith((".", ")"))
        if self.caption and opens and len(window) == 3 and all(len(line) > 72 for line in window):
            self.flush()
            self.caption = ""

    def _footnote(self, index: int) -> bool:
        line = self.lines[index].strip()
        if not _FOOTNOTE.match(line) or len(line) < 50:
            return False
        text = " ".join(one.strip() for one in self.lines[index : index + 3])
        return bool(
            re.search(
                r"\bet al\b|\(et, al\)|doi|DOI|(?:19|20)\d{2}\s*;|\b\d+ ?\(\d+\)|[,.] (?:19|20)\d{2}(?:\.|\b)",
                text,
            )
        )

    def _skip_footnote(self, index: int) -> int:
        """A foot-note lasts until the page number (or, at most, six lines)."""
        for ahead in range(index + 1, min(index + 7, len(self.lines))):
            line = self.lines[ahead].strip()
            if re.fullmatch(r"\d{1,3}", line) or self._footnote(ahead):
                return ahead
            if (
                self.lines[ahead - 1].rstrip().endswith((".", ")"))
                and not _FOOTNOTE.match(line)
                and re.search(r"(?:19|20)\d{2}", self.lines[ahead - 1])
            ):
                return ahead
        return index + 1

    def _skip_source(self, index: int) -> int:
        """«Fuente: …» lasts until a line that ends a sentence."""
        for ahead in range(index, min(index + 5, len(self.lines))):
            if self.lines[ahead].rstrip().endswith("."):
                return ahead + 1
        return index + 1


def _is_cells(lines: list[str]) -> bool:
    short = sum(1 for line in lines if len(line) < 45)
    return short >= 0.6 * len(lines)


def _sentence_case(title: str) -> str:
    title = title.strip().rstrip(".:").strip()
    return title.capitalize() if title.isupper() and len(title) > 6 else title


def _is_capital_title(line: str, before: str) -> bool:
    """«TRATAMIENTO INTEGRAL» after a sentence end closes a table (table headers in capitals follow other cells)."""
    return line.isupper() and len(line) > 14 and len(line.split()) > 1 and before.endswith(".")


def _is_title(line: str, before: str, after: str) -> bool:
    """A short line in title form between sentences: an unnumbered heading."""
    if not 4 <= len(line) <= 85 or not (line[0].isupper() or line[0] == "¿") or line.endswith((".", ",", ";")):
        return False
    ended = before.endswith((".", ":", "*", "”")) or re.search(r"^\d{1,3}$|\.\d{1,2}(?:,\s?\d{1,2})*$", before)
    if before and not ended:
        return False
    if not after or not (after[0].isupper() or after[0] in "•●-–¿<>≥" or after[0].isdigit()):
        return False
    if line.endswith(":"):
        return len(line) < 60 and len(line.split()) <= 6 and (len(after) > 30 or after[0] in "•●-–")
    words = line.split()
    if len(words) == 1 and not re.search(r"[a-záéíóúñ]{4}", line):
        return False
    if line.isupper() and len(line) > 14 and len(words) > 1:
        return before.endswith(".")
    return len(words) <= 12 and (len(after) > 45 or after[0] in "•●-–")


def parse_plain(text: str) -> list[Block]:
    """Blocks of a text without Markdown headings, in reading order."""
    return PlainParser(text).parse()
