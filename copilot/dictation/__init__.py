"""Dictation: speech → text on this machine, written as clinicians write it, with what must be looked at again marked.

What is heard is a proposal. Audio is held in memory while it is read and never stored.
"""

from copilot.dictation.shapes import Heard, Mark, Piece, Word

__all__ = ["Heard", "Mark", "Piece", "Word"]
