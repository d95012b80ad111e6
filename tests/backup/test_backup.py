"""A site copied while it works and put back elsewhere: nothing lost, nothing altered unnoticed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot.auditing import open_log
from copilot.backup import BackupError, back_up, restore
from copilot.errors import CopilotError, UsageError
from copilot.notes import open_shelf
from copilot.notes.working import Working
from copilot.settings import Settings
from copilot.users import open_site
from guardrails.audit import Action, AuditEntry, Role
from guardrails.audit.verify import trusted_keys, verify_store

PHRASE = "cuatro-palabras-sin-orden"


def entry(number: int) -> AuditEntry:
    return AuditEntry(action=Action.ASK, user="dra.ruiz", outcome="answered", detail={"n": number})


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """A small site that has worked: an account, a draft, a log."""
    settings = Settings(data_dir=tmp_path / "datos")
    with open_log(settings) as log:
        people = open_site(settings, lambda: log)
        people.accounts.add("dra.ruiz", [Role.PHYSICIAN], password=PHRASE)
        people.accounts.store.close()
        for number in range(20):
            log.append(entry(number))
    open_shelf(settings).create(1, Working(text="Tos de tres días."))
    (settings.data_dir / "cache").mkdir()
    (settings.data_dir / "cache" / "vectores").write_bytes(b"x" * 1000)
    return settings


def verified(settings: Settings) -> bool:
    with open_log(settings) as log:
        return verify_store(log.store, trusted=trusted_keys(settings.data_dir / "keys")).ok


def test_a_copy_made_while_the_site_works_can_be_put_back_and_goes_on(site: Settings, tmp_path: Path) -> None:
    with open_log(site) as log:  # the service is running, and goes on writing after the copy
        folder = back_up(site, tmp_path / "copias", tmp_path / "llaves")
        log.append(entry(99))
    keys = next((tmp_path / "llaves").iterdir())
    assert not list(folder.rglob("*.key")), "the keys are apart"
    assert not (folder / "cache").exists()

    new = Settings(data_dir=tmp_path / "restaurado")
    assert restore(new, folder, keys) > 3
    assert verified(new)
    with open_log(new) as log:
        log.append(entry(100))
        people = open_site(new, lambda: log)
        assert people.signin.check("dra.ruiz", PHRASE, "127.0.0.1")
        people.accounts.store.close()
    draft = open_shelf(new).latest(1)
    assert draft is not None and draft.working.text == "Tos de tres días."
    assert verified(new)
    assert (new.data_dir / "keys").stat().st_mode & 0o077 == 0


def test_notes_cannot_be_read_without_the_keys(site: Settings, tmp_path: Path) -> None:
    folder = back_up(site, tmp_path / "copias", tmp_path / "llaves")
    with pytest.raises(BackupError, match="--keys"):
        restore(Settings(data_dir=tmp_path / "nuevo"), folder)
    assert not (tmp_path / "nuevo").exists()
    assert all(b"tres d" not in path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("harm", ["byte", "missing", "outside", "list"])
def test_a_copy_that_does_not_hold_restores_nothing(site: Settings, tmp_path: Path, harm: str) -> None:
    folder = back_up(site, tmp_path / "copias")
    log = folder / "audit" / "log.sqlite"
    if harm == "byte":
        data = bytearray(log.read_bytes())
        data[-1] ^= 1
        log.write_bytes(data)
    elif harm == "missing":
        log.unlink()
    elif harm == "outside":
        listed = json.loads((folder / "copia.json").read_text())
        listed["files"]["../fuera"] = "00"
        (folder / "copia.json").write_text(json.dumps(listed))
    else:
        (folder / "copia.json").write_text("[]")
    with pytest.raises(CopilotError):
        restore(Settings(data_dir=tmp_path / "nuevo"), folder)
    assert not (tmp_path / "nuevo").exists()
    assert not (tmp_path / "fuera").exists()


def test_nothing_is_ever_written_over(site: Settings, tmp_path: Path) -> None:
    folder = back_up(site, tmp_path / "copias")
    with pytest.raises(UsageError, match="no está vacía"):
        restore(site, folder)
    with pytest.raises(UsageError, match="dentro de la carpeta de datos"):
        back_up(site, site.data_dir / "copias")
    with pytest.raises(UsageError, match="Todavía no hay datos"):
        back_up(Settings(data_dir=tmp_path / "nada"), tmp_path / "copias")


def test_an_older_copy_of_the_log_alone_is_noticed(site: Settings, tmp_path: Path) -> None:
    """Who puts back only the old log keeps newer keys: the missing end shows."""
    folder = back_up(site, tmp_path / "copias")
    with open_log(site) as log:
        for number in range(5):
            log.append(entry(number))
    for path in (site.data_dir / "audit").iterdir():
        path.unlink()
    (site.data_dir / "audit" / "log.sqlite").write_bytes((folder / "audit" / "log.sqlite").read_bytes())
    with pytest.raises(Exception, match=r"bitácora"), open_log(site) as log:
        log.append(entry(7))
