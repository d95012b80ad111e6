"""Who may reach which path. What no rule names is refused: a new page is shut until it is put here."""

from __future__ import annotations

from typing import NamedTuple

from guardrails.audit import Role

EVERYONE = frozenset({Role.PHYSICIAN, Role.COMMISSION, Role.EVALUATOR, Role.ADMIN})


class Rule(NamedTuple):
    """A path, or everything below it where it ends with ``/``."""

    path: str
    roles: frozenset[Role] | None
    """None: open to anyone, signed in or not."""
    token: bool = False
    """An API token opens it too."""
    first: bool = False
    """Open also to someone who must still change a one-time password."""

    def holds(self, path: str) -> bool:
        """Whether the rule speaks of this path."""
        return path.startswith(self.path) if self.path.endswith("/") and self.path != "/" else path == self.path


def _only(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


RULES = (
    Rule("/healthz", None),
    Rule("/readyz", None),
    Rule("/recursos/", None),
    Rule("/entrar", None),
    Rule("/entrar/institucional", None),
    Rule("/entrar/regreso", None),
    Rule("/entrar/listo", None),
    Rule("/salir", EVERYONE, first=True),
    Rule("/clave", EVERYONE, first=True),
    Rule("/sesion", EVERYONE, first=True),
    Rule("/sesion/bloquear", EVERYONE, first=True),
    Rule("/sesion/comprobar", EVERYONE),
    Rule("/", EVERYONE),
    Rule("/inicio", EVERYONE),
    Rule("/medico", _only(Role.PHYSICIAN)),
    Rule("/medico/", _only(Role.PHYSICIAN)),
    Rule("/notas/", _only(Role.PHYSICIAN)),
    Rule("/comision", _only(Role.COMMISSION)),
    Rule("/comision/", _only(Role.COMMISSION)),
    Rule("/auditoria/", _only(Role.COMMISSION)),
    Rule("/evaluacion", _only(Role.EVALUATOR)),
    Rule("/evaluacion/", _only(Role.EVALUATOR)),
    Rule("/usuarios", _only(Role.ADMIN)),
    Rule("/metrics", _only(Role.ADMIN), token=True),
    Rule("/api/v1/openapi.json", EVERYONE, token=True),
    Rule("/api/v1/structure", _only(Role.PHYSICIAN), token=True),
    Rule("/api/v1/ask", _only(Role.PHYSICIAN), token=True),
    Rule("/api/v1/verify", _only(Role.PHYSICIAN, Role.EVALUATOR), token=True),
    Rule("/api/v1/export", _only(Role.PHYSICIAN), token=True),
    Rule("/api/v1/dictate", _only(Role.PHYSICIAN), token=True),
)
LANDING = {
    Role.PHYSICIAN: "/medico/",
    Role.COMMISSION: "/comision/",
    Role.EVALUATOR: "/evaluacion/",
    Role.ADMIN: "/usuarios",
}
"""The page of each role, in the order in which they are offered."""


def rule_of(path: str) -> Rule | None:
    """The rule for a path; None: refused."""
    return next((rule for rule in RULES if rule.holds(path)), None)
