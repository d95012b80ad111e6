"""The audit log itself: append, read, prove, checkpoint. One object per process serves all its threads."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from itertools import islice
from pathlib import Path

from guardrails.audit import keys as key_files
from guardrails.audit import orders
from guardrails.audit.encode import encode
from guardrails.audit.entry import Action, AuditEntry
from guardrails.audit.errors import AuditAltered, AuditEntryError, AuditError
from guardrails.audit.interaction import Interaction, Receipt, interaction
from guardrails.audit.merkle import Frontier, consistency_nodes, inclusion_nodes, peak_nodes, read_proof
from guardrails.audit.note import Checkpoint, NoteError, VerifierKey, format_note, parse_note
from guardrails.audit.reading import RECORD_COLUMNS, Filters, Query, Reader, Record, Stats, fetch, record
from guardrails.audit.store import Store
from guardrails.audit.writing import LAST, Writer

_END = "SELECT idx, nodes, sig, action, context FROM entry ORDER BY idx DESC LIMIT 1"


class AuditLog(Writer):
    """Append-only, signed Merkle log. Every method that fails to reach the store raises ``AuditUnavailable``."""

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
        with self.transaction() as cursor:
            receipt = self.insert(cursor, encoded)
        self.remember()
        return receipt

    def interaction(self, request: AuditEntry) -> AbstractContextManager[Interaction]:
        """Log a request before its work starts; the block must call ``finish`` before it shows anything.

        A block that raises leaves a result entry with outcome ``failed`` and the type of the error (never its
        message); one that ends without ``finish`` raises :class:`AuditUnavailable`.
        """
        return interaction(self.append, request)

    def _create(self) -> None:
        """Write entry 0, which names the log and its keys."""
        key_files.create(self.keys_dir, self.origin)
        self.keys = key_files.load(self.keys_dir, self.origin)
        with self.transaction() as cursor:
            cursor.execute(LAST)
            if cursor.fetchone() is not None:
                return  # another process was first
            names = {"checkpoint": str(self.keys.signer.verifier), "pseudonym": self.keys.pseudonyms.key_id}
            entry = AuditEntry(action=Action.LOG_CREATED)
            log = {"id": secrets.token_hex(16), "origin": self.origin}
            self.insert(cursor, encode(entry, self.keys.pseudonyms, keys=names, log=log))

    def _check_end(self) -> None:
        """Refuse to go on behind an end that our key did not sign, or behind a head seen before."""
        text = key_files.read_head(self.keys_dir)  # before the log: other processes move both on meanwhile
        checkpoint, _ = self._read_head()
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
            cursor.execute(_END)
            last = cursor.fetchone()
            if last is None:
                raise AuditAltered("La bitácora está vacía. Verifíquela antes de continuar.")
            size, nodes, signature = int(last[0]) + 1, bytes(last[1]), bytes(last[2])
            action, context = last[3:]
            frontier = Frontier(size, self.store.nodes(cursor, peak_nodes(size)))
        checkpoint = Checkpoint(self.origin, size, frontier.root())
        if not self.verifier_key.holds(checkpoint.body(), signature):
            if action != Action.KEY_ROTATION or not _previous(context).holds(checkpoint.body(), signature):
                raise AuditAltered(
                    "La última firma de la bitácora no corresponde a la llave instalada o su final fue alterado. "
                    "Verifíquela («copilot audit verify») antes de continuar."
                )
            signature = self.keys.signer.sign(checkpoint.body())  # a rotation itself is signed by the old key
        self.know(checkpoint, signature, frontier, nodes)
        return checkpoint, signature

    # --- proofs ---------------------------------------------------------------------------------------------

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

    # --- reading, each read logged first --------------------------------------------------------------------

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

    # --- orders ---------------------------------------------------------------------------------------------

    def erase(self, indices: Sequence[int], *, reason: str, order: str, reader: Reader) -> Receipt | None:
        """Erase the payload of entries on an order; leaf, context and the tree stay.

        ``reason``: ``retencion`` or ``solicitud``; ``order``: reference of the written order (no personal data).
        Entries of the log about itself and those erased before are left out; None where nothing remains. A long list
        of intervals takes several order entries, all in one transaction; the last one's receipt is returned.
        """
        return orders.erase(self, indices, reason, order, reader)

    def rotate(self, *, reader: Reader, checkpoint: bool = True, pseudonyms: bool = False) -> Receipt:
        """Put new keys in force; the old checkpoint key signs the new one, in an entry of the log.

        The old private checkpoint key is destroyed; the old pseudonym key is kept beside, to find earlier entries.
        """
        return orders.rotate(self, reader, checkpoint, pseudonyms)

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
        with suppress(AuditError):
            self.remember(now=True)
        self.store.close()

    def __enter__(self) -> AuditLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _previous(context: str) -> VerifierKey:
    """The key that a rotation replaced."""
    try:
        return VerifierKey.parse(json.loads(context)["keys"]["previous"])
    except (ValueError, KeyError, TypeError):
        raise AuditAltered("El cambio de llave de la bitácora está dañado. Verifíquela.") from None
