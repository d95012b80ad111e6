# ruff: noqa: E501 - patterns and word lists stay on one line
"""The trained recognizer as a torch module: word pieces and word features in, two readings of every word out.

A pre-trained encoder of few layers (the first of multilingual-e5-small, BERT layout; Wang et al. 2024, MIT) with embeddings of
word class, form field and shape added at its input, and two linear heads over the same states: ``families`` (the types this package
redacts) and ``meddocan`` (the shared task's 29 types). Weights are stored in 4 bits (word vectors) and 8 bits (the rest).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

FEATURES = (64, 1024, 2048)  # buckets of word class, form field, shape
HEADS = 12
BLOCK = 32  # word vectors: numbers that share one scale


class Layer(nn.Module):
    """One BERT layer (post-norm)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width, eps=1e-12)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)
        self.norm2 = nn.LayerNorm(width, eps=1e-12)

    def forward(self, states: Tensor, mask: Tensor | None) -> Tensor:
        """``states`` [batch, pieces, width]; ``mask`` [batch, 1, 1, pieces], true where there is a piece."""
        batch, length, width = states.shape
        query, key, value = self.qkv(states).view(batch, length, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4)
        if self.training:  # torch's fused attention has a slow backward pass on processors
            weights = (query * (width // HEADS) ** -0.5) @ key.transpose(-1, -2)
            if mask is not None:
                weights = weights + torch.where(mask, 0.0, -1e4).to(weights.dtype)
            with torch.autocast("cpu", enabled=False):
                weights = weights.softmax(-1)
            mixed = weights @ value
        else:
            mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        states = self.norm1(states + self.out(mixed.transpose(1, 2).reshape(batch, length, width)))
        return self.norm2(states + self.down(functional.gelu(self.up(states))))


class Encoder(nn.Module):
    """Pieces and features to logits of both heads, one row a word."""

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__()
        width = facts["width"]
        self.facts = facts
        self.words = nn.Embedding(facts["pieces"], width)
        self.positions = nn.Embedding(512, width)
        self.features = nn.ModuleList(nn.Embedding(size, width) for size in FEATURES)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(width) for _ in range(facts["layers"]))
        self.families = nn.Linear(width, 1 + 2 * len(facts["families"]))
        self.meddocan = nn.Linear(width, 1 + 2 * len(facts["meddocan"]))

    def forward(self, pieces: Tensor, features: Tensor, first: Tensor, last: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """``pieces`` [batch, P], ``features`` [batch, P, 3], ``first`` and ``last`` piece of each word [batch, W]; logits [batch, W, tags]."""
        states = self.words(pieces) + self.positions.weight[: pieces.shape[1]]
        for index, table in enumerate(self.features):
            states = states + table(features[..., index])
        states = self.norm(states)
        for layer in self.layers:
            states = layer(states, mask)
        width = states.shape[-1]
        picked = states.gather(1, first.unsqueeze(-1).expand(-1, -1, width)) + states.gather(1, last.unsqueeze(-1).expand(-1, -1, width))
        return self.families(picked), self.meddocan(picked)


def _pack4(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Q4_0: blocks of 32 numbers, scale = (number of largest size) / -8, digits 0–15."""
    blocks = matrix.astype(np.float32).reshape(-1, BLOCK)
    peak = blocks[np.arange(len(blocks)), np.abs(blocks).argmax(1)]
    scale = (peak / -8).astype(np.float16)
    safe = np.where(scale == 0, 1, scale).astype(np.float32)[:, None]
    digits = np.clip(np.rint(blocks / safe) + 8, 0, 15).astype(np.uint8)
    return digits[:, ::2] | digits[:, 1::2] << 4, scale


def _unpack4(packed: np.ndarray, scale: np.ndarray, width: int) -> np.ndarray:
    digits = np.empty((len(packed), BLOCK), dtype=np.int8)
    digits[:, ::2], digits[:, 1::2] = packed & 15, packed >> 4
    return ((digits.astype(np.float32) - 8) * scale.astype(np.float32)[:, None]).reshape(-1, width)


def save(model: Encoder, folder: Path) -> None:
    """Write ``weights.npz`` and ``shape.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, np.ndarray] = {}
    for name, tensor in model.state_dict().items():
        value = tensor.detach().float().numpy()
        if name == "words.weight":
            arrays["words.digits"], arrays["words.scale"] = _pack4(value)
            arrays["words.special"] = value[:5].astype(np.float16)
        elif value.ndim == 2:
            scale = np.maximum(np.abs(value).max(1), 1e-8) / 127
            arrays[f"{name}:8"] = np.rint(value / scale[:, None]).astype(np.int8)
            arrays[f"{name}:s"] = scale.astype(np.float32)
        else:
            arrays[name] = value.astype(np.float32)
    with (folder / "weights.npz").open("wb") as handle:
        np.savez_compressed(handle, **arrays)  # type: ignore[arg-type]
    (folder / "shape.json").write_text(json.dumps(model.facts, indent=1) + "\n", encoding="utf-8")


def load(folder: Path) -> Encoder:
    """The trained encoder in 32 bits. Raises ``OSError``, ``KeyError`` or ``ValueError`` where files are missing or damaged."""
    facts = json.loads((folder / "shape.json").read_text(encoding="utf-8"))
    with torch.device("meta"):
        model = Encoder(facts)
    state: dict[str, Tensor] = {}
    with np.load(folder / "weights.npz") as arrays:
        for name in arrays.files:
            if name.endswith(":8"):
                scale = arrays[f"{name[:-2]}:s"]
                state[name[:-2]] = torch.from_numpy(arrays[name].astype(np.float32) * scale[:, None])
            elif not name.startswith("words.") and not name.endswith(":s"):
                state[name] = torch.from_numpy(arrays[name])
        words = _unpack4(arrays["words.digits"], arrays["words.scale"], facts["width"])
        words[:5] = arrays["words.special"]
        state["words.weight"] = torch.from_numpy(words)
    model.load_state_dict(state, assign=True)
    return model.eval()
