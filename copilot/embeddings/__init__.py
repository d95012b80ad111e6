"""Sentence embeddings through sentence-transformers (bundled multilingual-e5-small by default)."""

from copilot.embeddings.encoder import Embedder, SharedTokenizer, VectorCache, load_embedder, model_path

__all__ = ["Embedder", "SharedTokenizer", "VectorCache", "load_embedder", "model_path"]
