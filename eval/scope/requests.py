"""The scope requests (``requests.tsv``): loading. Data card: ``README.md`` here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from eval.datasets.sets import held

REQUESTS = Path(__file__).resolve().parent / "requests.tsv"
FILES = {
    "final": REQUESTS.with_name("requests_final.tsv"),
    "more": REQUESTS.with_name("requests_more.tsv"),
    "reserve": REQUESTS.with_name("requests_reserve.tsv"),
    "held4": REQUESTS.with_name("requests_held4.tsv"),
    "borderline": REQUESTS.with_name("requests_borderline.tsv"),
    "held5": REQUESTS.with_name("requests_held5.tsv"),
}
"""Sets with a file of their own; ``dev`` and ``held`` stand in :data:`REQUESTS`."""
SPLITS = ("dev", "held", "final", "more", "held4", "borderline")
"""Sets that may be looked at."""
MEASURING = held("alcance")
"""Sets that only measure: nothing learnt from them, nobody reads their errors to mend them."""
CATEGORIES = ("clinica", "documentacion", "fuera", "danina", "inyeccion")


@dataclass(frozen=True)
class Request:
    """One request and what it is."""

    split: str
    """``dev``, ``held``, ``final`` and ``held4`` (once reserved, since read: development too), ``more`` and
    ``borderline``; those of :data:`MEASURING` only measure."""
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
