"""API tokens: for a program that acts for a person. Shown once, kept as a hash, with an end date."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from copilot.users import schema
from copilot.users.accounts import Accounts, account_of
from copilot.users.errors import AccountError
from copilot.users.identity import Identity
from copilot.users.sessions import digest
from copilot.users.store import now

PREFIX = "copiloto_"
MAX_DAYS = 366


@dataclass(frozen=True)
class Token:
    """A token as it is listed."""

    id: int
    label: str
    until: int
    used: int | None


class Tokens:
    """Tokens of the accounts."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.store = accounts.store

    def make(self, name: str, label: str, days: int = 90, *, by: Identity | None = None) -> str:
        """A new token of an active account; the answer is the only time it is seen."""
        if not 1 <= days <= MAX_DAYS:
            raise AccountError(f"La vigencia va de 1 a {MAX_DAYS} días.")
        account = self.accounts.find(name)
        if not account.active or account.must_change:
            raise AccountError("La cuenta está cerrada o aún no cambia su contraseña de un solo uso.")
        secret = PREFIX + secrets.token_urlsafe(32)
        at = now()
        values = {"account": account.id, "label": label[:100], "hash": digest(secret), "created": at}
        with self.store.write() as connection:
            connection.execute(insert(schema.token).values(**values, until=at + days * 86400))
            self.accounts._changed("llave de API", account.name, by, days=days)
        return secret

    def all(self, name: str) -> list[Token]:
        """The tokens of an account."""
        account = self.accounts.find(name)
        query = select(schema.token).where(schema.token.c.account == account.id).order_by(schema.token.c.id)
        with self.store.read() as connection:
            return [Token(row.id, row.label, row.until, row.used) for row in connection.execute(query)]

    def revoke(self, name: str, *, by: Identity | None = None) -> int:
        """End all tokens of an account; returns how many there were."""
        account = self.accounts.find(name)
        with self.store.write() as connection:
            done = connection.execute(delete(schema.token).where(schema.token.c.account == account.id))
            self.accounts._changed("llaves de API revocadas", account.name, by)
            return done.rowcount

    def find(self, secret: str) -> Identity | None:
        """Who acts through this token; None where it is unknown, over, or its account closed."""
        if not secret.startswith(PREFIX):
            return None
        at = now()
        query = (
            select(schema.account, schema.token.c.id.label("token"), schema.token.c.used)
            .join(schema.token, schema.token.c.account == schema.account.c.id)
            .where(schema.token.c.hash == digest(secret), schema.token.c.until > at)
            .where(schema.account.c.active, ~schema.account.c.must_change)
        )
        with self.store.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        if row.used is None or at - row.used > 60:
            with self.store.write() as connection:
                connection.execute(update(schema.token).where(schema.token.c.id == row.token).values(used=at))
        return account_of(row).identity(session=f"token-{row.token}")
