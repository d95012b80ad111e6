"""What kind of turn a message is. Rules first; where they leave doubt, the caller asks the model or the physician."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from copilot.assistant.amendments import is_amendment
from copilot.assistant.cues import cue
from corpora.ingest.clean import fold


class TurnKind(StrEnum):
    """Kinds of turn. The value goes to the log."""

    TEXT = "texto"
    """Free text to structure."""
    AMENDMENT = "enmienda"
    """An order that changes the note."""
    NOTE_QUESTION = "pregunta_nota"
    GUIDELINE = "pregunta_guia"
    CONFIRM = "confirmacion"
    """Accepts a proposed difference."""
    REJECT = "rechazo"
    UNCLEAR = "aclaracion"
    """Asked back."""
    REFUSED = "rechazada"
    """Refused by the scope guard."""


class Reading(NamedTuple):
    """A kind and how sure the rules are (0–1)."""

    kind: TurnKind
    certainty: float


def read_turn(message: str, has_note: bool, pending: bool) -> Reading:
    """Kind of a message, by its form. ``pending``: a proposed difference waits for a yes or a no."""
    if pending and cue("yes").match(message):
        return Reading(TurnKind.CONFIRM, 1.0)
    if pending and cue("no").match(message):
        return Reading(TurnKind.REJECT, 1.0)
    words = len(message.split())
    long = words >= 40 or message.strip().count("\n") >= 2
    asks = bool(cue("asks").search(message))
    if long and not message.rstrip().endswith("?"):
        return Reading(TurnKind.TEXT, 1.0)
    if not asks and is_amendment(message):
        return Reading(TurnKind.AMENDMENT, 0.95) if has_note else Reading(TurnKind.UNCLEAR, 0.9)
    plain = fold(message)
    if asks:
        about_note = len(cue("about_note").findall(plain))
        about_guide = len(cue("about_guides").findall(plain))
        if not has_note or about_guide > about_note:
            return Reading(TurnKind.GUIDELINE, 0.95 if about_guide or not has_note else 0.6)
        if about_note > about_guide:
            return Reading(TurnKind.NOTE_QUESTION, 0.95)
        return Reading(TurnKind.UNCLEAR, 0.5)
    if words >= 12 or (not has_note and words >= 6):
        return Reading(TurnKind.TEXT, 0.6 if has_note else 0.95)
    if cue("about_guides").search(plain):
        return Reading(TurnKind.GUIDELINE, 0.8)
    return Reading(TurnKind.UNCLEAR, 0.5)
