"""One request of the page, step by step: the façade runs in a thread and tells how far it is.

Notes are taken one at a time, first come first served (``desk``): on the unit's machine two at once would only
make both slow. Whoever waits sees the place in the queue; whoever leaves gives the place up.
"""

from __future__ import annotations

import contextvars
import logging
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from copilot.errors import CopilotError, InputError
from copilot.facade import Actor, Copilot, Structured
from copilot.intake import check_text
from copilot.llm.turnstile import Turnstile, request_context

_log = logging.getLogger("copilot.web")

_WRITING = 4
"""How many times the model's longest time a note may take that it rewords statement by statement."""
UNEXPECTED = "Ocurrió un error inesperado; no se guardó nada. Intente de nuevo y, si se repite, avise a soporte."


@dataclass(frozen=True)
class Step:
    """How far the work is; ``share`` in 0..1."""

    message: str
    share: float


@dataclass(frozen=True)
class Provisional:
    """The note as the reader sees it, shown while the model is asked about what is not clear."""

    structured: Structured


class Readiness:
    """Whether the parts are loaded; loading goes on in a thread, so that the page opens at once."""

    def __init__(self, pilot: Copilot) -> None:
        self.state = "cargando"
        """``cargando``, ``lista`` or ``falla``."""
        self.message = "Cargando los modelos."
        self.over = threading.Event()
        threading.Thread(target=self._load, args=(pilot,), daemon=True).start()

    def _load(self, pilot: Copilot) -> None:
        try:
            pilot.warm()
            self.state, self.message = "lista", "Lista."
        except CopilotError as error:
            self.state, self.message = "falla", str(error)
        except Exception as error:
            _log.error("Error al cargar: %s", type(error).__name__)
            self.state, self.message = "falla", UNEXPECTED
        finally:
            self.over.set()


class Desk:
    """Where the requests of pages and HTTP API wait for their turn."""

    def __init__(self, pilot: Copilot, ready: Readiness) -> None:
        self.pilot = pilot
        self.ready = ready
        # Who waits sees their place and may give it up: only a line that does not move is cut off.
        self._turns = Turnstile(pilot.settings.line_wait_s, pilot.settings.llm_queue)

    def structure(
        self, text: str, note_type: str | None, actor: Actor, *, write: bool = False
    ) -> Iterator[Step | Provisional | Structured]:
        """Steps, then the result. Raises :class:`CopilotError`; closing the iterator cancels the work.

        ``write``: see :meth:`Copilot.structure`.
        """
        check_text(text, self.pilot.settings.max_chars)
        limit = self.pilot.settings.web_max_chars
        if len(text) > limit:
            raise InputError(
                f"El texto tiene {len(text):,} caracteres y esta página acepta {limit:,} "
                f"(unas {limit // 2500} hojas). Divídalo en partes."
            )
        waited = 0.0
        while not self.ready.over.wait(0.25):
            # Parts that load in two threads at once get in each other's way.
            waited += 0.25
            yield Step("Cargando los modelos (solo al arrancar)", waited / (waited + 10))
        told: queue.Queue[Step | Provisional | Structured | BaseException] = queue.Queue()

        def position(ahead: int) -> None:
            if ahead:
                people = "una nota" if ahead == 1 else f"{ahead} notas"
                told.put(Step(f"En espera: hay {people} antes que la suya", 0.0))

        def progress(message: str, done: int, of: int) -> None:
            told.put(Step(message, done / max(of, 1)))

        ticket = self._turns.new_ticket(position)

        def work() -> None:
            try:
                with request_context(ticket), self._turns.turn():
                    most = self.pilot.settings.llm_timeout_s * (_WRITING if write else 1)
                    ticket.deadline = time.monotonic() + most
                    told.put(
                        self.pilot.structure(
                            text,
                            note_type or None,
                            actor=actor,
                            on_progress=progress,
                            on_draft=lambda early: told.put(Provisional(early)),
                            write=write,
                        )
                    )
            except BaseException as error:  # handed to the waiting side, whatever it is
                told.put(error)

        threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True).start()
        try:
            while True:
                one = told.get()
                if isinstance(one, CopilotError):
                    raise one
                if isinstance(one, BaseException):
                    # The message of an unexpected error may quote the note: only its type is logged.
                    _log.error("Error inesperado al estructurar: %s", type(one).__name__)
                    raise CopilotError(UNEXPECTED)
                yield one
                if isinstance(one, Structured):
                    return
        finally:
            ticket.cancel()

    def run(self, text: str, note_type: str | None, actor: Actor) -> Structured:
        """The result alone (HTTP API)."""
        for one in self.structure(text, note_type, actor):
            if isinstance(one, Structured):
                return one
        raise CopilotError(UNEXPECTED)
