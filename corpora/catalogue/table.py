"""The catalogue as data: one row a guideline, read from ``catalogue.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpora.errors import DataFileError

FILE = Path(__file__).with_name("catalogue.csv")
LIST_DATE = "2026-11"
"""Month in which the lists of addresses were received; the program itself never opens an address."""

COLUMNS = (
    "key", "title", "family", "institution", "specialty", "age_group", "level", "year", "status", "url", "url_seen",
    "earlier_keys", "other_titles", "source",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One guideline of the catalogue; its text need not be in the corpus."""

    key: str
    """Newest key known, e.g. ``GPC-IMSS-076-21``; ``SN-…`` where the lists give none."""
    title: str
    family: str
    """``GPC``, ``PAI`` or ``PRONAM``."""
    institution: str
    specialty: str
    age_group: str
    """``adulto``, ``pediatria``, ``todas`` or empty."""
    level: str
    """Levels of care as digits: ``12``; empty: not said."""
    year: int | None
    status: str
    url: str
    url_seen: str
    """Date of the list the address is from."""
    earlier_keys: tuple[str, ...]
    other_titles: tuple[str, ...]
    source: str


@lru_cache(maxsize=1)
def entries() -> tuple[CatalogueEntry, ...]:
    """All rows; raises :class:`DataFileError` where the file is missing or damaged."""
    try:
        with FILE.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise DataFileError("El catálogo de guías no tiene las columnas esperadas.")
            return tuple(
                CatalogueEntry(
                    r["key"], r["title"], r["family"], r["institution"], r["specialty"], r["age_group"], r["level"],
                    int(r["year"]) if r["year"] else None, r["status"], r["url"], r["url_seen"],
                    tuple(k for k in r["earlier_keys"].split(";") if k),
                    tuple(t for t in r["other_titles"].split(";") if t), r["source"],
                )
                for r in reader
            )  # fmt: skip
    except (OSError, KeyError, ValueError) as error:
        raise DataFileError(f"El catálogo de guías no se puede leer ({type(error).__name__}).") from None
