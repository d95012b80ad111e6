"""Another key for the notes, on SQLite and on a real PostgreSQL; what is signed stays signed and guarded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from copilot.auditing import open_log, record_configuration
from copilot.notes import Shelf, Working, open_shelf
from copilot.notes.errors import NotesUnavailable
from copilot.notes.rekey import rekey
from copilot.notes.shelf import notes_url
from copilot.settings import Settings, get_settings
from guardrails.audit.reading import Filters, Reader
from tests.audit.audit_servers import Server

from .test_shelf import ANA, EVA, add, signed


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    one = Server()
    one.start()
    yield one
    one.destroy()


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    url = request.getfixturevalue("postgres").new_database() if request.param == "postgresql" else ""
    return Settings(data_dir=tmp_path / "datos", notes_url=url)


def filled(site: Settings) -> tuple[Shelf, str, str]:
    """A shelf with a draft, a signed note with its addendum, and another physician's draft."""
    shelf = open_shelf(site)
    draft = shelf.create(ANA, Working(text="Tos de tres días."))
    note = signed(shelf)
    add(shelf, note, "Se recibe urocultivo.")
    shelf.create(EVA, Working(text="Otalgia."))
    return shelf, draft.id, note


def refuses(site: Settings, change: str) -> None:
    engine = create_engine(notes_url(site))
    with pytest.raises(DBAPIError, match="nota firmada"), engine.begin() as connection:
        connection.execute(text(change))
    engine.dispose()


@pytest.mark.parametrize("table", ["note_signed", "note_addendum"])
@pytest.mark.parametrize("change", ["UPDATE {} SET hash = 'x'", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_what_is_signed(site: Settings, table: str, change: str) -> None:
    filled(site)
    refuses(site, change.format(table))


def test_everything_opens_with_the_new_key_and_stays_guarded(site: Settings) -> None:
    shelf, draft, note = filled(site)
    before = shelf.signed(ANA, note)
    done = rekey(site)
    assert done.values == 5  # two drafts' words, card and body of the note, the addendum
    # A server that was running goes on: it reads and writes with the key it had not seen.
    assert shelf.draft(ANA, draft).working.text == "Tos de tres días."
    assert shelf.save(ANA, draft, 1, Working(text="Tos y fiebre.")) == 2
    (site.data_dir / "keys" / done.kept).unlink()
    fresh = open_shelf(site)
    after = fresh.signed(ANA, note)
    assert after.intact and after.document == before.document
    assert fresh.draft(ANA, draft).working.text == "Tos y fiebre."
    for change in ("UPDATE note_signed SET hash = 'x'", "DELETE FROM note_addendum"):
        refuses(site, change)


def test_the_old_key_alone_opens_nothing_any_more(site: Settings) -> None:
    filled(site)
    keys = site.data_dir / "keys"
    old = (keys / "notes.key").read_bytes()
    done = rekey(site)
    (keys / done.kept).unlink()
    (keys / "notes.key").write_bytes(old)
    with pytest.raises(NotesUnavailable, match="falta la llave"):
        open_shelf(site).cards(ANA)


def test_a_damaged_value_stops_it_and_no_row_has_changed(tmp_path: Path) -> None:
    site = Settings(data_dir=tmp_path / "datos")
    shelf, draft, note = filled(site)
    engine = create_engine(notes_url(site))
    with engine.begin() as connection:
        rows = "SELECT id, working FROM note_draft"
        cut = "CAST(substr(working, 1, 40) AS BLOB)"
        connection.execute(text(f"UPDATE note_draft SET working = {cut} WHERE account = {EVA}"))
        held = connection.execute(text(rows)).all()
    with pytest.raises(NotesUnavailable, match="alterada"):
        rekey(site)
    with engine.begin() as connection:
        assert connection.execute(text(rows)).all() == held
    assert shelf.signed(ANA, note).intact
    assert shelf.draft(ANA, draft).working.text == "Tos de tres días."
    refuses(site, "DELETE FROM note_signed")


def test_the_command_logs_and_the_configuration_is_not_logged_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "datos"))
    get_settings.cache_clear()
    try:
        from copilot.cli import app

        site = get_settings()
        filled(site)
        with open_log(site) as log:
            record_configuration(log, site)
        said = CliRunner().invoke(app, ["notes", "rekey"])
        assert said.exit_code == 0, said.output
        assert "5 valores" in said.output
        with open_log(site) as log:
            assert record_configuration(log, site) is False
            found = list(log.search(Filters(action="settings_change"), reader=Reader("prueba")))
        told = [one for one in found if "notes.key" in json.dumps(one.content)]
        assert {one.context["outcome"] for one in told} == {"started", "ok"}
    finally:
        get_settings.cache_clear()
