"""The database of the accounts: SQLite in the data directory, or any address SQLAlchemy knows."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from copilot.errors import CopilotError
from copilot.settings import Settings
from copilot.users import schema
from copilot.users.errors import AccountError

UNAVAILABLE = "No se puede usar la base de usuarios; avise a quien administra el equipo."


def users_url(settings: Settings) -> str:
    """SQLAlchemy address of the accounts."""
    return settings.users_url or f"sqlite:///{settings.ensure_data_dir() / 'users' / 'users.sqlite'}"


def now() -> int:
    """Seconds since 1970."""
    return int(time.time())


class Store:
    """Transactions over a small database; safe under threads and processes.

    ``migrate`` makes its tables, ``failure`` is the error raised where it can't be used (accounts by default).
    """

    def __init__(
        self,
        url: str,
        migrate: Callable[[Connection], None] = schema.migrate,
        failure: Callable[[], CopilotError] = lambda: AccountError(UNAVAILABLE),
    ) -> None:
        self._failure = failure
        try:
            self._url = make_url(url)
            self.engine = self._engine()
            with self.write() as connection:
                migrate(connection)
        except (ArgumentError, OSError):
            raise failure() from None

    def _engine(self) -> Engine:
        if self._url.get_backend_name() != "sqlite":
            return create_engine(self._url, pool_pre_ping=True, hide_parameters=True)
        path = Path(self._url.database or "")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        engine = create_engine(
            self._url,
            connect_args={"timeout": 10, "isolation_level": None, "check_same_thread": False},
            hide_parameters=True,
        )

        @event.listens_for(engine, "connect")
        def _pragmas(connection: sqlite3.Connection, _record: object) -> None:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            # Writers queue up from the first statement on: no two read the same count of failures.
            immediate = connection.get_execution_options().get("write")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

        return engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that reads; raises the store's failure where the database can't be used."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except SQLAlchemyError:
            raise self._failure() from None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes, committed at the end, rolled back by any exception."""
        try:
            with self.engine.connect().execution_options(write=True) as connection, connection.begin():
                yield connection
        except SQLAlchemyError:
            raise self._failure() from None

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()
