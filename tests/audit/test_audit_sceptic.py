"""What a sceptic tries beside the named corruptions: foreign triggers, other types, a log cut while it runs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from audit_servers import note_entry, rows, sql, tamper

from guardrails.audit import AuditAltered, AuditLog, AuditUnavailable, Filters, Reader, exports
from guardrails.audit import standalone_verify as standalone
from guardrails.audit.verify import trusted_keys, verify_store


def kinds(log: AuditLog) -> set[str]:
    return {one.kind for one in verify_store(log.store, trusted=trusted_keys(log.keys_dir)).findings}


@pytest.fixture
def log(url: str, tmp_path: Path) -> Iterator[AuditLog]:
    """Six notes."""
    one = AuditLog.open(url, tmp_path / "keys", timeout_s=5)
    for number in range(6):
        one.append(note_entry(number))
    yield one
    one.close()


def swallow(url: str) -> None:
    """A trigger that lets every insert succeed and keeps nothing."""
    if url.startswith("sqlite"):
        sql(url, "CREATE TRIGGER ajeno BEFORE INSERT ON entry BEGIN SELECT RAISE(IGNORE); END")
        return
    sql(
        url,
        "CREATE FUNCTION ajena() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "CREATE TRIGGER ajeno BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION ajena()",
    )


def test_a_trigger_that_swallows_entries_is_noticed_at_once(log: AuditLog, url: str) -> None:
    swallow(url)
    for _ in range(2):
        with pytest.raises(AuditAltered, match="ajenos"):
            log.append(note_entry(7))
    assert kinds(log) == {"candado"}
    sql(url, "DROP TRIGGER ajeno" + ("" if url.startswith("sqlite") else " ON entry"))
    assert log.append(note_entry(7)).index == 7
    assert kinds(log) == set()


def test_a_lock_that_no_longer_locks_is_found(log: AuditLog, url: str) -> None:
    """The trigger is still there under its name, but lets everything pass."""
    if url.startswith("sqlite"):
        (text,) = (row[0] for row in rows(url, "SELECT sql FROM sqlite_master WHERE name = 'entry_update'"))
        sql(url, "DROP TRIGGER entry_update", str(text).replace("WHEN ", "WHEN 0 AND "))
    else:
        sql(
            url,
            "CREATE OR REPLACE FUNCTION bitacora_entry() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NEW; END $$",
        )
    assert kinds(log) == {"candado"}


def test_a_lock_of_fewer_events_is_found(tmp_path: Path, server: Any) -> None:
    url = server.new_database()
    log = AuditLog.open(url, tmp_path / "keys")
    sql(
        url,
        "DROP TRIGGER entry_guard ON entry",
        "CREATE TRIGGER entry_guard BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION bitacora_entry()",
    )
    assert kinds(log) == {"candado"}


@pytest.mark.parametrize("statement", ["DELETE FROM entry WHERE idx > 4", "DELETE FROM entry", "UPDATE entry SET "
                                       "nodes = (SELECT nodes FROM entry WHERE idx = 3) WHERE idx = 6"])  # fmt: skip
def test_a_log_cut_while_the_service_runs_is_not_written_to(log: AuditLog, url: str, statement: str) -> None:
    """Otherwise the next entries would quietly take the places of those that were acknowledged."""
    tamper(url, statement)
    for _ in range(2):
        with pytest.raises(AuditAltered, match="confirmado"):
            log.append(note_entry(7))


def test_other_processes_may_append_in_between(log: AuditLog, url: str) -> None:
    other = AuditLog.open(url, log.keys_dir)
    for number in range(5):
        log.append(note_entry(number))
        other.append(note_entry(number))
        other.append(note_entry(number))
    assert kinds(log) == set() and log.size == 22


TYPES = {
    "leaf": "CAST(leaf AS BLOB)", "time_us": "'ayer'", "nodes": "'texto'", "sig": "'texto'", "erased_by": "'x'",
    "context": "x'00ff'", "content": "7", "decision": "1.5", "actor": "x'00'", "action": "x'00'", "outcome": "7.0",
}  # fmt: skip


@pytest.mark.parametrize("column", TYPES)
def test_a_value_of_another_type_is_a_finding_and_no_crash(tmp_path: Path, sqlite_url: str, column: str) -> None:
    log = AuditLog.open(sqlite_url, tmp_path / "keys")
    for number in range(6):
        log.append(note_entry(number))
    tamper(sqlite_url, f"UPDATE entry SET {column} = {TYPES[column]} WHERE idx = 3")
    assert kinds(log) != set()


@pytest.mark.parametrize("far", ["4611686018427387904", "-1", "1e300"])
def test_a_time_beyond_the_calendar_is_a_finding(tmp_path: Path, sqlite_url: str, far: str) -> None:
    log = AuditLog.open(sqlite_url, tmp_path / "keys")
    log.append(note_entry(1))
    tamper(sqlite_url, f"UPDATE entry SET time_us = {far} WHERE idx = 1")
    assert kinds(log) & {"columna", "tipo"}


def test_a_row_before_the_first_is_found(log: AuditLog, url: str) -> None:
    columns = ("time_us, action, actor, unit, session, encounter, outcome, leaf, nodes, sig, erased_by, context, "
               "content, decision")  # fmt: skip
    tamper(url, f"INSERT INTO entry (idx, {columns}) SELECT -5, {columns} FROM entry WHERE idx = 3")
    assert kinds(log) == {"orden"}


def test_a_newer_schema_is_left_alone(log: AuditLog, url: str) -> None:
    sql(url, "INSERT INTO schema_version (version) VALUES (99)")
    with pytest.raises(AuditUnavailable, match="más nueva"):
        AuditLog.open(url, log.keys_dir)


def test_a_commit_that_failed_leaves_no_memory(tmp_path: Path, sqlite_url: str) -> None:
    """The head kept beside the keys must not run ahead of what is durable: the next start would refuse the log."""
    log = AuditLog.open(sqlite_url, tmp_path / "keys")
    log.append(note_entry(1))
    store, real = log.store, log.store.write

    @contextmanager
    def full() -> Iterator[Any]:
        with real() as cursor:
            yield cursor
            raise sqlite3.OperationalError("database or disk is full")

    store.write = full  # type: ignore[method-assign]
    with pytest.raises(AuditUnavailable, match="espacio"):
        log.append(note_entry(2))
    store.write = real  # type: ignore[method-assign]
    log.close()
    again = AuditLog.open(sqlite_url, tmp_path / "keys")
    assert again.append(note_entry(3)).index == 2
    assert kinds(again) == set()


def test_an_erasure_of_many_intervals_goes_in_several_orders(log: AuditLog, reader: Reader) -> None:
    for number in range(0, 500):
        log.append(note_entry(number, input="x"))
    targets = list(range(1, 500, 2))
    receipt = log.erase(targets, reason="retencion", order="Baja 1", reader=reader)
    assert receipt is not None
    orders = [json.loads(row[1])["erasure"] for row in log.store.rows(("idx", "context"), 507, 600)]
    assert [len(one["entries"]) for one in orders] == [200, 50]
    assert sorted(a for one in orders for a, _ in one["entries"]) == targets
    assert kinds(log) == set()
    lines = list(exports.export_jsonl(log, Filters(), reader=reader))
    checker, _ = standalone.verify_export(lines, [standalone.parse_key(str(log.verifier_key))], [])
    assert checker.findings == [] and len(checker.erased) == len(targets)


VALUES: tuple[Any, ...] = (None, 0, -1, 1, True, 1.5, 1e308, 2**70, "", "x", "5", [], [1], {}, {"a": 1}, ["A" * 44],
                           [["x"]], [None], "\ud800", [[-(10**12), 10**12]])  # fmt: skip
RAW = ("[]", "1", "null", '"x"', "{}", '{"type":"entry"}', '{"type":"end","count":"x"}', "[" * 5000, "\x00")


@pytest.mark.parametrize("complete", [True, False], ids=["complete", "partial"])
def test_the_verifier_never_crashes_and_never_lets_pass(tmp_path: Path, sqlite_url: str, reader: Reader,
                                                        complete: bool) -> None:  # fmt: skip
    """Every field of each kind of line replaced by values of every type; lines replaced by other JSON."""
    log = AuditLog.open(sqlite_url, tmp_path / "keys")
    for number in range(3):
        log.append(note_entry(number))
    log.erase([2], reason="solicitud", order="Oficio 1", reader=reader)
    log.rotate(reader=reader)
    note, key = log.checkpoint(), [standalone.parse_key(str(log.verifier_key))]
    filters = Filters() if complete else Filters(action="structure")
    lines = list(exports.export_jsonl(log, filters, reader=reader, checkpoints=[note]))

    def passes(place: int, line: str) -> bool:
        try:
            checker, _ = standalone.verify_export([*lines[:place], line, *lines[place + 1 :]], key, [note])
        except ValueError:  # told as «no se pudo verificar», code 2
            return False
        return checker.count == 0

    assert passes(0, lines[0])
    for place in (0, 3, len(lines) - 1):  # header, an erased entry, end
        line = lines[place]
        row = json.loads(line)
        for name in (*row, "nuevo"):
            for value in VALUES:
                if name in row and row[name] == value and type(row[name]) is type(value):
                    continue
                assert not passes(place, json.dumps(row | {name: value})), (place, name, value)
            if name in row:
                assert not passes(place, json.dumps({k: v for k, v in row.items() if k != name})), (place, name)
                twice = f'{{"{name}": {json.dumps("falso")}, ' + line.lstrip()[1:]
                assert not passes(place, twice), (place, name)
        assert not any(passes(place, raw) for raw in RAW)
