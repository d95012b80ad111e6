"""Retrieval measured: what each stage buys on the development questions, and how it scales.

``python -m eval.bench.retrieval stages --protocols FOLDER`` adds the protocols of ``FOLDER`` to a corpus (kept
under ``--data`` so that a second run is fast), asks ``eval/guidelines/questions_dev.jsonl`` with each stage
alone and taken away, and writes ``docs/figures/recuperacion.md``.

``python -m eval.bench.retrieval scale`` fills corpora of 10³, 10⁴ and 10⁵ generated passages with random
vectors and writes ``docs/figures/recuperacion_escala.md``: latency, memory, build time.

A question counts as found at k when every required fact stands in the first k passages *of its own
guideline* (or of one that states the same facts, ``also``). Weights were chosen on these questions: the
figures say what stages buy, not how the engine does on unseen questions.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from copilot.retrieval import Retriever
from copilot.retrieval.indexer import Indexer
from copilot.retrieval.retriever import Hit, Stages
from copilot.settings import Settings
from corpora.ingest.clean import fold

QUESTIONS = Path("eval/guidelines/questions_dev.jsonl")
CUTS = (1, 3, 5, 10)


@dataclass(frozen=True)
class Question:
    """One development question."""

    id: str
    question: str
    keys: frozenset[str]
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """One question asked."""

    found: dict[int, bool]
    document_first: bool
    document_in_5: bool
    milliseconds: float


def load_questions(path: Path = QUESTIONS) -> list[Question]:
    """The development questions."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Question(r["id"], r["question"], frozenset([r["key"], *r["also"]]), tuple(r["facts"])) for r in rows]


def plain(text: str) -> str:
    """Form in which facts are looked for: folded, single blanks."""
    return re.sub(r"\s+", " ", fold(text))


def judge(question: Question, hits: list[Hit], milliseconds: float) -> Outcome:
    """Facts and document of one answer list."""
    found = {}
    for cut in CUTS:
        text = " ".join(plain(hit.passage.text) for hit in hits[:cut] if hit.passage.key in question.keys)
        found[cut] = all(re.search(fact, text) for fact in question.facts)
    keys = [hit.passage.key for hit in hits]
    return Outcome(found, bool(keys) and keys[0] in question.keys, bool(set(keys[:5]) & question.keys), milliseconds)


def ask_all(
    search: Callable[[str, int], list[Hit]], questions: list[Question], took: Callable[[], float]
) -> list[Outcome]:
    """Ask every question with ten hits."""
    outcomes = []
    for one in questions:
        hits = search(one.question, 10)
        outcomes.append(judge(one, hits, took()))
    return outcomes


def interval(values: list[bool], draws: int = 2000) -> tuple[float, float, float]:
    """Mean and 95 % bootstrap interval."""
    data = np.array(values, dtype=float)
    random = np.random.default_rng(7)
    means = random.choice(data, (draws, len(data))).mean(axis=1)
    return float(data.mean()), float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


VARIANTS: tuple[tuple[str, Stages], ...] = (
    ("solo BM25", Stages(dense=False, expansion=False, typos=False, rerank=False, routing=False, diversity=False)),
    ("solo BM25 + sinónimos y erratas", Stages(dense=False, rerank=False, routing=False, diversity=False)),
    (
        "solo vectores",
        Stages(lexical=False, expansion=False, typos=False, rerank=False, routing=False, diversity=False),
    ),
    ("todo", Stages()),
    ("solo vectores + sinónimos", Stages(lexical=False, rerank=False, routing=False, diversity=False)),
    ("fusión (RRF)", Stages(rerank=False, routing=False, diversity=False)),
    ("fusión + reordenamiento", Stages(routing=False, diversity=False)),
    ("fusión + reordenamiento + protocolo", Stages(diversity=False)),
    ("todo, sin sinónimos", Stages(expansion=False)),
    ("todo, sin erratas", Stages(typos=False)),
    ("todo, sin vectores", Stages(dense=False)),
    ("todo, sin BM25", Stages(lexical=False)),
)


def stages(settings: Settings, protocols: Path | None, *, write: bool) -> None:
    """Measure every variant and write the fragment."""
    if protocols is not None:
        indexer = Indexer(settings)
        for path in sorted(protocols.iterdir()):
            if path.is_file():
                result = indexer.add(path)
                if result.status != "sin cambios":
                    print(f"{result.name}: {result.status} {result.key} {result.message}")
        indexer.refresh_words()
    questions = load_questions()
    retriever = Retriever(settings, auto_cards=False)
    head = "| etapas | " + " | ".join(f"hechos en {cut}" for cut in CUTS) + " | protocolo 1.º | protocolo en 5 | ms |"
    lines = [head, "|" + " --- |" * (len(CUTS) + 4)]
    for name, which in VARIANTS:
        retriever.stages = which
        outcomes = ask_all(retriever.search, questions, lambda: retriever.last.milliseconds if retriever.last else 0.0)
        cells = []
        for cut in CUTS:
            mean, low, high = interval([one.found[cut] for one in outcomes])
            cells.append(f"{mean:.2f} ({low:.2f}–{high:.2f})" if cut == 5 else f"{mean:.2f}")
        first, _, _ = interval([one.document_first for one in outcomes])
        among, _, _ = interval([one.document_in_5 for one in outcomes])
        median = float(np.median([one.milliseconds for one in outcomes]))
        lines.append(f"| {name} | {' | '.join(cells)} | {first:.2f} | {among:.2f} | {median:.0f} |")
        print(lines[-1], flush=True)
        if write:
            from eval.figures import write_fragment

            write_fragment(
                "recuperacion", "\n".join(lines),
                dataset=f"{QUESTIONS} ({len(questions)} preguntas propias de desarrollo sobre 13 protocolos)",
                command="python -m eval.bench.retrieval stages --protocols CARPETA",
            )  # fmt: skip
        if name == "todo":
            missed = [(q.id, q.question) for q, o in zip(questions, outcomes, strict=True) if not o.found[5]]
            for row in missed:
                print("   falta:", *row)


def main() -> None:
    """Command line of the bench."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("what", nargs="?", default="scale", choices=["stages", "scale"])
    parser.add_argument("--protocols", type=Path)
    parser.add_argument("--data", type=Path, default=Path("/tmp/imss-copilot-bench"))
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--no-write", action="store_true")
    arguments = parser.parse_args()
    settings = Settings(data_dir=arguments.data)
    if arguments.what == "stages":
        stages(settings, arguments.protocols, write=not arguments.no_write)
    else:
        from eval.bench.retrieval_scale import scale

        scale([int(size) for size in arguments.sizes.split(",")], write=not arguments.no_write)


if __name__ == "__main__":
    main()
