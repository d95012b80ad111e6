"""Exports and the command line as the commission uses them, the stand-alone verifier on its own."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from audit_servers import note_entry, tamper
from fhir.resources.R4B.auditevent import AuditEvent

from copilot.cli import main
from copilot.settings import get_settings
from guardrails.audit import Action, AuditEntry, AuditLog, Filters, Reader, exports, standalone_verify
from guardrails.audit.fhir import _ACTIONS, audit_event, export_fhir, validate


@pytest.fixture
def filled(log: AuditLog, reader: Reader) -> AuditLog:
    """Notes, a refused question, a key rotation and an erasure."""
    for number in range(6):
        log.append(note_entry(number))
    log.rotate(reader=reader)
    log.append(note_entry(7, action="ask", outcome="refused"))
    log.erase([2, 3], reason="solicitud", order="Oficio 1", reader=reader)
    return log


def findings(log: AuditLog, lines: list[str], *notes: str) -> tuple[list[str], dict[str, object]]:
    key = standalone_verify.parse_key(str(log.verifier_key))
    checker, facts = standalone_verify.verify_export(lines, [key], list(notes))
    return [finding.kind for finding in checker.findings], facts


def test_a_complete_export_proves_everything_itself_included(filled: AuditLog, reader: Reader) -> None:
    lines = list(exports.export_jsonl(filled, Filters(), reader=reader))
    assert findings(filled, lines) == (
        [],
        {"entries": filled.size, "size": filled.size, "origin": "imss-copilot/UMF-1", "complete": True},
    )
    assert json.loads(lines[-2])["leaf"].startswith('{"action":"audit_read"')


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (Filters(action="structure"), 6),
        (Filters(outcome="refused"), 1),
        (Filters(user="dra.juana.perez"), 7),
        (Filters(user="nadie"), 0),
        (Filters(until="2000-01-01"), 0),
    ],
)
def test_a_partial_export_proves_what_it_holds(
    filled: AuditLog, reader: Reader, filters: Filters, count: int
) -> None:
    note = filled.checkpoint()
    filled.append(note_entry(9, action="edit", user="otro"))
    lines = list(exports.export_jsonl(filled, filters, reader=reader, checkpoints=[note]))
    found, facts = findings(filled, lines, note)
    assert found == [] and facts["entries"] == count and facts["complete"] is False
    if count:
        assert "raiz" in findings(filled, list(exports.export_jsonl(filled, filters, reader=reader)), note)[0]


def test_the_proof_of_one_interaction(filled: AuditLog, reader: Reader) -> None:
    for index in (0, 1, 2, 7, 9):
        lines = list(exports.prove(filled, str(index), reader=reader))
        assert findings(filled, lines) == (
            [],
            {"entries": 1, "size": filled.size, "origin": "imss-copilot/UMF-1", "complete": False},
        )


def test_csv(filled: AuditLog, reader: Reader) -> None:
    filled.append(note_entry(8, outcome="=HYPERLINK(1)"))
    table = list(csv.DictReader(io.StringIO("".join(exports.export_csv(filled, Filters(), reader=reader)))))
    assert len(table) == filled.size - 1  # the export's own entry came after the question
    assert table[1]["model"] == "qwen2.5-coder-1.5b" and table[1]["redactions"] == "1"
    assert table[2]["erased_by"] == "9" and table[2]["model"] == ""
    assert table[-1]["outcome"] == "'=HYPERLINK(1)"  # no formula for the spreadsheet
    assert "cefalea" not in str(table)


@pytest.mark.parametrize(
    "hostile", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1+1", "\u00a0=1", "＝1+1", "\x00=1"]
)
def test_no_cell_of_the_csv_is_a_formula(log: AuditLog, reader: Reader, hostile: str) -> None:
    log.append(note_entry(1, unit=hostile, outcome=hostile, note_type=hostile, version=hostile))
    text = "".join(exports.export_csv(log, Filters(), reader=reader))
    (row,) = [one for one in csv.DictReader(io.StringIO(text, newline="")) if one["action"] == "structure"]
    for name in ("unit", "outcome", "note_type", "version"):
        assert row[name].startswith("'"), row[name]
    assert "\0" not in text


@pytest.mark.parametrize("odd", [" ", "\x00", "\x01", "\ud800", "a" * 300_000, "\u2028", "\t", "<b>&"])
def test_odd_texts_do_not_stop_an_export(log: AuditLog, reader: Reader, odd: str) -> None:
    log.append(note_entry(1, unit=odd, outcome=odd, note_type=odd, version=odd))
    assert len(list(export_fhir(log, Filters(), reader=reader))) == 2
    assert len(list(exports.export_csv(log, Filters(), reader=reader))) == 4
    assert findings(log, list(exports.export_jsonl(log, Filters(), reader=reader)))[0] == []


def test_fhir(filled: AuditLog, reader: Reader) -> None:
    filled.append(AuditEntry(action=Action.LOGIN_FAILED, user="x"))
    events = [json.loads(line) for line in export_fhir(filled, Filters(), reader=reader)]
    assert len(events) == filled.size - 1
    for event in events:
        AuditEvent.model_validate(event)
        assert event["agent"] and event["source"]["observer"] and event["type"] and event["recorded"]
        assert sum(agent["requestor"] for agent in event["agent"]) == 1
    assert events[1]["action"] == "C" and events[-1]["outcome"] == "4" and events[8]["outcome"] == "4"
    assert "juana" not in str(events)
    with pytest.raises(ValueError):
        validate({**events[1], "recorded": "ayer"})
    with pytest.raises(ValueError):
        validate({**events[1], "paciente": "x"})


def test_every_action_has_its_fhir_form(log: AuditLog, reader: Reader) -> None:
    assert set(_ACTIONS) == {action.value for action in Action}
    plain = [one for one in Action if one not in ("log_created", "key_rotation", "erase")]
    for action in plain:
        receipt = log.append(AuditEntry(action=action))
        validate(audit_event(log.get(receipt.id, reader=reader), log.origin))


def test_exports_stream(tmp_path: Path, sqlite_url: str, reader: Reader) -> None:
    """Thousands of entries pass without being held in memory."""
    from eval.bench.audit import fill

    log = AuditLog.open(sqlite_url, tmp_path / "keys")
    fill(log, 2000)
    tracemalloc.start()
    written = sum(len(line) for line in exports.export_jsonl(log, Filters(), reader=reader))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000 < written


# --- command line ------------------------------------------------------------------------------------------------


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def copilot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Done]]:
    """``copilot audit …`` on the data directory ``sitio``."""
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "sitio"))
    monkeypatch.setenv("COPILOT_UNIT", "UMF 1")

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["copilot", "audit", *arguments])
        get_settings.cache_clear()
        code = main()
        return Done(code, *capsys.readouterr())

    yield run
    get_settings.cache_clear()


def test_the_command_line_from_first_entry_to_a_found_forgery(
    tmp_path: Path, copilot: Callable[..., Done]
) -> None:
    data, away = tmp_path / "sitio", tmp_path / "comision"
    away.mkdir()
    url = f"sqlite:///{data / 'audit' / 'log.sqlite'}"
    with AuditLog.open(url, data / "keys", "imss-copilot/UMF 1") as log:
        for number in range(5):
            log.append(note_entry(number))
        identifier = log.append(note_entry(6)).id
    done = copilot("checkpoint", "-o", str(away / "punto.txt"), "--qr", str(away / "punto.svg"))
    assert done.code == 0 and (away / "punto.svg").read_text().startswith("<?xml")
    done = copilot("prove", identifier, "-o", str(away / "prueba.jsonl"))
    assert done.code == 0
    done = copilot("export", "-o", str(away / "todo.jsonl"), "--verifier", str(away))
    assert done.code == 0
    done = copilot(
        "verify", "--checkpoint", str(away / "punto.txt"), "--key", str(away / "audit-checkpoint.pub")
    )
    assert done.code == 0 and "todo concuerda" in done.out
    done = copilot("erase", "--id", "3", "--order", "Oficio 1", "--yes")
    assert done.code == 0 and copilot("verify").code == 0

    # The commission's own computer: one file, outside the project, without the project's packages on the path.
    for name in ("todo.jsonl", "prueba.jsonl"):
        command = [sys.executable, "-I", "standalone_verify.py", name, "--key", "audit-checkpoint.pub"]
        if name == "todo.jsonl":
            command += ["--checkpoint", "punto.txt"]
        verified = subprocess.run(command, cwd=away, capture_output=True, text=True)
        assert verified.returncode == 0, verified.stdout + verified.stderr
        spoiled = (away / name).read_text().replace("cefalea", "mialgia", 1)
        (away / "falso.jsonl").write_text(spoiled)
        command[3] = "falso.jsonl"
        verified = subprocess.run(command, cwd=away, capture_output=True, text=True)
        assert verified.returncode == 1 and "ALTERADO [contenido]" in verified.stdout

    tamper(url, "DELETE FROM entry WHERE idx > 5", "UPDATE entry SET outcome = 'x' WHERE idx = 4")
    done = copilot("verify", "--checkpoint", str(away / "punto.txt"))
    assert done.code == 1
    assert "[cola_perdida]" in done.out and "[columna]" in done.out and "NO concuerda" in done.out
    assert copilot("export").code == 1  # nothing is given out of a log in doubt


def test_a_checkpoint_that_came_back_by_another_way(tmp_path: Path, copilot: Callable[..., Done]) -> None:
    """Saved by an editor that adds a byte order mark and its own line ends, or copied without the last one."""
    data, away = tmp_path / "sitio", tmp_path / "comision"
    away.mkdir()
    with AuditLog.open(f"sqlite:///{data / 'audit' / 'log.sqlite'}", data / "keys", "imss-copilot/UMF 1") as log:
        log.append(note_entry(1))
        note = log.checkpoint()
    for number, text in enumerate(("\ufeff" + note.replace("\n", "\r\n"), note.strip(), f"\n{note}\n\n")):
        path = away / f"{number}.txt"
        path.write_bytes(text.encode())
        done = copilot("verify", "--checkpoint", str(path))
        assert done.code == 0, done.out
        done = copilot("export", "--action", "structure", "--checkpoint", str(path), "-o", str(away / "e.jsonl"))
        assert done.code == 0, done.err


def test_a_log_without_its_keys_can_still_be_verified(tmp_path: Path, copilot: Callable[..., Done]) -> None:
    data = tmp_path / "sitio"
    with AuditLog.open(f"sqlite:///{data / 'audit' / 'log.sqlite'}", data / "keys", "imss-copilot/UMF 1") as log:
        log.append(note_entry(1))
    (data / "keys" / "audit-checkpoint.key").chmod(0o644)
    done = copilot("verify")
    assert done.code == 0 and "no quedó registrada" in done.err and "chmod 600" in done.err
    assert copilot("checkpoint").code == 1
    (data / "keys" / "audit-checkpoint.key").unlink()
    done = copilot("export")
    assert done.code == 1 and "Falta la llave" in done.err and done.out == ""


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("export", "--format", "pdf"), 2, "formato"),
        (("prove", "99"), 1, "identificador"),
        (("erase", "--order", "x"), 2, "Indique uno"),
        (("verify", "--checkpoint", "/no/existe"), 2, "No se pudo leer"),
        (("export", "--since", "ayer"), 1, "ISO"),
        (("verify",), 1, "No existe la base"),
    ],
)
def test_wrong_use_is_answered_in_spanish(
    copilot: Callable[..., Done], arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = copilot(*arguments)
    assert (done.code, says in done.err) == (code, True), done.err


def test_the_verifier_imports_nothing_of_the_project() -> None:
    source = Path(standalone_verify.__file__).read_text()
    imports = [line for line in source.splitlines() if line.startswith(("import ", "from "))]
    allowed = {"__future__", "argparse", "base64", "bisect", "json", "re", "sys", "hashlib", "typing", "cryptography"}
    assert {line.split()[1].split(".")[0] for line in imports} <= allowed
