"""One model, many requests: a fair queue with a visible position, a time limit and cancellation."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from copilot.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(eq=False)
class Ticket:
    """A request's place. ``cancel()`` may be called from any thread."""

    deadline: float
    """Monotonic second after which the request is given up."""
    on_position: Callable[[int], None] | None = None
    """Told how many requests are ahead, whenever that changes."""
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Give the request up: it leaves the queue, or stops generating at the next token."""
        self._cancelled.set()

    def check(self) -> None:
        """Raise :class:`ModelError` where the request was cancelled or its time is over."""
        if self._cancelled.is_set():
            raise ModelError("La solicitud se canceló.")
        if time.monotonic() > self.deadline:
            raise ModelError("El modelo no respondió a tiempo; el equipo está ocupado. Intente de nuevo en un momento.")


_current: ContextVar[Ticket | None] = ContextVar("model_ticket", default=None)


@contextmanager
def request_context(ticket: Ticket) -> Iterator[Ticket]:
    """Let every model call inside use this ticket (its cancellation, deadline and position callback)."""
    token = _current.set(ticket)
    try:
        yield ticket
    finally:
        _current.reset(token)


class Turnstile:
    """First come, first served; at most ``capacity`` wait."""

    def __init__(self, timeout_s: float, capacity: int) -> None:
        self.timeout_s = timeout_s
        self.capacity = capacity
        self._changed = threading.Condition()
        self._waiting: deque[Ticket] = deque()

    def new_ticket(self, on_position: Callable[[int], None] | None = None) -> Ticket:
        """A ticket whose time starts now."""
        return Ticket(time.monotonic() + self.timeout_s, on_position)

    def __len__(self) -> int:
        """Requests waiting or being served."""
        return len(self._waiting)

    @contextmanager
    def turn(self) -> Iterator[Ticket]:
        """Wait for the model; leaves the queue in every case. Raises :class:`ModelError`."""
        given = _current.get()
        # A request may call the model several times: each call takes its own place in the queue,
        # so that one long note does not starve the others.
        place = Ticket(given.deadline if given else time.monotonic() + self.timeout_s)
        owner = given or place
        with self._changed:
            if len(self._waiting) > self.capacity:
                raise ModelError("Hay demasiadas solicitudes en espera. Intente de nuevo en un momento.")
            self._waiting.append(place)
        told = -1
        try:
            with self._changed:
                while self._waiting[0] is not place:
                    owner.check()
                    ahead = self._waiting.index(place)
                    if owner.on_position and ahead != told:
                        told = ahead
                        owner.on_position(ahead)
                    self._changed.wait(0.2)
            owner.check()
            if owner.on_position and told != 0:
                owner.on_position(0)
            yield owner
        finally:
            with self._changed:
                self._waiting.remove(place)
                self._changed.notify_all()
