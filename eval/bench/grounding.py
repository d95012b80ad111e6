# ruff: noqa: E501
"""Figures of the grounding guard: ``python -m eval.bench.grounding`` → ``docs/figures/fundamentacion.md``.

Measured on the dev pairs (hand-written, natural wording; their notes enter neither the coefficients nor the reader).
The last step (weight of the reader, bias, threshold) is fitted on dev too, so its figures are cross-validated: five
folds of whole notes. Beside them the test sets on which nothing was fitted or chosen, judged by the guard as it is
shipped. Intervals: bootstrap over notes, 2,000 resamples, 95 %. No injected error is counted here.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from copilot.deep_reader import DeepReader, load_deep_reader
from eval.figures import write_fragment
from eval.grounding.train import (
    SPECIFICITY,
    TOLD,
    Measured,
    best_threshold,
    capped,
    coefficients,
    load,
    load_test,
    read,
    sigmoid,
    stack,
    told,
)
from guardrails.grounding import GroundingGuard
from guardrails.grounding.training.fit import matrix
from guardrails.grounding.types import Reader, Verdict

DATASET = (
    "{n} afirmaciones de prueba escritas a mano sobre {notes} notas que no se usaron para ajustar ni elegir nada (v, d y 7: "
    "notas y afirmaciones de tres manos que no vieron otra nota del proyecto), juzgadas por el guardián tal como se entrega; tipo y gravedad, de los errores detectados; umbral para "
    "aceptar {wanted:.2f} de las fieles de desarrollo; intervalos del 95 % por remuestreo de notas"
)


def cross_validated(dev: Measured, aligned: np.ndarray, asked: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Out-of-fold probabilities and decisions (True: supported); [pairs] each."""
    y, groups = dev.y, dev.groups
    score, decided = np.zeros(len(y)), np.zeros(len(y), bool)
    reader = np.zeros(len(y)) if asked is None else asked
    for train, test in GroupKFold(5).split(aligned, y, groups):
        a, b, c = stack(aligned[train], reader[train], y[train])
        p = capped(sigmoid(a * aligned + b * reader + c), dev.rows)
        threshold = best_threshold(p[train], y[train])
        score[test] = p[test]
        decided[test] = score[test] >= threshold
    return score, decided


def interval(groups: np.ndarray, statistic: Callable[[np.ndarray], float], rounds: int = 2000) -> tuple[float, float, float]:
    """(value, low, high) of a statistic of pair indices, resampling whole notes."""
    rng = np.random.default_rng(7)
    names = np.unique(groups)
    where = {n: np.flatnonzero(groups == n) for n in names}
    values = []
    for _ in range(rounds):
        picked = np.concatenate([where[n] for n in rng.choice(names, len(names))])
        value = statistic(picked)
        if not np.isnan(value):
            values.append(value)
    low, high = np.percentile(values, [2.5, 97.5])
    return statistic(np.arange(len(groups))), float(low), float(high)


Figures = dict[str, tuple[float, float, float]]


def table(dev: Measured, score: np.ndarray, decided: np.ndarray) -> Figures:
    """Named figures with their intervals."""
    y, groups = dev.y.astype(bool), dev.groups
    major = np.array([p.severity == "mayor" for p in dev.pairs])

    def share(mask: np.ndarray, hit: np.ndarray) -> Callable[[np.ndarray], float]:
        return lambda i: float(hit[i][mask[i]].mean()) if mask[i].any() else float("nan")

    def balanced(i: np.ndarray) -> float:
        return (share(y, decided)(i) + share(~y, ~decided)(i)) / 2

    return {
        "Exactitud balanceada": interval(groups, balanced),
        "AUC": interval(groups, lambda i: float(roc_auc_score(y[i], score[i])) if 0 < y[i].mean() < 1 else float("nan")),
        "Fieles aceptadas (especificidad)": interval(groups, share(y, decided)),
        "Errores detectados": interval(groups, share(~y, ~decided)),
        "Errores mayores detectados": interval(groups, share(~y & major, ~decided)),
        "Error de calibración (ECE, 10 tramos)": interval(groups, lambda i: calibration(score[i], y[i]), 400),
    }


def _caught(mask: np.ndarray, decided: np.ndarray) -> Callable[[np.ndarray], float]:
    return lambda i: float((~decided[i])[mask[i]].mean()) if mask[i].any() else float("nan")


def calibration(score: np.ndarray, y: np.ndarray) -> float:
    """Expected calibration error over ten equal bins of the probability."""
    bins = np.minimum((score * 10).astype(int), 9)
    return float(sum(abs(score[bins == b].mean() - y[bins == b].mean()) * (bins == b).mean() for b in range(10) if (bins == b).any()))


def shipped(data: Measured, guard: GroundingGuard) -> list[Verdict]:
    """Verdicts of the guard as it is shipped, in the order of the pairs; a note is read once."""
    found: dict[str, Verdict] = {}
    for note in dict.fromkeys(data.groups):
        mine = [p for p in data.pairs if p.note_id == note]
        verdicts = guard.verify_many(mine[0].source, [p.statement for p in mine])
        found |= {p.id: verdict for p, verdict in zip(mine, verdicts, strict=True)}
    return [found[p.id] for p in data.pairs]


def named(data: Measured, verdicts: list[Verdict]) -> Figures:
    """Of the errors found, how many are named by their kind and by their severity."""
    found = np.array([not p.supported and not v.supported for p, v in zip(data.pairs, verdicts, strict=True)])
    kind = np.array([p.kind == str(v.kind) for p, v in zip(data.pairs, verdicts, strict=True)])
    severity = np.array([p.severity == str(v.severity) for p, v in zip(data.pairs, verdicts, strict=True)])

    def share(hit: np.ndarray) -> tuple[float, float, float]:
        return interval(data.groups, lambda i: float(hit[i][found[i]].mean()) if found[i].any() else float("nan"))

    return {"Tipo acertado entre los detectados": share(kind), "Gravedad acertada entre los detectados": share(severity)}


def timing(dev: Measured, guard: GroundingGuard, count: int = 60, *, again: bool = False) -> tuple[float, float]:
    """Median and 95th percentile of milliseconds a verdict; ``again``: of a source that was just read."""
    spent = []
    for pair in dev.pairs[:: max(1, len(dev.pairs) // count)]:
        if again:
            guard.verify(pair.source, pair.statement)
        else:
            guard.forget()
            if isinstance(guard.reader, DeepReader):
                guard.reader.forget()
        started = time.perf_counter()
        guard.verify(pair.source, pair.statement)
        spent.append((time.perf_counter() - started) * 1000)
    return float(np.median(spent)), float(np.percentile(spent, 95))


def develop(pairs: Reader) -> dict[str, Figures]:
    """Columns of the dev pairs that the deep reader's training left its answers to: alignment alone, with either
    reader, and what the deep reader is worth alone."""
    train, whole = load()
    names, theta = coefficients(train)
    known, deep = told(whole, TOLD)
    dev = Measured(
        [whole.pairs[i] for i in known], [whole.rows[i] for i in known], [whole.premises[i] for i in known]
    )
    aligned = matrix(dev.rows, names) @ theta[:-1] + theta[-1]
    return {
        f"desarrollo ({len(known)}), solo alineación": table(dev, *cross_validated(dev, aligned, None)),
        "con el lector de pares": table(dev, *cross_validated(dev, aligned, read(dev, pairs))),
        "solo el lector profundo": table(dev, *cross_validated(dev, np.zeros(len(known)), deep)),
        "con el lector profundo": table(dev, *cross_validated(dev, aligned, deep)),
    }


def by_kind(tests: dict[str, Measured], decided: dict[str, np.ndarray]) -> list[str]:
    """Lines of the errors found in the test pairs, by kind."""
    kinds = np.array([p.kind for test in tests.values() for p in test.pairs])
    groups = np.concatenate([test.groups for test in tests.values()])
    passed = np.concatenate([decided[hand] for hand in tests])
    lines = ["", "| Error (prueba) | n | detectados |", "| --- | ---: | ---: |"]
    for kind in sorted(set(kinds) - {""}):
        mask = kinds == kind
        value, low, high = interval(groups, _caught(mask, passed))
        lines.append(f"| {kind} | {mask.sum()} | {value:.2f} [{low:.2f}–{high:.2f}] |")
    return lines


def main() -> int:
    """Measure and write the fragment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--print", action="store_true", help="only print")
    parser.add_argument("--tests", action="store_true", help="only the test sets (minutes instead of a quarter of an hour)")
    arguments = parser.parse_args()
    from copilot.readers import load_reader
    from copilot.settings import get_settings

    pairs, reader = load_reader(), load_deep_reader(get_settings())
    if pairs is None or reader is None:
        raise SystemExit("Falta el modelo de un lector: copilot models pull")
    figures = {} if arguments.tests else develop(pairs)
    tests = load_test()
    guard = GroundingGuard(reader)
    decided: dict[str, np.ndarray] = {}
    for hand, test in tests.items():
        verdicts = shipped(test, guard)
        score, decided[hand] = np.array([v.score for v in verdicts]), np.array([v.supported for v in verdicts])
        figures[f"prueba {hand} ({len(test.pairs)})"] = table(test, score, decided[hand]) | named(test, verdicts)
    lines = ["| | " + " | ".join(figures) + " |", "| --- |" + " ---: |" * len(figures)]
    for row in dict.fromkeys(name for column in figures.values() for name in column):
        cells = [f"{v[row][0]:.2f} [{v[row][1]:.2f}–{v[row][2]:.2f}]" if row in v else "" for v in figures.values()]
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    lines += by_kind(tests, decided)
    if not arguments.tests:
        some = tests["v"]
        times = {
            "alineación": timing(some, GroundingGuard()),
            "con el lector de pares": timing(some, GroundingGuard(pairs)),
            "con el lector profundo, nota nueva": timing(some, guard),
            "con el lector profundo, nota ya leída": timing(some, guard, again=True),
        }
        lines += ["", "Milisegundos por veredicto (dos núcleos), mediana y percentil 95: "
                  + "; ".join(f"{k} {a:.0f} y {b:.0f}" for k, (a, b) in times.items()) + "."]  # fmt: skip
    text = "\n".join(lines)
    print(text)
    if not arguments.print:
        dataset = DATASET.format(
            n=sum(len(t.pairs) for t in tests.values()), notes=sum(len(set(t.groups)) for t in tests.values()), wanted=SPECIFICITY
        )
        command = "python -m eval.bench.grounding" + (" --tests" if arguments.tests else "")
        path: Path = write_fragment("fundamentacion", text, dataset=dataset, command=command)
        print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
