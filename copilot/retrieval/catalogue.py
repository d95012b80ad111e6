"""The catalogue with title vectors: shipped for the default encoder, computed and cached for any other."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np

from copilot.retrieval.indexer import Encoder
from copilot.settings import Settings
from corpora.catalogue.search import Catalogue, fingerprint
from corpora.catalogue.table import entries
from corpora.catalogue.topics import search_texts

_SHIPPED = Path(__file__).with_name("catalogue_titles.npz")
"""int8 vectors of titles and topic phrases (``python -m copilot.retrieval.catalogue`` writes them)."""
_DEFAULT_ENCODER = "e5-small"
_loaded: dict[tuple[str, str], Catalogue] = {}
_lock = threading.Lock()


def load_catalogue(settings: Settings, encoder: Encoder | None = None) -> Catalogue:
    """The catalogue of this process, with vectors of the configured encoder."""
    key = (settings.embeddings, str(settings.data_dir))
    with _lock:
        if key not in _loaded or encoder is not None:
            if encoder is None:
                from copilot.embeddings import load_embedder

                encoder = load_embedder(settings)  # type: ignore[assignment]
            assert encoder is not None
            _loaded[key] = Catalogue(entries(), _vectors(settings, encoder), encoder.queries)
        return _loaded[key]


def _vectors(settings: Settings, encoder: Encoder) -> np.ndarray:
    rows = entries()
    state = fingerprint(rows)
    if settings.embeddings == _DEFAULT_ENCODER and _SHIPPED.is_file():
        with np.load(_SHIPPED) as data:
            if str(data["state"]) == state:
                return _unpack(data["vectors"])
    return np.asarray(encoder.passages(search_texts(rows)[0]), dtype=np.float32)


def _unpack(packed: np.ndarray) -> np.ndarray:
    vectors = packed.astype(np.float32)
    return vectors / np.maximum(1e-9, np.linalg.norm(vectors, axis=1, keepdims=True))


def pack(vectors: np.ndarray) -> np.ndarray:
    """Normalised vectors → int8, one scale for each row (which normalisation takes out again)."""
    scale = np.abs(vectors).max(axis=1, keepdims=True)
    return np.round(vectors / np.maximum(scale, 1e-9) * 127).astype(np.int8)


def main() -> int:
    """Write the shipped vectors for the default encoder."""
    from copilot.embeddings import load_embedder
    from copilot.settings import get_settings

    rows = entries()
    vectors = load_embedder(get_settings()).passages(search_texts(rows)[0])
    np.savez_compressed(_SHIPPED, vectors=pack(vectors), state=np.array(fingerprint(rows)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
