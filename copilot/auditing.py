"""The audit log as the settings describe it, and what goes into it beside requests and results.

Exports, signatures, discarded drafts, changes of configuration, corpus changes and evaluation runs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

import copilot
from copilot.settings import Settings
from guardrails.audit import Action, AuditEntry, AuditLog, Change, Role

WATCHED = (
    "unit", "llm", "llm_server_model", "embeddings", "use_llm", "redaction_policy", "max_chars", "web_max_chars",
    "login", "allow_remote", "session_idle_min", "session_hours", "sign_proof_min",
)  # fmt: skip
"""Settings whose change is logged; none holds a secret or a path."""


def audit_url(settings: Settings) -> str:
    """SQLAlchemy address of the log."""
    return settings.audit_url or f"sqlite:///{settings.data_dir / 'audit' / 'log.sqlite'}"


def open_log(settings: Settings) -> AuditLog:
    """Open or create the site's log; raises :class:`guardrails.audit.AuditUnavailable`."""
    settings.ensure_data_dir()
    return AuditLog.open(audit_url(settings), settings.data_dir / "keys", f"imss-copilot/{settings.unit}")


def record_event(settings: Settings, action: Action, outcome: str = "ok", user: str = "", **detail: Any) -> str:
    """Log something done from the command line (corpus change, evaluation run…); returns the entry's identifier.

    ``detail``: JSON values without personal data. Raises :class:`guardrails.audit.AuditUnavailable`.
    """
    with open_log(settings) as log:
        entry = AuditEntry(
            action=action,
            role=Role.EVALUATOR if action is Action.EVALUATION else Role.ADMIN,
            user=user,
            unit=settings.unit,
            version=copilot.__version__,
            outcome=outcome,
            detail=detail,
        )
        return log.append(entry).id


def record_configuration(log: AuditLog, settings: Settings) -> bool:
    """At the start of the service: log what changed in settings, model or version since the last start.

    One entry for the settings and version, one for the language model; False where all is as before.
    """
    from copilot.models import find_model

    model: dict[str, Any] = {"name": "", "sha256": ""}
    if settings.use_llm:
        row = find_model(settings, settings.llm)
        model = {"name": row.name, "sha256": row.sha256}
    values = {name: getattr(settings, name) for name in WATCHED} | {"version": copilot.__version__}
    changed = False
    for action, now in ((Action.SETTINGS_CHANGE, values), (Action.MODEL_CHANGE, model)):
        before = _last(log, action)
        if before == now:
            continue
        changed = True
        names = sorted(name for name in now if before is None or before.get(name) != now[name])
        log.append(
            AuditEntry(
                action=action,
                role=Role.SYSTEM,
                unit=settings.unit,
                version=copilot.__version__,
                outcome="ok",
                detail={"now": now, "before": before or {}, "changed": names},
            )
        )
    return changed


def _last(log: AuditLog, action: Action) -> dict[str, Any] | None:
    """The values that the newest entry of this action recorded; None where there is none (or it was erased)."""
    rows = log.store.rows(("idx", "content"), 0, log.size, "AND action = ?", (action.value,), newest_first=True)
    for _, content in rows:
        if content is not None:
            found: dict[str, Any] | None = json.loads(content).get("detail", {}).get("now")
            if found is not None:  # other changes (the key of the notes) record no values
                return found
    return None


def differences(proposed: Mapping[str, Sequence[str]], signed: Mapping[str, Sequence[str]]) -> list[Change]:
    """Statement by statement, what the physician changed; both by section, texts redacted.

    A statement that left one section and stands unchanged in another is a ``move`` (``after`` names the section).
    """
    found: list[Change] = []
    for section in (*proposed, *(name for name in signed if name not in proposed)):
        before, after = list(proposed.get(section, ())), list(signed.get(section, ()))
        for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if tag == "equal":
                continue
            old, new = before[a:b], after[c:d]
            for place in range(max(len(old), len(new))):
                gone = old[place] if place < len(old) else ""
                come = new[place] if place < len(new) else ""
                op = "replace" if gone and come else "remove" if gone else "add"
                found.append(Change(op=op, section=section, before=gone, after=come))
    return _with_moves(found)


def _with_moves(changes: list[Change]) -> list[Change]:
    added = {one.after: one for one in changes if one.op == "add"}
    moved: dict[str, Change] = {}
    for one in changes:
        target = added.get(one.before)
        if one.op == "remove" and target is not None and target.section != one.section and one.before not in moved:
            moved[one.before] = target
    kept = []
    for one in changes:
        if one.op == "add" and moved.get(one.after) is one:
            continue
        if one.op == "remove" and one.before in moved:
            target = moved[one.before]
            one = Change(op="move", section=one.section, before=one.before, after=target.section)
        kept.append(one)
    return kept
