# ruff: noqa: E501 - patterns and word lists stay on one line
"""The trained recognizer at run time: text in, labelled spans of both heads out.

Matrix products run in bfloat16 where the processor has instructions for it (three times faster), else in 32 bits.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from guardrails.redaction import reading, weights
from guardrails.redaction.forward import Forward, Window
from guardrails.redaction.wordpieces import WordPieces

MODEL_DIR = Path(__file__).parent / "model"
TOGETHER = 8  # windows held in memory at once

Found = list[tuple[int, int, str, float]]


@dataclass(frozen=True)
class Reading:
    """What the network saw: offsets of the words, spans ``(start, end, label, probability)`` of the family and the MEDDOCAN head."""

    offsets: list[tuple[int, int]]
    families: Found
    meddocan: Found


def _fast() -> bool:
    capable = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return bool(capable())


def _tensors(words: reading.Words, start: int, end: int) -> Window:
    pieces, features, first, last = (torch.from_numpy(np.array(one)) for one in reading.tensors(words, start, end))
    return pieces, features, first, last


class Reader:
    """The weights in memory. Keeps no text between calls; calls from several threads run one after the other."""

    def __init__(self, folder: Path = MODEL_DIR) -> None:
        self.vocabulary = WordPieces.load(folder / "pieces.tsv")
        facts, state = weights.read(folder)
        self.family_labels: list[str] = facts["families"]
        self.meddocan_labels: list[str] = facts["meddocan"]
        self.forward = Forward(facts, state, torch.bfloat16 if _fast() else torch.float32, reading.WINDOW)
        self._lock = threading.Lock()

    def scores(self, words: reading.Words) -> tuple[np.ndarray, np.ndarray]:
        """Log probabilities [words, tags] of both heads."""
        heads = [np.zeros((len(words.offsets), 1 + 2 * len(labels)), dtype=np.float32) for labels in (self.family_labels, self.meddocan_labels)]
        parts = reading.windows(words)
        with self._lock, torch.inference_mode():
            for at in range(0, len(parts), TOGETHER):
                some = parts[at : at + TOGETHER]
                read = self.forward([_tensors(words, start, end) for start, end in some])
                for index, ((start, end), out) in enumerate(zip(some, read, strict=True), at):
                    # In the overlap of two windows each reads its own half: near its edge a window lacks context.
                    begin = start if index == 0 else (start + parts[index - 1][1]) // 2
                    for table, logits in zip(heads, out, strict=True):
                        table[begin:end] = logits[begin - start :].float().log_softmax(-1).numpy()
        return heads[0], heads[1]

    def read(self, text: str, families: float = 0.0, meddocan: float = 0.0) -> Reading:
        """Read a text once. The numbers make each head find more (``bias`` of :func:`reading.decode`)."""
        words = reading.read_words(text, self.vocabulary)
        ours, theirs = self.scores(words)
        offsets = words.offsets

        def spans(scores: np.ndarray, labels: list[str], lean: float) -> Found:
            return [(offsets[start][0], offsets[end - 1][1], labels[label], sure) for start, end, label, sure in reading.decode(scores, lean)]

        return Reading(offsets, spans(ours, self.family_labels, families), spans(theirs, self.meddocan_labels, meddocan))
