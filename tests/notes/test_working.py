"""The text that a corrected note stands for, who may sign, and what the hash covers."""

from __future__ import annotations

import pytest

from copilot.domain import Section, Span
from copilot.errors import InputError
from copilot.export.document import Document
from copilot.notes import ChosenCode, EditedStatement, NoteError, Working
from copilot.notes.signing import Signer, addendum_content, content_of, digest, signer
from copilot.notes.work import carried, changed
from copilot.notes.working import check, revise, sections_of, untouched

from .conftest import SOURCE, proposal


def edited(**texts: str) -> Working:
    """The proposal with other words for some statements (``s1="…"``); "" takes one out."""
    base = untouched(proposal())
    rows = [one.model_copy(update={"text": texts.get(one.id, one.text)}) for one in base.statements]
    return base.model_copy(update={"statements": tuple(one for one in rows if one.text)})


def test_untouched_is_the_source_itself() -> None:
    assert revise(proposal(), edited()).text == SOURCE
    assert changed(proposal(), edited()) == 0


def test_a_correction_stands_where_the_old_words_stood() -> None:
    revised = revise(proposal(), edited(s2="TA 130/80."))
    assert revised.text == SOURCE.replace("TA 110/70.", "TA 130/80.")
    at = revised.text.index("130/80")
    assert revised.to_source(Span(at, at + 6)) is None, "these words are the physician's"
    assert revised.owner(Span(at, at + 6)) == "s2"
    drug = revised.text.index("100 mg")
    assert revised.to_source(Span(drug, drug + 6)) == Span(SOURCE.index("100 mg"), SOURCE.index("100 mg") + 6)


def test_what_was_taken_out_is_not_read_again() -> None:
    revised = revise(proposal(), edited(s4=""))
    assert "Nitrofurantoína" not in revised.text
    assert changed(proposal(), edited(s4="")) == 1


def test_moved_and_added_statements() -> None:
    base = untouched(proposal())
    rows = [one.model_copy(update={"section": Section.EVOLUCION}) if one.id == "s1" else one for one in base.statements]
    rows.append(EditedStatement(id="n0", section=Section.PRONOSTICO, text="Bueno para la función."))
    working = base.model_copy(update={"statements": tuple(rows)})
    revised = revise(proposal(), working)
    sections = sections_of(proposal(), working, revised)
    assert [one.text for one in sections[Section.EVOLUCION]] == ["Disuria de 3 días, sin fiebre."]
    (new,) = sections[Section.PRONOSTICO]
    assert revised.text[slice(*new.spans[0])] == "Bueno para la función."
    assert Section.PADECIMIENTO_ACTUAL not in sections
    assert changed(proposal(), working) == 2


@pytest.mark.parametrize(
    "rows",
    [
        [EditedStatement(id="s9", section=Section.OTRO, text="Nadie propuso esto.")],
        [EditedStatement(id="s1", section=Section.OTRO, text=text) for text in ("Una vez.", "Dos veces.")],
    ],
    ids=["unknown", "twice"],
)
def test_a_page_cannot_say_that_something_was_proposed(rows: list[EditedStatement]) -> None:
    with pytest.raises(InputError):
        check(proposal(), Working(statements=tuple(rows)))


def test_a_code_of_no_table_is_refused() -> None:
    with pytest.raises(InputError):
        check(proposal(), Working(codes=(ChosenCode(diagnosis="IVU", code="Z99.Z"),)))


def test_corrections_survive_a_second_structuring() -> None:
    from copilot.notes.shelf import Draft

    old = Draft("a", 1, 3, 0, edited(s2="TA 130/80.", s1=""), proposal())
    fresh = carried(old, proposal(), untouched(proposal()))
    texts = {one.id: one.text for one in fresh.statements}
    assert texts["s2"] == "TA 130/80."
    assert "s1" not in texts


@pytest.mark.parametrize(
    ("name", "cedula", "known", "why"),
    [
        ("", "12345678", "", "nombre completo"),
        ("Ana", "12345678", "", "nombre completo"),
        ("12 34567", "12345678", "", "nombre completo"),
        ("Ana Ruiz", "", "", "cédula"),
        ("Ana Ruiz", "1234", "", "cédula"),
        ("Ana Ruiz", "123456789", "", "cédula"),
        ("Ana Ruiz", "12E45678", "", "cédula"),
        ("Ana Ruiz", "11111111", "", "cédula"),
        ("Ana Ruiz", "٣٤٥٦٧٨٩٠", "", "cédula"),
        ("Ana Ruiz", "12345678", "87654321", "registrada"),
    ],
)
def test_who_cannot_sign(name: str, cedula: str, known: str, why: str) -> None:
    with pytest.raises(NoteError, match=why):
        signer(name, cedula, "", known)


def test_the_account_decides_the_name() -> None:
    assert signer("Otra Persona", "12.345.678", "Ana Ruiz Soto", "12345678") == Signer("Ana Ruiz Soto", "12345678")
    assert signer("Ana Ruiz Soto", "1234567", "Ana").name == "Ana Ruiz Soto", "a nickname is no signature"


def test_the_hash_covers_everything_that_is_shown() -> None:
    document = Document(proposal().note, SOURCE, "UMF 1", "hoy", (("Paciente", "Ximena"),))
    who = Signer("Ana Ruiz Soto", "12345678")
    base = digest(content_of(document, who, "2026-11-22T10:00:00-06:00", "7-abc"))
    others = [
        content_of(document, Signer("Ana Ruiz Soto", "12345679"), "2026-11-22T10:00:00-06:00", "7-abc"),
        content_of(document, who, "2026-11-22T10:00:01-06:00", "7-abc"),
        content_of(Document(proposal().note, SOURCE + " ", "UMF 1", "hoy"), who, "2026-11-22T10:00:00-06:00", "7-abc"),
        content_of(document, who, "2026-11-22T10:00:00-06:00", "8-abc"),
    ]
    assert base not in {digest(one) for one in others}
    assert base == digest(content_of(document, who, "2026-11-22T10:00:00-06:00", "7-abc"))


@pytest.mark.parametrize("text", ["", "  \n ", "a" * 20_001])
def test_an_addendum_needs_words(text: str) -> None:
    with pytest.raises(NoteError):
        addendum_content(text, Signer("Ana Ruiz", "1234567"), "", "h", "", 1)


def test_what_the_model_wrote_travels_with_the_physicians_words() -> None:
    from dataclasses import replace

    from copilot.domain import Origin
    from copilot.notes.shelf import Draft
    from copilot.web.physician_draft import draft_data

    one = proposal()
    (old,) = one.note.sections[Section.PADECIMIENTO_ACTUAL]
    new = replace(old, text="Presenta disuria de tres días de evolución, sin fiebre.", origin=Origin.WRITTEN)
    written = replace(one, note=replace(one.note, sections={**one.note.sections, Section.PADECIMIENTO_ACTUAL: (new,)}))
    working = untouched(written)
    assert revise(written, working).text == SOURCE, "the norm is asked of what the physician wrote"
    row = draft_data(Draft("a", 1, 1, 0, working, written))["proposed"]["s1"]
    assert row["text"] == new.text
    assert row["written"] == "Disuria de 3 días, sin fiebre."
    assert draft_data(Draft("a", 1, 1, 0, working, written))["proposed"]["s2"]["written"] == ""
