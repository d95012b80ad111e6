"""Receipts, and the pair of a request and its result."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from guardrails.audit.entry import AuditEntry, Phase, Role
from guardrails.audit.errors import AuditError, AuditUnavailable

_IDENTITY = ("user", "session", "encounter", "unit", "note_type", "version")


@dataclass(frozen=True)
class Receipt:
    """Proof that an entry is durable."""

    index: int
    time_us: int
    """Microseconds since 1970 (UTC)."""
    leaf_hash: bytes

    @property
    def id(self) -> str:
        """Identifier of the interaction for people: ``INDEX-xxxxxxxx`` (start of the leaf hash)."""
        return f"{self.index}-{self.leaf_hash.hex()[:8]}"

    @property
    def time(self) -> datetime.datetime:
        """Time of the entry, UTC."""
        second, micros = divmod(self.time_us, 1_000_000)
        return datetime.datetime.fromtimestamp(second, datetime.UTC).replace(microsecond=micros)


Append = Callable[[AuditEntry], Receipt]


class Interaction:
    """A request that is in the log and waits for its result."""

    def __init__(self, append: Append, request: AuditEntry) -> None:
        self._append = append
        self._request = request.model_copy(update={"phase": Phase.REQUEST})
        self.receipt = append(self._request)
        self.result: Receipt | None = None
        self._started = time.monotonic()

    def show(self, provisional: AuditEntry) -> Receipt:
        """Make durable what is shown before the result is there; the interaction stays open."""
        return self._answer(provisional)

    def finish(self, result: AuditEntry) -> Receipt:
        """Make the result durable; only then may it be shown. Who, where and the request are filled in."""
        self.result = self._answer(result)
        return self.result

    def _answer(self, result: AuditEntry) -> Receipt:
        kept = {name: getattr(self._request, name) for name in _IDENTITY if not getattr(result, name)}
        if result.latency_ms is None:
            kept["latency_ms"] = round((time.monotonic() - self._started) * 1000, 1)
        if result.role is Role.SYSTEM:
            kept["role"] = self._request.role
        kept |= {"phase": Phase.RESULT, "request": self.receipt.index}
        return self._append(result.model_copy(update=kept))


@contextmanager
def interaction(append: Append, request: AuditEntry) -> Iterator[Interaction]:
    """See :meth:`guardrails.audit.AuditLog.interaction`."""
    one = Interaction(append, request)
    try:
        yield one
    except BaseException as error:
        if one.result is None:
            with suppress(AuditError):
                kind = {"error": type(error).__name__}
                one.finish(AuditEntry(action=request.action, outcome="failed", detail=kind))
        raise
    if one.result is None:
        raise AuditUnavailable("El resultado no quedó registrado en la bitácora; no se entrega.")
