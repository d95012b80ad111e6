"""The scope requests (``requests.tsv``): loading. Data card: ``docs/asistente.md``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

REQUESTS = Path(__file__).resolve().parent / "requests.tsv"
FINAL = REQUESTS.with_name("requests_final.tsv")
CATEGORIES = ("clinica", "documentacion", "fuera", "danina", "inyeccion")


@dataclass(frozen=True)
class Request:
    """One request and what it is."""

    split: str
    """``dev`` and ``held`` (once reserved, since read: development too), ``final`` for measuring only."""
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
    file = FINAL if split == "final" else REQUESTS
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()[1:], 2):
        kind, category, text = line.split("\t")
        if category not in CATEGORIES:
            raise ValueError(f"{file.name}, línea {number}: categoría «{category}» desconocida")
        text = re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text.replace("\\n", "\n"))
        rows.append(Request(kind, category, text))
    return [one for one in rows if split in (None, one.split)]
