"""Domain objects as the plain values of the contracts (JSON Lines, HTTP API, audit log)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from copilot.domain import Note, Statement
from copilot.labels import kept_label


def _statement_row(one: Statement) -> dict[str, Any]:
    row = {"text": one.text, "spans": [list(span) for span in one.spans], "origin": str(one.origin)}
    return row | {"kept": one.kept, "kept_why": kept_label(one.kept)} if one.kept else row


def note_row(note: Note) -> dict[str, Any]:
    """A note as the output row of ``copilot structure``."""
    return {
        "note_type": str(note.note_type),
        "sections": {
            str(key): [_statement_row(one) for one in value] for key, value in note.sections.items()
        },
        "missing": [asdict(one) for one in note.missing],
        "alerts": [
            {"kind": a.kind, "message": a.message, "spans": [list(s) for s in a.spans], "severity": a.severity}
            for a in note.alerts
        ],
        "vitals": [asdict(one) for one in note.vitals],
        "laboratory": [asdict(one) for one in note.laboratory],
        "medications": [asdict(one) for one in note.medications],
        "allergies": [{"text": s.text, "spans": [list(span) for span in s.spans]} for s in note.allergies],
        "diagnoses": [asdict(one) for one in note.diagnoses],
    }
