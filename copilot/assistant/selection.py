"""The language model chooses among candidate passages by letter, under constrained decoding. It writes nothing.

An option (``answer_selection = "model"``). What it buys and costs: ``python -m eval.guidelines.selection``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from copilot.assistant.types import Evidence
from copilot.errors import ModelError
from copilot.prompting import load_prompt
from copilot.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Selector = Callable[[str, Sequence[str]], list[float]]
"""Question and fragments → probability of each that it answers; empty where the model can't say."""
LETTERS = "ABCD"
NONE = "N"
SHOWN = 220
"""Characters shown of each candidate: reading costs the default model about a second for 60 words."""
WEIGHT = 0.35
"""How much the model's choice counts beside the retriever's score (0–1)."""


def choose_passage(model: BaseChatModel, question: str, fragments: Sequence[str]) -> list[float]:
    """Probability of each fragment (at most four) that it answers; they and «none» sum to 1.

    Raises :class:`ModelError` where a server doesn't keep to the options.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    from copilot.llm import choose

    letters = LETTERS[: len(fragments)]
    listed = "\n".join(
        f"{letter}) {' '.join(text.split())[:SHOWN]}" for letter, text in zip(letters, fragments, strict=False)
    )
    case = load_prompt("pasaje_caso").fill(question=question[:300], fragments=listed)
    odds = choose(model, [SystemMessage(load_prompt("pasaje").text), HumanMessage(case)], [*letters, NONE])
    return [odds.get(letter, 0.0) for letter in letters]


def selector(settings: Settings, model: Callable[[], BaseChatModel | None]) -> Selector | None:
    """What asks the model, where the settings want it; the model is loaded at the first question."""
    if settings.answer_selection != "model" or not settings.use_llm:
        return None

    def select(question: str, fragments: Sequence[str]) -> list[float]:
        asked = model()
        try:
            return choose_passage(asked, question, fragments) if asked is not None else []
        except ModelError:
            return []

    return select


def reordered(evidence: Sequence[Evidence], odds: Sequence[float]) -> list[Evidence]:
    """The evidence with the model's say in the order of its first passages; the rest follow as they were."""
    top = max((one.score for one in evidence), default=0.0) or 1.0
    value = {i: (1 - WEIGHT) * evidence[i].score / top + WEIGHT * odd for i, odd in enumerate(odds)}
    order = sorted(value, key=lambda i: -value[i])
    return [*(evidence[i] for i in order), *evidence[len(odds) :]]


def shown(one: Evidence) -> str:
    """What of a passage the model reads: its best units under the last heading."""
    return f"{one.passage.heading.split(' › ')[-1]}: {' '.join(one.best) or one.quote}"
