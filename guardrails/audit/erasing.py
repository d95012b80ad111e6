"""Erasing payloads at the end of their retention or on a granted request; the leaves stay and the log verifies.

NOM-004-SSA3-2012 5.4: records are kept at least five years from the last medical act. The log knows encounters,
not patients: an entry expires when its whole encounter has been silent for that long.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from guardrails.audit.errors import AuditEntryError
from guardrails.audit.store import Store

RETENTION_YEARS = 5
"""NOM-004-SSA3-2012, numeral 5.4."""
KEPT_ACTIONS = ("log_created", "key_rotation", "erase")
"""Entries about the log itself; their payload is never erased."""


def expired(store: Store, now: datetime.datetime, years: int = RETENTION_YEARS) -> list[int]:
    """Indices whose retention is over and whose payload is still there; O(entries) in time, streamed."""
    if years < RETENTION_YEARS:
        raise AuditEntryError(f"La NOM-004 (5.4) pide conservar al menos {RETENTION_YEARS} años.")
    try:
        limit = now.replace(year=now.year - years)
    except ValueError:  # 29 February
        limit = now.replace(year=now.year - years, day=28)
    limit_us = int(limit.timestamp() * 1_000_000)
    query = (
        "SELECT e.idx, e.action FROM entry e WHERE e.time_us < ? AND e.content IS NOT NULL AND "
        "(e.encounter = '' OR NOT EXISTS (SELECT 1 FROM entry l WHERE l.encounter = e.encounter "
        "AND l.time_us >= ?)) ORDER BY e.idx"
    )
    with store.read() as cursor:
        cursor.execute(store.sql(query), (limit_us, limit_us))
        return [index for index, action in cursor if action not in KEPT_ACTIONS]


def ranges(indices: Iterable[int]) -> list[list[int]]:
    """Sorted indices as closed intervals."""
    result: list[list[int]] = []
    for index in sorted(set(indices)):
        if result and result[-1][1] == index - 1:
            result[-1][1] = index
        else:
            result.append([index, index])
    return result


def batched(items: Sequence[list[int]], count: int) -> list[Sequence[list[int]]]:
    """The items in portions of at most ``count``."""
    return [items[at : at + count] for at in range(0, len(items), count)]


def erase_rows(store: Store, cursor: Any, targets: Sequence[int], order_index: int) -> None:
    """Blank the payloads within the transaction that wrote the order; the triggers check the order."""
    pairs = [(target, order_index) for target in targets]
    cursor.executemany(store.sql("INSERT INTO erasure (target, entry) VALUES (?, ?)"), pairs)
    cursor.executemany(
        store.sql("UPDATE entry SET content = NULL, decision = NULL, erased_by = ? WHERE idx = ?"),
        [(order_index, target) for target in targets],
    )


def purge(store: Store) -> None:
    """Remove what the erased rows left in the database's files (SQLite: secure_delete has zeroed the pages)."""
    with store.read() as cursor:
        if store.sqlite:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
        else:
            cursor.execute("VACUUM entry")
