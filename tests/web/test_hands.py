"""A statement dragged elsewhere, two physicians at once, files that unfold to gigabytes."""

from __future__ import annotations

import io
import zipfile

import pytest
from playwright.sync_api import Browser, expect

from .conftest import Watched, at_work
from .test_physician import ready

pytestmark = pytest.mark.browser


def test_a_statement_is_dragged_to_another_section(watched: Watched) -> None:
    page = ready(watched)
    row = page.locator("#apartados li", has_text="Alérgica a sulfas")
    where = "e => e.closest('[data-apartado]').dataset.apartado"
    assert row.evaluate(where) != "padecimiento_actual"
    row.locator(".asa").hover()
    page.mouse.down()
    page.mouse.move(700, 400, steps=3)
    page.wait_for_selector("body.arrastra")
    target = page.locator("[data-apartado=padecimiento_actual] .frase").first
    target.hover()
    target.hover()
    page.mouse.up()
    expect(page.locator("[data-apartado=padecimiento_actual] .frase.cambiada", has_text="sulfas")).to_have_count(1)
    assert page.locator("body.arrastra").count() == 0, "the empty sections are put away again"
    page.locator("#apartados .frase").first.focus()
    page.keyboard.press("Control+z")
    expect(page.locator("[data-apartado=padecimiento_actual] .frase", has_text="sulfas")).to_have_count(0)


def test_two_physicians_at_once_never_see_each_other(server: str, browser: Browser) -> None:
    with at_work(browser, server, "medica") as one, at_work(browser, server, "otra.medica") as two:
        one.write("Fem 40a con migraña desde ayer, palabra clavelina. Dx: migraña. Paracetamol 1 g VO c/8 h.")
        two.write("Masc 70a con lumbalgia de un mes, palabra jacaranda. Dx: lumbalgia. Naproxeno 250 mg VO c/12 h.")
        for each in (one, two):  # both are under way before either is waited for
            each.page.locator("#texto textarea").press("Control+Enter")
        for each in (one, two):
            each.page.wait_for_selector("#apartados .frase", timeout=60_000)
        for each, own, foreign in ((one, "clavelina", "jacaranda"), (two, "jacaranda", "clavelina")):
            body = each.page.locator("body").inner_text()
            assert own in body and foreign not in body
            each.page.click("[data-mis-notas]")
            expect(each.page.locator("#notas-lista .tarjeta").first).to_be_visible(timeout=15_000)
            listed = each.page.locator("#notas-lista").inner_text()
            assert foreign not in listed
            each.page.keyboard.press("Escape")


def bomb(inner: str) -> bytes:
    """An Office file of some hundred kilobytes that unfolds to 300 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types/>')
        with archive.open(inner, "w", force_zip64=True) as part:
            for _ in range(300):
                part.write(b" " * 1_000_000)
    return out.getvalue()


@pytest.mark.parametrize("inner", ["word/document.xml", "xl/otra.xml", "word/media/imagen.png"])
def test_a_file_bomb_is_refused_and_the_page_goes_on(watched: Watched, inner: str) -> None:
    page = watched.page
    watched.write("Tos de 3 días.")
    with page.expect_file_chooser() as chooser:
        page.click("[data-abrir]")
    chooser.value.set_files({"name": "nota.docx", "mimeType": "application/zip", "buffer": bomb(inner)})
    expect(page.locator("#aviso-breve.error")).to_be_visible(timeout=30_000)
    assert page.locator("#texto textarea").input_value() == "Tos de 3 días."
    watched.structure()
    watched.complaints = [line for line in watched.complaints if "400" not in line]
