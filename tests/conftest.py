"""Shared: a data directory of its own for every test run, the real models, no network but loopback."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import disable_socket, enable_socket, socket_allow_hosts

_DATA = tempfile.TemporaryDirectory(prefix="copilot-tests-")
os.environ["COPILOT_DATA_DIR"] = _DATA.name
os.environ.setdefault("COPILOT_UNIT", "UMF DE PRUEBA")

from copilot.facade import Copilot  # noqa: E402
from copilot.settings import Settings, get_settings  # noqa: E402


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Every test runs with all sockets but loopback (and Unix ones) blocked."""
    disable_socket(allow_unix_socket=True)
    enable_socket()
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    yield
    enable_socket()


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of this run: real models, a data directory that is thrown away."""
    return get_settings()


@pytest.fixture(scope="session")
def pilot(settings: Settings) -> Copilot:
    """The façade with everything real behind it."""
    return Copilot(settings)


@pytest.fixture
def fresh_data(tmp_path: Path) -> Path:
    """A new, empty data directory."""
    return tmp_path / "datos"
