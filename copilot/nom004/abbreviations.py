"""Abbreviations of a note: found, expanded on request (NOM-004 5.11 forbids them in a final note), never guessed.

Matching is exact, case-sensitive and by whole token, outside codes and surrogates, never right after a digit save for
the rules below. An ambiguous abbreviation is a question to the physician, its readings ranked by the words beside it
and the section it stands in.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from copilot.domain import Section, Span
from copilot.extraction.view import View
from copilot.folding import fold
from copilot.nom004.norm import DATA

_PATTERN_ONLY = frozenset({"G", "P", "A", "C", "d", "K", "Na", "Cl", "aa"})
_GYNECOLOGIC = re.compile(r"(?<![A-Za-z0-9])G\s?\d{1,2}(?:[\s,]*[PACpac]\s?\d{1,2})+")
SOAP = re.compile(r"(?m)^[ \t]*([PA])(?=\s*[:.\-])")
"""The heading of the analysis or the plan."""
_DAYS = re.compile(r"(?<![A-Za-z0-9])(?:x|por|durante)\s*\d{1,3}\s*(d)(?![A-Za-z0-9áéíóúñ])", re.I)
_DOT = r"(?:\.(?=\s*(?-i:[a-z0-9,;)])))?"  # the stop of the abbreviation, not that of the sentence
_EVERY = re.compile(
    r"(?<![A-Za-z0-9])c\s?/\s?(?P<n>\d{1,2}(?:\s?(?:-|–|a|o|ó)\s?\d{1,2})?)\s*"
    rf"(?:(?P<hora>(?:horas?|hrs?|hs?)\b{_DOT})|(?P<minuto>(?:min(?:utos?|s)?)\b{_DOT}|['’´′](?!['’´′]))"
    rf"|(?P<día>d[ií]as|d\b|(?<=/1 )d[ií]a)|(?P<semana>semanas?|sem\b{_DOT})|(?P<mes>mes(?:es)?\b))?"
    r"(?![A-Za-z0-9áéíóúñ])",
    re.I,
)
"""«c/8h», «c/20 min», «c/3 días», «c/4-6 hrs»."""
_BARE = frozenset({"4", "6", "8", "12", "24", "48", "72"})
"""Intervals that are of hours where no unit is said («c/12»)."""
_OTHER = re.compile(
    r"\s*(?:[-–—'’´′\"/°º%]|[.,]\d|(?:a|o|ó|y)\s?\d|(?:seg|puls|lat|tab|cap|amp|got|sem|mes|a[nñ]o|punt|noche|comida|colacion)"
    r"|(?:ml|mg|mcg|gr?|kg|ui?|l(?:ts?)?|lpm|cm|mm|[dm]|d[ií]as|veces|tomas|dosis)\b)",
    re.I,
)
"""What may follow a number that isn't one of hours («c/2 tabletas», «c/12.5 mg»)."""
_ROMAN_BEFORE = re.compile(
    r"(?:grado|estadio|clase|nyha|asa|tipo|par|fase|etapa|clasificacion|killip|forrester|child|fototipo|nervio|goldman|erc|categoria)\s*:?\s*$"
)
_ELECTROLYTE_AFTER = re.compile(r"\s*:?\s*(?:de\s+)?\d")
_WORD = "A-Za-zÁÉÍÓÚÜÑáéíóúüñ0-9"
_NEAR_WEIGHT, _SECTION_WEIGHT, _CLEAR = 2.0, 1.0, 2.0


@dataclass(frozen=True)
class Abbreviation:
    """An abbreviation found in a note."""

    span: Span
    short: str
    expansions: tuple[str, ...]
    """Readings, the likeliest first."""
    ambiguous: bool
    suggestion: str
    """The only reading, or the one that the words beside it speak for; "" where nothing decides."""


@dataclass(frozen=True)
class Edit:
    """A replacement made: ``span`` in the text as given."""

    span: Span
    old: str
    new: str


@dataclass(frozen=True)
class Expanded:
    """Text with its abbreviations written out, what was changed, and what has to be asked."""

    text: str
    edits: tuple[Edit, ...]
    questions: tuple[Abbreviation, ...]


@dataclass(frozen=True)
class _Hint:
    reading: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    sections: frozenset[str]
    fixed: bool
    """The words beside it leave no other reading: a rule, not a guess («PA 120/80», «1 g IV», «x 7 d»)."""


@lru_cache(maxsize=1)
def table() -> dict[str, tuple[str, ...]]:
    """Abbreviation → readings, the usual one first."""
    with (DATA / "abbreviations.csv").open(encoding="utf-8", newline="") as handle:
        return {
            r["abbreviation"]: (r["expansion"], *(a.strip() for a in r["alternatives"].split(";") if a.strip()))
            for r in csv.DictReader(handle)
        }


@lru_cache(maxsize=1)
def _hints() -> dict[str, list[_Hint]]:
    hints: dict[str, list[_Hint]] = {}
    with (DATA / "abbreviation_hints.csv").open(encoding="utf-8", newline="") as handle:
        for r in csv.DictReader(handle):
            hints.setdefault(r["abbreviation"], []).append(
                _Hint(
                    r["reading"],
                    re.compile(r["before"]) if r["before"] else None,
                    re.compile(r["after"]) if r["after"] else None,
                    frozenset(filter(None, r["sections"].split("|"))),
                    r["fixed"] == "yes",
                )
            )
    return hints


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    names = [n for n in table() if n not in _PATTERN_ONLY and not re.match(r"c/\d", n)]
    body = "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))
    return re.compile(
        rf"(?<![{_WORD}_/.@¤-])(?:{body})(?![{_WORD}_@¤]|[-.]\d|\.[{_WORD}])|(?<=/)(?:{body})(?![{_WORD}_@¤/]|[-.]\d)"
    )


def _rank(short: str, view: View, at: int, end: int, section: str) -> tuple[tuple[str, ...], str]:
    readings = table()[short]
    before, after = fold(view.text[max(0, at - 30) : at]), fold(view.text[end : end + 30])
    scores = {r: -0.01 * i for i, r in enumerate(readings)}
    for hint in _hints().get(short, ()):
        if hint.reading not in scores:
            continue
        if hint.fixed:
            if (not hint.before or hint.before.search(before)) and (not hint.after or hint.after.search(after)):
                return (hint.reading,), hint.reading
            continue
        near = bool(hint.before and hint.before.search(before)) or bool(hint.after and hint.after.search(after))
        scores[hint.reading] += _NEAR_WEIGHT * near + _SECTION_WEIGHT * (section in hint.sections)
    ranked = tuple(sorted(readings, key=lambda r: -scores[r]))
    top, second = scores[ranked[0]], scores[ranked[1]] if len(ranked) > 1 else -9.0
    clear = len(ranked) == 1 or (top >= _CLEAR * 0.9 and top - second >= 1.0)
    return ranked, ranked[0] if clear else ""


def _every(found: re.Match[str], text: str) -> str:
    """«cada 8 horas»; "" where it isn't said, nor sure, what is counted."""
    unit = found.lastgroup if found.lastgroup != "n" else ""
    if unit and re.match(r"\s+(?:de|del)\b", text[found.end() :]):
        return ""  # «c/3 días de evolución»: with
    bounds = [int(one) for one in re.findall(r"\d+", found["n"])]
    if bounds != sorted(set(bounds)):
        return ""  # «c/12 - 7 días»: no range
    if not unit:
        sure = found["n"] in _BARE and not _OTHER.match(text, found.end())
        return f"cada {found['n']} horas" if sure else ""
    if found["n"] == "1":
        return f"cada {unit}"
    return f"cada {found['n']} {unit}{'es' if unit == 'mes' else 's'}"


def find(text: str, sections: Sequence[tuple[Span, Section]] | None = None) -> list[Abbreviation]:
    """Abbreviations of ``text`` in order; see the module's rules."""
    view = View(text)
    masked = re.sub(r"<[A-Z][A-Z0-9_]*>", lambda m: "¤" * len(m.group()), text)
    hits: dict[int, tuple[int, str]] = {}
    for m in _pattern().finditer(masked):
        short = m.group()
        if short in ("IV", "iv") and _ROMAN_BEFORE.search(fold(masked[max(0, m.start() - 20) : m.start()])):
            continue
        hits[m.start()] = (m.end(), short)
    for m in _GYNECOLOGIC.finditer(masked):
        for letter in re.finditer(r"[GPAC](?=\s?\d)", m.group()):
            hits[m.start() + letter.start()] = (m.start() + letter.end(), letter.group())
    for m in SOAP.finditer(masked):
        hits[m.start(1)] = (m.end(1), m.group(1))
    for m in _DAYS.finditer(masked):
        hits[m.start(1)] = (m.end(1), "d")
    for m in re.finditer(r"(?<![\w+.-])(?:K|Na|Cl)(?![\w+])", masked):
        if _ELECTROLYTE_AFTER.match(masked, m.end()) and not re.search(
            r"[Vv]itamina\s*$|[Vv]it\.?\s*$", masked[: m.start()]
        ):
            hits.setdefault(m.start(), (m.end(), m.group()))
    for m in re.finditer(r"(?<=[%\d])\s+(?:al\s+)?(aa)(?![\w])", masked):
        hits.setdefault(m.start(1), (m.end(1), "aa"))
    found: list[Abbreviation] = []
    for start in sorted(hits):
        end, short = hits[start]
        section = next((str(k) for s, k in sections or () if s.start <= start < s.end), "")
        ranked, suggestion = _rank(short, view, start, end, section)
        found.append(Abbreviation(Span(start, end), short, ranked, len(ranked) > 1, suggestion))
    for m in _EVERY.finditer(masked):
        reading = _every(m, masked)
        short = m.group().rstrip()
        if reading:
            found.append(Abbreviation(Span(m.start(), m.start() + len(short)), short, (reading,), False, reading))
    found.sort(key=lambda a: a.span)
    kept: list[Abbreviation] = []
    for abbreviation in found:
        if not kept or abbreviation.span.start >= kept[-1].span.end:
            kept.append(abbreviation)
    return kept


def expand(
    text: str,
    choices: Mapping[int | str, str] | None = None,
    sections: Sequence[tuple[Span, Section]] | None = None,
    leave: Collection[str] = (),
) -> Expanded:
    """Writes out the unambiguous abbreviations and those that the physician decided.

    Args:
        text: the note.
        choices: the physician's readings, by start offset of the abbreviation or by its short form.
        sections: assigned sections, to rank the readings of what is asked.
        leave: short forms that stay as they are.

    Returns:
        The new text, the edits, and the ambiguous abbreviations without a choice (left as they were).

    Raises:
        ValueError: a choice is not among the readings of its abbreviation.
    """
    picked = choices or {}
    edits: list[Edit] = []
    questions: list[Abbreviation] = []
    parts: list[str] = []
    at = 0
    for abbreviation in find(text, sections):
        start, end = abbreviation.span
        if abbreviation.short in leave:
            continue
        reading = picked.get(start) or picked.get(abbreviation.short)
        if reading is None:
            if abbreviation.ambiguous:
                questions.append(abbreviation)
                continue
            reading = abbreviation.expansions[0]
        elif reading not in abbreviation.expansions:
            raise ValueError(f"«{reading}» no es una lectura de «{abbreviation.short}».")
        reading = re.sub(r"\s*\([^)]*\)$", "", reading)
        if re.search(r"(?:^|\n|\.\s)\s*$", text[:start]):
            reading = reading[0].upper() + reading[1:]
        before = re.search(r"\w+ $", text[:start])
        if before and fold(reading).startswith(fold(before[0])):
            reading = reading[len(before[0]) :]  # «insulina NPH» says «insulina» once
        if text[start - 1 : start].isdigit():
            reading = f" {reading}"
        parts += [text[at:start], reading]
        if text[end : end + 1].isdigit():
            parts[-1] += " "
        edits.append(Edit(abbreviation.span, abbreviation.short, reading))
        at = end
    parts.append(text[at:])
    return Expanded("".join(parts), tuple(edits), tuple(questions))
