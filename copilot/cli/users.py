"""``copilot users``: accounts of the site, their roles, passwords and API tokens."""

from __future__ import annotations

import datetime
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from copilot.errors import UsageError

if TYPE_CHECKING:
    from copilot.users import NewAccount, Site
    from guardrails.audit import Role

users = typer.Typer(help="Usuarios: altas, bajas, contraseñas, funciones y llaves de API.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Nombre de usuario.")]
Roles = Annotated[list[str], typer.Option("--role", help="medico, comision, evaluador o administrador (repetible).")]
Stdin = Annotated[bool, typer.Option("--password-stdin", help="Leer la contraseña de la entrada estándar.")]


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.add_typer(users, name="users")


def _site() -> Site:
    from copilot.auditing import open_log
    from copilot.facade import spanish_errors
    from copilot.settings import get_settings
    from copilot.users import open_site

    settings = get_settings()
    with spanish_errors():
        log = open_log(settings)
    return open_site(settings, lambda: log)


def _roles(given: list[str]) -> list[Role]:
    from copilot.users import ROLES

    known = {str(one): one for one in ROLES}
    wrong = [one for one in given if one not in known]
    if wrong or not given:
        raise UsageError("Indique --role: " + ", ".join(known) + ".")
    return [known[one] for one in given]


def _given(stdin: bool) -> str | None:
    return sys.stdin.readline().rstrip("\r\n") if stdin else None


def _show(new: NewAccount) -> None:
    if new.password:
        print(f"Contraseña de un solo uso de «{new.account.name}» (se muestra solo ahora; vence en 72 horas):")
        print(new.password)


@users.command()
def add(
    name: Name,
    role: Roles,
    full_name: Annotated[str, typer.Option("--full-name", help="Nombre como firma las notas.")] = "",
    cedula: Annotated[str, typer.Option("--cedula", help="Cédula profesional.")] = "",
    password_stdin: Stdin = False,
) -> None:
    """Da de alta un usuario; sin --password-stdin recibe una contraseña de un solo uso."""
    password = _given(password_stdin)
    new = _site().accounts.add(name, _roles(role), full_name=full_name, cedula=cedula, password=password)
    print(f"Usuario «{new.account.name}» dado de alta.")
    _show(new)


@users.command()
def disable(name: Name) -> None:
    """Da de baja un usuario; sus sesiones y llaves terminan de inmediato."""
    _site().accounts.set_active(name, False)
    print("Usuario dado de baja.")


@users.command()
def enable(name: Name) -> None:
    """Reactiva un usuario dado de baja."""
    _site().accounts.set_active(name, True)
    print("Usuario reactivado.")


@users.command()
def passwd(name: Name, password_stdin: Stdin = False) -> None:
    """Contraseña nueva: de un solo uso, o la que se lea con --password-stdin."""
    accounts = _site().accounts
    password = _given(password_stdin)
    if password is None:
        _show(accounts.reset_password(name))
    else:
        accounts.change_password(name, password)
        print("Contraseña cambiada.")


@users.command()
def roles(name: Name, role: Roles) -> None:
    """Cambia las funciones de un usuario por las indicadas."""
    _site().accounts.set_roles(name, _roles(role))
    print("Funciones cambiadas.")


@users.command("list")
def list_() -> None:
    """Lista los usuarios."""
    from rich.console import Console
    from rich.table import Table

    table = Table("usuario", "nombre", "funciones", "estado", "último acceso")
    for one in _site().accounts.all():
        state = "baja" if not one.active else "contraseña por cambiar" if one.must_change else "activo"
        last = f"{datetime.datetime.fromtimestamp(one.signed_in):%Y-%m-%d %H:%M}" if one.signed_in else "nunca"
        table.add_row(one.name, one.full_name, ", ".join(sorted(one.roles)), state, last)
    Console().print(table)


@users.command()
def token(
    name: Name,
    label: Annotated[str, typer.Option("--label", help="Para qué programa es.")] = "",
    days: Annotated[int, typer.Option("--days", help="Vigencia en días.")] = 90,
) -> None:
    """Crea una llave para la API que actúa en nombre del usuario."""
    secret = _site().tokens.make(name, label, days)
    print("Llave de API (se muestra solo ahora):", file=sys.stderr)
    print(secret)


@users.command()
def revoke(name: Name) -> None:
    """Revoca todas las llaves de API del usuario."""
    print(f"Llaves revocadas: {_site().tokens.revoke(name)}.")
