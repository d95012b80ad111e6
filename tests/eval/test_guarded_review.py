"""Review of writing mode: what the readers said is what is counted, and doubt counts against the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.errors import UsageError
from copilot.writing import Reason
from eval.review import guarded
from eval.review.guarded import Line, Reading


def line(number: int, reason: Reason = Reason.NONE, text: str = "Refiere cefalea.") -> Line:
    return Line(f"f01-e{number}", "f01", "cefalea", text, reason)


def said(*, invents: bool = False, omitted: int = 0) -> Reading:
    return Reading(2, omitted, False, invents, "causalidad" if invents else "", "mayor" if invents else "")


def filled(path: Path, **cells: str) -> Path:
    row = dict.fromkeys(guarded.SHEET, "") | {"id": "f01-e0", "hechos": "2", "omitidos": "0"}
    row |= {"omite_mayor": "no", "inventa": "no"} | cells
    path.write_text("\t".join(row) + "\n" + "\t".join(row.values()) + "\n", encoding="utf-8")
    return path


def test_an_invention_that_only_one_reader_sees_counts_until_they_settle_it() -> None:
    one, other = {"f01-e0": said()}, {"f01-e0": said(invents=True)}
    assert guarded.judged(one, other, {})["f01-e0"] == said(invents=True)
    assert not guarded.judged(one, other, {"f01-e0": said()})["f01-e0"].invents
    both = guarded.agreed(one, other, {})
    assert both is not None and both.open == 1


def test_a_line_sent_back_counts_for_the_model_alone_and_not_for_what_is_shown() -> None:
    every = [line(0), line(1, Reason.UNSUPPORTED), line(2, Reason.SAME, "cefalea"), line(3, Reason.ADMINISTRATIVE, "")]
    table = guarded.table(every, {"f01-e0": said(), "f01-e1": said(invents=True)}, None)
    assert "| renglones con algo inventado | 50.0 %" in table and "| 0 de 1 (≤ 100.0 %) |" in table
    assert "Devueltos a las palabras del médico: 1 de 2 (0 sin error según las lecturas); de 1" in table


def test_omitted_facts_are_counted_out_of_the_facts_of_their_source() -> None:
    table = guarded.table([line(0), line(1)], {"f01-e0": said(omitted=1), "f01-e1": said()}, None)
    assert "| hechos omitidos, de los de su fuente | 25.0 %" in table


@pytest.mark.parametrize(
    ("cells", "named"),
    [
        ({"hechos": ""}, "no está lleno"),
        ({"inventa": "quizá"}, "no está lleno"),
        ({"inventa": "si"}, "se contradice"),
        ({"omitidos": "3"}, "se contradice"),
        ({"omite_mayor": "si"}, "se contradice"),
    ],
)
def test_a_row_that_says_nothing_usable_is_named(tmp_path: Path, cells: dict[str, str], named: str) -> None:
    with pytest.raises(UsageError, match=named):
        guarded.readings(filled(tmp_path / "lectura_a.tsv", **cells))


def test_a_sheet_with_a_row_left_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="faltan 1 renglones"):
        guarded.readings(filled(tmp_path / "lectura_a.tsv"), ["f01-e0", "f01-e1"])


def test_without_sheets_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="guarded write"):
        guarded.lines(tmp_path)
