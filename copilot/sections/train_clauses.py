"""Train the classifier of single statements: ``python -m copilot.sections.train_clauses [--spanish FILE] [--all]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from copilot.embeddings import load_embedder
from copilot.sections.clauses import FILE, SECTIONS, neighbourhood
from copilot.sections.labelled import LabelledNote, read_notes, split
from copilot.sections.reader import MODEL
from copilot.sections.train import spanish_cases
from copilot.settings import get_settings


def main() -> int:
    """Fit on the training voices (and the tuning ones with ``--all``); print tuning accuracy; save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spanish", type=Path)
    parser.add_argument("--all", action="store_true", help="train on the tuning voices too")
    parser.add_argument("--out", type=Path, default=MODEL)
    arguments = parser.parse_args()
    from sklearn.linear_model import LogisticRegression

    embedder = load_embedder(get_settings())

    def features(notes: Iterable[LabelledNote]) -> tuple[np.ndarray, np.ndarray]:
        rows, labels = [], []
        for note in notes:
            texts = [note.text[start:end] for (start, end), _ in note.statements]
            rows.append(neighbourhood(embedder.passages(texts)))
            labels += [SECTIONS.index(section) for _, section in note.statements]
        return np.vstack(rows), np.array(labels)

    train, tune, _ = split(read_notes())
    spanish = spanish_cases(arguments.spanish) if arguments.spanish else []
    known = train + spanish[:40] + (tune + spanish[40:] if arguments.all else [])
    rows, labels = features(known)
    model = LogisticRegression(C=20, max_iter=500).fit(rows, labels)
    for name, notes in (("tuning voices", tune), ("Spanish tuning documents", spanish[40:])):
        if notes and not arguments.all:
            some, truth = features(notes)
            sys.stdout.write(f"{name}: {float((model.predict(some) == truth).mean()):.3f}\n")
    arguments.out.mkdir(parents=True, exist_ok=True)
    weights, bias = model.coef_.astype(np.float16), model.intercept_.astype(np.float16)
    np.savez_compressed(arguments.out / FILE, weights=weights, bias=bias)
    return 0


if __name__ == "__main__":
    sys.exit(main())
