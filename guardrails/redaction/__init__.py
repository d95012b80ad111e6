# ruff: noqa: E501 - patterns and word lists stay on one line
"""De-identification of Spanish clinical text with Mexican identifiers: find, replace by surrogates, restore.

``Redactor(policy).redact(text, vault)`` → :class:`Redaction`; :class:`Vault` undoes it in memory. See
``docs/datos_personales.md`` for what counts as personal data and the measured figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guardrails.redaction.errors import ModelMissing, RedactionError, TextTooLong
from guardrails.redaction.types import TYPES, Finding, PersonalDataSpan, Redaction

if TYPE_CHECKING:
    from guardrails.redaction.redactor import Redactor
    from guardrails.redaction.vault import Vault

__all__ = [
    "TYPES", "Finding", "ModelMissing", "PersonalDataSpan", "Redaction", "RedactionError", "Redactor", "TextTooLong", "Vault",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    # Presidio and spaCy take a second to import: only who redacts pays for it.
    if name == "Redactor":
        from guardrails.redaction.redactor import Redactor

        return Redactor
    if name == "Vault":
        from guardrails.redaction.vault import Vault

        return Vault
    raise AttributeError(name)
