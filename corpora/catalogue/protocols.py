"""The protocols without a GPC number (PAI of IMSS, federal PRONAM): the project's own short keys for them.

PAI and PRONAM carry no catalogue key; the key here is what cards, catalogue and ingested documents share.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz

from corpora.errors import DataFileError
from corpora.ingest.clean import fold

_FILE = Path(__file__).with_name("protocols.tsv")


@dataclass(frozen=True, slots=True)
class Protocol:
    """One row of ``protocols.tsv``."""

    key: str
    family: str
    """``PAI`` or ``PRONAM``."""
    title: str
    """Title as cited."""
    topic: str
    """The subject alone, without the kind of document."""
    aliases: tuple[str, ...]
    """File names (without extension) under which the document circulates."""


@lru_cache(maxsize=1)
def protocols() -> tuple[Protocol, ...]:
    """All rows; raises :class:`DataFileError` where the table is missing or damaged."""
    try:
        with _FILE.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle, delimiter="\t"))
        return tuple(
            Protocol(r["key"], r["family"], r["title"], r["topic"], tuple(r["aliases"].split(";"))) for r in rows
        )
    except (OSError, KeyError, AttributeError) as error:
        raise DataFileError(f"La tabla de protocolos no se puede leer ({type(error).__name__}).") from None


def match_protocol(family: str, title: str, stem: str) -> Protocol | None:
    """The protocol a document is, by file name or by the likeness of its title within its family."""
    name = fold(stem).replace("_", "-").replace(" ", "-")
    same = [one for one in protocols() if one.family == family]
    for one in same:
        if any(name == alias or name.endswith("-" + alias) for alias in one.aliases):
            return one
    plain = fold(title).strip(" .")
    scored = [(fuzz.token_sort_ratio(plain, fold(one.topic)), one) for one in same]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= 88 else None
