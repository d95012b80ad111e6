"""One server: health, the HTTP API, the pages."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

import copilot
from copilot.facade import Copilot
from copilot.notes import open_shelf
from copilot.notes.talk import Talks
from copilot.notes.work import NoteWork
from copilot.users.oidc import open_provider
from copilot.users.site import open_site
from copilot.web.api import api_router, describe, install_errors
from copilot.web.auth import AuthGate, identity_of
from copilot.web.dictation import dictation_router
from copilot.web.evaluation import evaluation_router
from copilot.web.login import PersonalMode, landing, login_router
from copilot.web.metrics import Metered, Metrics
from copilot.web.oidc import oidc_router
from copilot.web.people import people_router
from copilot.web.physician_chat import chat_router
from copilot.web.physician_helps import helps_router
from copilot.web.physician_notes import notes_router
from copilot.web.proof import Proof
from copilot.web.security import Gate
from copilot.web.work import UNEXPECTED, Desk, Readiness

ROOTS = ("/medico", "/comision")
"""Where Gradio pages are mounted."""
_log = logging.getLogger("copilot.web")


def build_app(pilot: Copilot) -> FastAPI:
    """The application: every route behind :class:`~copilot.web.security.Gate` (what may come in at all) and
    :class:`~copilot.web.auth.AuthGate` (who may come in where).

    ``app.state.site`` holds the accounts; ``app.state.personal`` the key of the personal mode, or None.
    """
    settings = pilot.settings
    # Before Gradio is imported: nothing of it goes to a folder that other users of the machine can read.
    os.environ["GRADIO_TEMP_DIR"] = str(settings.ensure_data_dir() / "tmp")
    import gradio as gr

    from copilot.web.commission import commission_page, files_router
    from copilot.web.physician import physician_page, theme

    app = FastAPI(
        title="Copiloto clínico",
        version=copilot.__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    ready = Readiness(pilot)
    metrics = Metrics(ready)
    site = open_site(settings, lambda: pilot.log)
    personal = PersonalMode(site, settings) if settings.login == "personal" else None
    app.state.site, app.state.personal = site, personal
    # The last one added is the first one asked.
    app.add_middleware(AuthGate, site=site, roots=ROOTS)
    app.add_middleware(Metered, metrics=metrics)
    app.add_middleware(Gate, roots=ROOTS, any_host=settings.allow_remote)
    install_errors(app)
    desk = Desk(pilot, ready)
    provider = None if personal else open_provider(settings)
    app.include_router(login_router(site, personal, settings.oidc_label if provider else ""))
    app.include_router(oidc_router(site, provider, settings.oidc_redirect))
    app.include_router(people_router(site, settings.timezone))
    app.include_router(api_router(desk))
    app.include_router(dictation_router(pilot))
    app.include_router(files_router(pilot))
    app.include_router(evaluation_router(pilot))
    work = NoteWork(pilot, open_shelf(settings))
    # The personal mode has no password to ask for.
    app.include_router(notes_router(work, Proof(site.sessions, -1 if personal else settings.sign_proof_min)))
    app.include_router(chat_router(Talks(work)))
    app.include_router(helps_router(work))
    describe(app)

    @app.get("/", include_in_schema=False)
    def root(request: Request) -> RedirectResponse:
        return RedirectResponse(landing(identity_of(request)), 303)

    @app.get("/medico", include_in_schema=False)
    def medico() -> RedirectResponse:
        return RedirectResponse("/medico/")

    @app.get("/comision", include_in_schema=False)
    def comision() -> RedirectResponse:
        return RedirectResponse("/comision/")

    @app.get("/metrics", include_in_schema=False)
    def prometheus() -> Response:
        return metrics.answer()

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

    def mount(page: gr.Blocks, path: str) -> None:
        gr.mount_gradio_app(
            app,
            page,
            path=path,
            footer_links=[],
            run_history=False,
            show_error=False,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            enable_monitoring=False,
            theme=theme(),
            allowed_paths=[],
            # AuthGate has been asked before; Gradio asks on its own account at each of its routes.
            auth_dependency=lambda request: identity_of(request).name,
        )

    mount(physician_page(desk, work), "/medico")
    mount(commission_page(pilot), "/comision")
    return app
