"""Routing to the right guideline: how strongly each guideline answers the question as a whole.

Two signs: the question names the guideline's topic, and many of the best passages are its own.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from copilot.retrieval.rerank import Candidate
from corpora.lexicon import Expansion, stems

_DEPTH = 12
"""Passages of the fused list that vote."""
_KIND_WORDS = frozenset(
    stems("protocolo nacional atención médica integral pronam diagnóstico tratamiento prevención tipo personas")
)


def route(candidates: Sequence[Candidate], question: Expansion) -> dict[str, float]:
    """Standing of each guideline in 0–1; the best has 1 (all 0 where nothing speaks for any)."""
    if not candidates:
        return {}
    votes: dict[str, float] = defaultdict(float)
    for rank, one in enumerate(sorted(candidates, key=lambda c: -c.fused)[:_DEPTH]):
        votes[one.passage.key] += 1 / math.log2(rank + 2)
    total = sum(votes.values()) or 1.0
    asked, added = set(question.stems), set(question.added)
    topics: dict[str, float] = {}
    for key, topic in {one.passage.key: one.passage.topic for one in candidates}.items():
        words = set(stems(topic)) - _KIND_WORDS
        if words:
            hit = len(words & asked) + 0.7 * len((words - asked) & added)
            topics[key] = min(1.0, hit / min(3, len(words)))
    standing = {key: votes.get(key, 0.0) / total + 0.6 * topics.get(key, 0.0) for key in topics.keys() | votes.keys()}
    best = max(standing.values(), default=0.0)
    return {key: value / best for key, value in standing.items()} if best > 0 else {}
