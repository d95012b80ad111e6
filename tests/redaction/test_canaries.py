# ruff: noqa: E501 - patterns and word lists stay on one line
"""A datum of every type is planted; afterwards it may stand nowhere but on the physician's own screen.

The real façade and the real command line run over a fresh data directory, also where they fail; then every file of that directory (log,
index, users, examples, whatever else), standard error, tracebacks and the outputs that aren't the physician's are searched.
"""

import json
import os
import re
import subprocess
import sys
import traceback
import unicodedata
from pathlib import Path

import pytest

from copilot.facade import Copilot
from guardrails.redaction import TYPES, Redactor

CANARIES = {
    "NOMBRE_PACIENTE": "Eduviges Xicohténcatl Bringas", "NOMBRE_FAMILIAR": "Filogonio Xicohténcatl", "NOMBRE_PERSONAL": "Tecuanhuey Zaldumbide",
    "NSS": "5082-62-1836-9", "AGREGADO": "1F1956OR", "CURP": "XIBE560427MVZCRD04", "RFC": "XIBE560427QK3", "CEDULA": "11820934", "MATRICULA": "99158674",
    "TELEFONO": "228 812 4471", "CORREO": "eduviges.xb56@example.com.mx", "DIRECCION": "Callejón del Diamante 17", "CP": "91020", "MUNICIPIO_ESTADO": "Tlacolulan",
    "FECHA": "27/04/1956", "EDAD_90": "94 años", "EMPLEADOR": "Beneficio Cafetalero Cumbres S.A. de C.V.", "UNIDAD_MEDICA": "HGZ 911", "PLACA": "YXT-48-21",
    "INE": "XCBREG56042730M400", "FOLIO": "QK118402", "OTRO_ID": "@eduvigesxb",
}  # fmt: skip
NOTE = (
    "Nombre: {NOMBRE_PACIENTE}  NSS: {NSS}  Agregado: {AGREGADO}\nCURP: {CURP}  RFC: {RFC}  Clave de elector: {INE}\nFecha de nacimiento: {FECHA}\n"
    "Domicilio: {DIRECCION}, C.P. {CP}, municipio de {MUNICIPIO_ESTADO}. Tel. {TELEFONO}, correo {CORREO}, Instagram {OTRO_ID}\n"
    "Trabaja en {EMPLEADOR}. Incapacidad folio {FOLIO}. Llegó en el vehículo placas {PLACA}, enviada de {UNIDAD_MEDICA}.\n"
    "Acude con su hijo {NOMBRE_FAMILIAR}; su madre, de {EDAD_90}, vive. Refiere poliuria y polidipsia de 3 semanas. TA 150/90, glucosa 312.\n"
    "Diabetes mellitus tipo 2 descontrolada. Metformina 850 mg cada 12 h.\nDra. {NOMBRE_PERSONAL}, céd. prof. {CEDULA}, matrícula {MATRICULA}"
).format(**CANARIES)
WORDS = {"Eduviges", "Xicohténcatl", "Bringas", "Filogonio", "Tecuanhuey", "Zaldumbide", "Cafetalero", "50826218369", "2288124471"}


def leaks(data: bytes) -> set[str]:
    """Canaries in a file or a stream, in any case of letters, composed or decomposed, JSON-escaped, UTF-8 or UTF-16."""
    found: set[str] = set()
    # The longest run of plain letters stands in every such form, so that most files need no decoding.
    lower = data.lower()
    runs = {canary: max(re.findall(r"[ -~]+", canary.lower()), key=len) for canary in {*CANARIES.values(), *WORDS}}
    suspects = {canary for canary, run in runs.items() if run.encode() in lower or run.encode("utf-16-le") in lower}
    if not suspects:
        return found
    # Undecodable bytes stay as marks: left out, the record numbers of a database would join to a postcode by chance («9102», «0…»).
    for text in (data.decode("utf-8", "replace"), data.decode("utf-16-le", "replace"), data[1:].decode("utf-16-le", "replace")):
        plain = unicodedata.normalize("NFC", text).casefold()
        for canary in suspects:
            for one in {canary.casefold(), json.dumps(canary)[1:-1].casefold()}:
                if one in plain and (not one.isdigit() or re.search(rf"(?<![0-9a-f]){one}(?![0-9a-f])", plain)):
                    found.add(canary)
    return found


def test_the_search_itself_finds_what_is_planted() -> None:
    assert leaks(b"\xff\x00C.P. 91020, de\xfe" + "Tlacolulan".encode("utf-16-le")) == {"91020", "Tlacolulan"}
    decomposed = unicodedata.normalize("NFD", "callejón del diamante 17, XICOHTÉNCATL").encode()
    assert leaks(decomposed + json.dumps("Callejón del Diamante 17").encode()) == {"Callejón del Diamante 17", "Xicohténcatl"}
    assert leaks(b"id 9102\xc8\xd10 y 4f91020c-77") == set()


def folder_leaks(folder: Path) -> dict[str, set[str]]:
    """Files below a folder that hold a canary."""
    found = {str(path.relative_to(folder)): leaks(path.read_bytes()) for path in folder.rglob("*") if path.is_file()}
    return {name: hits for name, hits in found.items() if hits}


def run(verb: str, rows: list[dict[str, str]], folder: Path, **environment: str) -> tuple[subprocess.CompletedProcess[bytes], Path, Path]:
    """A verb of the command line in a process and a data directory of its own."""
    data, source, target = folder / "datos", folder / "in.jsonl", folder / "out.jsonl"
    source.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows), encoding="utf-8")
    command = [sys.executable, "-m", "copilot", verb, str(source), "-o", str(target)]
    variables = {**os.environ, "COPILOT_DATA_DIR": str(data), "COPILOT_USE_LLM": "false", "COPILOT_DEBUG": "1", **environment}
    return subprocess.run(command, capture_output=True, check=False, env=variables), data, target


def test_a_canary_of_every_type() -> None:
    assert set(CANARIES) == set(TYPES)
    assert not leaks(Redactor().redact(NOTE).text.encode())


def test_structuring_leaves_no_trace(tmp_path: Path) -> None:
    done, data, target = run("structure", [{"id": "1", "text": NOTE}, {"id": "2", "texto": NOTE}], tmp_path)
    assert done.returncode == 1
    assert any(data.rglob("*.sqlite*")) or any(data.rglob("*.db"))  # there is a log to search
    assert folder_leaks(data) == {}
    assert leaks(done.stdout + done.stderr) == set()
    bad = json.loads(target.read_text(encoding="utf-8").splitlines()[1])
    assert not leaks(json.dumps(bad).encode())


def test_a_failing_log_leaves_no_trace(tmp_path: Path) -> None:
    blocked = tmp_path / "archivo"
    blocked.write_text("no es una carpeta", encoding="utf-8")
    address = f"sqlite:///{blocked}/bitacora.sqlite"
    done, data, target = run("structure", [{"id": "1", "text": NOTE}], tmp_path, COPILOT_AUDIT_URL=address)
    assert done.returncode != 0
    assert leaks(done.stdout + done.stderr) == set()
    assert not target.exists() or not leaks(target.read_bytes())
    assert folder_leaks(data) == {}


def test_asking_and_redacting_in_process(pilot: Copilot, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pilot.ask(f"¿Qué meta de glucosa tiene {CANARIES['NOMBRE_PACIENTE']}, NSS {CANARIES['NSS']}?")
    assert not leaks(pilot.deidentify(NOTE).text.encode())
    shown = capfd.readouterr()
    assert leaks((shown.out + shown.err).encode()) == set()
    assert folder_leaks(pilot.settings.data_dir) == {}


def test_a_crash_inside_shows_redacted_text_only(pilot: Copilot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stage fails, what it held and what it says is the redacted text."""

    def broken(self: Copilot, redacted: str, *rest: object) -> None:
        raise RuntimeError(f"no se pudo: {redacted}")

    monkeypatch.setattr(Copilot, "_note", broken)
    with pytest.raises(Exception) as caught:
        pilot.structure(NOTE)
    told = "".join(traceback.format_exception(caught.value))
    assert "no se pudo" in told or "RuntimeError" in told
    assert leaks(told.encode()) == set()
    assert folder_leaks(pilot.settings.data_dir) == {}
