"""Measured tables in README and guides: copied from their fragments, never invented where none was measured."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from eval import figures

KEPT = "<!-- figures:dos -->\nnada\n<!-- /figures:dos -->"
MARKED = f"# Guía\n<!-- figures:uno -->\nviejo\n<!-- /figures:uno -->\ny\n{KEPT}\n"


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A README and a guide with one measured and one unmeasured table."""
    monkeypatch.setattr(figures, "ROOT", tmp_path)
    monkeypatch.setattr(figures, "FRAGMENTS", tmp_path / "docs" / "figures")
    figures.write_fragment("uno", "| a |\n|---|", dataset="datos", command="orden")
    made = [tmp_path / "README.md", tmp_path / "docs" / "guia.md"]
    for path in made:
        path.write_text(MARKED, encoding="utf-8")
    return made


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["figures", *arguments])
    return figures.main()


def test_readme_and_guides_get_the_table_and_what_was_not_measured_stays(
    pages: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(monkeypatch) == 0
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert "| a |" in text and "viejo" not in text
        assert KEPT in text


def test_the_check_names_the_page_that_is_stale(
    pages: list[Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch)
    assert run(monkeypatch, "--check") == 0
    pages[1].write_text(MARKED, encoding="utf-8")
    assert run(monkeypatch, "--check") == 1
    assert "docs/guia.md" in capsys.readouterr().err
    assert "viejo" in pages[1].read_text(encoding="utf-8"), "a check changes nothing"


def test_the_project_s_pages_show_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, "--check") == 0
