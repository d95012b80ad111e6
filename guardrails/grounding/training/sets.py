"""The training mixture: hand-written pairs, edits of them, sources that leave the fact out, and literal clauses."""

from __future__ import annotations

import random
from dataclasses import replace

from guardrails.grounding.training.inject import edited, literal, without_fact
from guardrails.grounding.training.pairs import Pair
from guardrails.grounding.training.reword import reworded


def mixture(
    pairs: list[Pair], notes: dict[str, str], *, seed: int = 7, edits: int = 2, others: int = 260
) -> list[Pair]:
    """Training pairs with the injected ones beside them; dev pairs and their notes never enter.

    ``others``: notes without any pair of their own, of which a clause is taken, reworded and edited.
    """
    rng = random.Random(seed)  # noqa: S311 - reproducible sampling, not a secret
    train = [p for p in pairs if p.split == "train"]
    ours = {p.note_id for p in train}
    out = list(train)
    for pair in train:
        words = reworded(pair.statement, rng)
        if words != pair.statement and rng.random() < 0.15 * edits:
            out.append(replace(pair, id=f"{pair.id}/otra", statement=words, origin="reworded"))
        if not pair.supported:
            continue
        base = replace(pair, statement=words) if rng.random() < 0.4 else pair
        out += edited(base, rng, edits)
        if rng.random() < 0.2:
            lesser = without_fact(pair)
            if lesser:
                out.append(lesser)
    kept_out = {p.note_id for p in pairs} - ours
    free = sorted(set(notes) - ours - kept_out)
    for note_id in [*sorted(ours), *rng.sample(free, min(others, len(free)))]:
        for copy in literal(note_id, notes[note_id], rng, 2):
            words = reworded(copy.statement, rng)
            out.append(copy if rng.random() < 0.4 else replace(copy, statement=words, origin="reworded"))
            if rng.random() < 0.6:
                out += edited(replace(copy, statement=words), rng, 1)
    rng.shuffle(out)
    return out
