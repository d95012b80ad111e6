"""The commission's page: what it shows of the log, what it leaves in the log, and that nothing in a note runs there."""

from __future__ import annotations

import datetime
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pdfplumber
import pytest
from playwright.sync_api import Browser, Page, expect

from copilot.errors import CopilotError, InputError
from copilot.facade import Actor, Copilot
from copilot.settings import Settings
from copilot.web.commission.figures import gather
from copilot.web.commission.integrity import VERIFIED, last, panel_html, verify
from copilot.web.commission.page import open_entry
from copilot.web.commission.search import Wanted, between, search
from copilot.web.commission.view import list_html
from guardrails.audit import (
    Action,
    AuditEntry,
    Change,
    Filters,
    Guards,
    ModelRef,
    Reader,
    StatementVerdict,
)

from .conftest import give_session, sign_in

ZONE = ZoneInfo("America/Mexico_City")
READER = Reader("comisionada")
HOSTILE = "<script>window.entro=1</script><img src=x onerror=window.entro=1>"


@pytest.fixture
def pilot(tmp_path: Path) -> Iterator[Copilot]:
    """A site with one note that was changed and signed, two questions, and a request that was never answered."""
    pilot = Copilot(Settings(data_dir=tmp_path / "datos", unit="UMF-1"))
    ruiz = Actor(user="dra.ruiz")
    given = pilot.entry(Action.STRUCTURE, ruiz, input=f"<PACIENTE_1> con tos {HOSTILE}", original_input="x")
    with pilot.log.interaction(given) as one:
        noted = one.finish(
            AuditEntry(
                action=Action.STRUCTURE,
                outcome="ok",
                note_type="evolucion",
                output={"sections": {"padecimiento_actual": [{"text": f"con tos {HOSTILE}", "spans": []}]}},
                model=ModelRef(name="qwen2.5-coder-1.5b", file_hash="cc" * 32),
                guards=Guards(
                    redaction={"NOMBRE_PACIENTE": 1},
                    alerts=["valor_imposible"],
                    grounding=[StatementVerdict(statement=0, supported=False, score=0.2, kind="numero")],
                ),
                latency_ms=2000,
            )
        )
    change = Change(op="replace", section="padecimiento_actual", before="con tos", after="con tos seca")
    pilot.log.append(pilot.entry(Action.SIGN, ruiz, outcome="ok", changes=[change], detail={"of": noted.id}))
    for outcome in ("answered", "refused"):
        with pilot.log.interaction(pilot.entry(Action.ASK, Actor(user="dr.lara"), input="¿dosis?")) as asked:
            asked.finish(AuditEntry(action=Action.ASK, outcome=outcome, latency_ms=500))
    pilot.log.append(pilot.entry(Action.ASK, ruiz, phase="request", input="¿y esto?"))
    yield pilot
    pilot.log.close()


def reads(pilot: Copilot) -> int:
    return pilot.log.query(Filters(action="audit_read")).stats().total


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Wanted(action="structure"), 1),
        (Wanted(action="ask"), 2),
        (Wanted(action="ask", everything=True), 5),
        (Wanted(action="ask", outcome="refused"), 1),
        (Wanted(model="qwen2.5-coder-1.5b"), 1),
        (Wanted(model="qwen"), 0),
        (Wanted(model='%" OR 1=1 --'), 0),
        (Wanted(unit="UMF-2"), 0),
        (Wanted(actor="nadie"), 0),
        (Wanted("hoy", action="sign"), 1),
        (Wanted("fechas", "01/01/2020", "31/12/2020"), 0),
    ],
)
def test_search_finds_what_is_asked_for_and_no_more(pilot: Copilot, wanted: Wanted, count: int) -> None:
    assert search(pilot.log, wanted, ZONE, READER).total == count


def test_the_day_of_a_filter_is_the_days_of_the_site() -> None:
    """22 November in Mexico City begins at six in the morning UTC and lasts until six of the 23rd."""
    since, until = between(Wanted("fechas", "22/11/2026", "22/11/2026"), ZONE)
    assert datetime.datetime.fromisoformat(since).astimezone(datetime.UTC).hour == 6
    assert datetime.datetime.fromisoformat(until).astimezone(datetime.UTC).day == 23


@pytest.mark.parametrize(("since", "until"), [("ayer", ""), ("31/02/2026", ""), ("02/01/2026", "01/01/2026")])
def test_impossible_dates_are_told(pilot: Copilot, since: str, until: str) -> None:
    with pytest.raises(InputError):
        search(pilot.log, Wanted("fechas", since, until), ZONE, READER)


def test_every_look_is_in_the_log(pilot: Copilot) -> None:
    before = reads(pilot)
    page = search(pilot.log, Wanted(action="sign"), ZONE, READER)
    assert reads(pilot) == before + 1
    open_entry(pilot.log, page.records[0].id, READER, ZONE)
    assert reads(pilot) == before + 2
    gather(pilot.log, ("", ""), ZONE, READER)
    assert reads(pilot) == before + 3
    list(verify(pilot, READER))
    assert reads(pilot) == before + 4


def test_pages_do_not_shift_under_ones_own_reading(pilot: Copilot) -> None:
    for _ in range(60):
        pilot.log.append(pilot.entry(Action.EXPORT, Actor(user="x"), outcome="ok"))
    first = search(pilot.log, Wanted(), ZONE, READER)
    second = search(pilot.log, Wanted(), ZONE, READER, 1, first.size)
    third = search(pilot.log, Wanted(), ZONE, READER, 2, first.size)
    seen = [one.index for page in (first, second, third) for one in page.records]
    assert len(seen) == len(set(seen)) == first.total
    assert seen == sorted(seen, reverse=True)
    beyond = search(pilot.log, Wanted(), ZONE, READER, 99, first.size)
    assert beyond.page == beyond.pages - 1


def test_one_interaction_shows_all_that_was_decided_and_changed(pilot: Copilot) -> None:
    note = search(pilot.log, Wanted(action="structure"), ZONE, READER).records[0]
    html = open_entry(pilot.log, note.id, READER, ZONE)
    for words in ("PACIENTE_1", "Padecimiento actual", "No sostenida", "Nombre del paciente: 1", "Valor imposible",
                  "qwen2.5-coder-1.5b", "<ins>con tos seca</ins>", "<del>con tos</del>", "Firma"):  # fmt: skip
        assert words in html
    assert "<script" not in html
    assert "<img" not in html
    assert "dra.ruiz" not in html, "people stand in the log as pseudonyms"


@pytest.mark.parametrize("identifier", ["", "x", "999999", "3-00000000", "<script>", "-1", "1e9"])
def test_what_is_not_there_is_said_so(pilot: Copilot, identifier: str) -> None:
    with pytest.raises(CopilotError):
        open_entry(pilot.log, identifier, READER, ZONE)


def test_figures_count_each_thing_once(pilot: Copilot) -> None:
    found = gather(pilot.log, between(Wanted("7"), ZONE), ZONE, READER)
    assert sum(found.use["structure"].values()) == 1
    assert sum(found.use["ask"].values()) == 2
    assert found.declined["refused"].total() == 1
    assert found.edits == [1]
    assert found.unsupported == 1
    assert found.redactions == {"NOMBRE_PACIENTE": 1}
    assert found.unanswered_count == 1
    assert found.times("structure") == [2.0]
    assert len(found.days) == 7
    assert len(found.people) == 2


def test_an_altered_log_is_called_altered(pilot: Copilot, tmp_path: Path) -> None:
    import sqlite3

    pilot.log.close()
    with sqlite3.connect(tmp_path / "datos" / "audit" / "log.sqlite") as base:
        triggers = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            base.execute(f"DROP TRIGGER {name}")
        base.execute("UPDATE entry SET context = replace(context, 'refused', 'answered') WHERE outcome = 'refused'")
    found = list(verify(pilot, READER))[-1]
    assert not isinstance(found, float)
    assert not found.ok


def test_the_panel_says_up_to_where_it_was_verified(pilot: Copilot) -> None:
    assert "no se ha verificado" in panel_html(pilot.log, ZONE)
    list(verify(pilot, READER))
    past = last(pilot.log, VERIFIED)
    assert past is not None
    assert past.findings == 0
    assert f"Verificada hasta la entrada {past.size - 1}" in panel_html(pilot.log, ZONE)


def test_an_empty_search_says_what_to_do(pilot: Copilot) -> None:
    page = search(pilot.log, Wanted(unit="ninguna"), ZONE, READER)
    assert "Amplíe el periodo" in list_html(page, ZONE)


# --- the same over the network and in a browser --------------------------------------------------------------


@pytest.fixture(scope="module")
def commission(server: str) -> Iterator[httpx.Client]:
    with closing(sign_in(server, "comisionada")) as client:
        yield client


def test_downloads_prove_themselves_outside(commission: httpx.Client, tmp_path: Path) -> None:
    """Export, checkpoint and verifier are taken to another machine and hold there; a changed export does not."""
    with zipfile.ZipFile(io.BytesIO(commission.get("/auditoria/verificador.zip").content)) as archive:
        archive.extractall(tmp_path)
    point = commission.get("/auditoria/punto-de-control.txt").text
    whole = commission.get("/auditoria/exportacion.jsonl").text
    (tmp_path / "punto.txt").write_text(point, encoding="utf-8")

    def holds(text: str, *against: str) -> bool:
        (tmp_path / "todo.jsonl").write_text(text, encoding="utf-8")
        command = [sys.executable, "standalone_verify.py", "todo.jsonl", "--key", "audit-checkpoint.pub", *against]
        return subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0

    point_too = ("--checkpoint", "punto.txt")
    assert holds(whole, *point_too)
    lines = whole.splitlines(keepends=True)
    assert not holds("".join(lines[:5] + lines[6:]), *point_too)
    number = json.loads(lines[3])["index"]
    assert holds(commission.get(f"/auditoria/prueba/{number}.jsonl").text)


def test_the_report_is_a_pdf_with_a_checkpoint(commission: httpx.Client) -> None:
    month = datetime.datetime.now(ZONE).strftime("%Y-%m")
    answer = commission.get(f"/auditoria/informe-{month}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    with pdfplumber.open(io.BytesIO(answer.content)) as paper:
        text = "\n".join(page.extract_text() for page in paper.pages)
    assert "Informe del copiloto clínico" in text
    assert "Integridad de la bitácora" in text
    assert "Llave pública" in text


@pytest.mark.parametrize(
    ("path", "status"),
    [("informe-2026-13.pdf", 400), ("informe-x.pdf", 400), ("exportacion.exe", 400), ("prueba/99999999.jsonl", 400),
     ("exportacion.csv?period=fechas&since=ayer", 400), ("otra", 404)],
)  # fmt: skip
def test_wrong_downloads_are_told_in_spanish(commission: httpx.Client, path: str, status: int) -> None:
    answer = commission.get(f"/auditoria/{path}")
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}


@pytest.fixture(scope="module")
def page(server: str, browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """The page in a browser, and what its console complained about."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-US", accept_downloads=True)
    give_session(context, server, "comisionada")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    context.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.abort())
    page.on("requestfailed", lambda one: complaints.append(one.url) if "127.0.0.1" not in one.url else None)
    page.goto(f"{server}/comision/")
    page.wait_for_selector("#lista tbody tr", timeout=60_000)
    yield page, complaints
    context.close()


@pytest.mark.browser
def test_the_whole_path_of_the_commission(page: tuple[Page, list[str]]) -> None:
    """Find, open by keyboard, verify, count, download: without a complaint of the browser or an English word."""
    view, complaints = page
    view.locator("#lista td:first-child button.liga").first.focus()
    view.keyboard.press("ArrowDown")
    view.keyboard.press("Enter")
    view.wait_for_selector("#detalle .detalle", timeout=30_000)
    expect(view.locator("#detalle")).to_contain_text("Entrada completa")
    expect(view.locator("#quien")).to_contain_text("Comisionada")
    view.locator("#lista .seudonimo").first.click()
    expect(view.locator("#f-seudonimo input, #f-seudonimo textarea").first).not_to_have_value("")
    view.click("button[role=tab]:has-text('Integridad')")
    view.wait_for_selector("#estado-bitacora dl")
    view.click("#verificar")
    expect(view.locator("#dictamen")).to_contain_text("Todo concuerda", timeout=60_000)
    with view.expect_download() as waiting:
        view.click("text=Hacer y descargar punto de control")
    assert waiting.value.suggested_filename.startswith("punto-de-control")
    view.click("button[role=tab]:has-text('Cifras')")
    view.click("#calcular")
    expect(view.locator("#graficas")).to_contain_text("Accesos fallidos", timeout=60_000)
    view.click("button[role=tab]:has-text('Informe mensual')")
    expect(view.locator("#informe a")).to_have_attribute("href", re.compile(r"informe-\d{4}-\d\d\.pdf"))
    seen = view.locator("body").inner_text()
    for word in ("Gradio", "Submit", "Clear", "Loading", "Settings", "Error"):
        assert word not in seen
    assert complaints == []


@pytest.mark.browser
def test_a_locked_page_hides_everything_until_the_password(page: tuple[Page, list[str]]) -> None:
    from .conftest import PHRASE

    view, complaints = page
    view.evaluate("fetch('/sesion/bloquear', {method: 'POST'}).then(() => fetch('/sesion', {method: 'POST'}))")
    view.wait_for_selector("#candado[open]")
    assert view.evaluate("getComputedStyle(document.querySelector('#candado'), '::backdrop').opacity") == "1"
    view.keyboard.press("Escape")
    assert view.locator("#candado[open]").count() == 1
    view.fill("#candado-clave", "no es esta")
    view.press("#candado-clave", "Enter")
    expect(view.locator("#candado .error")).to_be_visible()
    view.fill("#candado-clave", PHRASE)
    view.press("#candado-clave", "Enter")
    view.wait_for_selector("#candado", state="detached")
    complaints.clear()  # the refusals are meant
    view.click("button[role=tab]:has-text('Interacciones')")
    view.click("#buscar")
    expect(view.locator("#lista")).to_contain_text("entradas")
