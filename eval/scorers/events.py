"""The one shape in which every suite reports: countable units, each with the note it belongs to.

A value of 1 is an error, 0 none; shares lie between. So for every measure less is better, and one table of
measures (``measures.csv``) names them for people.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from eval.rates import Observation

TABLE = Path(__file__).with_name("measures.csv")


@dataclass(frozen=True)
class Event:
    """One counted unit of one measure."""

    measure: str
    """Row of ``measures.csv``."""
    unit: str
    """What was counted, unique within the measure (statement, fact, citation…)."""
    cluster: str
    """Note, question or request that it belongs to."""
    value: float
    """1 error, 0 none; a share in between."""
    weight: float = 1.0
    tags: Mapping[str, str] = field(default_factory=dict)
    """``kind``, ``severity``, ``section``, ``note_type``… to break the rate down by."""

    def row(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self) | {"tags": dict(self.tags)}


@dataclass(frozen=True)
class Measure:
    """What a measure is called and how it is to be read."""

    name: str
    suite: str
    label: str
    """Spanish; says what the error is."""
    per: str
    """Spanish name of the unit in the denominator."""
    judge: str
    """Who says what an error is: ``etiqueta`` (labels), ``guardian`` (the guard), ``segundo`` (second detector)."""
    per_note: bool
    """Whether the share of notes with at least one error is shown too."""
    main: bool
    """Whether it belongs in the summary."""


@lru_cache(maxsize=1)
def measures() -> dict[str, Measure]:
    """The measures by name, in the order of the reports."""
    with TABLE.open(encoding="utf-8", newline="") as handle:
        return {
            r["measure"]: Measure(
                r["measure"], r["suite"], r["label"], r["per"], r["judge"], r["per_note"] == "1", r["main"] == "1"
            )
            for r in csv.DictReader(handle)
        }


def event_of(row: Mapping[str, Any]) -> Event:
    """The event of a JSON row. Raises ``KeyError`` or ``TypeError`` for a row of another form."""
    return Event(row["measure"], row["unit"], row["cluster"], float(row["value"]), float(row["weight"]), row["tags"])


def observations(events: Iterable[Event], measure: str, **tags: str) -> list[Observation]:
    """The measure's units as rates want them, those with all the given tags."""
    return [
        Observation(e.cluster, e.value, e.weight)
        for e in events
        if e.measure == measure and all(e.tags.get(name, "") == value for name, value in tags.items())
    ]
