# ruff: noqa: E501 - patterns and word lists stay on one line
"""The trained recognizer: hashed word features, a window encoder and a transition-based entity parser (spaCy).

Features of a token: folded form, first three and last three letters, shape, word class (:mod:`lexicon`), form field
it stands in (:mod:`tokenizer`). Embedding by hashes, so neither the model file nor the process keeps a vocabulary.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language

from guardrails.redaction.tokenizer import blank_language

MODEL_DIR = Path(__file__).parent / "model"

DEFAULT_SHAPE: dict[str, Any] = {
    "width": 128,
    "depth": 5,
    "hidden": 96,
    "rows": {"NORM": 6000, "PREFIX": 1500, "SUFFIX": 2500, "SHAPE": 1500, "LEMMA": 60, "TAG": 800},
}


def build(labels: list[str], shape: dict[str, Any] | None = None) -> Language:
    """An untrained pipeline with one ``ner`` step for the given labels."""
    shape = shape or DEFAULT_SHAPE
    nlp = blank_language()
    ner: Any = nlp.add_pipe(
        "ner",
        config={
            "model": {
                "@architectures": "spacy.TransitionBasedParser.v2",
                "state_type": "ner",
                "extra_state_tokens": True,
                "hidden_width": shape["hidden"],
                "maxout_pieces": 2,
                "use_upper": True,
                "nO": None,
                "tok2vec": {
                    "@architectures": "spacy.Tok2Vec.v2",
                    "embed": {
                        "@architectures": "spacy.MultiHashEmbed.v2",
                        "width": shape["width"],
                        "attrs": list(shape["rows"]),
                        "rows": list(shape["rows"].values()),
                        "include_static_vectors": False,
                    },
                    "encode": {
                        "@architectures": "spacy.MaxoutWindowEncoder.v2",
                        "width": shape["width"],
                        "depth": shape["depth"],
                        "window_size": 1,
                        "maxout_pieces": 3,
                    },
                },
            }
        },
    )
    for label in labels:
        ner.add_label(label)
    return nlp


def _parameters(nlp: Language) -> list[tuple[Any, str]]:
    model: Any = nlp.get_pipe("ner").model  # type: ignore[attr-defined]
    return [(node, name) for node in model.walk() for name in sorted(node.param_names)]


def save(nlp: Language, folder: Path, shape: dict[str, Any]) -> None:
    """Write the weights as 16-bit numbers (``weights.npz``) and what is needed to rebuild the network (``shape.json``)."""
    folder.mkdir(parents=True, exist_ok=True)
    ner: Any = nlp.get_pipe("ner")
    arrays = {
        f"{index:03d}": np.asarray(node.get_param(name), dtype=np.float16)
        for index, (node, name) in enumerate(_parameters(nlp))
        if node.has_param(name)
    }
    with (folder / "weights.npz").open("wb") as handle:
        np.savez_compressed(handle, **arrays)  # type: ignore[arg-type]
    moves = ner.moves.to_bytes(exclude=["strings"]).hex()
    (folder / "shape.json").write_text(
        json.dumps({"labels": list(ner.labels), "shape": shape, "moves": moves}, indent=1), encoding="utf-8"
    )


def load(folder: Path = MODEL_DIR) -> Language:
    """The trained pipeline. Raises ``FileNotFoundError`` where the folder holds no model."""
    facts = json.loads((folder / "shape.json").read_text(encoding="utf-8"))
    nlp = build(facts["labels"], facts["shape"])
    nlp.initialize()
    ner: Any = nlp.get_pipe("ner")
    for label in facts["labels"]:
        nlp.vocab.strings.add(label)
    ner.moves.from_bytes(bytes.fromhex(facts["moves"]), exclude=["strings"])
    with np.load(folder / "weights.npz") as arrays:
        for index, (node, name) in enumerate(_parameters(nlp)):
            key = f"{index:03d}"
            if key in arrays.files:
                node.set_param(name, arrays[key].astype(np.float32))
    return nlp


def take_over(nlp: Language, folder: Path) -> int:
    """Copy the stored weights of equal place and shape into a fresh pipeline; returns how many arrays fitted."""
    taken = 0
    with np.load(folder / "weights.npz") as arrays:
        for index, (node, name) in enumerate(_parameters(nlp)):
            key = f"{index:03d}"
            if key in arrays.files and node.has_param(name) and node.get_param(name).shape == arrays[key].shape:
                node.set_param(name, arrays[key].astype(np.float32))
                taken += 1
    return taken
