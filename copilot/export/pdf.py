"""A note as PDF (fpdf2) in the shape of an IMSS note: letter, heading table, sections, signature, page numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import matplotlib
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from copilot.export.blocks import Block, addendum_rows, blocks, head_rows, signature_rows
from copilot.export.document import Document
from copilot.export.lines import DRAFT, INSTITUTION, SIGNED, warning
from copilot.labels import type_label

_INK, _GREEN, _RED, _FAINT = (20, 33, 43), (15, 92, 85), (163, 22, 27), (232, 241, 240)


class _Sheet(FPDF):
    def __init__(self, document: Document) -> None:
        super().__init__(format="letter")
        fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
        self.add_font("DejaVu", "", fonts / "DejaVuSans.ttf")
        self.add_font("DejaVu", "B", fonts / "DejaVuSans-Bold.ttf")
        self.draft = document.signature is None
        self.unit_name = document.unit
        self.set_margins(18, 16)
        self.set_auto_page_break(True, 18)
        self.set_title(type_label(document.note.note_type))
        self.set_lang("es-MX")
        self.set_creator("Copiloto clínico")
        self.alias_nb_pages()

    def header(self) -> None:
        """A draft says so across the head of every page."""
        if self.draft:
            self.set_font("DejaVu", "B", 9)
            self.set_text_color(*_RED)
            self.cell(0, 5, DRAFT, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.ln(2)

    def footer(self) -> None:
        """Unit, state and page number."""
        self.set_y(-13)
        self.set_font("DejaVu", "", 8)
        self.set_text_color(77, 91, 102)
        state = "borrador sin firmar" if self.draft else "nota firmada"
        self.cell(0, 5, f"{_clean(self.unit_name)} · {state} · página {self.page_no()} de {{nb}}", align="C")

    def head(self, text: str) -> None:
        """A heading that stays with what follows."""
        if self.will_page_break(22):
            self.add_page()
        self.ln(2.5)
        self.set_font("DejaVu", "B", 10.5)
        self.set_text_color(*_GREEN)
        self.cell(0, 6, _clean(text), border="B", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)

    def say(self, text: str, bold: bool = False, size: float = 9.5) -> None:
        """A paragraph."""
        self.set_font("DejaVu", "B" if bold else "", size)
        self.set_text_color(*_INK)
        self.multi_cell(0, size * 0.53, _clean(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(0.6)

    def grid(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table; without ``heads`` the first column names the row."""
        self.set_font("DejaVu", "", 8.5)
        self.set_text_color(*_INK)
        given = list(rows)
        widths = (32, 68) if not heads else None
        with self.table(
            col_widths=widths,
            first_row_as_headings=bool(heads),
            headings_style=FontFace(emphasis="B", color=_INK, fill_color=_FAINT),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            line_height=4.8,
            text_align="L",
            padding=0.6,
        ) as table:
            for row in [heads, *given] if heads else given:
                line = table.row()
                for column, text in enumerate(row):
                    line.cell(_clean(text), style=FontFace(emphasis="B") if not heads and column == 0 else None)


def _clean(text: str) -> str:
    """What has no place in a PDF string is shown as «□»; no control characters."""
    return "".join(
        c if c == "\n" or (c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) < 0x10000)
        else " " if c.isspace() or c < " " else "□"
        for c in text
    )  # fmt: skip


def note_pdf(document: Document) -> bytes:
    """The document's bytes."""
    paper = _Sheet(document)
    paper.add_page()
    paper.say(INSTITUTION, size=8.5)
    paper.set_font("DejaVu", "B", 15)
    paper.set_text_color(*_INK)
    paper.cell(0, 8, type_label(document.note.note_type), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.say(f"{DRAFT}. {warning(document.note)}" if paper.draft else SIGNED, bold=not paper.draft, size=9)
    head = head_rows(document)
    if head:
        paper.ln(1)
        paper.grid((), head)
    for one in blocks(document):
        _block(paper, one)
    if document.signature:
        paper.head("Firma")
        paper.grid((), signature_rows(document))
    for added in document.addenda:
        paper.head(f"Adenda {added.number}")
        paper.say(added.text.strip())
        paper.grid((), addendum_rows(added))
    return bytes(paper.output())


def _block(paper: _Sheet, one: Block) -> None:
    paper.head(one.title)
    if one.rows:
        paper.grid(one.heads, one.rows)
        return
    mark = {"lista": "• ", "pendiente": "☐ "}.get(one.kind, "")
    for line in one.lines:
        paper.say(mark + line)
