"""Train the scope head: ``python -m eval.scope.train_head``. Development requests and everyday requests alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from copilot.embeddings import load_embedder
from copilot.settings import get_settings
from eval.guidelines.gold import load_gold
from eval.scope.requests import load_requests
from guardrails.scope.head import PROBE

FOLDER = Path(__file__).resolve().parent
OUT = FOLDER.parents[1] / "guardrails" / "scope" / "data" / "head.npz"


def examples() -> list[tuple[str, int]]:
    """Requests with 1 where they are foreign. Harmful and injected ones are the rules' business."""
    rows = [
        (one.text, int(one.category == "fuera"))
        for one in load_requests("dev")
        if one.category not in ("inyeccion", "danina")
    ]
    rows += [(line, 1) for line in _lines(FOLDER / "everyday.txt")]
    rows += [(one.question, 0) for one in load_gold("dev")]
    guidelines = FOLDER.parent / "guidelines"
    rows += [(line, 0) for line in _lines(guidelines / "absent_dev.txt")]
    rows += [(json.loads(line)["question"], 0) for line in _lines(guidelines / "questions_dev.jsonl")]
    rows += [(line.split("\t")[0], 0) for line in _lines(guidelines / "catalogue_dev.tsv")[1:]]
    return rows


def _lines(path: Path) -> list[str]:
    return [one for one in path.read_text(encoding="utf-8").splitlines() if one.strip() and not one.startswith("#")]


def main() -> int:
    """Write ``guardrails/scope/data/head.npz`` and print cross-validated figures."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    rows = examples()
    encoder = load_embedder(get_settings())
    x = encoder.queries([text for text, _ in rows])
    y = np.array([label for _, label in rows])
    mean = x.mean(0)
    model = LogisticRegression(C=30.0, class_weight="balanced", max_iter=3000)
    probability = cross_val_predict(model, x - mean, y, cv=10, method="predict_proba")[:, 1]
    print(  # noqa: T201
        f"{len(rows)} requests; foreign found {np.mean(probability[y == 1] >= 0.5):.3f}, "
        f"own kept {np.mean(probability[y == 0] < 0.5):.3f} (10-fold)"
    )
    model.fit(x - mean, y)
    probe = encoder.queries([PROBE])[0]
    np.savez_compressed(
        OUT, weights=model.coef_[0].astype(np.float16), bias=model.intercept_[0], probe=probe.astype(np.float32),
        mean=mean.astype(np.float16),
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
