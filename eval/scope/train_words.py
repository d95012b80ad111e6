"""Train the reader of words beside the adapters: ``python -m eval.scope.train_words`` (a minute on one core).

Logistic regression on n-grams (:mod:`copilot.ngrams`) of the same requests as ``eval.scope.train_reader`` learns from,
pairs of them in one message, and all that is said about each guideline of the catalogue. Writes ``ngrams.npz``.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

import numpy as np

from copilot.assistant.screening import CLASSES, NGRAMS
from copilot.ngrams import NgramClassifier, counts, learn
from eval.scope.examples import Example, asked_phrases, by_set, mixtures

SEED = 1


def train(sets: dict[str, list[Example]]) -> NgramClassifier:
    """Learn from some sets of requests; rare classes count by the root of how rare they are."""
    rng = random.Random(SEED)  # noqa: S311
    rows = [row for name, one in sets.items() if name != "asked" for row in one]
    rows += mixtures(rows, len(rows) // 4, rng)
    if "asked" in sets:
        rows += [Example(one, "clinica") for said in asked_phrases() for one in said]
    classes = np.array([CLASSES.index(row.category) for row in rows])
    share = np.bincount(classes, minlength=len(CLASSES))
    return learn(counts([row.text for row in rows]), classes, np.sqrt(share.mean() / share)[classes])


def main() -> int:
    """Train and store; ``--without SET…``: print how those sets are decided by what the others teach."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=NGRAMS)
    sets = by_set()
    parser.add_argument("--without", nargs="+", default=[], choices=sets)
    options = parser.parse_args()
    if not options.without:
        train(sets).save(options.out)
        return 0
    model = train({name: rows for name, rows in sets.items() if name not in options.without})
    for name in options.without:
        own = np.exp(model.log_probabilities([row.text for row in sets[name]]))[:, :2].sum(1) >= 0.5
        legitimate = np.array([CLASSES.index(row.category) < 2 for row in sets[name]])
        kept, stopped = int(own[legitimate].sum()), int((~own[~legitimate]).sum())
        sys.stdout.write(f"{name}: {kept}/{legitimate.sum()} legítimas, {stopped}/{(~legitimate).sum()} de las demás\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
