"""The physician's whole work in a real browser: correct, undo, sign, add, take along, find again, come back."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import docx
import httpx
import pytest
from playwright.sync_api import Page, expect

from copilot.auditing import open_log
from copilot.settings import Settings
from guardrails.audit.reading import Filters, Reader

from .conftest import Watched, sign_in
from .test_accessibility import serious

pytestmark = pytest.mark.browser

NOTE = (
    "Fem 34a Ximena Orozco Villaseñor con disuria de 3 días, sin fiebre. Alérgica a sulfas. "
    "TA 110/70 FC 78. Dx: infección de vías urinarias. Nitrofurantoína 100 mg VO c/12h por 5 días."
)
SIGNER = ("Ana Ruiz Soto", "12345678")


def ready(watched: Watched, text: str = NOTE) -> Page:
    """A new note, structured and kept as draft."""
    page = watched.page
    watched.write(text)
    watched.structure()
    page.wait_for_selector("#apartados .frase")
    return page


def saved(page: Page) -> None:
    expect(page.locator("#guardado")).to_have_text(re.compile("guardado"), timeout=15_000)


def sign(page: Page) -> None:
    page.click("[data-firmar]")
    page.fill("#firma-nombre", SIGNER[0])
    page.fill("#firma-cedula", SIGNER[1])
    page.check("#firma-leida")
    page.click("#firmar .principal")
    page.wait_for_selector("#notas-lectura .nota", timeout=30_000)


def test_corrected_signed_exported_and_added_to(watched: Watched, data_dir: Path, tmp_path: Path) -> None:
    page = ready(watched)
    # In place: the words change, what was proposed is kept beside them, Ctrl+Z takes it back.
    line = page.locator("#apartados .frase", has_text="disuria")
    before = line.inner_text()
    line.focus()
    page.keyboard.press("F2")
    page.keyboard.type(" Niega flujo.")
    page.keyboard.press("Enter")
    line = page.locator("#apartados .frase.cambiada", has_text="Niega flujo.")
    assert before in (line.get_attribute("title") or "")
    page.keyboard.press("Control+z")
    expect(page.locator("#apartados .frase.cambiada")).to_have_count(0)
    page.keyboard.press("Control+Shift+z")
    expect(page.locator("#apartados .frase.cambiada")).to_have_count(1)

    # By keyboard over the border of a section; by the menu to any section; taken out.
    line.focus()
    origin = line.evaluate("e => e.closest('[data-apartado]').dataset.apartado")
    page.keyboard.press("Alt+ArrowDown")
    assert line.evaluate("e => e.closest('[data-apartado]').dataset.apartado") != origin
    line.hover()
    page.select_option("[data-mover]", "padecimiento_actual")
    assert line.evaluate("e => e.closest('[data-apartado]').dataset.apartado") == "padecimiento_actual"

    # A missing element gets its line, and the checklist fills.
    add = page.locator("#faltantes li", has_text="ronóstico").locator("[data-agregar]").first
    add.click()
    page.keyboard.type("Bueno para la vida y la función.")
    page.keyboard.press("Enter")
    expect(page.locator("#faltantes li", has=page.locator(".listo")).filter(has_text="ronóstico")).not_to_have_count(0)
    assert page.locator("[data-apartado=pronostico] .frase.agregada").count() == 1

    # The type is another one, the norm is asked anew; a code is taken with one click.
    listed = page.locator("#faltantes").inner_text()
    page.select_option("#tipo-nota", "egreso")
    expect(page.locator("#faltantes")).not_to_have_text(listed, timeout=15_000)
    page.select_option("#tipo-nota", "evolucion")
    page.locator("#cie [data-codigo]").first.click()
    expect(page.locator("#cie .tomado")).to_have_count(1, timeout=15_000)
    code = page.locator("#cie .tomado .codigo").inner_text()
    saved(page)
    assert serious(page) == []

    sign(page)
    shown = page.locator("#notas-lectura").inner_text()
    for words in ("Nota firmada", *SIGNER, "Niega flujo.", "Bueno para la vida", code, "Huella SHA-256", "cambios"):
        assert words in shown, words
    assert page.locator("#notas-lectura [contenteditable], #notas-lectura [data-editar]").count() == 0
    assert serious(page) == []
    digest = re.search(r"\b[0-9a-f]{64}\b", shown)
    assert digest is not None

    kept = {}
    for form in ("pdf", "docx", "fhir", "txt"):
        page.click("#notas-lectura summary:has-text('Descargar')")
        with page.expect_download() as waiting:
            page.click(f"#notas-lectura [data-bajar={form}]")
        kept[form] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(kept[form])
    assert kept["pdf"].read_bytes().startswith(b"%PDF")
    assert digest[0] in kept["txt"].read_text(encoding="utf-8")
    assert any("Niega flujo." in one.text for one in docx.Document(str(kept["docx"])).paragraphs)
    assert json.loads(kept["fhir"].read_text(encoding="utf-8"))["entry"][0]["resource"]["status"] == "final"

    page.click("[data-adenda]")
    page.fill("#adenda-texto", "Se recibe urocultivo de Orozco Villaseñor: sin desarrollo.")
    page.fill("#firma-nombre", SIGNER[0])
    page.fill("#firma-cedula", SIGNER[1])
    page.click("#adenda .principal")
    expect(page.locator("#notas-lectura .adenda")).to_contain_text("sin desarrollo", timeout=15_000)
    page.fill("#notas-buscar", "OROZCO flujo")
    expect(page.locator("#notas-lista .borrador")).to_have_count(0)
    expect(page.locator("#notas-lista .tarjeta").first).to_contain_text("Ximena Orozco Villaseñor")

    with open_log(Settings(data_dir=data_dir)) as log:
        reader = Reader("prueba")
        (entry,) = [one for one in log.search(Filters(action="sign"), reader=reader)
                    if one.content and one.content["detail"].get("hash") == digest[0]]  # fmt: skip
        content = json.dumps(entry.content, ensure_ascii=False)
        assert {one["op"] for one in entry.content["changes"]} >= {"add"}  # type: ignore[index]
        assert "Niega flujo." in content
        forms = [one.content["detail"]["form"] for one in log.search(Filters(action="export"), reader=reader)]  # type: ignore[index]
        assert {"pdf", "docx", "fhir", "texto"} <= set(forms)
        edits = log.search(Filters(action="edit"), reader=reader)
        added = [one for one in edits if one.context["outcome"] == "addendum"]
        assert added
        assert "Orozco" not in content + json.dumps(added[0].content, ensure_ascii=False)
    for path in data_dir.rglob("*"):
        if path.is_file():
            assert b"Orozco" not in path.read_bytes(), path.name


def test_work_survives_a_reload_and_a_discard(watched: Watched) -> None:
    page = ready(watched)
    line = page.locator("#apartados .frase").nth(1)
    line.dblclick()
    page.keyboard.type(" Dato que no se pierde.")
    page.keyboard.press("Enter")
    saved(page)
    assert "nueva" not in page.url
    page.reload()
    expect(page.locator("#apartados .frase.cambiada")).to_contain_text("Dato que no se pierde.", timeout=30_000)
    assert page.locator("#texto textarea").input_value() == NOTE
    page.locator("#apartados .frase").first.hover()
    assert watched.lit, "sources are lit after a reload too"

    page.click("[data-descartar]")
    page.wait_for_selector("#vuelta")
    assert page.locator("#nota-lista").count() == 0
    page.click("#vuelta button")
    expect(page.locator("#apartados .frase.cambiada")).to_contain_text("Dato que no se pierde.", timeout=30_000)

    # Text alone is kept too, and structuring again keeps the corrections of what is proposed again.
    page.click("[data-vista=escribir]")
    page.locator("#texto textarea").press("Control+End")
    page.locator("#texto textarea").type(" Cita abierta a urgencias.")
    page.locator("#texto textarea").press("Control+Enter")
    expect(page.locator("#apartados .frase", has_text="Cita abierta")).to_have_count(1, timeout=60_000)
    expect(page.locator("#apartados .frase.cambiada")).to_contain_text("Dato que no se pierde.")


def test_files_are_opened_and_refused_in_words(watched: Watched, tmp_path: Path) -> None:
    page = watched.page
    paper = docx.Document()
    paper.add_paragraph("Masculino de 50 años con epigastralgia.")
    out = io.BytesIO()
    paper.save(out)
    drop = """([name, bytes]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], name));
      const area = document.querySelector("#texto textarea");
      area.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
    }"""
    page.evaluate(drop, ["nota.docx", list(out.getvalue())])
    expect(page.locator("#texto textarea")).to_have_value(re.compile("epigastralgia"), timeout=30_000)
    bad = (("rota.pdf", b"%PDF-1.7 nada", "dañado"), ("foto.png", b"\x89PNG\x00\x00", "no es un archivo"))
    for name, data, why in bad:
        page.evaluate(drop, [name, list(data)])
        expect(page.locator("#aviso-breve.error")).to_contain_text(why, timeout=30_000)
    assert "epigastralgia" in page.locator("#texto textarea").input_value()
    watched.complaints = [line for line in watched.complaints if "400" not in line]


def test_the_chat_changes_the_note_only_after_a_yes(watched: Watched) -> None:
    page = ready(watched)
    page.click("[data-vista=charla]")

    def say(message: str) -> None:
        page.fill("#pregunta", message)
        page.keyboard.press("Enter")

    before = page.locator("#apartados .frase").all_inner_texts()
    say("agrega cita abierta a urgencias")
    page.wait_for_selector(".decidir", timeout=30_000)
    assert "cita abierta" in page.locator(".cambios ins").inner_text()
    assert page.locator("#apartados .frase").all_inner_texts() == before
    page.click(".decidir .principal")
    expect(page.locator("#apartados .frase.agregada")).to_contain_text("cita abierta", timeout=15_000)
    page.locator("#apartados .frase").first.focus()
    page.keyboard.press("Control+z")
    expect(page.locator("#apartados .frase.agregada")).to_have_count(0)

    say("¿a qué es alérgica?")
    expect(page.locator(".turno.copiloto").nth(1)).to_contain_text("sulfas", timeout=30_000)

    say("¿Cuál es la meta de HbA1c en un adulto con diabetes tipo 2?")
    page.wait_for_selector(".valorar", timeout=60_000)
    page.locator(".citas .liga").first.click()
    assert len(page.locator("#pasaje .pasaje").inner_text()) > 40
    page.click("#pasaje [data-cerrar]")
    page.click(".valorar button:has-text('No sirvió')")
    page.fill(".valorar textarea", "No era lo que preguntaba.")
    page.click(".valorar button:has-text('Enviar')")
    expect(page.locator(".valorar")).to_contain_text("bitácora")
    assert serious(page) == []


@pytest.fixture(scope="module")
def others(server: str) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    with closing(sign_in(server, "medica")) as mine, closing(sign_in(server, "otra.medica")) as other:
        yield mine, other


def test_another_physician_reaches_none_of_it(others: tuple[httpx.Client, httpx.Client]) -> None:
    mine, other = others
    made = mine.post("/notas/borrador", json={"text": "Tos de 3 días."}).json()
    empty = {"rev": 1, "working": {"text": "Otra cosa."}}
    hand = {"name": "Eva Paz", "cedula": "1234567"}
    tries = [
        ("PUT", f"/notas/borrador/{made['id']}", empty),
        ("POST", f"/notas/borrador/{made['id']}/revisar", empty),
        ("POST", f"/notas/borrador/{made['id']}/descartar", None),
        ("POST", f"/notas/borrador/{made['id']}/recuperar", None),
        ("POST", f"/notas/borrador/{made['id']}/exportar", {"form": "pdf"}),
        ("POST", f"/notas/borrador/{made['id']}/firmar", {"rev": 1, "read": True} | hand),
        ("POST", "/notas/charla", {"message": "¿qué dice?", "draft": made["id"]}),
        ("POST", "/notas/charla/decidir", {"draft": made["id"], "accept": True, "rev": 1}),
    ]  # fmt: skip
    signed = [one["id"] for one in mine.get("/notas/lista").json()["notas"] if one["clase"] == "firmada"]
    for name in signed[:1]:
        tries += [
            ("GET", f"/notas/firmada/{name}", None),
            ("POST", f"/notas/firmada/{name}/exportar", {"form": "txt"}),
            ("POST", f"/notas/firmada/{name}/adenda", {"text": "Mía."} | hand),
        ]
    for method, path, body in tries:
        answer = other.request(method, path, json=body)
        assert answer.status_code == 404, (path, answer.text)
        assert "Tos" not in answer.text
    seen = {one["id"] for one in other.get("/notas/lista").json()["notas"]}
    assert not seen & {one["id"] for one in mine.get("/notas/lista").json()["notas"]}


def test_a_signature_needs_reading_name_and_cedula(others: tuple[httpx.Client, httpx.Client]) -> None:
    mine, _ = others
    made = mine.post("/notas/borrador", json={"text": "Tos de 3 días."}).json()
    path = f"/notas/borrador/{made['id']}/firmar"
    good = {"rev": made["rev"], "name": "Ana Ruiz Soto", "cedula": "12345678", "read": True}
    for wrong, why in (
        ({"read": False}, "leyó"), ({"name": "Ana"}, "nombre completo"), ({"cedula": "12"}, "cédula"),
        ({"rev": 0}, "cambió"), ({}, "estructure"),
    ):  # fmt: skip
        answer = mine.post(path, json=good | wrong)
        assert answer.status_code == 400, answer.text
        assert why in answer.json()["error"]
    line = {"id": "s0", "section": "otro", "text": "Nadie lo propuso."}
    forged = {"rev": made["rev"], "working": {"text": "Tos.", "statements": [line]}}
    assert mine.put(f"/notas/borrador/{made['id']}", json=forged).status_code == 400
    without = httpx.Client(base_url=mine.base_url, cookies=mine.cookies, trust_env=False)
    assert without.post(path, json=good).status_code == 403, "no CSRF token"
