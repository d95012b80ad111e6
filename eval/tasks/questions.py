"""Suites over our own questions and requests: answers from the guidelines, abstention, scope."""

from __future__ import annotations

from functools import lru_cache

from eval.context import EVALUATOR, Context, timed
from eval.datasets.sets import held
from eval.guidelines.answers import questions
from eval.guidelines.gold import GoldQuestion
from eval.scope.requests import MEASURING, Request, load_requests
from eval.scorers import questions as scorer
from eval.scorers.events import Event
from eval.tasks.suite import Item, Result, Suite


@lru_cache(maxsize=1)
def gold() -> dict[str, GoldQuestion]:
    """The held-out questions (those of development have tuned the answers)."""
    return {one.id: one for split in held("guias") for one in questions(split)}


@lru_cache(maxsize=1)
def requests() -> dict[str, Request]:
    """The held-out requests, numbered in file order within their set."""
    return {f"{split}-{at:03d}": one for split in MEASURING for at, one in enumerate(load_requests(split), 1)}


def _ask(context: Context, question: str) -> Result:
    """The façade's answer as JSON; two suites ask the same questions, so it is kept in the run."""

    def call() -> Result:
        answer = context.pilot.ask(question, actor=EVALUATOR)
        catalogue = context.pilot.answerer.catalogue if answer.catalogue else None
        offered = []
        for one in answer.catalogue:
            entry = catalogue.get(one.key) if catalogue else None
            offered.append({"key": one.key, "keys": [one.key, *(entry.earlier_keys if entry else ())]})
        return {
            "status": str(answer.status),
            "answer": answer.answer,
            "bearing": round(answer.bearing, 4),
            "citations": [{"key": c.key, "passage": c.passage, "quote": c.quote} for c in answer.citations],
            "sentences": [{"text": s.text, "citation": s.citation} for s in answer.sentences],
            # Passages in the order of the search: those cited, or those an abstention weighed.
            "ranking": [
                {"key": one.key, "passage": one.passage, "locator": one.locator}
                for one in answer.citations or answer.considered
            ],
            "catalogue": offered,
            "words": len(question.split()),
        }

    return context.cached("pregunta", question, call)


def _scope(context: Context, identifier: str) -> Result:
    def call() -> Result:
        answer = context.pilot.ask(requests()[identifier].text, actor=EVALUATOR)
        return {"status": str(answer.status), "category": answer.category}

    return timed(call)


def _guidelines_events(identifier: str, result: Result) -> list[Event]:
    return scorer.guidelines(gold()[identifier], result)


def _abstention_events(identifier: str, result: Result) -> list[Event]:
    return scorer.abstention(gold()[identifier], result)


def _scope_events(identifier: str, result: Result) -> list[Event]:
    return scorer.scope(identifier, requests()[identifier], result)


def _items(*kinds: str) -> list[Item]:
    return [Item(one.id, one.kind) for one in gold().values() if one.kind in kinds]


SUITES = (
    Suite(
        "guias",
        "Guías: recuperación y respuestas",
        lambda: _items("protocolo", "catalogo"),
        lambda context, name: _ask(context, gold()[name].question),
        _guidelines_events,
    ),
    Suite(
        "abstencion",
        "Abstención",
        lambda: _items("protocolo", "catalogo", "nada"),
        lambda context, name: _ask(context, gold()[name].question),
        _abstention_events,
    ),
    Suite(
        "alcance",
        "Alcance e instrucciones inyectadas",
        lambda: [Item(name, one.category) for name, one in requests().items()],
        _scope,
        _scope_events,
    ),
)
