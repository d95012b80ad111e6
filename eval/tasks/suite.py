"""What a suite is: items, one call of the façade for each, and the events that its result amounts to."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.scorers.events import Event

if TYPE_CHECKING:
    from eval.context import Context

Result = dict[str, Any]
"""What the façade gave, as JSON values without personal data (offsets, redacted text, keys)."""


@dataclass(frozen=True)
class Item:
    """One item of a suite. Its text stays in the data set: logs and reports name it by its id alone."""

    id: str
    stratum: str
    """Kind of item; ``--limit`` takes from every stratum in turn."""


@dataclass(frozen=True)
class Suite:
    """A suite: where its items come from, how the façade is called, how the result is counted."""

    name: str
    title: str
    """Spanish, for progress bars and reports."""
    items: Callable[[], list[Item]]
    run: Callable[[Context, str], Result]
    """Calls the façade for the item with this id."""
    score: Callable[[str, Result], list[Event]]
    """Counts the result against the item's labels; quick and without models, so that runs can be scored again."""


def pick(items: Sequence[Item], limit: int | None, seed: int) -> list[Item]:
    """At most ``limit`` items, drawn by the seed from every stratum in turn, in the data set's order; None: all."""
    if limit is None or limit >= len(items):
        return list(items)
    rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
    strata: dict[str, list[Item]] = {}
    for item in rng.sample(list(items), len(items)):
        strata.setdefault(item.stratum, []).append(item)
    names = sorted(strata)
    rng.shuffle(names)
    taken: set[str] = set()
    while len(taken) < limit:
        for name in names:
            if strata[name] and len(taken) < limit:
                taken.add(strata[name].pop().id)
    return [item for item in items if item.id in taken]
