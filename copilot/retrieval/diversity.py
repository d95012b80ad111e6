"""Diversity: maximal marginal relevance over stems, so that five hits aren't one paragraph five times."""

from __future__ import annotations

from copilot.retrieval.rerank import Candidate, passage_terms

TRADE = 0.18
"""Weight of likeness to what was chosen already; chosen on the development questions."""
SAME_GUIDELINE = 0.08
"""Taken off for each passage of the same guideline that was chosen already: two protocols often share a topic."""
DEPTH = 40


def diversify(candidates: list[Candidate], k: int) -> list[Candidate]:
    """Choose ``k`` of the ranked candidates; a near-copy of a chosen one has to be much better than the next."""
    pool = candidates[: max(DEPTH, k)]
    for one in pool:
        one.terms = one.terms or passage_terms(one.passage)
    chosen: list[Candidate] = []
    while pool and len(chosen) < k:
        best = max(pool, key=lambda one: one.score - _penalty(one, chosen))
        pool.remove(best)
        chosen.append(best)
    return chosen


def _penalty(one: Candidate, chosen: list[Candidate]) -> float:
    alike = max((_likeness(one, other) for other in chosen), default=0.0)
    return TRADE * alike + SAME_GUIDELINE * sum(other.passage.key == one.passage.key for other in chosen)


def _likeness(one: Candidate, other: Candidate) -> float:
    """Share of the smaller text's stems that the other has as well (0–1); below a half it doesn't count."""
    smaller = min(len(one.terms), len(other.terms)) or 1
    share = len(one.terms & other.terms) / smaller
    return max(0.0, share - 0.5) * 2
