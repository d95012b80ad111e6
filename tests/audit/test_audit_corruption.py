# ruff: noqa: E501
"""Every named way to change a log or an export, each of which must be found; on SQLite and PostgreSQL alike."""

from __future__ import annotations

import base64
import contextlib
import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from audit_servers import note_entry, rows, sql, tamper

from guardrails.audit import AuditAltered, AuditLog, Filters, Reader, exports, merkle
from guardrails.audit import keys as key_files
from guardrails.audit import standalone_verify as standalone
from guardrails.audit.verify import Verification, trusted_keys, verify_store

SIZE = 12


@pytest.fixture
def log(url: str, tmp_path: Path, reader: Reader) -> AuditLog:
    """Twelve notes, one of them erased on order."""
    one = AuditLog.open(url, tmp_path / "keys", "imss-copilot/UMF 1", timeout_s=5)
    for number in range(SIZE):
        one.append(note_entry(number))
    one.erase([2], reason="solicitud", order="Oficio 1", reader=reader)
    one.append(note_entry(99))
    return one


def verify(log: AuditLog, *notes: str) -> Verification:
    return verify_store(
        log.store,
        trusted=trusted_keys(log.keys_dir),
        checkpoints=[(f"nota {place}", note) for place, note in enumerate(notes)],
    )


def kinds(result: Verification) -> set[str]:
    assert not result.ok and result.count >= len(result.findings) > 0
    return {finding.kind for finding in result.findings}


# Statement, kind of the finding that must be among those reported.
ROWS = {
    "altered redacted input": ("UPDATE entry SET content = replace(content, 'cefalea', 'mialgia') WHERE idx = 5", "contenido"),
    "altered decision": ("UPDATE entry SET decision = replace(decision, '0.97', '0.99') WHERE idx = 5", "decision"),
    "altered context": ("UPDATE entry SET context = replace(context, 'medico', 'sistema') WHERE idx = 5", "contexto"),
    "altered action": ("UPDATE entry SET action = 'ask' WHERE idx = 5", "columna"),
    "altered time": ("UPDATE entry SET time_us = time_us + 1 WHERE idx = 5", "columna"),
    "altered actor column": ("UPDATE entry SET actor = 'x' WHERE idx = 5", "columna"),
    "altered unit column": ("UPDATE entry SET unit = 'x' WHERE idx = 5", "columna"),
    "altered session column": ("UPDATE entry SET session = 'x' WHERE idx = 5", "columna"),
    "altered encounter column": ("UPDATE entry SET encounter = 'x' WHERE idx = 5", "columna"),
    "altered outcome column": ("UPDATE entry SET outcome = 'failed' WHERE idx = 5", "columna"),
    "altered leaf": ("UPDATE entry SET leaf = replace(leaf, 'structure', 'ask') WHERE idx = 5", "nudo"),
    "unknown field in a leaf": ("UPDATE entry SET leaf = replace(leaf, ',\"v\":1', ',\"v\":1,\"x\":2') WHERE idx = 5", "hoja"),
    "truncated leaf": ("UPDATE entry SET leaf = '' WHERE idx = 5", "hoja"),
    "other index in a leaf": ("UPDATE entry SET leaf = replace(leaf, '\"index\":5', '\"index\":6') WHERE idx = 5", "orden"),
    "nodes of another row": ("UPDATE entry SET nodes = (SELECT nodes FROM entry WHERE idx = 7) WHERE idx = 5", "nudo"),
    "last signature": ("UPDATE entry SET sig = (SELECT sig FROM entry WHERE idx = 7) WHERE idx = 14", "firma"),
    "empty signature": ("UPDATE entry SET sig = substr(sig, 1, 0) WHERE idx = 14", "firma"),
    "deleted row": ("DELETE FROM entry WHERE idx = 5", "falta_entrada"),
    "deleted first row": ("DELETE FROM entry WHERE idx = 0", "falta_entrada"),
    "several deleted rows": ("DELETE FROM entry WHERE idx IN (4, 5, 9)", "falta_entrada"),
    "swapped rows": ("UPDATE entry SET idx = CASE idx WHEN 5 THEN -6 ELSE -5 END WHERE idx IN (5, 6); "
                     "UPDATE entry SET idx = -idx WHERE idx < 0", "orden"),
    "inserted row": ("UPDATE entry SET idx = -idx - 1 WHERE idx >= 6; UPDATE entry SET idx = -idx WHERE idx < 0; "
                     "INSERT INTO entry SELECT 6, time_us, action, actor, unit, session, encounter, outcome, leaf, "
                     "nodes, sig, erased_by, context, content, decision FROM entry WHERE idx = 5", "orden"),
    "duplicated row at the end": ("INSERT INTO entry SELECT 15, time_us, action, actor, unit, session, encounter, outcome, "
                                  "leaf, nodes, sig, erased_by, context, content, decision FROM entry WHERE idx = 14", "orden"),
    "moved row": ("UPDATE entry SET idx = 40 WHERE idx = 5", "falta_entrada"),
    "payload erased without order": ("UPDATE entry SET content = NULL, decision = NULL WHERE idx = 5", "borrado_sin_orden"),
    "one group erased": ("UPDATE entry SET content = NULL WHERE idx = 5", "borrado_sin_orden"),
    "erasure under another's order": ("UPDATE entry SET content = NULL, decision = NULL, erased_by = 13 WHERE idx = 5",
                                      "borrado_sin_orden"),
    "erasure ordered by a later note": ("UPDATE entry SET content = NULL, decision = NULL, erased_by = 14 WHERE idx = 5",
                                        "borrado_sin_orden"),
    "erased entry brought back": ("UPDATE entry SET content = (SELECT content FROM entry WHERE idx = 3), decision = "
                                  "(SELECT decision FROM entry WHERE idx = 3), erased_by = NULL WHERE idx = 2", "contenido"),
    "order of an erasure altered": ("UPDATE entry SET context = replace(context, 'Oficio 1', 'Oficio 2') WHERE idx = 13",
                                    "contexto"),
    "everything deleted": ("DELETE FROM entry", "cola_perdida"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_changed_row_is_found(log: AuditLog, url: str, name: str) -> None:
    note = log.checkpoint()
    assert verify(log, note).ok
    log.close()
    statements, kind = ROWS[name]
    tamper(url, *statements.split("; "))
    assert kind in kinds(verify(log, note)), verify(log, note).findings


COLUMNS = ("action", "actor", "unit", "session", "encounter", "outcome", "leaf", "nodes", "sig", "context", "content",
           "decision")  # fmt: skip


@pytest.mark.parametrize("place", [0, 1, -1])
@pytest.mark.parametrize("column", COLUMNS)
def test_a_flipped_bit_is_found_in_each_field(
    tmp_path: Path, sqlite_url: str, column: str, place: int
) -> None:
    import sqlite3

    log = AuditLog.open(sqlite_url, tmp_path / "keys")
    for number in range(5):
        log.append(note_entry(number))
    log.close()
    (value,) = rows(sqlite_url, f"SELECT {column} FROM entry WHERE idx = 5")[0]
    data = bytearray(value if isinstance(value, bytes) else str(value).encode())
    data[place] ^= 1
    flipped: object = bytes(data) if isinstance(value, bytes) else data.decode("utf-8", "replace")
    triggers = rows(sqlite_url, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    sql(sqlite_url, *(f"DROP TRIGGER {name}" for name, _ in triggers))
    with sqlite3.connect(tmp_path / "log.sqlite") as connection:
        connection.execute(f"UPDATE entry SET {column} = ? WHERE idx = 5", (flipped,))
    sql(sqlite_url, *(str(text) for _, text in triggers))
    assert not verify(log).ok


def test_a_lost_tail_needs_a_checkpoint_from_outside(log: AuditLog, url: str) -> None:
    note = log.checkpoint()
    log.close()
    tamper(url, "DELETE FROM entry WHERE idx > 11")
    assert verify(log).ok is False or "cola_perdida" in kinds(verify(log, note))
    assert "cola_perdida" in kinds(verify(log, note))


def test_a_removed_lock_is_found(log: AuditLog, url: str) -> None:
    log.close()
    if url.startswith("sqlite"):
        sql(url, "DROP TRIGGER entry_delete")
    else:
        sql(url, "ALTER TABLE entry DISABLE TRIGGER entry_truncate")
    assert kinds(verify(log)) == {"candado"}


def rewrite(url: str, log: AuditLog, *, sign: Callable[[bytes], bytes] | None = None, start: int = 5) -> None:
    """What an attacker with the database does: alters a payload and recomputes every hash behind it."""
    import sqlite3

    stored = rows(url, "SELECT idx, leaf, content, sig FROM entry ORDER BY idx")
    frontier = merkle.Frontier()
    changes = []
    for index, leaf, content, sig in stored:
        text, body = str(leaf), content
        if index == start:
            body = str(content).replace("cefalea", "mialgia")
            old, new = (sha256(str(one).encode()).hexdigest() for one in (content, body))
            text = text.replace(old, new)
        nodes = b"".join(frontier.append(merkle.leaf_hash(text.encode())))
        signed = standalone.body(log.origin, frontier.size, frontier.root())
        changes.append((text, body, nodes, sign(signed) if sign else sig, index))
    triggers = rows(url, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    sql(url, *(f"DROP TRIGGER {name}" for name, _ in triggers))
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.executemany("UPDATE entry SET leaf=?, content=?, nodes=?, sig=? WHERE idx=?", changes)
    sql(url, *(str(one) for _, one in triggers))


@pytest.fixture
def small(tmp_path: Path, sqlite_url: str) -> AuditLog:
    """A log of twelve notes on SQLite."""
    log = AuditLog.open(sqlite_url, tmp_path / "keys", "imss-copilot/UMF-1")
    for number in range(SIZE):
        log.append(note_entry(number))
    return log


def test_an_altered_payload_with_recomputed_leaves_is_found(small: AuditLog, sqlite_url: str) -> None:
    """Without the key the last signature fails, even with no checkpoint from outside."""
    note = small.checkpoint()
    small.close()
    rewrite(sqlite_url, small)
    assert kinds(verify(small)) == {"firma"}
    assert kinds(verify(small, note)) == {"firma", "raiz"}
    with pytest.raises(AuditAltered):
        AuditLog.open(sqlite_url, small.keys_dir, "imss-copilot/UMF-1")


def test_a_rewriting_by_the_holder_of_the_key_needs_a_checkpoint_from_outside(
    small: AuditLog, sqlite_url: str
) -> None:
    note = small.checkpoint()
    small.close()
    rewrite(sqlite_url, small, sign=small.keys.signer.sign)
    assert verify(small).ok  # whoever holds machine and key can do this: hence the checkpoints outside
    assert kinds(verify(small, note)) == {"raiz"}
    with pytest.raises(AuditAltered):  # the head beside the keys still tells it to the service itself
        AuditLog.open(sqlite_url, small.keys_dir, "imss-copilot/UMF-1")


def test_a_clock_set_back_is_found(small: AuditLog, sqlite_url: str) -> None:
    """An entry given an earlier time, everything behind it recomputed and signed with the real key."""
    import sqlite3

    small.close()
    stored = rows(sqlite_url, "SELECT idx, leaf, time_us FROM entry ORDER BY idx")
    frontier, changes = merkle.Frontier(), []
    for index, leaf, moment in stored:
        text, time_us = str(leaf), moment
        if index == 5:
            text, time_us = text.replace('"time":"20', '"time":"19'), 0
        nodes = b"".join(frontier.append(merkle.leaf_hash(text.encode())))
        signature = small.keys.signer.sign(standalone.body(small.origin, frontier.size, frontier.root()))
        changes.append((text, time_us, nodes, signature, index))
    triggers = rows(sqlite_url, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    sql(sqlite_url, *(f"DROP TRIGGER {name}" for name, _ in triggers))
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.executemany("UPDATE entry SET leaf=?, time_us=?, nodes=?, sig=? WHERE idx=?", changes)
    sql(sqlite_url, *(str(one) for _, one in triggers))
    assert "reloj" in kinds(verify(small))


def test_a_replayed_old_database_is_found(small: AuditLog, sqlite_url: str, tmp_path: Path) -> None:
    small.close()
    shutil.copy(tmp_path / "log.sqlite", tmp_path / "copia")
    again = AuditLog.open(sqlite_url, small.keys_dir, "imss-copilot/UMF-1")
    again.append(note_entry(50))
    note = again.checkpoint()
    again.close()
    shutil.copy(tmp_path / "copia", tmp_path / "log.sqlite")
    assert "cola_perdida" in kinds(verify(small, note))
    with pytest.raises(AuditAltered, match="más corta"):
        AuditLog.open(sqlite_url, small.keys_dir, "imss-copilot/UMF-1")


def test_a_replayed_database_that_grew_again_is_found(
    small: AuditLog, sqlite_url: str, tmp_path: Path
) -> None:
    small.close()
    shutil.copy(tmp_path / "log.sqlite", tmp_path / "copia")
    again = AuditLog.open(sqlite_url, small.keys_dir, "imss-copilot/UMF-1")
    again.append(note_entry(50))
    note = again.checkpoint()
    again.close()
    shutil.copy(tmp_path / "copia", tmp_path / "log.sqlite")
    (small.keys_dir / key_files.HEAD_FILE).unlink()
    forked = AuditLog.open(sqlite_url, small.keys_dir, "imss-copilot/UMF-1")
    for number in range(4):
        forked.append(note_entry(number))
    assert verify(forked).ok
    assert kinds(verify(forked, note)) == {"raiz"}


def test_a_swapped_database_is_found(small: AuditLog, tmp_path: Path) -> None:
    other = AuditLog.open(f"sqlite:///{tmp_path / 'otra.sqlite'}", tmp_path / "otras", "imss-copilot/UMF-1")
    for number in range(SIZE):
        other.append(note_entry(number))
    found = verify_store(
        other.store, trusted=trusted_keys(small.keys_dir), checkpoints=[("nota", small.checkpoint())]
    )
    assert {"llave", "raiz", "firma"} <= {finding.kind for finding in found.findings}
    note = other.checkpoint()
    assert "firma" in kinds(verify(small, note))


def test_checkpoints_of_another_log_or_key_or_form_are_found(small: AuditLog, tmp_path: Path) -> None:
    note = small.checkpoint()
    assert verify(small, note).ok
    for forged in (
        note.replace("UMF-1", "UMF-2"),
        note.replace("\n13\n", "\n12\n"),
        note.replace("\n13\n", "\n14\n"),
        note[:-10],
        note.split("\n\n")[0] + "\n\n",
        "",
        "x",
    ):
        assert not verify(small, forged).ok, forged


# --- exports ---------------------------------------------------------------------------------------------------


def check(lines: list[str], log: AuditLog, *notes: str, key: str = "") -> set[str]:
    trusted = [standalone.parse_key(key or str(log.verifier_key))]
    checker, _ = standalone.verify_export(lines, trusted, list(notes))
    return {finding.kind for finding in checker.findings}


def edit(lines: list[str], number: int, **fields: Any) -> list[str]:
    return [
        json.dumps(json.loads(line) | fields) if place == number else line for place, line in enumerate(lines)
    ]


Edit = Callable[[list[str]], list[str]]


def flip(field: str) -> Edit:
    def change(lines: list[str]) -> list[str]:
        value = json.loads(lines[6])[field]
        spoiled = value[:20] + ("x" if value[20] != "x" else "y") + value[21:]
        return edit(lines, 6, **{field: spoiled})

    return change


def flip_proof(lines: list[str]) -> list[str]:
    proof = json.loads(lines[6])["proof"]
    spoiled = bytes([base64.b64decode(proof[1])[0] ^ 1]) + base64.b64decode(proof[1])[1:]
    return edit(lines, 6, proof=[proof[0], base64.b64encode(spoiled).decode(), *proof[2:]])


EDITS: dict[str, Edit] = {
    "altered leaf": flip("leaf"),
    "altered context": flip("context"),
    "altered content": flip("content"),
    "altered decision": flip("decision"),
    "altered index": lambda lines: edit(lines, 6, index=json.loads(lines[6])["index"] + 1),
    "altered id": lambda lines: edit(lines, 6, id="5-00000000"),
    "altered proof": flip_proof,
    "shortened proof": lambda lines: edit(lines, 6, proof=json.loads(lines[6])["proof"][:-1]),
    "lengthened proof": lambda lines: edit(lines, 6, proof=[*json.loads(lines[6])["proof"], "A" * 43 + "="]),
    "no proof": lambda lines: edit(lines, 6, proof=[]),
    "unknown field": lambda lines: edit(lines, 6, nota="x"),
    "unknown kind of line": lambda lines: edit(lines, 6, type="x"),
    "deleted line": lambda lines: lines[:6] + lines[7:],
    "swapped lines": lambda lines: [*lines[:6], lines[7], lines[6], *lines[8:]],
    "duplicated line": lambda lines: [*lines[:7], lines[6], *lines[7:]],
    "lost last entry": lambda lines: [*lines[:-2], lines[-1]],
    "lost end": lambda lines: lines[:-1],
    "cut in a line": lambda lines: [*lines[:-2], lines[-2][:40]],
    "lines after the end": lambda lines: [*lines, lines[6]],
    "end that counts fewer": lambda lines: edit(lines, len(lines) - 1, count=1),
    "payload erased": lambda lines: edit(lines, 6, content=None, decision=None),
    "payload erased with an order that does not name it": lambda lines: edit(
        lines, 6, content=None, decision=None, erased_by=9
    ),
    "field missing": lambda lines: [
        *lines[:6],
        json.dumps({k: v for k, v in json.loads(lines[6]).items() if k != "decision"}),
        *lines[7:],
    ],
    "not JSON": lambda lines: [*lines[:6], "{", *lines[7:]],
    "forged checkpoint size": lambda lines: edit(
        lines, 0, checkpoint=json.loads(lines[0])["checkpoint"].replace("\n14\n", "\n13\n")
    ),
    "forged checkpoint signature": lambda lines: edit(
        lines, 0, checkpoint=json.loads(lines[0])["checkpoint"][:-8] + "AAAAAA=\n"
    ),
    "forged checkpoint origin": lambda lines: edit(
        lines, 0, checkpoint=json.loads(lines[0])["checkpoint"].replace("UMF-1", "UMF-9")
    ),
}


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("complete", [True, False], ids=["complete", "partial"])
def test_a_changed_export_is_found(small: AuditLog, reader: Reader, name: str, complete: bool) -> None:
    filters = Filters() if complete else Filters(since="2000-01-01")
    lines = list(exports.export_jsonl(small, filters, reader=reader))
    assert check(lines, small) == set()
    spoiled = EDITS[name](lines)
    assert spoiled != lines
    with contextlib.suppress(ValueError):  # or refused as unreadable
        assert check(spoiled, small) != set()


def test_an_export_under_a_wrong_key_is_found(small: AuditLog, reader: Reader, tmp_path: Path) -> None:
    lines = list(exports.export_jsonl(small, Filters(), reader=reader))
    key_files.create(tmp_path / "otras", "imss-copilot/UMF-1")
    assert "llave" in check(lines, small, key=trusted_keys(tmp_path / "otras")[0])


@pytest.mark.parametrize("complete", [True, False], ids=["complete", "partial"])
def test_an_export_against_a_checkpoint_from_outside(
    small: AuditLog, reader: Reader, sqlite_url: str, complete: bool
) -> None:
    note = small.checkpoint()
    filters = Filters() if complete else Filters(action="structure")
    lines = list(exports.export_jsonl(small, filters, reader=reader, checkpoints=[note]))
    assert check(lines, small, note) == set()
    small.close()
    rewrite(sqlite_url, small, sign=small.keys.signer.sign)
    (small.keys_dir / key_files.HEAD_FILE).unlink()
    again = AuditLog.open(sqlite_url, small.keys_dir, "imss-copilot/UMF-1")
    forged = list(exports.export_jsonl(again, filters, reader=reader, checkpoints=[note]))
    assert check(forged, again) == set()
    assert check(forged, again, note) == {"raiz"}


def test_the_verifier_s_own_tree_agrees_with_the_library(small: AuditLog) -> None:
    """Two implementations, written apart, decide alike."""
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(40)]
    for size in range(1, 41):
        root = merkle.root(leaves[:size])
        prover = standalone.Prover(size, root)
        for index in range(size):
            proof = merkle.inclusion_proof(leaves, index, size)
            assert prover.holds(index, leaves[index], proof)
            assert not prover.holds(index, leaves[index - 1] if size > 1 else b"x", proof)
            assert not prover.holds(index, leaves[index], [*proof, root])
            for place in range(len(proof)):
                spoiled = [*proof[:place], bytes(32), *proof[place + 1 :]]
                assert not prover.holds(index, leaves[index], spoiled)
        for old in range(1, size + 1):
            proof = merkle.consistency_proof(leaves, old, size)
            before = merkle.root(leaves[:old])
            assert standalone.consistent(old, size, before, root, proof)
            assert not standalone.consistent(old, size, before, root, [*proof, root])
            if proof:
                assert not standalone.consistent(old, size, before, root, proof[:-1])
                assert not standalone.consistent(old, size, root, before, proof)
