"""The evaluator's pages: what they refuse, that a run goes on without the page, that two reviewers stay blind."""

from __future__ import annotations

import importlib.util
import re
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from copilot.auditing import open_log
from copilot.errors import UsageError
from copilot.settings import Settings
from eval import background, runs
from eval.serving import ROOT
from guardrails.audit import Filters, Reader, Record, Role

from .conftest import PEOPLE, give_session, people, sign_in

FIRST, SECOND = "20260101-080000", "20260101-090000"
SECOND_RATER = "otro.evaluador"
FORM = {"suite": ["alcance"], "modelo": "none", "plantilla": "redaccion", "limite": "2"}


@pytest.fixture(scope="module")
def home(data_dir: Path) -> Path:
    """Two finished runs of the same notes, the second worse."""
    folder = runs.home(Settings(data_dir=data_dir))
    spec = importlib.util.spec_from_file_location("hechas_a_mano", ROOT / "tests" / "eval" / "conftest.py")
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    make_run = made.make_run
    make_run(folder / FIRST, [1, 0, 2, 1])
    make_run(folder / SECOND, [4, 3, 5, 4])
    return folder


@pytest.fixture(scope="module")
def web(server: str, home: Path) -> Iterator[httpx.Client]:
    with closing(sign_in(server, "evaluadora")) as client:
        client.headers["accept"] = "text/html"
        yield client


@pytest.fixture(scope="module")
def other(server: str, data_dir: Path, home: Path) -> Iterator[httpx.Client]:
    people(data_dir, {SECOND_RATER: [Role.EVALUATOR]})
    with closing(sign_in(server, SECOND_RATER)) as client:
        client.headers["accept"] = "text/html"
        yield client


@pytest.mark.parametrize(("change", "words"), [
    ({"suite": []}, "Elija al menos una prueba"),
    ({"suite": ["alcance", "../../etc"]}, "Elija al menos una prueba"),
    ({"modelo": "qwen2.5-7b-instruct"}, "no está disponible"),
    ({"plantilla": "../README"}, "No existe esa versión"),
    ({"limite": "-3"}, "entre 1 y 10"),
    ({"limite": "mil"}, "entre 1 y 10"),
])  # fmt: skip
def test_a_run_that_is_not_on_offer_is_refused(web: httpx.Client, change: dict[str, object], words: str) -> None:
    answer = web.post("/evaluacion/correr", data=FORM | change)
    assert answer.status_code == 400
    assert words in answer.text


@pytest.mark.parametrize("name", ["..", "20260101-080000-xx", "20990101-000000", "%2e%2e%2fkeys", "trabajo.lock"])
@pytest.mark.parametrize("page", ["", "informe.html", "casos", "caso", "revision"])
def test_only_names_of_runs_are_folders(web: httpx.Client, name: str, page: str) -> None:
    answer = web.get(f"/evaluacion/{name}/{page}")
    assert answer.status_code in (303, 404)
    assert "Corrida" not in answer.text


@pytest.mark.parametrize("name", [one for one in PEOPLE if one != "evaluadora"])
def test_nobody_else_starts_reads_or_cancels(server: str, home: Path, name: str) -> None:
    with closing(sign_in(server, name)) as client:
        inside = ("cancelar", "continuar", "revision", "revision/muestra", "revision/conciliar")
        for path in ("correr", *(f"{FIRST}/{one}" for one in inside)):
            assert client.post(f"/evaluacion/{path}", data=FORM).status_code == 403
        case = f"{FIRST}/caso?suite=omision&id=n01-1"
        for path in ("", "estado", f"{FIRST}/", case, f"comparar?a={FIRST}&b={SECOND}"):
            assert client.get(f"/evaluacion/{path}").status_code == 403


def test_without_the_token_of_the_page_nothing_starts(web: httpx.Client) -> None:
    kept = web.headers.pop("X-CSRF-Token")
    try:
        assert web.post("/evaluacion/correr", data=FORM).status_code == 403
    finally:
        web.headers["X-CSRF-Token"] = kept
    assert web.get("/evaluacion/estado").json() == {"corrida": ""}


def test_the_list_gives_rates_with_intervals_and_the_comparison_is_paired(web: httpx.Client) -> None:
    page = web.get("/evaluacion/").text
    assert FIRST in page and SECOND in page
    assert re.search(r"<strong>[\d.]+ % \([\d.]+–[\d.]+\)</strong>", page)
    compared = web.get(f"/evaluacion/comparar?a={FIRST}&b={SECOND}").text
    assert "<svg" in compared and "empeora" in compared
    assert web.get(f"/evaluacion/comparar?a={FIRST}&b={FIRST}").status_code == 400


def test_a_case_shows_source_and_verdict_as_text(web: httpx.Client) -> None:
    listed = web.get(f"/evaluacion/{FIRST}/casos?suite=alucinacion&ver=errores").text
    link = re.search(r'href="(/evaluacion/[^"]+/caso\?[^"]+)"', listed)
    assert link
    case = web.get(link[1].replace("&amp;", "&")).text
    assert "&lt;b&gt;izquierda&lt;/b&gt;" in case and "<b>izquierda" not in case
    assert "sin sustento: lateralidad (mayor)" in case
    assert '<mark class="mal">' in case


def test_pages_break_no_rule_of_the_browser(server: str, home: Path, browser: Browser) -> None:
    """The report opens inside the page: no violation of the policy, no foreign request, and no English."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-US")
    context.set_default_timeout(120_000)
    give_session(context, server, "evaluadora")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda one: wrong.append(one.url) if not one.url.startswith((server, "data:")) else None)
    page.goto(f"{server}/evaluacion/")
    page.get_by_role("link", name=FIRST, exact=True).click()
    page.wait_for_selector(".informe svg")
    assert page.locator(".informe svg").first.bounding_box()["width"] > 300  # type: ignore[index]
    page.get_by_role("link", name="Casos").click()
    page.get_by_role("link", name="Revisión humana").click()
    page.goto(f"{server}/evaluacion/comparar?a={FIRST}&b={SECOND}")
    page.wait_for_selector(".informe svg")
    context.close()
    assert wrong == []


def numbers(page: str) -> list[str]:
    return re.findall(r'name="s(\d+)" value="si"', page)


def sentence(page: str, n: str) -> str:
    found = re.search(rf'<span class="tenue">{n} de \d+</span><br><strong>(.*?)</strong>', page)
    assert found
    return found[1]


def judge(client: httpx.Client, doubt: str = "") -> None:
    """Fill in a whole sheet: what says «izquierda» is not supported, nor what contains ``doubt``."""
    for at in (1, 2):
        page = client.get(f"/evaluacion/{FIRST}/revision?pagina={at}").text
        given = {"pagina": str(at)}
        for n in numbers(page):
            said = sentence(page, n)
            bad = "izquierda" in said or (doubt and n == doubt)
            given |= {f"s{n}": "no" if bad else "si", f"g{n}": "mayor" if bad else "", f"k{n}": ""}
        assert client.post(f"/evaluacion/{FIRST}/revision", data=given).status_code == 303


def test_two_people_review_blind_and_then_settle(web: httpx.Client, other: httpx.Client) -> None:
    assert web.post(f"/evaluacion/{FIRST}/revision/muestra", data={"frases": "12"}).status_code == 303
    page = web.get(f"/evaluacion/{FIRST}/revision").text
    assert "Hoja A" in page
    assert "lateralidad" not in re.sub(r"<select.*?</select>", "", page, flags=re.DOTALL), "the guard's opinion"
    refused = web.post(f"/evaluacion/{FIRST}/revision", data={f"s{numbers(page)[0]}": "no"})
    assert refused.status_code == 400 and "sin gravedad" in refused.text

    judge(web)
    # While one sheet is open nobody gets at what the guard or the colleague said, by whatever door.
    for who in (web, other):
        for door in ("", "informe.html", "casos?suite=alucinacion", "caso?suite=alucinacion&id=x"):
            covered = who.get(f"/evaluacion/{FIRST}/{door}")
            assert covered.status_code == 403 and "revisión ciega" in covered.text, door
    alone = web.get(f"/evaluacion/{FIRST}/revision").text
    assert "cuando la otra persona termine" in alone and "kappa de Cohen" not in alone

    sheet = other.get(f"/evaluacion/{FIRST}/revision").text
    assert "Hoja B" in sheet
    first = next(n for n in numbers(sheet) if "izquierda" not in sentence(sheet, n))
    judge(other, doubt=first)
    both = other.get(f"/evaluacion/{FIRST}/revision").text
    assert re.search(r"kappa de Cohen 0\.\d+", both)
    assert "Difieren en 1 frases" in both

    n = re.search(r'conciliar">.*?name="s(\d+)"', both, re.DOTALL)
    assert n
    agreed = {f"s{n[1]}": "si", f"k{n[1]}": "", f"g{n[1]}": ""}
    assert web.post(f"/evaluacion/{FIRST}/revision/conciliar", data=agreed).status_code == 303
    assert "1 frases conciliadas" in web.get(f"/evaluacion/{FIRST}/revision").text
    assert "Por revisión humana" in web.get(f"/evaluacion/{FIRST}/").text


def test_a_review_that_is_given_up_opens_the_report_and_shuts_the_sheets(web: httpx.Client) -> None:
    assert web.post(f"/evaluacion/{SECOND}/revision/muestra", data={"frases": "4"}).status_code == 303
    page = web.get(f"/evaluacion/{SECOND}/revision").text
    assert web.get(f"/evaluacion/{SECOND}/").status_code == 403
    assert web.post(f"/evaluacion/{SECOND}/revision/dejar").status_code == 303
    assert web.get(f"/evaluacion/{SECOND}/").status_code == 200
    late = web.post(f"/evaluacion/{SECOND}/revision", data={f"s{numbers(page)[0]}": "si"})
    assert late.status_code == 400 and "no se llenan más" in late.text


def test_a_run_goes_on_without_the_page_and_can_be_cancelled(
    server: str, web: httpx.Client, data_dir: Path, home: Path
) -> None:
    assert web.post("/evaluacion/correr", data=FORM).headers["location"] == "/evaluacion/?hecho=en-marcha"
    name = web.get("/evaluacion/estado").json()["corrida"]
    with closing(sign_in(server, "evaluadora")) as again:  # another window, later
        again.headers["accept"] = "text/html"
        page = again.get("/evaluacion/").text
        assert name in page and "Cancelar" in page
        assert "Ya hay una evaluación" in again.post("/evaluacion/correr", data=FORM).text
        assert again.post(f"/evaluacion/{name}/cancelar").status_code == 303
    settings = Settings(data_dir=data_dir)
    until = time.monotonic() + background.GRACE_S + 20
    while background.running(settings) and time.monotonic() < until:
        time.sleep(0.3)
    assert background.running(settings) == ""
    page = web.get("/evaluacion/").text
    assert "cancelada" in page and "Continuar" in page
    logged = [one for one in entries(data_dir) if ((one.content or {}).get("detail") or {}).get("run") == name]
    outcomes = [one.context["outcome"] for one in logged]
    # A run that is cancelled before it began has nothing to say about its start.
    assert "cancel_requested" in outcomes and set(outcomes) <= {"started", "cancel_requested", "cancelled", "failed"}
    assert len({one.context["actor"] for one in logged}) == 1, "the process logs under the same person as the page"
    assert "evaluadora" not in str(logged), "a pseudonym"


def entries(data_dir: Path) -> list[Record]:
    """The entries on evaluations in the site's log, oldest first."""
    with open_log(Settings(data_dir=data_dir)) as log:
        return log.search(Filters(action="evaluation"), reader=Reader("prueba"), newest_first=False)


def test_one_at_a_time_and_a_lost_lock_file_is_no_running_job(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert background.running(settings) == ""
    with background._lock(settings, 2) as held:
        assert held is not None
        with pytest.raises(UsageError, match="Ya hay una evaluación"):
            background.start(settings, runs.Manifest("20260101-080000", ["alcance"], 1, 7, {}, {}, ""))
    assert background.running(settings) == ""
    background.cancel(settings, "20260101-080000")  # nothing to cancel: nothing happens
