"""Rules of form: what a card must be before anyone compares it with its source."""

from __future__ import annotations

import functools
import re
from collections import Counter

from corpora.cards.cards import CARDS_DIR, Card
from corpora.cards.figures import figures
from corpora.cards.normalise import fold
from corpora.cards.sources import load_origins

ALLOWED: dict[str, frozenset[str]] = {
    "age_group": frozenset({"pediatria", "adulto", "adulto_mayor", "todas"}),
    "sex": frozenset({"F", "M", ""}),
    "pregnancy": frozenset({"si", "no"}),
    "kind": frozenset({"recomendacion", "evidencia", "dato"}),
}
ID = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)+-\d{3}")
LENGTH = (40, 700)
"""Characters of a card's text: shorter does not stand alone, longer is two cards."""
CORRUPT = re.compile(r"(?<![µm\w])g/kg/min|\ufffd|\?\?|\(cid:")
"""Marks of a lost character: a bare g/kg/min was µg/kg/min."""


def drug_spellings() -> dict[str, list[str]]:
    """Every drug and vaccine that a card may name, with the spellings under which a source may name it."""
    spellings = {}
    for line in (CARDS_DIR / "drugs.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, others = line.partition("=")
            spellings[name.strip()] = [
                name.strip(),
                *(item.strip() for item in others.split(",") if item.strip()),
            ]
    return spellings


def known_drugs() -> dict[str, str]:
    """Folded name → name of every drug and vaccine that a card may name."""
    return {fold(name): name for name in drug_spellings()}


@functools.cache
def _drug_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern over all names, the longest first, plural allowed."""
    longest = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![a-z0-9])({longest})(?:s|es)?(?![a-z0-9])")


def drugs_in(text: str, known: dict[str, str]) -> list[str]:
    """Known drugs named in a text, the longest name where two overlap, in order of appearance."""
    found = _drug_pattern(tuple(known)).finditer(fold(text))
    return list(dict.fromkeys(known[match[1]] for match in found))


def form_problems(cards: list[Card]) -> list[str]:
    """Every breach of form, one Spanish line each, beginning with the card's id."""
    origins = load_origins()
    known = known_drugs()
    problems = []
    for identifier, times in Counter(card.id for card in cards).items():
        if times > 1:
            problems.append(f"{identifier}: identificador repetido {times} veces.")
    texts = Counter(fold(card.text) for card in cards)
    for card in cards:
        problems += [f"{card.id}: {problem}" for problem in _of_card(card, known)]
        origin = origins.get(card.key)
        if origin is None:
            problems.append(f"{card.id}: clave desconocida.")
        elif (card.title, card.year) != (origin.title, origin.year):
            problems.append(f"{card.id}: título o año distintos de los del protocolo.")
        if texts[fold(card.text)] > 1:
            problems.append(f"{card.id}: texto repetido.")
    return problems


def _of_card(card: Card, known: dict[str, str]) -> list[str]:
    problems = []
    if not ID.fullmatch(card.id):
        problems.append("identificador mal formado.")
    for column, allowed in ALLOWED.items():
        if getattr(card, column) not in allowed:
            problems.append(f"valor no admitido en {column}.")
    if not all(card.headings) or not card.section:
        problems.append("sección vacía.")
    if not card.population:
        problems.append("población vacía.")
    if card.grade and not card.scale:
        problems.append("grado sin escala.")
    if card.scale and not card.grade:
        problems.append("escala sin grado.")
    if not LENGTH[0] <= len(card.text) <= LENGTH[1]:
        problems.append(f"texto de {len(card.text)} caracteres.")
    if not card.text.endswith("."):
        problems.append("el texto no termina en punto.")
    if CORRUPT.search(card.text):
        problems.append("unidad o signo que parece dañado.")
    if card.sex == "M" and card.pregnancy == "si":
        problems.append("embarazo en sexo masculino.")
    for item in card.number_list():
        if item not in card.text:
            problems.append(f"la cifra «{item}» no está en el texto.")
    for item in figures(card.text):
        if item not in card.number_list():
            problems.append(f"falta la cifra «{item}» en la columna numbers.")
    for item in card.drug_list():
        if fold(item) not in known:
            problems.append(f"fármaco desconocido «{item}».")
        elif item not in drugs_in(card.text, known):
            problems.append(f"el fármaco «{item}» no está en el texto.")
    for item in drugs_in(card.text, known):
        if item not in card.drug_list():
            problems.append(f"falta el fármaco «{item}» en la columna drugs.")
    return problems
