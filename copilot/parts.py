"""What the façade works with: each part is loaded on first use, once, safe under threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import copilot
from copilot.errors import CopilotError, ModelError
from copilot.settings import Settings, get_settings
from guardrails.audit import Action, AuditEntry, AuditError, ModelRef, Role
from guardrails.redaction import RedactionError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from llama_cpp import Llama

    from copilot.sections.clauses import StatementPool
    from copilot.sections.examples import ExampleBank
    from copilot.sections.reader import SectionReader
    from guardrails.audit import AuditLog
    from guardrails.grounding import GroundingGuard
    from guardrails.redaction import Redaction, Redactor, Vault


class LogError(CopilotError):
    """The interaction could not be logged, so there is no answer (fail closed)."""


@dataclass(frozen=True)
class Actor:
    """On whose behalf a request is made. Names leave for the log only as keyed pseudonyms."""

    user: str = "local"
    role: Role = Role.PHYSICIAN
    session: str = ""
    encounter: str = ""


@contextmanager
def spanish_errors() -> Iterator[None]:
    """Expected failures of the guardrails as errors of the program; messages are theirs, in Spanish."""
    try:
        yield
    except AuditError as error:
        raise LogError(str(error)) from None
    except RedactionError as error:
        raise CopilotError(str(error)) from None


class Parts:
    """Redactor, log, readers, model: whatever a request needs."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or get_settings()
        self._loading = threading.RLock()

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
        """The grounding guard with the reader of the settings, or the one of pairs where its model isn't installed."""
        from copilot.deep_reader import load_deep_reader
        from copilot.readers import load_reader
        from guardrails.grounding import GroundingGuard

        # Before the lock: a model that is being loaded elsewhere waits for that lock itself.
        weights = self._loaded_weights()
        with self._loading:
            return GroundingGuard(load_deep_reader(self.settings, weights) or load_reader(self.settings))

    def _loaded_weights(self) -> Llama | None:
        """The default language model's weights where this process holds them, for the deep reader to share."""
        from copilot.deep_reader import BASE
        from copilot.llm import GgufChat

        if self.settings.grounding_reader != "profundo" or self.settings.llm != BASE:
            return None
        try:
            found = self.llm
        except ModelError:  # the guard has other readers; who needs the language model is told by who asks for it
            return None
        return found.weights if isinstance(found, GgufChat) else None

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

    def redact(self, text: str, vault: Vault | None = None) -> Redaction:
        """De-identify one text (the first step of everything)."""
        with spanish_errors():
            return self.redactor.redact(text, vault)
