"""The conversation beside a draft: its amendments come back as statements of the draft, not as another note."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from copilot.assistant.conversation import Conversation, TurnResult
from copilot.assistant.cues import cue
from copilot.assistant.patient import patient_context
from copilot.assistant.turns import TurnKind
from copilot.assistant.types import AnswerEvent, Status
from copilot.domain import Note, Section
from copilot.facade import Actor, Copilot, spanish_errors
from copilot.notes.errors import NoteConflict
from copilot.notes.proposal import flat
from copilot.notes.review import literal
from copilot.notes.shelf import Draft
from copilot.notes.work import NoteWork
from copilot.notes.working import EditedStatement, Working
from guardrails.audit import Action

_KEPT = 64
_PLACE_OF_TEXT = (
    "Eso parece texto para la nota. Escríbalo a la izquierda y oprima «Estructurar», o pida aquí un cambio: "
    "«agrega…», «quita…», «pasa… a…»."
)
UNDO = "deshacer"
"""Kind of a turn that the page carries out with its own undo."""


class PageTalk(Conversation):
    """A conversation whose note is the page's draft. Not shared between threads: see :attr:`lock`."""

    def __init__(self, pilot: Copilot, actor: Actor) -> None:
        super().__init__(pilot, actor)
        self.lock = threading.Lock()
        self.rev = 0
        self.order: dict[int, str] = {}
        """Key of each statement of the note, by identity of the object."""
        self.entries: set[str] = set()
        """Answers that may be rated."""
        self.tell: Callable[[AnswerEvent], None] = lambda _: None

    def about(self, work: NoteWork, draft: Draft) -> None:
        """Take the draft as it stands now; a proposed change to an older state is dropped."""
        if self.note is not None and self.rev == draft.rev:
            return
        note, revised = work.reviewed(draft, self.actor)
        structured = work.structured(draft)
        self.structured, self.vault = structured, structured.vault
        self.note, self.source, self.pending, self.before = literal(note, revised.text), revised.text, None, None
        self.order = _keys(self.note, draft.working)
        topic = self.context.topic
        self.context = replace(patient_context(structured.redacted.text, self.note), topic=topic)
        self.rev = draft.rev

    def turn(self, message: str) -> TurnResult:
        """As in the terminal, but a change is undone by the page itself."""
        if self.note is not None and cue("undo", led=True).search(message):
            redacted = self.pilot.redact(message, self.vault).text
            entry = self._log(message, redacted, TurnKind.AMENDMENT, "undone")
            return TurnResult(TurnKind.CONFIRM, "Se deshizo el último cambio.", options=(UNDO,), entry=entry)
        return super().turn(message)

    def _structure(self, message: str, redacted: str) -> TurnResult:
        entry = self._log(message, redacted, TurnKind.UNCLEAR, "asked_back", _PLACE_OF_TEXT)
        return TurnResult(TurnKind.UNCLEAR, _PLACE_OF_TEXT, note=self.note, entry=entry)

    def _ask_guideline(self, message: str, redacted: str) -> TurnResult:
        answer = None
        for event in self.pilot.ask_stream(message, context=self.context, actor=self.actor, vault=self.vault):
            self.tell(event)
            answer = event.answer or answer
        assert answer is not None
        if answer.status is not Status.REFUSED:
            self.context = replace(self.context, topic=redacted)
        self.entries.add(answer.entry)
        return TurnResult(TurnKind.GUIDELINE, answer.answer, note=self.note, answer=answer, entry=answer.entry)

    def statements(self) -> list[dict[str, str]]:
        """The draft's statements with the proposed change made. Raises :class:`NoteConflict` where none waits."""
        if self.pending is None or self.note is None:
            raise NoteConflict("No hay ningún cambio por aplicar; pídalo de nuevo.")
        return [one.model_dump(mode="json") for one in amended(self.note, self.pending.note, self.order)]


def _keys(note: Note, working: Working) -> dict[int, str]:
    """Statement objects by identity → key of the page, in the order :func:`sections_of` keeps."""
    found: dict[int, str] = {}
    for section, statements in note.sections.items():
        keys = [one.id for one in working.statements if one.section is section and one.text.strip()]
        found.update((id(one), key) for one, key in zip(statements, keys, strict=True))
    return found


def amended(before: Note, after: Note, order: dict[int, str]) -> list[EditedStatement]:
    """The statements of ``after``: unchanged ones keep their key, one that took another's place takes its key too,
    the rest are new."""
    kept = {id(one) for value in after.sections.values() for one in value}
    free: dict[Section, list[str]] = {
        section: [order[id(one)] for one in value if id(one) not in kept] for section, value in before.sections.items()
    }
    used = {int(key[1:]) for key in order.values() if key.startswith("n")}
    rows = []
    for section, value in after.sections.items():
        for one in value:
            key = order.get(id(one)) or _replaced(free.get(section, []))
            if not key:
                number = max(used, default=-1) + 1
                used.add(number)
                key = f"n{number}"
            rows.append(EditedStatement(id=key, section=section, text=flat(one.text)))
    return rows


def _replaced(free: list[str]) -> str:
    return free.pop(0) if free else ""


class Talks:
    """Conversations in memory, by person and draft; the oldest are forgotten."""

    def __init__(self, work: NoteWork) -> None:
        self.work = work
        self._talks: OrderedDict[tuple[int, str], PageTalk] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, account: int, name: str, actor: Actor) -> PageTalk:
        """The conversation of a draft ("" for none yet)."""
        with self._lock:
            talk = self._talks.get((account, name))
            if talk is None:
                talk = self._talks[account, name] = PageTalk(self.work.pilot, actor)
            self._talks.move_to_end((account, name))
            while len(self._talks) > _KEPT:
                self._talks.popitem(last=False)
            return talk

    def rate(self, account: int, entry: str, useful: bool, comment: str, actor: Actor) -> None:
        """Log what the physician thinks of an answer. Raises :class:`NoteConflict` for an answer not given to them."""
        with self._lock:
            mine = [talk for (owner, _), talk in self._talks.items() if owner == account and entry in talk.entries]
        if not mine:
            raise NoteConflict("Esa respuesta ya no está en esta conversación; vuelva a preguntar.")
        pilot = self.work.pilot
        said = pilot.redact(comment[:2000], mine[0].vault).text if comment.strip() else ""
        row = pilot.entry(
            Action.EDIT,
            actor,
            outcome="rated",
            input=said,
            detail={"of": entry, "rating": "util" if useful else "no_util"},
        )
        with spanish_errors():
            pilot.log.append(row)


