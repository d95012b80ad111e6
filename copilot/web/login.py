"""Routes of the sign-in: in, out, a new password, the state of the session, where to go."""

from __future__ import annotations

import hmac
import secrets
from contextlib import suppress
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from copilot.errors import CopilotError, UsageError
from copilot.facade import LogError
from copilot.settings import Settings
from copilot.users import AccountError, Identity, SignInRefused, Throttled
from copilot.users.sessions import csrf_token
from copilot.users.site import Site
from copilot.web.auth import SESSION, cookie_name, cookies_of, drop_cookies, identity_of, set_cookies
from copilot.web.auth_rules import LANDING, rule_of
from copilot.web.login_html import home_page, login_page, password_page
from copilot.web.private import PRIVATE
from copilot.web.security import LOOPBACK
from guardrails.audit import Role

Field = Annotated[str, Form(max_length=4096)]
PERSONAL = "personal"
"""Account of the personal mode."""


def secret_of(request: Request) -> str:
    """The secret of the session in the request's cookie."""
    return cookies_of(request.scope).get(cookie_name(request.scope, SESSION), "")


def csrf_of(request: Request) -> str:
    """The CSRF token for the forms of this person."""
    return csrf_token(secret_of(request))


def landing(identity: Identity) -> str:
    """The page a person starts on."""
    mine = [where for role, where in LANDING.items() if role in identity.roles]
    return "/clave" if identity.must_change else mine[0] if len(mine) == 1 else "/inicio"


def _local(target: str, identity: Identity) -> str:
    """``target`` where it is a page of ours that the person may open; the landing page otherwise."""
    parts = urlsplit(target)
    rule = rule_of(parts.path)
    fits = rule is not None and rule.roles is not None and bool(rule.roles & identity.roles)
    clean = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if clean and fits and not parts.netloc and not identity.must_change else landing(identity)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _plain_network(request: Request) -> bool:
    """A password would travel over the network unencrypted."""
    return request.url.scheme != "https" and (request.url.hostname or "") not in LOOPBACK


class PersonalMode:
    """One person on their own machine: the link printed at start is the key. Holds for one run of the program."""

    def __init__(self, site: Site, settings: Settings) -> None:
        if settings.allow_remote or settings.host not in LOOPBACK:
            raise UsageError("El modo personal (COPILOT_LOGIN=personal) solo sirve en 127.0.0.1.")
        self.site = site
        site.sessions.idle_s = site.sessions.length_s  # there is no password to unlock with
        self.key = secrets.token_urlsafe(24)
        if not any(one.name == PERSONAL for one in site.accounts.all()):
            roles = [Role.PHYSICIAN, Role.COMMISSION, Role.EVALUATOR]
            site.accounts.add(PERSONAL, roles, password=secrets.token_urlsafe(32))


def login_router(site: Site, personal: PersonalMode | None = None, external: str = "") -> APIRouter:
    """The routes; ``personal`` in personal mode; ``external``: words of the link to the institution's sign-in."""
    router = APIRouter(include_in_schema=False)

    def answer(request: Request, account_secret: str, target: str) -> Response:
        response = RedirectResponse(target, 303)
        set_cookies(response, request.scope, account_secret)
        return response

    @router.get("/entrar")
    def form(request: Request, siguiente: str = "", llave: str = "") -> Response:
        found = site.sessions.find(secret_of(request), active=False)
        if found is not None and not found.locked:
            return RedirectResponse(_local(siguiente, found.identity), 303)
        if personal is not None and llave:
            if hmac.compare_digest(llave.encode(), personal.key.encode()):
                _, secret = site.signin.start(site.accounts.find(PERSONAL), "enlace personal")
                return answer(request, secret, "/medico/")
            return HTMLResponse(login_page("El enlace no es el de esta ejecución.", personal=True), 403)
        name = found.identity.name if found else ""
        page = login_page(
            "", name, siguiente, personal=personal is not None, locked=found is not None, external=external
        )
        return HTMLResponse(page, headers=PRIVATE)

    @router.post("/entrar")
    def enter(request: Request, usuario: Field = "", contrasena: Field = "", siguiente: Field = "") -> Response:
        wants_json = "application/json" in request.headers.get("accept", "")

        def sorry(words: str, status: int, wait: int = 0) -> Response:
            extra = {"Retry-After": str(wait)} if wait else {}
            if wants_json:
                return JSONResponse({"error": words}, status, extra)
            return HTMLResponse(login_page(words, usuario[:200], siguiente, external=external), status, extra)

        if personal is not None:
            if wants_json:
                return sorry("Abra de nuevo el enlace que está en la terminal.", 403)
            return HTMLResponse(login_page(personal=True), 403)
        if _plain_network(request):
            return sorry("Abra la página por HTTPS: por esta conexión la contraseña viajaría sin cifrar.", 403)
        try:
            account, secret = site.signin.enter(usuario, contrasena, _address(request), instead_of=secret_of(request))
        except Throttled as error:
            return sorry(str(error), 429, error.seconds)
        except SignInRefused as error:
            return sorry(str(error), 401)
        except (LogError, CopilotError) as error:
            return sorry(str(error), 503)
        if wants_json:
            response: Response = JSONResponse({"estado": "abierta"})
            set_cookies(response, request.scope, secret)
            return response
        return answer(request, secret, _local(siguiente, account.identity()))

    @router.post("/salir")
    def leave(request: Request) -> Response:
        with suppress(CopilotError):  # the session is over; a log that can't be written stops whatever comes next
            site.signin.leave(secret_of(request))
        response = RedirectResponse("/entrar", 303)
        drop_cookies(response, request.scope)
        return response

    @router.get("/clave")
    def password_form(request: Request) -> Response:
        page = password_page(identity_of(request), csrf_of(request))
        return HTMLResponse(page, headers=PRIVATE)

    @router.post("/clave")
    def password(request: Request, nueva: Field = "", otra: Field = "", actual: Field = "") -> Response:
        who = identity_of(request)
        try:
            if not who.must_change:
                site.signin.check(who.name, actual, _address(request))
            if nueva != otra:
                raise AccountError("Las dos contraseñas no son iguales.")
            site.accounts.change_password(who.name, nueva, by=who)
            account, secret = site.signin.start(site.accounts.find(who.name), "contraseña nueva")
        except CopilotError as error:
            words = "La contraseña actual no es correcta." if type(error) is SignInRefused else str(error)
            status = 503 if isinstance(error, LogError) else 400
            return HTMLResponse(password_page(who, csrf_of(request), words), status)
        return answer(request, secret, landing(account.identity()))

    @router.get("/sesion")
    def state(request: Request) -> dict[str, object]:
        found = site.sessions.find(secret_of(request), active=False)
        who = identity_of(request)
        pages = [{"nombre": str(role), "ruta": where} for role, where in LANDING.items() if role in who.roles]
        return {
            "estado": "abierta",
            "usuario": who.name,
            "nombre": who.shown,
            "paginas": pages,
            "institucional": bool(found and found.institutional),
            "inactividad_s": found.idle_left_s if found else 0,
            "restan_s": found.left_s if found else 0,
        }

    @router.post("/sesion")
    def alive() -> dict[str, str]:
        return {"estado": "abierta"}  # the gate has noted the activity

    @router.post("/sesion/bloquear")
    def lock(request: Request) -> dict[str, str]:
        site.sessions.lock(secret_of(request))
        return {"estado": "bloqueada"}

    @router.post("/sesion/comprobar")
    def prove(request: Request, contrasena: Field = "") -> Response:
        try:
            site.signin.prove(identity_of(request).name, contrasena, _address(request), secret_of(request))
        except Throttled as error:
            return JSONResponse({"error": str(error)}, 429, {"Retry-After": str(error.seconds)})
        except SignInRefused:
            return JSONResponse({"error": "La contraseña no es correcta."}, 400)
        return JSONResponse({"estado": "comprobada"})

    @router.get("/inicio")
    def home(request: Request) -> Response:
        return HTMLResponse(home_page(identity_of(request), csrf_of(request)), headers=PRIVATE)

    return router
