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
_REPLACE = (
    cue("replace_by", led=True),
    cue("replace_instead", led=True),
    cue("replace_not_but"),
    cue("replace_but_not"),
)
_VALUE = cue("replace_value", led=True)
_ORDINAL = cue("ordinal")
_ORDINALS = {"primer": 0, "primera": 0, "primero": 0, "segund": 1, "tercer": 2, "cuart": 3, "ultim": -1}
_NUMBER = re.compile(r"^\d[\d.,/]*")
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
    orders = (_ADD, _MOVE, _REMOVE, _REPLACE[0], _REPLACE[1], _VALUE)
    return any(p.search(message) for p in orders) or _correction(message) is not None


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
    match = _VALUE.search(message)
    if match:
        return _revalue(note, source, grown, at, match)
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
    head = re.match(r"(?:en|a|al|dentro de)\s+([\w\s-]{2,40}?)\s*[:,]\s*(?=\S)", message[start:end], re.I)
    if head and (section := section_named(head[1])) is not None:
        start += head.end()
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
    section, statement = _by_ordinal(note, what) or find_statement(note, what)
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


def _revalue(note: Note, source: str, grown: str, at: int, match: re.Match[str]) -> Proposal:
    """«la TA es 130/80»: the one value of that name in the note gives way."""
    name = fold(match["name"]).strip()
    found = [v.span for v in note.vitals if name in _VITAL_NAMES.get(v.name, (v.name,))]
    found += [lab.span for lab in note.laboratory if fold(lab.name).replace("_", " ") == name]
    olds = {m[0].rstrip(".,") for span in found for m in [_LAST_NUMBER.search(source, span.start, span.end)] if m}
    if len(olds) != 1:
        many = f"La nota tiene más de un valor de «{match['name'].strip()}». ¿Cuál cambio?"
        none = f"La nota no tiene un valor de «{match['name'].strip()}»; si quiere sumarlo, diga «agrega…»."
        raise UnclearError(many if olds else none, [source[s.start : s.end] for s in found])
    return _put(note, grown, at, olds.pop(), match["new"].rstrip(".,"), match.start("new"), within=found)


_LAST_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*(?!.*\d)", re.S)
_VITAL_NAMES = {
    "ta": ("ta", "t a", "presion", "tension", "presion arterial", "tension arterial"),
    "fc": ("fc", "frecuencia cardiaca", "frecuencia", "pulso"),
    "fr": ("fr", "frecuencia respiratoria", "respiraciones"),
    "temperatura": ("temperatura", "temp", "t"),
    "sato2": ("sato2", "saturacion", "spo2", "sat", "oximetria"),
    "glucosa_capilar": ("glucosa", "glucosa capilar", "dxtx", "destrostix", "glucemia capilar"),
    "peso": ("peso",),
    "talla": ("talla", "estatura"),
    "imc": ("imc",),
}


def _replace(note: Note, grown: str, message: str, at: int, match: re.Match[str]) -> Proposal:
    """Replace inside one statement. The new text is a chain of slices of the source, so it stays literal."""
    old = _REFERENCE.sub("", match["old"].strip()).strip(" «»\"'")
    new_start, new_end = match.span("new")
    new = message[new_start:new_end].strip(" «»\"'.")
    new_start += message[new_start:new_end].index(new[0])
    first, second = _NUMBER.match(old), _NUMBER.match(new)
    if first and second and (first[0] == old) != (second[0] == new):
        # «son 5 días de incapacidad, no 3»: one side is a bare number, so numbers are what changes hands.
        old, new = first[0], second[0]
    return _put(note, grown, at, old, new, new_start, hint=message)


def _put(
    note: Note, grown: str, at: int, old: str, new: str, new_start: int, hint: str = "", within: Sequence[Span] = ()
) -> Proposal:
    """Put ``new`` (at ``new_start`` of the message) where ``old`` stands once; ``hint`` decides between places."""
    places = [
        (section, statement, where)
        for section, statements in note.sections.items()
        for statement in statements
        for where in _places(statement, old, grown)
        if not within or any(span.start <= where[1] < span.end for span in within)
    ]
    if not places:
        raise UnclearError(f"No encuentro «{old}» en la nota. ¿A qué frase se refiere?")
    if len(places) > 1 and hint:
        said = set(stems(hint)) - set(stems(old)) - set(stems(new))
        shared = [len(said & set(stems(statement.text))) for _, statement, _ in places]
        if max(shared) and shared.count(max(shared)) == 1:
            places = [places[shared.index(max(shared))]]
    if len(places) > 1:
        raise UnclearError(
            f"«{old}» aparece más de una vez. ¿En cuál lo cambio?", [statement.text for _, statement, _ in places]
        )
    end_of = places[0][2][2]
    if re.search(r"\d", new) and not re.search(r"\d", old) and re.match(r"[ ,]*\d", grown[end_of : end_of + 4]):
        # «en lugar de paracetamol pon ketorolaco 10 mg» would leave the old drug's dose behind the new one.
        raise UnclearError(
            f"¿Reemplazo toda la frase «{places[0][1].text.strip()}»? Quítela y agregue la nueva, para que no se "
            "mezclen las dosis."
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
