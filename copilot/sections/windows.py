"""A text as windows of tokens with character offsets, for encoders of limited length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MAX_TOKENS = 384
"""Tokens of one window without the two special ones; attention grows with the square."""
OVERLAP = 96


@dataclass(frozen=True)
class Window:
    """Token ids (special ones included) and the character offsets of the tokens between them."""

    ids: list[int]
    offsets: list[tuple[int, int]]


def token_windows(text: str, tokenizer: Any) -> list[Window]:
    """Overlapping windows over the text. Empty or blank text gives none."""
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False)
    ids, offsets = encoded["input_ids"], []
    for start, end in encoded["offset_mapping"]:
        # The tokenizer counts the space before a word as part of it; labels belong to the word.
        while start < end and text[start].isspace():
            start += 1
        offsets.append((start, end))
    windows, at = [], 0
    while at < len(ids):
        stop = min(at + MAX_TOKENS, len(ids))
        windows.append(
            Window([tokenizer.bos_token_id, *ids[at:stop], tokenizer.eos_token_id], offsets[at:stop])
        )
        if stop == len(ids):
            break
        at = stop - OVERLAP
    return windows
