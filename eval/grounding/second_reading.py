"""Agreement of the guard's sets with a second, blind reading: ``python -m eval.grounding.second_reading``.

``guardrails/grounding/data/second_reading_*.tsv``: five statements of each of the 24 notes of test sets v, d and 7,
and all of development set 9, judged from the note alone by a reader who saw no label. Kind and severity are compared
where both readings found an error.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from eval.grounding.train_reader import NOTES
from eval.review.kappa import kappa
from guardrails.grounding.training.pairs import DATA, read_notes, read_pairs

SHEETS = {hand: DATA / f"second_reading_{hand}.tsv" for hand in "vd79"}
Row = tuple[str, str, str]
"""(note, what the author said, what the second reader said)."""


def compared(sheet: Path) -> dict[str, list[Row]]:
    """Both readings of each statement: whether it is supported, and of errors the kind and the severity."""
    first = {pair.id: pair for pair in read_pairs(read_notes(NOTES))}
    out: dict[str, list[Row]] = {"sostenida": [], "clase": [], "gravedad": []}
    with sheet.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            pair, no = first[row["id"]], row["supported"] == "no"
            out["sostenida"].append((pair.note_id, str(not pair.supported), str(no)))
            if no and not pair.supported:
                out["clase"].append((pair.note_id, pair.kind, row["kind"]))
                out["gravedad"].append((pair.note_id, pair.severity, row["severity"]))
    return out


def interval(rows: Sequence[Row], of: Callable[[Sequence[Row]], float], rounds: int = 500) -> tuple[float, float]:
    """95 % interval by resampling whole notes."""
    notes: dict[str, list[Row]] = {}
    for row in rows:
        notes.setdefault(row[0], []).append(row)
    groups, rng = list(notes.values()), np.random.default_rng(7)
    draws = [of([r for at in rng.integers(0, len(groups), len(groups)) for r in groups[at]]) for _ in range(rounds)]
    low, high = np.nanquantile(draws, [0.025, 0.975])
    return float(low), float(high)


def kappa_of(rows: Sequence[Row]) -> float:
    """Cohen's kappa of both readings."""
    return kappa([(first, second) for _, first, second in rows])


def main() -> int:
    """Print the agreement."""
    for hand, sheet in SHEETS.items():
        for name, rows in compared(sheet).items():
            same = sum(a == b for _, a, b in rows)
            low, high = interval(rows, kappa_of)
            said = f"{hand}, {name}: {same} de {len(rows)} iguales, kappa {kappa_of(rows):.2f} ({low:.2f}–{high:.2f})"
            sys.stdout.write(said + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
