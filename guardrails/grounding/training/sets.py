"""The training mixture: hand-written pairs, edits of them, sources that leave the fact out, and literal clauses."""

from __future__ import annotations

import random

from guardrails.grounding.training.inject import edited, literal, without_fact
from guardrails.grounding.training.pairs import Pair


def mixture(pairs: list[Pair], notes: dict[str, str], *, seed: int = 7, edits: int = 2) -> list[Pair]:
    """Training pairs with the injected ones beside them; dev pairs and their notes never enter."""
    rng = random.Random(seed)  # noqa: S311 - reproducible sampling, not a secret
    train = [p for p in pairs if p.split == "train"]
    ours = {p.note_id for p in train}
    out = list(train)
    for pair in train:
        if not pair.supported:
            continue
        out += edited(pair, rng, edits)
        if rng.random() < 0.2:
            lesser = without_fact(pair)
            if lesser:
                out.append(lesser)
    for note_id, text in sorted(notes.items()):
        if note_id in ours:
            out += literal(note_id, text, rng, 2)
    rng.shuffle(out)
    return out
