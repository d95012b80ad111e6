"""Verification of the database itself: every row, every tree node, signatures, checkpoints kept outside."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guardrails.audit import keys as key_files
from guardrails.audit import schema
from guardrails.audit.encode import SEARCHED, time_text
from guardrails.audit.standalone_verify import (
    Checker,
    Finding,
    Key,
    body,
    open_checkpoint,
    parse_key,
    signed_by,
)
from guardrails.audit.store import Store

_COLUMNS = (
    "idx", "time_us", "action", "actor", "unit", "session", "encounter", "outcome", "leaf", "nodes", "sig",
    "erased_by", "context", "content", "decision",
)  # fmt: skip
_LARGE = ("content", "decision")
_SIGNATURE_EVERY = 4096
"""The last signature covers all before it; these show besides that the chain was signed as it grew."""


@dataclass(frozen=True)
class Verification:
    """What a verification found."""

    findings: tuple[Finding, ...]
    count: int
    """Findings in all; the first 1000 are kept."""
    size: int
    erased: int
    origin: str

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return self.count == 0


def verify_store(
    store: Store,
    *,
    trusted: Sequence[str] = (),
    checkpoints: Sequence[tuple[str, str]] = (),
    progress: Callable[[int], object] | None = None,
) -> Verification:
    """Check a whole log. ``trusted``: verifier keys that must belong to it; ``checkpoints``: (name, text) kept
    outside. Raises :class:`guardrails.audit.AuditUnavailable` only where the store can't be read at all."""
    checker = Checker()
    notes = _expect(checker, checkpoints)
    last_signature: tuple[int, bytes] | None = None
    # As bytes the large groups are hashed as they lie on the disk, without a detour over text.
    columns = [f"CAST({name} AS BLOB)" if store.sqlite and name in _LARGE else name for name in _COLUMNS]
    for row in store.rows(columns, 0, 2**63 - 1):
        index = row[0]
        try:
            _check_row(checker, row)
            last_signature = (index, bytes(row[10]))
        except (TypeError, ValueError, AttributeError, OverflowError):  # SQLite takes any type in any column
            checker.fail("tipo", index, f"La entrada {index} tiene un valor de un tipo que la bitácora no escribe.")
            checker.broken = True
            checker.next = index + 1
            continue
        if index % _SIGNATURE_EVERY == 0 or row[2] == "key_rotation":
            _check_signature(checker, *last_signature)
        if progress is not None and index % 1000 == 0:
            progress(index)
    if last_signature is None:
        checker.fail("cola_perdida", None, "La bitácora está vacía.")
    else:
        _check_signature(checker, *last_signature)
    checker.finish()
    _check_chain(checker, trusted, notes)
    _check_schema(checker, store)
    return Verification(
        tuple(checker.findings), checker.count, checker.tree.size, len(checker.erased), checker.origin
    )


def _check_row(checker: Checker, row: tuple[Any, ...]) -> None:
    """One row against its leaf; raises TypeError and the like for values of another type."""
    index, time_us, action, nodes = row[0], row[1], row[2], row[9]
    found_action, moment, _, expected = checker.entry(index, row[8], row[12], row[13], row[14], row[11])
    if found_action and (found_action != action or moment != time_text(time_us)):
        checker.fail("columna", index, f"La acción o la hora de la entrada {index} no es la de su hoja.")
    context = checker.context
    if context and row[3:8] != tuple([context.get(name, "") for name in SEARCHED]):
        checker.fail("columna", index, f"Una columna de búsqueda de la entrada {index} fue alterada.")
    if expected and bytes(nodes) != expected:
        checker.fail("nudo", index, f"Los nudos guardados con la entrada {index} no salen de su hoja.")


def trusted_keys(keys_dir: Path) -> list[str]:
    """The verifier key as published beside the private one; empty where there is none."""
    path = keys_dir / key_files.PUBLIC_FILE
    return [path.read_text(encoding="utf-8").strip()] if path.is_file() else []


def _expect(checker: Checker, checkpoints: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    notes = []
    for name, text in checkpoints:
        try:
            lines = text.split("\n")
            checker.expect(int(lines[1]), base64.b64decode(lines[2], validate=True), name)
            notes.append((name, text))
        except (ValueError, IndexError):
            checker.fail("punto_de_control", None, f"No se puede leer {name}.")
    return notes


def _check_signature(checker: Checker, index: int, signature: bytes) -> None:
    key = checker.key_at(index)
    if checker.broken or key is None:
        return
    text = body(checker.origin, checker.tree.size, checker.tree.root())
    if not signed_by(key, text, signature):
        checker.fail("firma", index, f"La firma guardada con la entrada {index} no es válida.")


def _check_chain(checker: Checker, trusted: Sequence[str], notes: list[tuple[str, str]]) -> None:
    chain: list[Key] = checker.keys
    if not chain:
        checker.fail("llave", None, "La bitácora no nombra su llave: falta su primera entrada.")
    for text in trusted:
        try:
            if parse_key(text) not in chain:
                checker.fail("llave", None, "La llave pública dada no pertenece a esta bitácora.")
        except ValueError as error:
            checker.fail("llave", None, f"La llave pública dada está dañada ({error}).")
    for name, text in notes:
        try:
            if open_checkpoint(text, chain)[0] != checker.origin:
                checker.fail("punto_de_control", None, f"El origen de {name} es otra bitácora.")
        except ValueError as error:
            checker.fail("firma", None, f"{name}: {error}")


def _check_schema(checker: Checker, store: Store) -> None:
    """Locks of the database: none gone, none altered, none foreign; no row outside the order."""
    expected, present = schema.locks(store.engine.dialect.name), store.locks()
    missing = sorted(expected.keys() - present.keys())
    if missing:
        checker.fail("candado", None, f"Faltan candados de la base: {', '.join(missing)}.")
    foreign = sorted(present.keys() - expected.keys())
    if foreign:
        checker.fail("candado", None, f"La base tiene disparadores ajenos: {', '.join(foreign)}.")
    altered = sorted(name for name in expected.keys() & present.keys() if expected[name] != present[name])
    if altered:
        checker.fail("candado", None, f"Candados de la base alterados: {', '.join(altered)}.")
    with store.read() as cursor:  # others may append meanwhile: only what lies before the end that was read
        cursor.execute(store.sql("SELECT count(*) FROM entry WHERE idx < ?"), (checker.tree.size,))
        rows = int(cursor.fetchone()[0])
    if not checker.broken and rows != checker.tree.size:
        checker.fail("orden", None, f"La base tiene {rows} filas para {checker.tree.size} entradas.")
