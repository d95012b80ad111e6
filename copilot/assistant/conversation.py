"""The conversation engine: one for the page, the API and ``copilot chat``.

Each turn is free text to structure, an amendment in words, a question about the note, or a question to the
guidelines. Rules decide the kind; where they leave doubt the model chooses among the kinds under constrained
decoding, and an unclear turn is asked back: nothing is guessed. Every turn is an entry of the log.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from copilot.assistant.amendments import Change, Proposal, UnclearError, propose
from copilot.assistant.answering import is_follow_up
from copilot.assistant.cues import cue
from copilot.assistant.notequestions import answer_from_note
from copilot.assistant.patient import patient_context
from copilot.assistant.turns import Reading, TurnKind, read_turn
from copilot.assistant.types import Answer, PatientContext, Status
from copilot.domain import Note, Section, Span
from copilot.errors import ModelError
from copilot.intake import check_text
from guardrails.audit import Action, AuditEntry, Guards, PromptRef
from guardrails.audit.entry import Change as LoggedChange
from guardrails.scope import Category

if TYPE_CHECKING:
    from copilot.facade import Actor, Copilot, Structured

SURE = 0.7
"""Certainty from which a kind is taken without asking."""
_OPTIONS = {
    "A": TurnKind.NOTE_QUESTION,
    "B": TurnKind.GUIDELINE,
    "C": TurnKind.TEXT,
    "D": TurnKind.AMENDMENT,
    "E": TurnKind.UNCLEAR,
}
ASK_BACK = (
    "No estoy seguro de lo que necesita. ¿Es texto para la nota, un cambio a la nota («agrega…», «quita…»), "
    "una pregunta sobre la nota o una pregunta a las guías?"
)


@dataclass(frozen=True)
class TurnResult:
    """What one turn gave. ``message`` is Spanish and may be shown as it is."""

    kind: TurnKind
    message: str
    structured: Structured | None = None
    """Set where the turn structured free text."""
    note: Note | None = None
    """The note as it stands, or as proposed where ``changes`` wait for a yes."""
    changes: tuple[Change, ...] = ()
    pending: bool = False
    """True: the changes are proposed and not yet made."""
    answer: Answer | None = None
    quotes: tuple[tuple[str, tuple[Span, ...]], ...] = ()
    """Statements of the note that answer, with spans into :attr:`Conversation.source`."""
    options: tuple[str, ...] = ()
    """Readings to choose from, where the turn is asked back."""
    entry: str = ""
    """Identifier of the log entry."""


@dataclass
class Conversation:
    """One physician's conversation about one patient; in memory, not shared between threads."""

    pilot: Copilot
    actor: Actor
    note_type: str | None = None
    note: Note | None = field(default=None, repr=False)
    source: str = field(default="", repr=False)
    """The text that the note's spans refer to: what was structured and the messages that amended it."""
    context: PatientContext = field(default_factory=PatientContext, repr=False)
    pending: Proposal | None = field(default=None, repr=False)
    structured: Structured | None = field(default=None, repr=False)
    before: tuple[Note, str] | None = field(default=None, repr=False)
    """Note and source before the last change made, for «deshaz el último cambio»."""

    def __post_init__(self) -> None:
        self.vault = self.pilot.new_vault()

    # --- turns -----------------------------------------------------------------------------------------------

    def turn(self, message: str) -> TurnResult:
        """Handle one message.

        Raises :class:`InputError` for a message that can't be used, :class:`ModelError`, :class:`LogError`.
        """
        check_text(message, self.pilot.settings.max_chars)
        redacted = self.pilot.redact(message, self.vault).text
        reading = read_turn(message, self.note is not None, self.pending is not None)
        if reading.kind is not TurnKind.TEXT:
            verdict = self.pilot.answerer.scope.check(redacted, follow_up=self.note is not None)
            if verdict.category in (Category.HARMFUL, Category.INJECTION):
                entry = self._log(message, redacted, TurnKind.REFUSED, "refused", verdict.reason, verdict.category)
                return TurnResult(TurnKind.REFUSED, verdict.reason, note=self.note, entry=entry)
        if reading.kind is TurnKind.UNCLEAR and cue("asks").search(message) and self._note_says(message):
            reading = Reading(TurnKind.NOTE_QUESTION, SURE)
        if self.before is not None and cue("undo", led=True).search(message):
            return self._undo(message, redacted)
        if reading.certainty < SURE:
            reading = self._ask_model(message, redacted, reading)
        handler = {
            TurnKind.TEXT: self._structure,
            TurnKind.AMENDMENT: self._amend,
            TurnKind.NOTE_QUESTION: self._ask_note,
            TurnKind.GUIDELINE: self._ask_guideline,
            TurnKind.CONFIRM: self._confirm,
            TurnKind.REJECT: self._reject,
        }.get(reading.kind, self._ask_back)
        return handler(message, redacted)

    def accept(self) -> TurnResult:
        """Make the proposed change (what «sí» does)."""
        return self._confirm("sí", "sí")

    def discard(self) -> TurnResult:
        """Drop the proposed change (what «no» does)."""
        return self._reject("no", "no")

    # --- kinds -----------------------------------------------------------------------------------------------

    def _structure(self, message: str, redacted: str) -> TurnResult:
        result = self.pilot.structure(message, self.note_type, actor=self.actor, vault=self.vault)
        self.structured, self.note, self.source, self.pending = result, result.note, message, None
        self.before = None
        self.context = patient_context(result.redacted.text, result.draft)
        told = f"Nota estructurada: {sum(len(s) for s in result.note.sections.values())} frases"
        missing = len([m for m in result.note.missing if m.mandatory])
        told += f", faltan {missing} elementos de la NOM-004." if missing else "."
        return TurnResult(TurnKind.TEXT, told, result, result.note, entry=result.entry)

    def _amend(self, message: str, redacted: str) -> TurnResult:
        if self.note is None:
            return self._ask_back(message, redacted)
        try:
            proposal = propose(self.note, self.source, message, self._place)
        except UnclearError as unclear:
            entry = self._log(message, redacted, TurnKind.UNCLEAR, "asked_back", str(unclear))
            return TurnResult(TurnKind.UNCLEAR, str(unclear), note=self.note, options=unclear.options, entry=entry)
        self.pending = proposal
        entry = self._log(message, redacted, TurnKind.AMENDMENT, "proposed", changes=proposal.changes)
        shown = "\n".join(change.describe() for change in proposal.changes)
        told = f"Cambio propuesto:\n{shown}\n¿Lo aplico?"
        return TurnResult(
            TurnKind.AMENDMENT, told, note=proposal.note, changes=proposal.changes, pending=True, entry=entry
        )

    def _confirm(self, message: str, redacted: str) -> TurnResult:
        if self.pending is None:
            return self._ask_back(message, redacted)
        changes = self.pending.changes
        entry = self._log(message, redacted, TurnKind.CONFIRM, "ok", changes=changes)
        self.before = (self.note, self.source) if self.note is not None else None
        self.note, self.source, self.pending = self.pending.note, self.pending.source, None
        return TurnResult(TurnKind.CONFIRM, "Cambio aplicado.", note=self.note, changes=changes, entry=entry)

    def _undo(self, message: str, redacted: str) -> TurnResult:
        assert self.before is not None
        entry = self._log(message, redacted, TurnKind.AMENDMENT, "undone")
        (self.note, self.source), self.before, self.pending = self.before, None, None
        return TurnResult(TurnKind.CONFIRM, "Se deshizo el último cambio.", note=self.note, entry=entry)

    def _reject(self, message: str, redacted: str) -> TurnResult:
        changes = self.pending.changes if self.pending else ()
        entry = self._log(message, redacted, TurnKind.REJECT, "discarded", changes=changes)
        self.pending = None
        return TurnResult(TurnKind.REJECT, "La nota queda como estaba.", note=self.note, entry=entry)

    def _ask_note(self, message: str, redacted: str) -> TurnResult:
        if self.note is None:
            return self._ask_back(message, redacted)
        found = answer_from_note(self.note, self.source, message)
        output = self.pilot.redact(found.text, self.vault).text
        entry = self._log(
            message, redacted, TurnKind.NOTE_QUESTION, "answered" if found.quotes else "abstained", output
        )
        return TurnResult(TurnKind.NOTE_QUESTION, found.text, note=self.note, quotes=found.quotes, entry=entry)

    def _ask_guideline(self, message: str, redacted: str) -> TurnResult:
        answer = self.pilot.ask(message, context=self.context, actor=self.actor, vault=self.vault)
        if answer.status is not Status.REFUSED and not is_follow_up(redacted):
            self.context = replace(self.context, topic=redacted)
        return TurnResult(TurnKind.GUIDELINE, answer.answer, note=self.note, answer=answer, entry=answer.entry)

    def _ask_back(self, message: str, redacted: str) -> TurnResult:
        told = ASK_BACK if self.note is not None else (
            "Aún no hay nota. Pegue o dicte el texto de la consulta, o haga una pregunta a las guías."
        )  # fmt: skip
        entry = self._log(message, redacted, TurnKind.UNCLEAR, "asked_back", told)
        return TurnResult(TurnKind.UNCLEAR, told, note=self.note, entry=entry)

    # --- help ------------------------------------------------------------------------------------------------

    def _note_says(self, message: str) -> bool:
        """Whether the note itself holds an answer, so that the question is about it."""
        return self.note is not None and bool(answer_from_note(self.note, self.source, message).quotes)

    def _place(self, words: str) -> Section:
        """Section of new words, by the section reader."""
        redacted = self.pilot.redact(words, self.vault).text
        readings = self.pilot.reader.read(redacted).statements
        return readings[0].section if readings else Section.OTRO

    def _ask_model(self, message: str, redacted: str, reading: Reading) -> Reading:
        """The model chooses the kind of turn under constrained decoding; a weak choice leaves it unclear."""
        from langchain_core.messages import HumanMessage, SystemMessage

        from copilot.facade import spanish_errors
        from copilot.llm import choose
        from copilot.prompting import load_prompt

        model = self.pilot.llm if self.pilot.settings.use_llm else None
        if model is None:
            return reading if reading.certainty >= 0.6 else Reading(TurnKind.UNCLEAR, 1.0)
        prompt, case = load_prompt("turno"), load_prompt("turno_caso")
        request = self.pilot.entry(Action.ASK, self.actor, input=redacted, original_input=message)
        with spanish_errors(), self.pilot.log.interaction(request) as interaction:
            try:
                has_note = "sí" if self.note is not None else "no"
                filled = case.fill(message=redacted[:1500], has_note=has_note)
                odds = choose(model, [SystemMessage(prompt.text), HumanMessage(filled)], list(_OPTIONS))
            except ModelError:
                odds = {}
            letter = max(odds, key=lambda one: odds[one]) if odds else "E"
            kind = _OPTIONS[letter] if odds.get(letter, 0.0) >= 0.6 else TurnKind.UNCLEAR
            if kind in (TurnKind.NOTE_QUESTION, TurnKind.AMENDMENT) and self.note is None:
                kind = TurnKind.UNCLEAR
            interaction.finish(
                AuditEntry(
                    action=Action.ASK,
                    outcome="ok",
                    output={"turn": str(kind)},
                    prompts=[PromptRef(id=p.id, hash=p.hash, version=p.version) for p in (prompt, case)],
                    model=self.pilot.model_ref(),
                    decoding={"temperature": 0, "constrained": True},
                    detail={"odds": {k: round(v, 3) for k, v in odds.items()}},
                )
            )
        return Reading(kind, 1.0)

    def _log(
        self,
        message: str,
        redacted: str,
        kind: TurnKind,
        outcome: str,
        output: str = "",
        scope: str = "",
        changes: tuple[Change, ...] = (),
    ) -> str:
        """One durable entry for the turn, before anything is shown; returns its identifier."""
        from copilot.facade import spanish_errors

        def clean(text: str) -> str:
            return self.pilot.redact(text, self.vault).text if text else ""

        rows = [
            LoggedChange(
                op=c.op, section=str(c.section), before=clean(c.before), after=clean(c.after or str(c.to or ""))
            )
            for c in changes
        ]
        action = Action.EDIT if changes else Action.ASK
        entry = self.pilot.entry(
            action,
            self.actor,
            input=redacted,
            original_input=message,
            output=output or None,
            outcome=outcome,
            changes=rows,
            guards=Guards(scope=scope, scope_reason=output if scope else ""),
            detail={"turn": str(kind)},
        )
        with spanish_errors():
            return self.pilot.log.append(entry).id
