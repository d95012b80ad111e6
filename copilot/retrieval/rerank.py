"""Cheap reranking of the fused candidates: similarity, weighted coverage of the question, headings, dose cues."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpora.ingest.clean import fold
from corpora.lexicon import Expansion, stems
from corpora.passages import Passage

_DOSE_ASKED = re.compile(r"\b(dosis|cuant[oa]s?|mg|mcg|ml|ui|esquema|posologia|carga|infusion|bolo|miligramos)\b")
_DOSE_TEXT = re.compile(r"\d[\d.,]*\s?(?:mg|mcg|µg|g|ml|ui|u|meq|gy)\b|\d\s?(?:mg|mcg|g|u|ui)/", re.I)
_NUMBER_ASKED = re.compile(
    r"\b(cuant|meta|cifra|valor|limite|corte|edad|semana|hora|minut|cada|maxim|minim|plazo|tiempo)"
)
_WEAK_HEADING = re.compile(
    r"^(glosario|abreviaturas|introducci|i\. introducci|objetivo|ii\. objetivo|indicadores|inicio|nivel de exig)"
)


@dataclass(frozen=True, slots=True)
class Weights:
    """Linear weights; chosen on ``eval/guidelines/questions_dev.jsonl``."""

    dense: float = 0.8
    lexical: float = 0.45
    fusion: float = 0.30
    coverage: float = 0.6
    added: float = 0.12
    heading: float = 0.15
    dose: float = 0.06
    number: float = 0.03
    weak: float = 0.25
    routing: float = 0.25


@dataclass(slots=True)
class Candidate:
    """A passage on its way through the stages."""

    passage: Passage
    cosine: float = 0.0
    """Best similarity of its rows; 0 where the dense stage didn't see it."""
    bm25: float = 0.0
    fused: float = 0.0
    """Reciprocal-rank fusion, scaled so that first in both lists is 1."""
    route: float = 0.0
    """Standing of its guideline among all (0–1)."""
    score: float = 0.0
    terms: frozenset[str] = frozenset()


@lru_cache(maxsize=4000)
def passage_terms(passage: Passage) -> frozenset[str]:
    """Stems of a passage with its heading (kept for the passages that come up often)."""
    return frozenset(stems(passage.index_text))


def idf_table(passages: Sequence[frozenset[str]], total: int, counts: dict[str, int] | None = None) -> dict[str, float]:
    """Inverse document frequency of stems among the candidates (or from ``counts`` over the corpus)."""
    if counts is None:
        counts = {}
        for terms in passages:
            for term in terms:
                counts[term] = counts.get(term, 0) + 1
    return {term: math.log(1 + total / (1 + count)) for term, count in counts.items()}


def rerank(candidates: list[Candidate], question: Expansion, weights: Weights) -> list[Candidate]:
    """Score every candidate and sort, best first."""
    if not candidates:
        return []
    for one in candidates:
        one.terms = one.terms or passage_terms(one.passage)
    idf = idf_table([one.terms for one in candidates], len(candidates))
    plain = fold(question.text)
    dose_asked, number_asked = bool(_DOSE_ASKED.search(plain)), bool(_NUMBER_ASKED.search(plain))
    own = {s: idf.get(s, math.log(1 + len(candidates))) for s in question.stems}
    added = {s: idf[s] for s in question.added if s in idf}
    top_bm25 = max((one.bm25 for one in candidates), default=0.0) or 1.0
    cosines = [one.cosine for one in candidates if one.cosine]
    low, high = (min(cosines), max(cosines)) if cosines else (0.0, 1.0)
    for one in candidates:
        dense = (one.cosine - low) / (high - low) if one.cosine and high > low else 0.0
        heading_terms = frozenset(stems(one.passage.heading))
        score = weights.dense * dense + weights.lexical * one.bm25 / top_bm25 + weights.fusion * one.fused
        score += weights.coverage * _share(own, one.terms) + weights.added * _share(added, one.terms)
        score += weights.heading * _share({**added, **own}, heading_terms)
        if dose_asked and _DOSE_TEXT.search(one.passage.text):
            score += weights.dose
        if number_asked and re.search(r"\d", one.passage.text):
            score += weights.number
        if _WEAK_HEADING.match(fold(one.passage.heading)):
            score -= weights.weak
        one.score = score + weights.routing * one.route
    return sorted(candidates, key=lambda one: (-one.score, one.passage.id))


def _share(weighted: dict[str, float], terms: frozenset[str]) -> float:
    total = sum(weighted.values())
    return sum(value for term, value in weighted.items() if term in terms) / total if total else 0.0
