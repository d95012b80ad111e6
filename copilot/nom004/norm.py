"""The norm as a table: elements of each note type with numeral and verification mark.

Source of the rows: NOM-004-SSA3-2012 (DOF 15-10-2012), collected from public copies; each row carries the mark of how
far it was verified (V2 two independent sources, V1 one, P partly, NV not verified). Marks are never dropped: what is P
or NV is not to be stated as settled.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from copilot.domain import NoteType

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Element:
    """One element that the norm names for a kind of note."""

    norm_type: str
    """List of the norm (25 kinds of document), for instance ``nota_inicial_urgencias``."""
    numeral: str
    key: str
    label: str
    mandatory: bool
    """False: «en su caso», or the fact can be absent."""
    verification: str
    """V2, V1, P or NV."""

    @property
    def settled(self) -> bool:
        """Whether at least one public source confirms the row."""
        return self.verification in ("V1", "V2")


@lru_cache(maxsize=1)
def _all() -> tuple[Element, ...]:
    with (DATA / "elements.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            Element(r["norm_type"], r["numeral"], r["element"], r["label"], r["mandatory"] == "yes", r["verification"])
            for r in csv.DictReader(handle)
        )


@lru_cache(maxsize=1)
def _types() -> dict[str, dict[str, object]]:
    return tomllib.loads((DATA / "note_types.toml").read_text(encoding="utf-8"))


def norm_types() -> tuple[str, ...]:
    """The kinds of document of the table."""
    return tuple(dict.fromkeys(e.norm_type for e in _all()))


def elements(note_type: NoteType | str) -> tuple[Element, ...]:
    """Elements demanded of a note type of the project, or of one of the norm's 25 kinds; specific ones first.

    Raises:
        KeyError: neither a note type of the project nor of the table.
    """
    name = str(note_type)
    lists = _types()[name]["lists"] if name in _types() else ([name] if name in norm_types() else None)
    if lists is None:
        raise KeyError(name)
    assert isinstance(lists, list)
    found: dict[str, Element] = {}
    for part in lists:
        for element in _all():
            if element.norm_type == part:
                found.setdefault(element.key, element)
    return tuple(found.values())


def note_type_label(note_type: NoteType | str) -> str:
    """«Nota de evolución» and the like."""
    return str(_types()[str(note_type)]["label"])
