"""What the log keeps, what it never holds, who may read, what may be erased; on SQLite and PostgreSQL alike."""

from __future__ import annotations

import datetime
import json
import math
import time
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
import rfc8785
from audit_servers import note_entry, rows, sql
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from guardrails.audit import (
    Action,
    AuditAltered,
    AuditEntry,
    AuditEntryError,
    AuditKeyError,
    AuditLog,
    AuditNotFound,
    AuditUnavailable,
    Filters,
    Reader,
    erasing,
    merkle,
)
from guardrails.audit import keys as key_files
from guardrails.audit.canonical import canonical
from guardrails.audit.encode import leaf_text
from guardrails.audit.note import NoteError, VerifierKey, open_note, parse_note
from guardrails.audit.verify import trusted_keys, verify_store

PERSONAL = ("Rosa Mendoza", "dra.juana.perez", "sesion-1", "consulta-1")
"""What the entries of these tests were given in the clear."""


def check(log: AuditLog, **options: object) -> None:
    result = verify_store(log.store, trusted=trusted_keys(log.keys_dir), **options)  # type: ignore[arg-type]
    assert result.ok, result.findings


def test_an_entry_comes_back_whole(log: AuditLog, reader: Reader) -> None:
    receipt = log.append(note_entry(3))
    found = log.get(receipt.id, reader=reader)
    assert found.index == receipt.index == 1
    assert found.leaf_hash == receipt.leaf_hash == merkle.leaf_hash(found.leaf.encode())
    assert found.content is not None and found.decision is not None
    assert found.content["input"].startswith("<PACIENTE_1>")
    assert found.decision["guards"]["dropped"] == ["Dolor torácico."]
    assert found.decision["model"]["name"] == "qwen2.5-coder-1.5b"
    assert found.context["outcome"] == "ok"
    assert datetime.datetime.fromisoformat(found.time) == receipt.time
    assert log.get(str(receipt.index), reader=reader).id == receipt.id
    check(log)


def test_no_personal_datum_reaches_the_store(log: AuditLog, url: str) -> None:
    for number in range(3):
        log.append(note_entry(number))
    log.append(AuditEntry(action=Action.LOGIN_FAILED, user="dra.juana.perez"))
    stored = repr(rows(url, "SELECT * FROM entry"))
    for value in PERSONAL:
        assert value not in stored
    assert "juana" not in repr(note_entry(1)) and "Rosa" not in repr(note_entry(1))


def test_commitments_are_keyed_and_salted(log: AuditLog, reader: Reader) -> None:
    """The same NSS twice gives two leaves, and no plain hash of it is in the log."""
    import hashlib

    first, second = (log.append(note_entry(1, original_input="12345678903")) for _ in range(2))
    records = [log.get(one.id, reader=reader) for one in (first, second)]
    plain = hashlib.sha256(b"12345678903").hexdigest()
    assert all(plain not in (one.content_text or "") for one in records)
    assert records[0].content_text != records[1].content_text
    assert records[0].content["commitments"] == records[1].content["commitments"]  # type: ignore[index]


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "borrar_todo"},
        {"action": "ask", "paciente": "x"},
        {"action": "ask", "guards": {"secreto": 1}},
        {"action": "ask", "role": "intruso"},
        {"action": "ask", "latency_ms": math.nan},
        {},
    ],
)
def test_unknown_fields_and_values_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AuditEntry.model_validate(fields)


@pytest.mark.parametrize("bad", [math.nan, math.inf, object(), {"x": {math.nan}}])
def test_values_without_json_form_are_refused_and_leave_no_trace(log: AuditLog, bad: object) -> None:
    with pytest.raises(AuditEntryError):
        log.append(note_entry(1, output={"x": bad}))
    assert log.size == 1


@pytest.mark.parametrize(
    "odd", ["\ud800 roto", "nulo \x00 dentro", "🩺 ñ 日本", "", "a" * 200_000, "'; DROP TABLE entry;--"]
)
def test_odd_texts_are_kept(log: AuditLog, reader: Reader, odd: str) -> None:
    receipt = log.append(note_entry(1, input=odd, output=[odd], user=odd, unit=odd))
    content = log.get(receipt.id, reader=reader).content
    assert content is not None and content.get("input", "") == odd.replace("\ud800", "\\ud800")
    check(log)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=300)
@given(json_values)
def test_canonical_form_is_rfc_8785(value: object) -> None:
    try:
        expected = rfc8785.dumps(value)  # type: ignore[arg-type]
    except UnicodeEncodeError:
        return
    assert canonical(value) == expected


def test_the_leaf_is_rfc_8785() -> None:
    leaf = leaf_text(7, 1_800_000_000_123_456, "ask", "a" * 64, "b" * 64, "c" * 64)
    assert rfc8785.dumps(json.loads(leaf)).decode() == leaf


def test_proofs_read_from_the_store_hold(log: AuditLog) -> None:
    for number in range(40):
        log.append(note_entry(number))
    hashes = [bytes(row[1])[:32] for row in log.store.rows(("idx", "nodes"), 0, 100)]
    for size in (1, 2, 7, 8, 31, 41):
        root = merkle.root(hashes[:size])
        assert log.root_at(size) == root
        for index in range(size):
            proof = log.inclusion(index, size)
            assert proof == merkle.inclusion_proof(hashes, index, size)
            merkle.verify_inclusion(index, size, hashes[index], proof, root)
        merkle.verify_consistency(size, 41, root, log.root_at(41), log.consistency(size, 41))


def test_search_filters(log: AuditLog, reader: Reader) -> None:
    for number in range(6):
        log.append(note_entry(number))
    log.append(note_entry(9, user="dr.luis.ortega", action="ask", outcome="refused", unit="UMF 2"))
    search = lambda **by: log.search(Filters(**by), reader=reader, limit=100)  # noqa: E731
    assert len(search(user="dra.juana.perez")) == 6
    assert len(search(actor=log.pseudonym("user", "dr.luis.ortega"))) == 1
    assert [one.action for one in search(outcome="refused")] == ["ask"]
    assert len(search(unit="UMF 2")) == 1
    assert len(search(encounter="consulta-1")) == 1
    assert search(user="nadie") == []
    assert search(since="2999-01-01") == []
    assert len(search(until="2999-01-01", action="structure")) == 6
    page = log.search(Filters(action="structure"), reader=reader, limit=2, offset=1)
    assert [one.index for one in page] == [5, 4]
    assert log.stats(Filters(), reader=reader).by_outcome["refused"] == 1
    with pytest.raises(AuditEntryError):
        search(since="ayer")


def test_time_filter_cuts_exactly(log: AuditLog, reader: Reader) -> None:
    receipts = [log.append(note_entry(number)) for number in range(20)]
    middle = receipts[9].time.isoformat()
    before = log.search(Filters(until=middle, action="structure"), reader=reader, limit=100)
    after = log.search(Filters(since=middle, action="structure"), reader=reader, limit=100)
    assert (len(before), len(after)) == (9, 11)


def test_every_read_is_logged_before_it_is_answered(log: AuditLog, reader: Reader) -> None:
    log.append(note_entry(1))
    log.search(Filters(user="dra.juana.perez"), reader=reader)
    log.stats(Filters(), reader=reader)
    log.get("1", reader=reader)
    reads = [row[1] for row in log.store.rows(("idx", "action"), 2, 99)]
    assert reads == ["audit_read"] * 3
    assert "juana" not in repr(list(log.store.rows(("idx", "content"), 2, 99)))


@pytest.mark.parametrize("identifier", ["99", "1-00000000", "-1", "uno", "", "1e3", "9" * 30])
def test_unknown_identifiers(log: AuditLog, reader: Reader, identifier: str) -> None:
    log.append(note_entry(1))
    with pytest.raises(AuditNotFound):
        log.get(identifier, reader=reader)


def test_no_result_without_its_entry(log: AuditLog) -> None:
    with log.interaction(note_entry(1)) as interaction:
        assert log.size == 2  # the request is durable before the work starts
        interaction.finish(AuditEntry(action=Action.STRUCTURE, outcome="ok", output="x"))
    request, result = (json.loads(row[1]) for row in log.store.rows(("idx", "context"), 1, 3))
    assert (request["phase"], result["phase"], result["request"]) == ("request", "result", 1)
    assert request["actor"] == result["actor"] and request["encounter"] == result["encounter"]
    with pytest.raises(AuditUnavailable), log.interaction(note_entry(2)):
        pass  # a result that was never logged
    with pytest.raises(KeyError), log.interaction(note_entry(3)):
        raise KeyError("Rosa Mendoza")
    (last,) = log.store.rows(("idx", "outcome", "content"), log.size - 1, log.size)
    assert last[1] == "failed" and "KeyError" in last[2] and "Rosa" not in last[2]


def test_the_log_time_never_runs_back(log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    log.append(note_entry(1))
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)
    log.append(note_entry(2))
    times = [row[1] for row in log.store.rows(("idx", "time_us"), 0, 9)]
    assert all(one <= two for one, two in pairwise(times))
    check(log)


# --- erasure -------------------------------------------------------------------------------------------------


def test_erasure_on_order_keeps_the_proofs(log: AuditLog, reader: Reader, url: str) -> None:
    for number in range(8):
        log.append(note_entry(number, input="TEXTO-QUE-SE-BORRA"))
    before, proof = log.checkpoint(), log.inclusion(3, 9)
    receipt = log.erase([3, 4, 6], reason="solicitud", order="Oficio 77/2026", reader=reader)
    assert receipt is not None
    erased = log.get("3", reader=reader)
    assert erased.content is None and erased.decision is None and erased.erased_by == receipt.index
    assert erased.context["outcome"] == "ok"
    order = log.get(receipt.id, reader=reader).context
    assert order["erasure"] == {"entries": [[3, 4], [6, 6]], "order": "Oficio 77/2026", "reason": "solicitud"}
    merkle.verify_inclusion(3, 9, erased.leaf_hash, proof, parse_note(before)[0].root)
    check(log, checkpoints=[("antes", before)])
    assert log.erase([3, 4], reason="solicitud", order="Oficio 78/2026", reader=reader) is None
    with pytest.raises(AuditEntryError):
        log.erase([1], reason="solicitud", order="  ", reader=reader)
    with pytest.raises(AuditNotFound):
        log.erase([1, 500], reason="solicitud", order="Oficio 79", reader=reader)
    assert log.get("1", reader=reader).content is not None  # all or nothing


def test_erased_bytes_leave_the_files(tmp_path: Path, sqlite_url: str, reader: Reader) -> None:
    log = AuditLog.open(sqlite_url, tmp_path / "keys")
    for number in range(4):
        log.append(note_entry(number, input="TEXTO-QUE-SE-BORRA " * (1 + 400 * number)))
    log.erase([1, 2, 3, 4], reason="retencion", order="Baja documental 1", reader=reader)
    for path in tmp_path.glob("log.sqlite*"):
        assert b"TEXTO-QUE-SE-BORRA" not in path.read_bytes(), path.name


def test_the_log_about_itself_is_not_erased(log: AuditLog, reader: Reader) -> None:
    log.append(note_entry(1))
    first = log.erase([1], reason="solicitud", order="Oficio 1", reader=reader)
    assert first is not None
    assert log.erase([0, first.index], reason="solicitud", order="Oficio 2", reader=reader) is None


def test_retention_counts_from_the_last_act_of_the_encounter(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.datetime(2026, 2, 28, tzinfo=datetime.UTC)
    log = None
    for age, encounter in ((9.0, None), (6.0, "a"), (5.5, "b"), (5.2, ""), (4.0, "b"), (1.0, "c")):
        moment = int((now.timestamp() - age * 365.25 * 86400) * 1e9)
        monkeypatch.setattr(time, "time_ns", lambda moment=moment: moment)
        log = log or AuditLog.open(url, tmp_path / "keys")
        if encounter is not None:
            log.append(note_entry(0, encounter=encounter))
    assert log is not None
    assert erasing.expired(log.store, now) == [1, 3]
    assert erasing.expired(log.store, datetime.datetime(2024, 2, 29, tzinfo=datetime.UTC)) == []
    with pytest.raises(AuditEntryError):
        erasing.expired(log.store, now, years=4)


# --- locks of the database ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entry WHERE idx = 2",
        "DELETE FROM entry",
        "UPDATE entry SET content = 'x' WHERE idx = 2",
        "UPDATE entry SET action = 'ask' WHERE idx = 2",
        "UPDATE entry SET idx = 90 WHERE idx = 5",
        "UPDATE entry SET sig = nodes WHERE idx = 2",
        "UPDATE entry SET content = NULL, decision = NULL, erased_by = 4 WHERE idx = 2",
        "UPDATE entry SET content = NULL WHERE idx = 2",
        "INSERT INTO entry SELECT * FROM entry WHERE idx = 2",
        "INSERT INTO erasure (target, entry) VALUES (2, 5)",
        "INSERT INTO erasure (target, entry) VALUES (2, 4)",
        "DELETE FROM erasure",
        "UPDATE erasure SET entry = 3",
    ],
)
def test_the_database_refuses_changes(log: AuditLog, url: str, reader: Reader, statement: str) -> None:
    for number in range(4):
        log.append(note_entry(number))
    log.erase([1], reason="solicitud", order="Oficio 1", reader=reader)
    before = rows(url, "SELECT * FROM entry ORDER BY idx")
    with pytest.raises(Exception, match="prohibida"):
        sql(url, statement)
    assert rows(url, "SELECT * FROM entry ORDER BY idx") == before
    check(log)


def test_replace_and_truncate_are_refused(server, tmp_path: Path, sqlite_url: str) -> None:  # type: ignore[no-untyped-def]
    log = AuditLog.open(sqlite_url, tmp_path / "keys")
    log.append(note_entry(1))
    with pytest.raises(Exception, match="prohibida"):
        sql(sqlite_url, "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE idx = 1")
    url = server.new_database()
    AuditLog.open(url, tmp_path / "keys2").append(note_entry(1))
    for table in ("entry", "erasure"):
        with pytest.raises(psycopg.Error, match="prohibida"):
            sql(url, f"TRUNCATE {table}")


# --- keys and checkpoints ----------------------------------------------------------------------------------------


def reopen(log: AuditLog) -> AuditLog:
    log.close()
    return AuditLog.open(
        str(log.store.url.render_as_string(hide_password=False)), log.keys_dir, "imss-copilot/UMF 1"
    )


@pytest.mark.parametrize("name", [key_files.CHECKPOINT_FILE, key_files.PSEUDONYM_FILE])
def test_a_missing_or_open_or_damaged_key_is_refused(log: AuditLog, name: str) -> None:
    log.append(note_entry(1))
    path = log.keys_dir / name
    data = path.read_bytes()
    path.chmod(0o644)
    with pytest.raises(AuditKeyError, match="otros usuarios"):
        reopen(log)
    path.chmod(0o600)
    path.write_bytes(b"basura")
    with pytest.raises(AuditKeyError, match="dañada"):
        reopen(log)
    path.unlink()
    with pytest.raises(AuditKeyError, match="Falta la llave"):
        reopen(log)
    assert not path.exists()  # no other key was made in its place
    path.write_bytes(data)
    path.chmod(0o600)
    reopen(log).append(note_entry(2))


def test_another_installation_s_key_is_refused(log: AuditLog, tmp_path: Path) -> None:
    log.append(note_entry(1))
    key_files.create(tmp_path / "otras", "imss-copilot/UMF-1")
    data = (tmp_path / "otras" / key_files.CHECKPOINT_FILE).read_bytes()
    (log.keys_dir / key_files.CHECKPOINT_FILE).write_bytes(data)
    with pytest.raises(AuditAltered):
        reopen(log)


def test_private_files_are_the_owner_s(log: AuditLog) -> None:
    for name in (key_files.CHECKPOINT_FILE, key_files.PSEUDONYM_FILE):
        assert (log.keys_dir / name).stat().st_mode & 0o777 == 0o600
    if log.store.path is not None:
        assert log.store.path.stat().st_mode & 0o777 == 0o600


def test_rotation_chains_the_keys(log: AuditLog, reader: Reader) -> None:
    log.append(note_entry(1))
    old_note, old_key = log.checkpoint(), log.verifier_key
    log.rotate(reader=reader, pseudonyms=True)
    assert log.verifier_key != old_key
    open_note(log.checkpoint(), [log.verifier_key])
    with pytest.raises(NoteError):
        open_note(log.checkpoint(), [old_key])
    again = reopen(log)
    again.append(note_entry(2))
    check(again, checkpoints=[("viejo", old_note)])
    found = again.search(Filters(user="dra.juana.perez", action="structure"), reader=reader)
    assert len(found) == 2 and found[0].context["actor"] != found[1].context["actor"]


def test_another_process_takes_over_a_rotated_key(log: AuditLog, reader: Reader, url: str) -> None:
    other = AuditLog.open(url, log.keys_dir, "imss-copilot/UMF 1")
    other.append(note_entry(1))
    log.rotate(reader=reader)
    other.append(note_entry(2))
    log.append(note_entry(3))
    check(log)


@pytest.mark.parametrize("logged", [True, False])
def test_a_crash_in_the_middle_of_a_rotation(log: AuditLog, reader: Reader, logged: bool,
                                             monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    log.append(note_entry(1))
    with monkeypatch.context() as patch:
        if logged:
            patch.setattr(key_files, "install", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        else:
            patch.setattr(log, "insert", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            log.rotate(reader=reader)
    again = reopen(log)
    again.append(note_entry(2))
    check(again)


def spoiled_notes(note: str) -> dict[str, str]:
    lines = note.split("\n")
    return {
        "size": note.replace(f"\n{lines[1]}\n", f"\n{int(lines[1]) + 1}\n"),
        "leading zero": note.replace(f"\n{lines[1]}\n", f"\n0{lines[1]}\n"),
        "origin": "otra" + note,
        "root": note.replace(lines[2], "A" * 43 + "="),
        "short root": note.replace(lines[2], "AAAA"),
        "no blank line": note.replace("\n\n", "\n"),
        "no signature": note.split("\u2014")[0],
        "cut": note[:-12],
        "extra line": note.replace("\n\n", "\nextra\n\n"),
        "dash": note.replace("\u2014", "-"),
        "signature": note[:-8] + ("AAAA" if note[-8:-4] != "AAAA" else "BBBB") + note[-4:],
        "empty": "",
    }


def test_forged_checkpoints_are_refused(log: AuditLog) -> None:
    note, key = log.checkpoint(), log.verifier_key
    assert open_note(note, [key])[0].size == 1
    assert VerifierKey.parse(str(key)) == key
    for name, forged in spoiled_notes(note).items():
        with pytest.raises(NoteError):
            open_note(forged, [key])
            pytest.fail(name)
    with pytest.raises(NoteError):
        VerifierKey.parse(str(key).replace("+", "-"))
    with pytest.raises(NoteError):
        VerifierKey.parse(str(key)[:-4] + "AAA=")
