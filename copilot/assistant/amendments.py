"""Amendments in words: «agrega…», «pasa lo de… a…», «quita…», «es 130/80, no 180/30» as proposed changes to a note.

Rules read the order; the words that enter the note are a slice of the physician's message, which becomes part of
the note's source. What can't be placed without guessing is asked back (:class:`UnclearError`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from copilot.assistant.cues import cue
from copilot.domain import Note, Origin, Section, Span, Statement
from copilot.labels import section_label
from corpora.ingest.clean import fold
from corpora.lexicon import stems

SEPARATOR = "\n\n"
"""Between the source of the note and a message that amends it."""
_ALIASES = Path(__file__).parent / "data" / "section_aliases.csv"
_ADD = cue("add", led=True)
_MOVE = cue("move", led=True)
_REMOVE = cue("remove", led=True)
_REPLACE = (cue("replace_by", led=True), cue("replace_not_but"), cue("replace_but_not"))
_REFERENCE = cue("reference")
_ALLERGY = re.compile(r"\bal[eé]rgi|\balerg", re.I)


class UnclearError(Exception):
    """The order can't be carried out without guessing; ``str()`` is the question to ask back (Spanish)."""

    def __init__(self, question: str, options: Sequence[str] = ()) -> None:
        super().__init__(question)
        self.options = tuple(options)


@dataclass(frozen=True)
class Change:
    """One proposed difference."""

    op: str
    """``add``, ``remove``, ``replace`` or ``move``."""
    section: Section
    before: str = ""
    after: str = ""
    to: Section | None = None
    """Where a moved statement goes."""

    def describe(self) -> str:
        """One line for the physician."""
        where = section_label(self.section)
        if self.op == "add":
            return f"+ {where}: {self.after}"
        if self.op == "remove":
            return f"- {where}: {self.before}"
        if self.op == "move" and self.to is not None:
            return f"→ de {where} a {section_label(self.to)}: {self.before}"
        return f"~ {where}: «{self.before}» → «{self.after}»"


@dataclass(frozen=True)
class Proposal:
    """A note as it would be, with what changes. ``source``: the text that its spans now refer to."""

    note: Note
    source: str
    changes: tuple[Change, ...]


@lru_cache(maxsize=1)
def _aliases() -> dict[str, Section]:
    with _ALIASES.open(encoding="utf-8", newline="") as handle:
        return {row["alias"]: Section(row["section"]) for row in csv.DictReader(handle)}


def section_named(words: str) -> Section | None:
    """The section that the words name, or None."""
    plain = re.sub(r"\s+", " ", fold(words)).strip(" .,:;")
    plain = re.sub(r"^(?:(?:la|el|los|las|seccion|apartado|de|del|en) )+", "", plain)
    return _aliases().get(plain)


def is_amendment(message: str) -> bool:
    """Whether a message reads as an order to change the note."""
    if message.rstrip().endswith("?"):
        return False
    return any(p.search(message) for p in (_ADD, _MOVE, _REMOVE, _REPLACE[0])) or _correction(message) is not None


def propose(note: Note, source: str, message: str, place: Callable[[str], Section]) -> Proposal:
    """The note with the message's order carried out.

    ``place`` gives the section of new words. Raises :class:`UnclearError` where the order has no single reading.
    """
    at = len(source) + len(SEPARATOR)
    grown = source + SEPARATOR + message
    match = _MOVE.search(message)
    if match and (target := section_named(match["where"])) is not None and not _ADD.search(message):
        return _move(note, grown, match["what"], target)
    correction = _correction(message)
    if correction is not None:
        return _replace(note, grown, message, at, correction)
    match = _REMOVE.search(message)
    if match:
        return _remove(note, grown, match["what"])
    match = _ADD.search(message)
    if match:
        return _add(note, grown, message, at, match, place)
    raise UnclearError("No entendí qué cambiar. Dígalo así: «agrega…», «quita…», «pasa… a…» o «es…, no…».")


def _correction(message: str) -> re.Match[str] | None:
    for pattern in _REPLACE:
        match = pattern.search(message)
        if match and section_named(match["new"]) is None:
            return match
    return None


def _add(
    note: Note, grown: str, message: str, at: int, match: re.Match[str], place: Callable[[str], Section]
) -> Proposal:
    start, end = match.span("what")
    section: Section | None = None
    for gap in re.finditer(r"\s+(?=a|en|dentro)", message[start:end]):
        tail = cue("where").match(message[start:end], gap.start())
        if tail and (section := section_named(tail[1])) is not None:
            end = start + tail.start()
            break
    words = message[start:end].strip()
    if not words:
        raise UnclearError("¿Qué desea agregar?")
    start += message[start:end].index(words[0])
    span = Span(at + start, at + start + len(words))
    if section is None:
        section = Section.ANTECEDENTES_PATOLOGICOS if _ALLERGY.search(words) else place(words)
    new = Statement(words, (span,))
    sections = dict(note.sections)
    sections[section] = (*sections.get(section, ()), new)
    return Proposal(replace(note, sections=sections), grown, (Change("add", section, after=words),))


def _remove(note: Note, grown: str, what: str) -> Proposal:
    named = section_named(what)
    gone = note.sections.get(named, ()) if named is not None else ()
    # A section that the reader left empty may still be stated under another heading.
    if named is not None and gone:
        sections = {key: value for key, value in note.sections.items() if key != named}
        return Proposal(
            replace(note, sections=sections), grown, tuple(Change("remove", named, before=s.text) for s in gone)
        )
    section, statement = find_statement(note, what)
    sections = _without(note, section, statement)
    return Proposal(replace(note, sections=sections), grown, (Change("remove", section, before=statement.text),))


def _move(note: Note, grown: str, what: str, target: Section) -> Proposal:
    named = section_named(what)
    moved = (
        [(named, one) for one in note.sections.get(named, ())] if named is not None else [find_statement(note, what)]
    )
    if not moved:
        raise UnclearError(f"La nota no tiene «{what.strip()}».")
    if all(section == target for section, _ in moved):
        raise UnclearError(f"Eso ya está en {section_label(target).lower()}.")
    sections = dict(note.sections)
    changes = []
    for section, statement in moved:
        sections = _without(replace(note, sections=sections), section, statement)
        sections[target] = (*sections.get(target, ()), statement)
        changes.append(Change("move", section, before=statement.text, to=target))
    return Proposal(replace(note, sections=sections), grown, tuple(changes))


def _replace(note: Note, grown: str, message: str, at: int, match: re.Match[str]) -> Proposal:
    """Replace inside one statement. The new text is a chain of slices of the source, so it stays literal."""
    old = _REFERENCE.sub("", match["old"].strip()).strip(" «»\"'")
    new_start, new_end = match.span("new")
    new = message[new_start:new_end].strip(" «»\"'.")
    new_start += message[new_start:new_end].index(new[0])
    places = [
        (section, statement, where)
        for section, statements in note.sections.items()
        for statement in statements
        for where in _places(statement, old, grown)
    ]
    if not places:
        raise UnclearError(f"No encuentro «{old}» en la nota. ¿A qué frase se refiere?")
    if len(places) > 1:
        raise UnclearError(
            f"«{old}» aparece más de una vez. ¿En cuál lo cambio?", [statement.text for _, statement, _ in places]
        )
    section, statement, (index, start, end) = places[0]
    whole = statement.spans[index]
    pieces = [
        *statement.spans[:index],
        Span(whole.start, start),
        Span(at + new_start, at + new_start + len(new)),
        Span(end, whole.end),
        *statement.spans[index + 1 :],
    ]
    spans = tuple(p for p in pieces if grown[p.start : p.end].strip())
    text = grown[whole.start : start] + new + grown[end : whole.end]
    parts = [grown[s.start : s.end] for s in statement.spans]
    parts[index] = text
    fresh = Statement(" ".join(part.strip() for part in parts), spans, Origin.LITERAL)
    sections = dict(note.sections)
    sections[section] = tuple(fresh if one is statement else one for one in sections[section])
    return Proposal(replace(note, sections=sections), grown, (Change("replace", section, statement.text, fresh.text),))


def _places(statement: Statement, old: str, source: str) -> list[tuple[int, int, int]]:
    """Where the old words stand: (index of the span, start, end) in the source; blanks and case don't matter."""
    words = [re.escape(word) for word in old.split()]
    if not words:
        return []
    pattern = re.compile(r"(?<!\w)" + r"\s*".join(words) + r"(?!\w)", re.I)
    return [
        (index, match.start(), match.end())
        for index, span in enumerate(statement.spans)
        for match in pattern.finditer(source, span.start, span.end)
    ]


def _without(note: Note, section: Section, statement: Statement) -> dict[Section, tuple[Statement, ...]]:
    sections = {key: tuple(one for one in value if one is not statement) for key, value in note.sections.items()}
    return {key: value for key, value in sections.items() if value or key != section}


def find_statement(note: Note, what: str) -> tuple[Section, Statement]:
    """The one statement that the words point to. Raises :class:`UnclearError` for none or several alike."""
    words = _REFERENCE.sub("", what.strip()).strip(" «»\"'.")
    asked = set(stems(words))
    scored: list[tuple[float, Section, Statement]] = []
    for section, statements in note.sections.items():
        for one in statements:
            if fold(words) and fold(words) in fold(one.text):
                score = 2.0 + len(words) / max(1, len(one.text))
            else:
                score = len(asked & set(stems(one.text))) / len(asked) if asked else 0.0
            if score >= 0.5:
                scored.append((score, section, one))
    if not scored:
        raise UnclearError(f"No encuentro «{words}» en la nota. ¿A qué frase se refiere?")
    scored.sort(key=lambda row: -row[0])
    if len(scored) > 1 and int(scored[0][0]) == int(scored[1][0]) and scored[1][0] >= 0.9 * scored[0][0]:
        raise UnclearError(f"Hay más de una frase sobre «{words}». ¿Cuál?", [one.text for _, _, one in scored[:5]])
    return scored[0][1], scored[0][2]
