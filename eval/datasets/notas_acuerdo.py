"""Agreement of the two readings of the evaluation notes: ``python -m eval.datasets.notas_acuerdo``.

Prints Cohen's kappa of the section labels with a 95 % interval that resamples whole notes. Both readings are by
the same author, within the hour: it is the consistency of one author, not the agreement of two raters.
"""

from __future__ import annotations

import csv
import sys
from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import cohen_kappa_score, confusion_matrix

from eval.datasets.notas import DATA

SHEET = DATA / "segunda_lectura.tsv"
CLAIMS = DATA / "segunda_lectura_frases.tsv"
"""Faithful (1) or not (0) for the statements of ten notes: the author's label, and another person's blind reading."""


class Agreement(NamedTuple):
    """Agreement of two readings of section labels."""

    statements: int
    notes: int
    raw: float
    kappa: float
    low: float
    high: float


def rows() -> list[dict[str, str]]:
    """One row a statement of the notes read twice: note, statement (from 1), first, second, settled."""
    with SHEET.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _kappa(table: np.ndarray[Any, Any]) -> float:
    """Cohen's kappa of a square table of counts (as scikit-learn's, without its cost for every resample)."""
    total = table.sum()
    chance = float(table.sum(axis=0) @ table.sum(axis=1)) / total**2
    return float((np.trace(table) / total - chance) / (1 - chance))


def measure(resamples: int = 1000, seed: int = 7) -> Agreement:
    """Cohen's kappa, raw agreement and the bootstrap interval of kappa clustered by note."""
    by_note: dict[str, list[tuple[str, str]]] = {}
    for row in rows():
        by_note.setdefault(row["note"], []).append((row["first"], row["second"]))
    names = sorted(by_note)
    labels = sorted({label for pairs in by_note.values() for pair in pairs for label in pair})
    tables = np.stack([confusion_matrix(*zip(*by_note[name], strict=True), labels=labels) for name in names])
    picks = np.random.default_rng(seed).integers(len(names), size=(resamples, len(names)))
    drawn = np.array([_kappa(tables[pick].sum(axis=0)) for pick in picks])
    low, high = np.quantile(drawn, (0.025, 0.975))
    pairs = [pair for name in names for pair in by_note[name]]
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    return Agreement(
        len(pairs),
        len(names),
        sum(a == b for a, b in pairs) / len(pairs),
        float(cohen_kappa_score(first, second)),
        float(low),
        float(high),
    )


def claims() -> tuple[int, int]:
    """(statements read blind by another person, those on which the two labels agree)."""
    with CLAIMS.open(encoding="utf-8", newline="") as file:
        both = [(row["primera"], row["segunda"]) for row in csv.DictReader(file, delimiter="\t")]
    return len(both), sum(a == b for a, b in both)


def main() -> None:
    """Print the figures of the data card."""
    read, same = claims()
    bound = "" if same < read else f" (desacuerdo ≤ {300 / read:.1f} %, regla de tres)"
    sys.stdout.write(f"frases fieles o infieles, lectura ciega de otra persona: {same} de {read} iguales{bound}\n")
    found = measure()
    sys.stdout.write(
        f"enunciados {found.statements} de {found.notes} notas; acuerdo {found.raw:.3f}\n"
        f"kappa de Cohen {found.kappa:.3f} (IC 95 % por nota {found.low:.3f}–{found.high:.3f})\n"
    )


if __name__ == "__main__":
    main()
