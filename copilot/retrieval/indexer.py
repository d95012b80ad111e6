"""Adding documents to the corpus and (re)building its indexes. Resumable: vectors are cached by content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from copilot.errors import CopilotError
from copilot.retrieval.lexical import LexicalIndex
from copilot.retrieval.store import CorpusStore, StoredDocument
from copilot.retrieval.vectors import VectorIndex
from copilot.retrieval.windows import parts
from copilot.settings import Settings
from corpora.cards.passages import card_documents
from corpora.errors import CorpusError, IngestError
from corpora.ingest.reader import PARSER_VERSION, file_hash, ingest_file
from corpora.passages import Document, Passage

BATCH = 64
"""Texts embedded at a time; an interruption loses at most this much work."""

Progress = Callable[[int, int], None]
"""Called with (texts embedded, texts in all)."""


class Encoder(Protocol):
    """The part of :class:`copilot.embeddings.Embedder` that retrieval needs."""

    def queries(self, texts: list[str]) -> np.ndarray: ...

    def passages(self, texts: list[str]) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file."""

    name: str
    status: Literal["agregado", "actualizado", "sin cambios", "error"]
    key: str = ""
    title: str = ""
    passages: int = 0
    warnings: tuple[str, ...] = field(default=())
    message: str = ""
    """Reason of an error, or the version replaced (Spanish)."""


def corpus_folder(settings: Settings) -> Path:
    """Folder of the corpus inside the site's data directory."""
    return settings.ensure_data_dir() / "corpus"


def _shifted(progress: Progress | None, base: int, total: int) -> Progress | None:
    """Progress of one document as progress of all of them."""
    if progress is None:
        return None
    return lambda done, _of_document: progress(base + done, total)


class Indexer:
    """Writes the corpus of a site: SQLite store, Chroma vectors, BM25 index."""

    def __init__(self, settings: Settings, encoder: Encoder | None = None) -> None:
        self.settings = settings
        self.folder = corpus_folder(settings)
        self.store = CorpusStore(self.folder)
        self.vectors = VectorIndex(self.folder / "chroma", settings.chroma_url)
        self._encoder = encoder

    @property
    def encoder(self) -> Encoder:
        """The embedding model, loaded when first needed."""
        if self._encoder is None:
            from copilot.embeddings import load_embedder

            self._encoder = load_embedder(self.settings)  # type: ignore[assignment]
        assert self._encoder is not None
        return self._encoder

    def add(self, path: Path, *, ocr: bool = False, progress: Progress | None = None) -> Added:
        """Ingest one file. Never raises for a bad file: the reason is in the result, and the others can go on."""
        try:
            same = self._unchanged(path)
            if same is not None:
                return Added(path.name, "sin cambios", same.key, same.title, same.passages)
            document = ingest_file(path, ocr=ocr)
        except IngestError as error:
            return Added(path.name, "error", message=str(error))
        except (CorpusError, MemoryError, RecursionError, ValueError, OSError) as error:
            return Added(path.name, "error", message=f"no se pudo leer ({type(error).__name__})")
        before = self.index(document, progress)
        if before is None:
            return Added(path.name, "agregado", document.key, document.title, len(document.passages), document.warnings)
        year = f", {before.year}" if before.year else ""
        return Added(
            path.name, "actualizado", document.key, document.title, len(document.passages), document.warnings,
            f"reemplaza a «{before.source_name}» (del {before.added_at[:10]}{year}); queda en el historial",
        )  # fmt: skip

    def _unchanged(self, path: Path) -> StoredDocument | None:
        if not path.is_file():
            return None
        digest = file_hash(path)
        same = next((d for d in self.store.documents() if d.source_hash == digest), None)
        return same if same is not None and self.store.meta(f"parser:{same.number}") == PARSER_VERSION else None

    def index(self, document: Document, progress: Progress | None = None) -> StoredDocument | None:
        """Store and embed one document, then make it active; returns the version it replaces."""
        number = self.store.begin(document)
        self._embed(number, document.passages, progress)
        self.store.set_meta(f"parser:{number}", PARSER_VERSION)
        before = self.store.activate(number)
        if before is not None:
            self.vectors.remove_document(before.number)
        self._remember_encoder()
        return before

    def add_cards(self, progress: Progress | None = None) -> int:
        """Index the bundled evidence cards where they are absent or have changed; returns the cards indexed."""
        active = {d.key: d for d in self.store.documents() if d.origin == "ficha"}
        fresh = [
            doc for doc in card_documents() if doc.key not in active or active[doc.key].source_hash != doc.source_hash
        ]
        total, done = sum(len(doc.passages) for doc in fresh), 0
        for document in fresh:
            base = done
            self.index(document, _shifted(progress, base, total))
            done += len(document.passages)
        return total

    def _embed(self, number: int, passages: list[Passage], progress: Progress | None) -> None:
        rows = [(row, text) for passage in passages for row, text in parts(passage)]
        for at in range(0, len(rows), BATCH):
            some = rows[at : at + BATCH]
            vectors = self.encoder.passages([text for _, text in some])
            self.vectors.add([row for row, _ in some], vectors, [number] * len(some))
            if progress:
                progress(min(at + BATCH, len(rows)), len(rows))

    def refresh_words(self) -> LexicalIndex:
        """Bring the BM25 index up to the store's generation (a few seconds at 100,000 passages)."""
        generation = self.store.generation
        folder = self.folder / "bm25"
        current = LexicalIndex.load(folder)
        if current is not None and current.generation == generation:
            return current
        fresh = LexicalIndex.build([p for _, p in self.store.searchable()], generation)
        fresh.save(folder)
        return fresh

    def build(self, *, force: bool = False, progress: Progress | None = None) -> dict[str, int]:
        """Index what isn't: cards at the first run, everything anew with ``force`` or after a change of the encoder.

        Returns counts: ``documentos``, ``pasajes``, ``fichas`` (newly indexed), ``vectores``.
        """
        stale = bool(self.store.meta("embedder")) and self.store.meta("embedder") != self._encoder_name()
        cards = self.add_cards(progress)
        if force or stale or (self.store.documents() and not self.vectors.count()):
            self.vectors.clear()
            for document in self.store.documents():
                self._embed(document.number, self.store.passages_of(document.number), progress)
            self._remember_encoder()
        words = self.refresh_words()
        return {
            "documentos": len(self.store.documents()),
            "pasajes": len(words.ids),
            "fichas": cards,
            "vectores": self.vectors.count(),
        }

    def remove(self, key: str) -> bool:
        """Take the official document of a key out of search (its history stays); True where there was one."""
        document = self.store.active(key, "oficial")
        if document is None:
            return False
        self.store.retire(document.number)
        self.vectors.remove_document(document.number)
        self.refresh_words()
        return True

    def _encoder_name(self) -> str:
        return self.settings.embeddings

    def _remember_encoder(self) -> None:
        self.store.set_meta("embedder", self._encoder_name())

    def check_encoder(self) -> None:
        """Raise :class:`CopilotError` where the index was built with another embedding model."""
        used = self.store.meta("embedder")
        if used and used != self._encoder_name():
            raise CopilotError(
                f"El índice se construyó con el modelo de vectores «{used}» y está configurado "
                f"«{self._encoder_name()}». Ejecute «copilot corpus build»."
            )
