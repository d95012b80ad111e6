"""What the HTTP API takes and gives, as it stands in its OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.domain import NoteType

Offsets = Annotated[list[int], Field(min_length=2, max_length=2)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StructureRequest(_Request):
    """Texto libre de un médico."""

    text: str = Field(description="Texto libre, en español de México.")
    note_type: NoteType | None = Field(None, description="Tipo de nota; sin él se reconoce.")


class ExportRequest(StructureRequest):
    """Texto libre y la forma en que se quiere la nota."""

    format: Literal["txt", "md", "docx", "pdf", "fhir"] = Field(
        "txt", description="Texto simple, Markdown, Word, PDF o documento FHIR R4 (Bundle)."
    )


class AskRequest(_Request):
    """Pregunta a las guías clínicas."""

    question: str = Field(description="Pregunta clínica, en español.")


class VerifyRequest(_Request):
    """Una afirmación y el texto en el que debería sostenerse."""

    source: str = Field(description="Texto fuente.")
    statement: str = Field(description="Afirmación por comprobar.")


class StatementOut(BaseModel):
    """Un enunciado y los intervalos del texto en que se apoya."""

    text: str
    spans: list[Offsets]
    origin: str
    kept: str = Field(default="", description="Modo de redacción: por qué conserva las palabras del médico.")
    kept_why: str = Field(default="", description="Lo mismo, en español.")


class MissingOut(BaseModel):
    """Lo que la NOM-004-SSA3-2012 pide y falta en la nota."""

    element: str
    numeral: str
    label: str
    mandatory: bool


class AlertOut(BaseModel):
    """Lo que hay que mirar antes de firmar."""

    kind: str
    message: str
    spans: list[Offsets]
    severity: str


class NoteOut(BaseModel):
    """Nota estructurada, sin firmar."""

    note_type: NoteType
    sections: dict[str, list[StatementOut]]
    missing: list[MissingOut]
    alerts: list[AlertOut]
    vitals: list[dict[str, Any]]
    laboratory: list[dict[str, Any]]
    medications: list[dict[str, Any]]
    allergies: list[dict[str, Any]]
    diagnoses: list[dict[str, Any]]


class CitationOut(BaseModel):
    """Pasaje de una guía en que se apoya la respuesta."""

    model_config = ConfigDict(extra="allow")

    key: str
    title: str
    locator: str
    quote: str
    score: float


class CatalogueOut(BaseModel):
    """Guía que existe, aunque su texto no esté en este equipo."""

    key: str
    title: str
    url: str


class AnswerOut(BaseModel):
    """Respuesta con sus citas, abstención o rechazo."""

    status: Literal["answered", "abstained", "refused"]
    answer: str
    citations: list[CitationOut]
    catalogue: list[CatalogueOut]
    notices: list[str]
    entry: str = Field(description="Entrada de la bitácora.")


class VerdictOut(BaseModel):
    """Si la afirmación se sostiene."""

    supported: bool
    score: float = Field(ge=0, le=1)
    kind: str
    severity: str
    evidence: list[Offsets]
    evidence_role: str = Field(default="", description="`sustento`, `contradice`, `trata_de` o vacío.")


class ExportOut(BaseModel):
    """La nota como documento."""

    format: Literal["txt", "md", "docx", "pdf", "fhir"]
    document: str
    encoding: Literal["utf-8", "base64"] = Field(description="Cómo va `document`.")
    media_type: str
    name: str = Field(description="Nombre de archivo, sin datos del paciente.")
    entry: str = Field(description="Entrada de la bitácora de la exportación.")


class ErrorOut(BaseModel):
    """Qué salió mal, en español y sin datos personales."""

    error: str
