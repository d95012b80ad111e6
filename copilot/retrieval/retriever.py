"""The retriever: question in, best passages out. Stages can be switched off one by one to measure what each buys."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from copilot.errors import CopilotError
from copilot.retrieval.diversity import diversify
from copilot.retrieval.filters import Filters
from copilot.retrieval.indexer import Encoder, Indexer
from copilot.retrieval.lexical import LexicalIndex
from copilot.retrieval.rerank import Candidate, Weights, rerank
from copilot.retrieval.routing import route
from copilot.retrieval.store import CorpusStore
from copilot.retrieval.windows import passage_of
from copilot.settings import Settings
from corpora.lexicon import Expansion, expand
from corpora.passages import Passage

RRF = 20
"""Constant of reciprocal-rank fusion: 1 / (RRF + rank)."""


@dataclass(frozen=True, slots=True)
class Stages:
    """Which stages run; all by default."""

    dense: bool = True
    lexical: bool = True
    expansion: bool = True
    typos: bool = True
    rerank: bool = True
    routing: bool = True
    diversity: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found."""

    passage: Passage
    score: float
    """Final score; comparable within one search only. ``stages['cosine']`` is comparable between searches."""
    stages: dict[str, float] = field(default_factory=dict)
    """What each stage said: ``cosine``, ``margin`` (over the mean cosine of the candidates), ``fused``, ``route`` and
    ``coverage`` of the question (0–1), ``bm25``."""


@dataclass(frozen=True, slots=True)
class SearchTrace:
    """How a question was read: for the log and the page."""

    expansion: Expansion
    milliseconds: float


class Retriever:
    """Hybrid search over the corpus of a site. One instance serves many threads."""

    def __init__(
        self,
        settings: Settings,
        encoder: Encoder | None = None,
        *,
        stages: Stages | None = None,
        weights: Weights | None = None,
        candidates: int = 60,
        auto_cards: bool = True,
    ) -> None:
        self.stages = stages or Stages()
        self.weights = weights or Weights()
        self.candidates = candidates
        self._indexer = Indexer(settings, encoder)
        self._lock = threading.Lock()
        self._words: LexicalIndex | None = None
        self._keys: dict[int, str] = {}
        self._auto_cards = auto_cards
        self.last: SearchTrace | None = None
        """Trace of the latest search of this instance."""

    @property
    def store(self) -> CorpusStore:
        """The corpus store (documents, passages, history)."""
        return self._indexer.store

    def refresh(self) -> LexicalIndex:
        """Follow changes of the corpus made by any process; indexes the bundled cards on an empty corpus."""
        with self._lock:
            if self._words is not None and self._words.generation == self._indexer.store.generation:
                return self._words
            if self._auto_cards and not self._indexer.store.documents():
                self._indexer.add_cards()
            self._indexer.check_encoder()
            self._words = self._indexer.refresh_words()
            self._passage_rows = {pid: row for row, pid in enumerate(self._words.ids)}
            return self._words

    def search(self, query: str, k: int = 5, filters: Filters | None = None) -> list[Hit]:
        """The ``k`` best passages for a question, best first; none where the corpus is empty.

        Raises:
            CopilotError: the index is damaged or was built with another embedding model.
        """
        started = time.perf_counter()
        query = query.strip()[:4000]
        words = self.refresh()
        if not query or not words.ids:
            return []
        question = expand(query, words.words, typos=self.stages.typos)
        if not self.stages.expansion:
            question = Expansion(question.stems, (), query)
        candidates = self._candidates(question, words, filters)
        if self.stages.routing:
            standing = route(candidates, question)
            for one in candidates:
                one.route = standing.get(one.passage.key, 0.0)
        if self.stages.rerank:
            candidates = rerank(candidates, question, self.weights)
        else:
            for one in candidates:
                one.score = one.fused
            candidates.sort(key=lambda one: (-one.score, one.passage.id))
        chosen = diversify(candidates, k) if self.stages.diversity else candidates[:k]
        self.last = SearchTrace(question, 1000 * (time.perf_counter() - started))
        cosines = [one.cosine for one in candidates if one.cosine]
        mean = sum(cosines) / len(cosines) if cosines else 0.0
        return [self._hit(one, question, mean) for one in chosen]

    @staticmethod
    def _hit(one: Candidate, question: Expansion, mean: float) -> Hit:
        asked = set(question.stems)
        covered = len(asked & one.terms) / len(asked) if asked and one.terms else 0.0
        stages = {
            "cosine": one.cosine, "margin": one.cosine - mean if one.cosine else 0.0, "bm25": one.bm25,
            "fused": one.fused, "route": one.route, "coverage": covered,
        }  # fmt: skip
        return Hit(one.passage, one.score, stages)

    def _candidates(self, question: Expansion, words: LexicalIndex, filters: Filters | None) -> list[Candidate]:
        """Fused candidates of both engines that the filters admit."""
        restrict = filters is not None and filters.active
        depth = self.candidates * (4 if restrict else 1)
        dense = self._dense(question, depth) if self.stages.dense else []
        lexical = words.top(question, depth) if self.stages.lexical else []
        found = self._indexer.store.get(list(dict.fromkeys([pid for pid, _ in dense] + [pid for pid, _ in lexical])))
        if restrict:
            assert filters is not None
            found = {pid: p for pid, p in found.items() if filters.admits(p.key, p.population)}
        pool: dict[str, Candidate] = {}
        top = 0.0
        for ranked, name in ((dense, "cosine"), (lexical, "bm25")):
            ranked = [(pid, score) for pid, score in ranked if pid in found and pid in self._passage_rows][
                : self.candidates
            ]
            top += 1 / (RRF + 1) if ranked else 0.0
            for rank, (pid, score) in enumerate(ranked, 1):
                one = pool.setdefault(pid, Candidate(found[pid]))
                setattr(one, name, score)
                one.fused += 1 / (RRF + rank)
        for one in pool.values():
            one.fused = one.fused / top if top else 0.0
        return list(pool.values())

    def _dense(self, question: Expansion, depth: int) -> list[tuple[str, float]]:
        """Passages by their best row: (id, cosine), best first."""
        vector = self._indexer.encoder.queries([question.text])[0]
        best: dict[str, float] = {}
        for row, similarity in self._indexer.vectors.query(np.asarray(vector), depth * 3):
            pid = passage_of(row)
            if similarity > best.get(pid, -1.0):
                best[pid] = similarity
        return sorted(best.items(), key=lambda pair: -pair[1])[:depth]

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """Passages by id, in the order asked. Raises :class:`CopilotError` for one that isn't active."""
        found = self._indexer.store.get(list(ids))
        missing = [pid for pid in ids if pid not in found]
        if missing:
            raise CopilotError("Un pasaje citado ya no está en el corpus; repita la consulta.")
        return [found[pid] for pid in ids]

    def neighbours(self, passage: Passage, reach: int = 1) -> list[Passage]:
        """The passage with those before and after it in its document (parent context)."""
        document = self._indexer.store.active(passage.key, passage.origin)
        if document is None:
            return [passage]
        rows = self._indexer.store.passages_of(document.number)
        at = next((i for i, one in enumerate(rows) if one.id == passage.id), None)
        return [passage] if at is None else rows[max(0, at - reach) : at + reach + 1]
