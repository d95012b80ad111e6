"""The protocols the cards rest on: where a heading stands, how far its section goes, what it says there."""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from corpora.cards.cards import CARDS_DIR, CardError
from corpora.cards.normalise import fold, words

SOURCES_FILE = CARDS_DIR / "sources.tsv"
RUN = 9
"""A run of this many equal words counts as copied."""


@dataclass(frozen=True)
class Origin:
    """One protocol of ``sources.tsv``: key, file, official title, year."""

    key: str
    file: str
    title: str
    year: str


def load_origins() -> dict[str, Origin]:
    """The protocols by key."""
    with SOURCES_FILE.open(encoding="utf-8", newline="") as handle:
        return {row["key"]: Origin(**row) for row in csv.DictReader(handle, delimiter="\t")}


class Source:
    """A protocol's text, folded line by line; line numbers start at 1."""

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            CardError: the file is not there.
        """
        if not path.is_file():
            raise CardError(f"No se encuentra la fuente {path.name}.")
        raw = path.read_bytes()
        self.sha256 = hashlib.sha256(raw).hexdigest()
        self.lines = [fold(line) for line in raw.decode("utf-8").splitlines()]
        self.pages = _pages(self.lines)
        self.marked = any(line.startswith("#") for line in self.lines)
        self.starts: set[int] = set()
        tokens = words(raw.decode("utf-8"))
        self.runs = {tuple(tokens[i : i + RUN]) for i in range(len(tokens) - RUN + 1)}

    def find_heading(self, headings: list[str]) -> tuple[int, int] | None:
        """First and last line (1-based, inclusive) of the section under a heading path, or None.

        Each part of the path must stand at the start of a line (it may run over several lines), after the one
        before it. The section ends at the next heading of the same or a higher level; in sources without
        heading marks, at the next Roman-numbered chapter, and a table's at the next table.
        """
        line = 0
        for heading in headings:
            found = self._line_of(heading, line)
            if found is None:
                return None
            line = found
        return line + 1, self._end(line)

    def note_headings(self, paths: list[list[str]]) -> None:
        """Where the source marks no headings, let every known one end the section before it."""
        if not self.marked:
            places = [self.find_heading(path) for path in paths]
            self.starts = {place[0] - 1 for place in places if place}

    def _line_of(self, heading: str, start: int) -> int | None:
        """Index of the first line from ``start`` where the heading begins; marked headings (#) go first."""
        wanted = words(heading)
        order = sorted(range(start, len(self.lines)), key=lambda index: not self.lines[index].startswith("#"))
        for index in order:
            own = _tokens(self.lines[index])
            if own and own[: len(wanted)] == wanted[: len(own)]:
                following = [token for line in self.lines[index : index + 8] for token in _tokens(line)]
                if following[: len(wanted)] == wanted:
                    return index
        return None

    def _end(self, line: int) -> int:
        level = re.match(r"#+", self.lines[line])
        table = re.match(r"tabla \d+\.", self.lines[line])
        for index in range(line + 1, len(self.lines)):
            if index in self.starts:
                return index
            other = re.match(r"#+", self.lines[index])
            if level and other and len(other[0]) <= len(level[0]):
                return index
            chapter = other or re.fullmatch(r"\s*[ivx]+\.\s*", self.lines[index])
            if table and re.match(r"tabla \d+\.", self.lines[index]) and index > line + 1:
                return index
            if not level and chapter and index > line + 1:
                return index
        return len(self.lines)

    def text(self, first: int, last: int) -> str:
        """Folded text of lines ``first`` to ``last`` (1-based, inclusive), words split over lines put together."""
        return " ".join(" ".join(self.lines[first - 1 : last]).split())

    def page_of(self, line: int) -> int | None:
        """Page printed by the source for a line, or None where it prints none."""
        return self.pages[line - 1] if self.pages else None


def _tokens(folded: str) -> list[str]:
    return re.findall(r"[a-zñ0-9]+", folded)


def _pages(lines: list[str]) -> list[int]:
    """Page of each line: a bare number on a line closes its page, if the numbers count 1, 2, 3…"""
    pages: list[int] = []
    page, started = 1, False
    for line in lines:
        pages.append(page)
        if line.strip() == str(page):
            page, started = page + 1, True
    return pages if started and page > 5 else []
