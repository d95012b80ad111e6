"""Dictation as the physician uses it: a recording opened in the page, looked through, and only then in the text."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from .conftest import Watched, sign_in


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    voice = shutil.which("espeak-ng")
    assert voice, "apt-get install espeak-ng"
    path = tmp_path_factory.mktemp("voz") / "nota.wav"
    said = "Tensión arterial de ciento treinta sobre ochenta."
    subprocess.run([voice, "-v", "es-419", "-s", "140", "-w", str(path), said], check=True)
    return path


def test_a_recording_is_looked_through_before_it_counts(watched: Watched, recording: Path) -> None:
    page = watched.page
    page.get_by_role("button", name="Dictar", exact=True).click()
    page.set_input_files("#dictado-archivo", recording)
    page.wait_for_selector("[data-dictado=pasar]:not([disabled])", timeout=180_000)
    expect(page.locator("#dictado-texto mark.por-ver", has_text="130/80")).to_be_visible()
    assert page.locator("#texto textarea").input_value() == "", "nothing counts before it was seen"

    page.once("dialog", lambda box: box.dismiss())
    page.click("[data-dictado=pasar]")
    assert page.locator("#texto textarea").input_value() == "", "marks are left: the physician said no"

    while page.locator("#dictado-texto mark.por-ver").count():
        page.locator("[data-dictado=revisar]").press("Enter")  # with the keyboard alone
    expect(page.locator("#dictado-revisar")).to_contain_text("Todo lo marcado está visto")
    page.click("[data-dictado=pasar]")
    assert "130/80" in page.locator("#texto textarea").input_value()
    assert page.locator("#dictado-texto").inner_text().strip() == ""


@pytest.mark.parametrize(("body", "status", "words"), [
    (b"", 400, "No llegó"),
    (b"esto no es audio", 400, "no es un audio"),
    (b"x" * 10_000_001, 413, "demasiado grande"),
])  # fmt: skip
def test_a_wrong_file_gets_a_spanish_reason(server: str, body: bytes, status: int, words: str) -> None:
    with closing(sign_in(server, "medica")) as client:
        answer = client.post("/api/v1/dictate", content=body)
    assert answer.status_code == status
    assert words in answer.json()["error"]


@pytest.mark.parametrize("name", ["comisionada", "evaluadora", "administra"])
def test_only_physicians_dictate(server: str, name: str) -> None:
    with closing(sign_in(server, name)) as client:
        assert client.post("/api/v1/dictate", content=b"x").status_code == 403


def test_the_microphone_is_for_the_physicians_page_alone(server: str) -> None:
    with closing(sign_in(server, "medica")) as client:
        assert "microphone=(self)" in client.get("/medico/").headers["permissions-policy"]
    for path in ("/entrar", "/recursos/dictado.js"):
        assert "microphone=()" in httpx.get(server + path, trust_env=False).headers["permissions-policy"]
