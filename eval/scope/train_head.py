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


def examples() -> list[tuple[str, str]]:
    """Requests with ``propia``, ``ajena`` or ``danina``. Injected ones are the rules' business."""
    kinds = {"fuera": "ajena", "danina": "danina"}
    rows = [
        (one.text, kinds.get(one.category, "propia")) for one in load_requests("dev") if one.category != "inyeccion"
    ]
    rows += [(line, "ajena") for line in _lines(FOLDER / "everyday.txt")]
    rows += [(one.question, "propia") for one in load_gold("dev")]
    guidelines = FOLDER.parent / "guidelines"
    rows += [(line, "propia") for line in _lines(guidelines / "absent_dev.txt")]
    rows += [(json.loads(line)["question"], "propia") for line in _lines(guidelines / "questions_dev.jsonl")]
    for name in ("catalogue_dev.tsv", "catalogue_dev2.tsv", "bearing_dev.tsv"):
        rows += [(line.split("\t")[0], "propia") for line in _lines(guidelines / name)[1:]]
    return rows


def _lines(path: Path) -> list[str]:
    return [one for one in path.read_text(encoding="utf-8").splitlines() if one.strip() and not one.startswith("#")]


def main() -> int:
    """Write ``guardrails/scope/data/head.npz`` and print cross-validated figures."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    rows = examples()
    encoder = load_embedder(get_settings())
    x = np.concatenate([encoder.queries([t for t, _ in rows[at : at + 64]]) for at in range(0, len(rows), 64)])
    y = np.array([label for _, label in rows])
    mean = x.mean(0)
    weights, biases = [], []
    for kind in ("ajena", "danina"):
        wanted = (y == kind).astype(int)
        model = LogisticRegression(C=30.0, class_weight="balanced", max_iter=3000)
        chance = cross_val_predict(model, x - mean, wanted, cv=10, method="predict_proba")[:, 1]
        for cut in (0.5, 0.6, 0.7, 0.8, 0.9):
            print(  # noqa: T201
                f"{kind} ≥ {cut}: found {np.mean(chance[wanted == 1] >= cut):.3f} of {wanted.sum()}, "
                f"own refused {np.mean(chance[y == 'propia'] >= cut):.3f} of {np.sum(y == 'propia')} (10-fold)"
            )
        model.fit(x - mean, wanted)
        weights.append(model.coef_[0])
        biases.append(model.intercept_[0])
    probe = encoder.queries([PROBE])[0]
    np.savez_compressed(
        OUT, weights=np.array(weights, dtype=np.float16), bias=np.array(biases), probe=probe.astype(np.float32),
        mean=mean.astype(np.float16),
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
