"""Search of the log a page at a time. Each search is an entry of the log before its result is seen."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

from copilot.errors import InputError
from copilot.facade import spanish_errors
from guardrails.audit import AuditLog, Filters, Reader, Record
from guardrails.audit.reading import RECORD_COLUMNS, Query, record

PAGE = 25
REQUESTS = '%"phase":"request"%'
PROVISIONAL = "provisional"
PERIODS = {"hoy": "Hoy", "7": "7 días", "30": "30 días", "mes": "Este mes", "todo": "Todo", "fechas": "Entre fechas"}


@dataclass(frozen=True)
class Wanted:
    """What to look for; empty fields do not restrict. Dates are of the site's calendar, both ends included."""

    period: str = "todo"
    since: str = ""
    until: str = ""
    unit: str = ""
    actor: str = ""
    action: str = ""
    model: str = ""
    outcome: str = ""
    everything: bool = False
    """Also the requests (before their result) and the provisional notes."""


@dataclass(frozen=True)
class Page:
    """A page of what was found."""

    records: tuple[Record, ...]
    total: int
    page: int
    """From 0."""
    pages: int
    size: int
    """Entries in the log when the search began; later pages look at the same."""


def _day(text: str, name: str) -> datetime.date:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    raise InputError(f"La fecha «{name}» se escribe DD/MM/AAAA.")


def between(wanted: Wanted, zone: ZoneInfo, today: datetime.date | None = None) -> tuple[str, str]:
    """Start and end (exclusive) as times with zone; empty where open. Raises :class:`InputError`."""
    today = today or datetime.datetime.now(zone).date()
    first = last = None
    if wanted.period == "hoy":
        first = today
    elif wanted.period in ("7", "30"):
        first = today - datetime.timedelta(days=int(wanted.period) - 1)
    elif wanted.period == "mes":
        first = today.replace(day=1)
    elif wanted.period == "fechas":
        first = _day(wanted.since, "Desde") if wanted.since.strip() else None
        last = _day(wanted.until, "Hasta") if wanted.until.strip() else None
        if first and last and last < first:
            raise InputError("La fecha «Hasta» es anterior a «Desde».")

    def midnight(day: datetime.date | None, add: int) -> str:
        if day is None:
            return ""
        moment = datetime.datetime.combine(day, datetime.time.min) + datetime.timedelta(days=add)
        return moment.replace(tzinfo=zone).isoformat()

    return midnight(first, 0), midnight(last, 1)


def filters(wanted: Wanted, zone: ZoneInfo) -> Filters:
    """The part of the search that the audit room knows."""
    since, until = between(wanted, zone)
    return Filters(
        since=since,
        until=until,
        unit=wanted.unit,
        actor=wanted.actor.strip(),
        action=wanted.action,
        outcome=wanted.outcome,
    )


def narrowed(query: Query, wanted: Wanted) -> Query:
    """The rest of the search: model, and without what came before a result."""
    if wanted.model:
        query.where += " AND decision LIKE ?"
        query.parameters.append(f'%"model":{{%"name":"{wanted.model}"%')
    if not wanted.everything:
        query.where += " AND context NOT LIKE ? AND outcome <> ?"
        query.parameters += [REQUESTS, PROVISIONAL]
    return query


def search(log: AuditLog, wanted: Wanted, zone: ZoneInfo, reader: Reader, page: int = 0, size: int = 0) -> Page:
    """Newest first. ``size``: the log as it was at the first page (so that this very reading moves nothing)."""
    given = filters(wanted, zone)
    with spanish_errors():
        query = narrowed(log.query(given), wanted)
        size = size or query.end
        query.end = min(query.end, size)
        log.append(reader.entry("búsqueda", given, model=wanted.model, page=page + 1))
        total = sum(query.count_by("action").values())
        pages = max(1, -(-total // PAGE))
        page = min(max(page, 0), pages - 1)
        rows = islice(query.rows(RECORD_COLUMNS, newest_first=True), page * PAGE, (page + 1) * PAGE)
        return Page(tuple(record(row) for row in rows), total, page, pages, size)


@dataclass(frozen=True)
class Choices:
    """Values that occur in the log."""

    units: list[str]
    actions: list[str]
    outcomes: list[str]


def choices(log: AuditLog) -> Choices:
    """What the filters offer (counts of columns, no content)."""
    with spanish_errors():
        query = log.query(Filters())
        return Choices(
            [one for one in query.count_by("unit") if one],
            list(query.count_by("action")),
            [one for one in query.count_by("outcome") if one],
        )
