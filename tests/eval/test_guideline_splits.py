"""The question sets: each split has its files, and what is for measuring only is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.guidelines import answers
from eval.guidelines.answers import DEVELOPMENT, SPLITS, questions


@pytest.mark.parametrize("split", [one for one in SPLITS if one in DEVELOPMENT])
def test_a_development_split_has_questions_of_its_own(split: str) -> None:
    asked = questions(split)
    assert len({one.id for one in asked}) == len(asked)
    assert all(one.question for one in asked)
    assert all(one.accept_keys for one in asked if one.kind == "catalogo")


def test_the_reserved_split_is_for_measuring_only() -> None:
    assert "held5" in SPLITS
    assert "held5" not in DEVELOPMENT


def test_three_files_make_a_reserved_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "questions_held5.jsonl").write_text(
        '{"id": "x1", "question": "¿meta?", "key": "PAI-HAS", "also": ["PRONAM-HAS"], "facts": [["130"], "80"]}\n'
    )
    (tmp_path / "catalogue_held5.tsv").write_text("pregunta\tclaves\nle duele el oído\tGPC-1 GPC-2\n")
    (tmp_path / "nothing_held5.tsv").write_text("pregunta\nlonafarnib\n")
    monkeypatch.setattr(answers, "GUIDELINES", tmp_path)
    one, two, three = questions("held5")
    assert (one.kind, one.accept_keys, one.facts) == ("protocolo", ["PAI-HAS", "PRONAM-HAS"], [["130"], ["80"]])
    assert (two.kind, two.accept_keys) == ("catalogo", ["GPC-1", "GPC-2"])
    assert (three.kind, three.split) == ("nada", "held5")


def test_a_split_without_its_files_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "GUIDELINES", tmp_path)
    with pytest.raises(FileNotFoundError):
        questions("held5")
