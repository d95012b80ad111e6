# ruff: noqa: E501 - patterns and word lists stay on one line
"""Invented data for research exports: same kind, same style, nobody's."""

import json
import re
import subprocess
import sys
from pathlib import Path

from guardrails.redaction import Redactor
from guardrails.redaction.research import realistic

REDACTOR = Redactor()
NOTE = (
    "Nombre: María Luna Pérez\nNSS: 5082-62-1836-9\nIngreso 12/03/2024, egreso 15/03/2024.\nDomicilio: Calle Benito Juárez 45, Col. Centro. Tel. 55 1234 5678\n"
    "MARÍA LUNA PÉREZ refiere poliuria. TA 130/80, glucosa 245. Metformina 850 mg."
)
KEY = b"clave de prueba!"


def test_no_real_datum_remains() -> None:
    text = realistic(REDACTOR.redact(NOTE), NOTE, KEY)
    for real in ("Luna", "LUNA", "5082", "12/03/2024", "Benito", "1234 5678"):
        assert real not in text
    assert "<" not in text
    assert "TA 130/80, glucosa 245. Metformina 850 mg." in text


def test_one_person_stays_one_person_and_case_is_kept() -> None:
    text = realistic(REDACTOR.redact(NOTE), NOTE, KEY)
    name = re.search(r"Nombre: (.+)", text)
    assert name
    assert name[1].upper() in text.replace(name[0], "")


def test_intervals_between_dates_are_true() -> None:
    text = realistic(REDACTOR.redact(NOTE), NOTE, KEY)
    found = re.search(r"Ingreso (\d\d)/(\d\d)/(\d{4}), egreso (\d\d)/(\d\d)/(\d{4})", text)
    assert found
    from datetime import date

    a, b = (date(int(found[3 * i + 3]), int(found[3 * i + 2]), int(found[3 * i + 1])) for i in (0, 1))
    assert (b - a).days == 3


def test_an_invented_nss_is_nobodys() -> None:
    text = realistic(REDACTOR.redact(NOTE), NOTE, KEY)
    nss = re.search(r"NSS: ([\d-]+)", text)
    assert nss
    assert re.fullmatch(r"00\d\d-\d\d-\d{4}-\d", nss[1])
    assert nss[1] != "5082-62-1836-9"


def test_without_a_key_every_export_differs() -> None:
    redaction = REDACTOR.redact(NOTE)
    assert realistic(redaction, NOTE) != realistic(redaction, NOTE)


def test_command_line_gives_inventions_and_no_spans(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [{"id": str(index), "text": NOTE, "patient": "p1"} for index in range(2)] + [{"id": "2", "text": NOTE}]
    source.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows), encoding="utf-8")
    command = [sys.executable, "-m", "copilot", "redact", str(source), "-o", str(target), "--realistic"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    first, second, other = (json.loads(line) for line in target.read_text(encoding="utf-8").splitlines())
    assert set(first) == {"id", "text"}
    assert first["text"] == second["text"] != other["text"]
    assert not any(real in first["text"] + other["text"] for real in ("Luna", "LUNA", "5082", "12/03/2024", "Benito", "1234 5678", "<"))
