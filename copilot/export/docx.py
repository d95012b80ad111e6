"""A note as a Word document (python-docx) in the shape of an IMSS note: letter, heading table, sections, signature."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence

import docx
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from copilot.export.blocks import Block, addendum_rows, blocks, head_rows, signature_rows
from copilot.export.document import Document
from copilot.export.lines import DRAFT, INSTITUTION, SIGNED, warning
from copilot.labels import type_label

_GREEN = RGBColor(0x0F, 0x5C, 0x55)


def _clean(text: str) -> str:
    """What XML 1.0 can't hold is left out."""
    return "".join(c for c in text if c in "\t\n" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c not in "￾￿"))


def note_docx(document: Document) -> bytes:
    """The document's bytes."""
    paper = docx.Document()
    _page(paper, document)
    paper.add_paragraph(INSTITUTION).runs[0].font.size = Pt(9)
    title = paper.add_heading(type_label(document.note.note_type), 1)
    title.alignment = WD_ALIGN_PARAGRAPH.LEFT
    state = paper.add_paragraph()
    mark = state.add_run(SIGNED if document.signature else DRAFT)
    mark.bold = True
    if not document.signature:
        mark.font.color.rgb = RGBColor(0xA3, 0x16, 0x1B)
        state.add_run(f". {warning(document.note)}")
    head = head_rows(document)
    if head:
        _table(paper, (), head)
    for one in blocks(document):
        _block(paper, one)
    if document.signature:
        paper.add_heading("Firma", 2)
        _table(paper, (), signature_rows(document))
    for added in document.addenda:
        paper.add_heading(f"Adenda {added.number}", 2)
        for line in added.text.strip().splitlines():
            paper.add_paragraph(_clean(line))
        _table(paper, (), addendum_rows(added))
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _page(paper: Paper, document: Document) -> None:
    about = paper.core_properties
    about.author, about.title, about.comments = "Copiloto clínico", type_label(document.note.note_type), ""
    about.language = "es-MX"
    about.created = about.modified = datetime.datetime.now(tz=datetime.UTC).replace(tzinfo=None)
    sheet = paper.sections[0]
    sheet.page_width, sheet.page_height = Mm(215.9), Mm(279.4)
    sheet.left_margin = sheet.right_margin = Mm(20)
    sheet.top_margin = sheet.bottom_margin = Mm(18)
    for name, size in (("Normal", 10.5), ("Heading 1", 16), ("Heading 2", 11.5)):
        style = paper.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)  # type: ignore[attr-defined]
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Arial")
        if name != "Normal":
            style.font.color.rgb = _GREEN  # type: ignore[attr-defined]
        style.paragraph_format.space_after = Pt(3)  # type: ignore[attr-defined]
    state = "nota firmada" if document.signature else "BORRADOR SIN FIRMAR"
    foot = sheet.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run(_clean(f"{document.unit} · {state} · página ")).font.size = Pt(8)
    _field(foot, "PAGE")
    foot.add_run(" de ").font.size = Pt(8)
    _field(foot, "NUMPAGES")


def _field(paragraph: Paragraph, name: str) -> None:
    """A field that Word fills in (page number)."""
    run = paragraph.add_run()
    run.font.size = Pt(8)
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def _block(paper: Paper, one: Block) -> None:
    paper.add_heading(one.title, 2)
    if one.rows:
        _table(paper, one.heads, one.rows)
        return
    for line in one.lines:
        style = "List Bullet" if one.kind in ("lista", "pendiente") else None
        paper.add_paragraph(("☐ " if one.kind == "pendiente" else "") + _clean(line), style=style)


def _table(paper: Paper, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A grid; without ``heads`` the first column names the row."""
    given = list(rows)
    table = paper.add_table(rows=0, cols=len(given[0]), style="Table Grid")
    for number, row in enumerate([heads, *given] if heads else given):
        cells = table.add_row().cells
        for column, (cell, text) in enumerate(zip(cells, row, strict=True)):
            run = cell.paragraphs[0].add_run(_clean(text))
            run.font.size = Pt(9.5)
            run.bold = (bool(heads) and number == 0) or (not heads and column == 0)
    if heads:
        repeat = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(repeat)
    paper.add_paragraph().paragraph_format.space_after = Pt(0)
    return table
