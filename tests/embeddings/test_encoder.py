"""The unpacked encoder is the published one: its vectors agree with the 4-bit file's own engine."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from copilot.embeddings import Embedder, VectorCache, load_embedder, model_path
from copilot.embeddings.unpack import unpack
from copilot.errors import ModelError
from copilot.settings import Settings

REFERENCE = json.loads((Path(__file__).parent.parent / "data" / "e5_reference.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", ["query", "passage"])
def test_vectors_agree_with_the_engine_of_the_file(settings: Settings, kind: str) -> None:
    embedder = load_embedder(settings)
    encode = embedder.queries if kind == "query" else embedder.passages
    ours = encode(REFERENCE["texts"])
    theirs = np.array(REFERENCE[kind], dtype=np.float32)
    cosines = (ours * theirs).sum(axis=1) / np.linalg.norm(theirs, axis=1)
    assert cosines.min() >= 0.999


def test_queries_and_passages_differ_and_are_normalised(settings: Settings) -> None:
    embedder = load_embedder(settings)
    query, passage = embedder.queries(["dolor torácico"])[0], embedder.passages(["dolor torácico"])[0]
    assert query.shape == (384,)
    assert not np.allclose(query, passage)
    assert np.isclose(np.linalg.norm(query), 1, atol=1e-4)


def test_no_texts_give_no_vectors(settings: Settings) -> None:
    assert load_embedder(settings).passages([]).shape == (0, 384)


def test_passages_are_computed_once_and_keep_their_order(settings: Settings, tmp_path: Path) -> None:
    base = load_embedder(settings)
    cached = Embedder(model_path(settings), VectorCache(tmp_path / "v.sqlite"))
    cached.model = base.model
    first = cached.passages(["fiebre", "tos", "fiebre"])
    asked: list[list[str]] = []
    original = cached._compute
    cached._compute = lambda texts, progress: (asked.append(texts), original(texts, progress))[1]  # type: ignore[method-assign]
    again = cached.passages(["tos", "disnea", "fiebre"])
    assert asked == [["passage: disnea"]]
    assert np.allclose(again[[0, 2]], first[[1, 0]])


def test_a_file_that_is_not_the_model_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "otro.bin"
    wrong.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError, match="no es el archivo"):
        unpack(wrong, tmp_path / "salida")
    assert not (tmp_path / "salida").exists()


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="sentence-transformers"):
        model_path(Settings(embeddings=str(tmp_path)))
