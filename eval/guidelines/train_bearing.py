"""Train the model of :mod:`copilot.assistant.bearing` on the development questions.

``python -m eval.guidelines.train_bearing`` (with the official documents added, as a site has them). Positive:
questions on protocols of the corpus. Negative: topics that only the catalogue has, and topics with nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from copilot.assistant.answering import Answerer
from copilot.assistant.bearing import NAMES, features
from copilot.settings import get_settings
from corpora.lexicon import Expansion, expand
from eval.guidelines.gold import load_gold

FOLDER = Path(__file__).resolve().parent
OUT = Path(__file__).resolve().parents[2] / "copilot" / "assistant" / "bearing.json"


def questions() -> list[tuple[str, int]]:
    """Development questions with 1 where the corpus answers."""
    rows = [(one.question, int(one.kind == "protocolo")) for one in load_gold("dev")]
    for line in (FOLDER / "questions_dev.jsonl").read_text(encoding="utf-8").splitlines():
        rows.append((json.loads(line)["question"], 1))
    for line in (FOLDER / "catalogue_dev.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        rows.append((line.split("\t")[0], 0))
    for line in (FOLDER / "absent_dev.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            rows.append((line.strip(), 0))
    return rows


def table(answerer: Answerer, rows: list[tuple[str, int]]) -> np.ndarray:
    """Features of each question [n, d]."""
    words = answerer.retriever.refresh()
    here = frozenset(d.key for d in answerer.retriever.store.documents())
    out = []
    for question, _ in rows:
        hits, titles = answerer.search(question), answerer.catalogue.search(question, 12)
        expansion = expand(question, words.words)
        frequency = {s: int((words.scores(Expansion((s,), (), "")) > 0).sum()) for s in expansion.stems}
        out.append(features(hits, expansion, titles, here, frequency, len(words.ids)))
    return np.array(out)


def fit(x: np.ndarray, y: np.ndarray) -> dict[str, object]:
    """Logistic regression with balanced classes; threshold at the best balanced error in cross-validation."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    mean, scale = x.mean(0), x.std(0) + 1e-6
    model = LogisticRegression(C=0.3, class_weight="balanced", max_iter=2000)
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    probability = cross_val_predict(model, (x - mean) / scale, y, cv=folds, method="predict_proba")[:, 1]
    cuts = np.arange(0.2, 0.8, 0.01)
    errors = [np.mean(probability[y == 1] < c) + np.mean(probability[y == 0] >= c) for c in cuts]
    best = cuts[np.flatnonzero(np.array(errors) == min(errors))]
    threshold = float(np.mean(best))
    print(  # noqa: T201
        f"cross-validated: answered {np.mean(probability[y == 1] >= threshold):.3f} of {int(y.sum())}, "
        f"abstained {np.mean(probability[y == 0] < threshold):.3f} of {int((1 - y).sum())}, threshold {threshold:.2f}"
    )
    model.fit((x - mean) / scale, y)
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
    rows = questions()
    x = table(Answerer(get_settings()), rows)
    data = fit(x, np.array([label for _, label in rows]))
    OUT.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    for name, weight in zip(NAMES, data["weights"], strict=True):  # type: ignore[call-overload]
        print(f"{name:16} {weight:+.2f}")  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
