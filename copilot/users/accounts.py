"""Accounts: made, closed, given a new password. Each change is logged inside its own transaction: no log, no change."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

import copilot
from copilot.facade import spanish_errors
from copilot.users import schema
from copilot.users.errors import AccountError
from copilot.users.identity import ROLES, Identity
from copilot.users.passwords import check_policy, hash_password, one_time_password, verify_password
from copilot.users.store import Store, now
from guardrails.audit import Action, AuditEntry, AuditLog, Role

ONE_TIME_S = 72 * 3600
"""Seconds that a one-time password holds."""
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?")


def fold_name(name: str) -> str:
    """A user name as it is kept: case does not count."""
    return name.strip().lower()


@dataclass(frozen=True)
class Account:
    """An account as it is listed."""

    id: int
    name: str = field(repr=False)
    roles: frozenset[Role]
    active: bool
    must_change: bool
    full_name: str = field(default="", repr=False)
    cedula: str = field(default="", repr=False)
    signed_in: int | None = None
    """Last sign-in, seconds since 1970."""

    def identity(self, session: str = "") -> Identity:
        """The person as a request carries it."""
        return Identity(self.id, self.name, self.roles, session, self.full_name, self.cedula, self.must_change)


@dataclass(frozen=True)
class NewAccount:
    """An account just made or given a new password."""

    account: Account
    password: str = field(repr=False)
    """One-time password, to be shown once; empty where a password was given."""


def account_of(row: Row[Any]) -> Account:
    """An account of its row."""
    roles = frozenset(Role(one) for one in row.roles.split(",") if one)
    return Account(row.id, row.name, roles, row.active, row.must_change, row.full_name, row.cedula, row.signed_in)


class Accounts:
    """``log`` opens the audit log on first use."""

    def __init__(self, store: Store, log: Callable[[], AuditLog], unit: str) -> None:
        self.store = store
        self._log = log
        self.unit = unit

    def record(self, action: Action, actor: Identity | None, role: Role, outcome: str = "ok", **detail: Any) -> None:
        """Append to the audit log; raises :class:`copilot.facade.LogError`."""
        with spanish_errors():
            self._log().append(
                AuditEntry(
                    action=action,
                    role=role,
                    user=actor.name if actor else "",
                    session=actor.session if actor else "",
                    unit=self.unit,
                    version=copilot.__version__,
                    outcome=outcome,
                    detail=detail,
                )
            )

    def _changed(self, change: str, name: str, by: Identity | None, **detail: Any) -> None:
        """Whose account it was goes to the log as a pseudonym."""
        with spanish_errors():
            target = self._log().pseudonym("user", name)
        self.record(Action.USERS_CHANGE, by, Role.ADMIN if by else Role.SYSTEM, change=change, account=target, **detail)

    # --- reading --------------------------------------------------------------------------------------------

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self.store.read() as connection:
            rows = connection.execute(select(schema.account).order_by(schema.account.c.name)).all()
        return [account_of(row) for row in rows]

    def find(self, name: str) -> Account:
        """The account of that name; raises :class:`AccountError`."""
        with self.store.read() as connection:
            return account_of(self._row(connection, name))

    def _row(self, connection: Connection, name: str) -> Row[Any]:
        query = select(schema.account).where(schema.account.c.name == fold_name(name))
        row = connection.execute(query).first()
        if row is None:
            raise AccountError("No hay ningún usuario con ese nombre.")
        return row

    # --- changes --------------------------------------------------------------------------------------------

    def add(
        self,
        name: str,
        roles: Iterable[Role],
        *,
        full_name: str = "",
        cedula: str = "",
        password: str | None = None,
        by: Identity | None = None,
    ) -> NewAccount:
        """Make an account. Without ``password`` it gets a one-time one, to be changed at the first sign-in."""
        wanted = _roles(roles)
        key = fold_name(name)
        if not _NAME.fullmatch(key):
            raise AccountError("El usuario lleva de 1 a 64 letras sin acento, cifras o . _ - @, sin espacios.")
        if len(full_name) > 200 or len(cedula) > 40:
            raise AccountError("El nombre o la cédula son demasiado largos.")
        if password is not None:
            check_policy(password, key, full_name)
        once = "" if password is not None else one_time_password()
        values = {
            "name": key,
            "full_name": full_name.strip(),
            "cedula": cedula.strip(),
            "roles": wanted,
            "password": hash_password(password or once),
            "password_until": now() + ONE_TIME_S if once else None,
            "must_change": bool(once),
            "active": True,
            "created": now(),
        }
        with self.store.write() as connection:
            if connection.execute(select(schema.account.c.id).where(schema.account.c.name == key)).first():
                raise AccountError("Ya hay un usuario con ese nombre.")
            connection.execute(insert(schema.account).values(values))
            account = account_of(self._row(connection, key))
            self._changed("alta", key, by, roles=sorted(account.roles))
        return NewAccount(account, once)

    def first_administrator(self, name: str = "admin") -> NewAccount | None:
        """Make the first administrator where there is none yet (first start); None afterwards."""

        def there() -> bool:
            return any(Role.ADMIN in one.roles for one in self.all())

        if there():
            return None
        try:
            return self.add(name, [Role.ADMIN])
        except AccountError:
            if there():  # another process was first
                return None
            raise

    def set_active(self, name: str, active: bool, *, by: Identity | None = None) -> None:
        """Close an account (its sessions and tokens end at once) or open it again."""
        with self.store.write() as connection:
            row = self._row(connection, name)
            if not active:
                self._keep_an_administrator(connection, row)
                connection.execute(delete(schema.session).where(schema.session.c.account == row.id))
                connection.execute(delete(schema.token).where(schema.token.c.account == row.id))
            self._update(connection, row.id, active=active)
            self._changed("reactivación" if active else "baja", row.name, by)

    def set_roles(self, name: str, roles: Iterable[Role], *, by: Identity | None = None) -> None:
        """Give an account other roles."""
        wanted = _roles(roles)
        with self.store.write() as connection:
            row = self._row(connection, name)
            if Role.ADMIN not in wanted.split(","):
                self._keep_an_administrator(connection, row)
            self._update(connection, row.id, roles=wanted)
            self._changed("funciones", row.name, by, roles=wanted.split(","))

    def set_person(self, name: str, full_name: str, cedula: str, *, by: Identity | None = None) -> None:
        """Name and professional licence as they go on a signed note."""
        if len(full_name) > 200 or len(cedula) > 40:
            raise AccountError("El nombre o la cédula son demasiado largos.")
        with self.store.write() as connection:
            row = self._row(connection, name)
            self._update(connection, row.id, full_name=full_name.strip(), cedula=cedula.strip())
            self._changed("datos", row.name, by)

    def reset_password(self, name: str, *, by: Identity | None = None) -> NewAccount:
        """A new one-time password; the sessions of the account end."""
        once = one_time_password()
        encoded = hash_password(once)
        with self.store.write() as connection:
            row = self._row(connection, name)
            connection.execute(delete(schema.session).where(schema.session.c.account == row.id))
            until = now() + ONE_TIME_S
            self._update(connection, row.id, password=encoded, password_until=until, must_change=True)
            self._changed("contraseña de un solo uso", row.name, by)
            account = account_of(self._row(connection, name))
        return NewAccount(account, once)

    def change_password(self, name: str, password: str, *, by: Identity | None = None) -> None:
        """The person's own new password; every session of the account ends (the caller starts a new one)."""
        account = self.find(name)
        check_policy(password, account.name, account.full_name)
        with self.store.read() as connection:
            if verify_password(self._row(connection, name).password, password):
                raise AccountError("Elija una contraseña distinta de la anterior.")
        encoded = hash_password(password)
        with self.store.write() as connection:
            row = self._row(connection, name)
            connection.execute(delete(schema.session).where(schema.session.c.account == row.id))
            self._update(connection, row.id, password=encoded, password_until=None, must_change=False)
            self._changed("contraseña", row.name, by)

    def entrust(self, name: str) -> Account:
        """An account that from now on enters through the institution: its one-time password is void."""
        with self.store.write() as connection:
            row = self._row(connection, name)
            if row.must_change:
                encoded = hash_password(secrets.token_urlsafe(32))
                self._update(connection, row.id, password=encoded, password_until=None, must_change=False)
                self._changed("identidad institucional", row.name, None)
        return self.find(name)

    def _update(self, connection: Connection, identifier: int, **values: Any) -> None:
        connection.execute(update(schema.account).where(schema.account.c.id == identifier).values(values))

    def _keep_an_administrator(self, connection: Connection, row: Row[Any]) -> None:
        """Raises :class:`AccountError` where the change would leave the site without an administrator."""
        others = connection.execute(
            select(schema.account.c.roles).where(schema.account.c.active, schema.account.c.id != row.id)
        ).scalars()
        if (
            Role.ADMIN in row.roles.split(",")
            and row.active
            and not any(Role.ADMIN in one.split(",") for one in others)
        ):
            raise AccountError("Es la única cuenta de administrador; dé de alta otra antes.")


def _roles(roles: Iterable[Role]) -> str:
    wanted = {Role(one) for one in roles}
    if not wanted or not wanted <= set(ROLES):
        raise AccountError("Elija al menos una función: " + ", ".join(ROLES) + ".")
    return ",".join(sorted(wanted))
