"""Text of a .docx or .pdf that a physician opens, read by a process of its own with limits: a bomb hurts nobody.

The file travels through pipes; nothing of it touches the disk. ``python -m copilot.intake_documents KIND`` is that
process: bytes on standard input, JSON on standard output.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import threading
import zipfile

from copilot.errors import CopilotError, InputError

MAX_BYTES = 8_000_000
MAX_PAGES = 40
MAX_CHARS = 400_000
MAX_UNPACKED = 60_000_000
"""Bytes that the parts of a .docx may unpack to."""
_SECONDS = 25
_TURNS = threading.BoundedSemaphore(2)
_MEMORY = 1_500_000_000
_DAMAGED = "El archivo está dañado o no es lo que dice su nombre; copie el texto y péguelo."


def read_document(data: bytes) -> str:
    """The text, by what the file really is. Raises :class:`InputError` in Spanish, without quoting the file."""
    if len(data) > MAX_BYTES:
        raise InputError(f"El archivo es demasiado grande (máximo {MAX_BYTES // 1_000_000} MB).")
    kind = "pdf" if data[:1024].lstrip().startswith(b"%PDF") else "docx" if data.startswith(b"PK\x03\x04") else ""
    if not kind:
        raise InputError("Solo se abren archivos .txt, .docx y .pdf con texto.")
    if not _TURNS.acquire(timeout=_SECONDS):
        raise InputError("Se están leyendo otros archivos; intente de nuevo en un momento.")
    try:
        done = subprocess.run(  # noqa: S603  (our own module)
            [sys.executable, "-m", __name__, kind], input=data, capture_output=True, timeout=_SECONDS + 10, check=False
        )
        told = json.loads(done.stdout) if done.returncode == 0 else {}
    except subprocess.TimeoutExpired:
        raise InputError("El archivo tarda demasiado en leerse; copie el texto y péguelo.") from None
    except (OSError, ValueError):
        told = {}
    finally:
        _TURNS.release()
    if "error" in told:
        raise InputError(told["error"])
    text = told.get("text")
    if not isinstance(text, str):
        raise InputError(_DAMAGED)
    if not text.strip():
        raise InputError("El archivo no tiene texto (¿páginas escaneadas?). Escriba o dicte la nota.")
    return text


def _docx(data: bytes) -> str:
    """Paragraphs and tables in their order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(one.file_size for one in archive.infolist()) > MAX_UNPACKED or len(archive.infolist()) > 2000:
            raise InputError("El documento se expande a un tamaño desmedido; no se abrió.")
        if "word/document.xml" not in archive.namelist():
            raise InputError("El archivo no es un documento de Word (.docx).")
        # An entity that a document declares itself is how a small XML grows without end.
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(name)[:4096]:
                raise InputError(_DAMAGED)
    import docx
    from docx.table import Table

    lines = []
    for part in docx.Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(part, Table):
            lines += [" | ".join(dict.fromkeys(cell.text.strip() for cell in row.cells)) for row in part.rows]
        else:
            lines.append(part.text)
    return "\n".join(lines)


def _pdf(data: bytes) -> str:
    """The text of every page."""
    import logging

    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MAX_PAGES:
                raise InputError(f"El PDF tiene {len(pdf.pages)} páginas y el máximo es {MAX_PAGES}.")
            pages = []
            for page in pdf.pages:
                pages.append(page.extract_text() or "")
                page.close()
    except CopilotError:
        raise
    except Exception as error:  # pdfminer raises many types on broken files
        if re.search(r"password|encrypt", f"{type(error).__name__} {error!r} {error.__cause__!r}", re.I):
            raise InputError("El PDF está protegido con contraseña; guárdelo sin ella.") from None
        raise
    return "\n".join(pages)


def _limits() -> None:
    """Processor time, memory, and no file written at all."""
    import resource

    for what, most in ((resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(what, (most, most))


def _main(kind: str) -> int:
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        _limits()
        text = (_docx if kind == "docx" else _pdf)(data)
        if len(text) > MAX_CHARS:
            raise InputError(f"El archivo tiene más de {MAX_CHARS:,} caracteres; copie solo la nota.")
        told = {"text": re.sub(r"\n{3,}", "\n\n", text).strip()}
    except InputError as error:
        told = {"error": str(error)}
    except (Exception, MemoryError):  # whatever a parser makes of a broken file
        told = {"error": _DAMAGED}
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    raise SystemExit(_main(sys.argv[1]))
