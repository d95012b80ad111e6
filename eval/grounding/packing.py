"""How a note and its statements are put before a reader that learns: together, each statement blind to the others."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import cross_entropy

from copilot.deep_reader import KINDS as ERRORS
from copilot.deep_reader import prompt_of, question_of
from copilot.folding import strip_accents
from guardrails.grounding.training.pairs import Pair

TOGETHER = 42
"""Statements packed with one reading of their note."""
KINDS = ("", *ERRORS)
"""What the head answers: supported, or the kind of error."""


def groups(pairs: list[Pair], rng: random.Random) -> list[list[Pair]]:
    """Statements of one note together, at most ``TOGETHER``, in random order."""
    by_note: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_note.setdefault(pair.note_id, []).append(pair)
    out = []
    for mine in by_note.values():
        rng.shuffle(mine)
        count = math.ceil(len(mine) / TOGETHER)
        out += [mine[i::count] for i in range(count)]
    rng.shuffle(out)
    return out


def disturbed(group: list[Pair], rng: random.Random) -> list[Pair]:
    """The same pairs as hurried hands type: capitals, small letters, no accents; note and statements apart."""
    ways: list[Callable[[str], str]] = [str.upper, str.lower, strip_accents, lambda t: strip_accents(t).upper(), str]
    note = rng.choice(ways)
    return [replace(pair, source=note(pair.source), statement=rng.choice(ways)(pair.statement)) for pair in group]


def laid_out(tokenizer: Any, group: list[Pair]) -> tuple[list[int], torch.Tensor, torch.Tensor, list[int]]:
    """A note and its statements behind it: tokens, positions [tokens], who sees whom [tokens, tokens] (a statement sees
    the note and itself), last token of each statement."""
    ids = list(tokenizer(prompt_of(group[0].source))["input_ids"])
    start = len(ids)
    places, parts, last = list(range(start)), [0] * start, []
    for number, pair in enumerate(group, 1):
        tokens = tokenizer(question_of(pair.statement), add_special_tokens=False)["input_ids"]
        ids += tokens
        places += range(start, start + len(tokens))
        parts += [number] * len(tokens)
        last.append(len(ids) - 1)
    part = torch.tensor(parts)
    seen = torch.tril(torch.ones(len(ids), len(ids), dtype=torch.bool))
    seen &= (part[None] == 0) | (part[None] == part[:, None])
    return ids, torch.tensor(places), seen, last


def masked(seen: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """What is added to the attention: nothing where a token is seen, next to minus infinity where not; [1, 1, n, n]."""
    return torch.zeros(seen.shape).masked_fill(~seen, -1e9)[None, None].to(dtype)


def loss_of(group: list[Pair], odds: torch.Tensor, letters: torch.Tensor) -> torch.Tensor:
    """Sum over the group: supported or not [statements], and for what isn't, the kind of error [statements, 12]."""
    weight = torch.tensor([0.5 if pair.origin == "literal" else 1.0 for pair in group])
    right = torch.tensor([float(pair.supported) for pair in group]) * 0.94 + 0.03
    kinds = torch.tensor([KINDS.index(pair.kind) for pair in group])
    wrong = cross_entropy(letters[:, 1:], (kinds - 1).clamp(min=0), reduction="none", label_smoothing=0.05)
    return ((bce(odds, right, reduction="none") + 0.25 * wrong * (kinds > 0)) * weight).sum()
