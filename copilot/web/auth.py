"""Authentication and authorisation in front of every route, as one ASGI middleware inside the Gate.

It finds the person (session cookie, or API token where the rule allows it), applies :mod:`copilot.web.auth_rules`,
checks the CSRF token of everything that changes something, and ties Gradio's own session names to the person, so
that nobody can listen to another's events. What passes carries the identity in ``scope``.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections import OrderedDict
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, quote

import anyio
import anyio.to_thread
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from copilot.errors import CopilotError
from copilot.facade import Actor
from copilot.users import Identity, Session
from copilot.users.sessions import csrf_token
from copilot.users.site import Site
from copilot.web.auth_rules import rule_of
from copilot.web.login_html import refused_page
from guardrails.audit import Role

_log = logging.getLogger("copilot.web")

SCOPE = "copilot.identity"
SESSION, CSRF = "copiloto_sesion", "copiloto_csrf"
FORM_LIMIT = 100_000
_FORM = "application/x-www-form-urlencoded"
_STATUS_ONLY = frozenset({"/sesion", "/evaluacion/estado"})
"""Paths that a page asks on its own: no sign that someone is at work."""
_KNOWN_HASHES = 20_000


def identity_of(request: Any) -> Identity:
    """Who is at the other end of a Starlette or Gradio request. Raises :class:`CopilotError` where nobody is."""
    inner = getattr(request, "request", None) or request
    found = getattr(inner, "scope", {}).get(SCOPE)
    if not isinstance(found, Identity):
        raise CopilotError("Inicie sesión para continuar.")
    return found


def actor_of(request: Any, role: Role, session: str = "") -> Actor:
    """The same person as the façade wants it, acting under ``role``."""
    identity = identity_of(request)
    return Actor(user=identity.name, role=role, session=session or identity.session)


def cookie_name(scope: Scope, name: str) -> str:
    """Over HTTPS the browser itself refuses a cookie of this name that another host or path set."""
    return f"__Host-{name}" if scope.get("scheme") == "https" else name


def cookies_of(scope: Scope) -> dict[str, str]:
    """The cookies of a request; broken ones are as good as none."""
    found: dict[str, str] = {}
    for key, value in scope["headers"]:
        if key == b"cookie":
            for part in value.decode("latin-1").split(";"):
                jar: SimpleCookie = SimpleCookie()
                try:
                    jar.load(part.strip())
                except CookieError:
                    continue
                found.update({name: one.value for name, one in jar.items()})
    return found


def set_cookies(response: Response, scope: Scope, secret: str) -> None:
    """Give the browser its session: the secret out of reach of scripts, the CSRF token within."""
    secure = scope.get("scheme") == "https"
    for name, value, hidden in ((SESSION, secret, True), (CSRF, csrf_token(secret), False)):
        response.set_cookie(cookie_name(scope, name), value, path="/", secure=secure, httponly=hidden, samesite="lax")


def drop_cookies(response: Response, scope: Scope) -> None:
    """Take the session from the browser."""
    for name, hidden in ((SESSION, True), (CSRF, False)):
        response.delete_cookie(
            cookie_name(scope, name), path="/", secure=scope.get("scheme") == "https", httponly=hidden, samesite="lax"
        )


class AuthGate:
    """ASGI middleware; ``site`` holds accounts and sessions, ``roots`` the paths of Gradio pages."""

    def __init__(self, app: ASGIApp, site: Site, roots: tuple[str, ...] = ()) -> None:
        self.app = app
        self.site = site
        self.roots = roots
        self._threads: anyio.CapacityLimiter | None = None
        self._owners: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse or pass on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        rule = rule_of(path)
        if rule is not None and rule.roles is None:
            await self.app(scope, receive, send)
            return
        bearer = headers.get("authorization", "")
        # Threads of its own: calls of the API that wait for the model must not shut the door.
        self._threads = self._threads or anyio.CapacityLimiter(8)
        try:
            if bearer:
                by_token = bool(rule and rule.token)
                found = await anyio.to_thread.run_sync(self._token, bearer, limiter=self._threads) if by_token else None
            else:
                found = await anyio.to_thread.run_sync(self._session, scope, path, limiter=self._threads)
        except CopilotError as error:
            await JSONResponse({"error": str(error)}, 503)(scope, receive, send)
            return
        if found is None or found.locked:
            await _sign_in_first(scope, headers, locked=found is not None)(scope, receive, send)
            return
        who = found.identity
        if who.must_change and not (rule and rule.first):
            await _change_first(headers)(scope, receive, send)
            return
        if rule is None:
            await _refusal(headers, 404, "No existe.")(scope, receive, send)
            return
        if rule.roles is None or not (who.roles & rule.roles):
            await _refusal(headers, 403, "Su cuenta no tiene permiso para esta página.")(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not bearer:
            body, receive = await _taken(receive, headers)
            if not _csrf_holds(headers, body, found.csrf):
                words = "La página caducó; vuelva a cargarla e intente de nuevo."
                await _refusal(headers, 403, words)(scope, receive, send)
                return
        else:
            body = b""
        if not self._owns(scope, path, body, who.account):
            await _refusal(headers, 403, "Esa sesión es de otra persona.")(scope, receive, send)
            return
        scope[SCOPE] = who
        await self.app(scope, receive, send)

    def _token(self, bearer: str) -> Session | None:
        kind, _, secret = bearer.partition(" ")
        identity = self.site.tokens.find(secret.strip()) if kind.lower() == "bearer" else None
        return None if identity is None else Session(identity, False, "")

    def _session(self, scope: Scope, path: str) -> Session | None:
        secret = cookies_of(scope).get(cookie_name(scope, SESSION), "")
        automatic = (path in _STATUS_ONLY and scope["method"] == "GET") or "/gradio_api/heartbeat/" in path
        return self.site.sessions.find(secret, active=not automatic)

    def _owns(self, scope: Scope, path: str, body: bytes, account: int) -> bool:
        """Gradio's session names are chosen by the browser: the first person to use one keeps it."""
        root = next((one for one in self.roots if path.startswith(f"{one}/gradio_api/")), None)
        if root is None:
            return True
        names = set(parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", []))
        if "/heartbeat/" in path:
            names.add(path.rsplit("/", 1)[1])
        if body:
            try:
                given = json.loads(body)
            except (ValueError, RecursionError):
                return False
            if isinstance(given, Mapping) and given.get("session_hash") is not None:
                names.add(str(given["session_hash"]))
        for name in names:
            if self._owners.setdefault((root, name), account) != account:
                return False
            self._owners.move_to_end((root, name))
        while len(self._owners) > _KNOWN_HASHES:
            self._owners.popitem(last=False)
        return True


def _csrf_holds(headers: dict[str, str], body: bytes, expected: str) -> bool:
    given = headers.get("x-csrf-token", "")
    if not given and headers.get("content-type", "").startswith(_FORM):
        try:
            given = parse_qs(body.decode("utf-8"), max_num_fields=200).get("csrf", [""])[0]
        except ValueError:
            return False
    return hmac.compare_digest(given.encode(), expected.encode())


async def _taken(receive: Receive, headers: dict[str, str]) -> tuple[bytes, Receive]:
    """The whole body (the Gate limits its size), and a ``receive`` that gives it once more."""
    body = bytearray()
    form = headers.get("content-type", "").startswith(_FORM)
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        body.extend(message.get("body", b""))
        if form and len(body) > FORM_LIMIT:
            body.clear()
            break
        if not message.get("more_body"):
            break
    whole = bytes(body)
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": whole, "more_body": False}

    return whole, again


def _wants_page(headers: dict[str, str]) -> bool:
    return "text/html" in headers.get("accept", "")


def _sign_in_first(scope: Scope, headers: dict[str, str], *, locked: bool) -> Response:
    if _wants_page(headers) and scope["method"] in ("GET", "HEAD"):
        target = quote(scope["path"] + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else ""))
        return RedirectResponse("/entrar" if target == "/" else f"/entrar?siguiente={target}", 303)
    words = "La sesión está bloqueada por inactividad; escriba su contraseña." if locked else "Inicie sesión."
    state = "bloqueada" if locked else "cerrada"
    return JSONResponse({"error": words}, 401, {"X-Sesion": state, "WWW-Authenticate": "Bearer"})


def _change_first(headers: dict[str, str]) -> Response:
    if _wants_page(headers):
        return RedirectResponse("/clave", 303)
    return JSONResponse({"error": "Antes cambie su contraseña de un solo uso."}, 403)


def _refusal(headers: dict[str, str], status: int, words: str) -> Response:
    if _wants_page(headers):
        return HTMLResponse(refused_page(words), status)
    return JSONResponse({"error": words}, status)
