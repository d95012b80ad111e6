"""The audit log itself: append, read, prove, checkpoint. One object per process serves all its threads."""

from __future__ import annotations

import datetime
import secrets
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guardrails.audit import keys as key_files
from guardrails.audit.encode import Encoded, encode, make_leaf
from guardrails.audit.entry import Action, AuditEntry
from guardrails.audit.errors import AuditAltered
from guardrails.audit.merkle import Frontier, leaf_hash, peak_nodes
from guardrails.audit.note import Checkpoint, VerifierKey
from guardrails.audit.store import Store

_INSERT = (
    "INSERT INTO entry (idx, time_us, action, actor, unit, session, encounter, outcome, leaf, nodes, sig, "
    "context, content, decision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_LAST = "SELECT idx, time_us, nodes, sig FROM entry ORDER BY idx DESC LIMIT 1"


@dataclass(frozen=True)
class Receipt:
    """Proof that an entry is durable."""

    index: int
    time: datetime.datetime
    leaf_hash: bytes

    @property
    def id(self) -> str:
        """Identifier of the interaction for people: ``INDEX-xxxxxxxx`` (start of the leaf hash)."""
        return f"{self.index}-{self.leaf_hash.hex()[:8]}"


class AuditLog:
    """Append-only, signed Merkle log. Every method that fails to reach the store raises ``AuditUnavailable``."""

    def __init__(self, store: Store, keys_dir: Path, origin: str) -> None:
        self.store = store
        self.keys_dir = keys_dir
        self.origin = origin
        self.keys: key_files.Keys
        self._frontier = Frontier()
        self._last: tuple[int, bytes] | None = None
        self._mutex = threading.RLock()

    @classmethod
    def open(
        cls, url: str, keys_dir: Path, origin: str = "imss-copilot", *, timeout_s: float = 10.0
    ) -> AuditLog:
        """Open or create the log at ``url`` (SQLAlchemy form: SQLite file or PostgreSQL).

        ``origin`` names the log in its checkpoints (no spaces, no ``+``). ``timeout_s``: longest wait for another
        writer. Raises :class:`AuditUnavailable`; :class:`AuditKeyError` where the keys of an existing log are
        missing or not its own; :class:`AuditAltered` where its end does not match its signature.
        """
        origin = "".join("-" if c.isspace() or c == "+" else c for c in origin) or "imss-copilot"
        store = Store(url, timeout_s=timeout_s)
        store.migrate()
        log = cls(store, Path(keys_dir), origin)
        if store.size() == 0:
            log._create()
        log.keys = key_files.load(log.keys_dir, origin)
        log._check_end()
        return log

    def append(self, entry: AuditEntry) -> Receipt:
        """Make one entry durable. When this returns the entry survives a power cut; when it raises
        :class:`AuditUnavailable` nothing may be shown to the user."""
        return self._append(encode(entry, self.keys.pseudonyms))

    def _append(self, encoded: Encoded) -> Receipt:
        with self._mutex, self.store.write() as cursor:
            return self._insert(cursor, encoded)

    def _insert(self, cursor: Any, encoded: Encoded) -> Receipt:
        """Insert within the caller's transaction."""
        cursor.execute(_LAST)
        last = cursor.fetchone()
        now = time.time_ns() // 1000
        if last is None:
            frontier = Frontier()
        else:
            frontier = self._frontier_at(cursor, last)
            now = max(now, last[1])  # the log's time never runs backwards
        index = frontier.size
        leaf = make_leaf(index, now, encoded)
        hashed = leaf_hash(leaf.encode("utf-8"))
        nodes = b"".join(frontier.append(hashed))
        checkpoint = Checkpoint(self.origin, frontier.size, frontier.root())
        signature = self.keys.signer.sign(checkpoint.body())
        cursor.execute(
            self.store.sql(_INSERT),
            (index, now, encoded.action, *encoded.columns, leaf, nodes, signature,
             encoded.context.decode(), encoded.content.decode(), encoded.decision.decode()),
        )  # fmt: skip
        self._frontier, self._last = frontier, (index, nodes)
        moment = datetime.datetime.fromtimestamp(now // 1_000_000, datetime.UTC)
        return Receipt(index, moment.replace(microsecond=now % 1_000_000), hashed)

    def _frontier_at(self, cursor: Any, last: tuple[Any, ...]) -> Frontier:
        """The right edge after the last row: our own, or read anew where another process has appended."""
        index, nodes = int(last[0]), bytes(last[2])
        if self._last == (index, nodes):
            return self._frontier.copy()
        return Frontier(index + 1, self.store.nodes(cursor, peak_nodes(index + 1)))

    def _create(self) -> None:
        """Write entry 0, which names the log and its keys."""
        key_files.create(self.keys_dir, self.origin)
        self.keys = key_files.load(self.keys_dir, self.origin)
        with self._mutex, self.store.write() as cursor:
            cursor.execute(_LAST)
            if cursor.fetchone() is not None:
                return  # another process was first
            names = {"checkpoint": str(self.keys.signer.verifier), "pseudonym": self.keys.pseudonyms.key_id}
            entry = AuditEntry(action=Action.LOG_CREATED)
            log = {"id": secrets.token_hex(16), "origin": self.origin}
            self._insert(cursor, encode(entry, self.keys.pseudonyms, keys=names, log=log))

    def _check_end(self) -> None:
        """Refuse to go on behind an end that our key did not sign."""
        with self.store.read() as cursor:
            cursor.execute(_LAST)
            last = cursor.fetchone()
            if last is None:
                raise AuditAltered("La bitácora está vacía. Verifíquela antes de continuar.")
            size = int(last[0]) + 1
            root = Frontier(size, self.store.nodes(cursor, peak_nodes(size))).root()
        body = Checkpoint(self.origin, size, root).body()
        if not self.keys.signer.verifier.holds(body, bytes(last[3])):
            raise AuditAltered(
                "La última firma de la bitácora no corresponde a la llave instalada o su final fue alterado. "
                "Verifíquela («copilot audit verify») antes de continuar."
            )

    @property
    def verifier_key(self) -> VerifierKey:
        """Public half of the checkpoint key in force."""
        return self.keys.signer.verifier

    @property
    def size(self) -> int:
        """Number of entries, entry 0 of the log itself included."""
        return self.store.size()

    def pseudonym(self, kind: str, value: str) -> str:
        """The keyed name under which a ``user``, ``session`` or ``encounter`` stands in the log."""
        return self.keys.pseudonyms.name(kind, value)

    def close(self) -> None:
        """Give the connections back."""
        self.store.close()

    def __enter__(self) -> AuditLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
