# ruff: noqa: E501 - patterns and word lists stay on one line
"""The recognizer as a torch module, for training: word pieces and word features in, two readings of every word out.

A pre-trained encoder of few layers (the first of multilingual-e5-small, BERT layout; Wang et al. 2024, MIT) with embeddings of
word class, form field and shape added at its input, and two linear heads over the same states: ``families`` (the types this package
redacts) and ``meddocan`` (the shared task's 29 types). At run time :mod:`guardrails.redaction.forward` does the same sums.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from guardrails.redaction import weights
from guardrails.redaction.shape import FEATURES, HEADS


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
            shares = (query * (width // HEADS) ** -0.5) @ key.transpose(-1, -2)
            if mask is not None:
                shares = shares + torch.where(mask, 0.0, -1e4).to(shares.dtype)
            with torch.autocast("cpu", enabled=False):
                shares = shares.softmax(-1)
            mixed = shares @ value
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


def save(model: Encoder, folder: Path) -> None:
    """Write ``weights.npz`` and ``shape.json``."""
    weights.save(model.state_dict(), model.facts, folder)


def load(folder: Path) -> Encoder:
    """The trained encoder in 32 bits, to go on training. Raises ``OSError``, ``KeyError`` or ``ValueError`` where files are missing or damaged."""
    facts, state = weights.read(folder)
    model = Encoder(facts)
    model.load_state_dict(state, assign=True)
    return model.eval()
