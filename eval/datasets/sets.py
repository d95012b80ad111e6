"""Which data sets there are, and whether they are held out: ``sets.csv`` is the one table that says so.

``reservado``: nothing was learnt from it or tuned on it, and nobody read its errors to mend them. ``desarrollo``:
everything else, whatever its name once promised.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("sets.csv")
HELD, DEVELOPMENT = "reservado", "desarrollo"


@dataclass(frozen=True)
class DataSet:
    """One row of the table."""

    name: str
    """Family and split: ``guias-held5``."""
    use: str
    """:data:`HELD` or :data:`DEVELOPMENT`."""
    suites: tuple[str, ...]
    """Suites that measure on it."""
    patterns: tuple[str, ...]
    card: str
    """Data card, from the root of the repository."""

    @property
    def held(self) -> bool:
        """Whether it is held out."""
        return self.use == HELD

    def files(self) -> list[Path]:
        """Its files, in order of name. Raises :class:`FileNotFoundError` where a pattern finds none."""
        found = []
        for pattern in self.patterns:
            there = sorted(ROOT.glob(pattern))
            if not there:
                raise FileNotFoundError(pattern)
            found += there
        return found

    def digest(self) -> str:
        """SHA-256 over names and contents of its files."""
        whole = hashlib.sha256()
        for path in self.files():
            whole.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
        return whole.hexdigest()


@lru_cache(maxsize=1)
def sets() -> dict[str, DataSet]:
    """The data sets by name, in the order of the table."""
    with TABLE.open(encoding="utf-8", newline="") as handle:
        return {
            r["set"]: DataSet(r["set"], r["use"], tuple(r["suites"].split()), tuple(r["files"].split()), r["card"])
            for r in csv.DictReader(handle)
        }


def held(family: str) -> tuple[str, ...]:
    """Splits of a family (``guias``, ``alcance``, ``redaccion``) that are held out."""
    start = f"{family}-"
    return tuple(name.removeprefix(start) for name, one in sets().items() if name.startswith(start) and one.held)


def of_suite(suite: str) -> list[DataSet]:
    """The sets that a suite measures on."""
    return [one for one in sets().values() if suite in one.suites]


def suite_text(suite: str) -> str:
    """«notas (reservado), …» as the reports print it; empty for a suite that the table doesn't know."""
    return ", ".join(f"{one.name} ({one.use})" for one in of_suite(suite))
