"""Does the language model choose the passage better than the retriever? ``python -m eval.guidelines.selection``.

A sample of the development questions whose answer stands in one of the first four passages: how often the first
passage holds every fact, before and after the model's choice, and what the choice costs. Writes
``docs/figures/seleccion_modelo.md``.
"""

from __future__ import annotations

import argparse
import json
import random
import time

import numpy as np

from copilot.assistant.answering import Answerer
from copilot.assistant.evidence import gather
from copilot.assistant.selection import LETTERS, choose_passage, reordered, shown
from copilot.assistant.types import Evidence
from copilot.llm import build_llm
from copilot.settings import get_settings
from corpora.lexicon import expand
from eval.figures import write_fragment
from eval.guidelines.answers import GUIDELINES
from eval.guidelines.gold import holds


def _write(before: list[float], after: list[float], seconds: list[float]) -> None:
    table = (
        "| quién ordena | preguntas | responde el primer pasaje | segundos de más, mediana |\n|---|---|---|---|\n"
        f"| recuperación y codificador | {len(before)} | {np.mean(before):.2f} | 0 |\n"
        f"| y además el modelo de lenguaje | {len(after)} | {np.mean(after):.2f} | {np.median(seconds):.1f} |"
    )
    write_fragment(
        "seleccion_modelo", table, dataset="eval/guidelines/questions_dev2.jsonl (muestra)",
        command=f"python -m eval.guidelines.selection -n {len(before)}",
    )  # fmt: skip


def main() -> int:
    """Measure the sample and write the fragment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=24, help="questions")
    wanted = parser.parse_args().n
    settings = get_settings()
    answerer, model = Answerer(settings), build_llm(settings)
    lines = (GUIDELINES / "questions_dev2.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    random.Random(11).shuffle(rows)  # noqa: S311
    before: list[float] = []
    after: list[float] = []
    seconds: list[float] = []
    for row in rows:
        if len(before) >= wanted:
            break
        hits = answerer.search(row["question"])[: len(LETTERS)]
        right = [all(holds(hit.passage.text, fact) for fact in row["facts"]) for hit in hits]
        if not any(right) or all(right):
            continue
        question = expand(row["question"], answerer.retriever.refresh().words)
        vector = answerer.encoder.queries([question.text])[0]
        evidence: list[Evidence] = [gather(h.passage, h.score, question, vector, answerer.encoder) for h in hits]
        started = time.perf_counter()
        odds = choose_passage(model, row["question"], [shown(one) for one in evidence])
        seconds.append(time.perf_counter() - started)
        chosen = reordered(evidence, odds)[0].passage.id
        before.append(float(right[0]))
        after.append(float(right[[h.passage.id for h in hits].index(chosen)]))
        print(f"{row['id']} {right} {[round(o, 2) for o in odds]} {seconds[-1]:.1f} s", flush=True)  # noqa: T201
        # Written at each question: the model is slow, and an interrupted run counts for what it asked.
        _write(before, after, seconds)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
