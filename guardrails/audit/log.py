"""The audit log itself: append, read, prove, checkpoint. One object per process serves all its threads."""

from __future__ import annotations

import base64
import datetime
import json
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from guardrails.audit import keys as key_files
from guardrails.audit.encode import Encoded, encode, make_leaf
from guardrails.audit.entry import Action, AuditEntry, Phase, Role
from guardrails.audit.erasing import KEPT_ACTIONS, erase_rows, purge, ranges
from guardrails.audit.errors import AuditAltered, AuditEntryError, AuditError, AuditNotFound, AuditUnavailable
from guardrails.audit.merkle import (
    Frontier,
    consistency_nodes,
    inclusion_nodes,
    leaf_hash,
    peak_nodes,
    read_proof,
)
from guardrails.audit.note import Checkpoint, NoteError, VerifierKey, format_note, parse_note
from guardrails.audit.reading import RECORD_COLUMNS, Filters, Query, Reader, Record, Stats, fetch, record
from guardrails.audit.standalone_verify import rotation_text
from guardrails.audit.store import Store

_INSERT = (
    "INSERT INTO entry (idx, time_us, action, actor, unit, session, encounter, outcome, leaf, nodes, sig, "
    "context, content, decision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ROTATED = "SELECT 1 FROM entry WHERE idx > ? AND action = 'key_rotation' LIMIT 1"
_REMEMBER_EVERY_S = 5.0
"""How often the head is copied beside the keys."""
_IDENTITY = ("user", "session", "encounter", "unit", "note_type", "version")
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


class Interaction:
    """A request that is in the log and waits for its result."""

    def __init__(self, log: AuditLog, request: AuditEntry, receipt: Receipt) -> None:
        self._log = log
        self._request = request
        self._started = time.monotonic()
        self.receipt = receipt
        self.result: Receipt | None = None

    def finish(self, result: AuditEntry) -> Receipt:
        """Make the result durable; only then may it be shown. Who, where and the request are filled in."""
        kept = {name: getattr(self._request, name) for name in _IDENTITY if not getattr(result, name)}
        if result.latency_ms is None:
            kept["latency_ms"] = round((time.monotonic() - self._started) * 1000, 1)
        if result.role is Role.SYSTEM:
            kept["role"] = self._request.role
        kept |= {"phase": Phase.RESULT, "request": self.receipt.index}
        self.result = self._log.append(result.model_copy(update=kept))
        return self.result


def _previous(context: str) -> VerifierKey:
    """The key that a rotation replaced."""
    try:
        return VerifierKey.parse(json.loads(context)["keys"]["previous"])
    except (ValueError, KeyError, TypeError):
        raise AuditAltered("El cambio de llave de la bitácora está dañado. Verifíquela.") from None


def _result_of(request: AuditEntry, **fields: Any) -> AuditEntry:
    return AuditEntry(action=request.action, **fields)


class AuditLog:
    """Append-only, signed Merkle log. Every method that fails to reach the store raises ``AuditUnavailable``."""

    def __init__(self, store: Store, keys_dir: Path, origin: str) -> None:
        self.store = store
        self.keys_dir = keys_dir
        self.origin = origin
        self.keys: key_files.Keys
        self._frontier = Frontier()
        self._last: tuple[int, bytes] | None = None
        self._head: str | None = None
        self._remembered = float("-inf")
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
        key_files.finish_rotation(log.keys_dir, log._newest_key())
        log.keys = key_files.load(log.keys_dir, origin)
        log._check_end()
        return log

    def append(self, entry: AuditEntry) -> Receipt:
        """Make one entry durable.

        When this returns the entry survives a power cut; when it raises :class:`AuditUnavailable` nothing may be
        shown to the user. Raises :class:`AuditEntryError` for a value that JSON can't hold.
        """
        encoded = encode(entry, self.keys.pseudonyms)
        with self._mutex, self.store.write() as cursor:
            receipt = self._insert(cursor, encoded)
        self._remember()
        return receipt

    @contextmanager
    def interaction(self, request: AuditEntry) -> Iterator[Interaction]:
        """Log a request before its work starts; the block must call ``finish`` before it shows anything.

        A block that raises leaves a result entry with outcome ``failed`` and the type of the error (never its
        message); one that ends without ``finish`` raises :class:`AuditUnavailable`.
        """
        request = request.model_copy(update={"phase": Phase.REQUEST})
        interaction = Interaction(self, request, self.append(request))
        try:
            yield interaction
        except BaseException as error:
            if interaction.result is None:
                with suppress(AuditError):
                    kind = {"error": type(error).__name__}
                    interaction.finish(_result_of(request, outcome="failed", detail=kind))
            raise
        if interaction.result is None:
            raise AuditUnavailable("El resultado no quedó registrado en la bitácora; no se entrega.")

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
        self._head = format_note(checkpoint, self.verifier_key, signature)
        moment = datetime.datetime.fromtimestamp(now // 1_000_000, datetime.UTC)
        return Receipt(index, moment.replace(microsecond=now % 1_000_000), hashed)

    def _frontier_at(self, cursor: Any, last: tuple[Any, ...]) -> Frontier:
        """The right edge after the last row: our own, or read anew where another process has appended."""
        index, nodes = int(last[0]), bytes(last[2])
        if self._last == (index, nodes):
            return self._frontier.copy()
        seen = -1 if self._last is None else self._last[0]
        cursor.execute(self.store.sql(_ROTATED), (seen,))
        if cursor.fetchone() is not None:
            self.keys = key_files.load(self.keys_dir, self.origin)
        return Frontier(index + 1, self.store.nodes(cursor, peak_nodes(index + 1)))

    def _remember(self) -> None:
        """Keep a copy of the head beside the keys, so that a lost tail is noticed at the next start."""
        if self._head is not None and time.monotonic() - self._remembered > _REMEMBER_EVERY_S:
            self._remembered = time.monotonic()
            key_files.write_head(self.keys_dir, self._head)

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
        """Refuse to go on behind an end that our key did not sign, or behind a head seen before."""
        text = key_files.read_head(self.keys_dir)  # before the log: other processes move both on meanwhile
        checkpoint, signature = self._read_head()
        self._head = format_note(checkpoint, self.verifier_key, signature)
        if text is None:
            return
        try:
            seen, _ = parse_note(text)
            held = seen.size <= checkpoint.size and seen.root == self.root_at(seen.size)
        except NoteError:
            held = False
        if not held:
            raise AuditAltered(
                "La bitácora es más corta o distinta que la última vez (¿se restauró una copia antigua?). No se "
                f"escribe en ella hasta que la comisión lo examine y retire «{key_files.HEAD_FILE}» de las llaves."
            )

    def _newest_key(self) -> dict[str, str]:
        """The keys in force as the log names them."""
        names: dict[str, str] = {}
        for action in (Action.LOG_CREATED, Action.KEY_ROTATION):
            for row in self.store.rows(("idx", "context"), 0, 2**62, "AND action = ?", (action.value,)):
                names |= json.loads(row[1]).get("keys", {})
        return names

    def _read_head(self) -> tuple[Checkpoint, bytes]:
        """The checkpoint over all rows, recomputed from the stored nodes, with a signature of the key in force."""
        with self.store.read() as cursor:
            cursor.execute(_LAST)
            last = cursor.fetchone()
            if last is None:
                raise AuditAltered("La bitácora está vacía. Verifíquela antes de continuar.")
            size = int(last[0]) + 1
            frontier = Frontier(size, self.store.nodes(cursor, peak_nodes(size)))
            cursor.execute(self.store.sql("SELECT action, context FROM entry WHERE idx = ?"), (size - 1,))
            action, context = cursor.fetchone()
        checkpoint, signature = Checkpoint(self.origin, size, frontier.root()), bytes(last[3])
        if not self.verifier_key.holds(checkpoint.body(), signature):
            if action != Action.KEY_ROTATION or not _previous(context).holds(checkpoint.body(), signature):
                raise AuditAltered(
                    "La última firma de la bitácora no corresponde a la llave instalada o su final fue alterado. "
                    "Verifíquela («copilot audit verify») antes de continuar."
                )
            signature = self.keys.signer.sign(checkpoint.body())  # a rotation itself is signed by the old key
        if self._last is None:
            self._frontier, self._last = frontier, (size - 1, bytes(last[2]))
        return checkpoint, signature

    def root_at(self, size: int) -> bytes:
        """Root of the tree over the first ``size`` entries, O(log n)."""
        with self.store.read() as cursor:
            return Frontier(size, self.store.nodes(cursor, peak_nodes(size))).root()

    def checkpoint(self) -> str:
        """The newest signed checkpoint (C2SP form), to be taken off the machine."""
        checkpoint, signature = self._read_head()
        return format_note(checkpoint, self.verifier_key, signature)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Inclusion proof of an entry in the tree of ``size``, O(log n)."""
        with self.store.read() as cursor:
            return read_proof(inclusion_nodes(index, size), lambda nodes: self.store.nodes(cursor, nodes))

    def consistency(self, size1: int, size2: int) -> list[bytes]:
        """Consistency proof between two sizes, O(log n)."""
        with self.store.read() as cursor:
            return read_proof(consistency_nodes(size1, size2), lambda nodes: self.store.nodes(cursor, nodes))

    def get(self, identifier: str, *, reader: Reader) -> Record:
        """One entry by its identifier; the read is logged first. Raises :class:`AuditNotFound`."""
        found = fetch(self.store, identifier)
        self.append(reader.entry("entrada", id=found.id))
        return found

    def search(
        self, filters: Filters, *, reader: Reader, limit: int = 50, offset: int = 0, newest_first: bool = True
    ) -> list[Record]:
        """A page of the entries that match; the read is logged first (and so not part of its own result)."""
        query = self.query(filters)
        self.append(reader.entry("búsqueda", filters, limit=limit, offset=offset))
        rows = query.rows(RECORD_COLUMNS, newest_first=newest_first)
        return [record(row) for row in islice(rows, offset, offset + limit)]

    def stats(self, filters: Filters, *, reader: Reader) -> Stats:
        """Counts of the entries that match; the read is logged first."""
        query = self.query(filters)
        self.append(reader.entry("cifras", filters))
        return query.stats()

    def query(self, filters: Filters) -> Query:
        """Filters over the log as it is now. For the exports of this room: it logs nothing."""
        names = key_files.all_pseudonyms(self.keys_dir, self.keys.pseudonyms)
        try:
            return Query(
                self.store,
                filters,
                [one.name("user", filters.user) for one in names],
                [filters.encounter, *(one.name("encounter", filters.encounter) for one in names)],
                [filters.session, *(one.name("session", filters.session) for one in names)],
                self.size,
            )
        except ValueError:
            raise AuditEntryError("La fecha del filtro no tiene forma ISO (AAAA-MM-DD).") from None

    def erase(self, indices: Sequence[int], *, reason: str, order: str, reader: Reader) -> Receipt | None:
        """Erase the payload of entries on an order; leaf, context and the tree stay.

        ``reason``: ``retencion`` or ``solicitud``; ``order``: reference of the written order (no personal data).
        Entries of the log about itself and those erased before are left out; None where nothing remains.
        """
        if not order.strip():
            raise AuditEntryError("Falta la referencia de la orden de borrado.")
        with self._mutex, self.store.write() as cursor:
            targets = []
            for index in sorted(set(indices)):
                cursor.execute(
                    self.store.sql("SELECT action, content IS NULL FROM entry WHERE idx = ?"), (index,)
                )
                row = cursor.fetchone()
                if row is None:
                    raise AuditNotFound(f"No hay ninguna entrada con el número {index}.")
                if row[0] not in KEPT_ACTIONS and not row[1]:
                    targets.append(index)
            if not targets:
                return None
            entry = reader.entry("borrado").model_copy(update={"action": Action.ERASE, "detail": {}})
            erasure = {"entries": ranges(targets), "reason": reason, "order": order.strip()}
            receipt = self._insert(cursor, encode(entry, self.keys.pseudonyms, erasure=erasure))
            erase_rows(self.store, cursor, targets, receipt.index)
        purge(self.store)
        return receipt

    def rotate(self, *, reader: Reader, checkpoint: bool = True, pseudonyms: bool = False) -> Receipt:
        """Put new keys in force; the old checkpoint key signs the new one, in an entry of the log.

        The old private checkpoint key is destroyed; the old pseudonym key is kept beside, to find earlier entries.
        """
        with self._mutex:
            with self.store.write() as cursor:
                cursor.execute(_LAST)
                self._frontier_at(cursor, cursor.fetchone())  # loads the keys another process put in force
                old = self.keys
                new = key_files.prepare(
                    self.keys_dir, self.origin, checkpoint=checkpoint, pseudonyms=pseudonyms
                )
                names: dict[str, str] = {}
                if checkpoint:
                    before, after = str(old.signer.verifier), str(new.signer.verifier)
                    signature = old.signer.sign(rotation_text(before, after))
                    names |= {"previous": before, "checkpoint": after}
                    names["signature"] = base64.b64encode(signature).decode()
                if pseudonyms:
                    names["pseudonym"] = new.pseudonyms.key_id
                entry = reader.entry("llaves").model_copy(
                    update={"action": Action.KEY_ROTATION, "detail": {}}
                )
                receipt = self._insert(cursor, encode(entry, old.pseudonyms, keys=names))
            key_files.install(self.keys_dir, old)
            self.keys = key_files.load(self.keys_dir, self.origin)
            key_files.publish(self.keys_dir, self.keys.signer)
        return receipt

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
        self._remembered = float("-inf")
        with suppress(AuditError):
            self._remember()
        self.store.close()

    def __enter__(self) -> AuditLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
