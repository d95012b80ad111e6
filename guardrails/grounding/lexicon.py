"""The clinical lexicon: data files read once into a phrase index.

``concepts_*.tsv``: id, type, surfaces (``|`` between them; a leading ``=`` asks for the exact word), parents.
``compositions.tsv``: surfaces and what they mean as concept ids (``-fiebre``: absent; ``side:der``: a side).
``abbreviations.tsv``: surface and its expansions, the first being the default reading.
``triggers.tsv``: class, value, surfaces. ``groups.tsv``: sets of mutually exclusive values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from guardrails.grounding.text import fold, stem, tokenize

FOLDER = Path(__file__).parent / "data" / "lexicon"


@dataclass(frozen=True)
class Entry:
    """What a phrase means: a concept, a composition, a trigger, an exclusive value, or an abbreviation."""

    kind: str
    """``concept``, ``parts``, ``trigger``, ``group``, ``abbreviation``, ``generic``."""
    id: str
    type: str = ""
    parts: tuple[str, ...] = ()


@dataclass
class Lexicon:
    """Phrase index: first key token → list of (key tokens, entries), longest first."""

    phrases: dict[str, list[tuple[tuple[str, ...], Entry]]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    parents: dict[str, frozenset[str]] = field(default_factory=dict)
    drug_words: tuple[str, ...] = ()
    literal: set[tuple[str, str]] = field(default_factory=set)
    """(word, concept id) of one-word surfaces as written."""
    generic_words: set[str] = field(default_factory=set)

    def add(self, surface: str, entry: Entry) -> None:
        """Index one surface; stems unless it starts with ``=``."""
        exact = surface.startswith("=")
        words = [t.text for t in tokenize(fold(surface.lstrip("=")))]
        if not words:
            return
        key = tuple("=" + w if exact else stem(w) for w in words)
        if len(words) == 1:
            self.literal.add((words[0], entry.id))
            if entry.kind == "generic":
                self.generic_words.add(words[0])
        bucket = self.phrases.setdefault(key[0], [])
        if (key, entry) not in bucket:
            bucket.append((key, entry))

    def ancestors(self, concept: str) -> frozenset[str]:
        """The concept and everything it is a kind of."""
        return self.parents.get(concept, frozenset((concept,)))


def _rows(pattern: str) -> list[list[str]]:
    rows = []
    for path in sorted(FOLDER.glob(pattern)):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                rows.append([cell.strip() for cell in line.split("\t")])
    return rows


def _closure(direct: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    out = {}
    for concept in direct:
        seen, stack = {concept}, list(direct[concept])
        while stack:
            parent = stack.pop()
            if parent not in seen:
                seen.add(parent)
                stack.extend(direct.get(parent, ()))
        out[concept] = frozenset(seen)
    return out


@lru_cache(maxsize=1)
def load() -> Lexicon:
    """Read the data files; a malformed row raises :class:`ValueError` naming its file pattern."""
    lexicon = Lexicon()
    direct: dict[str, set[str]] = {}
    drug_words = set()
    for row in _rows("concepts_*.tsv"):
        if len(row) < 3:
            raise ValueError(f"concepts: fila incompleta {row[:1]}")
        concept, type_, surfaces = row[:3]
        entry = Entry("concept", concept, type_)
        lexicon.types[concept] = type_
        direct.setdefault(concept, set()).update(p for p in (row[3].split("|") if len(row) > 3 else ()) if p)
        for surface in surfaces.split("|"):
            lexicon.add(surface, entry)
            if type_ == "drug" and surface.isalpha() and len(surface) >= 7:
                drug_words.add(fold(surface))
    for surfaces, parts in _rows("compositions.tsv"):
        for surface in surfaces.split("|"):
            lexicon.add(surface, Entry("parts", fold(surface.lstrip("=")), parts=tuple(parts.split("|"))))
    for surfaces, expansions in _rows("abbreviations.tsv"):
        for surface in surfaces.split("|"):
            lexicon.add("=" + surface, Entry("abbreviation", fold(surface), parts=tuple(expansions.split("|"))))
    for class_, value, surfaces in _rows("triggers.tsv"):
        for surface in surfaces.split("|"):
            lexicon.add("=" + surface.lstrip("="), Entry("trigger", value, class_))
    for group, value, surfaces in _rows("groups.tsv"):
        for surface in surfaces.split("|"):
            lexicon.add("=" + surface.lstrip("="), Entry("group", value, group))
    for (words,) in _rows("generic.tsv"):
        for word in words.split("|"):
            lexicon.add(word, Entry("generic", fold(word.lstrip("="))))
    for bucket in lexicon.phrases.values():
        bucket.sort(key=lambda item: -len(item[0]))
    lexicon.parents = _closure(direct)
    lexicon.drug_words = tuple(sorted(drug_words))
    return lexicon
