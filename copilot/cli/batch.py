"""Batch verbs: JSON Lines in, JSON Lines out; one output row an input row, same id, same order.

A bad row yields ``{"id", "error"}`` and the others go on. Output is written to a temporary file beside the
target and renamed at the end, so a full disk or an interruption leaves no half file under the final name.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from copilot.errors import CopilotError, InputError, UsageError

Row = dict[str, Any]


def _lines(source: str) -> tuple[list[bytes], str]:
    if source == "-":
        return sys.stdin.buffer.read().splitlines(), "entrada estándar"
    path = Path(source)
    if not path.is_file():
        raise UsageError(f"No existe el archivo de entrada «{path.name}». Revise la ruta.")
    return path.read_bytes().splitlines(), path.name


@contextlib.contextmanager
def _output(target: str) -> Iterator[BinaryIO]:
    if target == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(target)
    if path.is_dir():
        raise UsageError(f"La salida «{path.name}» es una carpeta; indique un archivo.")
    try:
        handle = tempfile.NamedTemporaryFile(dir=path.parent or ".", prefix=f".{path.name}.", delete=False)  # noqa: SIM115
    except OSError as error:
        raise UsageError(f"No se puede escribir en la carpeta de salida ({error.strerror}).") from None
    try:
        with handle:
            yield cast(BinaryIO, handle)
        Path(handle.name).replace(path)
    except BaseException as error:
        Path(handle.name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise CopilotError(f"No se pudo guardar el resultado: {error.strerror}. Libere espacio y repita.") from None
        raise


def parse_row(line: bytes, required: tuple[str, ...]) -> Row:
    """Decode one line; raises :class:`InputError` in Spanish, carrying the row's id as ``row_id``."""
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise InputError("La línea no está en UTF-8; guarde el archivo con esa codificación.") from None
    except (json.JSONDecodeError, RecursionError):
        raise InputError("La línea no es JSON válido.") from None
    if not isinstance(row, dict):
        raise InputError("La línea debe ser un objeto JSON.")
    for name in required:
        if not isinstance(row.get(name), str):
            error = InputError(f"Falta el campo de texto «{name}».")
            error.row_id = row.get("id")  # type: ignore[attr-defined]
            raise error
    return row


def run_batch(
    source: str, target: str, handle: Callable[[Row], Row], *, required: tuple[str, ...], what: str
) -> int:
    """Apply ``handle`` to every row; returns the exit code (0, or 1 where some row failed).

    ``handle`` gets the row and returns the output row without ``id``. An unexpected exception becomes an
    error row that names its type alone, since its message could quote the patient's text.
    """
    from tqdm import tqdm

    lines, _ = _lines(source)
    failed = 0
    with _output(target) as out:
        for line in tqdm([one for one in lines if one.strip()], desc=what, unit="fila", file=sys.stderr):
            row_id: Any = None
            try:
                row = parse_row(line, required)
                row_id = row.get("id")
                result = {"id": row_id, **handle(row)}
            except CopilotError as error:
                failed += 1
                result = {"id": getattr(error, "row_id", row_id), "error": str(error)}
            except Exception as error:
                failed += 1
                result = {"id": row_id, "error": f"Error inesperado ({type(error).__name__}) en esta fila."}
            # Lone surrogates of broken input can't be encoded; they are escaped rather than lost.
            text = json.dumps(result, ensure_ascii=False)
            try:
                data = text.encode("utf-8")
            except UnicodeEncodeError:
                data = json.dumps(result).encode("ascii")
            out.write(data + b"\n")
    return 1 if failed else 0
