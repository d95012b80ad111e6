"""Trains the linear reader of the note type: ``python -m copilot.notetype_train`` (half a minute on one core).

Each note is shown whole, and without its opening statement and sections (titles are not everything). The voices
kept for tuning choose the strength; the held-out voices are not read here.
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from copilot.domain import Section, Span
from copilot.notetype_model import TYPES, WEIGHTS, features
from copilot.sections.labelled import LabelledNote, read_notes, split

_LEAST, _KEPT, _VIEWS = 3, 6000, 2
"""Notes a feature must appear in; features kept, by weight; ways in which each note is shown."""

Shown = tuple[str, tuple[tuple[Span, Section], ...]]


def _views(note: LabelledNote) -> list[Shown]:
    start = note.statements[1][0].start if len(note.statements) > 2 else 0
    rest = tuple((Span(s.start - start, s.end - start), key) for s, key in note.statements[1:])
    return [(note.text, note.statements), (note.text[start:], ()), (note.text, ()), (note.text[start:], rest)]


def _matrix(shown: list[list[str]], index: dict[str, int], idf: np.ndarray) -> sp.csr_matrix:
    rows, columns = [], []
    for i, names in enumerate(shown):
        for name in names:
            if (j := index.get(name)) is not None:
                rows.append(i)
                columns.append(j)
    matrix = sp.csr_matrix((idf[columns], (rows, columns)), shape=(len(shown), len(index)), dtype=np.float32)
    length = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1
    return sp.diags(1 / np.maximum(length, 1e-9)) @ matrix


def main() -> None:
    """Fit, say how often the tuning voices are right, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strength", type=float, default=30.0, help="inverse of the regularisation")
    strength = parser.parse_args().strength
    training, tuning, _ = split(read_notes())
    shown = [list(features(*view)) for note in training for view in _views(note)[:_VIEWS]]
    kinds = np.array([TYPES.index(note.note_type) for note in training if note.note_type for _ in range(_VIEWS)])
    seen = Counter(name for names in shown[::_VIEWS] for name in names)
    names = sorted(name for name, n in seen.items() if n >= _LEAST)
    index = {name: i for i, name in enumerate(names)}
    idf = np.array([1 + np.log((1 + len(training)) / (1 + seen[name])) for name in names], dtype=np.float32)
    fitted = LogisticRegression(C=strength, max_iter=60, class_weight="balanced", tol=1e-3).fit(
        _matrix(shown, index, idf), kinds
    )
    kept = np.sort(np.argsort(-np.abs(fitted.coef_ * idf).max(axis=0))[:_KEPT])
    weights = fitted.coef_[:, kept].T.astype(np.float16)
    np.savez_compressed(
        WEIGHTS,
        names=np.array("\n".join(names[i] for i in kept)),
        idf=idf[kept].astype(np.float16),
        weights=weights,
        bias=fitted.intercept_.astype(np.float32),
    )
    for label, which in (("nota completa, con secciones", 0), ("sin secciones", 2), ("sin la primera frase", 3)):
        right = 0
        for note in tuning:
            said = fitted.predict(_matrix([list(features(*_views(note)[which]))], index, idf))[0]
            right += TYPES[said] is note.note_type
        print(f"{label}: {right}/{len(tuning)}")  # noqa: T201


if __name__ == "__main__":
    main()
