"""Train the model of :mod:`copilot.assistant.bearing` on the development questions.

``python -m eval.guidelines.train_bearing`` (with the official documents added, as a site has them). Positive:
questions on protocols of the corpus. Negative: topics that only the catalogue has, and topics with nothing.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from copilot.assistant.answering import TITLES, Answerer
from copilot.assistant.bearing import NAMES
from copilot.settings import get_settings
from eval.guidelines.answers import questions as split_questions
from eval.guidelines.gold import load_gold

FOLDER = Path(__file__).resolve().parent
OUT = Path(__file__).resolve().parents[2] / "copilot" / "assistant" / "bearing.json"


COST = {"protocolo": 1.0, "catalogo": 0.2, "nada": 1.0}
"""Cost of a wrong decision. A topic of the catalogue often is touched by a protocol too, and an answer names the
catalogue's entries as well, so an error costs less there."""

WRONGLY_ANSWERED = 0.09
"""Share of questions with nothing to find that may be answered; the threshold is the lowest that keeps to it. The goal
is one in ten; another author is a little worse than those we know."""


class Row(NamedTuple):
    """One development question."""

    question: str
    kind: str
    """``protocolo``: the corpus answers; ``catalogo``: only the catalogue has it; ``nada``: nothing."""
    author: str
    """Who wrote it: the model is judged on each author's questions by what the others' taught it."""


def questions() -> list[Row]:
    """Development questions, each once."""
    rows = [Row(one.question, one.kind, "tarjetas") for one in load_gold()]
    for split in ("held2", "dev3"):
        rows += [Row(one.question, one.kind, split) for one in split_questions(split)]
    for name in ("questions_dev", "questions_dev2"):
        for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            rows.append(Row(json.loads(line)["question"], "protocolo", name))
    for name in ("catalogue_dev", "catalogue_dev2", "catalogue_dev3", "catalogue_held"):
        for line in (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            question, right = line.split("\t")
            if not re.search(r"\b(?:PAI-DM2|PAI-HAS|PRONAM)", right):
                rows.append(Row(question, "catalogo", name))
    for line in (FOLDER / "bearing_dev.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, kind = line.split("\t")
        rows.append(Row(question, kind, "bearing_dev"))
    for line in (FOLDER / "absent_dev.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            rows.append(Row(line.strip(), "nada", "absent_dev"))
    return list({row.question: row for row in rows}.values())


def table(answerer: Answerer, rows: list[Row], kept: Path | None) -> np.ndarray:
    """Features of each question [n, d]. ``kept``: file of those computed before; an interrupted run goes on there."""
    known: dict[str, list[float]] = json.loads(kept.read_text(encoding="utf-8")) if kept and kept.is_file() else {}
    for number, (question, *_) in enumerate(rows):
        if question in known:
            continue
        hits, titles = answerer.search(question), answerer.catalogue.search(question, TITLES)
        known[question], _ = answerer.signs(question, hits, titles)
        if kept and number % 50 == 0:
            kept.write_text(json.dumps(known), encoding="utf-8")
    if kept:
        kept.write_text(json.dumps(known), encoding="utf-8")
    return np.array([known[row.question] for row in rows])


def fit(x: np.ndarray, rows: list[Row]) -> dict[str, object]:
    """Logistic regression weighted by :data:`COST`; threshold by cross-validation between authors."""
    from sklearn.linear_model import LogisticRegression

    kinds, authors = np.array([row.kind for row in rows]), np.array([row.author for row in rows])
    y = (kinds == "protocolo").astype(int)
    share = {kind: cost / np.sum(kinds == kind) for kind, cost in COST.items()}
    weights = np.array([share[kind] for kind in kinds])
    weights = weights / weights.mean()
    mean, scale = x.mean(0), x.std(0) + 1e-6
    x = (x - mean) / scale
    model = LogisticRegression(C=1.0, max_iter=2000)
    probability = np.zeros(len(y))
    for author in dict.fromkeys(authors):
        test = authors == author
        model.fit(x[~test], y[~test], sample_weight=weights[~test])
        probability[test] = model.predict_proba(x[test])[:, 1]
    cuts = np.arange(0.1, 0.8, 0.01)
    absent = probability[kinds == "nada"]
    threshold = float(next(cut for cut in cuts if np.mean(absent >= cut) <= WRONGLY_ANSWERED))
    for author in ("", "held2", "dev3"):
        for kind in COST:
            some = (kinds == kind) & ((authors == author) if author else True)
            if some.any():
                rate = np.mean(probability[some] >= threshold)
                print(f"{author:6} {kind}: answered {rate:.3f} of {some.sum()} (other authors', from {threshold:.2f})")  # noqa: T201
    model.fit(x, y, sample_weight=weights)
    return {
        "names": list(NAMES),
        "mean": [round(float(v), 5) for v in mean],
        "scale": [round(float(v), 5) for v in scale],
        "weights": [round(float(v), 5) for v in model.coef_[0]],
        "bias": round(float(model.intercept_[0]), 5),
        "threshold": round(threshold, 3),
    }


def main() -> int:
    """Write ``copilot/assistant/bearing.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept", type=Path, help="file that keeps the features between runs")
    rows = questions()
    x = table(Answerer(get_settings()), rows, parser.parse_args().kept)
    data = fit(x, rows)
    OUT.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    for name, weight in zip(NAMES, data["weights"], strict=True):  # type: ignore[call-overload]
        print(f"{name:16} {weight:+.2f}")  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
