"""Sessions on the server: a random secret in the person's cookie, its hash in the database, idle lock and expiry."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select, update

from copilot.users import schema
from copilot.users.accounts import Account, account_of
from copilot.users.identity import Identity
from copilot.users.store import Store, now

_SEEN_EVERY_S = 20
"""Activity is written down at most this often."""


def digest(secret: str) -> str:
    """What the database keeps of a secret of 256 random bits (no slow hash is needed)."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def csrf_token(secret: str) -> str:
    """The session's token against forged requests; the secret can't be computed from it."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"csrf:" + secret.encode("utf-8", "replace")).digest()[:24]).decode()


@dataclass(frozen=True)
class Session:
    """A session that was found."""

    identity: Identity
    locked: bool
    """Idle for too long: the password is asked again, nothing else is answered."""
    csrf: str = field(repr=False)
    idle_left_s: int = 0
    left_s: int = 0
    institutional: bool = False
    """Begun through the institution's identity provider: there is no password of ours to ask for."""
    proved_s: int = 0
    """Seconds since the person proved who they are."""


class Sessions:
    """``idle_s``: seconds without activity until the lock; ``length_s``: seconds until it ends whatever happens."""

    def __init__(self, store: Store, idle_s: int, length_s: int) -> None:
        self.store = store
        self.idle_s = idle_s
        self.length_s = length_s

    def start(self, account: Account, *, instead_of: str = "", institutional: bool = False) -> str:
        """A new session; returns its secret. ``instead_of``: the secret of the session it replaces."""
        secret = secrets.token_urlsafe(32)
        at = now()
        with self.store.write() as connection:
            connection.execute(delete(schema.session).where(schema.session.c.until < at))
            if instead_of:
                connection.execute(delete(schema.session).where(schema.session.c.hash == digest(instead_of)))
            values = {"hash": digest(secret), "account": account.id, "created": at, "seen": at}
            values |= {"until": at + self.length_s, "institutional": institutional, "proved": at}
            connection.execute(insert(schema.session).values(values))
        return secret

    def find(self, secret: str, *, active: bool) -> Session | None:
        """The session of a secret; None where it ended or its account is closed. ``active``: someone is at work."""
        if not secret:
            return None
        key = digest(secret)
        query = (
            select(
                schema.account, schema.session.c.seen, schema.session.c.until, schema.session.c.institutional,
                schema.session.c.proved,
            )
            .join(schema.session, schema.session.c.account == schema.account.c.id)
            .where(schema.session.c.hash == key, schema.account.c.active)
        )  # fmt: skip
        at = now()
        with self.store.read() as connection:
            row = connection.execute(query).first()
        if row is None or row.until <= at:
            return None
        locked = at - row.seen >= self.idle_s
        if active and not locked and at - row.seen >= min(_SEEN_EVERY_S, self.idle_s / 4):
            with self.store.write() as connection:
                # Only forward: a lock set meanwhile (seen = 0) stays.
                same = update(schema.session).where(schema.session.c.hash == key, schema.session.c.seen > 0)
                connection.execute(same.values(seen=at))
        seen = at if active and not locked else row.seen
        identity = account_of(row).identity(session=key[:16])
        left = max(0, row.until - at)
        idle_left = max(0, min(self.idle_s - (at - seen), left))
        return Session(identity, locked, csrf_token(secret), idle_left, left, row.institutional, at - row.proved)

    def prove(self, secret: str) -> None:
        """The person behind the session has just proved who they are again."""
        with self.store.write() as connection:
            mine = update(schema.session).where(schema.session.c.hash == digest(secret))
            connection.execute(mine.values(proved=now()))

    def lock(self, secret: str) -> None:
        """Lock at once, as after a long idle time."""
        with self.store.write() as connection:
            connection.execute(update(schema.session).where(schema.session.c.hash == digest(secret)).values(seen=0))

    def end(self, secret: str) -> None:
        """End one session."""
        with self.store.write() as connection:
            connection.execute(delete(schema.session).where(schema.session.c.hash == digest(secret)))
