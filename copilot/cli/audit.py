"""``copilot audit``: verify, export, checkpoint, prove, erase and keys of the audit log (bitácora)."""

from __future__ import annotations

import contextlib
import getpass
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from copilot.cli.batch import _output
from copilot.errors import CopilotError, UsageError

if TYPE_CHECKING:
    from guardrails.audit import AuditLog, Reader

audit = typer.Typer(help="Bitácora: verificar, exportar, probar, puntos de control.", no_args_is_help=True)
keys = typer.Typer(help="Llaves de la bitácora.", no_args_is_help=True)
audit.add_typer(keys, name="keys")

_OUT = typer.Option("-", "--output", "-o", help="Archivo de salida; «-» es la salida estándar.")
_CHECKPOINTS = typer.Option(
    [], "--checkpoint", help="Punto de control guardado fuera del equipo (repetible)."
)
_USER = typer.Option("", "--as", help="Nombre de quien consulta; por omisión, el usuario del sistema.")


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.add_typer(audit, name="audit")


@contextlib.contextmanager
def _spanish() -> Iterator[None]:
    """Expected failures of the log as errors of the command line."""
    from guardrails.audit import AuditError

    try:
        yield
    except AuditError as error:
        raise CopilotError(str(error)) from None


def _open() -> AuditLog:
    from copilot.auditing import open_log
    from copilot.settings import get_settings

    return open_log(get_settings())


def _reader(user: str, role: str = "comision") -> Reader:
    from copilot.settings import get_settings
    from guardrails.audit import Reader, Role

    return Reader(user=user or getpass.getuser(), role=Role(role), unit=get_settings().unit)


def _text(path: Path) -> str:
    """A key or checkpoint as it came back from outside (other line ends, a byte order mark, blank lines around)."""
    try:
        return path.read_text(encoding="utf-8-sig").strip() + "\n"
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"No se pudo leer el archivo «{path.name}».") from None


@audit.command()
def verify(
    checkpoint: list[Path] = _CHECKPOINTS,
    key: list[Path] = typer.Option([], "--key", help="Llave pública que la comisión guarda (repetible)."),
    user: str = _USER,
) -> None:
    """Verifica toda la bitácora; termina con 1 si algo fue alterado o falta."""
    from tqdm import tqdm

    from copilot.auditing import audit_url
    from copilot.settings import get_settings
    from guardrails.audit.keys import HEAD_FILE, read_head
    from guardrails.audit.store import Store
    from guardrails.audit.verify import trusted_keys, verify_store

    settings = get_settings()
    folder = settings.data_dir / "keys"
    notes = [(f"el punto de control «{path.name}»", _text(path)) for path in checkpoint]
    known = [_text(path) for path in key]
    with _spanish():
        head = read_head(folder)
        if head is not None:
            notes.append((f"el último punto visto en este equipo («{HEAD_FILE}»)", head))
        known += trusted_keys(folder)
        store = Store(audit_url(settings), create=False)
        with tqdm(total=store.size(), desc="Verificando", unit="entrada", file=sys.stderr) as bar:
            found = verify_store(
                store, trusted=known, checkpoints=notes, progress=lambda index: bar.update(index - bar.n)
            )
            bar.update(found.size - bar.n)
        store.close()
    for finding in found.findings:
        print(f"ALTERADO [{finding.kind}] {finding.message}")
    try:
        with _spanish(), _open() as log:  # the verification is itself a read
            log.append(_reader(user).entry("verificación", findings=found.count, size=found.size))
    except CopilotError as error:  # a log in doubt must still be verifiable
        print(f"Esta verificación no quedó registrada: {error}", file=sys.stderr)
    if not found.ok:
        print(f"Bitácora {found.origin}: NO concuerda ({found.count} hallazgos en {found.size} entradas).")
        raise typer.Exit(1)
    print(
        f"Bitácora {found.origin}: {found.size} entradas, todo concuerda. Borradas con orden: {found.erased}."
    )
    if not checkpoint:
        print(
            "Sin punto de control externo no se descarta la pérdida de las últimas entradas (--checkpoint)."
        )


@audit.command()
def export(
    output: str = _OUT,
    form: str = typer.Option("jsonl", "--format", help="jsonl (con pruebas), csv o fhir (NDJSON)."),
    since: str = typer.Option("", "--since", help="Desde (ISO, UTC)."),
    until: str = typer.Option("", "--until", help="Hasta, sin incluirlo (ISO, UTC)."),
    unit: str = typer.Option("", "--unit", help="Unidad médica."),
    by: str = typer.Option("", "--user", help="Usuario (por su nombre)."),
    actor: str = typer.Option("", "--actor", help="Usuario (por su seudónimo)."),
    action: str = typer.Option("", "--action", help="Acción: structure, ask, sign…"),
    verdict: str = typer.Option("", "--verdict", help="Resultado: ok, answered, refused, failed…"),
    checkpoint: list[Path] = _CHECKPOINTS,
    verifier: Path | None = typer.Option(
        None, "--verifier", help="Carpeta donde dejar el verificador y la llave."
    ),
    user: str = _USER,
) -> None:
    """Exporta la bitácora para la comisión; la propia exportación queda registrada."""
    from guardrails.audit import Filters, exports
    from guardrails.audit.fhir import export_fhir

    if form not in ("jsonl", "csv", "fhir"):
        raise UsageError("El formato debe ser jsonl, csv o fhir.")
    filters = Filters(
        since=since, until=until, unit=unit, user=by, actor=actor, action=action, outcome=verdict
    )
    notes = [_text(path) for path in checkpoint]
    with _spanish(), _open() as log:
        reader = _reader(user)
        if form == "jsonl":
            lines = exports.export_jsonl(log, filters, reader=reader, checkpoints=notes)
        elif form == "csv":
            lines = exports.export_csv(log, filters, reader=reader)
        else:
            lines = export_fhir(log, filters, reader=reader)
        _write(output, lines)
        if verifier is not None:
            _copy_verifier(verifier, str(log.verifier_key))


@audit.command()
def checkpoint(
    output: str = _OUT,
    qr: Path | None = typer.Option(None, "--qr", help="Además, el punto de control como código QR (SVG)."),
) -> None:
    """Punto de control firmado, para guardarlo fuera de este equipo (archivo, QR impreso, correo)."""
    with _spanish(), _open() as log:
        note = log.checkpoint()
    _write(output, iter([note]))
    if qr is not None:
        import segno

        try:
            segno.make(note, error="m", encoding="utf-8", micro=False).save(str(qr), kind="svg", scale=4)
        except OSError as error:
            raise CopilotError(f"No se pudo guardar el código QR ({error.strerror}).") from None


@audit.command()
def prove(
    identifier: str = typer.Argument(..., metavar="ID", help="Número o identificador de la entrada."),
    output: str = _OUT,
    checkpoint: list[Path] = _CHECKPOINTS,
    user: str = _USER,
) -> None:
    """Prueba de que una interacción está en la bitácora; se revisa con el verificador independiente."""
    from guardrails.audit import exports

    notes = [_text(path) for path in checkpoint]
    with _spanish(), _open() as log:
        _write(output, exports.prove(log, identifier, reader=_reader(user), checkpoints=notes))


@audit.command()
def erase(
    order: str = typer.Option(..., "--order", help="Referencia de la orden escrita (sin datos personales)."),
    retention: bool = typer.Option(False, "--retention", help="Lo que cumplió su plazo (NOM-004, 5.4)."),
    encounter: str = typer.Option("", "--encounter", help="Todo lo de una atención (solicitud procedente)."),
    identifier: list[str] = typer.Option([], "--id", help="Una entrada (solicitud procedente; repetible)."),
    yes: bool = typer.Option(False, "--yes", help="No preguntar."),
    user: str = _USER,
) -> None:
    """Borra el contenido de entradas con orden escrita; la hoja permanece y la bitácora sigue verificando."""
    import datetime

    from guardrails.audit import Filters
    from guardrails.audit.erasing import expired
    from guardrails.audit.reading import fetch

    if sum([retention, bool(encounter), bool(identifier)]) != 1:
        raise UsageError("Indique uno: --retention, --encounter o --id.")
    with _spanish(), _open() as log:
        if retention:
            targets = expired(log.store, datetime.datetime.now(datetime.UTC))
        elif encounter:
            targets = [row[0] for row in log.query(Filters(encounter=encounter)).rows(("idx",))]
        else:
            targets = [fetch(log.store, one).index for one in identifier]
        if targets and not yes:
            typer.confirm(f"Se borrará el contenido de {len(targets)} entradas. ¿Continuar?", abort=True)
        reason = "retencion" if retention else "solicitud"
        receipt = log.erase(targets, reason=reason, order=order, reader=_reader(user, "administrador"))
    if receipt is None:
        print("No hay nada que borrar.")
    else:
        print(f"Borrado registrado en la entrada {receipt.id}.")


@keys.command()
def rotate(
    pseudonyms: bool = typer.Option(False, "--pseudonyms", help="Cambiar también la llave de seudónimos."),
    user: str = _USER,
) -> None:
    """Cambia la llave que firma los puntos de control; la anterior firma a la nueva en la bitácora."""
    with _spanish(), _open() as log:
        receipt = log.rotate(reader=_reader(user, "administrador"), pseudonyms=pseudonyms)
        print(f"Llave nueva registrada en la entrada {receipt.id}. Entregue a la comisión:")
        print(log.verifier_key)


@keys.command()
def show() -> None:
    """Muestra la llave pública para la comisión."""
    with _spanish(), _open() as log:
        print(log.verifier_key)


def _write(output: str, lines: Iterator[str]) -> None:
    with _output(output) as out:
        for line in lines:
            out.write(line.encode("utf-8"))


def _copy_verifier(folder: Path, public: str) -> None:
    from guardrails.audit import standalone_verify

    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(standalone_verify.__file__), folder / "standalone_verify.py")
        (folder / "audit-checkpoint.pub").write_text(public + "\n", encoding="utf-8")
    except OSError as error:
        raise CopilotError(f"No se pudo dejar el verificador ({error.strerror}).") from None
