"""The façade: the one path from a physician's text to a result, through every guardrail, in one order.

text → redact → screen → log request → segment → assign sections → extract → (write) → ground → check NOM-004
→ log result → restore surrogates → physician.

The pages, the HTTP API, the command line and the evaluation all call this class; nothing goes round it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import copilot
from copilot.composition import compose, restore_note, section_spans
from copilot.domain import Alert, Note, NoteType, Span
from copilot.errors import CopilotError, InputError
from copilot.intake import check_text, looks_spanish
from copilot.rows import note_row
from copilot.settings import Settings, get_settings
from guardrails.audit import Action, AuditEntry, AuditError, Guards, ModelRef, PromptRef, Role, StatementVerdict
from guardrails.redaction import Redaction, RedactionError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from copilot.assistant import Answer, AnswerEvent, PatientContext
    from copilot.assistant.answering import Answerer
    from copilot.assistant.conversation import Conversation
    from copilot.assistant.guidance import Suggestion
    from copilot.sections.assign import Assignment
    from copilot.sections.clauses import StatementPool
    from copilot.sections.examples import ExampleBank
    from copilot.sections.reader import SectionReader
    from copilot.writing import Writing
    from guardrails.audit import AuditLog, Receipt
    from guardrails.grounding import GroundingGuard, Verdict
    from guardrails.redaction import Redactor, Vault


class LogError(CopilotError):
    """The interaction could not be logged, so there is no answer (fail closed)."""


@dataclass(frozen=True)
class Actor:
    """On whose behalf a request is made. Names leave for the log only as keyed pseudonyms."""

    user: str = "local"
    role: Role = Role.PHYSICIAN
    session: str = ""
    encounter: str = ""


@dataclass(frozen=True)
class Structured:
    """A structured note as the physician sees it, and what was done to get it."""

    note: Note
    """Over the physician's own text: personal data restored, offsets into the text as given."""
    entry: str
    """Identifier of the log entry of this result."""
    asked: int
    """Statements about which the language model was asked."""
    statements: int
    redacted: Redaction = field(repr=False)
    vault: Vault = field(repr=False)
    draft: Note = field(repr=False)
    """The same note over the redacted text."""
    writing: Writing | None = field(default=None, repr=False)
    """Writing mode: what the model wrote for each statement and the guard's verdicts (redacted); None: literal mode."""


@contextmanager
def spanish_errors() -> Iterator[None]:
    """Expected failures of the guardrails as errors of the program; messages are theirs, in Spanish."""
    try:
        yield
    except AuditError as error:
        raise LogError(str(error)) from None
    except RedactionError as error:
        raise CopilotError(str(error)) from None


class Copilot:
    """Loads each part on first use; safe under threads."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or get_settings()
        self._loading = threading.RLock()

    # --- parts ----------------------------------------------------------------------------------------------

    @cached_property
    def redactor(self) -> Redactor:
        """De-identification, by the policy of the settings."""
        from guardrails.redaction import Redactor

        with self._loading, spanish_errors():
            return Redactor(policy=self.settings.redaction_policy)

    @cached_property
    def log(self) -> AuditLog:
        """The audit log."""
        from copilot.auditing import open_log

        with self._loading, spanish_errors():
            return open_log(self.settings)

    @cached_property
    def reader(self) -> SectionReader:
        """The section reader."""
        from copilot.sections.reader import load_reader

        with self._loading:
            return load_reader(self.settings)

    @cached_property
    def classifier(self) -> StatementPool:
        """The classifiers of single statements, pooled with the reader."""
        from copilot.embeddings import load_embedder
        from copilot.sections.clauses import load_pool

        with self._loading:
            return load_pool(load_embedder(self.settings))

    @cached_property
    def llm(self) -> BaseChatModel | None:
        """The language model; None where the settings do without. Raises :class:`ModelError`."""
        from copilot.llm import build_llm

        with self._loading:
            return build_llm(self.settings) if self.settings.use_llm else None

    @cached_property
    def bank(self) -> ExampleBank:
        """Labelled clauses as examples for the model."""
        from copilot.sections.examples import ExampleBank

        with self._loading:
            return ExampleBank(self.settings)

    @cached_property
    def grounding(self) -> GroundingGuard:
        """The grounding guard with its trained reader of pairs."""
        from copilot.readers import load_reader
        from guardrails.grounding import GroundingGuard

        with self._loading:
            return GroundingGuard(load_reader(self.settings))

    def warm(self) -> None:
        """Load what the main job needs (called at start, so that the first note is as fast as the next)."""
        _ = (self.redactor, self.log, self.reader)
        self.reader.read("Paciente de prueba.")
        self.redactor.redact("Paciente de prueba.")
        if self.settings.use_llm:
            _ = (self.llm, self.bank)
            # Ready without waiting for it; a first note within these seconds queues behind it.
            threading.Thread(target=self._prepare_model, name="prefijo").start()
        from copilot.auditing import record_configuration

        with spanish_errors():
            record_configuration(self.log, self.settings)

    def _prepare_model(self) -> None:
        from copilot.llm import GgufChat
        from copilot.sections.assign import system_message

        with suppress(CopilotError):  # a note asked meanwhile goes first; the prefix is then evaluated with it
            if isinstance(self.llm, GgufChat):
                self.llm.prepare(system_message())

    def new_vault(self) -> Vault:
        """The surrogates of one encounter, in memory."""
        from guardrails.redaction import Vault

        return Vault()

    def model_ref(self) -> ModelRef:
        """Name and file hash of the language model, as they go to the log."""
        from copilot.models import find_model

        row = find_model(self.settings, self.settings.llm)
        return ModelRef(name=row.name, file_hash=row.sha256)

    def entry(self, action: Action, actor: Actor, **fields: Any) -> AuditEntry:
        """A log entry with who, where and which version filled in."""
        return AuditEntry(
            action=action,
            role=actor.role,
            user=actor.user,
            session=actor.session,
            encounter=actor.encounter,
            unit=self.settings.unit,
            version=copilot.__version__,
            **fields,
        )

    # --- the main job ---------------------------------------------------------------------------------------

    def redact(self, text: str, vault: Vault | None = None) -> Redaction:
        """De-identify one text (the first step of everything)."""
        with spanish_errors():
            return self.redactor.redact(text, vault)

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

    # --- what the physician does with a note ----------------------------------------------------------------

    def log_export(self, structured: Structured, form: str, *, actor: Actor | None = None, outcome: str = "ok") -> str:
        """Log that the note leaves as a file, as a copy or on paper, BEFORE it is handed over; returns the entry's id.

        ``form``: what it leaves as (``texto``, ``markdown``, ``fhir``, ``docx``, ``impresion``, ``portapapeles``…).
        Raises :class:`LogError`: then nothing may be exported.
        """
        note_type = str(structured.draft.note_type)
        return self.log_leaving(structured.entry, note_type, form, actor=actor, outcome=outcome)

    def log_leaving(
        self, of: str, note_type: str, form: str, *, actor: Actor | None = None, outcome: str = "ok", **detail: Any
    ) -> str:
        """As :meth:`log_export`, for any document: ``of`` names the log entry it comes from (structure or sign)."""
        said = {"form": form, "of": of, **detail}
        entry = self.entry(Action.EXPORT, actor or Actor(), outcome=outcome, note_type=note_type, detail=said)
        with spanish_errors():
            return self.log.append(entry).id

    def log_discard(self, structured: Structured, *, actor: Actor | None = None, reason: str = "") -> str:
        """Log that the physician threw the draft away; returns the entry's identifier. Raises :class:`LogError`."""
        said = self.redact(reason, structured.vault).text if reason else ""
        entry = self.entry(
            Action.DISCARD,
            actor or Actor(),
            outcome="discarded",
            note_type=str(structured.draft.note_type),
            input=said,
            detail={"of": structured.entry},
        )
        with spanish_errors():
            return self.log.append(entry).id

    def log_signature(
        self,
        structured: Structured,
        signed: dict[str, list[str]],
        *,
        actor: Actor | None = None,
        note_type: str = "",
        detail: dict[str, Any] | None = None,
    ) -> str:
        """Log that the physician signed, with the statements that differ from those proposed (redacted).

        ``signed``: texts by section key, as the physician sees them; ``note_type``: as signed; ``detail``: hash and
        number of the note, without personal data. Raises :class:`LogError`: then nothing is signed.
        """
        from copilot.auditing import differences

        def flat(texts: Iterable[str]) -> list[str]:
            return [" ".join(text.split()) for text in texts]

        proposed = {str(key): flat(s.text for s in value) for key, value in structured.note.sections.items()}
        final = {key: flat(texts) for key, texts in signed.items()}
        clean = self._clean([*chain(*proposed.values(), *final.values())], structured.vault)
        found = [
            one.model_copy(
                update={"before": clean.get(one.before, ""), "after": clean.get(one.after, one.after)}
            )
            for one in differences(proposed, final)
        ]
        entry = self.entry(
            Action.SIGN,
            actor or Actor(),
            outcome="ok",
            note_type=note_type or str(structured.draft.note_type),
            output={key: [clean[text] for text in texts] for key, texts in final.items()},
            changes=found,
            detail={"of": structured.entry, "changed": len(found), "kinds": dict(Counter(c.op for c in found))}
            | (detail or {}),
        )
        with spanish_errors():
            return self.log.append(entry).id

    def _clean(self, texts: list[str], vault: Vault) -> dict[str, str]:
        """Each text redacted, read as one note: a name alone in a statement is told by what stands around it."""
        whole = self.redact("\n".join(texts), vault)
        found, at = {}, 0
        for text in texts:
            start, end = whole.to_redacted(at, at + len(text))
            found[text] = whole.text[start:end]
            at += len(text) + 1
        return found

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
