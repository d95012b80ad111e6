"""Search in the catalogue: BM25 over stems with lay words and abbreviations, typos, and title vectors.

Titles are short, so each engine alone is blind in its own way: words miss «piedras en la vesícula», vectors
confuse neighbours («hernia inguinal», «hernia umbilical»). The scores are combined, not the ranks.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from corpora.catalogue.table import CatalogueEntry, entries
from corpora.ingest.clean import fold
from corpora.lexicon import expand, stems, tokens

Encode = Callable[[list[str]], np.ndarray]
"""Texts → normalised vectors [n, d]."""

ADDED_WEIGHT = 0.6
DENSE_WEIGHT = 0.9
_GENERIC = frozenset(
    stems(
        "diagnóstico tratamiento prevención manejo atención detección oportuna primer segundo tercer nivel niveles "
        "guía clínica adulto adultos integral inicial referencia intervenciones protocolo nacional "
        "médica pronam población"
    )
)
"""Words of nearly every title: they hardly tell guidelines apart."""


@dataclass(frozen=True, slots=True)
class CatalogueHit:
    """One entry found."""

    entry: CatalogueEntry
    score: float
    """Combined score; above about 1 the entry shares the topic's words or meaning (see :data:`NEAR`)."""


class Catalogue:
    """The searchable catalogue. ``vectors`` [n, d] in the order of the entries and ``encode`` are optional."""

    def __init__(
        self,
        rows: Sequence[CatalogueEntry] | None = None,
        vectors: np.ndarray | None = None,
        encode: Encode | None = None,
    ) -> None:
        self.rows = tuple(rows if rows is not None else entries())
        self._vectors = vectors
        self._encode = encode
        terms = [Counter(stems(entry_text(one))) for one in self.rows]
        self._terms = terms
        self._frequency = Counter(term for one in terms for term in one)
        self.words = frozenset(w for one in self.rows for w in tokens(entry_text(one)) if len(w) > 3 and w.isalpha())
        self._by_key = {key: one for one in self.rows for key in (*one.earlier_keys, one.key)}

    def get(self, key: str) -> CatalogueEntry | None:
        """Entry of a key, also of an older key of the same guideline."""
        return self._by_key.get(key)

    def search(self, query: str, k: int = 5) -> list[CatalogueHit]:
        """The ``k`` entries that best match a topic, best first; none for an empty question."""
        question = expand(query.strip()[:1000], self.words)
        if not question.stems and not question.added:
            return []
        scores = self._lexical(question.stems, (*question.added, *question.weak))
        if self._vectors is not None and self._encode is not None:
            cosine = self._vectors @ self._encode([question.text])[0]
            low = float(np.quantile(cosine, 0.5))
            scores = scores + DENSE_WEIGHT * np.clip((cosine - low) / max(1e-6, 0.95 - low), 0, None)
        scores = scores + np.array([_preference(one, query) for one in self.rows])
        best = np.argsort(-scores, kind="stable")[:k]
        return [CatalogueHit(self.rows[i], float(scores[i])) for i in best if scores[i] > 0.05]

    def _lexical(self, own: Sequence[str], added: Sequence[str]) -> np.ndarray:
        """Share of the question's weighted stems that a title has, less for a title with many other words."""
        total = len(self.rows)
        weight = {s: self._idf(s, total) for s in own} | {s: ADDED_WEIGHT * self._idf(s, total) for s in added}
        known = sum(w for s, w in weight.items() if self._frequency.get(s))
        ceiling = max(known, 1e-6)
        scores = np.zeros(total, dtype=np.float32)
        for position, terms in enumerate(self._terms):
            hit = sum(w for s, w in weight.items() if s in terms)
            if hit:
                content = [s for s in terms if s not in _GENERIC]
                extra = sum(1 for s in content if s not in weight)
                scores[position] = hit / ceiling * (1.6 - 0.6 * extra / (extra + 6))
        return scores

    def _idf(self, stem: str, total: int) -> float:
        value = math.log(1 + total / (1 + self._frequency.get(stem, 0)))
        return 0.25 * value if stem in _GENERIC else value


def entry_text(one: CatalogueEntry) -> str:
    """What is searched of an entry: title, other titles, age group in words."""
    age = {"pediatria": "niños pediatría", "adulto": "", "todas": ""}.get(one.age_group, "")
    return ". ".join(part for part in (one.title, *one.other_titles, age) if part)


_NURSING = re.compile(r"enfermer")
_CHILD = re.compile(r"\b(nin[ao]s?|bebes?|recien nacid|pediatr|adolescen|chamac|escuincl|lactante)")


def _preference(one: CatalogueEntry, query: str) -> float:
    """Small tie-breakers: newer first, nursing and children's guidelines only where asked for."""
    plain = fold(query)
    value = 0.0
    if one.family != "GPC":
        value += 0.05
    if one.year:
        value += 0.04 * max(0.0, min(1.0, (one.year - 2008) / 14))
    if _NURSING.search(fold(one.title)) and not _NURSING.search(plain):
        value -= 0.15
    if one.age_group == "pediatria" and not _CHILD.search(plain):
        value -= 0.10
    return value


def fingerprint(rows: Sequence[CatalogueEntry]) -> str:
    """Hash of the texts that were embedded: vectors of another state of the catalogue are not used."""
    return hashlib.sha256("\n".join(entry_text(one) for one in rows).encode()).hexdigest()
