"""Answers measured on the gold questions: ``python -m eval.guidelines.answers [--split NAME…]``.

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
from copilot.assistant.types import Answer, Status
from copilot.settings import get_settings
from eval.datasets.sets import held
from eval.figures import write_fragment
from eval.guidelines.gold import GoldQuestion, holds, load_gold

GUIDELINES = Path(__file__).resolve().parent
SPLITS = ("dev", "dev2", "dev3", "held", "held2", "held3", "held4", "held5")
"""``held`` to ``held4`` were measured and then read: they are development now. ``held5`` only measures."""
THREE_FILES = ("held2", "held3", "held4", "held5")
"""Splits of another author, in three files: :func:`questions`."""
MEASURES = (
    "respondidas", "todos los datos", "guía correcta citada primero", "guía correcta citada", "título entre cinco",
    "sin respuesta: se abstuvo",
)  # fmt: skip
SECONDS = "segundos"
DEVELOPMENT = frozenset(SPLITS) - set(held("guias"))
FILES = {"dev2": "questions_dev2.jsonl", "dev3": "{clinical,nothing}_dev3.tsv"} | {
    split: f"{{questions,catalogue,nothing}}_{split}.*" for split in THREE_FILES
}


def questions(split: str) -> list[GoldQuestion]:
    """The questions of one of :data:`SPLITS`.

    One of :data:`THREE_FILES` is ``questions_SPLIT.jsonl`` (protocols), ``catalogue_SPLIT.tsv`` (question, right keys)
    and ``nothing_SPLIT.tsv`` (questions alone); ``dev3`` is ``clinical_dev3.tsv`` (questions that the corpus answers,
    without facts) and ``nothing_dev3.tsv``. Raises :class:`FileNotFoundError` where a file of the split isn't there.
    """
    if split in ("dev", "held"):
        return load_gold(split)
    if split == "dev3":
        return [*_alone("clinical_dev3.tsv", "protocolo", "q", split), *_nothing(split)]
    found = [_question(row, split) for row in map(json.loads, _lines(f"questions_{split}.jsonl"))]
    if split in THREE_FILES:
        for number, line in enumerate(_lines(f"catalogue_{split}.tsv")[1:], 1):
            question, keys = line.split("\t")[:2]
            found.append(GoldQuestion(f"c{number}", "catalogo", question, "", keys.split(), [], [], split))
        found.extend(_nothing(split))
    return found


def _nothing(split: str) -> list[GoldQuestion]:
    return _alone(f"nothing_{split}.tsv", "nada", "n", split)


def _alone(name: str, kind: str, letter: str, split: str) -> list[GoldQuestion]:
    """Questions without more: the first column of a file."""
    asked = [line.split("\t")[0] for line in _lines(name)[1:]]
    return [GoldQuestion(f"{letter}{at}", kind, one, "", [], [], [], split) for at, one in enumerate(asked, 1)]


def _lines(name: str) -> list[str]:
    return [one for one in (GUIDELINES / name).read_text(encoding="utf-8").splitlines() if one.strip()]


def _question(row: dict[str, Any], split: str) -> GoldQuestion:
    facts = [[one] if isinstance(one, str) else one for one in row["facts"]]
    return GoldQuestion(
        row["id"], "protocolo", row["question"], row["key"], [row["key"], *row.get("also", [])], [], facts, split,
        row.get("section", ""),
    )  # fmt: skip


def interval(values: list[float], rounds: int = 2000) -> tuple[float, float]:
    """Bootstrap 95 % interval of a mean."""
    rng = np.random.default_rng(0)
    means = rng.choice(np.asarray(values), size=(rounds, len(values))).mean(axis=1)
    return float(np.percentile(means, 2.5)), float(np.percentile(means, 97.5))


def outcome(answerer: Answerer, one: GoldQuestion) -> dict[str, float]:
    """What came of one question: 0 or 1 for each measure that applies to its kind, and the seconds it took.

    A development question that failed is printed; those for measuring only stay unread.
    """
    started = time.perf_counter()
    answer = answerer.answer(one.question)
    took = {SECONDS: time.perf_counter() - started}
    found = marks(answerer, one, answer)
    wanted = {"todos los datos", "título entre cinco", "sin respuesta: se abstuvo"} & set(found) or {"respondidas"}
    if one.split in DEVELOPMENT and not all(found[name] for name in wanted):
        print(f"   {answer.status} {answer.bearing:.2f} {one.id} {one.question}", flush=True)  # noqa: T201
    return took | found


def marks(answerer: Answerer, one: GoldQuestion, answer: Answer) -> dict[str, float]:
    """The measures of :data:`MEASURES` that apply to one answer, each 0 or 1."""
    if one.kind == "catalogo":
        titles = [answerer.catalogue.get(c.key) for c in answer.catalogue]
        known = {k for t in titles if t for k in (t.key, *t.earlier_keys)}
        return {"título entre cinco": float(bool(known & set(one.accept_keys)))}
    if one.kind == "nada":
        return {"sin respuesta: se abstuvo": float(answer.status is Status.ABSTAINED)}
    found = {"respondidas": float(answer.status is Status.ANSWERED)}
    if not one.facts:
        return found
    text = "\n".join([answer.answer, *(c.quote for c in answer.citations)])
    keys = [c.key for c in answer.citations]
    found["todos los datos"] = float(all(holds(text, fact) for fact in one.facts))
    if keys:
        found["guía correcta citada primero"] = float(keys[0] in one.accept_keys)
        found["guía correcta citada"] = float(any(k in one.accept_keys for k in keys))
    return found


def measure(answerer: Answerer, split: str, kept: Path | None) -> None:
    """Ask the questions of one split and write its fragment; ``kept``: outcomes of an interrupted run."""
    known: dict[str, dict[str, float]] = json.loads(kept.read_text(encoding="utf-8")) if kept and kept.is_file() else {}
    results: dict[str, list[float]] = {name: [] for name in MEASURES}
    seconds: list[float] = []
    for one in questions(split):
        key = f"{split} {one.id}"
        if key not in known:
            known[key] = outcome(answerer, one)
            if kept:
                kept.write_text(json.dumps(known), encoding="utf-8")
        for name, value in known[key].items():
            (seconds if name == SECONDS else results[name]).append(value)
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
        dataset=f"eval/guidelines/{FILES.get(split, f'questions_gold.jsonl ({split})')}"
        + (", de desarrollo: se aprendió de ellas" if split in DEVELOPMENT else ", reservado: nada se aprendió de él"),
        command=f"python -m eval.guidelines.answers --split {split}",
    )


def main() -> int:
    """Measure the splits asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", nargs="+", default=["dev"], choices=SPLITS)
    parser.add_argument("--kept", type=Path, help="file that keeps the outcomes, for a run that may be interrupted")
    options = parser.parse_args()
    answerer = Answerer(get_settings())
    answerer.warm()
    for split in options.split:
        measure(answerer, split, options.kept)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
