"""Signing in and out. The log comes first: a sign-in that can't be logged does not happen."""

from __future__ import annotations

from sqlalchemy import select, update

from copilot.users import schema, throttle
from copilot.users.accounts import Account, Accounts, account_of, fold_name
from copilot.users.errors import SignInRefused
from copilot.users.identity import Identity
from copilot.users.passwords import hash_password, needs_rehash, verify_password
from copilot.users.sessions import Sessions, digest
from copilot.users.store import now
from guardrails.audit import Action, Role

INSTITUTIONAL = "identidad institucional"
"""How someone signed in, as it stands in the log, where it was through the identity provider."""
REFUSED = "El usuario o la contraseña no son correctos."


def main_role(identity: Identity) -> Role:
    """The role under which a sign-in stands in the log."""
    order = (Role.ADMIN, Role.COMMISSION, Role.EVALUATOR, Role.PHYSICIAN)
    return next((one for one in order if one in identity.roles), Role.SYSTEM)


class SignIn:
    """Checks passwords and starts sessions."""

    def __init__(self, accounts: Accounts, sessions: Sessions) -> None:
        self.accounts = accounts
        self.sessions = sessions
        self.store = accounts.store

    def check(self, name: str, password: str, address: str) -> Account:
        """The account behind name and password. Raises :class:`SignInRefused` (which of both was wrong is not said,
        and takes the same time), :class:`Throttled`, or :class:`copilot.facade.LogError` where nothing can be logged.
        """
        key = fold_name(name)[:200]
        throttle.begin(self.store, key, address)
        with self.store.read() as connection:
            row = connection.execute(select(schema.account).where(schema.account.c.name == key)).first()
        right = verify_password(row.password if row else "", password)
        expired = bool(row and row.password_until is not None and row.password_until <= now())
        if row is None or not right or not row.active or expired:
            reason = "desconocido" if row is None else "contraseña" if not right else "vencida" if expired else "baja"
            typed = Identity(0, key, frozenset())
            self.accounts.record(Action.LOGIN_FAILED, typed, Role.SYSTEM, "failed", reason=reason)
            raise SignInRefused(REFUSED)
        throttle.succeeded(self.store, key, address)
        if needs_rehash(row.password):
            encoded = hash_password(password)
            with self.store.write() as connection:
                connection.execute(update(schema.account).where(schema.account.c.id == row.id).values(password=encoded))
        return account_of(row)

    def enter(self, name: str, password: str, address: str, *, instead_of: str = "") -> tuple[Account, str]:
        """Sign in: the account and the secret of its new session."""
        return self.start(self.check(name, password, address), how="contraseña", instead_of=instead_of)

    def prove(self, name: str, password: str, address: str, secret: str) -> None:
        """The person of a session says the password again. Raises like :meth:`check`."""
        self.check(name, password, address)
        self.sessions.prove(secret)

    def start(self, account: Account, how: str, *, instead_of: str = "") -> tuple[Account, str]:
        """Start a session for someone whose identity was checked (``how``), logged before the secret leaves."""
        secret = self.sessions.start(account, instead_of=instead_of, institutional=how == INSTITUTIONAL)
        identity = account.identity(digest(secret)[:16])
        try:
            self.accounts.record(Action.LOGIN, identity, main_role(identity), how=how)
            with self.store.write() as connection:
                connection.execute(
                    update(schema.account).where(schema.account.c.id == account.id).values(signed_in=now())
                )
        except BaseException:
            self.sessions.end(secret)
            raise
        return account, secret

    def leave(self, secret: str) -> None:
        """Sign out. The session ends even where the log can't be written (the error is then raised)."""
        found = self.sessions.find(secret, active=False)
        self.sessions.end(secret)
        if found is not None:
            self.accounts.record(Action.LOGOUT, found.identity, main_role(found.identity))
