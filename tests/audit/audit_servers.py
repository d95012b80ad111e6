"""A throw-away PostgreSQL server of the distribution's package, and what the tests write to the log."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import psycopg

from guardrails.audit import AuditEntry, Guards, ModelRef, PassageRef, Role, StatementVerdict


class Server:
    """PostgreSQL in a temporary folder, listening on 127.0.0.1 only."""

    def __init__(self) -> None:
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
        assert binaries, "PostgreSQL is needed for these tests (Debian package postgresql)"
        self.bin = binaries[-1]
        self.folder = Path(tempfile.mkdtemp(prefix="bitacora-pg-", dir="/tmp"))
        self.data = self.folder / "data"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.root = os.geteuid() == 0
        if self.root:  # the server refuses to run as root
            shutil.chown(self.folder, "postgres", "postgres")
        self._run("initdb", "-D", self.data, "-U", "bitacora", "-A", "trust", "--no-sync", "-E", "UTF8")

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.bin / program), *map(str, arguments)]
        if self.root:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    # fsync=off: these tests kill processes, not the power of the machine.
    def start(self) -> None:
        """Start and wait until it answers."""
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} -c shared_buffers=32MB -c fsync=off"
        for attempt in range(20):
            try:
                self._run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-o", options, "-w", "start")
                return
            except subprocess.CalledProcessError:  # children of a killed server take a moment to go
                if attempt == 19:
                    raise
                time.sleep(0.5)

    def stop(self) -> None:
        """Stop at once, as a power cut would."""
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def kill(self) -> None:
        """kill -9 of the server process."""
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.5)

    def new_database(self) -> str:
        """Address of an empty store: a schema of its own (a database of its own takes far longer to make)."""
        name = f"d{uuid.uuid4().hex[:12]}"
        address = f"host=127.0.0.1 port={self.port} user=bitacora dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"postgresql+psycopg://bitacora@127.0.0.1:{self.port}/postgres?options=-csearch_path%3D{name}"

    def destroy(self) -> None:
        """Stop and remove everything."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def note_entry(number: int = 0, **fields: object) -> AuditEntry:
    """What the co-pilot logs for one structured note, already redacted."""
    values: dict[str, object] = {
        "action": "structure",
        "role": Role.PHYSICIAN,
        "user": "dra.juana.perez",
        "session": "sesion-1",
        "encounter": f"consulta-{number % 5}",
        "unit": "UMF 1",
        "outcome": "ok",
        "note_type": "evolucion",
        "input": f"<PACIENTE_1>, acude por cefalea de {number} días, niega fiebre.",
        "original_input": f"Rosa Mendoza, acude por cefalea de {number} días, niega fiebre.",
        "output": {"padecimiento_actual": ["Cefalea de evolución aguda, sin fiebre."]},
        "guards": Guards(
            redaction={"NOMBRE_PACIENTE": 1},
            scope="permitido",
            grounding=[StatementVerdict(statement=0, supported=True, score=0.97)],
            dropped=["Dolor torácico."],
        ),
        "passages": [PassageRef(key="GPC-IMSS-047-08", id="p12", score=0.71)],
        "model": ModelRef(name="qwen2.5-coder-1.5b", file_hash="c" * 64),
        "latency_ms": 812.5,
    }
    return AuditEntry.model_validate(values | fields)


def _connect(url: str) -> sqlite3.Connection | psycopg.Connection:
    if url.startswith("sqlite:///"):
        return sqlite3.connect(url.removeprefix("sqlite:///"))
    return psycopg.connect(url.replace("+psycopg", ""))


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    """Read as somebody with the database's own tools would."""
    connection = _connect(url)
    try:
        return list(connection.execute(query).fetchall())
    finally:
        connection.close()


def sql(url: str, *statements: str) -> None:
    """Run statements as somebody with the database's own tools would."""
    connection = _connect(url)
    try:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    finally:
        connection.close()


def tamper(url: str, *statements: str) -> None:
    """Run statements as the owner of the machine would: without the triggers, which are put back afterwards."""
    if not url.startswith("sqlite"):
        sql(url, "SET session_replication_role = replica", *statements)
        return
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    triggers = rows(url, query)
    drops = [f"DROP TRIGGER {name}" for name, _ in triggers]
    sql(url, *drops, *statements, *(str(text) for _, text in triggers))
