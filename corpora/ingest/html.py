"""HTML of the current GPC site (and plain pages) → blocks.

The site's shape: a heading with the PICO question, then ``<div class="separador">`` strips with grade, scale
and citation («1++ NICE Carter E, 2017»), each followed by flat ``<p>``/``<li>`` siblings of its statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Comment
from bs4.element import NavigableString, Tag

from corpora.ingest.blocks import Block
from corpora.ingest.clean import fold, normalise, squeeze
from corpora.ingest.flags import find_flags
from corpora.ingest.grades import Grading, inline_grading, kind_from_grade, parse_strip
from corpora.ingest.headings import is_dropped, kind_of
from corpora.ingest.markdown import row_text
from corpora.passages import Kind

_SKIP = {
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "header",
    "footer",
    "form",
    "button",
    "svg",
    "iframe",
    "head",
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_LEAVES = {"p", "li", "blockquote", "pre", "dd", "dt", "figcaption"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0", re.I)


class _HtmlParser:
    def __init__(self, html: str) -> None:
        self.soup = BeautifulSoup(html, "html.parser")
        self.blocks: list[Block] = []
        self.path: list[tuple[int, str]] = []
        self.grading: Grading | None = None
        self.statement: list[str] = []
        self.dropped_at: int | None = None

    def parse(self) -> tuple[list[Block], str]:
        for hidden in self.soup.find_all(string=lambda s: isinstance(s, Comment)):
            hidden.extract()
        root = self.soup.body or self.soup
        self._walk(root)
        self._flush()
        title = self.soup.title.get_text(" ") if self.soup.title else ""
        return self.blocks, normalise(f"{squeeze(title)}\n{root.get_text(chr(10))}")

    def _walk(self, node: Tag) -> None:
        for child in _children(node):
            if isinstance(child, NavigableString):
                text = squeeze(normalise(str(child)))
                if len(text) > 1:
                    self._text(text)
                continue
            name = child.name.lower()
            # Hidden text is never read: it is where instructions to machines are put.
            if name in _SKIP or child.has_attr("hidden") or _HIDDEN.search(str(child.get("style") or "")):
                continue
            classes = " ".join(child.get("class") or [])
            if name in _HEADINGS:
                self._heading(int(name[1]), _text_of(child))
            elif "separador" in classes.split():
                self._strip(_text_of(child))
            elif name == "table":
                self._flush()
                self._table(child)
            elif name in _LEAVES and not child.find(list(_LEAVES | {"table"} | _HEADINGS)):
                prefix = "• " if name == "li" else ""
                text = _text_of(child)
                if text:
                    self._text(prefix + text)
            else:
                self._walk(child)

    def _heading(self, level: int, title: str) -> None:
        self._flush()
        self.grading = None
        if not title:
            return
        while self.path and self.path[-1][0] >= level:
            self.path.pop()
        self.path.append((level, title))
        if self.dropped_at is not None and level <= self.dropped_at:
            self.dropped_at = None
        if self.dropped_at is None and is_dropped(title):
            self.dropped_at = level

    def _strip(self, text: str) -> None:
        self._flush()
        grading = parse_strip(normalise(text))
        # A strip without grade or scale is a sub-title that borrows the class (directory, annexes).
        if grading.grade or grading.scale:
            self.grading = Grading(grading.grade or text, grading.scale, grading.citation)
        else:
            self.grading = None
            if text:
                self._heading((self.path[-1][0] if self.path else 1) + 1, text)

    def _text(self, text: str) -> None:
        if self.grading is not None:
            self.statement.append(text)
        else:
            self._add(text, None)

    def _flush(self) -> None:
        if self.statement:
            self._add("\n".join(self.statement), self.grading)
        self.statement = []

    def _add(self, text: str, grading: Grading | None) -> None:
        if self.dropped_at is not None or not re.search(r"\w{3}", text):
            return
        path = tuple(title for _, title in self.path)
        if grading is None:
            one = inline_grading(text)
            kind: Kind = kind_of(path)
        else:
            one, kind = grading, _kind(path, grading.grade)
        self.blocks.append(Block(path, text, kind, None, one.grade, one.scale, one.citation, find_flags(text)))

    def _table(self, table: Tag) -> None:
        rows = []
        for row in table.find_all("tr"):
            cells = [_text_of(cell) for cell in row.find_all(["td", "th"])]
            if any(cells):
                rows.append((bool(row.find("th")) and not row.find("td"), cells))
        header = rows[0][1] if rows and (rows[0][0] or len(rows) > 2) and len(rows[0][1]) > 1 else []
        for _, cells in rows[1:] if header else rows:
            text = row_text(header, cells)
            if text and self.dropped_at is None:
                path = tuple(title for _, title in self.path)
                kind = kind_of(path, table=True)
                self.blocks.append(Block(path, text, kind, None, flags=find_flags(text)))


def _kind(path: tuple[str, ...], grade: str) -> Kind:
    """Strip and heading together: a section «RECOMENDACIONES» outweighs what the grade alone would say."""
    by_grade = kind_from_grade(grade)
    if by_grade == "buena práctica":
        return by_grade
    last = fold(" ".join(path[-2:]))
    if "recomendacion" in last and "evidencia" not in last:
        return "recomendación"
    if "evidencia" in last and "recomendacion" not in last:
        return "evidencia"
    return by_grade


def _children(node: Tag) -> Iterator[Tag | NavigableString]:
    for child in node.children:
        if isinstance(child, Tag | NavigableString):
            yield child


def _text_of(node: Tag) -> str:
    for br in node.find_all("br"):
        br.replace_with("\n")
    return "\n".join(squeeze(normalise(line)) for line in node.get_text().split("\n") if line.strip())


def parse_html(html: str) -> tuple[list[Block], str]:
    """Blocks of a page and the text that identifies it."""
    return _HtmlParser(html).parse()
