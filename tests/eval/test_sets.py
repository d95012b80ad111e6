"""Data sets: one table says which are held out, and no suite takes its questions from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.datasets.sets import ROOT, held, of_suite, sets, suite_text
from eval.guidelines.answers import DEVELOPMENT, SPLITS, questions
from eval.redaction.datasets import mexican
from eval.scope.requests import MEASURING, load_requests
from eval.tasks import SUITES
from eval.tasks import questions as asked
from eval.tasks.notes import marked_texts


def test_every_set_has_files_a_card_and_a_use() -> None:
    for one in sets().values():
        assert one.use in ("reservado", "desarrollo") and one.files(), one.name
        assert (ROOT / one.card).is_file(), one.card
        assert set(one.suites) <= set(SUITES), one.name


@pytest.mark.parametrize("suite", SUITES)
def test_what_a_suite_measures_on_is_held_out_but_for_the_notes_that_were_read(suite: str) -> None:
    known = {one.name: one.use for one in of_suite(suite)}
    assert "reservado" in known.values()
    assert {name for name, use in known.items() if use != "reservado"} <= {"notas-n03-n06"}
    assert "(reservado)" in suite_text(suite)


def test_suites_ask_the_held_out_questions_and_no_other() -> None:
    assert {one.question for one in asked.gold().values()} == {one.question for one in questions("held5")}
    wanted = {one.text for split in ("reserve", "held5") for one in load_requests(split)}
    assert {one.text for one in asked.requests().values()} == wanted
    kinds = {kind for _, _, kind in marked_texts().values()}
    assert "reserva5" in kinds and "reserva" not in kinds
    texts = {text for text, _, _ in marked_texts().values()}
    assert {one.text for one in mexican("reserva5")} <= texts
    assert not texts & {one.text for one in mexican("reserva")}


def test_the_lists_of_splits_follow_the_table() -> None:
    assert held("guias") == ("held5",) and set(held("alcance")) == set(MEASURING)
    assert {f"guias-{one}" for one in SPLITS} <= set(sets()) and not DEVELOPMENT & set(held("guias"))


def test_a_set_that_changes_has_another_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from eval.datasets import sets as module

    folder = tmp_path
    (folder / "a.txt").write_text("uno", encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", folder)
    one = module.DataSet("x", "reservado", (), ("a.txt",), "")
    before = one.digest()
    assert before == one.digest()
    (folder / "a.txt").write_text("dos", encoding="utf-8")
    assert one.digest() != before
    with pytest.raises(FileNotFoundError):
        module.DataSet("x", "reservado", (), ("b.txt",), "").files()
