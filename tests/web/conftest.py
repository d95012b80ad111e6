"""The real program in a process of its own, and a real browser that may reach nothing but it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, sync_playwright

from copilot.auditing import open_log
from copilot.settings import Settings, get_settings
from copilot.users import open_site
from eval.serving import FLAGS, chromium, serving
from guardrails.audit import Role


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web") / "datos"


PHRASE = "cuatro-palabras-sin-orden"
PEOPLE = {
    "medica": [Role.PHYSICIAN],
    "otra.medica": [Role.PHYSICIAN],
    "comisionada": [Role.COMMISSION],
    "evaluadora": [Role.EVALUATOR],
    "administra": [Role.ADMIN],
}
"""One account for each role, all with the same pass phrase."""


def people(folder: Path, who: dict[str, list[Role]] = PEOPLE) -> None:
    """Make the accounts in a data directory before the program starts."""
    settings = Settings(data_dir=folder)
    with open_log(settings) as log:
        site = open_site(settings, lambda: log)
        for name, roles in who.items():
            site.accounts.add(name, roles, full_name=name.capitalize(), password=PHRASE)
        site.accounts.store.close()


def sign_in(server: str, name: str, phrase: str = PHRASE) -> httpx.Client:
    """A client signed in as that person, with the CSRF token on every request."""
    client = httpx.Client(base_url=server, trust_env=False, timeout=60)
    answer = client.post("/entrar", data={"usuario": name, "contrasena": phrase})
    assert answer.status_code == 303, answer.text
    client.headers["X-CSRF-Token"] = client.cookies["copiloto_csrf"]
    return client


def give_session(context: BrowserContext, server: str, name: str) -> None:
    """Put a new session of that person into the browser."""
    with closing(sign_in(server, name)) as client:
        context.add_cookies(
            [{"name": key, "value": value, "url": server} for key, value in client.cookies.items()]
        )


@pytest.fixture(scope="session")
def server(data_dir: Path) -> Iterator[str]:
    """Address of ``app.py`` with a new data directory, ready."""
    people(data_dir)
    made = get_settings().data_dir / "corpus"
    if made.is_dir():  # other tests of this run have indexed the bundled cards: once is enough
        shutil.copytree(made, data_dir / "corpus")
    log = data_dir.parent / "servidor.log"
    with log.open("wb") as out, serving(data_dir, out=out, COPILOT_USE_LLM="false") as running:
        yield running.address


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for all: a second one can't live beside it."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
    yield browser
    browser.close()


@dataclass
class Watched:
    """A page and everything it did that it must not do."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """Errors of scripts, violations of the Content-Security-Policy, dialogs."""

    @property
    def lit(self) -> list[str]:
        """The words lit in the source."""
        return self.page.locator("#fuente .encendida").all_inner_texts()

    def write(self, text: str) -> None:
        self.page.locator("#texto textarea").fill(text)

    def structure(self) -> None:
        self.page.locator("#texto textarea").press("Control+Enter")
        self.page.wait_for_selector("#nota-lista", timeout=60_000)
        self.page.wait_for_selector("#estructurar:not([disabled])")


def watch(context: BrowserContext) -> Watched:
    """A new page of the context that notes what it must not do and reaches nothing but loopback."""
    page = context.new_page()
    watch = Watched(page)

    def gate(route: Route) -> None:
        parts = urlsplit(route.request.url)
        if parts.hostname == "127.0.0.1" or parts.scheme in ("data", "blob"):
            route.continue_()
        else:
            watch.foreign.append(route.request.url)
            route.abort()

    context.route("**/*", gate)
    page.on("pageerror", lambda error: watch.complaints.append(str(error)))
    page.on("console", lambda line: watch.complaints.append(line.text) if line.type == "error" else None)
    page.on("websocket", lambda one: watch.foreign.append(one.url) if "127.0.0.1" not in one.url else None)
    return watch


@contextmanager
def at_work(browser: Browser, server: str, name: str) -> Iterator[Watched]:
    """That person's page, empty and loaded; afterwards: no foreign request, no error, no violation."""
    # An English browser: what is Spanish is so because of us.
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-US", accept_downloads=True)
    seen = watch(context)
    give_session(context, server, name)
    seen.page.goto(f"{server}/medico/?nueva=1")  # without it the page opens the draft of the test before
    seen.page.wait_for_selector("#estructurar", timeout=60_000)
    yield seen
    context.close()
    assert seen.foreign == []
    assert seen.complaints == []


@pytest.fixture
def watched(server: str, browser: Browser) -> Iterator[Watched]:
    """A physician's page."""
    with at_work(browser, server, "medica") as seen:
        yield seen
