"""A run says what it was measured with; going on with something else, or comparing two such runs, is not silent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from copilot.errors import UsageError
from copilot.settings import Settings
from eval import identity, runs
from eval.__main__ import main
from eval.report.compare import warnings
from eval.tasks.execute import collect, describe, resumed

SUITES = ["alcance", "detector", "omision"]


@pytest.fixture(scope="module")
def without_model(settings: Settings) -> Settings:
    return settings.model_copy(update={"use_llm": False})


@pytest.fixture(scope="module")
def made(without_model: Settings) -> runs.Manifest:
    return describe(without_model, "corrida", SUITES, "")


def begun(tmp_path: Path, manifest: runs.Manifest) -> tuple[Path, runs.Manifest]:
    """A run with one result kept."""
    folder = tmp_path / manifest.run
    runs.save(folder, manifest)
    (folder / "cache").mkdir()
    (folder / "cache" / "alcance-1.json").write_text("{}", encoding="utf-8")
    return folder, runs.load(folder)


def test_a_run_names_prompts_guard_sets_guidelines_and_settings(made: runs.Manifest) -> None:
    names = set(made.parts)
    assert {"plantilla redaccion_caso", "guardián combiner.json", "guardián adapter.gguf"} <= names
    assert {"conjunto alcance-held5", "conjunto notas", "ajuste redaction_policy", "ajuste llm_threads"} <= names
    assert any(name.startswith("guía PAI-HAS") for name in names)
    assert "conjunto guias-held5" not in names, "of the suites that run alone"


@pytest.mark.parametrize("part", ["plantilla redaccion_caso", "guardián adapter.gguf", "conjunto notas"])
def test_a_run_is_not_resumed_with_another_part(
    tmp_path: Path, without_model: Settings, made: runs.Manifest, part: str
) -> None:
    folder, manifest = begun(tmp_path, replace(made, parts=made.parts | {part: "otra cosa"}))
    with pytest.raises(UsageError, match=part):
        resumed(without_model, folder, manifest)
    resumed(without_model, folder, manifest, force=True)
    assert len(manifest.mixed) == 1 and part in manifest.mixed[0]


@pytest.mark.parametrize(
    "change",
    [
        {"code": "1234567"},
        {"model": {"name": "otro", "sha256": "ab"}},
        {"prompt": {"name": "redaccion", "id": "redaccion", "version": "0", "hash": "ab"}},
    ],
)
def test_nor_with_another_model_prompt_or_code(
    tmp_path: Path, without_model: Settings, made: runs.Manifest, change: dict[str, object]
) -> None:
    folder, manifest = begun(tmp_path, replace(made, **change))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="--force"):
        resumed(without_model, folder, manifest)


def test_the_same_run_goes_on_and_one_without_results_takes_what_is_here(
    tmp_path: Path, without_model: Settings, made: runs.Manifest
) -> None:
    folder, manifest = begun(tmp_path, made)
    assert resumed(without_model, folder, manifest) == [] and not manifest.mixed
    fresh = replace(made, run="nueva", code="1234567", parts={})
    runs.save(tmp_path / "nueva", fresh)
    resumed(without_model, tmp_path / "nueva", fresh)
    assert fresh.code == made.code and fresh.parts == made.parts


def test_the_command_refuses_in_spanish(
    settings: Settings, made: runs.Manifest, capsys: pytest.CaptureFixture[str]
) -> None:
    begun(runs.home(settings), replace(made, run="00000000-000000", code="1234567"))
    assert main(["run", "--resume", "00000000-000000", "--no-report"]) == 2
    assert "cambió aquello que mide" in capsys.readouterr().err


def test_a_comparison_says_what_else_differs(run: Path, worse: Path) -> None:
    for folder, parts in ((run, {"conjunto notas": "a"}), (worse, {"conjunto notas": "b"})):
        manifest = runs.load(folder)
        manifest.parts = parts
        runs.save(folder, manifest)
    assert [line for line in warnings(run, worse) if "conjunto notas: a → b" in line]
    assert warnings(run, run) == []


def test_a_guideline_that_one_run_lacked_is_a_difference(made: runs.Manifest) -> None:
    fewer = {name: value for name, value in made.parts.items() if not name.startswith("guía PAI-HAS")}
    assert any("PAI-HAS" in line for line in identity.changed(made, replace(made, parts=fewer)))


def test_what_counted_the_results_is_recorded(run: Path) -> None:
    manifest = runs.load(run)
    collect(run, manifest)
    assert manifest.scored_with == runs.commit()
    assert "scored_with" in json.dumps(manifest.__dict__)
