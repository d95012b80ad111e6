"""One server: health, the HTTP API, the pages."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles

import copilot
from copilot.facade import Copilot
from copilot.web.api import api_router, install_errors
from copilot.web.security import Gate
from copilot.web.work import UNEXPECTED, Desk, Readiness

_log = logging.getLogger("copilot.web")


def build_app(pilot: Copilot) -> FastAPI:
    """The application, with every route behind :class:`~copilot.web.security.Gate`."""
    settings = pilot.settings
    # Before Gradio is imported: nothing of it goes to a folder that other users of the machine can read.
    os.environ["GRADIO_TEMP_DIR"] = str(settings.ensure_data_dir() / "tmp")
    import gradio as gr

    from copilot.web.physician import physician_page, theme

    app = FastAPI(
        title="Copiloto clínico",
        version=copilot.__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.add_middleware(Gate, roots=("/medico",), any_host=settings.allow_remote)
    install_errors(app)
    ready = Readiness(pilot)
    desk = Desk(pilot, ready)
    app.include_router(api_router(desk))

    @app.get("/", include_in_schema=False)
    def root() -> RedirectResponse:
        return RedirectResponse("/medico/")

    @app.get("/medico", include_in_schema=False)
    def medico() -> RedirectResponse:
        return RedirectResponse("/medico/")

    @app.get("/healthz", tags=["servicio"], summary="El proceso responde")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", tags=["servicio"], summary="Los modelos están cargados")
    def readyz() -> JSONResponse:
        body = {"status": ready.state, "message": ready.message}
        return JSONResponse(body, 200 if ready.state == "lista" else 503)

    @app.exception_handler(Exception)
    def unexpected(_: Request, error: Exception) -> JSONResponse:
        _log.error("Error inesperado: %s", type(error).__name__)
        return JSONResponse({"error": UNEXPECTED}, 500)

    app.mount("/recursos", StaticFiles(directory=Path(__file__).with_name("static")))
    gr.mount_gradio_app(
        app,
        physician_page(desk),
        path="/medico",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        theme=theme(),
        allowed_paths=[],
    )
    return app
