"""A server that is killed, a session that locks, a signature that asks again: the work is there afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from eval.serving import free_port, serving
from guardrails.audit import Role
from tests.users.test_oidc import CLIENT, SECRET, Idp

from .conftest import PHRASE, at_work, people, watch
from .test_physician import NOTE, SIGNER, saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]


class Site:
    """A program of its own that can be killed and started again at the same address, with an identity provider."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.idp = Idp()
        self.stack = ExitStack()

    def start(self) -> None:
        self.running = self.stack.enter_context(
            serving(
                self.folder, self.port, COPILOT_USE_LLM="false", COPILOT_SIGN_PROOF_MIN="0",
                COPILOT_OIDC_ISSUER=self.idp.issuer, COPILOT_OIDC_CLIENT_ID=CLIENT, COPILOT_OIDC_CLIENT_SECRET=SECRET,
            )
        )  # fmt: skip

    def kill(self) -> None:
        """As when the power fails."""
        self.running.process.kill()
        self.running.process.wait(30)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("aguante") / "datos"
    people(folder, {"medica": [Role.PHYSICIAN], "dra.ruiz": [Role.PHYSICIAN]})
    one = Site(folder)
    one.start()
    yield one
    one.stack.close()
    one.idp.server.shutdown()


def structured(page: Page, text: str = NOTE) -> None:
    page.locator("#texto textarea").fill(text)
    page.locator("#texto textarea").press("Control+Enter")
    page.wait_for_selector("#apartados .frase", timeout=60_000)


def test_killed_and_started_again_the_draft_comes_back(site: Site, browser: Browser) -> None:
    with at_work(browser, site.running.address, "medica") as seen:
        page = seen.page
        structured(page)
        line = page.locator("#apartados .frase").nth(1)
        line.dblclick()
        page.keyboard.type(" Dato de antes del corte.")
        page.keyboard.press("Enter")
        saved(page)
        site.kill()
        # What is typed while nobody listens is not lost: the page says so and saves it afterwards.
        line = page.locator("#apartados .frase").nth(2)
        line.dblclick()
        page.keyboard.type(" Dato durante el corte.")
        page.keyboard.press("Enter")
        expect(page.locator("#guardado.mal")).to_be_visible(timeout=20_000)
        site.start()
        expect(page.locator("#guardado:not(.mal)")).to_have_text(re.compile("guardado"), timeout=60_000)
        page.reload()
        page.wait_for_selector("#apartados .frase.cambiada", timeout=60_000)
        shown = " ".join(page.locator("#apartados .frase").all_inner_texts())
        assert "antes del corte" in shown and "durante el corte" in shown
        seen.complaints.clear()  # the browser's own words about the connection


def test_a_signature_asks_for_the_password_again(site: Site, browser: Browser) -> None:
    from copilot.settings import Settings
    from copilot.users import schema
    from copilot.users.store import Store, users_url

    with at_work(browser, site.running.address, "medica") as seen:
        page = seen.page
        structured(page)
        store = Store(users_url(Settings(data_dir=site.folder)))
        with store.write() as connection:  # as if an hour had passed
            connection.execute(schema.session.update().values(proved=1))
        store.close()
        page.click("[data-firmar]")
        page.fill("#firma-nombre", SIGNER[0])
        page.fill("#firma-cedula", SIGNER[1])
        page.check("#firma-leida")
        page.fill("#firma-clave", "no-es-esta-frase")
        page.click("#firmar .principal")
        expect(page.locator("#firmar .error")).to_contain_text("no es correcta", timeout=15_000)
        page.fill("#firma-clave", PHRASE)
        page.click("#firmar .principal")
        page.wait_for_selector("#notas-lectura .nota", timeout=30_000)
        seen.complaints = [line for line in seen.complaints if "400" not in line]


def test_an_institutional_session_locks_and_goes_on_through_the_provider(site: Site, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="es-MX")
    seen = watch(context)
    page = seen.page
    page.goto(f"{site.running.address}/entrar?siguiente=/medico/")
    page.get_by_role("link", name="Entrar con la cuenta institucional").click()
    page.wait_for_selector("#estructurar", timeout=60_000)
    structured(page)
    page.evaluate("fetch('/sesion/bloquear', {method: 'POST'})")
    # The page asks by itself too: where its dialogue is there already, a click of the mouse would wait for it to go.
    page.locator("[data-mis-notas]").dispatch_event("click")
    page.wait_for_selector("#candado[open]", timeout=40_000)
    assert page.locator("#candado input").count() == 0, "there is no password of ours"
    with page.expect_popup() as small:
        page.click("#candado .principal")
    expect(page.locator("#candado")).to_have_count(0, timeout=20_000)
    assert small.value.is_closed() or "listo" in small.value.url
    assert page.locator("#apartados .frase").count() > 1, "the work is still there"
    seen.complaints = [line for line in seen.complaints if "401" not in line]
    assert seen.complaints == [] and seen.foreign == []
    context.close()
