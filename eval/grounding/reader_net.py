"""The network of the reader of pairs: adapted encoder, a head over the pair and one over each word of the statement.

A statement falls by any one of its words, so the log-odds of the pair are a linear head over mean and first token
less a smooth maximum of the words' error log-odds. Edits made by rule tell which words are wrong; those words are
taught directly.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from guardrails.grounding.types import ErrorKind

KINDS = [k.value for k in ErrorKind]
"""Names of the side task's classes; the first is «no error»."""
MAX_TOKENS = 200


@dataclass(frozen=True)
class Row:
    """One training example."""

    premise: str
    statement: str
    label: float
    weight: float
    kind: int
    wrong: tuple[tuple[int, int], ...] | None
    """Intervals of the statement known to be wrong; None where nobody marked them."""


class Heads(nn.Module):
    """Pair head, word head and kind head over the encoder's last layer."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.pair = nn.Linear(2 * width, 1)
        self.word = nn.Linear(width, 1)
        self.kind = nn.Linear(2 * width, len(KINDS))
        nn.init.constant_(self.word.bias, -3.0)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor, second: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """(pair log-odds [n], word error log-odds [n, tokens], kind logits [n, kinds])."""
        m = mask.unsqueeze(-1).float()
        pooled = torch.cat([(hidden * m).sum(1) / m.sum(1), hidden[:, 0]], -1)
        words = self.word(hidden)[..., 0]
        worst = torch.logsumexp(words.masked_fill(second == 0, -30.0), 1)
        return self.pair(pooled)[:, 0] - worst, words, self.kind(pooled)


def wrong_spans(right: str, wrong: str) -> tuple[tuple[int, int], ...]:
    """Intervals of the edited text that differ from the text it was made of; a removal marks the word after it."""
    a, b = right.split(" "), wrong.split(" ")
    starts = [0]
    for word in b:
        starts.append(starts[-1] + len(word) + 1)
    out = []
    for tag, _, _, j, k in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            last = min(max(k, j + 1), len(b))
            out.append((starts[min(j, len(b) - 1)], starts[last] - 1))
    return tuple(out)


def encode(tokenizer: Any, rows: list[Row]) -> dict[str, torch.Tensor]:
    """Tensors of a batch: ids, mask, which tokens are the statement's, and the word labels (-1 unknown)."""
    enc = tokenizer(
        [r.premise for r in rows], [r.statement for r in rows], truncation="only_first", max_length=MAX_TOKENS,
        padding=True, return_tensors="pt", return_offsets_mapping=True,
    )  # fmt: skip
    second = torch.tensor([[1 if s == 1 else 0 for s in enc.sequence_ids(i)] for i in range(len(rows))])
    words = torch.full(second.shape, -1.0)
    for i, row in enumerate(rows):
        if row.label < 0.5 and row.wrong is None:
            continue
        for j, (start, end) in enumerate(enc["offset_mapping"][i].tolist()):
            if second[i, j] and end > start:
                words[i, j] = float(any(s < end and start < e for s, e in row.wrong or ()))
    return {
        "ids": enc["input_ids"], "mask": enc["attention_mask"], "second": second, "words": words,
        "label": torch.tensor([r.label for r in rows]), "weight": torch.tensor([r.weight for r in rows]),
        "kind": torch.tensor([r.kind for r in rows]),
    }  # fmt: skip
