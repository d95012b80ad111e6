"""Who signs proves again who they are, where the last proof lies too far back (``COPILOT_SIGN_PROOF_MIN``)."""

from __future__ import annotations

from starlette.requests import Request

from copilot.notes import NoteError
from copilot.users.sessions import Sessions
from copilot.web.auth import SESSION, cookie_name, cookies_of

PASSWORD, PROVIDER = "clave", "institucional"
_AT_LEAST_S = 60
"""A proof holds at least this long: between it and the signature lies a click."""


class Proof:
    """``minutes``: how long a proof holds for signing; below 0 none is asked for."""

    def __init__(self, sessions: Sessions, minutes: float) -> None:
        self.sessions = sessions
        self.holds_s = None if minutes < 0 else max(_AT_LEAST_S, int(minutes * 60))

    def needed(self, request: Request) -> str:
        """What is to be asked before a signature: "" (nothing), :data:`PASSWORD` or :data:`PROVIDER`."""
        if self.holds_s is None:
            return ""
        secret = cookies_of(request.scope).get(cookie_name(request.scope, SESSION), "")
        found = self.sessions.find(secret, active=False)
        if found is not None and found.proved_s <= self.holds_s:
            return ""
        return PROVIDER if found is not None and found.institutional else PASSWORD

    def check(self, request: Request) -> None:
        """Raises :class:`NoteError` where a proof is wanting."""
        if self.needed(request):
            raise NoteError("Antes de firmar confirme quién es: hace rato que no se le pide su contraseña.")
