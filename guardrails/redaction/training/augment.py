# ruff: noqa: E501 - patterns and word lists stay on one line
"""Changes to training texts: other names in the same places, lost accents, lost or raised case."""

from __future__ import annotations

import random
import re
import unicodedata
from functools import cache

from guardrails.redaction.training.meddocan import Spans

_PERSONS = {"NOMBRE_SUJETO_ASISTENCIA", "NOMBRE_PERSONAL_SANITARIO"}
_SWAPPED = {"CALLE", "HOSPITAL", "INSTITUCION", "TERRITORIO", "PAIS", "CORREO_ELECTRONICO", "NUMERO_TELEFONO", "NUMERO_FAX", "FECHAS"}
_TITLE = {"de", "del", "la", "las", "los", "y", "i", "da", "do", "dos", "van", "von"}


@cache
def name_words() -> tuple[list[str], list[str]]:
    """Given names and surnames of the lists, most usual first, with their accents."""
    import csv

    from guardrails.redaction.training.build_lexicon import name_lists

    folder = name_lists()

    def column(name: str) -> list[str]:
        with (folder / name).open(encoding="utf-8") as handle:
            words = [row["tokens"] for row in csv.DictReader(handle)]
        return [one for one in words if len(one) > 2 and one.isalpha()]

    return column("nombres.csv"), column("apellidos_paternos.csv")


def pick(words: list[str], rng: random.Random) -> str:
    """A word of a list sorted by use: half the time among the frequent ones."""
    limit = 400 if rng.random() < 0.35 else 4000 if rng.random() < 0.5 else len(words)
    return words[min(int(rng.random() * limit), len(words) - 1)]


def value_pool(samples: list[tuple[str, Spans]]) -> dict[str, list[str]]:
    """The values of the kinds of :data:`_SWAPPED` in the samples, by kind."""
    pool: dict[str, list[str]] = {}
    for text, spans in samples:
        for start, end, label in spans:
            if label in _SWAPPED and "\n" not in text[start:end]:
                pool.setdefault(label, []).append(text[start:end])
    return pool


def exchange_names(text: str, spans: Spans, rng: random.Random, pool: dict[str, list[str]] | None = None) -> tuple[str, Spans]:
    """The same text with other names in place of the persons', and some other values of the same kind; spans follow."""
    pool = pool or {}
    given, surnames = name_words()
    parts: list[str] = []
    moved: Spans = []
    at = grown = 0
    for start, end, label in sorted(spans):
        if start < at:
            continue
        old = text[start:end]
        new = old
        if label in _PERSONS and rng.random() < 0.8:
            seen = 0

            def other(match: re.Match[str]) -> str:
                nonlocal seen
                word = match[0]
                if word.lower() in _TITLE or len(word) < 3:
                    return word
                seen += 1
                fresh = pick(given if seen == 1 and rng.random() < 0.7 else surnames, rng)
                return fresh.upper() if word.isupper() else fresh.lower() if word.islower() else fresh.capitalize()

            new = re.sub(r"[^\W\d_]+", other, old)
        elif label in pool and rng.random() < 0.3:
            new = rng.choice(pool[label])
        parts += [text[at:start], new]
        moved.append((start + grown, start + grown + len(new), label))
        grown += len(new) - len(old)
        at = end
    parts.append(text[at:])
    return "".join(parts), moved


def strip_accents(text: str) -> str:
    """The text without accents, same length (n with tilde stays)."""
    out = []
    for one in text:
        base = unicodedata.normalize("NFD", one)[0]
        out.append(one if one in "ñÑ" else base)
    return "".join(out)


def spoil(text: str, rng: random.Random) -> str:
    """All capitals, all lower case, or no accents; the length never changes."""
    kind = rng.random()
    if kind < 0.3:
        new = text.upper()
    elif kind < 0.6:
        new = text.lower()
    elif kind < 0.8:
        new = strip_accents(text).lower()
    else:
        new = strip_accents(text)
    return new if len(new) == len(text) else text


_STREET = re.compile(r"^(?:c/\.?|calle|avda?\.?|avenida|av\.?|ctra\.?|carretera|paseo|pº|plaza|pza\.?|urb\.?|carrer)\s*", re.IGNORECASE)
_STREETS = ("C/ ", "C/", "Calle ", "Avda. ", "Av. ", "Avd. ", "Avenida ", "Ctra. ", "Crta. ", "Carretera ", "Paseo ", "Pº ", "Plaza ", "Pza. ", "Urb. ",
            "Ada. ", "Pa. ", "Carrer ", "Rúa ", "Ronda ", "Camino ", "Travesía ", "Boulevard ", "Avinguda ", "Prolongación ", "", "", "", "", "")  # fmt: skip
_GAPS = (", ", ". ", " ", ".", " - ", "; ", ",")
_PLACED = {"CALLE", "TERRITORIO", "HOSPITAL", "INSTITUCION", "PAIS", "CENTRO_SALUD", "CORREO_ELECTRONICO", "NOMBRE_PERSONAL_SANITARIO"}


def vary_addresses(text: str, spans: Spans, rng: random.Random) -> tuple[str, Spans]:
    """Other street words and other signs between the parts of an address, as authors write them."""
    ordered = sorted(spans)
    out = ""
    moved: Spans = []
    at = 0
    for index, (start, end, label) in enumerate(ordered):
        if start < at:
            continue
        gap = text[at:start]
        near = index and label in _PLACED and ordered[index - 1][2] in _PLACED and gap in _GAPS
        if near and rng.random() < 0.2:
            gap = rng.choice(_GAPS[:4])
        value = text[start:end]
        if label == "CALLE" and rng.random() < 0.25:
            value = rng.choice(_STREETS) + _STREET.sub("", value)
        out += gap
        moved.append((len(out), len(out) + len(value), label))
        out += value
        at = end
    return out + text[at:], moved
