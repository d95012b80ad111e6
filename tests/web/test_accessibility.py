"""WCAG 2.2 AA as far as axe can tell, on every page, light and dark: nothing serious."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from .conftest import give_session

pytestmark = pytest.mark.browser
PAGES = (
    ("", "/entrar", "form"),
    ("medica", "/medico/?nueva=1", "#estructurar"),
    ("medica", "/clave", "form"),
    ("comisionada", "/comision/", ".cabecera"),
    ("evaluadora", "/evaluacion/", "body"),
    ("administra", "/usuarios", "form"),
)
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


def serious(page: Page) -> list[str]:
    """What axe finds of serious or critical impact, in the page as it stands."""
    found = Axe().run(page, options=RULES).response["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {node['html'][:140]}" for one in grave for node in one["nodes"]]


@pytest.mark.parametrize(("who", "path", "there"), PAGES, ids=[path for _, path, _ in PAGES])
def test_nothing_serious(server: str, browser: Browser, who: str, path: str, there: str) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="es-MX")
    if who:
        give_session(context, server, who)
    page = context.new_page()
    page.goto(server + path)
    page.wait_for_selector(there, timeout=60_000)
    page.wait_for_timeout(300)
    assert serious(page) == []
    if page.locator("#tema").count():
        page.click("#tema")
        page.wait_for_timeout(200)
        assert serious(page) == []
    context.close()
