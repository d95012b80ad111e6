"""What the façade does for a question to the guidelines: redact, log the request, answer, log, show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.assistant.records import answer_entry, guidance_entry
from copilot.assistant.streaming import events
from copilot.assistant.types import Answer, AnswerEvent, PatientContext
from copilot.intake import check_text
from guardrails.audit import Action

if TYPE_CHECKING:
    from copilot.assistant.guidance import Suggestion
    from copilot.facade import Actor, Copilot, Structured
    from guardrails.redaction import Vault


def answers(
    pilot: Copilot, question: str, context: PatientContext | None, actor: Actor, vault: Vault | None, *, early: bool
) -> Iterator[Answer]:
    """The answer, with its first passage alone before it where ``early``. Each is in the log before it is yielded.

    Raises :class:`InputError` for a question that can't be used, :class:`LogError` where the log can't be written.
    """
    from copilot.facade import spanish_errors

    check_text(question, pilot.settings.max_chars)
    names = vault if vault is not None else pilot.new_vault()
    redaction = pilot.redact(question, names)
    request = pilot.entry(Action.ASK, actor, input=redaction.text, original_input=question)
    with spanish_errors(), pilot.log.interaction(request) as interaction:
        last: Answer | None = None
        for last in pilot.answerer.stages(redaction.text, context, early=early):
            if last.provisional:
                shown = answer_entry(last, redaction).model_copy(update={"outcome": "provisional"})
                yield replace(last, entry=interaction.show(shown).id)
        assert last is not None
        receipt = interaction.finish(answer_entry(last, redaction))
    yield replace(last, entry=receipt.id)


def answer(
    pilot: Copilot, question: str, context: PatientContext | None, actor: Actor, vault: Vault | None
) -> Answer:
    """The answer alone."""
    *_, last = answers(pilot, question, context, actor, vault, early=False)
    return last


def stream(
    pilot: Copilot, question: str, context: PatientContext | None, actor: Actor, vault: Vault | None
) -> Iterator[AnswerEvent]:
    """Events: the first citation at once, all citations, the text in paragraphs, the whole answer."""
    for one in answers(pilot, question, context, actor, vault, early=True):
        if one.provisional:
            yield AnswerEvent("citations", citations=one.citations)
        else:
            yield from events(one)


def guidance_for(pilot: Copilot, structured: Structured, actor: Actor) -> tuple[Suggestion, ...]:
    """Passages on a structured note's diagnoses, drugs and studies, logged apart from the note."""
    from copilot.assistant.guidance import guidance
    from copilot.facade import spanish_errors

    about = {"guidance_of": structured.entry}
    request = pilot.entry(Action.ASK, actor, input=structured.redacted.text, detail=about)
    with spanish_errors(), pilot.log.interaction(request) as interaction:
        found = guidance(pilot.answerer, structured.redacted.text, structured.draft)
        interaction.finish(guidance_entry(found, about))
    return found
