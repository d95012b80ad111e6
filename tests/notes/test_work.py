"""What a physician does with a note, with the real redactor, norm and log: logged first, without personal data."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copilot.domain import Section
from copilot.facade import Actor, Copilot, LogError
from copilot.notes import Draft, EditedStatement, NoteConflict, NoteError, open_shelf
from copilot.notes.proposal import flat
from copilot.notes.signing import Signer
from copilot.notes.talk import amended
from copilot.notes.work import NoteWork
from copilot.notes.working import untouched
from copilot.settings import Settings
from guardrails.audit import AuditUnavailable
from guardrails.audit.reading import Filters, Reader

from .conftest import proposal

ANA = 1
ACTOR = Actor(user="ana")
PROGNOSIS = "Bueno para la función. Se informa a su madre Rosa Villaseñor."
WHO = Signer("Ana Ruiz Soto", "12345678")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copilot]:
    pilot = Copilot(Settings(data_dir=tmp_path_factory.mktemp("sitio"), unit="UMF 1", use_llm=False))
    yield pilot
    pilot.log.close()


@pytest.fixture
def work(site: Copilot) -> NoteWork:
    return NoteWork(site, open_shelf(site.settings))


def corrected(work: NoteWork) -> Draft:
    """A draft whose pressure the physician corrected, with a prognosis added and the name of a relative."""
    one = proposal()
    base = untouched(one)
    rows = [r.model_copy(update={"text": "TA 130/80, FC 78."}) if r.id == "s2" else r for r in base.statements]
    rows.append(EditedStatement(id="n0", section=Section.PRONOSTICO, text=PROGNOSIS))
    return work.shelf.create(ANA, base.model_copy(update={"statements": tuple(rows)}), one)


def entries(site: Copilot, action: str) -> list[Any]:
    return list(site.log.search(Filters(action=action), reader=Reader("prueba")))


def test_the_corrected_note_is_read_anew(work: NoteWork) -> None:
    plain = work.shelf.create(ANA, untouched(proposal()), proposal())
    before, _ = work.review(plain, ACTOR)
    after, _ = work.review(corrected(work), ACTOR)
    values = {one.name: one.value for one in after.vitals}
    assert values["ta"] == "130/80"
    assert values["fc"] == "78"
    gone = {one.element for one in before.missing} - {one.element for one in after.missing}
    assert any("pronostico" in one for one in gone), "what was added is no longer missing"
    assert [one.text for one in after.sections[Section.PRONOSTICO]] == [PROGNOSIS]


def test_signed_after_a_restart_and_logged_without_names(work: NoteWork, site: Copilot) -> None:
    draft = corrected(work)
    again = NoteWork(site, work.shelf)  # nothing of the first one's memory
    name = again.sign(draft, WHO, ACTOR)
    note = again.shelf.signed(ANA, name)
    assert note.intact
    assert note.document.changed == 2
    assert dict(note.document.patient)["Paciente"] == "Ximena Orozco Villaseñor"
    assert flat(note.proposal.note.sections[Section.EXPLORACION_FISICA][0].text) == "TA 110/70."
    entry = entries(site, "sign")[0]
    assert entry.id == note.document.signature.entry  # type: ignore[union-attr]
    said = json.dumps(entry.content, ensure_ascii=False)
    assert entry.content["detail"]["hash"] == note.document.signature.hash  # type: ignore[union-attr]
    assert entry.content["detail"]["kinds"] == {"replace": 1, "add": 1}
    assert "130/80" in said
    for word in ("Orozco", "Ximena", "Rosa", "Ruiz", "12345678"):
        assert word not in said, word


def test_nothing_leaves_that_the_log_does_not_have(
    work: NoteWork, site: Copilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = corrected(work)
    name = work.sign(corrected(work), WHO, ACTOR)
    made = work.export_draft(draft, "pdf", ACTOR)
    assert made.data.startswith(b"%PDF")
    work.export_signed(work.shelf.signed(ANA, name), "fhir", ACTOR)
    assert [one.content["detail"]["form"] for one in entries(site, "export")[:2]] == ["fhir", "pdf"]

    def full(*_: object, **__: object) -> None:
        raise AuditUnavailable("La bitácora no puede escribirse.")

    monkeypatch.setattr(type(site.log), "append", full)
    signed = work.shelf.signed(ANA, name)
    for attempt in (
        lambda: work.export_draft(draft, "txt", ACTOR),
        lambda: work.export_signed(signed, "txt", ACTOR),
        lambda: work.sign(draft, WHO, ACTOR),
        lambda: work.add(signed, ANA, "Nada.", WHO, ACTOR),
        lambda: work.discard(draft, ACTOR),
    ):
        with pytest.raises(LogError):
            attempt()
    assert work.shelf.signed(ANA, name).document.addenda == ()
    assert not work.shelf.draft(ANA, draft.id).discarded


def test_an_altered_note_neither_leaves_nor_grows(work: NoteWork, site: Copilot) -> None:
    name = work.sign(corrected(work), WHO, ACTOR)
    path = Path(site.settings.data_dir) / "notes/notes.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("DROP TRIGGER IF EXISTS note_signed_no_update")
        db.execute("UPDATE note_signed SET hash = ? WHERE id = ?", ("0" * 64, name))
    note = work.shelf.signed(ANA, name)
    with pytest.raises(NoteConflict):
        work.export_signed(note, "pdf", ACTOR)
    with pytest.raises(NoteConflict):
        work.add(note, ANA, "Se agrega.", WHO, ACTOR)


def test_text_alone_cannot_be_signed(work: NoteWork) -> None:
    draft = work.shelf.create(ANA, untouched(proposal()).model_copy(update={"statements": ()}))
    with pytest.raises(NoteError):
        work.sign(draft, WHO, ACTOR)


def test_a_change_asked_for_in_words_keeps_the_other_statements() -> None:
    from copilot.assistant.amendments import propose
    from copilot.notes.talk import _keys

    one = proposal()
    working = untouched(one)
    keys = _keys(one.note, working)
    asked = propose(one.note, one.source, "agrega cita abierta a urgencias", lambda _: Section.TRATAMIENTO)
    rows = amended(one.note, asked.note, keys)
    assert [row.id for row in rows if row.id.startswith("s")] == [row.id for row in working.statements]
    (new,) = [row for row in rows if row.id.startswith("n")]
    assert (new.section, new.text) == (Section.TRATAMIENTO, "cita abierta a urgencias")

    asked = propose(one.note, one.source, "son 5 días, no 3", lambda _: Section.OTRO)
    rows = amended(one.note, asked.note, keys)
    assert {row.id: row.text for row in rows}["s1"] == "Disuria de 5 días, sin fiebre."
    assert len(rows) == len(working.statements)
