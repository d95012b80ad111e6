"""A note as JSON values and back, so that a draft survives a restart of the program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from copilot.domain import (
    Alert,
    CodeCandidate,
    Diagnosis,
    LabValue,
    Medication,
    MissingElement,
    Note,
    NoteType,
    Origin,
    Section,
    Span,
    Statement,
    Vital,
)


def _spans(rows: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(*row) for row in rows)


def _statement(row: Mapping[str, Any]) -> Statement:
    return Statement(row["text"], _spans(row["spans"]), Origin(row.get("origin", Origin.LITERAL)), row.get("kept", ""))


def _placed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "span": Span(*row["span"])}


def note_of(row: Mapping[str, Any]) -> Note:
    """The note that :func:`copilot.rows.note_row` wrote, after a passage through JSON."""
    return Note(
        note_type=NoteType(row["note_type"]),
        sections={Section(key): tuple(map(_statement, value)) for key, value in row["sections"].items()},
        missing=tuple(MissingElement(**one) for one in row["missing"]),
        alerts=tuple(Alert(a["kind"], a["message"], _spans(a["spans"]), a["severity"]) for a in row["alerts"]),
        vitals=tuple(Vital(**_placed(one)) for one in row["vitals"]),
        laboratory=tuple(LabValue(**_placed(one)) for one in row["laboratory"]),
        medications=tuple(
            Medication(**{**_placed(one), "missing": tuple(one["missing"])}) for one in row["medications"]
        ),
        allergies=tuple(map(_statement, row["allergies"])),
        diagnoses=tuple(
            Diagnosis(**{**_placed(one), "candidates": tuple(CodeCandidate(**c) for c in one["candidates"])})
            for one in row["diagnoses"]
        ),
    )
