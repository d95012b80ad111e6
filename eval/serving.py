"""The real program in a process of its own, and the browser that is pointed at it: for tests, pictures and load."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

ROOT = Path(__file__).parents[1]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-default-apps",
]
"""Chromium speaks to nobody on its own account."""


class Running(NamedTuple):
    """A program that answers."""

    address: str
    process: subprocess.Popen[bytes]


def chromium() -> str:
    """The browser of the distribution."""
    return shutil.which("chromium") or "/usr/bin/chromium"


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait(address: str, process: subprocess.Popen[bytes], seconds: float = 300) -> None:
    """Until the models are loaded. Raises :class:`RuntimeError` (Spanish) where the program ended or is too slow."""
    import httpx

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("app.py terminó al arrancar.")
        try:
            answer = httpx.get(f"{address}/readyz", trust_env=False, timeout=30)
            if answer.status_code == 200:
                return
            if answer.json().get("status") == "falla":
                raise RuntimeError(f"app.py no pudo arrancar: {answer.json().get('message')}")
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise RuntimeError("app.py no estuvo lista a tiempo.")


@contextmanager
def serving(
    folder: Path, port: int | None = None, out: IO[bytes] | int | None = subprocess.DEVNULL, **settings: str
) -> Iterator[Running]:
    """``app.py`` over a data directory, ready; ended afterwards. ``settings``: more ``COPILOT_*`` variables.

    Raises :class:`RuntimeError` where it does not get ready.
    """
    number = port or free_port()
    environment = os.environ | {"COPILOT_DATA_DIR": str(folder), "COPILOT_PORT": str(number)} | settings
    command = [sys.executable, str(ROOT / "app.py")]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)  # noqa: S603
    try:
        address = f"http://127.0.0.1:{number}"
        wait(address, process)
        yield Running(address, process)
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
