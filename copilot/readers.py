"""Readers: small trained heads over the sentence encoder, injected into the guardrails."""

from __future__ import annotations

from guardrails.grounding.types import Reader


def load_reader() -> Reader | None:
    """The trained reader of pairs, or None where it isn't installed (alignment alone decides)."""
    return None
