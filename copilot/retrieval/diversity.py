"""Diversity: maximal marginal relevance over stems, so that five hits aren't one paragraph five times."""

from __future__ import annotations

from copilot.retrieval.rerank import Candidate, passage_terms

TRADE = 0.18
"""Weight of likeness to what was chosen already; chosen on the development questions."""
DEPTH = 25


def diversify(candidates: list[Candidate], k: int) -> list[Candidate]:
    """Choose ``k`` of the ranked candidates; a near-copy of a chosen one has to be much better than the next."""
    pool = candidates[: max(DEPTH, k)]
    for one in pool:
        one.terms = one.terms or passage_terms(one.passage)
    chosen: list[Candidate] = []
    while pool and len(chosen) < k:
        best = max(pool, key=lambda one: one.score - TRADE * max((_likeness(one, c) for c in chosen), default=0.0))
        pool.remove(best)
        chosen.append(best)
    return chosen


def _likeness(one: Candidate, other: Candidate) -> float:
    """Share of the smaller text's stems that the other has as well (0–1); below a half it doesn't count."""
    smaller = min(len(one.terms), len(other.terms)) or 1
    share = len(one.terms & other.terms) / smaller
    return max(0.0, share - 0.5) * 2
