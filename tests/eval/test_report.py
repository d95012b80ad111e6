"""Reports: self-contained, escaped, honest about what was not seen; gates that do not let a worse run through."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from copilot.errors import UsageError
from eval import runs
from eval.__main__ import main
from eval.report.build import page as page_of
from eval.report.build import write_report
from eval.report.compare import compare, compare_page, table
from eval.report.figures import RunFigures
from eval.report.gate import check, load_gates
from eval.report.markdown import judge_text
from eval.report.plots import kinds
from eval.tasks import SUITES


@pytest.fixture(scope="module")
def report(read_only_run: Path) -> tuple[str, str]:
    html, text = write_report(read_only_run, [read_only_run], read_only_run)
    return html.read_text(encoding="utf-8"), text.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(report: tuple[str, str]) -> str:
    return report[0]


def test_the_page_fetches_nothing(page: str) -> None:
    outside = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?\s*(?:https?:)?//[^"')\s]+""", page)
    assert not outside
    assert "<script" not in page and "<link" not in page and "@import" not in page
    assert "<svg" in page


def test_a_note_cannot_put_mark_up_into_the_page(page: str) -> None:
    assert "<b>izquierda</b>" not in page
    assert "&lt;b&gt;izquierda&lt;/b&gt;" in page
    assert "&lt;PACIENTE_1&gt;" in page


def test_the_worst_examples_show_their_source_marked(page: str) -> None:
    assert '<mark class="ev">rodilla derecha' in page
    assert "detenida: queda literal" in page


def test_no_error_in_what_is_shown_is_a_bound_and_an_estimate_of_what_the_guard_cannot_see(run: Path) -> None:
    line = next(one for one in RunFigures(run).lines if one.measure.name == "alucinacion.final")
    assert line.rate.errors == 0 and "≤" in line.rate.text()
    assert line.residual is not None and line.residual.value > 0


def test_raw_rate_stands_beside_the_corrected_one_and_the_judges_own_figures(
    read_only_run: Path, report: tuple[str, str]
) -> None:
    line = next(one for one in RunFigures(read_only_run).lines if one.measure.name == "alucinacion.cruda")
    assert line.corrected is not None and line.judge is not None
    assert line.corrected.value > line.rate.value, "a guard that misses errors has seen too few"
    assert "recuperación" in report[1] and "corregida" in report[1]


def test_major_errors_are_corrected_by_the_recall_of_major_errors_alone(run: Path) -> None:
    figures = RunFigures(run)
    lines = {one.measure.name: one for one in figures.lines}
    major, every = lines["alucinacion.cruda_mayor"], lines["alucinacion.cruda"]
    assert major.judge is not None and every.judge is not None and major.corrected is not None
    missed = lines["detector.mayor_no_llamada"].rate
    assert major.judge.sensitivity().value == pytest.approx(1 - missed.value)
    assert major.judge.sensitivity().units == missed.units < every.judge.sensitivity().units
    assert lines["alucinacion.final_mayor"].residual is not None


def test_the_judge_s_precision_stands_beside_every_rate_it_gives(run: Path) -> None:
    lines = {one.measure.name: one for one in RunFigures(run).lines}
    for name in ("cruda", "cruda_mayor", "final", "final_mayor"):
        assert "precisión" in judge_text(lines[f"alucinacion.{name}"]), name
    assert "del guardián solo" in judge_text(lines["alucinacion.final"])
    assert "del guardián solo" not in judge_text(lines["alucinacion.cruda"])


def test_several_runs_are_drawn_side_by_side_with_their_cost(run: Path, worse: Path) -> None:
    other = runs.load(worse)
    other.model = {"name": "otro-modelo", "sha256": "cd" * 32}
    runs.save(worse, other)
    html = page_of(RunFigures(run), [worse])
    part = html[html.index("Por modelo y versión de plantilla") : html.index("<h2>Costo")]
    plots_ = re.findall(r"<h3>([^<]+)</h3>\s*<svg.*?</svg>", part, re.DOTALL)
    assert "frases sin sustento del modelo solo" in plots_
    svg = part[part.index("<svg") : part.index("</svg>")]
    assert "modelo-de-prueba" in svg and "otro-modelo" in svg
    assert "<td>otro-modelo · redaccion v1</td><td>alucinacion</td>" in part


def test_errors_by_kind_are_a_share_of_what_was_written() -> None:
    few, many = (kinds({"numero": Counter(mayor=3)}, units, "frase escrita") for units in (30, 300))
    assert few != many and "n = 30)" in few and "por frase escrita" in few


def test_where_memory_was_not_measured_the_report_leaves_it_out(run: Path) -> None:
    items = runs.items(run)
    for item in items:
        item["result"]["cost"].pop("peak_mib")
    runs.write_rows(run / runs.ITEMS, items)
    html = page_of(RunFigures(run), [])
    assert "Memoria según el largo" not in html and "Tiempo según el largo" in html and "—</td>" in html


def test_same_run_same_page(read_only_run: Path, page: str, tmp_path: Path) -> None:
    again, _ = write_report(read_only_run, [read_only_run], tmp_path)
    assert again.read_text(encoding="utf-8") == page


def test_a_worse_model_is_shown_to_be_worse_and_an_equal_one_is_not(run: Path, worse: Path) -> None:
    rows = {one.measure.name: one for one in compare(run, worse)}
    assert rows["alucinacion.cruda"].verdict() == "empeora"
    assert rows["detector.fiel_rechazada"].verdict() == "sin diferencia demostrable"
    assert {one.verdict() for one in compare(run, run)} == {"sin diferencia demostrable"}
    assert "empeora" in table(list(rows.values()), run, worse)
    assert "https://" not in compare_page(list(rows.values()), run, worse).replace("http://www.w3.org", "")


def gates(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "umbrales.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ('"alucinacion.cruda" = { max = 0.5 }', True),
        ('"alucinacion.cruda" = { max = 0.01 }', False),
        ('"alucinacion.final" = { max = 0.0 }', True),
        ('"alucinacion.final" = { max = 0.01, of = "high" }', False),  # none seen among few proves nothing
        ('"alucinacion.cruda" = { max = 0.5, least = 100000 }', False),  # too few cases to pass
        ('"alucinacion.cruda" = { max = 0.7, of = "notes" }', False),  # eight notes in ten hold an error
        ('"alucinacion.cruda" = { max = 0.9, of = "notes", least = 10 }', True),
        ('"alucinacion.cruda" = { max = 0.9, of = "notes", least = 11 }', False),  # notes are counted, not sentences
        ('"alucinacion.cruda" = { max = 0.19, of = "corrected" }', False),  # the raw rate alone would pass
        ('"alucinacion.final" = { max = 0.0, of = "residual" }', False),
        ('"alucinacion.final" = { max = 0.5, of = "residual" }', True),
        ('"alucinacion.literal" = { max = 1.0, of = "corrected" }', False),  # labels judge: there is no such figure
    ],
)
def test_gates(run: Path, tmp_path: Path, row: str, kept: bool) -> None:
    (found,) = check(run, load_gates(gates(tmp_path, f"[completo]\n{row}\n")))
    assert found.kept is kept


def test_a_measure_may_have_several_gates(run: Path, tmp_path: Path) -> None:
    rows = '[completo]\n"alucinacion.cruda" = [{ max = 0.5 }, { max = 0.01, of = "high" }]\n'
    assert [one.kept for one in check(run, load_gates(gates(tmp_path, rows)))] == [True, False]


def test_a_gate_check_that_checks_nothing_is_no_success(run: Path, tmp_path: Path) -> None:
    path = gates(tmp_path, '[completo]\n"alcance.indebida_atendida" = { max = 0.1 }\n')
    assert main(["gate", str(run), "--gates", str(path)]) == 1
    gates(tmp_path, '[completo]\n"alucinacion.final" = { max = 1.0 }\n')
    assert main(["gate", str(run), "--gates", str(path)]) == 0


def test_every_suite_has_a_gate_in_both_profiles() -> None:
    for profile in ("completo", "rapido"):
        assert {one.measure.split(".")[0] for one in load_gates(profile=profile)} == set(SUITES), profile
    assert all(one.least > 1 for one in load_gates())


def test_a_gate_on_a_suite_that_did_not_run_is_left_out(run: Path, tmp_path: Path) -> None:
    assert not check(run, load_gates(gates(tmp_path, '[completo]\n"alcance.indebida_atendida" = { max = 0.1 }\n')))


def test_an_item_that_failed_breaks_the_gate(run: Path, tmp_path: Path) -> None:
    manifest = runs.load(run)
    manifest.failed = {"detector": 1}
    runs.save(run, manifest)
    assert not all(one.kept for one in check(run, load_gates(gates(tmp_path, "[completo]\n"))))


@pytest.mark.parametrize(
    "text",
    [
        '[completo]\n"inventada.medida" = { max = 0.1 }',
        '[completo]\n"alucinacion.cruda" = { min = 0.1 }',
        '[completo]\n"alucinacion.cruda" = { max = 0.1, of = "nota" }',
        "[otro]",
        "[",
    ],
)
def test_a_gates_file_written_wrong_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError):
        load_gates(gates(tmp_path, text + "\n"))


def test_the_project_s_own_gates_are_well_written() -> None:
    assert load_gates(profile="completo") and load_gates(profile="rapido")
