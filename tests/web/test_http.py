"""What the server answers, and above all what it refuses."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from .conftest import sign_in

ROOT = Path(__file__).parents[2]
NOTE = "Masc 34a con odinofagia de 3 días y fiebre. TA 120/80 FC 96 T 38.4. Dx faringoamigdalitis. Paracetamol 500 mg."


@pytest.fixture(scope="module")
def web(server: str) -> httpx.Client:
    return sign_in(server, "medica")


def test_structure_gives_the_contract_row_with_exact_offsets(web: httpx.Client) -> None:
    answer = web.post("/api/v1/structure", json={"text": NOTE, "note_type": "urgencias"})
    assert answer.status_code == 200
    row = answer.json()
    assert row["note_type"] == "urgencias"
    statements = [one for section in row["sections"].values() for one in section]
    assert statements
    for one in statements:
        assert one["text"] == " ".join(NOTE[s:e] for s, e in one["spans"])
    covered = {i for one in statements for s, e in one["spans"] for i in range(s, e)}
    assert {i for i, c in enumerate(NOTE) if not c.isspace()} <= covered
    assert any(v["name"] == "temperatura" and v["value"] == "38.4" for v in row["vitals"])
    assert "vía" in row["medications"][0]["missing"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": ""}, 400),
        ({"text": "  \n "}, 400),
        ({"text": "\x00\x01\x02 binario"}, 400),
        ({"text": "dolor " * 40_000}, 400),
        ({"text": NOTE, "note_type": "Rosalba Quintero"}, 422),
        ({"texto": "Rosalba Quintero"}, 422),
        ({"text": NOTE, "Rosalba Quintero": 1}, 422),
        (["Rosalba Quintero"], 422),
    ],
)
def test_bad_requests_get_a_spanish_reason_and_no_echo(web: httpx.Client, body: object, status: int) -> None:
    answer = web.post("/api/v1/structure", json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert "Rosalba" not in answer.text


def test_document_describes_the_api_and_loads_nothing_from_outside(web: httpx.Client) -> None:
    document = web.get("/api/v1/openapi.json").json()
    assert "/api/v1/structure" in document["paths"]
    assert web.get("/docs").status_code == 404
    assert web.get("/redoc").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/medico/gradio_api/file=/etc/passwd",
        "/medico/gradio_api/file/etc/passwd",
        "/medico/gradio_api/proxy=http://example.org/",
        "/medico/gradio_api/runs",
        "/medico/gradio_api/vibe-code/",
        "/medico/gradio_api/deep_link",
        "/medico/monitoring",
        "/medico/login_check",
        "/medico/manifest.json",
        "/recursos/../../app.py",
        "/medico/static/../../../app.py",
    ],
)
def test_routes_that_no_page_needs_are_shut(web: httpx.Client, path: str) -> None:
    assert web.get(path).status_code in (403, 404)


def test_nothing_can_be_uploaded(web: httpx.Client) -> None:
    assert web.post("/medico/gradio_api/upload", files={"files": ("a.js", b"alert(1)")}).status_code == 404


def test_other_hosts_and_origins_are_refused(web: httpx.Client) -> None:
    assert web.get("/healthz", headers={"Host": "copiloto.example.org"}).status_code == 421
    foreign = web.post("/api/v1/structure", json={"text": NOTE}, headers={"Origin": "http://example.org"})
    assert foreign.status_code == 403
    sandboxed = web.post("/api/v1/structure", json={"text": NOTE}, headers={"Origin": "null"})
    assert sandboxed.status_code == 403


def test_enormous_bodies_are_refused_before_they_are_read(server: str) -> None:
    host, port = urlsplit(server).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(
            f"POST /api/v1/structure HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 99999999999\r\n\r\n".encode()
        )
        assert line.recv(100).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("path", ["/medico/", "/healthz", "/api/v1/openapi.json", "/recursos/medico.js", "/nada"])
def test_every_answer_carries_a_strict_policy(web: httpx.Client, path: str) -> None:
    answer = web.get(path)
    rules = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert "unsafe" not in rules["script-src"]
    assert "http" not in answer.headers["content-security-policy"]
    assert rules["frame-ancestors"] == "'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_index_names_no_other_site_and_speaks_spanish(web: httpx.Client) -> None:
    head = web.get("/medico/").text.split("window.gradio_config")[0]
    assert 'lang="es-MX"' in head
    for word in ("gradio.app", "githubusercontent", "googleapis", "cdn"):
        assert word not in head


def test_two_answers_never_share_a_nonce(web: httpx.Client) -> None:
    policies = {web.get("/medico/").headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3


def test_will_not_serve_the_network_without_being_told_so(tmp_path: Path) -> None:
    environment = os.environ | {"COPILOT_HOST": "0.0.0.0", "COPILOT_DATA_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert "COPILOT_ALLOW_REMOTE" in done.stderr
