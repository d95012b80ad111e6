"""HTTP API ``/api/v1``: structure, ask, verify, export, over the same façade and queue as the pages."""

from __future__ import annotations

import base64
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

import copilot
from copilot.errors import CopilotError, InputError, UsageError
from copilot.notes.work import export_text
from copilot.rows import note_row
from copilot.users import AccountError, SignInRefused
from copilot.web.api_types import (
    AnswerOut,
    AskRequest,
    ErrorOut,
    ExportOut,
    ExportRequest,
    NoteOut,
    StructureRequest,
    VerdictOut,
    VerifyRequest,
)
from copilot.web.auth import actor_of, identity_of
from copilot.web.work import Desk
from guardrails.audit import Role

_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorOut, "description": "El texto no puede usarse."},
    401: {"model": ErrorOut, "description": "Falta iniciar sesión o la llave no es válida."},
    403: {"model": ErrorOut, "description": "La cuenta no tiene permiso, o falta el token CSRF."},
    413: {"model": ErrorOut, "description": "La solicitud es demasiado grande."},
    422: {"model": ErrorOut, "description": "La solicitud no tiene la forma esperada."},
    503: {"model": ErrorOut, "description": "El modelo o la bitácora no están disponibles."},
}
_FIELDS = frozenset(
    name for one in (StructureRequest, ExportRequest, AskRequest, VerifyRequest) for name in one.model_fields
)
_ABOUT = """Copiloto de documentación clínica, en este equipo y sin internet.

Cada llamada entra por la misma fachada que las páginas: los datos personales se retiran antes de cualquier modelo y la
solicitud y su resultado quedan en la bitácora **antes** de entregarse.

**Acceso.** Con la sesión del navegador (cookie, más el encabezado `X-CSRF-Token` con el valor de la cookie
`copiloto_csrf`) o con una llave de API: `Authorization: Bearer copiloto_…`, que se crea con `copilot users token`.

**Errores.** Siempre `{"error": "…"}`, en español, sin repetir lo que se envió."""


def api_router(desk: Desk) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/api/v1", responses=_ERRORS)

    @router.post("/structure", response_model=NoteOut, tags=["notas"], summary="Texto libre → nota NOM-004")
    def structure(body: StructureRequest, request: Request) -> dict[str, Any]:
        """Cada enunciado lleva los intervalos de caracteres de `text` en que se apoya."""
        kind = str(body.note_type) if body.note_type else None
        return note_row(desk.run(body.text, kind, actor_of(request, Role.PHYSICIAN)).note)

    @router.post("/export", response_model=ExportOut, tags=["notas"], summary="Texto libre → documento")
    def export(body: ExportRequest, request: Request) -> dict[str, str]:
        """La nota, sin firmar y marcada como borrador. La exportación queda registrada antes de entregarse.

        `txt`, `md` y `fhir` llegan como texto; `docx` y `pdf`, en base64 (`encoding`).
        """
        actor = actor_of(request, Role.PHYSICIAN)
        done = desk.run(body.text, str(body.note_type) if body.note_type else None, actor)
        made, entry = export_text(desk.pilot, body.text, done, body.format, actor)
        binary = body.format in ("docx", "pdf")
        document = base64.b64encode(made.data).decode("ascii") if binary else made.data.decode("utf-8")
        return {
            "format": body.format,
            "document": document,
            "encoding": "base64" if binary else "utf-8",
            "media_type": made.media,
            "name": made.name,
            "entry": entry,
        }

    @router.post("/ask", response_model=AnswerOut, tags=["guías"], summary="Pregunta a las guías clínicas")
    def ask(body: AskRequest, request: Request) -> dict[str, Any]:
        """Responde con citas textuales de las guías, se abstiene o rechaza; nunca contesta sin fuente."""
        _within(desk, body.question)
        return desk.pilot.ask(body.question, actor=actor_of(request, Role.PHYSICIAN)).row()

    @router.post("/verify", response_model=VerdictOut, tags=["notas"], summary="¿Se sostiene la afirmación?")
    def verify(body: VerifyRequest, request: Request) -> dict[str, Any]:
        """`evidence`: intervalos de `source`; `evidence_role`: la sostienen, contradicen o sólo son de lo mismo."""
        _within(desk, body.source, body.statement)
        role = Role.PHYSICIAN if Role.PHYSICIAN in identity_of(request).roles else Role.EVALUATOR
        found = desk.pilot.verify(body.source, body.statement, actor=actor_of(request, role))
        return {
            "supported": found.supported,
            "score": round(min(max(found.score, 0.0), 1.0), 4),
            "kind": str(found.kind),
            "severity": str(found.severity),
            "evidence": [list(span) for span in found.evidence],
            "evidence_role": str(found.role),
        }

    return router


def _within(desk: Desk, *texts: str) -> None:
    limit = desk.pilot.settings.web_max_chars
    if sum(map(len, texts)) > limit:
        raise InputError(f"El texto pasa de {limit:,} caracteres. Divídalo en partes.")


def describe(app: FastAPI) -> None:
    """The OpenAPI document in Spanish, with both ways of access."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title="Copiloto clínico", version=copilot.__version__, description=_ABOUT, routes=app.routes
            )
            made.setdefault("components", {})["securitySchemes"] = {
                "llave": {"type": "http", "scheme": "bearer", "description": "Llave de API de un usuario."},
                "sesion": {"type": "apiKey", "in": "cookie", "name": "copiloto_sesion"},
            }
            for path, methods in made["paths"].items():
                if path.startswith("/api/"):
                    for one in methods.values():
                        one["security"] = [{"llave": []}, {"sesion": []}]
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def install_errors(app: FastAPI) -> None:
    """Every failure as ``{"error"}`` in Spanish; what was sent is never echoed."""

    def expected(_: Request, error: Exception) -> JSONResponse:
        mine = isinstance(error, (InputError, AccountError, UsageError))
        status = 401 if isinstance(error, SignInRefused) else 400 if mine else 503
        return JSONResponse({"error": str(error)}, getattr(error, "status", status))

    def malformed(_: Request, error: Exception) -> JSONResponse:
        fields = {str(one["loc"][-1]) for one in error.errors()} if isinstance(error, RequestValidationError) else set()
        known = sorted(fields & _FIELDS)
        about = f" Revise: {', '.join(known)}." if known else " Vea /api/v1/openapi.json."
        return JSONResponse({"error": "La solicitud no tiene la forma esperada." + about}, 422)

    def unknown(_: Request, error: Exception) -> JSONResponse:
        status = error.status_code if isinstance(error, HTTPException) else 500
        words = {404: "No existe.", 405: "Método no permitido."}
        headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
        kept = {"Allow": headers["Allow"]} if "Allow" in headers else None
        return JSONResponse({"error": words.get(status, "La solicitud no puede atenderse.")}, status, kept)

    app.add_exception_handler(HTTPException, unknown)
    app.add_exception_handler(CopilotError, expected)
    app.add_exception_handler(RequestValidationError, malformed)
