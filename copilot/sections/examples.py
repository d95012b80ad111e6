"""Labelled clauses as examples for the language model: nearest neighbours through LangChain over Chroma.

The project's own notes are the base; a physician's corrections, redacted first, are added under the data
directory (``copilot examples add``) and weigh like any other.
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings
from langchain_core.example_selectors import SemanticSimilarityExampleSelector

from copilot.domain import Section
from copilot.embeddings import Embedder, load_embedder
from copilot.errors import CopilotError, InputError
from copilot.sections.labelled import HELD_OUT_VOICES, read_notes
from copilot.settings import Settings

CORRECTIONS = "examples.jsonl"
VECTORS = Path(__file__).with_name("model") / "examples.npz"


@dataclass(frozen=True)
class Example:
    """A clause (redacted) and its section."""

    text: str
    section: Section


class LangChainEmbeddings(Embeddings):
    """Our embedder behind LangChain's interface; clauses are compared with clauses, so both are passages."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of clauses."""
        vectors: list[list[float]] = self._embedder.passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Vector of the clause asked about."""
        return self.embed_documents([text])[0]


def corrections_path(settings: Settings) -> Path:
    """File of the site's own examples."""
    return settings.data_dir / CORRECTIONS


def read_corrections(settings: Settings) -> list[Example]:
    """The site's own examples; a damaged line is skipped, never lost (the file is only appended to)."""
    path = corrections_path(settings)
    found = []
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
                found.append(Example(row["text"], Section(row["section"])))
            except (json.JSONDecodeError, KeyError, ValueError, TypeError):
                continue
    return found


def add_correction(settings: Settings, redacted: str, section: str) -> bool:
    """Keep a correction; False where the same one is there already. The text must be redacted by the caller."""
    if section not in list(Section):
        raise InputError(f"«{section}» no es una sección. Las que hay: {', '.join(Section)}.")
    if not redacted.strip():
        raise InputError("El ejemplo está vacío.")
    example = Example(redacted.strip(), Section(section))
    if example in read_corrections(settings):
        return False
    settings.ensure_data_dir()
    try:
        with corrections_path(settings).open("a", encoding="utf-8") as handle:
            handle.write(json.dumps({"text": example.text, "section": example.section}, ensure_ascii=False) + "\n")
    except OSError as error:
        raise CopilotError(f"No se pudo guardar el ejemplo: {error.strerror}.") from None
    return True


def project_examples() -> list[Example]:
    """Clauses of the project's labelled notes (held-out voices left out)."""
    return [
        Example(note.text[span.start : span.end], section)
        for note in read_notes()
        if note.voice not in HELD_OUT_VOICES
        for span, section in note.statements
        if 8 <= span.end - span.start <= 220
    ]


def _key(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "little", signed=True)


def example_vectors(embedder: Embedder, examples: list[Example]) -> np.ndarray:
    """[n, d] float32 vectors: the project's own are shipped, so that a new data directory starts at once."""
    known: dict[int, np.ndarray] = {}
    if VECTORS.is_file():
        with np.load(VECTORS) as data:
            if str(data["fingerprint"]) == embedder.fingerprint:
                known = dict(zip(data["keys"].tolist(), data["vectors"].astype(np.float32), strict=True))
    absent = [e.text for e in examples if _key(e.text) not in known]
    if absent:
        known |= dict(zip(map(_key, absent), embedder.passages(absent), strict=True))
    return np.stack([known[_key(e.text)] for e in examples])


def ship_vectors(settings: Settings) -> None:
    """Compute the vectors of the project's examples anew (``python -m copilot.sections.examples``)."""
    embedder = load_embedder(settings)
    texts = list(dict.fromkeys(e.text for e in project_examples()))
    vectors = embedder.passages(texts).astype(np.float16)
    np.savez_compressed(VECTORS, keys=[_key(t) for t in texts], vectors=vectors, fingerprint=embedder.fingerprint)


class ExampleBank:
    """Nearest labelled clauses. The index is built on first use and kept under the data directory."""

    def __init__(self, settings: Settings, k: int = 4) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        embedder = load_embedder(settings)
        self._corrected = len(read_corrections(settings))
        examples = list(dict.fromkeys(project_examples() + read_corrections(settings)))
        digest = hashlib.sha256(repr([(e.text, str(e.section)) for e in examples]).encode()).hexdigest()[:12]
        folder = settings.ensure_data_dir() / "cache" / "examples"
        store = Chroma(
            collection_name=f"examples-{embedder.fingerprint}-{digest}",
            embedding_function=LangChainEmbeddings(embedder),
            persist_directory=str(folder),
        )
        if len(store.get(limit=1)["ids"]) == 0:
            vectors = example_vectors(embedder, examples)
            for at in range(0, len(examples), 1000):
                some = examples[at : at + 1000]
                store._collection.upsert(
                    ids=[str(at + i) for i in range(len(some))],
                    embeddings=vectors[at : at + 1000],
                    documents=[e.text for e in some],
                    metadatas=[{"text": e.text, "section": str(e.section)} for e in some],
                )
        self._selector = SemanticSimilarityExampleSelector(
            vectorstore=store, k=k, input_keys=["text"], example_keys=["text", "section"]
        )

    def nearest(self, clause: str) -> list[Example]:
        """The labelled clauses most like this one, nearest first."""
        with self._lock:
            rows = self._selector.select_examples({"text": clause})
        return [Example(row["text"], Section(row["section"])) for row in rows]


if __name__ == "__main__":
    from copilot.settings import get_settings

    ship_vectors(get_settings())
