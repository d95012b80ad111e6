"""The audit log: every interaction, provably complete, readable by the commission.

``AuditLog.open(url, keys_dir, origin)`` then ``append(AuditEntry(...)) -> Receipt``; no log, no answer:
:class:`AuditUnavailable` means that no result may be shown.
"""

from guardrails.audit.entry import (
    Action,
    AuditEntry,
    Change,
    Guards,
    ModelRef,
    PassageRef,
    Phase,
    PromptRef,
    Role,
    StatementVerdict,
)
from guardrails.audit.errors import (
    AuditAltered,
    AuditEntryError,
    AuditError,
    AuditKeyError,
    AuditNotFound,
    AuditUnavailable,
)
from guardrails.audit.interaction import Interaction, Receipt
from guardrails.audit.log import AuditLog
from guardrails.audit.reading import Filters, Reader, Record, Stats

__all__ = [
    "Action",
    "AuditAltered",
    "AuditEntry",
    "AuditEntryError",
    "AuditError",
    "AuditKeyError",
    "AuditLog",
    "AuditNotFound",
    "AuditUnavailable",
    "Change",
    "Filters",
    "Guards",
    "Interaction",
    "ModelRef",
    "PassageRef",
    "Phase",
    "PromptRef",
    "Reader",
    "Receipt",
    "Record",
    "Role",
    "StatementVerdict",
    "Stats",
]
