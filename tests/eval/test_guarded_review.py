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
    row = dict.fromkeys(guarded.SHEET, "") | {"id": "f01-e0", "fuente": "cefalea", "linea": "Refiere cefalea."}
    row |= {"hechos": "2", "omitidos": "0", "omite_mayor": "no", "inventa": "no"} | cells
    path.write_text("\t".join(row) + "\n" + "\t".join(row.values()) + "\n", encoding="utf-8")
    return path


KNOWN = {"f01-e0": line(0)}


def test_an_invention_that_only_one_reader_sees_counts_until_they_settle_it() -> None:
    one, other = {"f01-e0": said()}, {"f01-e0": said(invents=True)}
    assert guarded.judged(one, other, {})["f01-e0"] == said(invents=True)
    assert not guarded.judged(one, other, {"f01-e0": said()})["f01-e0"].invents
    both = guarded.agreed(one, other, {})
    assert both is not None and both.open == 1


def test_omissions_are_those_of_one_reader_not_a_mixture_of_both() -> None:
    one, other = Reading(5, 0, False, False, "", ""), Reading(3, 3, False, False, "", "")
    found = guarded.judged({"f01-e0": one}, {"f01-e0": other}, {})["f01-e0"]
    assert (found.facts, found.omitted) == (3, 3)


def test_a_line_sent_back_counts_for_the_model_alone_and_not_for_what_is_shown() -> None:
    every = [line(0), line(1, Reason.UNSUPPORTED), line(2, Reason.SAME, "cefalea"), line(3, Reason.ADMINISTRATIVE, "")]
    rows = guarded.table(every, {"f01-e0": said(), "f01-e1": said(invents=True)}, None).splitlines()
    assert "| renglones con algo inventado | 50.0 % (0.0–100.0) | 0 de 1 (≤ 100.0 %) |" in rows
    assert "| renglones con algo inventado, de los 4 de las notas | 25.0 % (0.0–100.0) | 0 de 4 (≤ 75.0 %) |" in rows
    assert "Vuelven a las palabras del médico 1 de 2 renglones (0 sin error según las lecturas)" in rows[-1]


def test_omitted_facts_are_counted_out_of_the_facts_of_their_source() -> None:
    table = guarded.table([line(0), line(1)], {"f01-e0": said(omitted=1), "f01-e1": said()}, None)
    assert "| hechos omitidos, de los de su fuente | 25.0 %" in table


@pytest.mark.parametrize(
    ("cells", "named"),
    [
        ({"hechos": ""}, "cuántos hechos"),
        ({"inventa": "quizá"}, "«si» o «no»"),
        ({"inventa": "si", "gravedad": "grave"}, "no existe"),
        ({"inventa": "si"}, "se contradice"),
        ({"omitidos": "3"}, "se contradice"),
        ({"omite_mayor": "si"}, "se contradice"),
        ({"linea": "Refiere tos."}, "última redacción"),
        ({"id": "f02-e0"}, "última redacción"),
    ],
)
def test_a_row_that_says_nothing_usable_is_named(tmp_path: Path, cells: dict[str, str], named: str) -> None:
    with pytest.raises(UsageError, match=named):
        guarded.readings(filled(tmp_path / "lectura_a.tsv", **cells), KNOWN)


def test_a_sheet_is_read_as_people_fill_it(tmp_path: Path) -> None:
    path = filled(tmp_path / "lectura_a.tsv", inventa="Sí", clase="causalidad", gravedad="Mayor ")
    assert guarded.readings(path, KNOWN)["f01-e0"] == said(invents=True)


def test_a_sheet_with_a_row_left_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="faltan 1 renglones"):
        guarded.readings(filled(tmp_path / "lectura_a.tsv"), KNOWN | {"f01-e1": line(1)})


def test_sheets_hold_the_text_to_the_letter_and_not_what_became_of_it(tmp_path: Path) -> None:
    rows = [
        ("f01-e0", "f01", "ta", 'dice "mareo"', "Dice «mareo», TA <90.", ""),
        ("f01-e1", "f01", "ta", "tos", "Tos seca.", "sin_sustento"),
        ("f01-e2", "f01", "ta", "tos", "tos", "igual"),
    ]
    text = ["\t".join(row) for row in (guarded.LINES, *rows)]
    (tmp_path / "lineas.tsv").write_text("\n".join(text) + "\n", encoding="utf-8")
    made = [path.read_text(encoding="utf-8") for path in guarded.sheets(tmp_path)]
    assert all('f01-e0\tdice "mareo"\tDice «mareo», TA <90.\t\t' in one and "f01-e1" in one for one in made)
    assert not any("sin_sustento" in one or "f01-e2" in one for one in made)


def test_without_sheets_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="guarded write"):
        guarded.lines(tmp_path)
