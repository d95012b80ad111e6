"""A draft for the page: its data for ``nota.js`` and the parts of the right side that are read anew."""

from __future__ import annotations

from typing import Any

from copilot.domain import Note, NoteType, Section, Span
from copilot.labels import section_label, type_label
from copilot.notes import Draft, Proposal, Working
from copilot.notes.proposal import flat
from copilot.notes.working import Revised
from copilot.web.marks import note_items
from copilot.web.tables import Key
from copilot.web.view import note_html, pieces

KINDS = [(str(kind), type_label(kind)) for kind in NoteType]
SECTIONS = [[str(section), section_label(section)] for section in Section]


def rows_of(working: Working) -> list[dict[str, str]]:
    """The statements as the page has them."""
    return [{"id": one.id, "section": str(one.section), "text": one.text} for one in working.statements]


def draft_data(draft: Draft) -> dict[str, Any]:
    """What the page needs to show and change a draft."""
    proposal, working = draft.proposal, draft.working
    assert proposal is not None
    return {
        "id": draft.id,
        "rev": draft.rev,
        "note_type": str(working.note_type or proposal.note.note_type),
        "chosen": proposal.chosen,
        "statements": rows_of(working),
        "proposed": {
            key: {
                "section": str(section),
                "text": flat(one.text),
                "written": flat(" ".join(proposal.source[s.start : s.end] for s in one.spans))
                if one.origin == "written"
                else "",
            }
            for key, section, one in proposal.statements()
        },
        "codes": [one.model_dump() for one in working.codes],
        "done": list(working.done),
        "sections": SECTIONS,
        "text": working.text,
    }


def keys_of(proposal: Proposal, note: Note, revised: Revised) -> Key:
    """What each item of a reviewed note lights: its own words where they stand in the source, else its statement."""
    marks: dict[tuple[str, Span], str] = {}
    for item in note_items(proposal.note):
        for span in item.spans:
            marks.setdefault((item.key[0], Span(*span)), item.key)
    groups: dict[str, list[tuple[Span, ...]]] = {
        "a": [one.spans for one in note.alerts],
        "v": [(one.span,) for one in note.vitals],
        "l": [(one.span,) for one in note.laboratory],
        "m": [(one.span,) for one in note.medications],
        "d": [(one.span,) for one in note.diagnoses],
    }

    def key(kind: str, position: int) -> str:
        found: dict[str, None] = {}
        for span in groups[kind][position]:
            there = revised.to_source(span)
            own = marks.get((kind, there)) if there is not None else None
            found[own or revised.owner(span)] = None
        return " ".join(one for one in found if one)

    return key


def shown_pieces(draft: Draft, note: Note, revised: Revised) -> dict[str, str]:
    """The parts of the right side for a reviewed note."""
    assert draft.proposal is not None
    key = keys_of(draft.proposal, note, revised)
    return pieces(note, key, draft.proposal.note.missing, draft.working.codes, draft.working.done)


def first_html(draft: Draft) -> str:
    """The right side of a draft just made: the proposal itself."""
    assert draft.proposal is not None
    note = draft.proposal.note
    shown = pieces(note, first=note.missing, codes=draft.working.codes, done=draft.working.done)
    return note_html(shown, draft_data(draft), KINDS)


def restored_html(draft: Draft, note: Note, revised: Revised) -> str:
    """The right side of a draft that was opened again."""
    return note_html(shown_pieces(draft, note, revised), draft_data(draft), KINDS)
