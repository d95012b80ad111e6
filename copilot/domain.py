"""Domain types of the main job: small, frozen, without I/O.

Every offset is a character offset (Python ``str`` index) into the text as the physician gave it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open character interval ``[start, end)`` of the source text."""

    start: int
    end: int


class Section(StrEnum):
    """Canonical section keys of a note (contract of the command line)."""

    FICHA_IDENTIFICACION = "ficha_identificacion"
    ANTECEDENTES_HEREDOFAMILIARES = "antecedentes_heredofamiliares"
    ANTECEDENTES_NO_PATOLOGICOS = "antecedentes_no_patologicos"
    ANTECEDENTES_PATOLOGICOS = "antecedentes_patologicos"
    PADECIMIENTO_ACTUAL = "padecimiento_actual"
    EXPLORACION_FISICA = "exploracion_fisica"
    RESULTADOS_ESTUDIOS = "resultados_estudios"
    DIAGNOSTICOS = "diagnosticos"
    TRATAMIENTO = "tratamiento"
    EVOLUCION = "evolucion"
    PRONOSTICO = "pronostico"
    OTRO = "otro"


class NoteType(StrEnum):
    """Kinds of note of NOM-004-SSA3-2012 that the project writes."""

    HISTORIA_CLINICA = "historia_clinica"
    EVOLUCION = "evolucion"
    URGENCIAS = "urgencias"
    INTERCONSULTA = "interconsulta"
    REFERENCIA = "referencia"
    PREOPERATORIA = "preoperatoria"
    POSTOPERATORIA = "postoperatoria"
    EGRESO = "egreso"


class Origin(StrEnum):
    """Whether a statement is the physician's own words or was reworded by the model."""

    LITERAL = "literal"
    WRITTEN = "written"


@dataclass(frozen=True)
class Clause:
    """One statement as segmented: a span of the source and its exact text."""

    span: Span
    text: str


@dataclass(frozen=True)
class Statement:
    """A statement of the note and the source spans it rests on (never empty)."""

    text: str
    spans: tuple[Span, ...]
    origin: Origin = Origin.LITERAL
    kept: str = ""
    """Writing mode: what held the model's words back (a key of ``labels.kept_label``); "" where nothing was."""


@dataclass(frozen=True)
class MissingElement:
    """An element that the norm demands and the note lacks."""

    element: str
    numeral: str
    label: str
    mandatory: bool = True
    """False: the norm demands it only where applicable («en su caso»)."""


@dataclass(frozen=True)
class Alert:
    """Something the physician should look at before signing; ``message`` is Spanish."""

    kind: str
    message: str
    spans: tuple[Span, ...] = ()
    severity: str = "aviso"
    """``aviso`` or ``grave``."""


@dataclass(frozen=True)
class Vital:
    """A vital sign or anthropometric value with its provenance."""

    name: str
    """Key: ta, fc, fr, temperatura, sato2, glucosa_capilar, peso, talla, imc, perimetro_cefalico, …"""
    value: str
    """As written, normalised to a point as decimal mark; blood pressure as «130/80»."""
    unit: str
    span: Span


@dataclass(frozen=True)
class LabValue:
    """A laboratory value with its unit as written ("" where the physician gave none)."""

    name: str
    value: str
    unit: str
    span: Span


@dataclass(frozen=True)
class Medication:
    """A drug mention. Fields hold the physician's words, "" where absent."""

    name: str
    span: Span
    dose: str = ""
    unit: str = ""
    route: str = ""
    frequency: str = ""
    duration: str = ""
    negated: bool = False
    status: str = ""
    """"" (prescribed now), ``habitual``, ``suspendido``."""
    missing: tuple[str, ...] = ()
    """Of dosis, vía, periodicidad (NOM-004 6.2.6): those not stated."""


@dataclass(frozen=True)
class CodeCandidate:
    """A CIE-10 candidate; never chosen without the physician."""

    code: str
    title: str
    score: float


@dataclass(frozen=True)
class Diagnosis:
    """A diagnosis with its context and ranked CIE-10 candidates."""

    text: str
    span: Span
    certainty: str = "confirmado"
    """``confirmado``, ``probable`` or ``descartado``."""
    subject: str = "paciente"
    """``paciente`` or ``familiar``."""
    laterality: str = ""
    candidates: tuple[CodeCandidate, ...] = ()


@dataclass(frozen=True)
class Note:
    """The structured note: the main job's result."""

    note_type: NoteType
    sections: dict[Section, tuple[Statement, ...]]
    missing: tuple[MissingElement, ...] = ()
    alerts: tuple[Alert, ...] = ()
    vitals: tuple[Vital, ...] = ()
    laboratory: tuple[LabValue, ...] = ()
    medications: tuple[Medication, ...] = ()
    allergies: tuple[Statement, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = field(default=())
