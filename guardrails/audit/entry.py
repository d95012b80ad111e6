"""What one entry of the log says: typed, complete enough to replay a decision, without personal data.

Texts are given already redacted. The names that identify (user, session, encounter) and the original texts
are given in the clear and leave this module only as keyed values (HMAC-SHA256): see
:mod:`guardrails.audit.encode`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from guardrails.audit.canonical import without_lone_surrogates

Text = Annotated[str, BeforeValidator(without_lone_surrogates)]
"""Any text, a broken one included: a log must not refuse what the physician really pasted."""


class Action(StrEnum):
    """What was done. The value goes to the leaf."""

    STRUCTURE = "structure"
    ASK = "ask"
    DICTATE = "dictate"
    EDIT = "edit"
    SIGN = "sign"
    EXPORT = "export"
    DISCARD = "discard"
    VERIFY = "verify"
    REDACT = "redact"
    LOGIN = "login"
    LOGIN_FAILED = "login_failed"
    LOGOUT = "logout"
    AUDIT_READ = "audit_read"
    SETTINGS_CHANGE = "settings_change"
    MODEL_CHANGE = "model_change"
    CORPUS_CHANGE = "corpus_change"
    USERS_CHANGE = "users_change"
    EVALUATION = "evaluation"
    LOG_CREATED = "log_created"
    KEY_ROTATION = "key_rotation"
    ERASE = "erase"


class Role(StrEnum):
    """Who acted."""

    PHYSICIAN = "medico"
    COMMISSION = "comision"
    EVALUATOR = "evaluador"
    ADMIN = "administrador"
    SYSTEM = "sistema"


class Phase(StrEnum):
    """A request is logged before the model runs, its result before the user sees it; the rest are events."""

    EVENT = "event"
    REQUEST = "request"
    RESULT = "result"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, ser_json_inf_nan="constants")


class PromptRef(_Part):
    """A prompt template that was used: its id and the SHA-256 (hex) of its text."""

    id: Text
    hash: Text
    version: Text = ""


class ModelRef(_Part):
    """The model that answered: registry name and SHA-256 (hex) of its file."""

    name: Text
    file_hash: Text = ""


class PassageRef(_Part):
    """A retrieved passage with its score, and whether the answer cites it."""

    key: Text
    id: Text = ""
    locator: Text = ""
    score: float | None = None
    cited: bool = False


class StatementVerdict(_Part):
    """The grounding guard's decision on one statement of the result."""

    statement: int
    """Position of the statement in the result, from 0."""
    supported: bool
    score: float | None = None
    kind: Text = ""
    severity: Text = ""


class Guards(_Part):
    """What each guard decided."""

    redaction: dict[Text, int] = Field(default_factory=dict)
    """Redacted spans by type."""
    scope: Text = ""
    scope_reason: Text = ""
    injections: int = 0
    grounding: list[StatementVerdict] = Field(default_factory=list)
    dropped: list[Text] = Field(default_factory=list)
    """Redacted statements that were generated and not shown."""
    missing: list[Text] = Field(default_factory=list)
    """Elements of NOM-004 found missing."""
    alerts: list[Text] = Field(default_factory=list)


class Change(_Part):
    """One statement-level difference between what was proposed and what was signed (redacted)."""

    op: Text
    """``add``, ``remove``, ``replace`` or ``move``."""
    section: Text = ""
    before: Text = ""
    after: Text = ""


class AuditEntry(_Part):
    """One interaction. Unknown fields are refused (:class:`pydantic.ValidationError`)."""

    action: Action
    role: Role = Role.SYSTEM
    phase: Phase = Phase.EVENT
    request: int | None = None
    """Index of the request entry that this result answers."""
    outcome: Text = ""
    """ok, answered, abstained, refused, failed, cancelled…: the verdict that the commission filters by."""
    unit: Text = ""
    note_type: Text = ""
    version: Text = ""
    """Version of the software."""

    user: Text = Field(default="", repr=False)
    """Name of the user; only its keyed pseudonym is stored. So for ``session`` and ``encounter``."""
    session: Text = Field(default="", repr=False)
    encounter: Text = Field(default="", repr=False)

    input: Text = Field(default="", repr=False)
    """Redacted input."""
    output: Any = Field(default=None, repr=False)
    """Redacted output: text or any JSON value."""
    original_input: Text | None = Field(default=None, repr=False)
    """Text before redaction; only a keyed commitment (HMAC) to it is stored. So for ``original_output``."""
    original_output: Text | None = Field(default=None, repr=False)
    changes: list[Change] = Field(default_factory=list, repr=False)
    detail: dict[str, Any] = Field(default_factory=dict, repr=False)
    """What an action needs beyond the fields above: settings changed, data set evaluated, filter read by."""

    prompts: list[PromptRef] = Field(default_factory=list)
    model: ModelRef | None = None
    decoding: dict[str, Any] = Field(default_factory=dict)
    passages: list[PassageRef] = Field(default_factory=list)
    guards: Guards | None = None
    latency_ms: float | None = None
