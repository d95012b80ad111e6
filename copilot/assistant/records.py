"""What the log says of a question and its answer (redacted texts alone)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from copilot.assistant.types import Answer, Citation
from guardrails.audit import Action, AuditEntry, Guards, PassageRef

if TYPE_CHECKING:
    from copilot.assistant.guidance import Suggestion
    from guardrails.redaction import Redaction


def counts(redaction: Redaction | None) -> dict[str, int]:
    """Redacted spans by type."""
    found: dict[str, int] = {}
    for span in redaction.spans if redaction else ():
        found[span.type] = found.get(span.type, 0) + 1
    return found


def answer_entry(answer: Answer, redaction: Redaction | None = None) -> AuditEntry:
    """The result entry of a question."""
    return AuditEntry(
        action=Action.ASK,
        outcome=str(answer.status),
        output=answer.row(),
        passages=[
            *(_reference(one) for one in answer.citations),
            *(PassageRef(key=c.key, id=c.passage, locator=c.locator, score=round(c.score, 4), cited=False)
              for c in answer.considered),
        ],
        guards=Guards(
            redaction=counts(redaction),
            scope=answer.category,
            scope_reason=answer.reason,
            injections=max(answer.injections, int(answer.category == "inyeccion")),
            dropped=list(answer.dropped),
        ),
        detail={"bearing": round(answer.bearing, 4), "mode": answer.mode, **_selection(answer)},
    )


def guidance_entry(found: Sequence[Suggestion], detail: dict[str, str]) -> AuditEntry:
    """The result entry of the guidance for a note."""
    return AuditEntry(
        action=Action.ASK,
        outcome="answered" if any(one.citations for one in found) else "abstained",
        output=[{"about": one.about, "kind": one.kind, "citations": [c.row() for c in one.citations]} for one in found],
        passages=[_reference(c) for one in found for c in one.citations],
        detail=dict(detail),
    )


def _selection(answer: Answer) -> dict[str, list[float]]:
    return {"selection": [round(odd, 3) for odd in answer.selection]} if answer.selection else {}


def _reference(one: Citation) -> PassageRef:
    return PassageRef(key=one.key, id=one.passage, locator=one.locator, score=round(one.score, 4), cited=True)
