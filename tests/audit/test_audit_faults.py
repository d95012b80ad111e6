"""No log, no answer: crashes, full disks, locks and dead servers. Every acknowledged entry survives."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from audit_servers import Server, note_entry, rows

from eval.bench.audit import kill_rounds
from guardrails.audit import AuditError, AuditLog, AuditUnavailable
from guardrails.audit.verify import trusted_keys, verify_store

FORK = multiprocessing.get_context("fork")


def check(log: AuditLog, size: int) -> None:
    result = verify_store(log.store, trusted=trusted_keys(log.keys_dir))
    assert result.ok, result.findings
    assert result.size == size


def refused(log: AuditLog, why: str) -> None:
    """The append fails with a clear Spanish message without personal data."""
    with pytest.raises(AuditUnavailable, match=why) as caught:
        log.append(note_entry(7))
    assert "Rosa" not in str(caught.value) and "INSERT" not in str(caught.value)
    assert caught.value.__suppress_context__


# --- kill -9 -----------------------------------------------------------------------------------------------------


def test_nothing_acknowledged_is_lost_when_writers_are_killed(tmp_path: Path, sqlite_url: str) -> None:
    found = kill_rounds(sqlite_url, tmp_path / "keys", 60)
    assert found.acknowledged > 60
    assert (found.lost, found.altered) == (0, 0)


def test_nothing_acknowledged_is_lost_on_postgresql(tmp_path: Path, server: Server) -> None:
    found = kill_rounds(server.new_database(), tmp_path / "keys", 12)
    assert found.acknowledged > 12
    assert (found.lost, found.altered) == (0, 0)


# --- disk --------------------------------------------------------------------------------------------------------


def in_child(work: Callable[[], None]) -> None:
    """Run in a forked process, since limits and identities can't be taken back."""

    def run() -> None:
        try:
            work()
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)

    child = FORK.Process(target=run)
    child.start()
    child.join(60)
    assert child.exitcode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of 1 MB."""
    folder = tmp_path / "disco"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("mounting needs root; the limit on the file size below stands for it")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    (small_disk / "lastre").write_bytes(b"x" * 200_000)
    log = AuditLog.open(f"sqlite:///{small_disk / 'log.sqlite'}", tmp_path / "keys")
    acknowledged = 1
    with pytest.raises(AuditUnavailable, match="espacio"):
        for _ in range(2000):
            log.append(note_entry(acknowledged, input="cefalea " * 200))
            acknowledged += 1
    for _ in range(3):
        refused(log, "espacio")
    (small_disk / "lastre").unlink()
    log.append(note_entry(acknowledged))
    check(log, acknowledged + 1)
    log.close()


def test_a_disk_without_room_for_the_log_to_grow(tmp_path: Path, sqlite_url: str) -> None:
    log = AuditLog.open(sqlite_url, tmp_path / "keys")
    log.append(note_entry(1))
    log.close()

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
        limited = AuditLog.open(sqlite_url, tmp_path / "keys")
        acknowledged = limited.size
        try:
            while True:
                limited.append(note_entry(1, input="cefalea " * 300))
                acknowledged += 1
        except AuditUnavailable:
            (tmp_path / "acknowledged").write_text(str(acknowledged))

    in_child(work)
    again = AuditLog.open(sqlite_url, tmp_path / "keys")
    check(again, int((tmp_path / "acknowledged").read_text()))
    again.append(note_entry(2))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an ordinary user can enter (those of pytest belong to whoever runs it)."""
    folder = Path(tempfile.mkdtemp(prefix="bitacora-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_read_only_file(open_folder: Path) -> None:
    url = f"sqlite:///{open_folder / 'log.sqlite'}"
    with AuditLog.open(url, open_folder / "keys") as log:
        log.append(note_entry(1))
    (open_folder / "log.sqlite").chmod(0o444)
    open_folder.chmod(0o555)
    if os.geteuid() == 0:
        for path in (open_folder / "keys", *(open_folder / "keys").iterdir()):
            shutil.chown(path, 65534)

    def work() -> None:
        if os.geteuid() == 0:
            os.seteuid(65534)
        with pytest.raises(AuditUnavailable, match="escribir"):
            AuditLog.open(url, open_folder / "keys").append(note_entry(2))

    in_child(work)
    assert len(rows(url, "SELECT idx FROM entry")) == 2


@pytest.mark.parametrize("how", ["moved", "deleted", "replaced"])
def test_a_log_file_taken_away_under_the_service(tmp_path: Path, sqlite_url: str, how: str) -> None:
    """Without this check entries would go on into a file that no longer has a name."""
    log = AuditLog.open(sqlite_url, tmp_path / "keys")
    log.append(note_entry(1))
    path = tmp_path / "log.sqlite"
    if how == "replaced":
        shutil.copy(path, tmp_path / "copia")
        (tmp_path / "copia").replace(path)
    elif how == "moved":
        path.rename(tmp_path / "otro")
    else:
        path.unlink()
    for _ in range(2):
        with pytest.raises(AuditUnavailable):
            log.append(note_entry(2))


@pytest.mark.parametrize("content", [b"no es una base de datos" * 100, b""])
def test_a_file_that_is_no_log(tmp_path: Path, sqlite_url: str, content: bytes) -> None:
    log = AuditLog.open(sqlite_url, tmp_path / "keys")
    log.append(note_entry(1))
    log.close()
    (tmp_path / "log.sqlite").write_bytes(content)
    with pytest.raises(AuditUnavailable):  # an empty file too: the keys remember a log that was longer
        AuditLog.open(sqlite_url, tmp_path / "keys")


def test_addresses_that_are_no_log(tmp_path: Path) -> None:
    for url in (
        "",
        "nada",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://x/y",
        "sqlite:////proc/nada/log.sqlite",
    ):
        with pytest.raises(AuditError):
            AuditLog.open(url, tmp_path / "keys")


# --- locks and servers ---------------------------------------------------------------------------------------------


def test_a_locked_database(tmp_path: Path, sqlite_url: str) -> None:
    log = AuditLog.open(sqlite_url, tmp_path / "keys", timeout_s=0.3)
    other = sqlite3.connect(tmp_path / "log.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused(log, "ocupada")
    other.execute("ROLLBACK")
    log.append(note_entry(1))
    check(log, 2)


def test_a_writer_that_holds_the_lock_of_postgresql(tmp_path: Path, server: Server) -> None:
    url = server.new_database()
    first = AuditLog.open(url, tmp_path / "keys", timeout_s=0.5)
    second = AuditLog.open(url, tmp_path / "keys", timeout_s=0.5)
    with first.store.write():
        refused(second, "ocupada")
    second.append(note_entry(1))
    check(second, 2)


def test_a_stopped_server(tmp_path: Path) -> None:
    server = Server()
    server.start()
    try:
        url = server.new_database()
        log = AuditLog.open(url, tmp_path / "keys", timeout_s=3)
        receipts = [log.append(note_entry(number)) for number in range(5)]
        for end in (server.stop, server.kill):
            end()
            for _ in range(2):
                refused(log, "no responde")
            with pytest.raises(AuditUnavailable):
                AuditLog.open(url, tmp_path / "keys", timeout_s=3)
            server.start()
            receipts.append(log.append(note_entry(9)))  # the same object goes on without a restart
        stored = rows(url, "SELECT idx, nodes FROM entry ORDER BY idx")
        assert (
            [
                bytes(nodes)[:32]  # type: ignore[call-overload]
                for index, nodes in stored[1:]
            ]
            == [one.leaf_hash for one in receipts]
        )
        check(log, 8)
        log.close()
    finally:
        server.destroy()


def test_a_crash_between_insert_and_commit_leaves_nothing(log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    log.append(note_entry(1))
    insert = log.insert

    def crash(*arguments: object) -> None:
        insert(*arguments)  # type: ignore[arg-type]
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(log, "insert", crash)
        with pytest.raises(MemoryError):
            log.append(note_entry(2))
    assert log.size == 2
    log.append(note_entry(3))
    check(log, 3)


def test_without_a_log_the_work_never_runs(tmp_path: Path, sqlite_url: str) -> None:
    log = AuditLog.open(sqlite_url, tmp_path / "keys")
    (tmp_path / "log.sqlite").unlink()
    with pytest.raises(AuditUnavailable), log.interaction(note_entry(1)):
        pytest.fail("the model ran without a request entry")


def test_a_result_that_cannot_be_logged_is_not_given(tmp_path: Path, sqlite_url: str) -> None:
    log = AuditLog.open(sqlite_url, tmp_path / "keys")
    shown = []
    with pytest.raises(AuditUnavailable), log.interaction(note_entry(1)) as interaction:
        (tmp_path / "log.sqlite").unlink()
        interaction.finish(note_entry(1))
        shown.append("result")
    assert shown == []


# --- several writers -------------------------------------------------------------------------------------------------


def append_many(url: str, keys: Path, count: int) -> None:
    with AuditLog.open(url, keys, timeout_s=60) as log:
        for number in range(count):
            log.append(note_entry(number))


def test_processes_that_create_and_append_at_once(url: str, tmp_path: Path) -> None:
    children = [FORK.Process(target=append_many, args=(url, tmp_path / "keys", 15)) for _ in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join(120)
    assert [child.exitcode for child in children] == [0] * 4
    check(AuditLog.open(url, tmp_path / "keys"), 61)


def test_threads_that_append_at_once(log: AuditLog) -> None:
    receipts = []

    def work() -> None:
        for number in range(10):
            receipts.append(log.append(note_entry(number)))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.index for one in receipts) == list(range(1, 61))
    check(log, 61)


def test_a_log_used_on_both_sides_of_a_fork(url: str, tmp_path: Path) -> None:
    log = AuditLog.open(url, tmp_path / "keys", timeout_s=30)
    log.append(note_entry(1))

    def work() -> None:
        for number in range(5):
            log.append(note_entry(number))

    in_child(work)
    log.append(note_entry(2))
    check(log, 8)
