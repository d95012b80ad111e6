"""Which stage loses an answer: ``python -m eval.guidelines.failures [--split NAME]``.

For each question on a protocol whose answer lacks a fact, the first stage that lost it:
``rechazada`` (scope), ``callada`` (decided that the corpus doesn't answer), ``no está`` (no passage of the right
guideline has it), ``candidatos`` (not among those both engines bring), ``orden`` (a candidate, not among those cited),
``cita`` (cited, the fact cut away). Prints a table and the questions; development only.
"""

from __future__ import annotations

import argparse
from collections import Counter

from copilot.assistant.answering import Answerer
from copilot.assistant.types import Status
from copilot.settings import get_settings
from eval.guidelines.answers import DEVELOPMENT, questions
from eval.guidelines.gold import GoldQuestion, holds

POOL = 120


def guilty(answerer: Answerer, one: GoldQuestion) -> tuple[str, str]:
    """The stage that lost a fact ("" where none is missing), and what to look at."""
    answer = answerer.answer(one.question)
    text = "\n".join([answer.answer, *(c.quote for c in answer.citations)])
    if all(holds(text, fact) for fact in one.facts):
        return "", ""
    missing = [fact for fact in one.facts if not holds(text, fact)]

    def found(texts: list[str]) -> bool:
        together = "\n".join(texts)
        return all(holds(together, fact) for fact in missing)

    store = answerer.retriever.store
    whole = [p for d in store.documents() if d.key in one.accept_keys for p in store.passages_of(d.number)]
    pool = [h.passage for h in answerer.retriever.search(one.question, POOL)]
    right = [(rank, p) for rank, p in enumerate(pool, 1) if p.key in one.accept_keys]
    where = [
        f"{rank}:{p.key} {p.heading[-60:]!r} {len(p.text)}"
        for rank, p in right
        if any(holds(p.text, fact) for fact in missing)
    ][:4]
    note = f"falta {missing} | {'; '.join(where)}"
    if answer.status is Status.REFUSED:
        return "rechazada", f"{answer.category} {note}"
    if answer.status is Status.ABSTAINED:
        return "callada", f"p={answer.bearing:.2f} {note}"
    cited = {c.passage for c in answer.citations}
    if found([p.text for p in pool if p.id in cited]):
        return "cita", note
    if found([p.text for _, p in right]):
        return "orden", note
    if found([p.text for p in whole]):
        return "candidatos", note
    return "no está", note


def main() -> int:
    """Print the guilty stage of every question that lacks a fact."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", default="held", choices=sorted(DEVELOPMENT - {"dev3"}))
    split = parser.parse_args().split
    answerer = Answerer(get_settings())
    counts: Counter[str] = Counter()
    for one in questions(split):
        if one.kind != "protocolo":
            continue
        stage, note = guilty(answerer, one)
        counts[stage or "completa"] += 1
        if stage:
            print(f"{stage:10} {one.id} {'/'.join(one.accept_keys)} | {one.question} | {note}", flush=True)  # noqa: T201
    print(dict(counts.most_common()))  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
