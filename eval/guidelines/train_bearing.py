"""Train the models of :mod:`copilot.assistant.bearing` on the development questions.

``python -m eval.guidelines.train_bearing`` (with the official documents added, as a site has them). Positive:
questions on protocols of the corpus. Negative: topics that only the catalogue has, and topics with nothing. The sign
of the wording is itself learnt, so what the model sees of it is always out of the author's hand (nested by author).
Writes ``bearing.json`` and ``wording.npz``.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from copilot.assistant.answering import TITLES, Answerer
from copilot.assistant.bearing import NAMES, WORDING_FILE, WORDING_SIGN
from copilot.ngrams import NgramClassifier, counts, learn
from copilot.settings import get_settings
from eval.guidelines.answers import questions as split_questions
from eval.guidelines.gold import load_gold

FOLDER = Path(__file__).resolve().parent
OUT = Path(__file__).resolve().parents[2] / "copilot" / "assistant" / "bearing.json"


COST = {"protocolo": 1.0, "catalogo": 0.2, "nada": 1.0}
"""Cost of a wrong decision. A topic of the catalogue often is touched by a protocol too, and an answer names the
catalogue's entries as well, so an error costs less there."""

WRONGLY_ANSWERED = 0.07
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
    for split in ("held2", "held3", "held4", "dev3"):
        rows += [Row(one.question, one.kind, split) for one in split_questions(split)]
    for name in ("questions_dev", "questions_dev2"):
        for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            rows.append(Row(json.loads(line)["question"], "protocolo", name))
    for name in ("catalogue_dev", "catalogue_dev2", "catalogue_dev3", "catalogue_held"):
        for line in (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            question, right = line.split("\t")
            if not re.search(r"\b(?:PAI-DM2|PAI-HAS|PRONAM)", right):
                rows.append(Row(question, "catalogo", name))
    for name in ("bearing_dev", "bearing_dev4"):
        for line in (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            question, kind = line.split("\t")
            # Both authors of these two had the same brief, and asked some of the same things.
            rows.append(Row(question, kind, "held4" if name == "bearing_dev4" else name))
    for line in (FOLDER / "absent_dev.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            rows.append(Row(line.strip(), "nada", "absent_dev"))
    return list({row.question: row for row in rows}.values())


def table(answerer: Answerer, rows: list[Row], kept: Path | None) -> np.ndarray:
    """Features of each question [n, d]. ``kept``: file of those computed before; an interrupted run goes on there."""
    known: dict[str, list[float]] = json.loads(kept.read_text(encoding="utf-8")) if kept and kept.is_file() else {}
    here = answerer.here()
    for number, (question, *_) in enumerate(rows):
        if question in known:
            continue
        hits, titles = answerer.search(question), answerer.catalogue.search(question, TITLES)
        known[question], _ = answerer.signs(question, hits, titles, here)
        if kept and number % 50 == 0:
            kept.write_text(json.dumps(known), encoding="utf-8")
    if kept:
        kept.write_text(json.dumps(known), encoding="utf-8")
    return np.array([known[row.question] for row in rows])


def _weights(rows: list[Row]) -> np.ndarray:
    kinds = np.array([row.kind for row in rows])
    share = {kind: cost / np.sum(kinds == kind) for kind, cost in COST.items()}
    weights = np.array([share[kind] for kind in kinds])
    return weights / weights.mean()


class Words:
    """N-grams of the questions and what a regression on some of them says of others."""

    def __init__(self, rows: list[Row]) -> None:
        self.table = counts([row.question for row in rows])
        self.y = np.array([row.kind == "protocolo" for row in rows]).astype(int)
        self.weights = _weights(rows)

    def learn(self, some: np.ndarray) -> NgramClassifier:
        """What the questions ``some`` (mask) teach."""
        return learn(self.table[np.flatnonzero(some)], self.y[some], self.weights[some])

    def odds(self, learnt: NgramClassifier, some: np.ndarray) -> np.ndarray:
        """Log-odds of the questions ``some`` (mask)."""
        scores = learnt.scores_of(self.table[np.flatnonzero(some)])
        found: np.ndarray = scores[:, 1] - scores[:, 0]
        return found

    def others(self, authors: np.ndarray, some: np.ndarray) -> np.ndarray:
        """Log-odds of each question of ``some`` by what the other authors of ``some`` teach; 0 elsewhere."""
        found = np.zeros(len(self.y))
        for author in dict.fromkeys(authors[some]):
            mine = some & (authors == author)
            found[mine] = self.odds(self.learn(some & ~mine), mine)
        return found


def fit(x: np.ndarray, rows: list[Row], words: Words | None) -> dict[str, object]:
    """Logistic regression weighted by :data:`COST`; threshold by cross-validation between authors.

    ``words``: the sign of the wording is added.
    """
    from sklearn.linear_model import LogisticRegression

    kinds, authors = np.array([row.kind for row in rows]), np.array([row.author for row in rows])
    y, weights = (kinds == "protocolo").astype(int), _weights(rows)

    def weigh(signs: np.ndarray, some: np.ndarray) -> tuple[Callable[[np.ndarray], np.ndarray], dict[str, Any]]:
        mean, scale = signs[some].mean(0), signs[some].std(0) + 1e-6
        model = LogisticRegression(C=1.0, max_iter=2000)
        model.fit((signs[some] - mean) / scale, y[some], sample_weight=weights[some])
        stored = {
            "mean": [round(float(v), 5) for v in mean],
            "scale": [round(float(v), 5) for v in scale],
            "weights": [round(float(v), 5) for v in model.coef_[0]],
            "bias": round(float(model.intercept_[0]), 5),
        }
        return lambda these: model.predict_proba((these - mean) / scale)[:, 1], stored

    everything = np.ones(len(y), bool)
    probability = np.zeros(len(y))
    for author in dict.fromkeys(authors):
        test = authors == author
        signs = x
        if words is not None:
            said = words.others(authors, ~test)
            said[test] = words.odds(words.learn(~test), test)
            signs = np.column_stack([x, said])
        probability[test] = weigh(signs, ~test)[0](signs[test])
    cuts = np.arange(0.1, 0.8, 0.01)
    absent = probability[kinds == "nada"]
    threshold = float(next(cut for cut in cuts if np.mean(absent >= cut) <= WRONGLY_ANSWERED))
    for author in ("", "held2", "held3", "held4", "dev3"):
        for kind in COST:
            some = (kinds == kind) & ((authors == author) if author else True)
            if some.any():
                rate = np.mean(probability[some] >= threshold)
                print(f"{author:12} {kind}: answered {rate:.3f} of {some.sum()} (other authors', from {threshold:.2f})")  # noqa: T201
    signs = x if words is None else np.column_stack([x, words.others(authors, everything)])
    names = NAMES if words is None else (*NAMES, WORDING_SIGN)
    stored = {"names": names} | weigh(signs, everything)[1] | {"threshold": round(threshold, 3)}
    for name, weight in zip(names, stored["weights"], strict=True):
        print(f"{name:16} {weight:+.2f}")  # noqa: T201
    return stored


def main() -> int:
    """Write the models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept", type=Path, help="file that keeps the features between runs")
    rows, answerer = questions(), Answerer(get_settings())
    x = table(answerer, rows, parser.parse_args().kept)
    words = Words(rows)
    data = {
        "here": sorted(answerer.here()),
        "worded": fit(x, rows, words),
        "plain": fit(x, rows, None),
    }
    OUT.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    words.learn(np.ones(len(rows), bool)).save(WORDING_FILE)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
