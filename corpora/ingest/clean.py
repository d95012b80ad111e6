"""Repair of extracted text: invisible characters, hyphenation at line ends, stacked words, odd glyphs."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD, 0x200E, 0x200F, 0x202A, 0x202C, 0x180E])
_GLYPHS = {
    "\u00a0": " ",
    "\u2007": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\u2002": " ",
    "\u2003": " ",
    "\uf0fc": "✓",
    "\uf0b7": "•",
    "\uf0a7": "•",
    "\uf0d8": "•",
    "\uf06d": "µ",
    "\uf0b3": "≥",
    "\uf0a3": "≤",
    "\uf0b1": "±",
    "\uf0b0": "°",
    "\u03bc": "µ",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb00": "ff",
    "\u2010": "-",
    "\u2011": "-",
    "\u2212": "-",
}  # private-use glyphs: the Symbol and Wingdings fonts as PDF extractors report them
_GLYPH_TABLE = str.maketrans(_GLYPHS)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
_HYPHEN = re.compile(r"([a-záéíóúñü]{2,})-\n\s*([a-záéíóúñü]{2,})")
_KEEP_HYPHEN = {
    "anti",
    "pre",
    "post",
    "pos",
    "co",
    "inter",
    "sub",
    "no",
    "bio",
    "físico",
    "teórico",
    "médico",
    "clínico",
    "materno",
    "costo",
    "riesgo",
    "sodio",
    "vaso",
    "relación",
    "albúmina",
    "cervico",
    "ex",
}
"""First halves that Spanish writers join with a real hyphen; the hyphen stays when the line breaks there."""


def normalise(text: str) -> str:
    """NFC, no invisible characters, known glyphs mapped; line ends become ``\\n``. Keeps µ, ≥, ≤ and accents."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\u2028", "\n")
    text = text.translate(_INVISIBLE).translate(_GLYPH_TABLE)
    text = unicodedata.normalize("NFC", text)
    return "".join(c for c in text if c in "\n\t\f" or unicodedata.category(c) != "Cc")


def join_hyphens(text: str) -> str:
    """«trata-\\nmiento» → «tratamiento»; «costo-\\nefectivo» keeps its hyphen."""

    def repair(match: re.Match[str]) -> str:
        first, second = match.group(1), match.group(2)
        return f"{first}-{second}" if first.lower() in _KEEP_HYPHEN else first + second

    return _HYPHEN.sub(repair, text)


def join_lines(lines: list[str]) -> str:
    """Lines of one paragraph → one line of text (hyphenation repaired, runs of blanks collapsed)."""
    joined = join_hyphens("\n".join(line.strip() for line in lines if line.strip()))
    return squeeze(joined.replace("\n", " "))


def squeeze(text: str) -> str:
    """One blank between words, none before punctuation."""
    text = re.sub(r"[ \t\f]+", " ", text)
    return re.sub(r" +([,;:.](?:\s|$))", r"\1", text).strip()


def strip_markdown(text: str) -> str:
    """Inline Markdown and HTML left-overs out; the words and line breaks of a cell stay."""
    text = re.sub(r"<br\s*/?>", "\n", text, flags=re.I)
    text = re.sub(r"</?(?:sup|sub|b|i|u|em|strong|span|p|div)[^>]*>", "", text, flags=re.I)
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]+)\]\((?:[^()]|\([^)]*\))*\)", r"\1", text)
    text = re.sub(r"\*\*([^*\n]+)\*\*", r"\1", text)
    text = re.sub(r"__([^_\n]+)__", r"\1", text)
    text = re.sub(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])", r"\1", text)
    text = re.sub(r"`([^`]+)`", r"\1", text)
    return _ESCAPED.sub(r"\1", text)


def fold(text: str) -> str:
    """Lower case without accents, for comparing headings and names (ñ becomes n)."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn")


class PageCounter:
    """Recognises bare page numbers: a line that holds just the next number of the running sequence.

    A bare number that doesn't continue the sequence is a value of a table and stays.
    """

    def __init__(self) -> None:
        self.last: int | None = None

    def take(self, line: str) -> bool:
        """True where ``line`` is a page number (it is then remembered)."""
        bare = line.strip()
        if not re.fullmatch(r"\d{1,3}", bare):
            return False
        number = int(bare)
        if (self.last is None and number <= 2) or (self.last is not None and number == self.last + 1):
            self.last = number
            return True
        return False
