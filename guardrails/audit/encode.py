"""From an entry to what is stored: three canonical JSON groups and the leaf that commits to them.

* ``context``: who, where, when, what came of it. Never erased.
* ``content``: redacted texts and what the physician changed. Erasable.
* ``decision``: prompts, model, passages, guards. Erasable.

Each group carries its own random salt (128 bits) and is committed to by SHA-256 of its bytes, so a group can be
withheld or erased without letting anyone try out guesses against the leaf, and checked without any secret.
"""

from __future__ import annotations

import datetime
import secrets
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic_core import PydanticSerializationError

from guardrails.audit.canonical import canonical
from guardrails.audit.entry import AuditEntry
from guardrails.audit.errors import AuditEntryError
from guardrails.audit.keys import Pseudonyms

CONTENT_FIELDS = ("input", "output", "changes", "detail")
DECISION_FIELDS = ("prompts", "model", "decoding", "passages", "guards", "latency_ms")
CONTEXT_FIELDS = ("role", "phase", "request", "outcome", "unit", "note_type", "version")
SEARCHED = ("actor", "unit", "session", "encounter", "outcome")
"""Fields of the context that are repeated as columns."""
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class Encoded(NamedTuple):
    """An entry ready to be given an index and a time; the groups are canonical JSON in UTF-8."""

    action: str
    context: bytes
    content: bytes
    decision: bytes
    columns: tuple[str, ...]
    """Values of ``SEARCHED``."""


def encode(entry: AuditEntry, pseudonyms: Pseudonyms, **system: Any) -> Encoded:
    """Pseudonymise and serialise; ``system`` adds context of the log's own entries (keys, erasure)."""
    values = _values(entry)
    names = {
        "actor": pseudonyms.name("user", entry.user),
        "session": pseudonyms.name("session", entry.session),
        "encounter": pseudonyms.name("encounter", entry.encounter),
    }
    context = {name: values[name] for name in CONTEXT_FIELDS if name in values}
    for name in ("unit", "outcome"):  # these are columns too, and PostgreSQL has no NUL in texts
        if "\x00" in context.get(name, ""):
            context[name] = context[name].replace("\x00", "")
    context |= {name: value for name, value in names.items() if value} | system
    content = {name: values[name] for name in CONTENT_FIELDS if name in values}
    commitments = {
        name: pseudonyms.commitment(text)
        for name, text in (("input", entry.original_input), ("output", entry.original_output))
        if text is not None
    }
    if commitments:
        content["commitments"] = commitments
        context["pseudonym_key"] = pseudonyms.key_id
    elif any(names.values()):
        context["pseudonym_key"] = pseudonyms.key_id
    decision = {name: values[name] for name in DECISION_FIELDS if name in values}
    salts = secrets.token_hex(48)
    groups = []
    for position, group in enumerate((context, content, decision)):
        group["salt"] = salts[32 * position : 32 * position + 32]
        groups.append(canonical(group))
    columns = tuple([context.get(name, "") for name in SEARCHED])
    return Encoded(entry.action.value, groups[0], groups[1], groups[2], columns)


def _values(entry: AuditEntry) -> dict[str, Any]:
    try:
        try:
            return entry.model_dump(exclude_defaults=True, mode="json")
        except (
            PydanticSerializationError,
            UnicodeEncodeError,
        ):  # broken text inside ``output`` or ``detail``
            return entry.model_dump(exclude_defaults=True)
    except (PydanticSerializationError, ValueError, RecursionError):
        raise AuditEntryError("La entrada contiene un valor que no se puede registrar.") from None


def leaf_text(index: int, time_us: int, action: str, context: str, content: str, decision: str) -> str:
    """The leaf: canonical JSON over index, time, action and the three commitments (hex)."""
    return (
        f'{{"action":"{action}","commit":{{"content":"{content}","context":"{context}","decision":"{decision}"}},'
        f'"index":{index},"time":"{time_text(time_us)}","v":1}}'
    )


def make_leaf(index: int, time_us: int, encoded: Encoded) -> str:
    """The leaf of an encoded entry at its place."""
    groups = (encoded.context, encoded.content, encoded.decision)
    return leaf_text(index, time_us, encoded.action, *(sha256(group).hexdigest() for group in groups))


def time_text(time_us: int) -> str:
    """RFC 3339 in UTC with microseconds, of microseconds since 1970."""
    second, micros = divmod(time_us, 1_000_000)
    return f"{_second_text(second)}{micros:06d}Z"


@lru_cache(maxsize=8)
def _second_text(second: int) -> str:
    """``2026-11-22T05:58:42.`` of seconds since 1970; raises OverflowError beyond year 9999."""
    return (_EPOCH + datetime.timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S.").rjust(20, "0")


def time_value(text: str) -> int:
    """Microseconds since 1970 of an ISO date or time (a date or time without zone is UTC); raises ValueError."""
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return (moment - _EPOCH) // datetime.timedelta(microseconds=1)
