"""The database behind the log: one writer connection with explicit transactions, pooled readers.

SQLite runs in WAL mode with ``synchronous=FULL``, so a commit returns after the entry is on the disk; writers
queue up on ``BEGIN IMMEDIATE``. PostgreSQL serialises writers by an advisory lock held until the commit.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from guardrails.audit import schema
from guardrails.audit.errors import AuditError, AuditUnavailable
from guardrails.audit.merkle import HASH_SIZE, Node

_LOCK = 0x494D5353  # advisory lock of PostgreSQL: "IMSS"
DRIVER_ERRORS = (SQLAlchemyError, sqlite3.Error, psycopg.Error, OSError)
_CHUNK = 500
_LOCKS_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
_LOCKS_POSTGRESQL = (
    "SELECT t.tgname, t.tgtype || ' ' || p.proname || (CASE WHEN t.tgqual IS NULL THEN '' ELSE ' WHEN' END) "
    "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') "
    "AND t.tgrelid IN ('entry'::regclass, 'erasure'::regclass)",
    "SELECT DISTINCT p.proname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal AND t.tgrelid IN ('entry'::regclass, 'erasure'::regclass)",
)


class Store:
    """Rows in, rows out; knows nothing of keys or JSON."""

    def __init__(self, url: str, *, timeout_s: float = 10.0, create: bool = True) -> None:
        try:
            self.url = _normal(make_url(url))
        except ArgumentError:
            raise AuditUnavailable("La dirección de la bitácora no es válida.") from None
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._writer: Any = None
        self._pid = os.getpid()
        self._file: tuple[int, int] | None = None
        self.path = Path(self.url.database or "") if self.sqlite else None
        self._name = str(self.path)
        if self.path is not None:
            self._touch(self.path, create)
        self.engine = self._engine()

    def _touch(self, path: Path, create: bool) -> None:
        """Create the file for its owner only; refuse a missing one where it should exist."""
        try:
            if create:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                if not path.exists():
                    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            elif not path.is_file():
                raise AuditUnavailable("No existe la base de la bitácora en la ruta configurada.")
        except OSError as error:
            raise unavailable(error) from None

    def _engine(self) -> Engine:
        if not self.sqlite:
            options: dict[str, Any] = {"connect_timeout": max(2, int(self._timeout_s)), "autocommit": True}
            return create_engine(self.url, connect_args=options, pool_pre_ping=True, hide_parameters=True)
        options = {"timeout": self._timeout_s, "isolation_level": None, "check_same_thread": False}
        engine = create_engine(self.url, connect_args=options, hide_parameters=True)

        @event.listens_for(engine, "connect")
        def _pragmas(connection: sqlite3.Connection, _record: object) -> None:
            for pragma in ("synchronous=FULL", "secure_delete=ON"):
                connection.execute(f"PRAGMA {pragma}")

        return engine

    @contextmanager
    def write(self) -> Iterator[Any]:
        """A serialised transaction: yields a driver cursor, commits durably at the end.

        Raises :class:`AuditUnavailable` for every failure of the store, rolled back and with the connection
        thrown away.
        """
        with self._lock:
            self._after_fork()
            try:
                cursor = self._cursor()
                if self.sqlite:
                    cursor.execute("BEGIN IMMEDIATE")
                else:
                    timeout = int(self._timeout_s * 1000)
                    cursor.execute(  # one round trip
                        f"BEGIN; SET LOCAL lock_timeout = '{timeout}ms'; SELECT pg_advisory_xact_lock({_LOCK})"
                    )
                yield cursor
                cursor.execute("COMMIT")
            except DRIVER_ERRORS as error:
                self._drop_writer()
                raise unavailable(error) from None
            except BaseException:
                self._drop_writer()
                raise

    def _cursor(self) -> Any:
        if self._writer is not None and not self.sqlite and self._writer.driver_connection.closed:
            self._drop_writer()
        if self._writer is not None and self.sqlite:
            assert self.path is not None
            status = os.stat(self._name)  # noqa: PTH116  a file moved or replaced under us would swallow entries
            if (status.st_dev, status.st_ino) != self._file:
                raise AuditUnavailable(
                    "El archivo de la bitácora fue movido o sustituido mientras estaba en uso. "
                    "Avise a la comisión y reinicie el servicio."
                )
        if self._writer is None:
            if self.path is not None:
                if not self.path.is_file():
                    raise AuditUnavailable("El archivo de la bitácora ya no existe. Avise a la comisión.")
                status = self.path.stat()
                if self._file is not None and (status.st_dev, status.st_ino) != self._file:
                    raise AuditUnavailable("El archivo de la bitácora fue sustituido. Avise a la comisión.")
                self._file = (status.st_dev, status.st_ino)
            self._writer = self.engine.raw_connection()
            if not self.sqlite:
                # A server that went away between two entries is noticed here, before anything is written.
                self._writer.cursor().execute("SET synchronous_commit = on")
        return self._writer.cursor()

    def _drop_writer(self) -> None:
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            if self.sqlite and writer.driver_connection.in_transaction:
                writer.driver_connection.rollback()
            writer.invalidate()
        except DRIVER_ERRORS:
            pass

    def _after_fork(self) -> None:
        if self._pid != os.getpid():  # a connection must not be shared with the parent process
            self._pid = os.getpid()
            self._writer = None
            self.engine = self._engine()

    def migrate(self) -> None:
        """Create or upgrade the tables; safe where several processes start at once."""
        try:
            with self.engine.connect() as connection:
                if self.sqlite:
                    connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                else:
                    connection.exec_driver_sql("BEGIN")
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                try:
                    schema.migrate(connection)
                    connection.exec_driver_sql("COMMIT")
                except BaseException:
                    connection.exec_driver_sql("ROLLBACK")
                    raise
        except DRIVER_ERRORS as error:
            raise unavailable(error) from None

    def sql(self, text: str) -> str:
        """The statement with this driver's placeholder (written here as ``?``)."""
        return text if self.sqlite else text.replace("?", "%s")

    @contextmanager
    def read(self) -> Iterator[Any]:
        """A driver cursor for reading."""
        self._after_fork()
        try:
            connection = self.engine.raw_connection()
            try:
                cursor = connection.cursor()
                yield cursor
                cursor.close()
            finally:
                connection.close()
        except AuditError:
            raise
        except DRIVER_ERRORS as error:
            raise unavailable(error) from None

    def rows(
        self,
        columns: Sequence[str],
        start: int,
        end: int,
        where: str = "",
        parameters: Sequence[object] = (),
        *,
        newest_first: bool = False,
    ) -> Iterator[tuple[Any, ...]]:
        """Stream rows with ``start <= idx < end`` in order, a chunk at a time.

        ``idx`` must be the first column; ``where`` continues the condition («AND …», placeholders ``?``).
        """
        order = "DESC" if newest_first else "ASC"
        query = self.sql(
            f"SELECT {', '.join(columns)} FROM entry WHERE idx >= ? AND idx < ? {where} "  # noqa: S608
            f"ORDER BY idx {order} LIMIT {_CHUNK}"
        )
        while start < end:
            with self.read() as cursor:
                cursor.execute(query, (start, end, *parameters))
                chunk = cursor.fetchall()
            yield from chunk
            if len(chunk) < _CHUNK:
                return
            if newest_first:
                end = chunk[-1][0]
            else:
                start = chunk[-1][0] + 1

    def nodes(self, cursor: Any, wanted: Sequence[Node]) -> list[bytes]:
        """Hashes of perfect subtrees, in the order asked for.

        Raises :class:`AuditUnavailable` where one is missing.
        """
        rows = [((index + 1) << level) - 1 for level, index in wanted]
        found: dict[int, bytes] = {}
        distinct = sorted(set(rows))
        for at in range(0, len(distinct), _CHUNK):
            part = distinct[at : at + _CHUNK]
            marks = ", ".join("?" * len(part))
            cursor.execute(self.sql(f"SELECT idx, nodes FROM entry WHERE idx IN ({marks})"), part)  # noqa: S608
            found.update((index, bytes(value)) for index, value in cursor.fetchall())
        hashes = []
        for row, (level, _) in zip(rows, wanted, strict=True):
            value = found.get(row, b"")[HASH_SIZE * level : HASH_SIZE * (level + 1)]
            if len(value) != HASH_SIZE:
                raise AuditUnavailable("A la bitácora le faltan datos. Verifíquela («copilot audit verify»).")
            hashes.append(value)
        return hashes

    def locks(self) -> dict[str, str]:
        """The triggers (and functions) that the database has on the log's tables, as :func:`schema.locks` has them."""
        queries = (_LOCKS_SQLITE,) if self.sqlite else _LOCKS_POSTGRESQL
        found: dict[str, str] = {}
        with self.read() as cursor:
            for query in queries:
                cursor.execute(query)
                found |= {name: " ".join(str(text).split()) for name, text in cursor.fetchall()}
        return found

    def size(self) -> int:
        """Number of entries."""
        with self.read() as cursor:
            cursor.execute("SELECT coalesce(max(idx) + 1, 0) FROM entry")
            return int(cursor.fetchone()[0])

    def close(self) -> None:
        """Give the connections back."""
        with self._lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            self.engine.dispose()


def unavailable(error: BaseException) -> AuditUnavailable:
    """The Spanish message for a failure of the store; the driver's own text may quote values and is not shown."""
    text = str(error).lower()
    if "locked" in text or "lock timeout" in text or "busy" in text:
        why = "está ocupada por otro proceso"
    elif "full" in text or "no space" in text or "file too large" in text:
        why = "no tiene espacio en disco"
    elif "readonly" in text or "read-only" in text or "permission" in text:
        why = "no permite escribir"
    elif "unable to open" in text:
        why = "no se puede abrir"
    elif "malformed" in text or "not a database" in text:
        why = "está dañada"
    elif "prohibida" in text:
        why = "rechazó una operación prohibida"
    else:
        why = f"no responde ({type(error).__name__})"
    return AuditUnavailable(
        f"La bitácora {why}; sin registro no se entrega ningún resultado. Reintente o avise a soporte."
    )


def _normal(url: URL) -> URL:
    backend = url.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or not url.database or url.database == ":memory:":
        raise AuditUnavailable("La bitácora sólo se guarda en un archivo SQLite o en PostgreSQL.")
    return url
