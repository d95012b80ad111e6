"""Corrections in words: one value or some words of a statement give way to the physician's.

The new text is a chain of slices of the source, so it stays literal; what has more than one reading is asked back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from copilot.assistant.changes import REFERENCE, Change, Proposal, UnclearError, find_statement, section_named
from copilot.domain import Note, Origin, Section, Span, Statement
from corpora.ingest.clean import fold
from corpora.lexicon import stems

_NUMBER = re.compile(r"^\d[\d.,/]*")
_LAST_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*(?!.*\d)", re.S)
_MEASURE = re.compile(
    r"(?<![\w.,/])(?P<number>\d+(?:[.,/]\d+)*)(?P<gap>\s*)(?P<unit>[a-zA-Zµ°%áéíóúñ]+(?:/[a-zA-Z]+)?)?"
)
_UNITS = (
    ("masa", r"mcg|µg|mg|gr?s?|gramos?|miligramos?|microgramos?"),
    ("volumen", r"ml|cc|gotas?|ampolletas?|disparos?"),
    ("unidades", r"ui|u|unidades"),
    ("piezas", r"tab(?:letas?)?|c[aá]psulas?|comprimidos?"),
    ("hora", r"h|hrs?|horas?"),
    ("dia", r"d[ií]as?|d"),
    ("semana", r"sem(?:anas?)?"),
    ("mes", r"mes(?:es)?"),
    ("anio", r"a[ñn]os?|a"),
    ("peso", r"kg|kilos?"),
    ("largo", r"cm|m|mt|mts"),
)
"""Families of units: a dose gives way to a dose, an interval to an interval."""
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


def _family(unit: str) -> str:
    plain = fold(unit).strip()
    return next((name for name, words in _UNITS if re.fullmatch(fold(words), plain)), plain)


def revalue(note: Note, source: str, grown: str, at: int, match: re.Match[str]) -> Proposal:
    """«la TA es 130/80», «la incapacidad es por 5 días»: the one value of that name in the note gives way."""
    name = fold(match["name"]).strip()
    found = [v.span for v in note.vitals if name in _VITAL_NAMES.get(v.name, (v.name,))]
    found += [lab.span for lab in note.laboratory if fold(lab.name).replace("_", " ") == name]
    olds = {m[0].rstrip(".,") for span in found for m in [_LAST_NUMBER.search(source, span.start, span.end)] if m}
    if len(olds) == 1:
        return _put(note, grown, at, olds.pop(), match["new"].rstrip(".,"), match.start("new"), within=found)
    if olds:
        many = f"La nota tiene más de un valor de «{match['name'].strip()}». ¿Cuál cambio?"
        raise UnclearError(many, [source[s.start : s.end] for s in found])
    start, end = match.start("new"), match.end("unit") if match["unit"] else match.end("new")
    return renumber(note, grown, at, match["name"], match.string[start:end].rstrip(".,"), start)


def renumber(note: Note, grown: str, at: int, name: str, new: str, new_start: int) -> Proposal:
    """The number that belongs to the named thing, with its unit, gives way to ``new`` (at ``new_start``)."""
    name = REFERENCE.sub("", name.strip()).strip()
    none = f"La nota no tiene un valor de «{name}»; si quiere sumarlo, diga «agrega…»."
    try:
        section, statement = find_statement(note, name)
    except UnclearError as unclear:
        if unclear.options:
            raise
        raise UnclearError(none) from None
    asked = _MEASURE.search(new)
    if asked is None:
        raise UnclearError(none)
    places = _measures(statement, name, grown, asked)
    if len(places) != 1:
        raise UnclearError(
            f"«{' '.join(statement.text.split())}» tiene más de un número. Dígalo así: «es…, no…»." if places else none
        )
    index, start, end = places[0]
    new_start += asked.start()
    return _splice(note, grown, (section, statement, (index, start, end)), Span(at + new_start, at + new_start
                                                                               + len(asked[0].rstrip())))  # fmt: skip


def _measures(statement: Statement, name: str, source: str, asked: re.Match[str]) -> list[tuple[int, int, int]]:
    """Numbers of the asked kind that stand nearest behind the name: (index of the span, start, end) in the source."""
    words = set(stems(name))
    rows: list[tuple[int, int, int]] = []
    for index, span in enumerate(statement.spans):
        text = source[span.start : span.end]
        marks = [m.end() for m in re.finditer(r"\w+", text) if words & set(stems(m[0]))]
        begin = marks[0] if marks else 0
        for one in _MEASURE.finditer(text):
            if one.start() < begin and marks:
                continue
            if asked["unit"]:
                if _family(one["unit"] or "") != _family(asked["unit"]):
                    continue
                rows.append((index, span.start + one.start(), span.start + one.end()))
            elif _alike(one["number"], asked["number"]):
                rows.append((index, span.start + one.start(), span.start + one.end("number")))
    return rows[:1] if rows and words & set(stems(statement.text)) else rows


def _alike(old: str, new: str) -> bool:
    """A year gives way to a year, a pressure to a pressure."""
    year = re.compile(r"(?:19|20)\d\d$")
    return ("/" in old) == ("/" in new) and bool(year.match(old)) == bool(year.match(new))


def replace_words(note: Note, grown: str, message: str, at: int, match: re.Match[str]) -> Proposal:
    """Replace inside one statement."""
    groups = match.groupdict()
    new_start, new_end = match.span("new")
    new = message[new_start:new_end].strip(" «»\"'.")
    new_start += message[new_start:new_end].index(new[0])
    if "name" in groups:
        end = match.end("unit") if groups.get("unit") else match.end("new")
        return renumber(note, grown, at, groups["name"], message[new_start:end].rstrip(".,"), new_start)
    old = REFERENCE.sub("", match["old"].strip()).strip(" «»\"'")
    named = section_named(old)
    rows = note.sections.get(named, ()) if named is not None else ()
    if named is not None and len(rows) == 1 and not _NUMBER.match(new):
        return set_section(note, grown, at, named, new, new_start)
    if _NUMBER.match(new) and not re.search(r"\d", old):
        return renumber(note, grown, at, old, new, new_start)
    first, second = _NUMBER.match(old), _NUMBER.match(new)
    if first and second and (first[0] == old) != (second[0] == new):
        # «son 5 días de incapacidad, no 3»: one side is a bare number, so numbers are what changes hands.
        old, new = first[0], second[0]
    opening = re.match(r"(al?|del?|en|con|por|para)\s", new)
    inside = re.search(rf"(?<!\w){opening[1]}\s", old) if opening else None
    if inside and inside.start():
        # «no es alérgica a sulfas, es a penicilina»: what stands before the preposition stays.
        old = old[inside.start() :]
    return _put(note, grown, at, old, new, new_start, hint=message)


def set_section(note: Note, grown: str, at: int, section: Section, new: str, new_start: int) -> Proposal:
    """«cambia el pronóstico a reservado»: the words of a section's only statement, its opening name kept."""
    statement = note.sections[section][0]
    span = statement.spans[-1]
    text = grown[span.start : span.end]
    head = re.match(r"\W*(\w+)\W+", text)
    begin = head.end() if head and section_named(head[1]) is section and head.end() < len(text.rstrip(" .")) else 0
    end = len(text.rstrip(" .;"))
    place = (section, statement, (len(statement.spans) - 1, span.start + begin, span.start + end))
    return _splice(note, grown, place, Span(at + new_start, at + new_start + len(new)))


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
    return _splice(note, grown, places[0], Span(at + new_start, at + new_start + len(new)))


def _splice(note: Note, grown: str, place: tuple[Section, Statement, tuple[int, int, int]], new: Span) -> Proposal:
    """The slice ``new`` of the source in the place of some words of one span of a statement."""
    section, statement, (index, start, end) = place
    whole = statement.spans[index]
    pieces = [
        *statement.spans[:index], Span(whole.start, start), new, Span(end, whole.end), *statement.spans[index + 1 :]
    ]  # fmt: skip
    spans = tuple(p for p in pieces if grown[p.start : p.end].strip())
    text = grown[whole.start : start] + grown[new.start : new.end] + grown[end : whole.end]
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
