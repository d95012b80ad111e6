"""Writing mode: the model rewords, the grounding guard decides, the physician's own words are the fall-back."""

from copilot.writing.types import Chosen, Reason, Rewording, Writing

__all__ = ["Chosen", "Reason", "Rewording", "Writing"]
