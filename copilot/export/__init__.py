"""A note as a document. Pure functions over :class:`copilot.domain.Note`: no files, no network."""

from copilot.export.markdown import note_markdown
from copilot.export.text import note_text

__all__ = ["note_markdown", "note_text"]
