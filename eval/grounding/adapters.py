"""Low-rank adapters of a language model: trained in torch, stored as llama.cpp reads them (GGUF).

Needs the extra packages ``train`` (gguf).
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from torch import nn

SCALE = 2.0
"""Factor of the low-rank products (alpha over rank)."""
TARGETS = {
    "self_attn": {"q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output"},
    "mlp": {"gate_proj": "ffn_gate", "up_proj": "ffn_up", "down_proj": "ffn_down"},
}
"""Modules that get low-rank matrices, and their names in a GGUF file."""


class LowRank(nn.Module):
    """A frozen linear layer with a trained low-rank product beside it."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.a = nn.Parameter(torch.randn(rank, linear.in_features) / math.sqrt(linear.in_features))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[…, in] → […, out]."""
        added = (SCALE * (x @ self.a.to(x.dtype).T)) @ self.b.to(x.dtype).T
        return self.linear(x) + added  # type: ignore[no-any-return]


def restore(adapted: dict[str, LowRank], path: Path) -> None:
    """Put the matrices of a stored adapter back. Raises :class:`KeyError` where it has other ones."""
    import gguf

    stored = {tensor.name: tensor.data for tensor in gguf.GGUFReader(str(path)).tensors}
    with torch.no_grad():
        for name, made in adapted.items():
            made.a.copy_(torch.from_numpy(np.array(stored[f"{name}.lora_a"], np.float32)).view_as(made.a))
            made.b.copy_(torch.from_numpy(np.array(stored[f"{name}.lora_b"], np.float32)).view_as(made.b))


def store(adapted: dict[str, LowRank], path: Path, architecture: str) -> int:
    """Write the matrices as an adapter of llama.cpp (half precision); returns their rank."""
    import gguf

    rank = int(next(iter(adapted.values())).a.shape[0])
    writer = gguf.GGUFWriter(str(path), architecture)
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", SCALE * rank)
    for name, made in adapted.items():
        writer.add_tensor(f"{name}.lora_a", made.a.detach().half().numpy())
        writer.add_tensor(f"{name}.lora_b", made.b.detach().half().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return rank
