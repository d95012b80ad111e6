# ruff: noqa: E501 - patterns and word lists stay on one line
"""MEDDOCAN's types as the families this package redacts: what the family head learns from MEDDOCAN documents."""

from __future__ import annotations

import re

from guardrails.redaction.decision import table
from guardrails.redaction.training.meddocan import Spans

FAMILY = {label: row.family for label, row in table().items() if row.family and row.clinical and label not in ("FECHA_PARCIAL", "NOMBRE", "EDAD_90")}
FAMILIES = sorted({*FAMILY.values(), "FECHA_PARCIAL"})
_PARTIAL = re.compile(r"(?:(?:año|anno|los años|mes de) )?(?:\d{4}|[^\d]+|\d{1,2} de [a-z]+|\d{1,2}[/\-]\d{1,2})", re.IGNORECASE)


def families(text: str, spans: Spans) -> Spans:
    """The same annotation in our families; kinship words stay open, the names in them are a relative's."""
    out: Spans = []
    for start, end, label in spans:
        value = text[start:end]
        if label == "FAMILIARES_SUJETO_ASISTENCIA":
            for match in re.finditer(r"(?<=[a-z,] )[A-ZÁÉÍÓÚÑ][\w]+(?: (?:de |del |la )*[A-ZÁÉÍÓÚÑ]\w+)*", value):
                out.append((start + match.start(), start + match.end(), "NOMBRE_FAMILIAR"))
            continue
        family = FAMILY.get(label)
        if family is None or (family == "FOLIO" and not any(one.isdigit() for one in value)):
            continue
        if family == "MUNICIPIO_ESTADO" and re.fullmatch(r"[A-Z]{0,2}[\- ]?\d{4,6}", value):
            family = "CP"
        if family == "FECHA" and _PARTIAL.fullmatch(value):
            family = "FECHA_PARCIAL"
        out.append((start, end, family))
    return out
