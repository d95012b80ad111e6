"""HTTP API ``/api/v1``: the contract row of ``copilot structure``, over the same façade and queue as the page."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from copilot.domain import NoteType
from copilot.errors import CopilotError, InputError
from copilot.facade import Actor
from copilot.rows import note_row
from copilot.web.work import Desk

Offsets = tuple[int, int]


class StructureRequest(BaseModel):
    """Free text of a physician."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description="Texto libre, en español de México.")
    note_type: NoteType | None = Field(None, description="Tipo de nota; sin él se reconoce.")


class StatementOut(BaseModel):
    """A statement and the intervals of the text it rests on."""

    text: str
    spans: list[Offsets]
    origin: str


class MissingOut(BaseModel):
    """What NOM-004-SSA3-2012 demands and the note lacks."""

    element: str
    numeral: str
    label: str
    mandatory: bool


class AlertOut(BaseModel):
    """What to look at before signing."""

    kind: str
    message: str
    spans: list[Offsets]
    severity: str


class NoteOut(BaseModel):
    """A structured note, unsigned."""

    note_type: NoteType
    sections: dict[str, list[StatementOut]]
    missing: list[MissingOut]
    alerts: list[AlertOut]
    vitals: list[dict[str, Any]]
    laboratory: list[dict[str, Any]]
    medications: list[dict[str, Any]]
    allergies: list[dict[str, Any]]
    diagnoses: list[dict[str, Any]]


class ErrorOut(BaseModel):
    """What went wrong, in Spanish, free of personal data."""

    error: str


def api_router(desk: Desk) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/api/v1", tags=["notas"])
    errors: dict[int | str, dict[str, Any]] = {
        400: {"model": ErrorOut, "description": "El texto no puede usarse."},
        413: {"model": ErrorOut, "description": "La solicitud es demasiado grande."},
        422: {"model": ErrorOut, "description": "La solicitud no tiene la forma esperada."},
        503: {"model": ErrorOut, "description": "El modelo o la bitácora no están disponibles."},
    }

    @router.post("/structure", response_model=NoteOut, responses=errors, summary="Texto libre → nota NOM-004")
    def structure(body: StructureRequest) -> dict[str, Any]:
        """Every statement carries the character intervals of ``text`` it rests on."""
        kind = str(body.note_type) if body.note_type else None
        return note_row(desk.run(body.text, kind, Actor()).note)

    return router


def install_errors(app: FastAPI) -> None:
    """Every failure as ``{"error"}`` in Spanish; what was sent is never echoed."""

    def expected(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 400 if isinstance(error, InputError) else 503)

    def malformed(_: Request, error: Exception) -> JSONResponse:
        fields = {str(one["loc"][-1]) for one in error.errors()} if isinstance(error, RequestValidationError) else ()
        known = sorted(set(fields) & set(StructureRequest.model_fields))
        about = f" Revise: {', '.join(known)}." if known else " Se espera un objeto JSON con «text»."
        return JSONResponse({"error": "La solicitud no tiene la forma esperada." + about}, 422)

    def unknown(_: Request, error: Exception) -> JSONResponse:
        status = error.status_code if isinstance(error, HTTPException) else 500
        words = {404: "No existe.", 405: "Método no permitido."}
        return JSONResponse({"error": words.get(status, "La solicitud no puede atenderse.")}, status)

    app.add_exception_handler(HTTPException, unknown)
    app.add_exception_handler(CopilotError, expected)
    app.add_exception_handler(RequestValidationError, malformed)
