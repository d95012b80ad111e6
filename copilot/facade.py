"""The façade: the one path from a physician's text to a result, through every guardrail, in one order.

text → redact → screen → log request → segment → assign sections → extract → (write) → ground → check NOM-004
→ log result → restore surrogates → physician.

The pages, the HTTP API, the command line and the evaluation all call this class; nothing goes round it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from copilot.composition import compose, restore_note, section_spans
from copilot.domain import Alert, Note, NoteType, Span
from copilot.errors import InputError
from copilot.intake import check_text, looks_spanish
from copilot.leaving import Leaving, Structured
from copilot.parts import Actor, LogError, spanish_errors
from copilot.rows import note_row
from guardrails.audit import Action, AuditEntry, Guards, PromptRef, StatementVerdict
from guardrails.redaction import Redaction

__all__ = ["Actor", "Copilot", "LogError", "Structured", "spanish_errors"]

if TYPE_CHECKING:
    from copilot.assistant import Answer, AnswerEvent, PatientContext
    from copilot.assistant.answering import Answerer
    from copilot.assistant.conversation import Conversation
    from copilot.assistant.guidance import Suggestion
    from copilot.sections.assign import Assignment
    from copilot.writing import Writing
    from guardrails.audit import Receipt
    from guardrails.grounding import Verdict
    from guardrails.redaction import Vault


class Copilot(Leaving):
    """Every request goes through here; parts and log entries are inherited, the order is here."""

    # --- the main job ---------------------------------------------------------------------------------------

    def structure(
        self,
        text: str,
        note_type: str | None = None,
        *,
        actor: Actor | None = None,
        vault: Vault | None = None,
        on_progress: Callable[[str, int, int], None] | None = None,
        on_draft: Callable[[Structured], None] | None = None,
        write: bool = False,
        writing_prompt: str = "",
    ) -> Structured:
        """Turn free text into a NOM-004 note. Nothing is shown before it is logged.

        ``write``: the model rewords the statements and the grounding guard lets through what the source supports;
        the rest keeps the physician's words. Raises :class:`InputError` where the model may not write.

        ``on_draft`` gets the note as the reader alone sees it, while the model is still asked about the
        statements that are not clear (logged before it is handed over, like the result).

        Raises :class:`InputError` for text that can't be used, :class:`ModelError` where the model is missing
        or busy beyond its time, :class:`LogError` where the log can't be written.
        """
        who = actor or Actor()
        check_text(text, self.settings.max_chars)
        kind = _note_type(note_type)
        if write:
            self.check_may_write()
        tell = on_progress or (lambda *_: None)
        names = vault if vault is not None else self.new_vault()
        tell("Protegiendo datos personales", 0, 4)
        redaction = self.redact(text, names)
        alerts = self.screen(redaction.text)
        request = self.entry(
            Action.STRUCTURE, who, input=redaction.text, original_input=text, note_type=str(kind or "")
        )
        with spanish_errors(), self.log.interaction(request) as interaction:
            tell("Leyendo la nota", 1, 4)

            def structured(
                assignment: Assignment, entry: Callable[[AuditEntry], Receipt], writing: Writing | None = None
            ) -> Structured:
                draft = self._note(redaction.text, kind, assignment, alerts)
                result = self._result(draft, redaction, assignment)
                if writing is not None:
                    from copilot.writing.records import logged, shown

                    draft = shown(draft, writing)
                    result = logged(result, draft, writing, self.model_ref())
                receipt = entry(result)
                note = restore_note(draft, redaction, text, names.restore)
                count = len(assignment.statements)
                return Structured(note, receipt.id, assignment.asked, count, redaction, names, draft, writing)

            def early(assignment: Assignment) -> None:
                if on_draft is not None:
                    on_draft(
                        structured(
                            assignment,
                            lambda one: interaction.show(one.model_copy(update={"outcome": "provisional"})),
                        )
                    )

            assignment = self._assign(
                redaction.text, kind, lambda done, of: tell("Consultando al modelo", done, of), early
            )
            writing = self._write(assignment, alerts, writing_prompt, tell) if write else None
            tell("Extrayendo datos clínicos", 3, 4)
            result = structured(assignment, interaction.finish, writing)
            tell("Listo", 4, 4)
            return result

    def screen(self, redacted: str) -> list[Alert]:
        """Orders hidden in the text are flagged and quoted, never obeyed."""
        from guardrails.scope import ScopeGuard

        found = [
            Alert("instruccion_incrustada", one.reason, (Span(one.start, one.end),), "grave")
            for one in ScopeGuard().scan(redacted)
        ]
        if not looks_spanish(redacted):
            found.append(Alert("idioma", "El texto no parece estar en español; revise el resultado con cuidado."))
        return found

    def _assign(
        self,
        redacted: str,
        kind: NoteType | None,
        tell: Callable[[int, int], None],
        early: Callable[[Assignment], None],
    ) -> Assignment:
        from copilot.sections.assign import assign_sections

        model = self.llm
        bank = self.bank if model else None
        return assign_sections(redacted, self.reader, self.classifier, model, bank, kind, tell, early)

    def check_may_write(self) -> None:
        """Raises :class:`InputError` where the settings do without a model, or its registry row says it can't write."""
        from copilot.models import find_model

        if not self.settings.use_llm:
            raise InputError("El modo de redacción necesita el modelo de lenguaje (COPILOT_USE_LLM).")
        row = find_model(self.settings, self.settings.llm)
        if row.strategy != "write":
            raise InputError(f"El modelo «{row.name}» sólo puede elegir, no redactar (strategy en el registro).")

    def _write(
        self, assignment: Assignment, alerts: list[Alert], prompt: str, tell: Callable[[str, int, int], None]
    ) -> Writing:
        from copilot.writing.write import Writer

        model = self.llm
        assert model is not None  # check_may_write
        quoted = tuple(span for one in alerts if one.kind == "instruccion_incrustada" for span in one.spans)
        writer = Writer(model, self.grounding, prompt or "redaccion")
        return writer.write(compose(assignment.statements), quoted, lambda done, of: tell("Redactando", done, of))

    def _note(
        self, redacted: str, kind: NoteType | None, assignment: Assignment, alerts: list[Alert]
    ) -> Note:
        from copilot.extraction import extract
        from copilot.extraction.plausibility import alerts as plausibility
        from copilot.nom004 import check
        from copilot.notetype import likely_type, recognise

        spans = section_spans(assignment.statements)
        extraction = extract(redacted, spans)
        note_type = kind or likely_type(recognise(redacted, spans), assignment.note_type)
        return Note(
            note_type=note_type,
            sections=compose(assignment.statements),
            missing=tuple(check(note_type, redacted, spans, extraction)),
            alerts=(*alerts, *plausibility(extraction, redacted, spans)),
            vitals=extraction.vitals,
            laboratory=extraction.laboratory,
            medications=extraction.medications,
            allergies=extraction.allergies,
            diagnoses=extraction.diagnoses,
        )

    def _result(self, draft: Note, redaction: Redaction, assignment: Assignment) -> AuditEntry:
        from copilot.prompting import load_prompt

        prompts = [load_prompt(name) for name in ("seccion", "seccion_caso")] if assignment.asked else []
        row = note_row(draft)
        injections = sum(alert.kind == "instruccion_incrustada" for alert in draft.alerts)
        return AuditEntry(
            action=Action.STRUCTURE,
            outcome="ok",
            note_type=str(draft.note_type),
            output=row,
            prompts=[PromptRef(id=p.id, hash=p.hash, version=p.version) for p in prompts],
            model=self.model_ref() if assignment.asked else None,
            decoding={"temperature": 0, "constrained": True} if assignment.asked else {},
            guards=Guards(
                redaction=_counts(redaction),
                injections=injections,
                missing=[one.element for one in draft.missing],
                alerts=[one.kind for one in draft.alerts],
            ),
            detail={"statements": len(assignment.statements), "asked": assignment.asked},
        )

    # --- questions to the guidelines ------------------------------------------------------------------------

    @cached_property
    def answerer(self) -> Answerer:
        """Answers from the guidelines."""
        from copilot.assistant.answering import Answerer
        from copilot.assistant.selection import selector

        with self._loading:
            return Answerer(self.settings, selector=selector(self.settings, lambda: self.llm))

    def ask(
        self,
        question: str,
        *,
        context: PatientContext | None = None,
        actor: Actor | None = None,
        vault: Vault | None = None,
    ) -> Answer:
        """Answer a question from the guidelines, abstain or refuse. Nothing is shown before it is logged.

        Raises :class:`InputError` for a question that can't be used, :class:`LogError` where the log can't be written.
        """
        from copilot.assistant.asking import answer

        return answer(self, question, context, actor or Actor(), vault)

    def ask_stream(
        self,
        question: str,
        *,
        context: PatientContext | None = None,
        actor: Actor | None = None,
        vault: Vault | None = None,
    ) -> Iterator[AnswerEvent]:
        """As :meth:`ask`, in steps: the first citation, all of them, the text, everything; each logged before it."""
        from copilot.assistant.asking import stream

        yield from stream(self, question, context, actor or Actor(), vault)

    def guidance(self, structured: Structured, *, actor: Actor | None = None) -> tuple[Suggestion, ...]:
        """What the guidelines say on a structured note's diagnoses, drugs and studies; logged, apart from the note."""
        from copilot.assistant.asking import guidance_for

        return guidance_for(self, structured, actor or Actor())

    def chat(self, actor: Actor | None = None, note_type: str | None = None) -> Conversation:
        """A new conversation about one patient; each of its turns is logged."""
        from copilot.assistant.conversation import Conversation

        return Conversation(self, actor or Actor(), note_type)

    def verify(self, source: str, statement: str, *, actor: Actor | None = None) -> Verdict:
        """Is the statement supported by the source? The guard sees redacted text; evidence points into ``source``."""
        check_text(source, self.settings.max_chars)
        check_text(statement, self.settings.max_chars)
        names = self.new_vault()
        given = self.redact(source, names)
        said = self.redact(statement, names)
        original = f"{source}\n\n{statement}"
        request = self.entry(
            Action.VERIFY, actor or Actor(), input=f"{given.text}\n\n{said.text}", original_input=original
        )
        with spanish_errors(), self.log.interaction(request) as interaction:
            try:
                verdict = self.grounding.verify(given.text, said.text)
            finally:
                self.grounding.forget()
            logged = StatementVerdict(
                statement=0,
                supported=verdict.supported,
                score=verdict.score,
                kind=str(verdict.kind),
                severity=str(verdict.severity),
            )
            outcome = "supported" if verdict.supported else "unsupported"
            guards = Guards(redaction=_counts(given), grounding=[logged])
            interaction.finish(AuditEntry(action=Action.VERIFY, outcome=outcome, guards=guards))
        evidence = tuple(given.to_original(start, end) for start, end in verdict.evidence)
        return replace(verdict, evidence=evidence)

    def deidentify(self, text: str, *, actor: Actor | None = None) -> Redaction:
        """De-identify one text as a request of its own, logged like every other."""
        if len(text) > self.settings.max_chars:
            check_text(text, self.settings.max_chars)
        redaction = self.redact(text)
        entry = self.entry(
            Action.REDACT,
            actor or Actor(),
            input=redaction.text,
            original_input=text,
            outcome="ok",
            guards=Guards(redaction=_counts(redaction)),
        )
        with spanish_errors():
            self.log.append(entry)
        return redaction

    def add_example(self, text: str, section: str, actor: Actor | None = None) -> bool:
        """Keep a physician's correction as a labelled example, redacted first; False where it was there."""
        from copilot.sections.examples import add_correction

        redacted = self.redact(text).text
        entry = self.entry(
            Action.EDIT, actor or Actor(), input=redacted, original_input=text, detail={"example_section": section}
        )
        with spanish_errors():
            self.log.append(entry)
        added = add_correction(self.settings, redacted, section)
        if added:
            with self._loading:
                self.__dict__.pop("bank", None)
        return added


def _counts(redaction: Redaction) -> dict[str, int]:
    return dict(Counter(span.type for span in redaction.spans))


def _note_type(given: str | None) -> NoteType | None:
    """The type asked for; raises :class:`InputError` naming those that exist."""
    if not given:
        return None
    try:
        return NoteType(given)
    except ValueError:
        raise InputError(f"«{given}» no es un tipo de nota. Los que hay: {', '.join(NoteType)}.") from None
