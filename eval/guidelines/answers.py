"""Answers measured on the gold questions: ``python -m eval.guidelines.answers [--split dev|dev2|held|held2]``.

With the official documents added (``copilot corpus add``), as a site has them. Writes
``docs/figures/respuestas_SPLIT.md``: facts found, right guideline, right title, abstention, each with a 95 % interval.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from copilot.assistant.answering import Answerer
from copilot.assistant.types import Status
from copilot.settings import get_settings
from eval.figures import write_fragment
from eval.guidelines.gold import GoldQuestion, holds, load_gold

GUIDELINES = Path(__file__).resolve().parent
SPLITS = ("dev", "dev2", "held", "held2")
"""``held`` was looked at several times and is development now; ``held2``, of another author, is for measuring only."""
DEVELOPMENT = frozenset(SPLITS) - {"held2"}
FILES = {"dev2": "questions_dev2.jsonl", "held2": "{questions,catalogue,nothing}_held2.*"}


def questions(split: str) -> list[GoldQuestion]:
    """The questions of one of :data:`SPLITS`.

    ``held2`` is three files: ``questions_held2.jsonl`` (protocols), ``catalogue_held2.tsv`` (question, right keys) and
    ``nothing_held2.tsv`` (questions alone).
    """
    if split not in ("dev2", "held2"):
        return load_gold(split)
    rows = map(json.loads, _lines(f"questions_{split}.jsonl"))
    found = [_question(row, split) for row in rows]
    if split == "held2":
        for number, line in enumerate(_lines("catalogue_held2.tsv")[1:], 1):
            question, keys = line.split("\t")[:2]
            found.append(GoldQuestion(f"c{number}", "catalogo", question, "", keys.split(), [], [], "held"))
        for number, line in enumerate(_lines("nothing_held2.tsv")[1:], 1):
            found.append(GoldQuestion(f"n{number}", "nada", line.split("\t")[0], "", [], [], [], "held"))
    return found


def _lines(name: str) -> list[str]:
    return [one for one in (GUIDELINES / name).read_text(encoding="utf-8").splitlines() if one.strip()]


def _question(row: dict[str, Any], split: str) -> GoldQuestion:
    facts = [[one] if isinstance(one, str) else one for one in row["facts"]]
    return GoldQuestion(
        row["id"], "protocolo", row["question"], row["key"], [row["key"], *row.get("also", [])], [], facts, split
    )


def interval(values: list[float], rounds: int = 2000) -> tuple[float, float]:
    """Bootstrap 95 % interval of a mean."""
    rng = np.random.default_rng(0)
    means = rng.choice(np.asarray(values), size=(rounds, len(values))).mean(axis=1)
    return float(np.percentile(means, 2.5)), float(np.percentile(means, 97.5))


def measure(answerer: Answerer, split: str) -> None:
    """Ask the questions of one split and write its fragment; names the questions that lack a fact."""
    results: dict[str, list[float]] = {
        name: []
        for name in ("respondidas", "todos los datos", "guía correcta citada primero", "guía correcta citada",
                     "título entre cinco", "sin respuesta: se abstuvo")
    }  # fmt: skip
    seconds: list[float] = []
    for one in questions(split):
        started = time.perf_counter()
        answer = answerer.answer(one.question)
        seconds.append(time.perf_counter() - started)
        text = "\n".join([answer.answer, *(c.quote for c in answer.citations)])
        keys = [c.key for c in answer.citations]
        if one.kind == "protocolo":
            whole = all(holds(text, fact) for fact in one.facts)
            results["respondidas"].append(float(answer.status is Status.ANSWERED))
            results["todos los datos"].append(float(whole))
            if not whole and split in DEVELOPMENT:
                print(f"   {answer.status} {answer.bearing:.2f} {one.id} {one.question}", flush=True)  # noqa: T201
            if keys:
                results["guía correcta citada primero"].append(float(keys[0] in one.accept_keys))
                results["guía correcta citada"].append(float(any(k in one.accept_keys for k in keys)))
        elif one.kind == "catalogo":
            titles = [answerer.catalogue.get(c.key) for c in answer.catalogue]
            known = {k for t in titles if t for k in (t.key, *t.earlier_keys)}
            results["título entre cinco"].append(float(bool(known & set(one.accept_keys))))
        else:
            results["sin respuesta: se abstuvo"].append(float(answer.status is Status.ABSTAINED))
    rows = []
    for name, values in results.items():
        if not values:
            continue
        low, high = interval(values)
        rows.append([name, str(len(values)), f"{np.mean(values):.3f}", f"{low:.3f}–{high:.3f}"])
    rows.append(["segundos por respuesta, mediana", str(len(seconds)), f"{np.median(seconds):.2f}", ""])
    rows.append(["segundos por respuesta, percentil 95", str(len(seconds)), f"{np.percentile(seconds, 95):.2f}", ""])
    for row in rows:
        print(split, " | ".join(row), flush=True)  # noqa: T201
    table = "| medida | n | valor | IC 95 % |\n|---|---|---|---|\n" + "\n".join(
        f"| {' | '.join(row)} |" for row in rows
    )
    write_fragment(
        f"respuestas_{split}",
        table,
        dataset="eval/guidelines/" + FILES.get(split, f"questions_gold.jsonl ({split})"),
        command=f"python -m eval.guidelines.answers --split {split}",
    )


def main() -> int:
    """Measure the splits asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", nargs="+", default=["dev"], choices=SPLITS)
    splits = parser.parse_args().split
    answerer = Answerer(get_settings())
    answerer.warm()
    for split in splits:
        measure(answerer, split)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
