"""What can go wrong with drafts and signed notes; messages are Spanish and name no patient."""

from __future__ import annotations

from copilot.errors import CopilotError


class NoteError(CopilotError):
    """What was asked can't be done with this note."""

    status = 400


class NoteMissing(NoteError):  # noqa: N818
    """There is no such note, or it is another person's (the two are not told apart)."""

    status = 404

    def __init__(self) -> None:
        super().__init__("No existe esa nota entre las suyas.")


class NoteConflict(NoteError):  # noqa: N818
    """The draft was changed elsewhere since it was read."""

    status = 409


class NotesUnavailable(NoteError):  # noqa: N818
    """The database or the key of the notes can't be used."""

    status = 503

    def __init__(self, words: str = "No se puede usar la base de notas; avise a quien administra el equipo.") -> None:
        super().__init__(words)
