"""The physician's page in a real browser that can reach nothing but the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from copilot.auditing import open_log
from copilot.settings import Settings
from guardrails.audit.reading import Filters, Reader

from .conftest import Watched

pytestmark = pytest.mark.browser

HOSTILE = (
    "Masc 40a con cefalea <script>window.entro=1</script> de 2 días. "
    'TA 130/80 <img src=x onerror="window.entro=1"> FC 80. Dx migraña </span></div><svg onload=window.entro=1>. '
    "Ketorolaco <iframe srcdoc='<script>parent.entro=1</script>'></iframe> 10 mg VO c/8h. "
    "[pulse](javascript:window.entro=1) ${window.entro=1} {{constructor}}"
)


def test_the_whole_path_of_a_note(watched: Watched, tmp_path: Path, data_dir: Path) -> None:
    """An example is structured; every statement lights its words; tables, checklist and exports are there."""
    page = watched.page
    page.click("[data-ejemplo='consulta.txt']")
    text = page.locator("#texto textarea").input_value()
    watched.structure()

    first = page.locator("#nota .frase").first
    words = first.inner_text()
    first.hover()
    assert " ".join("".join(watched.lit).split()) == words
    page.locator("#nota .frase").nth(1).focus()
    assert " ".join("".join(watched.lit).split()) == page.locator("#nota .frase").nth(1).inner_text()
    # And the other way: the source lights its statement.
    mark = page.locator("#fuente .marca[tabindex]").first
    mark.hover()
    assert page.locator("#nota .frase.encendida").count() == 1
    # Enter keeps it lit, Escape lets go.
    first.focus()
    first.press("Enter")
    page.locator(".cabecera strong").hover()
    assert first.get_attribute("aria-pressed") == "true"
    assert watched.lit
    page.keyboard.press("Escape")
    assert first.get_attribute("aria-pressed") == "false"

    assert page.locator("#fuente-texto").inner_text().split() == text.split()
    shown = " ".join(page.locator("#nota .frase").all_inner_texts())
    assert sorted(shown.split()) == sorted(text.split())
    assert "146/88" in page.locator("#signos").inner_text()
    assert "9.1" in page.locator("#laboratorio").inner_text()
    row = page.locator("#medicamentos tr", has_text="atorvastatina").inner_text()
    assert row.count("falta") == 2
    assert "E11" in page.locator("#cie").inner_text()
    assert page.locator("#faltantes input[type=checkbox]").count() > 0
    assert "numeral" in page.locator("#faltantes").inner_text()
    assert "Borrador sin firmar" in page.locator("#nota").inner_text()

    for kind, sign in (("txt", "SIGNOS VITALES"), ("md", "## Medicamentos")):
        page.click("#nota summary:has-text('Descargar')")
        with page.expect_download() as waiting:
            page.click(f"[data-bajar={kind}]")
        path = tmp_path / f"nota.{kind}"
        waiting.value.save_as(path)
        saved = path.read_text(encoding="utf-8")
        assert sign in saved
        assert "BORRADOR SIN FIRMAR" in saved
    with open_log(Settings(data_dir=data_dir)) as log:
        left = log.search(Filters(action="export"), reader=Reader("prueba"))
        assert {one.context["outcome"] for one in left} == {"ok"}
        assert len(list(left)) >= 2, "a file left without its entry in the log"

    # A chosen type is obeyed, and a changed text is said to be changed.
    page.click("[data-vista=escribir]")
    page.locator("#texto textarea").press("End")
    page.locator("#texto textarea").type(" Se agrega dato.")
    assert "texto-cambiado" in (page.locator("body").get_attribute("class") or "")


def test_nothing_in_a_note_runs(watched: Watched) -> None:
    watched.write(HOSTILE)
    watched.structure()
    page = watched.page
    page.wait_for_timeout(300)
    assert page.evaluate("window.entro") is None
    assert page.locator("#nota :is(script, img, iframe, svg), #fuente :is(script, img, iframe, svg)").count() == 0
    assert page.locator("#nota a, #fuente a").count() == 0
    assert page.locator("#fuente-texto").inner_text() == HOSTILE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "vacío"),
        ("dolor abdominal y fiebre de 3 días. " * 30_000, "caracteres"),
        ("\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f PDF", "archivo binario"),
    ],
    ids=["empty", "one megabyte", "binary"],
)
def test_what_cannot_be_used_is_told_and_stays(watched: Watched, text: str, reason: str) -> None:
    page = watched.page
    watched.write(text)
    page.click("#estructurar")
    message = page.wait_for_selector(".mensaje.error", timeout=30_000)
    assert message is not None
    assert reason in message.inner_text()
    assert page.locator("#texto textarea").input_value() == text
    assert page.locator("#texto textarea").is_visible()
    page.wait_for_selector("#estructurar:not([disabled])")


def test_files_are_read_in_the_browser(watched: Watched, tmp_path: Path) -> None:
    """Old files in Windows-1252 keep their accents; a broken PDF is refused in words."""
    page = watched.page
    old = tmp_path / "vieja.txt"
    old.write_bytes("Niña con tos y fiebre, exploración sin más.".encode("cp1252"))
    with page.expect_file_chooser() as chooser:
        page.click("[data-abrir]")
    chooser.value.set_files(old)
    expect(page.locator("#texto textarea")).to_have_value(re.compile("Niña"))
    pdf = tmp_path / "nota.pdf"
    pdf.write_bytes(b"%PDF-1.7 nada")
    with page.expect_file_chooser() as chooser:
        page.click("[data-abrir]")
    chooser.value.set_files(pdf)
    page.wait_for_selector("#aviso-breve.error", timeout=30_000)
    assert "Niña" in page.locator("#texto textarea").input_value()
    watched.complaints = [line for line in watched.complaints if "400 (Bad Request)" not in line]


def test_no_word_of_the_framework_and_no_secret_kept(watched: Watched, data_dir: Path) -> None:
    page = watched.page
    watched.write(
        "Fem 30a Ximena Orozco Villaseñor con disuria. EGO con nitritos. Nitrofurantoina 100 mg VO c/12h x 5 d."
    )
    watched.structure()
    seen = page.locator("body").inner_text()
    for word in ("Gradio", "Use via API", "Settings", "Drop File", "Submit", "Clear", "queue", "processing"):
        assert word not in seen
    assert page.evaluate("document.documentElement.lang").startswith("es")
    kept = page.evaluate("JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage}) + document.cookie")
    assert "Orozco" not in kept
    assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
    leaks = [p for p in data_dir.rglob("*") if p.is_file() and b"Orozco" in p.read_bytes()]
    assert leaks == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1024, 768), (820, 1180)])
def test_fits_the_screen(watched: Watched, width: int, height: int) -> None:
    page = watched.page
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator("#estructurar").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height
