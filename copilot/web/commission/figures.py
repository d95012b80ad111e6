"""Counts of a period, in one pass over the log: use, flags, refusals, redactions, edits before signing, latency."""

from __future__ import annotations

import datetime
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from copilot.facade import spanish_errors
from guardrails.audit import AuditLog, Filters, Reader

_COLUMNS = ("idx", "time_us", "action", "actor", "outcome", "context", "decision")
_SHOWN = 20
_WORK = ("structure", "ask", "verify")


@dataclass
class Figures:
    """What came of the entries of a period. Days are those of the site's calendar."""

    days: list[datetime.date] = field(default_factory=list)
    entries: int = 0
    use: dict[str, Counter[datetime.date]] = field(default_factory=lambda: defaultdict(Counter))
    """Results by action and day."""
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Results by action and outcome."""
    declined: dict[str, Counter[datetime.date]] = field(default_factory=lambda: defaultdict(Counter))
    """Refusals, abstentions and failures by day."""
    alerts: Counter[str] = field(default_factory=Counter)
    redactions: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    injections: int = 0
    unsupported: int = 0
    dropped: int = 0
    edits: list[int] = field(default_factory=list)
    """Changed statements of each signed note."""
    latency: dict[str, dict[datetime.date, list[float]]] = field(default_factory=lambda: defaultdict(dict))
    """Seconds of each result, by action and day."""
    people: set[str] = field(default_factory=set, repr=False)
    """Pseudonyms that worked with the co-pilot."""
    unanswered: list[int] = field(default_factory=list)
    """Requests without a result: the program was ended, or the log could not be written."""
    unanswered_count: int = 0
    signed_in: int = 0
    sign_in_failed: int = 0
    reads: int = 0

    def times(self, action: str) -> list[float]:
        """All latencies of an action, sorted."""
        return sorted(value for day in self.latency.get(action, {}).values() for value in day)


def percentile(values: list[float], share: float) -> float:
    """Nearest rank of sorted values; 0 where there are none."""
    return values[min(len(values) - 1, int(share * len(values)))] if values else 0.0


def gather(
    log: AuditLog,
    period: tuple[str, str],
    zone: ZoneInfo,
    reader: Reader,
    unit: str = "",
    progress: Callable[[float], None] | None = None,
) -> Figures:
    """Read a period (times with zone, empty: open). The read is logged first."""
    found = Figures()
    given = Filters(since=period[0], until=period[1], unit=unit)
    asked: set[int] = set()
    with spanish_errors():
        query = log.query(given)
        log.append(reader.entry("cifras", given))
        span = max(1, query.end - query.start)
        for idx, time_us, action, actor, outcome, context, decision in query.rows(_COLUMNS):
            found.entries += 1
            if progress is not None and found.entries % 500 == 0:
                progress(min(1.0, found.entries / span))
            day = datetime.datetime.fromtimestamp(time_us / 1e6, zone).date()
            _add(found, asked, idx, day, action, actor, outcome, context, decision)
        where = " AND action = ?"
        query.where += where
        query.parameters.append("sign")
        for _, content in query.rows(("idx", "content")):
            if content is not None:
                found.edits.append(len(json.loads(content).get("changes", [])))
    found.unanswered_count = len(asked)
    found.unanswered = sorted(asked, reverse=True)[:_SHOWN]
    found.days = _days(found, period, zone)
    return found


def _add(found: Figures, asked: set[int], idx: int, day: datetime.date, action: str, actor: str, outcome: str,
         context: str, decision: str | None) -> None:  # fmt: skip
    if action == "login":
        found.signed_in += 1
    elif action == "login_failed":
        found.sign_in_failed += 1
    elif action == "audit_read":
        found.reads += 1
    if outcome == "provisional":
        return
    about = json.loads(context)
    phase = about.get("phase", "event")
    if phase == "request":
        asked.add(idx)
        return
    if phase == "result":
        asked.discard(about.get("request"))
    if action not in (*_WORK, "sign", "export", "redact"):
        return
    found.people.add(actor)
    found.use[action][day] += 1
    found.outcomes[action, outcome] += 1
    if outcome in ("refused", "abstained", "failed"):
        found.declined[outcome][day] += 1
    if decision is None:
        return
    decided = json.loads(decision)
    guards = decided.get("guards", {})
    found.alerts.update(guards.get("alerts", []))
    found.redactions.update(guards.get("redaction", {}))
    found.missing.update(guards.get("missing", []))
    found.injections += guards.get("injections", 0)
    found.unsupported += sum(not one.get("supported", True) for one in guards.get("grounding", []))
    found.dropped += len(guards.get("dropped", []))
    if decided.get("latency_ms") is not None and outcome != "failed":
        found.latency[action].setdefault(day, []).append(decided["latency_ms"] / 1000)


def _days(found: Figures, period: tuple[str, str], zone: ZoneInfo) -> list[datetime.date]:
    """Every day of the period, those without use included (at most three years)."""
    seen = {day for counts in found.use.values() for day in counts}
    first = datetime.datetime.fromisoformat(period[0]).date() if period[0] else min(seen, default=None)
    last = datetime.datetime.now(zone).date()
    if period[1]:
        last = min(last, datetime.datetime.fromisoformat(period[1]).date() - datetime.timedelta(days=1))
    if first is None or first > last:
        return sorted(seen)
    count = min((last - first).days + 1, 1100)
    return [last - datetime.timedelta(days=count - 1 - n) for n in range(count)]
