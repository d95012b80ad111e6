"""What helps while a note is written, beside the proposal: the norm's checklist for a text that is still growing, and
abbreviations written out on request. Neither asks a model; what is told is logged before it is shown.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from copilot.domain import MissingElement, NoteType, Section, Span
from copilot.errors import InputError
from copilot.facade import Actor, Copilot, spanish_errors
from copilot.nom004 import Element, check, checked
from copilot.nom004.abbreviations import expand, find
from copilot.notes.working import EditedStatement
from guardrails.audit import Action, Guards

if TYPE_CHECKING:
    from copilot.extraction import Extraction

MAX_LIVE = 20_000
"""Characters up to which a growing text is checked (about eight sheets)."""
_KEPT = 200


@dataclass(frozen=True)
class Living:
    """How far a text has come."""

    kind: NoteType
    there: tuple[Element, ...]
    """Mandatory elements found."""
    missing: tuple[MissingElement, ...]


@dataclass(frozen=True)
class Short:
    """An abbreviation of the note, wherever it stands with the same readings."""

    short: str
    readings: tuple[str, ...] = field(repr=False)
    ambiguous: bool = False
    suggestion: str = ""
    """The reading that the words around it speak for; "" where nothing decides."""
    statements: tuple[str, ...] = ()
    """Keys of the statements it stands in."""


class Helps:
    """Safe under threads."""

    def __init__(self, pilot: Copilot) -> None:
        self.pilot = pilot
        self._told: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def living(self, text: str, kind: NoteType | None, actor: Actor) -> Living:
        """The checklist of a text without sections, its type recognised where none is chosen.

        Raises :class:`InputError` for a text too long to be looked at while it grows, :class:`LogError`.
        """
        from copilot.extraction import extract
        from copilot.notetype import recognise

        if len(text) > MAX_LIVE:
            raise InputError("El texto es largo; la lista de la norma saldrá con la nota.")
        kind = kind or recognise(text).note_type
        found = extract(text, [])
        # Two looks: for headings and words in the whole text, and with what was read from it in its usual place.
        usual = {one.element for one in check(kind, text, _usual_places(found), found)}
        missing = tuple(one for one in check(kind, text, [], found) if one.element in usual)
        lacking = {one.element for one in missing}
        there = tuple(one for one in checked(kind) if one.key not in lacking)
        self._log_once(actor, kind, missing)
        return Living(kind, there, missing)

    def _log_once(self, actor: Actor, kind: NoteType, missing: tuple[MissingElement, ...]) -> None:
        """A list that says the same as the one before it is not logged again: the page asks at every pause."""
        key, said = f"{actor.user}/{actor.session}", (str(kind), *(one.element for one in missing))
        with self._lock:
            if self._told.get(key) == said:
                return
        entry = self.pilot.entry(
            Action.EDIT, actor, outcome="checklist", note_type=str(kind),
            guards=Guards(missing=[one.element for one in missing]),
        )  # fmt: skip
        with spanish_errors():
            self.pilot.log.append(entry)
        with self._lock:
            self._told[key] = said
            self._told.move_to_end(key)
            while len(self._told) > _KEPT:
                self._told.popitem(last=False)


def _usual_places(found: Extraction) -> list[tuple[Span, Section]]:
    places = [
        *((one.span, Section.EXPLORACION_FISICA) for one in found.vitals),
        *((one.span, Section.RESULTADOS_ESTUDIOS) for one in found.laboratory),
        *((one.span, Section.DIAGNOSTICOS) for one in found.diagnoses),
        *((one.span, Section.TRATAMIENTO) for one in found.medications if one.dose or one.frequency),
    ]
    return sorted(places, key=lambda one: one[0])


def shorts(statements: tuple[EditedStatement, ...]) -> list[Short]:
    """The abbreviations of a note, in order; those that mean different things in different places stand apart."""
    found: OrderedDict[tuple[str, tuple[str, ...], str], list[str]] = OrderedDict()
    for one in statements:
        for hit in find(one.text, _whole(one)):
            places = found.setdefault((hit.short, hit.expansions if hit.ambiguous else hit.expansions[:1],
                                       hit.suggestion if hit.ambiguous else ""), [])  # fmt: skip
            if one.id not in places:
                places.append(one.id)
    return [
        Short(short, readings, len(readings) > 1, suggestion, tuple(places))
        for (short, readings, suggestion), places in found.items()
    ]


def written_out(
    statements: tuple[EditedStatement, ...], choices: Mapping[str, Mapping[str, str]]
) -> tuple[EditedStatement, ...]:
    """The statements with abbreviations written out. ``choices``: statement → short form → reading; "" leaves it, and
    an ambiguous one that was not answered stays too. Raises :class:`InputError` for a reading that there is none of.
    """
    out = []
    for one in statements:
        mine = choices.get(one.id, {})
        try:
            made = expand(
                one.text,
                {short: reading for short, reading in mine.items() if reading},
                _whole(one),
                leave=[short for short, reading in mine.items() if not reading],
            )
        except ValueError:
            raise InputError("Esa lectura no es de esa abreviatura; vuelva a abrir la lista.") from None
        out.append(one.model_copy(update={"text": made.text}))
    return tuple(out)


def _whole(one: EditedStatement) -> list[tuple[Span, Section]]:
    return [(Span(0, len(one.text)), one.section)]
