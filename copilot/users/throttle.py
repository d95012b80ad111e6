"""Delay of failed sign-ins, kept in the database so that a restart or a second process changes nothing.

A try counts as a failure before the password is looked at, and is taken back on success: a hundred tries at once
get no further than one after the other.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from copilot.users import schema
from copilot.users.errors import Throttled
from copilot.users.store import Store, now

FORGET_S = 1800
"""Seconds without a failure after which the count starts anew."""


class Limit(NamedTuple):
    """After ``free`` failures: 2, 4, 8… seconds, at most ``cap``."""

    kind: str
    free: int
    cap: int


LIMITS = (
    Limit("pair", 4, 900),  # one name from one address
    Limit("name", 20, 60),  # one name from anywhere: slow, but nobody can shut a physician out for long
    Limit("address", 60, 60),  # one address, any name: a whole ward may sit behind one
)


def _key(kind: str, name: str, address: str) -> str:
    parts = {"pair": f"{name}\0{address}", "name": name, "address": address}
    return hashlib.sha256(f"{kind}\0{parts[kind]}".encode("utf-8", "replace")).hexdigest()


def begin(store: Store, name: str, address: str) -> int:
    """Count a try; raises :class:`Throttled` where it comes too early. Returns the failures of the pair so far."""
    at = now()
    counted = 0
    with store.write() as connection:
        connection.execute(delete(schema.attempt).where(schema.attempt.c.last < at - FORGET_S))
        for limit in LIMITS:
            key = _key(limit.kind, name, address)
            query = select(schema.attempt).where(schema.attempt.c.key == key).with_for_update()
            row = connection.execute(query).first()
            fails = row.fails if row else 0
            if row and fails >= limit.free:
                left = row.last + min(2 ** min(fails - limit.free + 1, 20), limit.cap) - at
                if left > 0:
                    raise Throttled(left)
            if row:
                connection.execute(
                    update(schema.attempt).where(schema.attempt.c.key == key).values(fails=fails + 1, last=at)
                )
            else:
                connection.execute(insert(schema.attempt).values(key=key, fails=1, last=at))
            counted = max(counted, fails if limit.kind == "pair" else 0)
    return counted


def succeeded(store: Store, name: str, address: str) -> None:
    """Forget the failures of this name from this address; what others did against the name stays counted."""
    with store.write() as connection:
        connection.execute(delete(schema.attempt).where(schema.attempt.c.key == _key("pair", name, address)))
        for kind in ("name", "address"):
            key = _key(kind, name, address)
            connection.execute(
                update(schema.attempt).where(schema.attempt.c.key == key).values(fails=schema.attempt.c.fails - 1)
            )
