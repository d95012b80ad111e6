"""BM25 over stems (bm25s): index on disk, questions with weighted expansions, the vocabulary for typos."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np

from copilot.errors import CopilotError
from corpora.ingest.clean import fold
from corpora.lexicon import Expansion, stems, tokens
from corpora.passages import Passage

ADDED_WEIGHT = 0.5
"""Weight of a stem that a lay word or an abbreviation added, against 1 for the question's own."""
WEAK_WEIGHT = 0.12
"""Weight of a stem added to a word that the corpus uses itself."""
TITLE_REPEATS = 1
HEADING_REPEATS = 2
"""Times that title and heading are counted in a passage's terms (a field weight, without a second index)."""


def passage_terms(passage: Passage) -> list[str]:
    """Stems of one passage as BM25 sees it."""
    return stems(passage.topic) * TITLE_REPEATS + stems(passage.heading) * HEADING_REPEATS + stems(passage.text)


class LexicalIndex:
    """BM25 scores of all passages for a question; rows in the order of :attr:`ids`."""

    def __init__(self, ids: list[str], engine: bm25s.BM25 | None, words: frozenset[str], generation: int) -> None:
        self.ids = ids
        self.words = words
        """Folded words of the corpus that occur at least twice, or once in a title: what typos are corrected to."""
        self.generation = generation
        self._engine = engine
        self._known: frozenset[str] = frozenset(engine.vocab_dict) if engine is not None else frozenset()

    @staticmethod
    def build(passages: Sequence[Passage], generation: int = 0) -> LexicalIndex:
        """Index passages in their order."""
        ids = [one.id for one in passages]
        if not ids:
            return LexicalIndex([], None, frozenset(), generation)
        engine = bm25s.BM25(k1=1.2, b=0.6)
        engine.index([passage_terms(one) or ["vacio"] for one in passages], show_progress=False)
        return LexicalIndex(ids, engine, _words(passages), generation)

    def save(self, folder: Path) -> None:
        """Write the index; a reader never sees half of it (the folder is swapped in by renaming)."""
        fresh = folder.with_name(folder.name + ".nuevo")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        if self._engine is not None:
            self._engine.save(fresh, show_progress=False)
        state = {"generation": self.generation, "ids": self.ids, "words": sorted(self.words)}
        (fresh / "pasajes.json").write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)

    @staticmethod
    def load(folder: Path) -> LexicalIndex | None:
        """Read an index; None where there is none. Raises :class:`CopilotError` where it is damaged."""
        state_file = folder / "pasajes.json"
        if not state_file.is_file():
            return None
        try:
            state = json.loads(state_file.read_text(encoding="utf-8"))
            engine = bm25s.BM25.load(folder, show_progress=False) if state["ids"] else None
        except Exception as error:
            raise CopilotError(
                f"El índice de palabras está dañado ({type(error).__name__}). Ejecute «copilot corpus build»."
            ) from None
        return LexicalIndex(state["ids"], engine, frozenset(state["words"]), int(state["generation"]))

    def known(self, some: Sequence[str]) -> frozenset[str]:
        """Those stems that some passage has."""
        return self._known.intersection(some)

    def scores(self, question: Expansion) -> np.ndarray:
        """BM25 of every passage [n]; expansions weigh :data:`ADDED_WEIGHT`."""
        total = np.zeros(len(self.ids), dtype=np.float32)
        if self._engine is None:
            return total
        for group, weight in ((question.stems, 1.0), (question.added, ADDED_WEIGHT), (question.weak, WEAK_WEIGHT)):
            known = [stem for stem in group if stem in self._known]
            if known:
                total += weight * self._engine.get_scores(known)
        return total

    def top(self, question: Expansion, n: int, mask: np.ndarray | None = None) -> list[tuple[str, float]]:
        """The ``n`` best passages as (id, score), best first; rows outside ``mask`` (bool [n]) are left out."""
        scores = self.scores(question)
        if mask is not None:
            scores = np.where(mask, scores, 0.0)
        n = min(n, len(scores))
        if n <= 0:
            return []
        best = np.argpartition(-scores, n - 1)[:n]
        best = best[np.argsort(-scores[best], kind="stable")]
        return [(self.ids[i], float(scores[i])) for i in best if scores[i] > 0]


def _words(passages: Sequence[Passage]) -> frozenset[str]:
    counts: dict[str, int] = {}
    sure: set[str] = set()
    for one in passages:
        for word in set(tokens(one.text)):
            counts[word] = counts.get(word, 0) + 1
        sure.update(tokens(f"{one.topic} {one.heading}"))
    kept = {word for word, count in counts.items() if count >= 2} | sure
    return frozenset(fold(word) for word in kept if len(word) > 3 and word.isalpha())
