"""One dictation from recording to proposal: queue, log, hearing, writing, marks. Shared by API, page and command line.

The log gets the redacted text and the length; neither audio nor its hash. What is shown while it goes on is logged
before it is shown, like everything else.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copilot.dictation.audio import RATE, read
from copilot.dictation.ear import Ear
from copilot.dictation.normalise import mark_drugs, write
from copilot.dictation.shapes import Heard, Piece, Word, joined
from copilot.dictation.spelling import spell
from copilot.errors import CopilotError, InputError
from copilot.facade import Actor, Copilot, spanish_errors
from copilot.llm.turnstile import Turnstile
from guardrails.audit import Action, AuditEntry, Guards, ModelRef

if TYPE_CHECKING:
    import numpy as np

UNHEARD = "No se entendió nada. Acérquese al micrófono y repita, o escriba el texto."


@dataclass(frozen=True)
class Wait:
    """How many recordings are before this one."""

    ahead: int


@dataclass(frozen=True)
class Partial:
    """What was heard so far, up to ``until_s`` of ``seconds``."""

    heard: Heard
    until_s: float


def drug_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Intervals of drug names, misheard ones next to a dose included (with the drug that it may be)."""
    from copilot.extraction.lexicon import lexicon

    for one in lexicon().find(text):
        right = lexicon().lookup(" ".join(text[one.start : one.end].split())) is not None
        yield one.start, one.end, "" if right else one.drug.name


def written(words: list[Word]) -> tuple[Piece, ...]:
    """Heard words as written pieces with all marks."""
    return tuple(mark_drugs(write(spell(words)), drug_spans))


class Dictation:
    """The room's door. One recording is heard at a time, first come first served."""

    def __init__(self, pilot: Copilot) -> None:
        self.pilot = pilot
        self.ear = Ear(pilot.settings)
        self._turns = Turnstile(max(pilot.settings.llm_timeout_s, 2 * pilot.settings.dictation_max_s), 32)

    def read(self, data: bytes) -> np.ndarray:
        """The recording's samples. Raises :class:`InputError` in Spanish."""
        return read(data, self.pilot.settings.dictation_max_s)

    def hear(self, samples: np.ndarray, actor: Actor | None = None) -> Iterator[Wait | Partial | Heard]:
        """Steps, then the proposal. Raises :class:`CopilotError`; closing the iterator gives the place up."""
        told: queue.Queue[Wait | Partial | Heard | BaseException] = queue.Queue()
        ticket = self._turns.new_ticket(lambda ahead: told.put(Wait(ahead)))
        gone = threading.Event()

        def work() -> None:
            from copilot.llm.turnstile import request_context

            try:
                with request_context(ticket), self._turns.turn():
                    for one in self._logged(samples, actor or Actor(), gone):
                        told.put(one)
            except BaseException as error:  # handed to the waiting side, whatever it is
                told.put(error)

        threading.Thread(target=work, daemon=True).start()
        try:
            while True:
                one = told.get()
                if isinstance(one, CopilotError):
                    raise one
                if isinstance(one, BaseException):
                    raise CopilotError(f"El dictado falló ({type(one).__name__}). Intente de nuevo.") from None
                yield one
                if isinstance(one, Heard):
                    return
        finally:
            gone.set()
            ticket.cancel()

    def run(self, data: bytes, actor: Actor | None = None) -> Heard:
        """The proposal alone."""
        for one in self.hear(self.read(data), actor):
            if isinstance(one, Heard):
                return one
        raise CopilotError(UNHEARD)

    def _logged(self, samples: np.ndarray, actor: Actor, gone: threading.Event) -> Iterator[Partial | Heard]:
        self.ear.model()  # a missing model is told before anything is logged as begun
        seconds = round(len(samples) / RATE, 2)
        request = self.pilot.entry(Action.DICTATE, actor, detail={"seconds": seconds})
        with spanish_errors(), self.pilot.log.interaction(request) as interaction:
            words: list[Word] = []
            for segment in self.ear.hear(samples):
                if gone.is_set():
                    raise InputError("Se dejó el dictado.")
                words += segment.words
                partial = Heard(written(words), seconds)
                interaction.show(self._entry(partial, "provisional"))
                yield Partial(partial, min(segment.until_s, seconds))
            if not words:
                raise InputError(UNHEARD)
            heard = Heard(written(words), seconds)
            interaction.finish(self._entry(heard, "ok"))
            yield heard

    def _entry(self, heard: Heard, outcome: str) -> AuditEntry:
        from copilot.models import find_model

        text = joined(heard.pieces)
        redaction = self.pilot.redact(text)
        counts: dict[str, int] = {}
        for span in redaction.spans:
            counts[str(span.type)] = counts.get(str(span.type), 0) + 1
        row = find_model(self.pilot.settings, self.pilot.settings.dictation)
        marks = sum(bool(one.marks) for one in heard.pieces)
        return AuditEntry(
            action=Action.DICTATE,
            outcome=outcome,
            output={"text": redaction.text},
            model=ModelRef(name=row.name, file_hash=row.sha256),
            guards=Guards(redaction=counts),
            detail={"seconds": heard.seconds, "marks": marks},
        )


def heard_row(heard: Heard) -> dict[str, object]:
    """The proposal as plain values for JSON."""
    return {
        "text": heard.text,
        "seconds": heard.seconds,
        "pieces": [
            {
                "text": one.text,
                "sure": round(one.sure, 3),
                "marks": [str(mark) for mark in one.marks],
                "hint": one.hint,
                "glued": one.glued,
            }
            for one in heard.pieces
        ],
    }
