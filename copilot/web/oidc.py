"""Routes of the sign-in through the institution's identity provider: away and back."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from copilot.errors import CopilotError
from copilot.facade import LogError
from copilot.users import Identity, SignInRefused
from copilot.users.oidc import WAIT_S, Provider
from copilot.users.signin import INSTITUTIONAL
from copilot.users.site import Site
from copilot.web.auth import cookie_name, cookies_of, set_cookies
from copilot.web.login import _local, secret_of
from copilot.web.login_html import done_page, refused_page
from copilot.web.private import PRIVATE
from guardrails.audit import Action, Role

BROWSER = "copiloto_ida"
"""Cookie that ties a sign-in to the browser that began it."""
DONE = "/entrar/listo"
"""Where the small window ends in which someone proved who they are while their page waits."""


def oidc_router(site: Site, provider: Provider | None, redirect: str = "") -> APIRouter:
    """The routes; without a provider both say so. ``redirect``: our own address as browsers see it."""
    router = APIRouter(prefix="/entrar", include_in_schema=False)

    def sorry(words: str, status: int) -> HTMLResponse:
        page = refused_page(words).replace('href="/"', 'href="/entrar"').replace("Ir al inicio", "Volver a entrar")
        return HTMLResponse(page, status, headers=PRIVATE)

    @router.get("/institucional")
    def away(request: Request, siguiente: str = "", de_nuevo: str = "") -> Response:
        if provider is None:
            return sorry("Este equipo no usa la cuenta institucional.", 404)
        browser = secrets.token_urlsafe(24)
        back = redirect or str(request.url_for("back"))
        try:
            then = DONE if de_nuevo else siguiente[:500]
            target = provider.begin(browser, back, then, again=bool(de_nuevo))
        except SignInRefused as error:
            return sorry(str(error), 503)
        response = RedirectResponse(target, 303, headers=PRIVATE)
        response.set_cookie(
            cookie_name(request.scope, BROWSER), browser, max_age=WAIT_S, path="/", httponly=True, samesite="lax",
            secure=request.url.scheme == "https",
        )  # fmt: skip
        return response

    @router.get("/regreso", name="back")
    def back(request: Request, state: str = "", code: str = "", iss: str = "") -> Response:
        if provider is None:
            return sorry("Este equipo no usa la cuenta institucional.", 404)
        cookie = cookie_name(request.scope, BROWSER)
        name = ""
        try:
            name, then, again = provider.finish(cookies_of(request.scope).get(cookie, ""), state, code, iss)
            account = next((one for one in site.accounts.all() if one.name == name and one.active), None)
            if account is None:
                raise SignInRefused("Su cuenta institucional no está dada de alta aquí. Pídalo a quien administra.")
            account = site.accounts.entrust(name)
            open_one = site.sessions.find(secret_of(request), active=False)
            if again and open_one is not None and open_one.identity.account != account.id:
                # Behind the lock lies somebody else's patient.
                raise SignInRefused("Esa no es la cuenta de esta sesión. En la otra ventana use «Salir».")
            _, secret = site.signin.start(account, INSTITUTIONAL, instead_of=secret_of(request))
        except SignInRefused as error:
            try:
                typed = Identity(0, name, frozenset())
                site.accounts.record(Action.LOGIN_FAILED, typed, Role.SYSTEM, "failed", reason=INSTITUTIONAL)
            except CopilotError as trouble:
                return sorry(str(trouble), 503)
            return sorry(str(error), 403)
        except LogError as error:
            return sorry(str(error), 503)
        response = RedirectResponse(DONE if then == DONE else _local(then, account.identity()), 303)
        response.delete_cookie(cookie, path="/")
        set_cookies(response, request.scope, secret)
        return response

    @router.get("/listo")
    def done() -> Response:
        return HTMLResponse(done_page(), headers=PRIVATE)

    return router
