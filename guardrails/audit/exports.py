"""Exports for the commission, streamed: JSON Lines with proofs, CSV, FHIR R4 AuditEvent (NDJSON).

Every export leaves an ``audit_read`` entry in the log before its first line, and its checkpoint covers that
entry too.
"""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import islice

from guardrails.audit.entry import Action
from guardrails.audit.errors import AuditEntryError
from guardrails.audit.log import AuditLog
from guardrails.audit.merkle import Node, inclusion_nodes, read_proof
from guardrails.audit.note import NoteError, parse_note
from guardrails.audit.reading import RECORD_COLUMNS, Filters, Query, Reader, Record, fetch, record
from guardrails.audit.standalone_verify import FORMAT

_BATCH = 500
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_BLANK = " \u00a0\u200b\ufeff\0"
_CACHE = 20_000
CSV_FIELDS = (
    "id", "time", "action", "phase", "role", "actor", "unit", "session", "encounter", "outcome", "note_type",
    "request", "latency_ms", "model", "redactions", "scope", "supported", "unsupported", "dropped", "changes",
    "passages", "version", "erased_by", "leaf_hash",
)  # fmt: skip


def export_jsonl(
    log: AuditLog, filters: Filters, *, reader: Reader, checkpoints: Sequence[str] = ()
) -> Iterator[str]:
    """Lines that ``standalone_verify.py`` checks without this project.

    ``checkpoints``: notes kept outside; a partial export then carries the consistency proofs from them.
    """
    query = log.query(filters)
    complete = filters == Filters()
    log.append(reader.entry("exportación jsonl", filters))
    note = log.checkpoint()
    size = parse_note(note)[0].size
    if complete:
        query.end = size  # the proof of completeness covers the entry of this very export
    yield from _lines(log, query, note, complete=complete, checkpoints=checkpoints)


def prove(
    log: AuditLog, identifier: str, *, reader: Reader, checkpoints: Sequence[str] = ()
) -> Iterator[str]:
    """A partial export of one interaction: the entry, its inclusion proof and the checkpoint."""
    found = fetch(log.store, identifier)
    log.append(reader.entry("prueba", id=found.id))
    query = log.query(Filters())
    query.start, query.end = found.index, found.index + 1
    yield from _lines(log, query, log.checkpoint(), complete=False, checkpoints=checkpoints)


def _lines(
    log: AuditLog, query: Query, note: str, *, complete: bool, checkpoints: Sequence[str]
) -> Iterator[str]:
    head = parse_note(note)[0]
    header = {"type": "log", "format": FORMAT, "complete": complete, "checkpoint": note}
    if not complete:
        header["consistency"] = [_consistency(log, text, head.size) for text in checkpoints]
    yield _line(header)
    prover = _Prover(log, head.size)
    if not complete:  # the chain of keys, and at the end the orders behind erased entries
        for action in (Action.LOG_CREATED, Action.KEY_ROTATION):
            rows = log.store.rows(RECORD_COLUMNS, 0, head.size, "AND action = ?", (action.value,))
            yield from prover.lines((record(row) for row in rows), "support")
    count, orders = 0, set()
    for batch in _batches(record(row) for row in query.rows(RECORD_COLUMNS)):
        count += len(batch)
        orders |= {one.erased_by for one in batch if one.erased_by is not None}
        yield from prover.lines(iter(batch), "entry")
    if not complete:
        for index in sorted(orders):
            rows = log.store.rows(RECORD_COLUMNS, index, index + 1)
            yield from prover.lines((record(row) for row in rows), "support")
    yield _line({"type": "end", "count": count})


class _Prover:
    """Inclusion proofs for many entries of one tree: nodes are fetched a batch at a time."""

    def __init__(self, log: AuditLog, size: int) -> None:
        self._log, self._size = log, size
        self._known: dict[Node, bytes] = {}

    def lines(self, records: Iterator[Record], kind: str) -> Iterator[str]:
        for batch in _batches(records):
            parts = [inclusion_nodes(one.index, self._size) for one in batch]
            wanted = {node for proof in parts for part in proof for node in part}
            if len(self._known) > _CACHE:
                self._known = {node: one for node, one in self._known.items() if node in wanted}
            missing = sorted(wanted - self._known.keys())
            with self._log.store.read() as cursor:
                fetched = self._log.store.nodes(cursor, missing) if missing else []
            self._known.update(zip(missing, fetched, strict=True))
            for one, proof in zip(batch, parts, strict=True):
                hashes = read_proof(proof, lambda nodes: [self._known[node] for node in nodes])
                yield _line(one.line(hashes, kind))


def export_csv(log: AuditLog, filters: Filters, *, reader: Reader) -> Iterator[str]:
    """One line an entry with what fits a spreadsheet; no texts. For reading, not for proving."""
    query = log.query(filters)
    log.append(reader.entry("exportación csv", filters))
    yield _csv(CSV_FIELDS)
    for row in query.rows(RECORD_COLUMNS):
        yield _csv(_csv_row(record(row)))


def _csv_row(one: Record) -> Sequence[object]:
    context, content, decision = one.context, one.content or {}, one.decision or {}
    guards = decision.get("guards", {})
    verdicts = [verdict["supported"] for verdict in guards.get("grounding", [])]
    values = {
        **context,
        "id": one.id,
        "time": one.time,
        "action": one.action,
        "latency_ms": decision.get("latency_ms", ""),
        "model": decision.get("model", {}).get("name", ""),
        "redactions": sum(guards.get("redaction", {}).values()),
        "scope": guards.get("scope", ""),
        "supported": sum(verdicts),
        "unsupported": len(verdicts) - sum(verdicts),
        "dropped": len(guards.get("dropped", [])),
        "changes": len(content.get("changes", [])),
        "passages": len(decision.get("passages", [])),
        "erased_by": "" if one.erased_by is None else one.erased_by,
        "leaf_hash": one.leaf_hash.hex(),
    }
    return [values.get(name, "") for name in CSV_FIELDS]


def _csv(values: Sequence[object]) -> str:
    # A spreadsheet runs a cell that starts so as a formula, blanks before it or not: it is quoted.
    cells = [f"'{value}" if str(value).lstrip(_BLANK)[:1] in _FORMULA else value for value in values]
    cells = [value.replace("\0", "") if isinstance(value, str) else value for value in cells]
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _consistency(log: AuditLog, text: str, size: int) -> dict[str, object]:
    try:
        old = parse_note(text)[0]
    except NoteError as error:
        raise AuditEntryError(str(error)) from None
    root = base64.b64encode(old.root).decode()
    proof = log.consistency(old.size, size) if 0 < old.size <= size else []
    return {"size": old.size, "root": root, "proof": [base64.b64encode(one).decode() for one in proof]}


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    records = iter(records)
    while batch := list(islice(records, _BATCH)):
        yield batch


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
