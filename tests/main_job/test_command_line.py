"""The command line as others run it: contracts, bad rows, exit codes, and no connection to anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NOTE = (
    "Fem 54a María Luna NSS 5082-62-1836-9, DM2 de 10 a. Refiere poliuria x 3 dias. TA 130/80 FC 78. "
    "Metformina 850 mg VO c/12h."
)
BLOCKED = """
import socket, sys
def refuse(*a, **k):
    sys.stderr.write("CONEXION " + repr(a[1:]) + "\\n")
    raise OSError("blocked")
socket.socket.connect = socket.socket.connect_ex = refuse
socket.getaddrinfo = refuse
from copilot.cli import main
sys.argv = ["copilot", *sys.argv[1:]]
sys.exit(main())
"""


def run(tmp_path: Path, *arguments: str, given: bytes = b"", **settings: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "COPILOT_DATA_DIR": str(tmp_path / "datos"), "COPILOT_USE_LLM": "false", **settings}
    command = [sys.executable, "-c", BLOCKED, *arguments]
    return subprocess.run(command, input=given, capture_output=True, env=environment, timeout=300)


def rows(data: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in data.decode("utf-8").splitlines()]


def test_bad_rows_give_errors_and_the_others_go_on(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "a", "text": NOTE}),
        json.dumps({"id": "b"}),
        "esto no es JSON",
        json.dumps({"id": "c", "text": "   "}),
        json.dumps({"id": "d", "text": NOTE, "note_type": "receta"}),
        json.dumps({"id": "e", "text": NOTE, "note_type": "urgencias"}),
        "\\udcff",
    ]
    done = run(tmp_path, "structure", "-", given="\n".join(lines).encode() + b"\n\xff\xfe\n")
    found = rows(done.stdout)
    assert done.returncode == 1
    assert [row["id"] for row in found] == ["a", "b", None, "c", "d", "e", None, None]
    assert [bool(row.get("error")) for row in found] == [False, True, True, True, True, False, True, True]
    assert found[5]["note_type"] == "urgencias"
    assert b"CONEXION" not in done.stderr, "something tried to open a connection"
    assert b"Mar\xc3\xada" not in done.stderr


def test_a_clean_run_exits_with_zero_and_writes_the_whole_file(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps({"id": 1, "text": NOTE}) + "\n", encoding="utf-8")
    done = run(tmp_path, "structure", str(source), "-o", str(target))
    assert done.returncode == 0
    assert rows(target.read_bytes())[0]["vitals"]
    assert [path.name for path in tmp_path.glob(".out*")] == []


@pytest.mark.parametrize(
    "arguments", [("structure",), ("structure", "no-existe.jsonl"), ("inventado",), ("structure", "a", "--text", "b")]
)
def test_wrong_use_exits_with_two_and_a_spanish_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert done.stderr


def test_without_its_model_it_says_what_to_do(tmp_path: Path) -> None:
    done = run(tmp_path, "structure", "--text", NOTE, COPILOT_MODEL_DIR=str(tmp_path / "vacio"))
    assert done.returncode == 1
    assert "copilot models pull" in done.stderr.decode()
    assert b"Luna" not in done.stderr


def test_without_a_log_there_is_no_answer(tmp_path: Path) -> None:
    target = tmp_path / "bitacora-que-es-carpeta"
    target.mkdir()
    done = run(tmp_path, "structure", "--text", NOTE, COPILOT_AUDIT_URL=f"sqlite:///{target}")
    assert done.returncode == 1
    assert b"Exploraci" not in done.stdout
    assert b"Luna" not in done.stdout + done.stderr


def test_for_a_person_it_prints_sections_with_their_source(tmp_path: Path) -> None:
    done = run(tmp_path, "structure", "--text", NOTE)
    text = done.stdout.decode()
    assert done.returncode == 0
    assert "Exploración física" in text
    assert "TA 130/80" in text
    assert "NOM-004" in text


def test_corrections_are_kept_without_personal_data(tmp_path: Path) -> None:
    arguments = ("examples", "add", "--section", "otro", "--text", "Se informa a su hija Rosa Martínez Ruiz")
    assert run(tmp_path, *arguments).returncode == 0
    kept = (tmp_path / "datos" / "examples.jsonl").read_text(encoding="utf-8")
    assert "Martínez" not in kept
    assert "Se informa" in kept
    again = run(tmp_path, *arguments)
    assert "Ya estaba" in again.stderr.decode()
    assert run(tmp_path, "examples", "add", "--section", "inventada", "--text", "x").returncode == 1
