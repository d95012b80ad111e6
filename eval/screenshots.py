"""``python -m eval.screenshots``: pictures of the pages for ``docs/img``, of bundled examples only."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from eval.serving import FLAGS, ROOT, chromium, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

OUT = ROOT / "docs" / "img"
HALF = "Mujer de 58 años con diabetes desde hace 10 años, acude a control. TA 130/80, FC 76. Dx: diabetes tipo 2."
PHRASE = "solo para estas fotos"


def _people(folder: Path) -> None:
    """One account that may open every page, in the throw-away data directory."""
    from copilot.auditing import open_log
    from copilot.settings import Settings
    from copilot.users import ROLES, open_site

    settings = Settings(data_dir=folder)
    with open_log(settings) as log:
        site = open_site(settings, lambda: log)
        site.accounts.add("ruiz", ROLES, full_name="Dra. Inés Ruiz", cedula="1234567", password=PHRASE)
        site.accounts.store.close()


def _correct_and_sign(page: Page, shot: Callable[[str], None]) -> None:
    """A statement corrected, a change asked for in words, the signature, the signed note."""
    line = page.locator("#apartados .frase").nth(2)
    line.dblclick()
    page.keyboard.type(" Camina 30 minutos al día.")
    page.keyboard.press("Enter")
    page.locator("#apartados .frase").nth(2).hover()
    shot("medico-correccion")
    page.click("[data-vista=charla]")
    page.fill("#pregunta", "agrega cita abierta a urgencias")
    page.keyboard.press("Enter")
    page.wait_for_selector(".decidir")
    shot("medico-asistente")
    page.click(".decidir .principal")
    page.wait_for_selector("#apartados .agregada")
    page.click("[data-firmar]")
    page.check("#firma-leida")
    shot("medico-firmar")
    page.click("#firmar .principal")
    page.wait_for_selector("#notas-lectura .nota")
    shot("medico-mis-notas")


def take(address: str, out: Path) -> list[Path]:
    """Drive the physician's page at ``address`` and save its pictures in ``out``; returns their paths."""
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=FLAGS, timeout=120_000
        )
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="es-MX")
        page.set_default_timeout(120_000)

        def shot(name: str) -> None:
            page.wait_for_timeout(400)
            made.append(out / f"{name}.png")
            page.screenshot(path=made[-1], timeout=120_000)

        page.goto(address)
        page.fill("#usuario", "ruiz")
        shot("entrar")
        page.fill("#contrasena", PHRASE)
        page.click("button.principal")
        page.wait_for_url("**/inicio")
        page.goto(f"{address}/medico/")
        page.wait_for_selector("#estructurar")
        shot("medico-inicio")
        page.fill("#texto textarea", HALF)
        page.wait_for_selector("#lista-viva .esta")
        shot("medico-lista")
        page.click("[data-ejemplo='consulta.txt']")
        page.locator("#texto textarea").press("Control+Enter")
        page.wait_for_selector("#nota-lista")
        page.wait_for_selector("#estructurar:not([disabled])")
        page.locator("#nota .frase").nth(3).click()
        shot("medico-nota")
        page.keyboard.press("Escape")
        page.click("[data-abreviaturas]")
        page.wait_for_selector("#abreviaturas select")
        shot("medico-abreviaturas")
        page.keyboard.press("Escape")
        page.click("[data-ir=medicamentos]")
        shot("medico-medicamentos")
        page.click("[data-ir=faltantes]")
        shot("medico-faltantes")
        page.click("#tema")
        page.set_viewport_size({"width": 820, "height": 1180})
        page.evaluate("scrollTo(0, 0)")
        shot("medico-tableta-oscuro")
        page.click("#tema")
        page.set_viewport_size({"width": 1366, "height": 768})
        page.click("[data-guias]")
        page.wait_for_selector("#guias .liga", timeout=180_000)
        page.locator("#guias").scroll_into_view_if_needed()
        shot("medico-guias")
        _correct_and_sign(page, shot)
        page.goto(f"{address}/comision/")
        page.wait_for_selector("#lista tbody tr")
        page.locator("#lista tbody tr", has_text="Estructurar").first.click()
        page.wait_for_selector("#detalle .detalle")
        shot("comision-interaccion")
        page.click("button[role=tab]:has-text('Integridad')")
        page.wait_for_selector("#estado-bitacora dl")
        page.click("#verificar")
        page.wait_for_selector("#dictamen .bien-caja")
        shot("comision-integridad")
        page.click("button[role=tab]:has-text('Cifras')")
        page.click("#calcular")
        page.wait_for_selector(".plots")
        shot("comision-cifras")
        page.goto(f"{address}/usuarios")
        shot("usuarios")
        _evaluation(page, address, shot)
        page.goto(f"{address}/medico/")
        page.click("[data-dictar]")
        page.wait_for_selector("#dictado-texto")
        shot("medico-dictado")
        browser.close()
    return made


def _evaluation(page: Page, address: str, shot: Callable[[str], None]) -> None:
    """The evaluator's pages around a run of a few cases."""
    page.goto(f"{address}/evaluacion/")
    shot("evaluacion-inicio")
    page.locator("input[name=suite][value=abstencion]").uncheck()
    page.locator("input[name=suite][value=redaccion_datos]").check()
    page.select_option("select[name=modelo]", "none")
    page.fill("input[name=limite]", "6")
    page.click("button:has-text('Correr')")
    page.wait_for_selector("#trabajo")
    shot("evaluacion-en-marcha")
    page.wait_for_selector("#trabajo", state="detached", timeout=600_000)
    page.locator("tbody a").first.click()
    page.wait_for_selector(".informe svg")
    shot("evaluacion-resultados")
    page.click("a:has-text('Casos')")
    page.locator("tbody a").first.click()
    page.wait_for_selector(".fuente")
    shot("evaluacion-caso")


def main() -> int:
    """Serve the program on a free port with a throw-away data directory and take the pictures."""
    with tempfile.TemporaryDirectory(prefix="copilot-fotos-") as data:
        _people(Path(data))
        with serving(Path(data), COPILOT_USE_LLM="false") as running:
            for path in take(running.address, OUT):
                sys.stdout.write(f"{path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
