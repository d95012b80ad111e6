"""Search in the catalogue: weighted stems of titles and topic phrases, lay words, typos, and sentence vectors.

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
from corpora.catalogue.topics import search_texts, topics
from corpora.ingest.clean import fold
from corpora.lexicon import everyday_stems, expand, stems, tokens

Encode = Callable[[list[str]], np.ndarray]
"""Texts → normalised vectors [n, d]."""

ADDED_WEIGHT = 0.6
"""A stem that a lay word or an abbreviation stands for, against 1 for a word of the question."""
PHRASE_WEIGHT = 0.7
"""The best single phrase or title, by how much of it and of the question agree."""
DENSE_WEIGHT = 1.3
_FLOOR, _CEILING = 0.80, 0.95
"""Cosines of e5 that mean «nothing in common» and «the same»."""
_UNKNOWN = 0.35
"""Weight of a word that no title or phrase has, as a share of the rarest one's: it may be a typo or a detail."""
PEOPLE = frozenset(
    stems(
        "niño niña niños bebé lactante recién nacido adolescente joven muchacho muchacha señor señora mujer hombre "
        "paciente adulto anciano viejito abuelito embarazada año meses día semana hora"
    )
)
"""Whom it is about and for how long: it decides between guidelines of one topic, not which topic."""
_GENERIC = frozenset(
    stems(
        "diagnóstico tratamiento prevención manejo atención detección oportuna primer segundo tercer nivel niveles "
        "guía clínica adulto adultos integral inicial referencia intervenciones protocolo nacional terapia uso "
        "médica pronam población enfermería abordaje control cuidado criterios enfermedad síndrome complicaciones"
    )
)
"""Words of nearly every title: they hardly tell guidelines apart."""


@dataclass(frozen=True, slots=True)
class CatalogueHit:
    """One entry found."""

    entry: CatalogueEntry
    score: float
    """Combined score; comparable between questions, since each part is a share."""
    cosine: float = 0.0
    """Similarity of its nearest title or phrase."""


class Catalogue:
    """The searchable catalogue.

    ``vectors`` [m, d]: of :func:`~corpora.catalogue.topics.search_texts`; with ``encode`` optional.
    """

    def __init__(
        self,
        rows: Sequence[CatalogueEntry] | None = None,
        vectors: np.ndarray | None = None,
        encode: Encode | None = None,
    ) -> None:
        self.rows = tuple(rows if rows is not None else entries())
        self._encode = encode
        texts, owned = search_texts(self.rows)
        self._vectors = vectors
        self._owned = owned
        self._flat = np.array([at for own in owned for at in own])
        self._starts = np.cumsum([0, *(len(own) for own in owned[:-1])])
        self._phrases = [frozenset(stems(text)) for text in texts]
        self._terms = [Counter(stem for at in own for stem in self._phrases[at]) for own in owned]
        self._titles = [frozenset(stems(entry_text(one))) for one in self.rows]
        self._frequency = Counter(term for one in self._terms for term in one)
        self.words = frozenset(w for text in texts for w in tokens(text) if len(w) > 3 and w.isalpha())
        self._by_key = {key: one for one in self.rows for key in (*one.earlier_keys, one.key)}
        self._having: dict[str, list[int]] = {}
        for position, terms in enumerate(self._terms):
            for term in terms:
                self._having.setdefault(term, []).append(position)
        self._weights = {stem: self._weight(stem) for stem in self._having}
        titles = [fold(one.title) for one in self.rows]
        self._nursing = np.array([bool(_NURSING.search(title)) for title in titles])
        self._pregnant = np.array([bool(_PREGNANT.search(title)) for title in titles])
        self._ages = np.array([one.age_group for one in self.rows])
        self._base = np.array([_standing(one) for one in self.rows])

    def get(self, key: str) -> CatalogueEntry | None:
        """Entry of a key, also of an older key of the same guideline."""
        return self._by_key.get(key)

    def search(self, query: str, k: int = 5) -> list[CatalogueHit]:
        """The ``k`` entries that best match a topic, best first; none for an empty question."""
        question = expand(query.strip()[:1000], self.words)
        if not question.stems and not question.added:
            return []
        scores = self._lexical(question.stems, (*question.added, *question.weak))
        cosines = np.zeros(len(self.rows))
        if self._vectors is not None and self._encode is not None:
            near = self._vectors @ self._encode([question.text])[0]
            cosines = np.maximum.reduceat(near[self._flat], self._starts)
            scores = scores + DENSE_WEIGHT * np.clip((cosines - _FLOOR) / (_CEILING - _FLOOR), 0, 1)
        scores = scores + self._preferences(query)
        best = np.argsort(-scores, kind="stable")[:k]
        return [CatalogueHit(self.rows[i], float(scores[i]), float(cosines[i])) for i in best if scores[i] > 0.05]

    def _lexical(self, own: Sequence[str], added: Sequence[str]) -> np.ndarray:
        """Share of the question's weighted stems that an entry has, and agreement with its best phrase."""
        scores = np.zeros(len(self.rows), dtype=np.float32)
        weight = {s: self.weight(s) for s in own}
        extra = {s: ADDED_WEIGHT * self.weight(s) for s in added if s in self._having}
        whole = sum(weight.values()) or sum(extra.values())
        if not whole:
            return scores
        both = extra | weight
        for position in {at for s in both for at in self._having.get(s, ())}:
            terms = self._terms[position]
            got = sum(w for s, w in weight.items() if s in terms)
            beside = sum(w for s, w in extra.items() if s in terms)
            share = min(1.0, (got + min(beside, 0.8 * max(0.0, whole - got))) / whole)
            title = sum(w for s, w in both.items() if s in self._titles[position]) / whole
            scores[position] = share + 0.25 * min(1.0, title)
            scores[position] += PHRASE_WEIGHT * max(self._agreement(self._phrases[at], both, whole)
                                                    for at in self._owned[position])  # fmt: skip
        return scores

    def _agreement(self, phrase: frozenset[str], asked: dict[str, float], whole: float) -> float:
        """Harmonic mean of the shares of phrase and question that are common (0–1)."""
        common = sum(asked[s] for s in phrase if s in asked)
        if not common:
            return 0.0
        precision = common / sum(max(asked.get(s, 0.0), self.weight(s)) for s in phrase)
        recall = min(1.0, common / whole)
        return 2 * precision * recall / (precision + recall)

    def _preferences(self, query: str) -> np.ndarray:
        """Small tie-breakers [n]: newer first; nursing, children's and obstetric guidelines only where asked for."""
        plain = fold(query)
        value = self._base.copy()
        if not _NURSING.search(plain):
            value -= 0.20 * self._nursing
        if _CHILD.search(plain):
            value -= 0.15 * (self._ages == "adulto")
        else:
            value -= (0.12 + 0.1 * bool(_ADULT.search(plain))) * (self._ages == "pediatria")
        if not _OF_PREGNANCY.search(plain):
            value -= 0.10 * self._pregnant
        return value

    def weight(self, stem: str) -> float:
        """How much a word of a question says about the topic."""
        known = self._weights.get(stem)
        return self._weight(stem) if known is None else known

    def _weight(self, stem: str) -> float:
        if stem in everyday_stems():
            return 0.0
        total = len(self.rows)
        if stem not in self._having:
            return 0.0 if any(c.isdigit() for c in stem) else _UNKNOWN * math.log(1 + total)
        value = math.log(1 + total / (1 + self._frequency[stem]))
        return 0.1 * value if stem in _GENERIC else 0.2 * value if stem in PEOPLE else value


def entry_text(one: CatalogueEntry) -> str:
    """Title, other titles and age group in words."""
    age = {"pediatria": "niños pediatría", "adulto": "", "todas": ""}.get(one.age_group, "")
    return ". ".join(part for part in (one.title, *one.other_titles, age) if part)


_NURSING = re.compile(r"enfermer")
_CHILD = re.compile(
    r"\b(nin[ao]s?|bebes?|recien nacid|pediatr|adolescen|chamac|escuincl|lactante|preescolar|escolar|neonat|prematur)"
)
_ADULT = re.compile(r"\b(adult[oa]s?|senora?|ancian|viejit|abuel|hombre|mujer|embaraz|trabajador|obrer|campesin)")
_PREGNANT = re.compile(r"embaraz|gesta|puerper|parto|posparto|obstetri|cesarea")
_OF_PREGNANCY = re.compile(_PREGNANT.pattern + r"|\bbebe|\brn\b|recien")


def _standing(one: CatalogueEntry) -> float:
    """What speaks for an entry whatever is asked: protocols and newer guidelines first."""
    newer = 0.04 * max(0.0, min(1.0, (one.year - 2008) / 14)) if one.year else 0.0
    return newer + (0.05 if one.family != "GPC" else 0.0)


def fingerprint(rows: Sequence[CatalogueEntry]) -> str:
    """Hash of the texts that were embedded: vectors of another state of the catalogue are not used."""
    assert topics()
    return hashlib.sha256("\n".join(search_texts(rows)[0]).encode()).hexdigest()
