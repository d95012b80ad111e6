"""Amendments in words: «agrega…», «pasa lo de… a…», «quita…», «es 130/80, no 180/30» as proposed changes to a note.

Rules read the order; the words that enter the note are a slice of the physician's message, which becomes part of
the note's source. What can't be placed without guessing is asked back (:class:`UnclearError`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace

from copilot.assistant.changes import (
    REFERENCE,
    SEPARATOR,
    Change,
    Proposal,
    UnclearError,
    find_statement,
    section_named,
    without,
)
from copilot.assistant.corrections import replace_words, revalue, set_section
from copilot.assistant.cues import cue
from copilot.domain import Note, Origin, Section, Span, Statement
from copilot.labels import section_label
from corpora.ingest.clean import fold
from corpora.lexicon import stems

__all__ = ["SEPARATOR", "Change", "Proposal", "UnclearError", "is_amendment", "propose"]
_ADD = cue("add", led=True)
_ADD_IN = cue("add_in", led=True)
_ADD_AFTER = cue("add_after")
_MOVE = cue("move", led=True)
_REMOVE = cue("remove", led=True)
_REPLACE = (
    cue("replace_two", led=True),
    cue("replace_dose", led=True),
    cue("replace_by", led=True),
    cue("replace_instead", led=True),
    cue("replace_number"),
    cue("replace_not_but"),
    cue("replace_but_not"),
)
_VALUE = cue("replace_value", led=True)
_BARE = cue("replace_bare", led=True)
_ORDINAL = cue("ordinal")
_ORDINALS = {"primer": 0, "primera": 0, "primero": 0, "segund": 1, "tercer": 2, "cuart": 3, "ultim": -1}
_ALLERGY = re.compile(r"\bal[eé]rgi|\balerg", re.I)
_ITEM = re.compile(r"(?<=[,;])\s+|(?<=:)\s+")


def is_amendment(message: str) -> bool:
    """Whether a message reads as an order to change the note."""
    if message.rstrip().endswith("?"):
        return False
    orders = (_ADD, _ADD_IN, _ADD_AFTER, _MOVE, _REMOVE, *_REPLACE[:5], _VALUE)
    return any(p.search(message) for p in orders) or _correction(message) is not None or _bare(message) is not None


def propose(note: Note, source: str, message: str, place: Callable[[str], Section]) -> Proposal:
    """The note with the message's order carried out.

    ``place`` gives the section of new words. Raises :class:`UnclearError` where the order has no single reading.
    """
    at = len(source) + len(SEPARATOR)
    grown = source + SEPARATOR + message
    match = _ADD_AFTER.search(message)
    if match:
        return _add(note, grown, message, at, match, place)
    match = _MOVE.search(message)
    if match and (target := section_named(match["where"])) is not None and not _ADD.search(message):
        return _move(note, grown, match["what"], target)
    correction = _correction(message)
    if correction is not None:
        return replace_words(note, grown, message, at, correction)
    match = _REMOVE.search(message)
    if match:
        return _remove(note, grown, match["what"])
    match = _VALUE.search(message) or _bare(message)
    if match:
        return revalue(note, source, grown, at, match)
    match = _ADD_IN.search(message)
    if match and (section := section_named(match["where"])) is not None:
        return _added(note, grown, message, at, match.span("what"), section)
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


_MEASURED = re.compile(
    r"^(?:la\s+|el\s+)?(?:ta|fc|fr|temp|temperatura|peso|talla|sato2|saturaci[oó]n|spo2|presi[oó]n|imc|glucosa|"
    r"glucosa capilar|dxtx|creatinina|hba1c|hemoglobina|potasio|sodio)\s*$",
    re.I,
)


def _bare(message: str) -> re.Match[str] | None:
    """«TA 130/80» alone: a value said again."""
    match = _BARE.search(message)
    return match if match and _MEASURED.match(match["name"]) else None


def _add(
    note: Note, grown: str, message: str, at: int, match: re.Match[str], place: Callable[[str], Section]
) -> Proposal:
    start, end = match.span("what")
    section: Section | None = None
    head = re.match(r"(?:en|a|al|dentro de)\s+([\w\s-]{2,40}?)\s*[:,]\s*(?=\S)", message[start:end], re.I)
    if head and (section := section_named(head[1])) is not None:
        start += head.end()
    named = re.match(r"(?:el\s+|un\s+)?(pron[oó]stico)\s+(?:como\s+|en\s+)?(?=\w)", message[start:end], re.I)
    if named and len(note.sections.get(Section.PRONOSTICO, ())) == 1:
        # A note has one prognosis: the new one takes the place of the old.
        new = message[start + named.end() : end].strip(" .")
        return set_section(note, grown, at, Section.PRONOSTICO, new, start + named.end())
    if named:
        section = Section.PRONOSTICO
    for gap in re.finditer(r"\s+(?=a|en|dentro)", message[start:end]):
        tail = cue("where").match(message[start:end], gap.start())
        if tail and (section := section_named(tail[1])) is not None:
            end = start + tail.start()
            break
    words = message[start:end].strip()
    if not words:
        raise UnclearError("¿Qué desea agregar?")
    if section is None:
        section = Section.ANTECEDENTES_PATOLOGICOS if _ALLERGY.search(words) else place(words)
    return _added(note, grown, message, at, (start, end), section)


def _added(note: Note, grown: str, message: str, at: int, where: tuple[int, int], section: Section) -> Proposal:
    start, end = where
    words = message[start:end].strip()
    start += message[start:end].index(words[0])
    new = Statement(words, (Span(at + start, at + start + len(words)),))
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
    ordinal = _by_ordinal(note, what)
    section, statement = ordinal or find_statement(note, what)
    kept = None if ordinal else _without_item(statement, what, grown)
    if kept is not None:
        sections = dict(note.sections)
        sections[section] = tuple(kept if one is statement else one for one in sections[section])
        change = Change("replace", section, statement.text, kept.text)
        return Proposal(replace(note, sections=sections), grown, (change,))
    sections = without(note, section, statement)
    return Proposal(replace(note, sections=sections), grown, (Change("remove", section, before=statement.text),))


def _without_item(statement: Statement, what: str, source: str) -> Statement | None:
    """The statement without the one item of its list that the words name; None where they name more or all of it.

    «borra lo de la dieta» must not take the drugs of the same line with it.
    """
    asked = set(stems(REFERENCE.sub("", what.strip())))
    if len(statement.spans) != 1 or not asked:
        return None
    span = statement.spans[0]
    text = source[span.start : span.end]
    cuts = [0, *(m.end() for m in _ITEM.finditer(text)), len(text)]
    items = [(a, b) for a, b in itertools.pairwise(cuts) if text[a:b].strip()]
    hits = [(a, b) for a, b in items if asked <= set(stems(text[a:b]))]
    listed = [one for one in items if not text[slice(*one)].rstrip().endswith(":")]
    if len(hits) != 1 or len(listed) < 2 or hits[0] not in listed:
        return None
    start, end = hits[0]
    if end == len(text):
        # The last item: the comma before it goes with it, the full stop stays.
        start = len(text[:start].rstrip().rstrip(",;"))
        end = len(text.rstrip().rstrip("."))
    pieces = [Span(span.start, span.start + start), Span(span.start + end, span.end)]
    spans = tuple(p for p in pieces if source[p.start : p.end].strip())
    whole = " ".join((text[:start] + text[end:]).split())
    return Statement(whole, spans, Origin.LITERAL)


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
        sections = without(replace(note, sections=sections), section, statement)
        sections[target] = (*sections.get(target, ()), statement)
        changes.append(Change("move", section, before=statement.text, to=target))
    return Proposal(replace(note, sections=sections), grown, tuple(changes))


def _by_ordinal(note: Note, what: str) -> tuple[Section, Statement] | None:
    """«la segunda frase del plan»; None where the words aren't of that form or there is no such statement."""
    match = _ORDINAL.match(what.strip())
    section = section_named(match["where"]) if match else None
    if match is None or section is None:
        return None
    word = fold(match["which"])
    at = next((n for stem, n in _ORDINALS.items() if word.startswith(stem)), 0)
    rows = note.sections.get(section, ())
    return (section, rows[at]) if rows and at < len(rows) else None
