"""Appending: the right edge of the tree, one signed row an entry, the head kept beside the keys."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from guardrails.audit import keys as key_files
from guardrails.audit.encode import Encoded, make_leaf
from guardrails.audit.errors import AuditAltered
from guardrails.audit.interaction import Receipt
from guardrails.audit.merkle import Frontier, leaf_hash, peak_nodes
from guardrails.audit.note import Checkpoint, VerifierKey, format_note
from guardrails.audit.store import Store

LAST = "SELECT idx, time_us, nodes FROM entry ORDER BY idx DESC LIMIT 1"
_INSERT = (
    "INSERT INTO entry (idx, time_us, action, actor, unit, session, encounter, outcome, leaf, nodes, sig, "
    "context, content, decision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ROTATED = "SELECT 1 FROM entry WHERE idx > ? AND action = 'key_rotation' LIMIT 1"
_REMEMBER_EVERY_S = 5.0
"""How often the head is copied beside the keys."""


class Writer:
    """What one process knows of the log's end; every insert checks it against the store in its transaction."""

    def __init__(self, store: Store, keys_dir: Path, origin: str) -> None:
        self.store = store
        self.keys_dir = keys_dir
        self.origin = origin
        self.keys: key_files.Keys
        self.mutex = threading.RLock()
        self._sql = store.sql(_INSERT)
        self._frontier = Frontier()
        self._last: tuple[int, bytes] | None = None
        """Index and nodes of the last row as inserted or read; its commit may have failed."""
        self._durable: tuple[int, bytes] | None = None
        """The same of the last row known to be durable."""
        self._head: tuple[Checkpoint, VerifierKey, bytes] | None = None
        """Signed checkpoint over the rows known to be durable."""
        self._pending: tuple[Checkpoint, VerifierKey, bytes] | None = None
        self._remembered = float("-inf")

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """A driver cursor in a serialised transaction; at the end what was inserted is durable and known to be."""
        with self.mutex:
            self._pending = None
            with self.store.write() as cursor:
                yield cursor
            if self._pending is not None:
                self._head, self._durable = self._pending, self._last

    def insert(self, cursor: Any, encoded: Encoded) -> Receipt:
        """Insert at the end, within the caller's transaction."""
        cursor.execute(LAST)
        last = cursor.fetchone()
        now = time.time_ns() // 1000
        if last is None and self._durable is None:
            frontier = Frontier()
        else:
            frontier = self.frontier_at(cursor, last)
            assert last is not None
            now = max(now, last[1])  # the log's time never runs backwards
        index = frontier.size
        leaf = make_leaf(index, now, encoded)
        hashed = leaf_hash(leaf.encode("utf-8"))
        nodes = b"".join(frontier.append(hashed))
        checkpoint = Checkpoint(self.origin, frontier.size, frontier.root())
        signer = self.keys.signer
        signature = signer.sign(checkpoint.body())
        cursor.execute(
            self._sql,
            (index, now, encoded.action, *encoded.columns, leaf, nodes, signature,
             encoded.context.decode(), encoded.content.decode(), encoded.decision.decode()),
        )  # fmt: skip
        if cursor.rowcount != 1:  # a foreign trigger swallowed the row (RAISE(IGNORE), RETURN NULL)
            raise AuditAltered("La base de la bitácora no guardó la entrada: tiene disparadores ajenos. Verifíquela.")
        self._frontier, self._last = frontier, (index, nodes)
        self._pending = (checkpoint, signer.verifier, signature)
        return Receipt(index, now, hashed)

    def frontier_at(self, cursor: Any, last: tuple[Any, ...] | None) -> Frontier:
        """The right edge after the last row: our own, or read anew where another process has appended.

        Raises :class:`AuditAltered` where the row that we last made durable is gone or another.
        """
        if last is not None and self._last == (int(last[0]), bytes(last[2])):
            return self._frontier.copy()
        seen = -1
        if self._durable is not None:
            seen = self._durable[0]
            cursor.execute(self.store.sql("SELECT nodes FROM entry WHERE idx = ?"), (seen,))
            ours = cursor.fetchone()
            if last is None or ours is None or bytes(ours[0]) != self._durable[1]:
                raise AuditAltered(
                    "La bitácora perdió o cambió entradas que ya había confirmado. No se escribe en ella hasta que la "
                    "comisión la examine («copilot audit verify»)."
                )
        assert last is not None
        index = int(last[0])
        cursor.execute(self.store.sql(_ROTATED), (seen,))
        if cursor.fetchone() is not None:
            self.keys = key_files.load(self.keys_dir, self.origin)
        return Frontier(index + 1, self.store.nodes(cursor, peak_nodes(index + 1)))

    def know(self, checkpoint: Checkpoint, signature: bytes, frontier: Frontier, nodes: bytes) -> None:
        """Take over an end that was read and found good."""
        with self.mutex:
            self._head = (checkpoint, self.keys.signer.verifier, signature)
            if self._last is None:
                self._frontier, self._last = frontier, (checkpoint.size - 1, nodes)
                self._durable = self._last

    def remember(self, *, now: bool = False) -> None:
        """Keep a copy of the head beside the keys, so that a lost tail is noticed at the next start."""
        moment = time.monotonic()
        if self._head is not None and (now or moment - self._remembered > _REMEMBER_EVERY_S):
            self._remembered = moment
            key_files.write_head(self.keys_dir, format_note(*self._head))
