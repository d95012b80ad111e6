# ruff: noqa: E501
"""Fits what the guard decides with: ``python -m eval.grounding.train`` → ``guardrails/grounding/data/combiner.json``.

Two steps: coefficients of the reasons on the training pairs (hand-written, and literal clauses as supported); then
weight of alignment, weight of the reader, bias and threshold on the dev pairs, which neither the coefficients nor the
reader have seen. Dev figures of the whole are therefore cross-validated by note (``python -m eval.bench.grounding``).
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.grounding.train_reader import NOTES
from guardrails.grounding.align import align
from guardrails.grounding.annotate import Annotation, annotate
from guardrails.grounding.combine import DOUBTLESS, PATH, features
from guardrails.grounding.premise import premise_of
from guardrails.grounding.training.fit import fit, matrix, names_of
from guardrails.grounding.training.inject import literal
from guardrails.grounding.training.pairs import Pair, read_notes, read_pairs
from guardrails.grounding.types import Reader

TOLD = Path(__file__).with_name("deep_reader_dev.tsv")
"""What the deep reader says of the dev pairs (``python -m eval.grounding.train_deep_reader``)."""

SENTENCES = "9"
"""Hand whose sources are single sentences: it tells how writing mode fares, and nothing is fitted on it."""


@dataclass
class Measured:
    """What the guard sees of each pair."""

    pairs: list[Pair]
    rows: list[dict[str, float]]
    premises: list[str]

    @property
    def y(self) -> np.ndarray:
        """1 supported, 0 not; [pairs]."""
        return np.array([float(p.supported) for p in self.pairs])

    @property
    def groups(self) -> np.ndarray:
        """Note of each pair; [pairs]."""
        return np.array([p.note_id for p in self.pairs])


def measure(pairs: list[Pair]) -> Measured:
    """Align every pair; a note is annotated once."""
    sources: dict[str, Annotation] = {}
    rows, premises = [], []
    for pair in pairs:
        source = sources.setdefault(pair.source, annotate(pair.source)) if pair.source not in sources else sources[pair.source]
        statement = annotate(pair.statement)
        alignment = align(source, statement)
        rows.append(features(alignment, statement))
        premises.append(premise_of(source, statement, alignment))
    return Measured(pairs, rows, premises)


def logit(p: np.ndarray) -> np.ndarray:
    """Log-odds, clipped."""
    q = np.clip(p, 1e-4, 1 - 1e-4)
    return np.log(q / (1 - q))


def read(data: Measured, reader: Reader) -> np.ndarray:
    """Log-odds of the reader of pairs over its excerpts; [pairs]."""
    pairs = [(premise, p.statement) for premise, p in zip(data.premises, data.pairs, strict=True)]
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i][0]) + len(pairs[i][1]))
    out = np.zeros(len(pairs))
    out[order] = reader.score_pairs([pairs[i] for i in order])
    return logit(out)


def coefficients(train: Measured, *, ridge: float = 0.5) -> tuple[list[str], np.ndarray]:
    """Names and coefficients (bias last) of the reasons, from the training pairs."""
    names = names_of(train.rows)
    weight = np.array([1.0 if p.origin == "hand" else 0.3 for p in train.pairs])
    return names, fit(matrix(train.rows, names), train.y, names, ridge=ridge, sample=weight)


def stack(aligned: np.ndarray, reader: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(weight of alignment, weight of reader, bias) of the final log-odds."""
    x = np.stack([aligned, reader], 1)
    names = ["cubierto", "cubierto"]  # both may only speak for
    return fit(x, y, names, ridge=0.1)


def capped(p: np.ndarray, rows: list[dict[str, float]]) -> np.ndarray:
    """Probabilities with the reasons beyond doubt applied, as the guard does; [pairs]."""
    return np.where([bool(row.get("tajante")) for row in rows], DOUBTLESS * p, p)


SPECIFICITY = 0.86
"""Share of faithful statements that must pass; the threshold catches all the errors it can beyond that."""


def best_threshold(p: np.ndarray, y: np.ndarray, specificity: float = SPECIFICITY) -> float:
    """The highest threshold at which the wanted share of faithful statements still passes: a physician who sees
    many true sentences marked stops looking at the marks."""
    return float(np.clip(np.quantile(p[y == 1], 1 - specificity), 0.1, 0.9))


def even_threshold(p: np.ndarray, y: np.ndarray) -> float:
    """The threshold at which as many faithful statements pass as errors are caught: where alignment decides alone
    (no reader at hand), a false alarm only gives the physician's literal words back."""
    grid = np.linspace(0.1, 0.9, 321)
    gaps = [abs((p >= t)[y == 1].mean() - (p < t)[y == 0].mean()) for t in grid]
    return float(grid[int(np.argmin(gaps))])


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Logistic function."""
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))


def load() -> tuple[Measured, Measured]:
    """Training pairs (with literal clauses) and dev pairs, measured.

    Of dev, the pairs of hand a are left out (it wrote a quarter of the training pairs, and would flatter the readers)
    and those of :data:`SENTENCES`.
    """
    notes = read_notes(NOTES)
    pairs = read_pairs(notes)
    train = [p for p in pairs if p.split == "train"]
    rng = random.Random(7)  # noqa: S311
    ours = {p.note_id for p in train}
    train += [p for n in sorted(ours) for p in literal(n, notes[n], rng, 2)]
    return measure(train), measure([p for p in pairs if p.split == "dev" and not p.id.startswith(("a", SENTENCES))])


def load_test() -> dict[str, Measured]:
    """The test pairs by who wrote them: nothing is fitted or chosen on them. Not aligned: the guard does that itself."""
    pairs = [p for p in read_pairs(read_notes(NOTES)) if p.split == "test"]
    hands = sorted({p.id.split("-")[0] for p in pairs})
    return {hand: Measured([p for p in pairs if p.id.split("-")[0] == hand], [], []) for hand in hands}


def stage_of(y: np.ndarray, rows: list[dict[str, float]], aligned: np.ndarray, asked: np.ndarray) -> dict[str, float]:
    """Weights of alignment and reader, bias and threshold, fitted on dev; all arrays [pairs], ``asked`` log-odds."""
    scale, weight, bias = stack(aligned, asked, y)
    p = capped(sigmoid(scale * aligned + weight * asked + bias), rows)
    return {"scale": float(scale), "weight": float(weight), "bias": float(bias), "threshold": best_threshold(p, y)}


def told(dev: Measured, path: Path) -> tuple[list[int], np.ndarray]:
    """(dev pairs, log-odds of the deep reader) as its training left them: reading them anew takes a quarter of an hour."""
    with path.open(encoding="utf-8") as lines:
        said = {row["id"]: float(row["log_odds"]) for row in csv.DictReader(lines, delimiter="\t")}
    known = [i for i, pair in enumerate(dev.pairs) if pair.id in said]
    return known, np.array([said[dev.pairs[i].id] for i in known])


def main() -> int:
    """Fit and store the combination."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    from copilot.readers import load_reader

    train, dev = load()
    names, theta = coefficients(train)
    aligned = matrix(dev.rows, names) @ theta[:-1] + theta[-1]
    reader = load_reader()
    if reader is None:
        raise ValueError("falta el codificador del lector de pares: copilot models pull")
    stages = {reader.name: stage_of(dev.y, dev.rows, aligned, read(dev, reader))}
    known, asked = told(dev, TOLD)
    stages["profundo"] = stage_of(dev.y[known], [dev.rows[i] for i in known], aligned[known], asked)
    alone = stack(aligned, np.zeros(len(aligned)), dev.y)
    p_alone = capped(sigmoid(alone[0] * aligned + alone[2]), dev.rows)
    data = {
        "weights": {n: round(float(c), 4) for n, c in zip(names, theta[:-1], strict=True) if abs(c) > 1e-3},
        "bias": round(float(theta[-1]), 4),
        "alone": {"scale": float(alone[0]), "bias": float(alone[2]), "threshold": even_threshold(p_alone, dev.y)},
        "readers": stages,
        "doubt": [0.02, 0.985],
        "trained_on": {"train": len(train.pairs), "dev": len(dev.pairs)},
    }
    PATH.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps({k: data[k] for k in ("alone", "readers", "trained_on")}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
