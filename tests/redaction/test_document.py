# ruff: noqa: E501 - patterns and word lists stay on one line
"""A name found once disappears everywhere; policies; table and contract."""

import json
import subprocess
import sys
from pathlib import Path

from guardrails.redaction import TYPES, Redactor
from guardrails.redaction.decision import table

REDACTOR = Redactor()


def test_name_found_once_is_redacted_everywhere() -> None:
    text = "Nombre: Eduviges Xicohténcatl Bello\nRefiere disnea.\neduviges dice que duerme mal. XICOHTÉNCATL acepta."
    redacted = REDACTOR.redact(text).text.lower()
    assert "eduviges" not in redacted
    assert "xicoht" not in redacted


def test_surname_that_is_a_word_stays_a_word() -> None:
    text = "Paciente: Juan Cruz Flores. Tiene flores blancas en la boca; lo trajo la Cruz Roja."
    redacted = REDACTOR.redact(text).text
    assert "flores blancas" in redacted
    assert "Juan" not in redacted


def test_strict_policy_takes_ages_too() -> None:
    text = "Paciente de 54 años de edad"
    assert REDACTOR.redact(text).text == text
    assert "54" not in Redactor("strict").redact(text).text


def test_every_label_has_a_family_of_the_contract() -> None:
    assert {row.family for row in table().values()} <= {*TYPES, ""}


def test_command_line_leaks_nothing(tmp_path: Path) -> None:
    canaries = ["50826218369", "HEGG560427MVZRRL04", "99158674", "Xicohténcatl", "5512345678", "ana.ruiz@gmail.com"]
    rows = [
        {"id": "1", "text": "Paciente: Ana Ruiz Xicohténcatl NSS 50826218369 CURP HEGG560427MVZRRL04 tel 5512345678"},
        {"id": "2", "text": "Dr. Pérez mat 99158674 correo ana.ruiz@gmail.com"},
        {"id": "3", "texto": "Xicohténcatl 50826218369"},
    ]
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "copilot", "redact", str(source), "-o", str(target)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    everything = target.read_text(encoding="utf-8") + done.stdout + done.stderr
    for canary in canaries:
        assert canary not in everything
