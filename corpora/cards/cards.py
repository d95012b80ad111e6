"""The cards as data: one TSV a protocol under ``corpora/cards/data``, read into ``Card`` rows.

A card is one recommendation or fact that stands alone: it names the disease and the population, carries its
numbers with units, and says from which section of which protocol it comes. See ``docs/tarjetas.md``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from pathlib import Path

CARDS_DIR = Path(__file__).resolve().parent
DATA_DIR = CARDS_DIR / "data"


class CardError(Exception):
    """A card file that cannot be read. The message is Spanish and names file and line, never a card's text."""


@dataclass(frozen=True)
class Card:
    """One evidence card; every field is a string exactly as in the TSV (lists are separated by ``;``)."""

    id: str
    """Stable identifier, e.g. ``DM2-PAI-001``."""
    key: str
    """Key of the protocol, as in the catalogue, e.g. ``PAI-DM2``."""
    title: str
    """Official title of the protocol."""
    year: str
    """Year of the protocol's publication or last update; empty where the source does not say."""
    section: str
    """Heading path in the source, parts joined by `` › ``; ends in ``(p. N)`` where the source numbers pages."""
    population: str
    """Whom the card speaks of, in Spanish."""
    age_group: str
    """``pediatria``, ``adulto``, ``adulto_mayor`` or ``todas``."""
    sex: str
    """``F``, ``M`` or empty (both)."""
    pregnancy: str
    """``si`` (speaks of pregnancy), ``no`` (does not)."""
    kind: str
    """``recomendacion``, ``evidencia`` or ``dato``."""
    grade: str
    """Grade or level printed by the source; empty where there is none."""
    scale: str
    """Name of the grading scale; empty where the source gives none."""
    text: str
    """The card, in our own words."""
    numbers: str
    """Figures of the text with their units, separated by ``; ``."""
    drugs: str
    """Drugs and vaccines named in the text, separated by ``; ``."""

    @property
    def headings(self) -> list[str]:
        """The heading path without the page."""
        path = self.section.rsplit(" (p. ", 1)[0]
        return [part.strip() for part in path.split(" › ")]

    @property
    def page(self) -> int | None:
        """Page printed by the source, or None."""
        _, mark, tail = self.section.rpartition(" (p. ")
        number = tail.rstrip(")").split("-")[0]
        return int(number) if mark and number.isdigit() else None

    def number_list(self) -> list[str]:
        """The figures, one an item."""
        return [item.strip() for item in self.numbers.split(";") if item.strip()]

    def drug_list(self) -> list[str]:
        """The drugs, one an item."""
        return [item.strip() for item in self.drugs.split(";") if item.strip()]


COLUMNS = [field.name for field in fields(Card)]


def read_cards(path: Path) -> list[Card]:
    """The cards of one TSV file.

    Raises:
        CardError: the header differs from ``COLUMNS`` or a row has another number of cells.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))
    if not rows or rows[0] != COLUMNS:
        raise CardError(f"{path.name}: el encabezado no es el de las tarjetas.")
    cards = []
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(COLUMNS):
            raise CardError(f"{path.name}, línea {number}: {len(row)} columnas en lugar de {len(COLUMNS)}.")
        cards.append(Card(*row))
    return cards


def load_cards(folder: Path = DATA_DIR) -> list[Card]:
    """All cards of the folder, file by file in alphabetical order.

    Raises:
        CardError: a file is not a card file.
    """
    return [card for path in sorted(folder.glob("*.tsv")) for card in read_cards(path)]
