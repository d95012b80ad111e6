"""Train the classifiers of single statements.

``python -m copilot.sections.train_clauses [--spanish FILE] [--spaccc FOLDER] [--all]`` (about a minute on one core).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from copilot.embeddings import Embedder, load_embedder
from copilot.ngrams import NgramClassifier, counts, load_ngrams, scaled
from copilot.sections.clauses import FILE, NGRAMS, SECTIONS, ClauseClassifier, Opinion, neighbourhood
from copilot.sections.labelled import LabelledNote, read_notes, split
from copilot.sections.reader import MODEL
from copilot.sections.train import spaccc_cases, spanish_cases
from copilot.settings import get_settings


def main() -> int:
    """Fit on the training voices (and the tuning ones with ``--all``); print tuning accuracy; save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spanish", type=Path)
    parser.add_argument("--spaccc", type=Path, help="folder with the texts of the case reports labelled in the project")
    parser.add_argument("--all", action="store_true", help="train on the tuning voices too")
    parser.add_argument("--out", type=Path, default=MODEL)
    arguments = parser.parse_args()
    embedder = load_embedder(get_settings())
    train, tune, _ = split(read_notes())
    spanish = spanish_cases(arguments.spanish) if arguments.spanish else []
    known = train + spanish[:40] + (spaccc_cases(arguments.spaccc) if arguments.spaccc else [])
    known += tune + spanish[40:] if arguments.all else []
    looked = {} if arguments.all else {"tuning voices": tune, "Spanish tuning documents": spanish[40:]}
    arguments.out.mkdir(parents=True, exist_ok=True)
    for fit in (embeddings, ngrams):
        classifier = fit(known, embedder, arguments.out)
        for name, notes in looked.items():
            right = [
                (classifier.log_probabilities([n.text[slice(*span)] for span, _ in n.statements]).argmax(1) == truth(n))
                for n in notes
            ]
            if right:
                sys.stdout.write(f"{fit.__name__}, {name}: {np.concatenate(right).mean():.3f} of the statements\n")
    return 0


def truth(note: LabelledNote) -> np.ndarray:
    """Indices of the sections of the note's statements."""
    return np.array([SECTIONS.index(section) for _, section in note.statements])


def embeddings(notes: list[LabelledNote], embedder: Embedder, out: Path) -> Opinion:
    """Logistic regression on the vectors of a statement and its neighbours; saved to ``out``."""
    from sklearn.linear_model import LogisticRegression

    rows = [neighbourhood(embedder.passages([n.text[slice(*span)] for span, _ in n.statements])) for n in notes]
    model = LogisticRegression(C=20, max_iter=500).fit(np.vstack(rows), np.concatenate([truth(n) for n in notes]))
    weights, bias = model.coef_.astype(np.float16), model.intercept_.astype(np.float16)
    np.savez_compressed(out / FILE, weights=weights, bias=bias)
    return ClauseClassifier(weights.astype(np.float32), bias.astype(np.float32), embedder)


def ngrams(notes: list[LabelledNote], _: Embedder, out: Path) -> Opinion:
    """Logistic regression on hashed n-grams; saved to ``out``."""
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import LogisticRegression

    table = counts([n.text[slice(*span)] for n in notes for span, _ in n.statements])
    idf = TfidfTransformer().fit(table).idf_
    model = LogisticRegression(C=10, max_iter=80).fit(scaled(table, idf), np.concatenate([truth(n) for n in notes]))
    NgramClassifier(model.coef_, model.intercept_, idf).save(out / NGRAMS)
    return load_ngrams(out / NGRAMS)


if __name__ == "__main__":
    sys.exit(main())
