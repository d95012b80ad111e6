"""A small slice of every suite on the real models, through the same commands as the whole, with gates."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.settings import Settings
from eval import runs
from eval.__main__ import main
from eval.report.build import PAGE

QUICK = ("redaccion_datos", "alcance", "abstencion", "guias", "detector")


def last(settings: Settings) -> Path:
    return runs.find(settings, "última")


def test_a_slice_of_the_quick_suites_keeps_the_gates(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *QUICK, "--limit", "3", "--model", "none"]) == 0
    folder = last(settings)
    assert {one.measure.split(".")[0] for one in runs.events(folder)} == set(QUICK)
    assert (folder / PAGE).is_file()
    code = main(["gate", "última", "--profile", "rapido"])
    assert code == 0, capsys.readouterr().out


@pytest.mark.slow
def test_a_slice_of_structuring_and_writing_keeps_the_gates(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "estructura", "alucinacion", "omision", "--limit", "1", "--seed", "1", "--no-report"]) == 0
    folder = last(settings)
    assert runs.load(folder).model["name"] == settings.llm
    code = main(["gate", "última", "--profile", "rapido"])
    assert code == 0, capsys.readouterr().out
