"""The corpus of a site on disk: documents with their history and passages, in one SQLite file (WAL)."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from copilot.errors import CopilotError
from corpora.passages import Document, Origin, Passage

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL, title TEXT NOT NULL, family TEXT NOT NULL,
    institution TEXT NOT NULL, year INTEGER, source_name TEXT NOT NULL, source_hash TEXT NOT NULL,
    origin TEXT NOT NULL, state TEXT NOT NULL, added_at TEXT NOT NULL, replaced_at TEXT, warnings TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS documents_key ON documents (key, state);
CREATE TABLE IF NOT EXISTS passages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, document INTEGER NOT NULL REFERENCES documents, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS passages_id ON passages (id);
CREATE INDEX IF NOT EXISTS passages_document ON passages (document);
"""
_SET_META = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
# States of a document: «incompleto» (being indexed; finished or dropped at the next run), «activo», «reemplazado».


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A row of the corpus list."""

    number: int
    key: str
    title: str
    family: str
    institution: str
    year: int | None
    source_name: str
    source_hash: str
    origin: Origin
    state: str
    added_at: str
    replaced_at: str | None
    passages: int
    warnings: tuple[str, ...] = ()


class CorpusStore:
    """Documents and passages. Safe for several threads of one process and for several processes (WAL)."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(folder / "corpus.sqlite", check_same_thread=False, timeout=30)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise CopilotError(
                f"El corpus de guías no se puede abrir ({error}). "
                "Restaure la copia de seguridad o borre la carpeta «corpus»."
            ) from None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                with self._db:
                    yield self._db
            except sqlite3.OperationalError as error:
                raise CopilotError(f"No se pudo guardar en el corpus ({error}). Revise el espacio en disco.") from None

    # -- meta ------------------------------------------------------------------
    def meta(self, name: str) -> str:
        """A value of the store («generation», «embedder»); empty where unset."""
        with self._lock:
            row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_meta(self, name: str, value: str) -> None:
        """Set a value."""
        with self._write() as db:
            db.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
            )

    @property
    def generation(self) -> int:
        """Counts changes of what is searchable; an index of another generation is stale."""
        return int(self.meta("generation") or 0)

    # -- documents ---------------------------------------------------------------
    def documents(self, *, history: bool = False) -> list[StoredDocument]:
        """Active documents by key; with ``history`` also the replaced ones."""
        query = (
            "SELECT d.number, key, title, family, institution, year, source_name, source_hash, origin, state, added_at,"
            " replaced_at, (SELECT count(*) FROM passages p WHERE p.document = d.number), warnings FROM documents d"
        )
        query += ("" if history else " WHERE state = 'activo'") + " ORDER BY key, d.number"
        with self._lock:
            rows = self._db.execute(query).fetchall()
        return [StoredDocument(*row[:-1], tuple(json.loads(row[-1]))) for row in rows]  # type: ignore[call-arg]

    def active(self, key: str, origin: str) -> StoredDocument | None:
        """The active document of a key and origin."""
        return next((d for d in self.documents() if d.key == key and d.origin == origin), None)

    def begin(self, document: Document) -> int:
        """Write a document and its passages as «incompleto»; returns its number. Leftovers of it are dropped."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._write() as db:
            old = db.execute(
                "SELECT number FROM documents WHERE state = 'incompleto' AND key = ? AND origin = ?",
                (document.key, document.origin),
            ).fetchall()
            for (number,) in old:
                db.execute("DELETE FROM passages WHERE document = ?", (number,))
                db.execute("DELETE FROM documents WHERE number = ?", (number,))
            cursor = db.execute(
                "INSERT INTO documents (key, title, family, institution, year, source_name, source_hash, origin, state,"
                " added_at, warnings) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'incompleto', ?, ?)",
                (document.key, document.title, document.family, document.institution, document.year,
                 document.source_name, document.source_hash, document.origin, now,
                 json.dumps(document.warnings, ensure_ascii=False)),
            )  # fmt: skip
            number = int(cursor.lastrowid or 0)
            db.executemany(
                "INSERT INTO passages (id, document, data) VALUES (?, ?, ?)",
                [(p.id, number, json.dumps(p.to_dict(), ensure_ascii=False)) for p in document.passages],
            )
        return number

    def activate(self, number: int) -> StoredDocument | None:
        """Make an indexed document the active one of its key and origin; returns the one it replaces."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._write() as db:
            key, origin = db.execute("SELECT key, origin FROM documents WHERE number = ?", (number,)).fetchone()
            before = self.active(key, origin)
            db.execute(
                "UPDATE documents SET state = 'reemplazado', replaced_at = ?"
                " WHERE key = ? AND origin = ? AND state = 'activo'",
                (now, key, origin),
            )
            db.execute("UPDATE documents SET state = 'activo' WHERE number = ?", (number,))
            self._bump(db)
        return before

    def retire(self, number: int) -> None:
        """Take a document out of search; it stays in the history."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._write() as db:
            db.execute("UPDATE documents SET state = 'reemplazado', replaced_at = ? WHERE number = ?", (now, number))
            self._bump(db)

    @staticmethod
    def _bump(db: sqlite3.Connection) -> None:
        row = db.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()
        value = str(int(row[0]) + 1 if row else 1)
        db.execute(
            "INSERT INTO meta VALUES ('generation', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (value,),
        )

    # -- passages ------------------------------------------------------------------
    def searchable(self) -> Iterable[tuple[int, Passage]]:
        """(document, passage) of everything that is searched: active documents; cards only where no official text is.

        Precedence: an ingested official document outranks the cards written from it.
        """
        query = (
            "SELECT p.document, p.data FROM passages p JOIN documents d ON d.number = p.document"
            " WHERE d.state = 'activo' AND (d.origin = 'oficial' OR NOT EXISTS"
            " (SELECT 1 FROM documents o WHERE o.key = d.key AND o.origin = 'oficial' AND o.state = 'activo'))"
            " ORDER BY p.number"
        )
        with self._lock:
            rows = self._db.execute(query).fetchall()
        for number, data in rows:
            yield int(number), Passage.from_dict(json.loads(data))

    def passages_of(self, number: int) -> list[Passage]:
        """Passages of one document in reading order (also of a replaced one)."""
        with self._lock:
            rows = self._db.execute(
                "SELECT data FROM passages WHERE document = ? ORDER BY number", (number,)
            ).fetchall()
        return [Passage.from_dict(json.loads(data)) for (data,) in rows]

    def get(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Passages of active documents by id; unknown ids are missing from the answer."""
        found: dict[str, Passage] = {}
        for at in range(0, len(ids), 500):
            some = list(ids[at : at + 500])
            marks = ",".join("?" * len(some))
            query = "SELECT p.id, p.data FROM passages p JOIN documents d ON d.number = p.document"
            query += f" WHERE d.state = 'activo' AND p.id IN ({marks})"
            with self._lock:
                rows = self._db.execute(query, some).fetchall()
            found.update({pid: Passage.from_dict(json.loads(data)) for pid, data in rows})
        return found
