"""What redaction returns: spans in the original text, the redacted text and the way between the two."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

TYPES = (
    "NOMBRE_PACIENTE", "NOMBRE_FAMILIAR", "NOMBRE_PERSONAL", "NSS", "AGREGADO", "CURP", "RFC", "CEDULA", "MATRICULA",
    "TELEFONO", "CORREO", "DIRECCION", "CP", "MUNICIPIO_ESTADO", "FECHA", "EDAD_90", "EMPLEADOR", "UNIDAD_MEDICA",
    "PLACA", "INE", "FOLIO", "OTRO_ID",
)  # fmt: skip
"""Every type a span can have (contract of ``copilot redact``)."""


SECOND_HEAD = 0.45
"""Below this score: found by the network's MEDDOCAN head alone."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One personal datum found, before the policy decides: fine label, score 0–1, who found it."""

    start: int
    end: int
    label: str
    score: float
    source: str


@dataclass(frozen=True, slots=True)
class PersonalDataSpan:
    """A redacted interval ``[start, end)`` of the original text, its type, score 0–1 and the surrogate put there."""

    start: int
    end: int
    type: str
    score: float
    surrogate: str


@dataclass(frozen=True)
class Redaction:
    """The redacted text and what was redacted; spans are ordered and never overlap."""

    text: str
    spans: tuple[PersonalDataSpan, ...]
    policy: str = "clinical"
    _pieces: tuple[tuple[int, int, int, int], ...] = field(default=(), repr=False)
    # (redacted start, redacted end, original start, original end) of every surrogate

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """Map ``[start, end)`` of the redacted text to the original; a touched surrogate counts with its whole datum.

        Raises ``ValueError`` where the interval lies outside the redacted text or is inverted.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError("El intervalo queda fuera del texto redactado.")
        return self._map(start, True, 0), max(self._map(end, False, 0), self._map(start, True, 0))

    def to_redacted(self, start: int, end: int) -> tuple[int, int]:
        """Map ``[start, end)`` of the original text to the redacted one; a touched datum counts with its surrogate."""
        if not 0 <= start <= end:
            raise ValueError("El intervalo no es válido.")
        return self._map(start, True, 2), max(self._map(end, False, 2), self._map(start, True, 2))

    def _map(self, at: int, is_start: bool, column: int) -> int:
        other = 2 - column
        starts = [piece[column] for piece in self._pieces]
        # An end that equals a surrogate's start doesn't touch it; a start that equals it does.
        index = (bisect_right(starts, at) if is_start else bisect_right(starts, at - 1)) - 1
        if index < 0:
            return at
        piece = self._pieces[index]
        if is_start and at < piece[column + 1]:
            return piece[other]
        if not is_start and at <= piece[column + 1]:
            return piece[other + 1]
        return at - piece[column + 1] + piece[other + 1]
