"""Human review: blind sheets, verdicts that override with their provenance, disagreement that is not hidden."""

from __future__ import annotations

import csv
import json
from collections.abc import Hashable
from pathlib import Path

import pytest

from copilot.errors import UsageError
from eval import runs
from eval.report.figures import RunFigures
from eval.report.gate import check, load_gates
from eval.report.markdown import judge_text
from eval.review import sheets, verdicts
from eval.review.kappa import agreement, kappa


def sheet(run: Path, rater: str, size: int = 20) -> Path:
    return next(p for p in sheets.write(run, size, 7) if p.name.endswith(f"-{rater}.csv"))


def fill(path: Path, say: dict[str, str] | None = None, default: str = "si", severity: str = "mayor") -> Path:
    """Fill a sheet: ``say`` by a piece of the sentence, else ``default``."""
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    for row in rows:
        row["sostenida"] = next((v for k, v in (say or {}).items() if k in row["frase"]), default)
        row["gravedad"] = severity if row["sostenida"] == "no" else ""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, sheets.FIELDS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_sheets_are_blind_and_in_another_order_for_each_rater(run: Path) -> None:
    first, second = sheet(run, "a"), sheet(run, "b")
    text = first.read_text(encoding="utf-8-sig")
    for told in ("lateralidad", "sin_sustento", "0.1", "detenida", "supported", "flagged"):
        assert told not in text
    order = [[r["frase"] for r in csv.DictReader(p.read_text("utf-8-sig").splitlines())] for p in (first, second)]
    assert order[0] != order[1] and sorted(order[0]) == sorted(order[1])
    browser = next(run.glob("revision/*-a.html")).read_text(encoding="utf-8")
    assert "&lt;b&gt;izquierda" in browser and "//" not in browser
    assert "sin_sustento" not in browser and "flagged" not in browser


def test_the_sample_holds_flagged_and_passed_sentences_and_stands_for_all(run: Path) -> None:
    rows = sheets.candidates(run)
    drawn = sheets.draw(rows, 16, 7)
    assert 0 < sum(row["flagged"] for row in drawn) < 16
    assert sum(row["weight"] for row in drawn) == pytest.approx(len(rows), rel=1e-3)
    assert drawn == sheets.draw(rows, 16, 7)


def test_a_person_overrules_the_guard_and_the_automatic_verdict_stays_readable(run: Path) -> None:
    before = next(one.rate for one in RunFigures(run).lines if one.measure.name == "alucinacion.cruda")
    sheets.read(run, fill(sheet(run, "a", 60)), "Dra. R.", settled=False)
    after = RunFigures(run)
    line = next(one for one in after.lines if one.measure.name == "alucinacion.cruda")
    assert before.errors > 0 and line.rate.errors == 0 and line.reviewed == 60
    assert line.automatic == before and line.corrected is not None, "the judge's figures stay beside people's"
    changed = [e for e in after.events if e.tags.get("judge") == "persona" and e.tags["automatic"] == "1.0"]
    assert changed, "what the guard said is kept beside"
    assert {(v.rater, v.given[:2]) for v in verdicts.load(run)} == {("Dra. R.", "20")}


def test_an_error_only_a_person_saw_counts_in_what_is_shown(run: Path) -> None:
    sheets.read(run, fill(sheet(run, "a", 60), {"derecha": "no"}), "a", settled=False)
    figures = RunFigures(run)
    shown = next(one.rate for one in figures.lines if one.measure.name == "alucinacion.final")
    major = next(one.rate for one in figures.lines if one.measure.name == "alucinacion.final_mayor")
    assert shown.value == major.value == 1.0
    found = figures.reviewed("alucinacion.final")
    assert found is not None and found[0].value == 1.0


def test_the_headline_weighs_each_sentence_by_those_it_stands_for(run: Path) -> None:
    before = next(one for one in RunFigures(run).lines if one.measure.name == "alucinacion.cruda")
    # Half of the sample are flagged sentences (11 of 60 in the run); people agree with the guard on every one.
    sheets.read(run, fill(sheet(run, "a", 20), {"izquierda": "no"}), "a", settled=False)
    line = next(one for one in RunFigures(run).lines if one.measure.name == "alucinacion.cruda")
    assert line.reviewed == 20 and line.rate.value == pytest.approx(before.rate.value, abs=0.005)
    assert line.automatic == before.automatic and line.corrected == before.corrected
    text = judge_text(line)
    assert "20 juzgadas por personas" in text and "corregida" in text and before.rate.text() in text


def test_one_verdict_takes_no_figure_away_and_opens_no_gate(run: Path, tmp_path: Path) -> None:
    path = fill(sheet(run, "a", 60))
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    for row in rows[1:]:
        row["sostenida"] = ""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, sheets.FIELDS)
        writer.writeheader()
        writer.writerows(rows)
    sheets.read(run, path, "a", settled=False)
    line = next(one for one in RunFigures(run).lines if one.measure.name == "alucinacion.cruda")
    assert line.reviewed == 1 and line.rate.high == 1.0, "one sentence proves nothing, and says so"
    assert line.corrected is not None and line.automatic.units == 60
    limits = tmp_path / "umbrales.toml"
    limits.write_text('[completo]\n"alucinacion.cruda" = [{ max = 0.1 }, { max = 0.1, of = "reviewed", least = 30 }]\n')
    assert [one.kept for one in check(run, load_gates(limits))] == [False, False]


def test_agreement_on_severity_and_kind_is_told_where_both_found_an_error(run: Path) -> None:
    for rater, severities in (("a", ("mayor", "menor")), ("b", ("menor", "mayor"))):
        path = fill(sheet(run, rater, 60), {"izquierda": "no"})
        rows = sorted(csv.DictReader(path.read_text(encoding="utf-8").splitlines()), key=lambda row: row["renglon"])
        bad = [row for row in rows if row["sostenida"] == "no"]
        key = sheets.key_of(run, path.stem.removeprefix("hoja_"))
        for at, row in enumerate(sorted(bad, key=lambda row: key[int(row["renglon"])]["unit"])):
            row["gravedad"], row["clase"] = severities[at % 2], "lateralidad"
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, sheets.FIELDS)
            writer.writeheader()
            writer.writerows(rows)
        sheets.read(run, path, rater, settled=False)
    found = agreement(verdicts.load(run))
    assert found is not None and found.kappa == 1.0
    assert found.severity is not None and found.severity.units == 11 and found.severity.raw == 0.0
    assert found.severity.kappa < 0
    assert found.kind is not None and found.kind.kappa == 1.0
    assert "gravedad, en 11" in sheets.agreement_text(run)


def test_two_raters_who_differ_count_as_an_error_until_they_settle(run: Path) -> None:
    sheets.read(run, fill(sheet(run, "a")), "a", settled=False)
    sheets.read(run, fill(sheet(run, "b"), {"izquierda": "no"}), "b", settled=False)
    said = verdicts.final(verdicts.load(run))
    assert any(one.bad for one in said.values())
    found = agreement(verdicts.load(run))
    assert found is not None and found.open > 0 and found.kappa < 0.2
    assert "sin conciliar" in sheets.agreement_text(run)
    sheets.read(run, fill(sheet(run, "a")), "los dos", settled=True)
    assert not any(one.bad for one in verdicts.final(verdicts.load(run)).values())
    again = agreement(verdicts.load(run))
    assert again is not None and again.open == 0 and again.kappa == found.kappa


def test_reading_a_sheet_twice_does_not_count_twice(run: Path) -> None:
    path = fill(sheet(run, "a"))
    sheets.read(run, path, "a", settled=False)
    sheets.read(run, path, "a", settled=False)
    assert len(verdicts.load(run)) == 20


def test_the_page_s_file_is_read_like_the_spreadsheet(run: Path, tmp_path: Path) -> None:
    name = sheet(run, "a").stem
    row = {"renglon": "1", "sostenida": "no", "clase": "numero", "gravedad": "menor", "comentario": "0.5 → 5"}
    path = tmp_path / f"{name}.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n" + json.dumps({"renglon": "2"}) + "\n", encoding="utf-8")
    assert sheets.read(run, path, "", settled=False) == 1
    (found,) = verdicts.load(run)
    assert (found.rater, found.kind, found.severity, found.comment) == ("a", "numero", "menor", "0.5 → 5")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"renglon": "999", "sostenida": "si"}, "no está en la muestra"),
        ({"renglon": "1", "sostenida": "quizá"}, "no existe"),
        ({"renglon": "1", "sostenida": "no"}, "sin gravedad"),
        ({"renglon": "1", "sostenida": "no", "gravedad": "grave"}, "no existe"),
    ],
)
def test_a_row_that_says_nothing_usable_is_named(run: Path, tmp_path: Path, row: dict[str, str], says: str) -> None:
    path = tmp_path / f"{sheet(run, 'a').stem}.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        sheets.read(run, path, "", settled=False)
    assert not (run / verdicts.FILE).exists()


def test_a_sheet_of_another_run_is_refused(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "hoja_ffffffff-a.csv"
    path.write_text("renglon,sostenida\n1,si\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no es de esta corrida"):
        sheets.read(run, path, "", settled=False)


def test_a_run_without_written_sentences_cannot_be_reviewed(run: Path) -> None:
    runs.write_rows(run / runs.ITEMS, [])
    with pytest.raises(UsageError, match="alucinacion"):
        sheets.write(run, 20, 7)


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        ([(True, True), (False, False)] * 10, 1.0),
        ([(True, False), (False, True)] * 10, -1.0),
        ([(True, True), (True, False), (False, True), (False, False)] * 5, 0.0),
        ([(False, False)] * 9, 1.0),
        ([("a", "a"), ("b", "b"), ("c", "c")] * 4, 1.0),
        ([(x, y) for x in "abc" for y in "abc"], 0.0),
    ],
)
def test_kappa(pairs: list[tuple[Hashable, Hashable]], value: float) -> None:
    assert kappa(pairs) == pytest.approx(value)
