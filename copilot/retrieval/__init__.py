"""Hybrid retrieval over the guideline corpus: Chroma vectors plus BM25, fused, reranked and diversified."""

from copilot.retrieval.filters import Filters
from copilot.retrieval.retriever import Hit, Retriever

__all__ = ["Filters", "Hit", "Retriever"]
