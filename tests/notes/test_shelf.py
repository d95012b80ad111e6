"""The shelf: what is on disk is sealed, each opens only their own, a signed note stays as it is."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from copilot.export.document import Document
from copilot.notes import NoteConflict, NoteMissing, Shelf, Working, open_shelf
from copilot.notes.errors import NotesUnavailable
from copilot.notes.signing import Signer, addendum_content, content_of
from copilot.notes.working import untouched
from copilot.settings import Settings

from .conftest import SOURCE, proposal

ANA, EVA = 1, 2
WHO = Signer("Ana Ruiz Soto", "12345678")
AT = "2026-11-22T10:00:00-06:00"


def signed(shelf: Shelf, account: int = ANA) -> str:
    one = proposal()
    draft = shelf.create(account, untouched(one), one)
    content = content_of(Document(one.note, SOURCE), WHO, AT, one.entry)
    return shelf.sign(draft, content, "Ximena Orozco Villaseñor", 1_795_000_000, lambda *_: "9-firma")


def add(shelf: Shelf, note: str, text: str) -> int:
    return shelf.add_addendum(
        ANA, note, 1_795_000_100, lambda h, b, n: addendum_content(text, WHO, AT, h, b, n), lambda *_: "10-adenda"
    )


def test_nothing_can_be_read_on_the_disk(shelf: Shelf, tmp_path: Path) -> None:
    shelf.create(ANA, Working(text=SOURCE), None)
    add(shelf, signed(shelf), "La paciente Orozco regresa sin disuria.")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    for path in files:
        data = path.read_bytes()
        for word in (b"Orozco", b"Disuria", b"disuria", b"Ruiz", b"12345678"):
            assert word not in data, path.name
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_another_persons_notes_do_not_exist(shelf: Shelf) -> None:
    draft = shelf.create(ANA, Working(text="Tos."))
    note = signed(shelf)
    with pytest.raises(NoteMissing):
        shelf.draft(EVA, draft.id)
    with pytest.raises(NoteMissing):
        shelf.save(EVA, draft.id, 1, Working(text="otra cosa"))
    with pytest.raises(NoteMissing):
        shelf.discard(EVA, draft.id, lambda: None)
    with pytest.raises(NoteMissing):
        shelf.recover(EVA, draft.id)
    with pytest.raises(NoteMissing):
        shelf.signed(EVA, note)
    with pytest.raises(NoteMissing):
        shelf.add_addendum(EVA, note, 0, lambda h, b, n: {}, lambda *_: "")
    shelf.remove(EVA, draft.id)
    assert shelf.draft(ANA, draft.id).working.text == "Tos."
    assert shelf.cards(EVA) == []
    assert shelf.latest(EVA) is None


def test_a_row_given_to_another_account_does_not_open(shelf: Shelf, tmp_path: Path) -> None:
    note = signed(shelf)
    with sqlite3.connect(tmp_path / "datos/notes/notes.sqlite") as db:
        db.execute("DROP TRIGGER note_signed_no_update")
        db.execute("UPDATE note_signed SET account = ?", (EVA,))
    with pytest.raises(NotesUnavailable, match="alterada"):
        shelf.signed(EVA, note)


@pytest.mark.parametrize("table", ["note_signed", "note_addendum"])
@pytest.mark.parametrize("change", ["UPDATE {} SET hash = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_is_signed(shelf: Shelf, tmp_path: Path, table: str, change: str) -> None:
    add(shelf, signed(shelf), "Se recibe urocultivo.")
    with sqlite3.connect(tmp_path / "datos/notes/notes.sqlite") as db, pytest.raises(sqlite3.IntegrityError):
        db.execute(change.format(table))


def test_an_exchanged_hash_is_seen(shelf: Shelf, tmp_path: Path) -> None:
    note = signed(shelf)
    assert shelf.signed(ANA, note).intact
    with sqlite3.connect(tmp_path / "datos/notes/notes.sqlite") as db:
        db.execute("DROP TRIGGER note_signed_no_update")
        db.execute("UPDATE note_signed SET hash = ?", ("0" * 64,))
    assert not shelf.signed(ANA, note).intact


def test_a_removed_or_swapped_addendum_is_seen(shelf: Shelf, tmp_path: Path) -> None:
    note = signed(shelf)
    assert [add(shelf, note, text) for text in ("Uno.", "Dos.")] == [1, 2]
    assert shelf.signed(ANA, note).intact
    with sqlite3.connect(tmp_path / "datos/notes/notes.sqlite") as db:
        db.execute("DROP TRIGGER note_addendum_no_delete")
        db.execute("DELETE FROM note_addendum WHERE number = 1")
    assert not shelf.signed(ANA, note).intact


def test_no_log_no_signature(shelf: Shelf) -> None:
    one = proposal()
    draft = shelf.create(ANA, untouched(one), one)
    content = content_of(Document(one.note, SOURCE), WHO, AT, one.entry)

    def fails(*_: object) -> str:
        raise NotesUnavailable("Sin bitácora.")

    with pytest.raises(NotesUnavailable):
        shelf.sign(draft, content, "", 0, fails)
    assert shelf.draft(ANA, draft.id).working == draft.working, "the draft is still there"
    assert [card.kind for card in shelf.cards(ANA)] == ["borrador"]


def test_a_draft_changed_in_another_window_is_not_overwritten(shelf: Shelf) -> None:
    draft = shelf.create(ANA, Working(text="Tos."))
    assert shelf.save(ANA, draft.id, 1, Working(text="Tos y fiebre.")) == 2
    with pytest.raises(NoteConflict):
        shelf.save(ANA, draft.id, 1, Working(text="Tos sin fiebre."))
    assert shelf.draft(ANA, draft.id).working.text == "Tos y fiebre."


def test_what_is_signed_twice_is_refused(shelf: Shelf) -> None:
    one = proposal()
    draft = shelf.create(ANA, untouched(one), one)
    content = content_of(Document(one.note, SOURCE), WHO, AT, one.entry)
    shelf.sign(draft, content, "", 0, lambda *_: "1-a")
    with pytest.raises(NoteMissing):
        shelf.sign(draft, content, "", 0, lambda *_: "2-b")


def test_discarded_comes_back_for_a_day(shelf: Shelf) -> None:
    draft = shelf.create(ANA, Working(text="Tos."))
    shelf.discard(ANA, draft.id, lambda: None)
    assert shelf.latest(ANA) is None
    assert shelf.cards(ANA) == []
    assert shelf.recover(ANA, draft.id).working.text == "Tos."
    assert shelf.latest(ANA) is not None


def test_search_without_accents_or_case(shelf: Shelf) -> None:
    signed(shelf)
    shelf.create(ANA, Working(text="Masculino con otalgia derecha."))
    assert [card.kind for card in shelf.cards(ANA, "OROZCO nitrofurantoina")] == ["firmada"]
    assert [card.kind for card in shelf.cards(ANA, "otálgia")] == ["borrador"]
    assert shelf.cards(ANA, "orozco otalgia") == []


def test_a_lost_key_is_told_and_not_replaced(shelf: Shelf, tmp_path: Path) -> None:
    shelf.create(ANA, Working(text="Tos."))
    key = tmp_path / "datos/keys/notes.key"
    key.unlink()
    with pytest.raises(NotesUnavailable, match="Restáurela"):
        open_shelf(Settings(data_dir=tmp_path / "datos"))
    assert not key.exists()


def test_a_key_that_others_can_read_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "datos/keys/notes.key").chmod(0o644)
    with pytest.raises(NotesUnavailable, match="chmod 600"):
        open_shelf(Settings(data_dir=tmp_path / "datos"))
