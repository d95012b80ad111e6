"""What writing mode changes in the note that is shown, and what of it goes to the audit log."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from copilot.domain import Alert, Note
from copilot.prompting import load_prompt
from copilot.rows import note_row
from copilot.writing.types import FAILED, Writing
from copilot.writing.write import composed
from guardrails.audit import AuditEntry, ModelRef, PromptRef, StatementVerdict


def shown(draft: Note, writing: Writing) -> Note:
    """The literal draft with the statements that may be shown in the model's words, and an alert on the others."""
    held = [one for one in writing.rewordings if one.reason in FAILED]
    alerts = list(draft.alerts)
    if held:
        count = "un enunciado conserva" if len(held) == 1 else f"{len(held)} enunciados conservan"
        message = f"Redacción: {count} sus palabras, porque lo que escribió el modelo no se sostuvo."
        alerts.append(Alert("redaccion", message, tuple(span for one in held for span in one.source.spans)))
    return replace(draft, sections=composed(writing), alerts=tuple(alerts))


def logged(result: AuditEntry, draft: Note, writing: Writing, model: ModelRef) -> AuditEntry:
    """The log's entry with the shown note, the guard's verdicts, what was dropped, and the prompts of writing."""
    prompts = [load_prompt(name) for name in (writing.prompt or "redaccion", "redaccion_caso")]
    verdicts = [
        StatementVerdict(statement=at, supported=v.supported, score=v.score, kind=v.kind, severity=v.severity)
        for at, one in enumerate(writing.rewordings)
        for v in one.sentences
    ]
    dropped = [one.raw for one in writing.rewordings if one.raw and one.reason in FAILED]
    guards = result.guards
    if guards is not None:
        kinds = [one.kind for one in draft.alerts]
        guards = guards.model_copy(update={"grounding": verdicts, "dropped": dropped, "alerts": kinds})
    why = Counter(str(one.reason) for one in writing.rewordings if one.reason in FAILED)
    detail = {"written": writing.written, "kept_literal": writing.kept, "kept_because": dict(why)}
    return result.model_copy(
        update={
            "output": note_row(draft),
            "prompts": [*result.prompts, *(PromptRef(id=p.id, hash=p.hash, version=p.version) for p in prompts)],
            "model": model,
            "decoding": {"temperature": 0, "constrained": True},
            "guards": guards,
            "detail": {**result.detail, **detail},
        }
    )
