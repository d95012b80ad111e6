"""Beside the note: the norm's list while one writes, abbreviations on request, guidelines that stay outside."""

from __future__ import annotations

import re
from contextlib import closing

import pytest
from playwright.sync_api import expect

from .conftest import Watched, sign_in
from .test_accessibility import serious
from .test_physician import ready

pytestmark = pytest.mark.browser


def test_the_list_of_the_norm_fills_while_one_writes(watched: Watched) -> None:
    page = watched.page
    watched.write("Mujer de 34 años con ardor al orinar desde hace tres días.")
    pending = page.locator("#lista-viva .pende")
    expect(page.locator("#lista-viva .esta", has_text="Edad")).to_have_count(1, timeout=20_000)
    expect(pending.filter(has_text="Diagnósticos")).to_have_count(1)
    page.locator("#texto textarea").press("Control+End")
    page.locator("#texto textarea").type(" Dx: infección de vías urinarias. Nitrofurantoína 100 mg VO c/12 h por 5 d.")
    expect(pending.filter(has_text="Diagnósticos")).to_have_count(0, timeout=20_000)
    expect(pending.filter(has_text="Tratamiento")).to_have_count(0)
    expect(pending.filter(has_text="Pronóstico")).to_have_count(1)
    assert serious(page) == []
    watched.structure()
    assert page.locator("#lista-viva").count() == 0, "the note has its own list"


def test_abbreviations_are_written_out_and_the_doubtful_ones_are_asked(watched: Watched) -> None:
    page = ready(watched, "Fem 60a. Se comenta IC hoy. TA 130/80 FC 78. Dx: IVU. Nitrofurantoína 100 mg VO c/12h.")
    before = page.locator("#apartados .frase").all_inner_texts()
    page.click("[data-abreviaturas]")
    row = page.locator("#abreviaturas tr", has=page.locator("th", has_text=re.compile("^IC")))
    expect(row).to_contain_text("pregunta", timeout=15_000)
    assert row.locator("select").input_value() == "", "nothing is guessed"
    assert serious(page) == []
    by_mouth = page.locator("#abreviaturas tr", has=page.locator("th", has_text=re.compile("^VO")))
    by_mouth.locator("select").select_option("")
    page.click("#abreviaturas .principal")
    expect(page.locator("#apartados .cambiada", has_text="ensión arterial 130/80")).to_have_count(1, timeout=15_000)
    shown = " ".join(page.locator("#apartados .frase").all_inner_texts())
    assert "nfección de vías urinarias" in shown
    assert " IC " in shown and " VO " in shown, "what was not decided stays"
    page.locator("#apartados .frase").first.focus()
    page.keyboard.press("Control+z")
    assert page.locator("#apartados .frase").all_inner_texts() == before


def test_guidelines_stand_beside_the_note_and_never_in_it(watched: Watched) -> None:
    page = ready(watched, "Masc 58a con DM2 de 10 años. Glucosa 210. Dx: diabetes tipo 2. Metformina 850 mg VO c/12 h.")
    before = page.locator("#apartados .frase").all_inner_texts()
    page.click("[data-guias]")
    expect(page.locator("#guias .liga").first).to_be_visible(timeout=120_000)
    page.locator("#guias .liga").first.click()
    assert len(page.locator("#pasaje .pasaje").inner_text()) > 40
    page.click("#pasaje [data-cerrar]")
    assert page.locator("#apartados .frase").all_inner_texts() == before
    assert serious(page) == []


def test_helps_are_for_the_author_alone(server: str) -> None:
    with closing(sign_in(server, "medica")) as mine, closing(sign_in(server, "otra.medica")) as other:
        made = mine.post("/notas/borrador", json={"text": "TA 130/80."}).json()
        for path, body in (("abreviaturas", {}), ("abreviaturas", {"choices": {}}), ("guias", None)):
            answer = other.post(f"/notas/borrador/{made['id']}/{path}", json=body)
            assert answer.status_code == 404 and "TA" not in answer.text
        wrong = {"text": "x" * 20_001, "kind": ""}
        assert mine.post("/notas/avance", json=wrong).json() == {"html": ""}, "told when the note is asked for"
    for name in ("comisionada", "evaluadora", "administra"):
        with closing(sign_in(server, name)) as client:
            assert client.post("/notas/avance", json={"text": "Tos."}).status_code == 403
