"""The trace of a card in its source: heading, lines, and whether every figure and drug is there.

``trace.tsv`` keeps facts only (card, key, heading, line numbers, SHA-256 of the source file), so that whoever
has the same file can open the lines and compare.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from corpora.cards.cards import CARDS_DIR, Card, CardError
from corpora.cards.figures import figures, split_figure
from corpora.cards.form import drug_spellings
from corpora.cards.normalise import canonical, fold, values, words
from corpora.cards.sources import RUN, Source, load_origins

TRACE_FILE = CARDS_DIR / "trace.tsv"
TRACE_COLUMNS = ["id", "key", "heading", "heading_line", "lines", "sha256"]
NEAR = 90
"""Characters within which number and unit must stand in the source, unless a table heads its column with the unit."""
COMPARED = re.compile(r"[<>≤≥]\s*\d+(?:\.\d+)?(?:/\d+(?:\.\d+)?)*")
LESS = r"\b(?:menor|menos|debajo|inferior|maximo|hasta)"
MORE = r"\b(?:mayor|mas|arriba|superior|minimo|al menos|a partir)"
SYNONYMS: dict[str, tuple[str, ...]] = {
    "mg/dia": ("mg", "dosis"),
    "g/dia": ("g",),
    "lpm": ("lpm", "latidos", "frecuencia cardiaca", "fc"),
    "mcg/dia": ("mcg",),
    "ui": ("ui", "unidades", "u"),
    "u": ("ui", "u"),
    "mm3": ("mm3", "mcl"),
}
"""Folded unit → spellings that the source may print instead."""


@dataclass
class SourceReport:
    """What the comparison found: trace rows, violations, and where facts stand, by key."""

    rows: list[dict[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    found: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def check_sources(cards: list[Card], folder: Path) -> SourceReport:
    """Compare every card with its protocol in ``folder``.

    Raises:
        CardError: a protocol's file is missing.
    """
    origins = load_origins()
    used = {card.key for card in cards} & set(origins)
    sources = {key: Source(folder / origins[key].file) for key in sorted(used)}
    for key, source in sources.items():
        source.note_headings([card.headings for card in cards if card.key == key])
    report = SourceReport()
    for card in cards:
        if card.key not in sources:
            continue
        for run in _copied(card, sources):
            report.problems.append(f"{card.id}: {RUN} palabras iguales a la fuente («{run}»).")
        _check_card(card, sources[card.key], report)
    return report


def _copied(card: Card, sources: dict[str, Source]) -> list[str]:
    tokens = words(card.text)
    runs = [tuple(tokens[i : i + RUN]) for i in range(len(tokens) - RUN + 1)]
    return [" ".join(run) for run in runs if any(run in source.runs for source in sources.values())]


def _check_card(card: Card, source: Source, report: SourceReport) -> None:
    place = source.find_heading(card.headings)
    if place is None:
        report.problems.append(
            f"{card.id}: el apartado «{' › '.join(card.headings)}» no existe en la fuente."
        )
        return
    section, whole = source.text(*place), source.text(1, len(source.lines))
    facts: list[tuple[str, Callable[[str, str], bool]]] = [(item, _figure_in) for item in figures(card.text)]
    facts += [(match[0], _comparator_in) for match in COMPARED.finditer(fold(card.text))]
    facts += [(value, _value_in) for value in values(card.text)]
    facts += [(drug, _drug_in) for drug in card.drug_list()]
    for fact, present in facts:
        where = "section" if present(fact, section) else "document" if present(fact, whole) else "nowhere"
        report.found[card.key][where] += 1
        if where == "nowhere":
            report.problems.append(f"{card.id}: «{fact}» no está en la fuente.")
    lines = _lines(card, source, place)
    pages = Counter(page for page in map(source.page_of, lines) if page is not None)
    if pages and card.page not in pages:
        said = ", ".join(str(page) for page, _ in pages.most_common())
        report.problems.append(f"{card.id}: página {card.page}, la fuente dice {said}.")
    report.rows.append(
        {
            "id": card.id,
            "key": card.key,
            "heading": card.headings[-1],
            "heading_line": str(place[0]),
            "lines": ",".join(map(str, lines)),
            "sha256": source.sha256,
        }
    )


def _value_in(value: str, text: str) -> bool:
    wanted = canonical(fold(value))
    return wanted in values(text) or all(part in values(text.replace("/", " ")) for part in wanted.split("/"))


def _figure_in(figure: str, text: str) -> bool:
    """Each value of the figure stands in the text with the unit near it, or with the unit in the same section."""
    numbers, unit = split_figure(figure)
    folded = fold(f"1 {unit}")[1:].strip()
    spellings = SYNONYMS.get(folded, (folded,))
    units = "|".join(re.escape(spelling) for spelling in spellings)
    for number in numbers:
        value = re.escape(canonical(fold(number))) + r"(?:\.0+)?"
        hits = list(re.finditer(rf"(?<![\d.]){value}(?!\.?\d)", text))
        if not hits and not _value_in(number, text):
            return False
        near = any(re.search(units, text[max(0, hit.start() - NEAR) : hit.end() + NEAR]) for hit in hits)
        if not near and not re.search(units, text):
            return False
    return True


def _comparator_in(compared: str, text: str) -> bool:
    """The value stands in the text behind the same sign, or behind words of the same direction («mayor de»)."""
    sign, number = compared[0], compared[1:].strip()
    value = re.escape(canonical(number)) + r"(?:\.0+)?"
    words_before = LESS if sign in "<≤" else MORE
    return re.search(rf"(?:{sign}|{words_before}[^.;<>≤≥]{{0,25}})\s*{value}(?!\.?\d)", text) is not None


def _drug_in(drug: str, text: str) -> bool:
    """The drug stands in the text under one of its spellings, or all of its words do («insulina NPH»)."""
    spellings = drug_spellings().get(drug, [drug])
    return any(fold(name) in text or all(word in text for word in words(name)) for name in spellings)


def _lines(card: Card, source: Source, place: tuple[int, int]) -> list[int]:
    """The lines of the source that hold the card's figures and drugs: in its section first, else anywhere."""
    first, last = place
    lines: set[int] = set()
    wanted = set(values(card.text)) | {fold(drug) for drug in card.drug_list()}
    content = {word for word in words(card.text) if len(word) > 4}
    for item in wanted:
        span = [n for n in range(first, last + 1) if _holds(item, source.lines[n - 1])]
        span = span or [n for n in range(1, len(source.lines) + 1) if _holds(item, source.lines[n - 1])]
        if span:
            lines.add(max(span, key=lambda n: (_overlap(content, source, n), -n)))
    if not lines:
        lines.add(max(range(first, last + 1), key=lambda n: (_overlap(content, source, n), -n)))
    return sorted(lines)


def _holds(item: str, line: str) -> bool:
    return item in values(line) or (not item[0].isdigit() and item in line)


def _overlap(content: set[str], source: Source, line: int) -> int:
    around = " ".join(source.lines[max(0, line - 4) : line + 3])
    return len(content & set(words(around))) * 2 + len(content & set(words(source.lines[line - 1])))


def write_trace(rows: list[dict[str, str]], path: Path = TRACE_FILE) -> None:
    """Store the trace, ordered as the cards are."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, TRACE_COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_trace(path: Path = TRACE_FILE) -> list[dict[str, str]]:
    """The stored trace.

    Raises:
        CardError: there is no trace file, or its columns differ.
    """
    if not path.is_file():
        raise CardError("Falta corpora/cards/trace.tsv; escríbalo con --sources DIR --write-trace.")
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle, delimiter="\t")
        if reader.fieldnames != TRACE_COLUMNS:
            raise CardError("trace.tsv no tiene las columnas esperadas.")
        return list(reader)


def trace_problems(
    cards: list[Card], trace: list[dict[str, str]], fresh: list[dict[str, str]] | None
) -> list[str]:
    """Cards without trace, traces without card, other headings; with ``fresh`` rows, any difference from them."""
    stored = {row["id"]: row for row in trace}
    problems = [f"{card.id}: sin traza." for card in cards if card.id not in stored]
    problems += [f"{row}: traza sin tarjeta." for row in stored.keys() - {card.id for card in cards}]
    for card in cards:
        row = stored.get(card.id)
        if row and (row["key"], row["heading"]) != (card.key, card.headings[-1]):
            problems.append(f"{card.id}: la traza nombra otro apartado.")
    for row in fresh or []:
        if stored.get(row["id"], row) != row:
            problems.append(f"{row['id']}: la traza guardada no coincide con la fuente.")
    return problems
