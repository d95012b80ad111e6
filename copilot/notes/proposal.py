"""What was proposed to the physician: never changed afterwards, kept beside what is signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from copilot.domain import Note, Section, Statement
from copilot.facade import Copilot, Structured
from copilot.notes.serial import note_of
from copilot.rows import note_row


def flat(text: str) -> str:
    """A statement on one line, as the page shows it."""
    return " ".join(text.split())


@dataclass(frozen=True)
class Proposal:
    """A structured note over the physician's own text."""

    source: str = field(repr=False)
    note: Note = field(repr=False)
    entry: str
    """Identifier of its log entry."""
    chosen: bool = False
    """The physician chose the type of note."""

    def statements(self) -> Iterator[tuple[str, Section, Statement]]:
        """Statements with their keys ``s0``, ``s1``… in the order of the page (see :mod:`copilot.web.marks`)."""
        number = 0
        for section, found in self.note.sections.items():
            for one in found:
                yield f"s{number}", section, one
                number += 1

    def row(self) -> dict[str, Any]:
        """As JSON values."""
        return {"source": self.source, "note": note_row(self.note), "entry": self.entry, "chosen": self.chosen}

    @classmethod
    def of(cls, row: dict[str, Any]) -> Proposal:
        """Of what :meth:`row` gave."""
        return cls(row["source"], note_of(row["note"]), row["entry"], row["chosen"])


def reopened(pilot: Copilot, proposal: Proposal) -> Structured:
    """The result as the façade's log functions want it, after a restart: the text is redacted anew.

    The vault gives surrogates in order of appearance, so the same text gets the same ones. ``draft`` holds the type
    alone: what stands in the log already is not logged again.
    """
    vault = pilot.new_vault()
    redaction = pilot.redact(proposal.source, vault)
    count = sum(map(len, proposal.note.sections.values()))
    draft = Note(proposal.note.note_type, {})
    return Structured(proposal.note, proposal.entry, 0, count, redaction, vault, draft)
