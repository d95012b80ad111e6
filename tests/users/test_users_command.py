"""``copilot users``: what it prints, what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from copilot.cli.users import users
from copilot.errors import CopilotError, UsageError
from copilot.settings import get_settings

PHRASE = "cuatro-palabras-sin-orden"


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "datos"))
    get_settings.cache_clear()


def run(*arguments: str, text: str = "") -> str:
    done = CliRunner().invoke(users, list(arguments), input=text)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_an_account_through_its_whole_life() -> None:
    once = run("add", "dra.ruiz", "--role", "medico", "--role", "comision").strip().splitlines()[-1]
    assert len(once) == 19
    assert once not in run("list")
    assert once != run("passwd", "dra.ruiz").strip().splitlines()[-1]
    run("passwd", "dra.ruiz", "--password-stdin", text=PHRASE + "\n")
    assert any(one.startswith("copiloto_") for one in run("token", "dra.ruiz", "--label", "hce").splitlines())
    assert "1" in run("revoke", "dra.ruiz")
    run("disable", "dra.ruiz")
    assert "baja" in run("list")
    with pytest.raises(CopilotError):
        run("token", "dra.ruiz")


@pytest.mark.parametrize("role", ["jefe", "sistema", ""])
def test_roles_that_do_not_exist_are_refused(role: str) -> None:
    with pytest.raises(UsageError):
        run("add", "dra.ruiz", "--role", role)


def test_nobody_by_that_name() -> None:
    for verb in ("disable", "enable", "passwd", "token", "revoke"):
        with pytest.raises(CopilotError, match="ningún usuario"):
            run(verb, "nadie")
