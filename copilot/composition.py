"""Literal composition: sections hold the physician's own words, in source order, each with its spans.

Nothing is lost: what fits nowhere is under ``otro``. Words that are not in the source can't occur, since a
statement's text is a slice of the source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from copilot.domain import Alert, Note, Section, Span, Statement
from copilot.sections.reader import Reading
from copilot.writing.restore import restore_written
from guardrails.redaction import Redaction

_Spanned = TypeVar("_Spanned")


def compose(readings: Sequence[Reading]) -> dict[Section, tuple[Statement, ...]]:
    """Sections in canonical order; empty ones are left out."""
    sections: dict[Section, list[Statement]] = {}
    for one in readings:
        sections.setdefault(one.section, []).append(Statement(one.clause.text, (one.clause.span,)))
    return {section: tuple(sections[section]) for section in Section if section in sections}


def section_spans(readings: Sequence[Reading]) -> list[tuple[Span, Section]]:
    """Spans with their sections, in source order (what extraction and the norm's check want)."""
    return [(one.clause.span, one.section) for one in readings]


def restore_note(note: Note, redaction: Redaction, source: str, restore: object = None) -> Note:
    """The note over the redacted text as a note over the physician's own text.

    Every span is mapped back; a literal statement takes its words from ``source``; texts that the model wrote
    or that quote the note get their surrogates restored by ``restore`` (``str -> str``).
    """
    back = restore if callable(restore) else str

    def span(one: Span) -> Span:
        return Span(*redaction.to_original(*one))

    def statement(one: Statement) -> Statement:
        spans = tuple(span(s) for s in one.spans)
        literal = one.origin == "literal"
        words = " ".join(source[s.start : s.end] for s in spans)
        text = words if literal else restore_written(one.text, spans, redaction, source, back)
        return replace(one, text=text, spans=spans)

    def located(items: Iterable[_Spanned]) -> tuple[_Spanned, ...]:
        moved = []
        for item in items:
            changes: dict[str, object] = {"span": span(item.span)}  # type: ignore[attr-defined]
            for name in ("text", "name", "value"):
                old = getattr(item, name, None)
                if isinstance(old, str):
                    changes[name] = back(old)
            moved.append(replace(item, **changes))  # type: ignore[type-var, misc]
        return tuple(moved)

    def alert(one: Alert) -> Alert:
        return replace(one, message=back(one.message), spans=tuple(span(s) for s in one.spans))

    return replace(
        note,
        sections={key: tuple(statement(s) for s in value) for key, value in note.sections.items()},
        alerts=tuple(alert(one) for one in note.alerts),
        vitals=located(note.vitals),
        laboratory=located(note.laboratory),
        medications=located(note.medications),
        allergies=tuple(statement(s) for s in note.allergies),
        diagnoses=located(note.diagnoses),
    )
