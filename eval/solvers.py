"""The solver of every suite: one call of the façade, in a thread. No model of Inspect's is ever asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import anyio.to_thread
from inspect_ai.model import ModelOutput
from inspect_ai.solver import Generate, Solver, TaskState, solver

from copilot.errors import CopilotError
from eval.context import Context, timed

if TYPE_CHECKING:
    from eval.tasks.suite import Suite


class ItemError(RuntimeError):
    """One item could not be run; the message holds no text of the item."""


Advance = Callable[[str], None]
"""Told the name of the suite after every item."""


class _Bound:
    """The run that the solvers of this process work for (Inspect rebuilds solvers from plain arguments)."""

    context: Context | None = None
    advance: Advance | None = None


def bind(context: Context | None, advance: Advance | None = None) -> None:
    """Say which run the solvers work for; None: none any more."""
    _Bound.context, _Bound.advance = context, advance


def solve(context: Context, suite: Suite, identifier: str) -> str:
    """The façade's result for one item, as JSON; made once in a run, so that an interrupted run goes on."""
    made = context.cached(suite.name, identifier, lambda: timed(lambda: suite.run(context, identifier)))
    return json.dumps(made, ensure_ascii=False)


@solver
def facade(suite: str) -> Solver:
    """Calls the façade for the sample's id. Raises ``RuntimeError`` where no run is bound."""

    async def call(state: TaskState, generate: Generate) -> TaskState:
        from eval.tasks import SUITES

        if _Bound.context is None:
            raise RuntimeError("Ninguna corrida está abierta: use «python -m eval run».")
        try:
            said = await anyio.to_thread.run_sync(solve, _Bound.context, SUITES[suite], str(state.sample_id))
        except Exception as error:
            # The message of an unexpected error may quote the note, and Inspect's log would keep it.
            why = str(error) if isinstance(error, CopilotError) else type(error).__name__
            raise ItemError(why) from None
        state.output = ModelOutput.from_content("copilot", said)
        state.completed = True
        if _Bound.advance is not None:
            _Bound.advance(suite)
        return state

    return call
