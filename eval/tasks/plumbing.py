"""Suites as Inspect tasks. Samples carry ids alone: no text of a note goes into a log but what the façade redacted."""

from __future__ import annotations

import json

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import TaskState

from eval.scorers.events import Event
from eval.solvers import facade
from eval.tasks import SUITES, pick


@scorer(metrics=[mean(), stderr()])
def counted(suite: str) -> Scorer:
    """Counts the façade's result against the labels.

    The value is 1 where the item has any error (what Inspect's viewer sorts by); measures differ from item to item, so
    their means and the events themselves go into the metadata, and the rates are ours (:mod:`eval.rates`).
    """

    async def score(state: TaskState, target: Target) -> Score:
        result = json.loads(state.output.completion)
        events = SUITES[suite].score(str(state.sample_id), result)
        kept = {"means": means(events), "events": [one.row() for one in events]}
        return Score(value=float(any(one.value > 0 for one in events)), metadata=kept)

    return score


def means(events: list[Event]) -> dict[str, float]:
    """Weighted mean of each measure."""
    top: dict[str, float] = {}
    bottom: dict[str, float] = {}
    for one in events:
        top[one.measure] = top.get(one.measure, 0.0) + one.value * one.weight
        bottom[one.measure] = bottom.get(one.measure, 0.0) + one.weight
    return {name: top[name] / bottom[name] if bottom[name] else 0.0 for name in top}


def build(suite: str, limit: int | None, seed: int) -> Task:
    """The Inspect task of one suite."""
    samples = [
        Sample(id=item.id, input=f"{suite}:{item.id}", metadata={"stratum": item.stratum})
        for item in pick(SUITES[suite].items(), limit, seed)
    ]
    return Task(
        dataset=MemoryDataset(samples, name=suite), solver=facade(suite), scorer=counted(suite), name=suite, version=1
    )


@task
def suite_task(suite: str, limit: int | None = None, seed: int = 7) -> Task:
    """Any suite by its name."""
    return build(suite, limit, seed)
