"""A finished answer in steps for the page: citations first, then the text paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Iterator

from copilot.assistant.types import Answer, AnswerEvent


def events(answer: Answer) -> Iterator[AnswerEvent]:
    """Events of an answer that is already in the log (nothing is shown before it)."""
    if answer.citations:
        yield AnswerEvent("citations", citations=answer.citations)
    for paragraph in answer.answer.split("\n\n"):
        yield AnswerEvent("text", text=paragraph + "\n\n")
    yield AnswerEvent("done", answer=answer)
