"""The administrator's page: accounts, roles, one-time passwords. Plain forms; no clinical content is seen from here."""

from __future__ import annotations

import datetime
from html import escape
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from copilot.errors import CopilotError
from copilot.users import ROLE_LABELS, ROLES, Account, Identity, NewAccount
from copilot.users.site import Site
from copilot.web.auth import identity_of
from copilot.web.login import csrf_of
from copilot.web.login_html import hidden, leave_form, options, shell
from copilot.web.private import PRIVATE
from guardrails.audit import Role

Field = Annotated[str, Form(max_length=400)]
Many = Annotated[list[str], Form(max_length=len(ROLES))]
_CHOICES = [(str(role), ROLE_LABELS[role]) for role in ROLES]


def people_router(site: Site, zone: str) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)

    def shown(request: Request, done: str = "", error: str = "", new: NewAccount | None = None) -> Response:
        page = people_page(
            site.accounts.all(), identity_of(request), csrf_of(request), ZoneInfo(zone), done, error, new
        )
        return HTMLResponse(page, 400 if error else 200, headers=PRIVATE)

    @router.get("/usuarios")
    def people(request: Request) -> Response:
        return shown(request)

    @router.post("/usuarios")
    def change(
        request: Request,
        accion: Field = "",
        usuario: Field = "",
        nombre: Field = "",
        cedula: Field = "",
        funcion: Many = [],  # noqa: B006  (FastAPI copies it)
    ) -> Response:
        by = identity_of(request)
        try:
            if accion == "alta":
                roles = [Role(one) for one in funcion if one in set(ROLES)]
                new = site.accounts.add(usuario, roles, full_name=nombre, cedula=cedula, by=by)
                return shown(request, "Usuario dado de alta.", new=new)
            if accion == "clave":
                return shown(request, "Contraseña cambiada.", new=site.accounts.reset_password(usuario, by=by))
            if accion in ("baja", "reactivar"):
                site.accounts.set_active(usuario, accion == "reactivar", by=by)
                return shown(request, "Usuario dado de baja." if accion == "baja" else "Usuario reactivado.")
            if accion == "datos":
                roles = [Role(one) for one in funcion if one in set(ROLES)]
                site.accounts.set_roles(usuario, roles, by=by)
                site.accounts.set_person(usuario, nombre, cedula, by=by)
                return shown(request, "Cambios guardados.")
        except CopilotError as error:
            return shown(request, error=str(error))
        return shown(request, error="No se reconoce la acción.")

    return router


def people_page(
    accounts: list[Account],
    who: Identity,
    csrf: str,
    zone: ZoneInfo,
    done: str = "",
    error: str = "",
    new: NewAccount | None = None,
) -> str:
    """The page as HTML."""
    notice = f'<p class="hecho" role="status">{escape(done)}</p>' if done else ""
    if error:
        notice = f'<p class="error" role="alert">{escape(error)}</p>'
    if new is not None and new.password:
        notice += (
            f'<div class="unica" role="status">Contraseña de un solo uso de '
            f"<strong>{escape(new.account.name)}</strong> "
            "(se muestra solo ahora; vence en 72 horas):"
            f"<code>{escape(new.password)}</code>"
            "Entréguela en persona; al entrar se le pedirá elegir la suya.</div>"
        )
    rows = "".join(_row(one, who, csrf, zone) for one in accounts)
    return shell(
        "Usuarios",
        "<h1>Usuarios</h1>"
        + notice
        + '<div class="rueda"><table><thead><tr><th scope="col">Usuario</th><th scope="col">Nombre y cédula</th>'
        + '<th scope="col">Funciones</th><th scope="col">Estado</th><th scope="col">Último acceso</th>'
        + f'<th scope="col">Acciones</th></tr></thead><tbody>{rows}</tbody></table></div>'
        + '<h2>Dar de alta</h2><form class="alta" method="post" action="/usuarios">'
        + hidden(csrf)
        + '<input type="hidden" name="accion" value="alta">'
        + '<div><label for="n-usuario">Usuario</label><input id="n-usuario" name="usuario" required maxlength="64" '
        + 'autocapitalize="none" spellcheck="false" autocomplete="off"></div>'
        + '<div><label for="n-nombre">Nombre completo</label><input id="n-nombre" name="nombre" maxlength="200" '
        + 'autocomplete="off"></div>'
        + '<div><label for="n-cedula">Cédula profesional (médicos)</label><input id="n-cedula" name="cedula" '
        + 'maxlength="40" autocomplete="off"></div>'
        + f"<fieldset><legend>Funciones</legend>{options(_CHOICES, ['medico'], 'funcion')}</fieldset>"
        + '<button class="principal">Dar de alta</button></form>',
        wide=True,
        who=leave_form(who, csrf),
    )


def _row(one: Account, who: Identity, csrf: str, zone: ZoneInfo) -> str:
    state = "Baja" if not one.active else "Contraseña por cambiar" if one.must_change else "Activo"
    last = "Nunca"
    if one.signed_in:
        last = f"{datetime.datetime.fromtimestamp(one.signed_in, zone):%d/%m/%Y %H:%M}"
    roles = ", ".join(ROLE_LABELS[role] for role in ROLES if role in one.roles)
    name = escape(one.name)

    def act(action: str, label: str) -> str:
        return (
            f'<form method="post" action="/usuarios">{hidden(csrf)}<input type="hidden" name="usuario" value="{name}">'
            f'<button name="accion" value="{action}" aria-label="{label}: {name}">{label}</button></form> '
        )

    buttons = act("clave", "Contraseña nueva") if one.active else ""
    if one.id == who.account:
        buttons = ""
    elif one.active:
        buttons += act("baja", "Dar de baja")
    else:
        buttons += act("reactivar", "Reactivar")
    edit = (
        f'<details><summary aria-label="Editar: {name}">Editar</summary><form method="post" action="/usuarios">'
        f'{hidden(csrf)}<input type="hidden" name="accion" value="datos">'
        f'<input type="hidden" name="usuario" value="{name}">'
        f'<label for="e-{one.id}">Nombre completo</label>'
        f'<input id="e-{one.id}" name="nombre" maxlength="200" value="{escape(one.full_name)}">'
        f'<label for="c-{one.id}">Cédula profesional</label>'
        f'<input id="c-{one.id}" name="cedula" maxlength="40" value="{escape(one.cedula)}">'
        f"<fieldset><legend>Funciones</legend>{options(_CHOICES, [str(r) for r in one.roles], 'funcion')}</fieldset>"
        "<button>Guardar</button></form></details>"
    )
    cedula = f'<br><span class="tenue">Cédula {escape(one.cedula)}</span>' if one.cedula else ""
    return (
        f'<tr><th scope="row">{name}</th><td>{escape(one.full_name) or "—"}{cedula}</td><td>{escape(roles)}</td>'
        f"<td>{state}</td><td>{last}</td><td>{buttons}{edit}</td></tr>"
    )
