"""DOCX, PDF and FHIR hold the whole note, say whether it is signed, and never turn a note into something else."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import docx
import pdfplumber
import pytest

from copilot.domain import Origin, Section, Span, Statement
from copilot.export import FORMATS, export
from copilot.export.document import Document, Signature, SignedAddendum, TakenCode
from copilot.export.fhir import bundle_of, validate

from .test_text import NOTE

SOURCE = "Disuria de 4 días, sin fiebre. Dra. Saldívar"
SIGNATURE = Signature("Ana Ruiz Soto", "12345678", "2026-11-22T10:05:07-06:00", "ab" * 32, "12-abc")
DRAFT = Document(
    NOTE, SOURCE, "UMF 21", "2026-11-22T10:00:00-06:00", (("Paciente", "Ximena Orozco"), ("NSS", "2398574410-2")),
    (TakenCode("IVU", "N39.0", "Infección de vías urinarias"),),
)  # fmt: skip
ADDENDUM = SignedAddendum(1, "Se recibe urocultivo:\nsin desarrollo.", SIGNATURE._replace(hash="cd" * 32))
SIGNED = replace(DRAFT, signature=SIGNATURE, addenda=(ADDENDUM,))
HOSTILE_WORDS = "<b>x</b> & ]]> \x00\x0b\ud800 \U0001f600 {{=1+1}} =cmd|' /C calc'!A0"
HOSTILE = replace(
    DRAFT,
    note=replace(NOTE, sections={Section.OTRO: (Statement(HOSTILE_WORDS, (Span(0, 1),)),)}),
    source="\ud800\x00",
)


def words(form: str, data: bytes) -> str:
    if form == "docx":
        paper = docx.Document(io.BytesIO(data))
        cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
        feet = [one.text for section in paper.sections for one in section.footer.paragraphs]
        return " ".join(" ".join([*(one.text for one in paper.paragraphs), *cells, *feet]).split())
    if form == "pdf":
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    return " ".join(data.decode("utf-8").split())


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"fhir"}))
def test_every_format_says_what_it_is(form: str) -> None:
    draft, signed = (words(form, export(one, form).data) for one in (DRAFT, SIGNED))
    for said in (draft, signed):
        for part in ("Disuria de 4 días, sin fiebre.", "Saldívar", "138/84", "N39.0", "Ximena Orozco", "UMF 21"):
            assert part in said, part
    assert "BORRADOR SIN FIRMAR" in draft
    assert "Alergia anotada a penicilina" in draft
    assert "BORRADOR" not in signed
    assert "Alergia anotada a penicilina" not in signed, "what was to be looked at is no part of the final note"
    for part in ("NOTA FIRMADA", "Ana Ruiz Soto", "12345678", "22/11/2026 10:05:07 h", "abababab", "sin desarrollo."):
        assert part in signed, part


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"fhir"}))
def test_a_draft_shows_what_the_model_wrote_and_a_signed_note_is_the_physicians(form: str) -> None:
    written = Statement("Niega tos.", (Span(0, 1),), Origin.WRITTEN)
    literal = Statement("sin fiebre", (Span(0, 1),), kept="signo")
    note = replace(NOTE, sections={Section.PADECIMIENTO_ACTUAL: (written, literal)})
    draft, signed = (words(form, export(replace(one, note=note), form).data) for one in (DRAFT, SIGNED))
    assert "Niega tos. (redactado)" in draft.replace("\\", "") and "sin fiebre (redactado)" not in draft
    assert "lo escribió el modelo" in draft
    assert "redactado" not in signed
    assert "redactado" not in words(form, export(DRAFT, form).data), "no legend where nothing was written"


def test_a_draft_in_fhir_shows_what_the_model_wrote() -> None:
    note = replace(NOTE, sections={Section.OTRO: (Statement("Niega tos.", (Span(0, 1),), Origin.WRITTEN),)})
    draft, signed = (export(replace(one, note=note), "fhir").data.decode() for one in (DRAFT, SIGNED))
    assert "Niega tos. (redactado)" in draft and "redactado" not in signed


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_file_names_name_no_patient(form: str) -> None:
    assert export(SIGNED, form).name.startswith("nota-202611221000.")
    assert export(DRAFT, form).name.startswith("borrador-202611221000.")


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_whatever_was_pasted_can_leave(form: str) -> None:
    made = export(HOSTILE, form)
    assert made.data
    if form == "docx":
        with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
            assert archive.testzip() is None
        assert "<b>x</b> & ]]>" in words(form, made.data)


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


def test_fhir_bundle_is_a_document_with_its_findings() -> None:
    bundle = json.loads(export(SIGNED, "fhir").data)
    assert bundle["type"] == "document"
    (composition,) = resources(bundle, "Composition")
    assert bundle["entry"][0]["resource"] == composition
    assert composition["status"] == "final"
    assert composition["attester"][0]["time"] == SIGNATURE.at
    assert composition["identifier"]["value"] == SIGNATURE.hash
    codes = {s["code"]["coding"][0]["code"] for s in composition["section"] if "code" in s}
    assert "10164-2" in codes, "LOINC of the present illness"
    assert composition["section"][-1]["title"] == "Adenda 1"
    (pressure,) = [one for one in resources(bundle, "Observation") if "component" in one]
    assert pressure["code"]["coding"][0]["code"] == "85354-9"
    assert [one["valueQuantity"]["value"] for one in pressure["component"]] == [138.0, 84.0]
    (ivu,) = resources(bundle, "Condition")
    assert ivu["code"]["coding"][0] == {
        "system": "http://hl7.org/fhir/sid/icd-10", "code": "N39.0", "display": "Infección de vías urinarias",
    }  # fmt: skip
    assert ivu["verificationStatus"]["coding"][0]["code"] == "provisional", "«probable» is not confirmed"
    states = {m["medicationCodeableConcept"]["text"]: m["status"] for m in resources(bundle, "MedicationRequest")}
    assert states == {"losartán": "active", "glibenclamida": "stopped"}
    spans = [x for p in resources(bundle, "Provenance") for x in p["entity"][0].get("extension", [])]
    assert spans
    assert all({part["url"] for part in one["extension"]} == {"inicio", "fin"} for one in spans)


def test_fhir_draft_is_preliminary_and_proposes_only() -> None:
    bundle = json.loads(export(DRAFT, "fhir").data)
    (composition,) = resources(bundle, "Composition")
    assert composition["status"] == "preliminary"
    assert "BORRADOR" in composition["title"]
    assert "attester" not in composition
    assert {m["status"] for m in resources(bundle, "MedicationRequest")} == {"draft", "stopped"}
    assert {c["verificationStatus"]["coding"][0]["code"] for c in resources(bundle, "Condition")} == {"unconfirmed"}


def test_a_broken_bundle_does_not_leave() -> None:
    good = bundle_of(DRAFT)
    dangling = json.loads(json.dumps(good))
    dangling["entry"][0]["resource"]["subject"]["reference"] = "urn:uuid:nadie"
    wrong = json.loads(json.dumps(good))
    del wrong["entry"][0]["resource"]["status"]
    for bundle in (dangling, wrong):
        with pytest.raises(ValueError):
            validate(bundle)
