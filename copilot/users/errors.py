"""Expected failures; messages are Spanish and name nobody."""

from __future__ import annotations

from copilot.errors import CopilotError


class AccountError(CopilotError):
    """An account can't be made or changed as asked."""


class SignInRefused(CopilotError):  # noqa: N818
    """Wrong name or password, closed account, expired one-time password: which of them is not said."""


class Throttled(SignInRefused):
    """Too many failures; ``seconds`` must pass first."""

    def __init__(self, seconds: int) -> None:
        wait = f"{seconds} segundos" if seconds < 120 else f"{-(-seconds // 60)} minutos"
        super().__init__(f"Demasiados intentos fallidos. Espere {wait} e intente de nuevo.")
        self.seconds = seconds
