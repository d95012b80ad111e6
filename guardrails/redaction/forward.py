# ruff: noqa: E501 - patterns and word lists stay on one line
"""The trained recognizer's pass over some windows, without modules: the same sums as :class:`guardrails.redaction.encoder.Encoder`.

In bfloat16, where the processor multiplies it, the matrices are laid out once as oneDNN wants them; building torch modules
alone would cost a second of start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from guardrails.redaction.shape import FEATURES, HEADS

_EPS = 1e-12

Product = Callable[[Tensor], Tensor]
Sum = Callable[[Tensor, Tensor], Tensor]
Layer = tuple[Product, Sum, Product, Product, Sum, Product]
Window = tuple[Tensor, Tensor, Tensor, Tensor]  # pieces [P], features [P, 3], first and last piece of each word [W]


def _laid(weight: Tensor, rows: int) -> Tensor | None:
    """The matrix as oneDNN multiplies it, where that is worth it."""
    dnn: Any = torch.ops.mkldnn
    if weight.dtype == torch.bfloat16 and hasattr(dnn, "_reorder_linear_weight") and hasattr(dnn, "_linear_pointwise"):
        laid: Tensor = dnn._reorder_linear_weight(weight, rows)
        return laid
    return None


def _product(weight: Tensor, bias: Tensor, rows: int, gelu: bool = False) -> Product:
    """``x @ weight.T + bias``, with GELU behind it where asked."""
    laid, dnn = _laid(weight, rows), torch.ops.mkldnn
    if laid is not None:
        after: tuple[str, list[Any], str] = ("gelu" if gelu else "none", [], "none" if gelu else "")
        return lambda states: dnn._linear_pointwise(states, laid, bias, *after)
    if gelu:
        return lambda states: functional.gelu(functional.linear(states, weight, bias))
    return lambda states: functional.linear(states, weight, bias)


def _added(weight: Tensor, bias: Tensor, rows: int) -> Sum:
    """``other + x @ weight.T + bias`` of ``(x, other)``."""
    laid, dnn = _laid(weight, rows), torch.ops.mkldnn
    if laid is not None:
        return lambda states, other: dnn._linear_pointwise.binary(states, other, laid, bias, "add")
    return lambda states, other: other + functional.linear(states, weight, bias)


class Forward:
    """The weights of ``facts["layers"]`` BERT layers (post-norm), ready to multiply."""

    def __init__(self, facts: dict[str, Any], state: dict[str, Tensor], kind: torch.dtype, rows: int) -> None:
        """``rows``: pieces of a usual window. Raises ``KeyError`` where a weight is missing."""
        self.width: int = facts["width"]
        whole = {name: value.to(kind) for name, value in state.items()}

        def product(name: str, gelu: bool = False) -> Product:
            return _product(whole[f"{name}.weight"], whole[f"{name}.bias"], rows, gelu)

        def added(name: str) -> Sum:
            return _added(whole[f"{name}.weight"], whole[f"{name}.bias"], rows)

        def norm(name: str) -> Product:
            weight, bias = whole[f"{name}.weight"], whole[f"{name}.bias"]
            return lambda states: functional.layer_norm(states, (self.width,), weight, bias, _EPS)

        self.words, self.positions = whole["words.weight"], whole["positions.weight"]
        self.tables = [whole[f"features.{index}.weight"] for index in range(len(FEATURES))]
        self.norm = norm("norm")
        self.layers: list[Layer] = [
            (product(f"{at}.qkv"), added(f"{at}.out"), norm(f"{at}.norm1"), product(f"{at}.up", True), added(f"{at}.down"), norm(f"{at}.norm2"))
            for at in (f"layers.{index}" for index in range(facts["layers"]))
        ]  # fmt: skip
        self.families, self.meddocan = product("families"), product("meddocan")

    def __call__(self, windows: Sequence[Window]) -> list[tuple[Tensor, Tensor]]:
        """Logits [W, tags] of both heads for each window.

        Layer by layer over all windows: a layer's matrices fit the processor's cache, all layers' don't.
        """
        states = [self._first(pieces, features) for pieces, features, _, _ in windows]
        for layer in self.layers:
            states = [self._layer(layer, one) for one in states]
        picked = [one[first] + one[last] for one, (_, _, first, last) in zip(states, windows, strict=True)]
        return [(self.families(one), self.meddocan(one)) for one in picked]

    def _first(self, pieces: Tensor, features: Tensor) -> Tensor:
        states = self.words[pieces] + self.positions[: len(pieces)]
        for index, table in enumerate(self.tables):
            states = states + table[features[:, index]]
        return self.norm(states)

    def _layer(self, layer: Layer, states: Tensor) -> Tensor:
        qkv, out, norm1, up, down, norm2 = layer
        length = len(states)
        query, key, value = qkv(states).view(1, length, 3, HEADS, self.width // HEADS).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value)
        states = norm1(out(mixed.transpose(1, 2).reshape(length, self.width), states))
        return norm2(down(up(states), states))
