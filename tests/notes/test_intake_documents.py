"""Files a physician opens: the text comes out whole, whatever else is refused in words and hurts nobody."""

from __future__ import annotations

import io
import zipfile
import zlib

import docx
import pytest

from copilot.errors import InputError
from copilot.export.pdf import note_pdf
from copilot.intake_documents import MAX_BYTES, read_document
from tests.export.test_documents import DRAFT


def word(*paragraphs: str, cells: tuple[str, ...] = ()) -> bytes:
    paper = docx.Document()
    for one in paragraphs:
        paper.add_paragraph(one)
    if cells:
        row = paper.add_table(rows=1, cols=len(cells)).rows[0]
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


def test_word_with_paragraphs_and_table() -> None:
    text = read_document(word("Niña de 4 años con tos.", "Plan: salbutamol.", cells=("FC", "110 lpm")))
    assert text.splitlines()[:2] == ["Niña de 4 años con tos.", "Plan: salbutamol."]
    assert "FC | 110 lpm" in text


def test_pdf() -> None:
    assert "Disuria de 4 días, sin fiebre." in read_document(note_pdf(DRAFT))


BOMB = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><w>&b;</w>"
STREAM = zlib.compress(b"0 " * 5_000_000)
PDF_BOMB = b"%%PDF-1.4\n1 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj" % (len(STREAM), STREAM)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"%PDF-1.7 nada", "dañado"),
        (b"PK\x03\x04 nada", "dañado"),
        (archive(otra_xml=b"<a/>"), "no es un documento de Word"),
        (archive(word__document_xml=b"0" * 70_000_000), "desmedido"),
        (archive(word__document_xml=BOMB), "dañado"),
        (b"MZ\x90\x00", "Solo se abren"),
        (b"%PDF" + b"0" * MAX_BYTES, "demasiado grande"),
        (word(), "no tiene texto"),
        (PDF_BOMB, "dañado"),
    ],
    ids=["broken pdf", "broken docx", "other zip", "zip bomb", "entity bomb", "program", "large", "empty", "pdf bomb"],
)
def test_refused_in_words(data: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why) as refused:
        read_document(data)
    assert "nada" not in str(refused.value)
