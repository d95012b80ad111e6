"""What the scope guard answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple, Protocol

READER = "lector"
"""Rule name of what the reader decided alone."""


class Category(StrEnum):
    """What a request is. The value goes to the log."""

    CLINICAL = "pregunta_clinica"
    DOCUMENTATION = "ayuda_documentacion"
    OUT_OF_SCOPE = "fuera_de_alcance"
    HARMFUL = "danina"
    INJECTION = "inyeccion"


class InjectionFinding(NamedTuple):
    """An order aimed at the program inside a text: ``[start, end)`` character offsets into the text as given."""

    start: int
    end: int
    kind: str
    """``anular_instrucciones``, ``cambio_de_papel``, ``fuga_de_instrucciones``, ``mensaje_falso``,
    ``orden_al_asistente``, ``control_de_salida``, ``texto_oculto`` or ``texto_codificado``."""
    reason: str
    """One Spanish sentence."""


@dataclass(frozen=True)
class ScopeVerdict:
    """Whether a request may be answered, and why, in one Spanish sentence."""

    allowed: bool
    category: str
    """A value of :class:`Category`."""
    reason: str
    rule: str = ""
    """Name of the rule that decided, for the log and the evaluation."""
    findings: tuple[InjectionFinding, ...] = field(default=())

    def with_findings(self, findings: tuple[InjectionFinding, ...]) -> ScopeVerdict:
        """The same decision with what was found in the whole message."""
        return replace(self, findings=findings)

    @property
    def doubtful(self) -> bool:
        """A refusal as foreign that rests on the reader's impression alone: no word of a foreign topic backs it."""
        return not self.allowed and self.category == Category.OUT_OF_SCOPE and self.rule == READER


class Chances(NamedTuple):
    """What a reader makes of a request: probabilities (0–1) that sum to 1."""

    clinical: float
    documentation: float
    foreign: float
    harmful: float
    injected: float

    @property
    def own(self) -> float:
        """That it may be answered."""
        return self.clinical + self.documentation


class RequestReader(Protocol):
    """Any trained reader of requests; injected, never loaded here."""

    def read(self, text: str) -> Chances:
        """Probabilities of one request."""
        ...
