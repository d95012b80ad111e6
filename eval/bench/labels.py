"""Agreement of the two readings of the section labels: ``python -m eval.bench.labels``.

``eval/datasets/etiquetas/segunda_lectura.tsv`` has one row a statement of the tuning and held-out notes of
``copilot/sections/data``: the label as written first, the one given without seeing it (the division into statements
was given), and the one settled afterwards (``FI+TX``: the statement was parted). Cohen 1960 (kappa); intervals:
bootstrap over notes, 2,000 resamples, 95 %.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from copilot.sections.labelled import HELD_OUT_VOICES, TAGS
from eval.figures import write_fragment

SHEET = Path(__file__).resolve().parent.parent / "datasets" / "etiquetas" / "segunda_lectura.tsv"
Row = dict[str, str]
Table = np.ndarray[Any, Any]
"""Counts, 12 × 12: first label by row, second by column, in the order of ``TAGS``."""


class Agreement(NamedTuple):
    """Share of equal labels and Cohen's kappa, each with its 95 % interval."""

    raw: tuple[float, float, float]
    kappa: tuple[float, float, float]


def rows() -> list[Row]:
    """Every statement read twice: ``note``, ``statement`` (from 1), ``first``, ``second``, ``settled``."""
    with SHEET.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def held_out(row: Row) -> bool:
    """Whether the row's note is of a voice that nothing was trained or tuned on."""
    return row["note"].split("-")[0] in HELD_OUT_VOICES


def _values(table: Table) -> tuple[float, float]:
    total = table.sum()
    raw = float(np.trace(table) / total)
    chance = float(table.sum(axis=0) @ table.sum(axis=1)) / float(total) ** 2
    return raw, (raw - chance) / (1 - chance)


def measure(chosen: list[Row], resamples: int = 2000, seed: int = 7) -> Agreement:
    """Agreement of the first with the second reading; whole notes are resampled."""
    place = {tag: i for i, tag in enumerate(TAGS)}
    by_note: dict[str, Table] = {}
    for row in chosen:
        table = by_note.setdefault(row["note"], np.zeros((len(TAGS), len(TAGS)), dtype=np.int64))
        table[place[row["first"]], place[row["second"]]] += 1
    tables = np.stack([by_note[name] for name in sorted(by_note)])
    picks = np.random.default_rng(seed).integers(len(tables), size=(resamples, len(tables)))
    drawn = np.array([_values(tables[pick].sum(axis=0)) for pick in picks])
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    raw, kappa = _values(tables.sum(axis=0))
    return Agreement((raw, float(low[0]), float(high[0])), (kappa, float(low[1]), float(high[1])))


def confusions(chosen: list[Row]) -> str:
    """Pairs of labels taken one for the other, most frequent first: ``EV–PA 8, …``."""
    pairs = Counter("–".join(sorted((r["first"], r["second"]))) for r in chosen if r["first"] != r["second"])
    return ", ".join(f"{pair} {count}" for pair, count in sorted(pairs.items(), key=lambda item: (-item[1], item[0])))


def main() -> int:
    """Measure both selections and write ``docs/figures/etiquetas.md``."""
    everything = rows()
    parts = {
        "todas (ajuste y reserva)": everything,
        f"sólo reserva ({', '.join(sorted(HELD_OUT_VOICES))})": [row for row in everything if held_out(row)],
    }
    lines = [
        "| notas | enunciados | iguales | acuerdo | kappa de Cohen | confusiones |",
        "|---|---|---|---|---|---|",
    ]
    for name, chosen in parts.items():
        found = measure(chosen)
        cells = [f"{x:.3f} ({low:.3f}–{high:.3f})" for x, low, high in found]
        equal = sum(row["first"] == row["second"] for row in chosen)
        notes = len({row["note"] for row in chosen})
        label = f"{name}, {notes}"
        lines.append(f"| {label} | {len(chosen)} | {equal} | {cells[0]} | {cells[1]} | {confusions(chosen)} |")
    dataset = "dos lecturas con las mismas reglas, antes de resolver; intervalos de 95 % por remuestreo de notas"
    path = write_fragment("etiquetas", "\n".join(lines), dataset=dataset, command="python -m eval.bench.labels")
    print(path.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
