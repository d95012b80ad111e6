"""Exports hold everything, mark what is missing, and never turn a note into mark-up."""

from __future__ import annotations

import pytest

from copilot.domain import (
    Alert,
    CodeCandidate,
    Diagnosis,
    LabValue,
    Medication,
    MissingElement,
    Note,
    NoteType,
    Section,
    Span,
    Statement,
    Vital,
)
from copilot.export import note_markdown, note_text
from copilot.export.markdown import escape_markdown

_AT = Span(0, 1)
NOTE = Note(
    NoteType.EVOLUCION,
    {
        Section.PADECIMIENTO_ACTUAL: (Statement("Disuria de 4 días,\nsin fiebre.", (_AT,)),),
        Section.OTRO: (Statement("Dra. Saldívar", (_AT,)),),
    },
    missing=(
        MissingElement("pronostico", "6.2.5", "Pronóstico", mandatory=False),
        MissingElement("firma", "5.10", "Firma"),
    ),
    alerts=(Alert("alergia", "Alergia anotada a penicilina.", (_AT,), "grave"),),
    vitals=(Vital("ta", "138/84", "mmHg", _AT),),
    laboratory=(LabValue("creatinina", "0.9", "", _AT),),
    medications=(
        Medication("losartán", _AT, dose="50", unit="mg", frequency="c/24h", missing=("vía",)),
        Medication("glibenclamida", _AT, status="suspendido"),
    ),
    diagnoses=(Diagnosis("IVU", _AT, "probable", candidates=(CodeCandidate("N39.0", "Infección urinaria", 0.9),)),),
)


@pytest.mark.parametrize("export", [note_text, note_markdown])
def test_nothing_is_lost_and_the_draft_says_so(export: object) -> None:
    said = export(NOTE)  # type: ignore[operator]
    for words in (
        "BORRADOR SIN FIRMAR",
        "Disuria de 4 días, sin fiebre.",
        "Saldívar",
        "138/84 mmHg",
        "Creatinina",
        "glibenclamida (suspendido)",
        "N39.0 Infección urinaria",
        "Alergia anotada a penicilina.",
        "numeral 5.10)",
        "numeral 6.2.5; si aplica",
    ):
        assert words in said, words


def test_absent_route_is_marked_and_not_invented() -> None:
    line = next(row for row in note_text(NOTE).splitlines() if "losartán" in row)
    assert "vía: FALTA" in line
    stopped = next(row for row in note_text(NOTE).splitlines() if "glibenclamida" in row)
    assert "FALTA" not in stopped


def test_mandatory_comes_before_if_applicable() -> None:
    said = note_text(NOTE)
    assert said.index("Firma") < said.index("Pronóstico")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("[x](javascript:1)", r"\[x\](javascript:1)"),
        ("# no es título", r"\# no es título"),
        ("1. metformina", r"1\. metformina"),
        ("- guion", r"\- guion"),
        ("TA 130/80 | FC 70", r"TA 130/80 \| FC 70"),
        ("dos\n\nlíneas", "dos líneas"),
    ],
)
def test_markdown_shows_the_words_literally(text: str, shown: str) -> None:
    assert escape_markdown(text) == shown
