"""Vectors in Chroma: embedded in the data directory, or a server by its address. Vectors are always ours.

Chroma is never given an embedding function (its default would download a model), and its telemetry is off.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import numpy as np

from copilot.errors import CopilotError

_BATCH = 2000
"""Rows of one write; below the limit of SQLite's variables that Chroma checks."""


class VectorIndex:
    """Dense neighbours by cosine. Row ids are passage ids, with ``#n`` behind them for the parts of a passage."""

    def __init__(self, folder: Path, url: str = "", name: str = "pasajes") -> None:
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        options = ChromaSettings(anonymized_telemetry=False)
        try:
            if url:
                address = urlparse(url if "//" in url else f"http://{url}")
                secure = address.scheme == "https"
                self._client: Any = chromadb.HttpClient(
                    host=address.hostname or "localhost", port=address.port or (443 if secure else 8000), ssl=secure,
                    settings=options,
                )  # fmt: skip
            else:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._client = chromadb.PersistentClient(path=str(folder), settings=options)
            self.name = name
            self._collection = self._open()
        except CopilotError:
            raise
        except Exception as error:  # Chroma raises many unrelated types here
            where = "el servidor de vectores" if url else "el índice de vectores"
            raise CopilotError(
                f"No se pudo abrir {where} ({type(error).__name__}). "
                "Revise «chroma_url» o reconstruya con «copilot corpus build»."
            ) from None

    def _open(self) -> Any:
        configuration = {"hnsw": {"space": "cosine", "ef_construction": 128, "ef_search": 128, "max_neighbors": 24}}
        return self._client.get_or_create_collection(self.name, embedding_function=None, configuration=configuration)

    def count(self) -> int:
        """Rows in the index."""
        return int(self._collection.count())

    def add(self, ids: Sequence[str], vectors: np.ndarray, documents: Sequence[int]) -> None:
        """Insert or replace rows; ``documents`` are the numbers by which a whole document is removed."""
        for at in range(0, len(ids), _BATCH):
            end = at + _BATCH
            self._collection.upsert(
                ids=list(ids[at:end]),
                embeddings=np.ascontiguousarray(vectors[at:end], dtype=np.float32),
                metadatas=[{"document": int(number)} for number in documents[at:end]],
            )

    def remove_document(self, number: int) -> None:
        """Remove the rows of one document."""
        self._collection.delete(where={"document": int(number)})

    def clear(self) -> None:
        """Empty the index (before a rebuild)."""
        self._client.delete_collection(self.name)
        self._collection = self._open()

    def query(self, vector: np.ndarray, n: int, documents: Sequence[int] | None = None) -> list[tuple[str, float]]:
        """The ``n`` nearest rows as (row id, cosine similarity), best first; only of ``documents`` where given."""
        total = self.count()
        if not total or n <= 0:
            return []
        where: Any = None
        if documents is not None:
            if not documents:
                return []
            where = {"document": {"$in": [int(number) for number in documents]}}
        answer = self._collection.query(
            query_embeddings=np.asarray(vector, dtype=np.float32).reshape(1, -1), n_results=min(n, total), where=where,
            include=["distances"],
        )  # fmt: skip
        return [(row, 1.0 - float(d)) for row, d in zip(answer["ids"][0], answer["distances"][0], strict=True)]
