"""Logs to test on: SQLite files and a real PostgreSQL server started here, on loopback, as an ordinary user."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from audit_servers import Server

from guardrails.audit import AuditLog, Reader


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One PostgreSQL server for the whole run."""
    one = Server()
    one.start()
    yield one
    one.destroy()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty store, once for each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'log.sqlite'}"
    return request.getfixturevalue("server").new_database()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Address of an empty SQLite store."""
    return f"sqlite:///{tmp_path / 'log.sqlite'}"


@pytest.fixture
def log(url: str, tmp_path: Path) -> Iterator[AuditLog]:
    """An empty log (entry 0 is its own)."""
    one = AuditLog.open(url, tmp_path / "keys", "imss-copilot/UMF 1", timeout_s=5)
    yield one
    one.close()


@pytest.fixture
def reader() -> Reader:
    """A member of the commission."""
    return Reader("comisionada.lopez", unit="UMF 1")
