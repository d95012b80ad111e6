# ruff: noqa: E501 - patterns and word lists stay on one line
"""The recognizer's weights on disk: word vectors in 4 bits, other matrices in 8 bits, the rest in 32."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

BLOCK = 32  # word vectors: numbers that share one scale


def pack4(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Q4_0: blocks of 32 numbers, scale = (number of largest size) / -8, digits 0–15."""
    blocks = matrix.astype(np.float32).reshape(-1, BLOCK)
    peak = blocks[np.arange(len(blocks)), np.abs(blocks).argmax(1)]
    scale = (peak / -8).astype(np.float16)
    safe = np.where(scale == 0, 1, scale).astype(np.float32)[:, None]
    digits = np.clip(np.rint(blocks / safe) + 8, 0, 15).astype(np.uint8)
    return digits[:, ::2] | digits[:, 1::2] << 4, scale


def unpack4(packed: np.ndarray, scale: np.ndarray, width: int) -> np.ndarray:
    """The matrix in 32 bits, ``width`` numbers a row."""
    digits = np.empty((len(packed), BLOCK), dtype=np.float32)
    digits[:, ::2], digits[:, 1::2] = packed & 15, packed >> 4
    digits -= 8
    digits *= scale.astype(np.float32)[:, None]
    return digits.reshape(-1, width)


def save(state: dict[str, Tensor], facts: dict[str, Any], folder: Path) -> None:
    """Write ``weights.npz`` and ``shape.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, np.ndarray] = {}
    for name, tensor in state.items():
        value = tensor.detach().float().numpy()
        if name == "words.weight":
            arrays["words.digits"], arrays["words.scale"] = pack4(value)
            arrays["words.special"] = value[:5].astype(np.float16)
        elif value.ndim == 2:
            scale = np.maximum(np.abs(value).max(1), 1e-8) / 127
            arrays[f"{name}:8"] = np.rint(value / scale[:, None]).astype(np.int8)
            arrays[f"{name}:s"] = scale.astype(np.float32)
        else:
            arrays[name] = value.astype(np.float32)
    with (folder / "weights.npz").open("wb") as handle:
        np.savez_compressed(handle, **arrays)  # type: ignore[arg-type]
    (folder / "shape.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def read(folder: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Facts and state in 32 bits. Raises ``OSError``, ``KeyError`` or ``ValueError`` where files are missing or damaged."""
    facts = json.loads((folder / "shape.json").read_text(encoding="utf-8"))
    state: dict[str, Tensor] = {}
    with np.load(folder / "weights.npz") as arrays:
        for name in arrays.files:
            if name.endswith(":8"):
                scale = arrays[f"{name[:-2]}:s"]
                state[name[:-2]] = torch.from_numpy(arrays[name].astype(np.float32) * scale[:, None])
            elif not name.startswith("words.") and not name.endswith(":s"):
                state[name] = torch.from_numpy(arrays[name])
        words = unpack4(arrays["words.digits"], arrays["words.scale"], facts["width"])
        words[:5] = arrays["words.special"]
        state["words.weight"] = torch.from_numpy(words)
    return facts, state
