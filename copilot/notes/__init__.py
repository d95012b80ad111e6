"""Drafts and signed notes of each physician: encrypted at rest, readable by their author alone."""

from copilot.notes.errors import NoteConflict, NoteError, NoteMissing
from copilot.notes.proposal import Proposal
from copilot.notes.shelf import Draft, Shelf, SignedNote, open_shelf
from copilot.notes.working import ChosenCode, EditedStatement, Working

__all__ = [
    "ChosenCode",
    "Draft",
    "EditedStatement",
    "NoteConflict",
    "NoteError",
    "NoteMissing",
    "Proposal",
    "Shelf",
    "SignedNote",
    "Working",
    "open_shelf",
]
