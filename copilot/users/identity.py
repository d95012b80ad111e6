"""Who is at the other end of a request."""

from __future__ import annotations

from dataclasses import dataclass, field

from guardrails.audit import Role

ROLES = (Role.PHYSICIAN, Role.COMMISSION, Role.EVALUATOR, Role.ADMIN)
"""Roles an account may hold (one or several)."""
ROLE_LABELS = {
    Role.PHYSICIAN: "Médico",
    Role.COMMISSION: "Comisión",
    Role.EVALUATOR: "Evaluador",
    Role.ADMIN: "Administrador",
}


@dataclass(frozen=True)
class Identity:
    """A person who signed in (or the owner of an API token)."""

    account: int
    name: str = field(repr=False)
    roles: frozenset[Role]
    session: str = field(default="", repr=False)
    """Public name of the session (not its secret); goes to the log as a pseudonym."""
    full_name: str = field(default="", repr=False)
    cedula: str = field(default="", repr=False)
    """Professional licence number, for the signature of notes."""
    must_change: bool = False
    """The password is a one-time one: nothing but changing it is allowed."""

    @property
    def shown(self) -> str:
        """What to call the person on the page."""
        return self.full_name or self.name
