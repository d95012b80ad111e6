"""The note as the physician is changing it, and the text it now stands for.

The page sends where each statement stands and what it says; what was proposed is never taken from the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from copilot.cie10 import is_code
from copilot.domain import NoteType, Origin, Section, Span, Statement
from copilot.errors import InputError
from copilot.notes.proposal import Proposal, flat

_Words = Annotated[str, Field(max_length=20_000)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EditedStatement(_Part):
    """A statement of the page: ``s3`` was proposed, ``n2`` the physician added."""

    id: Annotated[str, Field(pattern=r"^[sn]\d{1,6}$")]
    section: Section
    text: _Words


class ChosenCode(_Part):
    """A CIE-10 code that the physician took for a diagnosis (in the words of the note)."""

    diagnosis: Annotated[str, Field(max_length=1000)]
    code: Annotated[str, Field(max_length=8)]


class Working(_Part):
    """Everything that the physician can change before signing."""

    text: Annotated[str, Field(max_length=2_000_000)] = ""
    """Free text on the left of the page."""
    note_type: NoteType | None = None
    statements: Annotated[tuple[EditedStatement, ...], Field(max_length=20_000)] = ()
    codes: Annotated[tuple[ChosenCode, ...], Field(max_length=200)] = ()
    done: Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=200)] = ()
    """Missing elements that the physician ticked off."""


def untouched(proposal: Proposal, text: str | None = None) -> Working:
    """The proposal as it was made."""
    return Working(
        text=proposal.source if text is None else text,
        note_type=proposal.note.note_type,
        statements=tuple(EditedStatement(id=k, section=s, text=flat(one.text)) for k, s, one in proposal.statements()),
    )


def check(proposal: Proposal, working: Working) -> None:
    """Raises :class:`InputError` where the page sent what no page of ours sends."""
    known = {key for key, _, _ in proposal.statements()}
    seen = [one.id for one in working.statements]
    strange = any(one.startswith("s") and one not in known for one in seen)
    if strange or len(set(seen)) != len(seen) or not all(is_code(one.code) for one in working.codes):
        raise InputError("El borrador no tiene la forma esperada; vuelva a cargar la página.")


class Piece(NamedTuple):
    """Where a statement stands in the revised text, and where its words began in the source (None: the physician's)."""

    id: str
    section: Section
    span: Span
    source_start: int | None
    source_end: int | None = None


class Revised(NamedTuple):
    """The physician's text with the corrections in their place."""

    text: str
    pieces: tuple[Piece, ...]

    def to_source(self, span: Span) -> Span | None:
        """The same stretch in the text as first given; None where it touches corrected words."""
        for one in self.pieces:
            if one.source_start is not None and one.span.start <= span.start and span.end <= one.span.end:
                return Span(*(one.source_start + at - one.span.start for at in span))
        return None

    def owner(self, span: Span) -> str:
        """Key of the statement that holds the beginning of the stretch ("" where none does)."""
        return next((one.id for one in self.pieces if one.span.start <= span.start < one.span.end), "")


def revise(proposal: Proposal, working: Working) -> Revised:
    """The source with deleted statements cut out, corrected ones in the place of the old words, new ones at the end.

    A statement that the model wrote stands for the words it was written from, unless the physician changed it.
    """
    kept = {one.id: one for one in working.statements}
    parts: list[str] = []
    pieces: list[Piece] = []
    length = cursor = 0

    def put(words: str) -> Span:
        nonlocal length
        parts.append(words)
        length += len(words)
        return Span(length - len(words), length)

    proposed = sorted(proposal.statements(), key=lambda row: row[2].spans[0].start)
    for key, _, statement in proposed:
        start, end = max(cursor, statement.spans[0].start), max(cursor, statement.spans[-1].end)
        put(proposal.source[cursor:start])
        cursor = end
        now = kept.get(key)
        if now is None:
            continue
        if flat(now.text) == flat(statement.text):
            pieces.append(Piece(key, now.section, put(proposal.source[start:end]), start, end))
        else:
            pieces.append(Piece(key, now.section, put(now.text), None))
    put(proposal.source[cursor:])
    for one in working.statements:
        if one.id.startswith("n") and one.text.strip():
            put("\n")
            pieces.append(Piece(one.id, one.section, put(one.text), None))
    return Revised("".join(parts), tuple(pieces))


def sections_of(
    proposal: Proposal, working: Working, revised: Revised
) -> dict[Section, tuple[Statement, ...]]:
    """The sections as the physician has them now; spans point into the revised text."""
    places = {one.id: one.span for one in revised.pieces}
    old = {key: one for key, _, one in proposal.statements()}
    found: dict[Section, list[Statement]] = {}
    for one in working.statements:
        if one.id not in places or not one.text.strip():
            continue
        before = old.get(one.id)
        same = before is not None and flat(before.text) == flat(one.text)
        words = before.text if before is not None and same else one.text
        origin = before.origin if before is not None and same else Origin.LITERAL
        kept = before.kept if before is not None and same else ""
        found.setdefault(one.section, []).append(Statement(words, (places[one.id],), origin, kept))
    return {section: tuple(found[section]) for section in Section if section in found}


def texts(working: Working, order: Iterable[Section] = Section) -> dict[str, list[str]]:
    """Statements by section key, as they would be signed."""
    return {
        str(section): [flat(one.text) for one in working.statements if one.section is section and one.text.strip()]
        for section in order
        if any(one.section is section and one.text.strip() for one in working.statements)
    }
