"""Downloads of the commission, under ``/auditoria/``: streamed, never written to disk, logged before they start."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from copilot.errors import InputError
from copilot.facade import Copilot, spanish_errors
from copilot.web.auth import identity_of
from copilot.web.commission.figures import gather
from copilot.web.commission.integrity import VERIFIED, last, make_checkpoint
from copilot.web.commission.report import month_bounds, monthly_report
from copilot.web.commission.search import Wanted, filters
from copilot.web.private import PRIVATE
from guardrails.audit import AuditNotFound, Reader, exports, standalone_verify
from guardrails.audit.fhir import export_fhir


def reader_of(request: object, unit: str) -> Reader:
    """Who reads, for the entry that each read leaves."""
    who = identity_of(request)
    return Reader(user=who.name, session=who.session, unit=unit)


@contextmanager
def _not_found() -> Iterator[None]:
    """What does not exist is the asker's mistake, not the log's."""
    try:
        yield
    except AuditNotFound as error:
        raise InputError(str(error)) from None


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', **PRIVATE}


def files_router(pilot: Copilot) -> APIRouter:
    """The routes; who may reach them stands in :mod:`copilot.web.auth_rules`."""
    router = APIRouter(prefix="/auditoria", include_in_schema=False)
    unit = pilot.settings.unit

    def streamed(lines: Iterator[str], name: str, kind: str) -> Response:
        with spanish_errors(), _not_found():
            first = next(lines, "")  # the read is in the log before the answer begins; if not, this raises

        def rest() -> Iterator[bytes]:
            yield first.encode()
            for line in lines:
                yield line.encode()

        return StreamingResponse(rest(), media_type=kind, headers=_attached(name))

    @router.get("/exportacion.{form}")
    def export(
        request: Request, form: str, period: str = "todo", since: str = "", until: str = "", unidad: str = "",
        actor: str = "", action: str = "", outcome: str = "",
    ) -> Response:  # fmt: skip
        wanted = Wanted(period, since, until, unidad, actor, action, "", outcome)
        given = filters(wanted, ZoneInfo(pilot.settings.timezone))
        reader = reader_of(request, unit)
        with spanish_errors():
            if form == "jsonl":
                lines = exports.export_jsonl(pilot.log, given, reader=reader)
                return streamed(lines, "bitacora.jsonl", "application/x-ndjson")
            if form == "csv":
                return streamed(exports.export_csv(pilot.log, given, reader=reader), "bitacora.csv", "text/csv")
            if form == "ndjson":
                lines = export_fhir(pilot.log, given, reader=reader)
                return streamed(lines, "bitacora-fhir.ndjson", "application/fhir+ndjson")
        raise InputError("La exportación puede ser jsonl, csv o ndjson (FHIR).")

    @router.get("/prueba/{identifier}.jsonl")
    def proof(request: Request, identifier: str) -> Response:
        lines = exports.prove(pilot.log, identifier, reader=reader_of(request, unit))
        number = identifier.partition("-")[0]
        name = f"prueba-{number if number.isdigit() else 'x'}.jsonl"
        return streamed(lines, name, "application/x-ndjson")

    @router.get("/punto-de-control.txt")
    def checkpoint(request: Request) -> Response:
        note = make_checkpoint(pilot.log, reader_of(request, unit))
        size = note.split("\n")[1]
        return Response(note, media_type="text/plain; charset=utf-8", headers=_attached(f"punto-de-control-{size}.txt"))

    @router.get("/verificador.zip")
    def verifier(request: Request) -> Response:
        with spanish_errors():
            pilot.log.append(reader_of(request, unit).entry("verificador"))
            key = str(pilot.log.verifier_key)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("standalone_verify.py", Path(str(standalone_verify.__file__)).read_text(encoding="utf-8"))
            archive.writestr("audit-checkpoint.pub", key + "\n")
            archive.writestr(
                "LEAME.txt",
                "python3 standalone_verify.py bitacora.jsonl --key audit-checkpoint.pub "
                "--checkpoint punto-de-control.txt\n"
                "Una prueba suelta (prueba-N.jsonl) o una exportación con filtros se revisan sin --checkpoint.\n"
                "Requiere Python 3 y el paquete cryptography. Compare la llave con la que su Comisión guarda.\n",
            )
        return Response(out.getvalue(), media_type="application/zip", headers=_attached("verificador.zip"))

    @router.get("/informe-{month}.pdf")
    def report(request: Request, month: str) -> Response:
        zone = ZoneInfo(pilot.settings.timezone)
        reader = reader_of(request, unit)
        period = month_bounds(month, zone)
        figures = gather(pilot.log, period, zone, reader)
        verified = last(pilot.log, VERIFIED)
        note = make_checkpoint(pilot.log, reader)
        made = monthly_report(month, unit, figures, note, verified, zone, str(pilot.log.verifier_key))
        return Response(made, media_type="application/pdf", headers=_attached(f"informe-{month}.pdf"))

    return router
