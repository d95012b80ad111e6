"""Reading the log: filters, records, search, figures. Every public read is itself logged first."""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from guardrails.audit.encode import time_text, time_value
from guardrails.audit.entry import Action, AuditEntry, Phase, Role
from guardrails.audit.errors import AuditNotFound
from guardrails.audit.store import Store

RECORD_COLUMNS = ("idx", "action", "leaf", "nodes", "erased_by", "context", "content", "decision")


@dataclass(frozen=True)
class Reader:
    """Who reads, for the entry that the read leaves behind."""

    user: str = field(repr=False)
    role: Role = Role.COMMISSION
    session: str = field(default="", repr=False)
    unit: str = ""

    def entry(self, what: str, filters: Filters | None = None, **detail: Any) -> AuditEntry:
        """The entry of action ``audit_read``."""
        if filters is not None:
            detail["filters"] = {
                name: value for name, value in asdict(filters).items() if value and name not in ("user",)
            }
            if filters.user:
                detail["filters"]["by_user"] = True
        return AuditEntry(
            action=Action.AUDIT_READ,
            phase=Phase.EVENT,
            role=self.role,
            user=self.user,
            session=self.session,
            unit=self.unit,
            detail={"what": what, **detail},
        )


@dataclass(frozen=True)
class Filters:
    """What to read; empty fields do not restrict. Times are ISO 8601, UTC where no zone is given."""

    since: str = ""
    until: str = ""
    """Exclusive; a bare date means its midnight."""
    unit: str = ""
    user: str = field(default="", repr=False)
    """User name in the clear; turned into its pseudonyms."""
    actor: str = ""
    """Pseudonym."""
    action: str = ""
    outcome: str = ""
    encounter: str = ""
    """Encounter in the clear or as pseudonym."""
    session: str = ""


@dataclass(frozen=True)
class Record:
    """One entry as read back."""

    index: int
    id: str
    time: str
    action: str
    leaf: str
    context_text: str
    content_text: str | None
    decision_text: str | None
    erased_by: int | None
    leaf_hash: bytes

    @property
    def context(self) -> dict[str, Any]:
        """Who, where, what came of it."""
        return _object(self.context_text)

    @property
    def content(self) -> dict[str, Any] | None:
        """Redacted texts and changes; None once erased."""
        return None if self.content_text is None else _object(self.content_text)

    @property
    def decision(self) -> dict[str, Any] | None:
        """Prompts, model, passages, guards; None once erased."""
        return None if self.decision_text is None else _object(self.decision_text)

    def line(self, proof: Sequence[bytes], kind: str = "entry") -> dict[str, Any]:
        """The entry as a line of an export."""
        return {
            "type": kind,
            "id": self.id,
            "index": self.index,
            "leaf": self.leaf,
            "context": self.context_text,
            "content": self.content_text,
            "decision": self.decision_text,
            "erased_by": self.erased_by,
            "proof": [base64.b64encode(one).decode() for one in proof],
        }


@dataclass(frozen=True)
class Stats:
    """Counts of the entries that match, by several keys."""

    total: int
    by_action: dict[str, int]
    by_outcome: dict[str, int]
    by_unit: dict[str, int]
    by_day: dict[str, int]


def record(row: tuple[Any, ...]) -> Record:
    """A record of a row with ``RECORD_COLUMNS``."""
    index, action, leaf, nodes, erased_by, context, content, decision = row
    hashed = bytes(nodes)[:32]
    at = leaf.rfind('"time":"') + 8
    return Record(
        index=index,
        id=f"{index}-{hashed.hex()[:8]}",
        time=leaf[at : at + 27],
        action=action,
        leaf=leaf,
        context_text=context,
        content_text=content,
        decision_text=decision,
        erased_by=erased_by,
        leaf_hash=hashed,
    )


class Query:
    """Filters as a range of indices and a condition."""

    def __init__(self, store: Store, filters: Filters, actors: Sequence[str], encounters: Sequence[str],
                 sessions: Sequence[str], size: int) -> None:  # fmt: skip
        self.store = store
        self.start = _first_at(store, time_value(filters.since), size) if filters.since else 0
        self.end = _first_at(store, time_value(filters.until), size) if filters.until else size
        self.where = ""
        self.parameters: list[str] = []
        for column, values in (
            ("unit", [filters.unit]),
            ("action", [filters.action]),
            ("outcome", [filters.outcome]),
            ("actor", [*actors, filters.actor]),
            ("encounter", encounters),
            ("session", sessions),
        ):
            wanted = [value for value in values if value]
            if wanted:
                self.where += f" AND {column} IN ({', '.join('?' * len(wanted))})"
                self.parameters += wanted

    def rows(self, columns: Sequence[str], *, newest_first: bool = False) -> Iterator[tuple[Any, ...]]:
        """Matching rows in order, streamed."""
        return self.store.rows(
            columns, self.start, self.end, self.where, self.parameters, newest_first=newest_first
        )

    def count_by(self, expression: str) -> dict[str, int]:
        """Matching entries by an SQL expression of this module."""
        query = (
            f"SELECT {expression}, count(*) FROM entry WHERE idx >= ? AND idx < ?{self.where} "  # noqa: S608
            f"GROUP BY {expression} ORDER BY {expression}"
        )
        with self.store.read() as cursor:
            cursor.execute(self.store.sql(query), (self.start, self.end, *self.parameters))
            return {str(key): int(count) for key, count in cursor.fetchall()}

    def stats(self) -> Stats:
        """Counts by action, outcome, unit and day."""
        by_action = self.count_by("action")
        days = self.count_by("time_us / 86400000000")
        return Stats(
            total=sum(by_action.values()),
            by_action=by_action,
            by_outcome=self.count_by("outcome"),
            by_unit=self.count_by("unit"),
            by_day={time_text(int(day) * 86_400_000_000)[:10]: count for day, count in days.items()},
        )


def index_of(identifier: str) -> tuple[int, str]:
    """Index and the start of the leaf hash of an identifier (``12`` or ``12-9f3a1c2d``)."""
    number, _, start = identifier.strip().partition("-")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise AuditNotFound("El identificador no tiene la forma NÚMERO o NÚMERO-xxxxxxxx.")
    return int(number), start.lower()


def fetch(store: Store, identifier: str) -> Record:
    """The record with that identifier; raises :class:`AuditNotFound`."""
    index, start = index_of(identifier)
    for row in store.rows(RECORD_COLUMNS, index, index + 1):
        found = record(row)
        if not found.leaf_hash.hex().startswith(start):
            raise AuditNotFound("El identificador no corresponde a la entrada de ese número.")
        return found
    raise AuditNotFound("No hay ninguna entrada con ese identificador.")


def utc_now() -> str:
    """Now, as the log writes times."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")[:26] + "Z"


def _first_at(store: Store, time_us: int, size: int) -> int:
    """First index whose time is not before ``time_us`` (times never decrease), in O(log n) reads."""
    low, high = 0, size
    with store.read() as cursor:
        while low < high:
            middle = (low + high) // 2
            cursor.execute(store.sql("SELECT time_us FROM entry WHERE idx = ?"), (middle,))
            row = cursor.fetchone()
            if row is None or row[0] >= time_us:
                high = middle
            else:
                low = middle + 1
    return low


def _object(text: str) -> dict[str, Any]:
    value = json.loads(text)
    return {name: one for name, one in value.items() if name != "salt"}
