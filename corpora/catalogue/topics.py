"""How physicians ask for a guideline: names of the topic (``topics.tsv``) and how the patient arrives
(``presentations.tsv``), and what physicians, nurses and relatives say or ask about it (``asked.tsv``).

Titles are formal («mordeduras de serpientes venenosas»); the question is not («le picó una víbora en el campo»).
All written by hand for the whole catalogue; one row may serve several guidelines of a topic.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from corpora.catalogue.table import CatalogueEntry
from corpora.errors import DataFileError

_FILES = tuple(Path(__file__).with_name(name) for name in ("topics.tsv", "presentations.tsv", "asked.tsv"))


@lru_cache(maxsize=1)
def topics() -> dict[str, tuple[str, ...]]:
    """Phrases by key. Raises :class:`DataFileError` where the file is missing or damaged."""
    found: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(_lines(), 2):
        keys, _, text = line.partition("\t")
        phrases = tuple(part.strip() for part in text.split(";") if part.strip())
        if not phrases:
            raise DataFileError(f"Las tablas de temas del catálogo no tienen frases en el renglón {number}.")
        for key in keys.split():
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), *phrases)))
    return found


def _lines() -> list[str]:
    try:
        return [line for file in _FILES for line in file.read_text(encoding="utf-8").splitlines()[1:]]
    except OSError as error:
        raise DataFileError(f"Falta una tabla de temas del catálogo ({error.strerror}).") from None


def search_texts(rows: Sequence[CatalogueEntry]) -> tuple[list[str], list[list[int]]]:
    """What is embedded: texts, each once, and for every entry the positions of its own (the title's first)."""
    texts: dict[str, int] = {}
    owned = []
    for one in rows:
        own = (one.title, *one.other_titles, *topics().get(one.key, ()))
        owned.append([texts.setdefault(text, len(texts)) for text in own])
    return list(texts), owned
