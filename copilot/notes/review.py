"""What the program says of a note that the physician is changing: values, alerts, what the norm misses."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.composition import restore_note
from copilot.domain import Note, NoteType, Origin, Section, Span, Statement
from copilot.notes.proposal import Proposal
from copilot.notes.working import Revised, Working, check, revise, sections_of
from guardrails.audit import Action, Guards

if TYPE_CHECKING:
    from copilot.facade import Actor, Copilot
    from guardrails.redaction import Redaction, Vault


def _redacted_sections(redaction: Redaction, revised: Revised) -> list[tuple[Span, Section]]:
    return [
        (Span(*redaction.to_redacted(*one.span)), one.section)
        for one in sorted(revised.pieces, key=lambda one: one.span)
    ]


def over_redacted(kind: NoteType, redaction: Redaction, revised: Revised) -> Note:
    """What is extracted from the redacted words alone (no sections): to search with, never to be shown as the note."""
    from copilot.extraction import extract

    found = extract(redaction.text, _redacted_sections(redaction, revised))
    return Note(
        kind, {}, vitals=found.vitals, laboratory=found.laboratory, medications=found.medications,
        allergies=found.allergies, diagnoses=found.diagnoses,
    )  # fmt: skip


def review(
    pilot: Copilot, proposal: Proposal, working: Working, vault: Vault, actor: Actor
) -> tuple[Note, Revised]:
    """The changed note with values, alerts and missing elements read anew; spans point into the revised text.

    The log gets what was found (not the text: that goes with the signature) before it is returned.
    Raises :class:`InputError`, :class:`LogError`.
    """
    from copilot.extraction import extract
    from copilot.extraction.plausibility import alerts as plausibility
    from copilot.facade import spanish_errors
    from copilot.nom004 import check as missing_of

    check(proposal, working)
    revised = revise(proposal, working)
    kind = working.note_type or proposal.note.note_type
    redaction = pilot.redact(revised.text, vault)
    spans = _redacted_sections(redaction, revised)
    extraction = extract(redaction.text, spans)
    # Which statements the model's words replaced is said of the proposal, and still holds for what was not touched.
    said = tuple(replace(one, spans=()) for one in proposal.note.alerts if one.kind == "redaccion")
    found = Note(
        note_type=kind,
        sections={},
        missing=tuple(missing_of(kind, redaction.text, spans, extraction)),
        alerts=(*pilot.screen(redaction.text), *plausibility(extraction, redaction.text, spans)),
        vitals=extraction.vitals,
        laboratory=extraction.laboratory,
        medications=extraction.medications,
        allergies=extraction.allergies,
        diagnoses=extraction.diagnoses,
    )
    entry = pilot.entry(
        Action.EDIT,
        actor,
        outcome="reviewed",
        note_type=str(kind),
        guards=Guards(
            redaction=dict(Counter(span.type for span in redaction.spans)),
            missing=[one.element for one in found.missing],
            alerts=[one.kind for one in found.alerts],
        ),
        detail={"of": proposal.entry},
    )
    with spanish_errors():
        pilot.log.append(entry)
    shown = restore_note(found, redaction, revised.text, vault.restore)
    sections = sections_of(proposal, working, revised)
    return replace(shown, sections=sections, alerts=(*said, *shown.alerts)), revised


def literal(note: Note, source: str) -> Note:
    """The note with each statement over exact words of ``source``, as the conversation's amendments want it."""

    def exact(one: Statement) -> Statement:
        if one.origin is Origin.LITERAL:
            return one
        return replace(one, text=" ".join(source[s.start : s.end] for s in one.spans), origin=Origin.LITERAL)

    return replace(note, sections={key: tuple(map(exact, value)) for key, value in note.sections.items()})


def kind_or(working: Working, proposal: Proposal) -> NoteType:
    """The type as chosen, or as proposed."""
    return working.note_type or proposal.note.note_type
