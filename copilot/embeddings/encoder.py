"""Sentence embeddings: one place that knows the model, its prefixes and the cache."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from copilot.errors import ModelError
from copilot.models import load_registry, ready_path
from copilot.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_E5_PREFIXES = ("query: ", "passage: ")


def model_path(settings: Settings) -> Path:
    """Folder of the sentence-transformers model in use. Raises :class:`ModelError` where it is missing."""
    from copilot.embeddings.unpack import unpack

    row = load_registry(settings).get(settings.embeddings)
    if row is None:
        folder = Path(settings.embeddings)
        if not (folder / "modules.json").is_file():
            raise ModelError(
                f"«{settings.embeddings}» no es un modelo del registro ni una carpeta de sentence-transformers."
            )
        return folder
    return unpack(ready_path(settings, row), row.folder(settings) / "sentence-transformers")


class VectorCache:
    """Vectors by content hash, in one SQLite file; safe under several threads and processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=30)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, value BLOB NOT NULL)")

    def get(self, keys: Sequence[bytes]) -> dict[bytes, np.ndarray]:
        """Vectors known for these keys (float32)."""
        found: dict[bytes, np.ndarray] = {}
        with self._lock:
            for at in range(0, len(keys), 500):
                some = keys[at : at + 500]
                marks = ",".join("?" * len(some))
                rows = self._db.execute(f"SELECT key, value FROM vectors WHERE key IN ({marks})", some)  # noqa: S608
                found.update({key: np.frombuffer(value, dtype=np.float32) for key, value in rows})
        return found

    def put(self, items: dict[bytes, np.ndarray]) -> None:
        """Store vectors; a key that is there already stays as it is."""
        with self._lock, self._db:
            rows = [(key, value.astype(np.float32).tobytes()) for key, value in items.items()]
            self._db.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)


_tokenizing = threading.RLock()


def _locked(call: Callable[..., Any]) -> Callable[..., Any]:
    def one_at_a_time(*args: Any, **kwargs: Any) -> Any:
        with _tokenizing:
            return call(*args, **kwargs)

    return one_at_a_time


class SharedTokenizer:
    """The one tokenizer of the process (300 MB). Truncation is state inside it, so calls take turns."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._call = _locked(tokenizer)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)


def halve_word_vectors(encoder: Any) -> None:
    """Keep the word vectors in 16 bits (they are four fifths of the model): half the memory, cosine 0.999999."""
    import torch

    class HalfWords(torch.nn.Module):
        """Word vectors kept as float16, handed out as float32. A buffer: the model's own type stays float32."""

        def __init__(self, weight: torch.Tensor) -> None:
            super().__init__()
            self.half_weight: torch.Tensor
            self.register_buffer("half_weight", weight.half())

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.embedding(ids, self.half_weight).float()

    words = getattr(getattr(encoder, "embeddings", None), "word_embeddings", None)
    if isinstance(words, torch.nn.Embedding):
        encoder.embeddings.word_embeddings = HalfWords(words.weight.detach())
        # The others leave the file mapping, so that it (and with it the full-width word vectors) is given back.
        for parameter in encoder.parameters():
            parameter.data = parameter.data.clone()


class Embedder:
    """Normalised sentence vectors [n, dimension] float32. Queries and passages get the prefix the model wants."""

    def __init__(
        self, folder: Path, cache: VectorCache | None = None, prefixes: tuple[str, str] = _E5_PREFIXES
    ) -> None:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        self.model: SentenceTransformer = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self.model.eval()
        transformer: Any = self.model[0]
        halve_word_vectors(transformer.auto_model)
        transformer.preprocess = _locked(transformer.preprocess)
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        self._prefixes = prefixes
        self._cache = cache
        self._lock = threading.Lock()
        weights = folder / "model.safetensors"
        size = weights.stat().st_size if weights.is_file() else 0
        self.fingerprint = hashlib.sha256(f"{folder.name} {size} {self.dimension}".encode()).hexdigest()[:16]

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of questions."""
        return self._encode([self._prefixes[0] + text for text in texts], cached=False)

    def passages(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Vectors of texts to be found; kept by content hash where a cache is given."""
        return self._encode([self._prefixes[1] + text for text in texts], cached=True, progress=progress)

    def _encode(self, texts: list[str], *, cached: bool, progress: bool = False) -> np.ndarray:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        if not (cached and self._cache):
            return self._compute(texts, progress)
        keys = [hashlib.sha256(f"{self.fingerprint}\n{text}".encode("utf-8", "replace")).digest() for text in texts]
        known = self._cache.get(list(dict.fromkeys(keys)))
        absent = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if absent:
            vectors = self._compute(list(absent.values()), progress)
            fresh = dict(zip(absent, vectors, strict=True))
            self._cache.put(fresh)
            known.update(fresh)
        return np.stack([known[key] for key in keys])

    def _compute(self, texts: list[str], progress: bool) -> np.ndarray:
        with self._lock:
            vectors = self.model.encode(
                texts, batch_size=16, convert_to_numpy=True, normalize_embeddings=True, show_progress_bar=progress
            )
        return np.asarray(vectors, dtype=np.float32)


_loaded: dict[tuple[str, str], Embedder] = {}
_loading = threading.Lock()


def load_embedder(settings: Settings) -> Embedder:
    """The embedder of these settings; one instance a process, model and data directory."""
    folder = model_path(settings)
    key = (str(folder), str(settings.data_dir))
    with _loading:
        if key not in _loaded:
            is_e5 = "e5" in settings.embeddings.lower()
            cache = VectorCache(settings.ensure_data_dir() / "cache" / "vectors.sqlite")
            _loaded[key] = Embedder(folder, cache, _E5_PREFIXES if is_e5 else ("", ""))
        return _loaded[key]
