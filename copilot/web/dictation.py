"""``POST /api/v1/dictate``: a recording as the body, the proposal as JSON, or row by row while it is heard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from copilot.dictation.shapes import Heard
from copilot.dictation.work import Dictation, Partial, Wait, heard_row
from copilot.errors import CopilotError
from copilot.facade import Actor, Copilot
from copilot.web.api_types import ErrorOut
from copilot.web.auth import actor_of
from copilot.web.private import PRIVATE
from guardrails.audit import Role

ROWS = "application/x-ndjson"
_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorOut, "description": "El audio no puede usarse."},
    401: {"model": ErrorOut, "description": "Falta iniciar sesión o la llave no es válida."},
    403: {"model": ErrorOut, "description": "La cuenta no tiene permiso, o falta el token CSRF."},
    413: {"model": ErrorOut, "description": "El audio pesa más de 10 MB."},
    503: {"model": ErrorOut, "description": "El modelo o la bitácora no están disponibles."},
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class PieceOut(BaseModel):
    """Una pieza del texto."""

    text: str
    sure: float = Field(description="La menor confianza de sus palabras, 0–1.")
    marks: list[str] = Field(description="Por qué revisarla: confianza, numero, dosis, farmaco.")
    hint: str = Field(description="Lo que también pudo decirse («¿c/12 h?»), o vacío.")
    glued: bool = Field(description="Sin espacio antes.")


class DictationOut(BaseModel):
    """Propuesta de texto; nada se estructura hasta que el médico la lee."""

    text: str
    seconds: float
    pieces: list[PieceOut]


def dictation_router(pilot: Copilot) -> APIRouter:
    """The route."""
    router = APIRouter(prefix="/api/v1", responses=_ERRORS)
    work = Dictation(pilot)

    @router.post(
        "/dictate", response_model=DictationOut, tags=["notas"], summary="Grabación → texto", openapi_extra=_BODY
    )
    async def dictate(request: Request) -> Any:
        """El cuerpo es el audio (WAV, MP3, M4A, OGG, WEBM o FLAC; hasta 10 MB). Se oye en este equipo y no se guarda.

        Con `Accept: application/x-ndjson` llega por renglones mientras se oye: `{"espera"}`, `{"hasta", "parcial"}`,
        `{"listo"}` o `{"error"}`.
        """
        actor = actor_of(request, Role.PHYSICIAN)
        samples = await run_in_threadpool(work.read, await request.body())
        if ROWS in request.headers.get("accept", ""):
            await run_in_threadpool(work.ear.model)
            rows = _rows(work, samples, actor)
            return StreamingResponse(rows, media_type=ROWS, headers=PRIVATE)
        return await run_in_threadpool(_whole, work, samples, actor)

    return router


def _whole(work: Dictation, samples: Any, actor: Actor) -> dict[str, object]:
    for one in work.hear(samples, actor):
        if isinstance(one, Heard):
            return heard_row(one)
    raise CopilotError("El dictado no terminó. Intente de nuevo.")


def _rows(work: Dictation, samples: Any, actor: Actor) -> Iterator[str]:
    try:
        for one in work.hear(samples, actor):
            if isinstance(one, Wait):
                row: dict[str, object] = {"espera": one.ahead}
            elif isinstance(one, Partial):
                row = {"hasta": one.until_s, "parcial": heard_row(one.heard)}
            else:
                row = {"listo": heard_row(one)}
            yield json.dumps(row, ensure_ascii=False) + "\n"
    except CopilotError as error:
        yield json.dumps({"error": str(error)}, ensure_ascii=False) + "\n"
