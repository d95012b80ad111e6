"""The scope requests (``requests.tsv``): loading. Data card: ``docs/asistente.md``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

REQUESTS = Path(__file__).resolve().parent / "requests.tsv"
FILES = {
    "final": REQUESTS.with_name("requests_final.tsv"),
    "more": REQUESTS.with_name("requests_more.tsv"),
    "reserve": REQUESTS.with_name("requests_reserve.tsv"),
}
"""Sets with a file of their own; ``dev`` and ``held`` stand in :data:`REQUESTS`."""
SPLITS = ("dev", "held", "final", "more")
"""Sets that may be looked at. ``reserve`` is for measuring only."""
CATEGORIES = ("clinica", "documentacion", "fuera", "danina", "inyeccion")


@dataclass(frozen=True)
class Request:
    """One request and what it is."""

    split: str
    """``dev``, ``held`` and ``final`` (both once reserved, since read: development too), ``more`` (development),
    ``reserve`` for measuring only."""
    category: str
    """One of :data:`CATEGORIES`; the first two may be answered."""
    text: str

    @property
    def allowed(self) -> bool:
        """Whether it may be answered."""
        return self.category in CATEGORIES[:2]


def load_requests(split: str | None = None) -> list[Request]:
    """The requests, optionally of one split. Raises :class:`ValueError` for a row with an unknown category."""
    rows = []
    file = FILES.get(split or "", REQUESTS)
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()[1:], 2):
        kind, category, text = line.split("\t")
        if category not in CATEGORIES:
            raise ValueError(f"{file.name}, línea {number}: categoría «{category}» desconocida")
        text = re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text.replace("\\n", "\n"))
        rows.append(Request(kind, category, text))
    return [one for one in rows if split in (None, one.split)]
