"""Spanish labels and LOINC codes of sections and note types: data files, read once."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

_DATA = Path(__file__).with_name("data")

_VITALS = {
    "ta": "Tensión arterial",
    "pam": "Presión arterial media",
    "fc": "Frecuencia cardiaca",
    "fcf": "Frecuencia cardiaca fetal",
    "fr": "Frecuencia respiratoria",
    "temperatura": "Temperatura",
    "sato2": "Saturación de oxígeno",
    "glucosa_capilar": "Glucosa capilar",
    "peso": "Peso",
    "peso_al_nacer": "Peso al nacer",
    "talla": "Talla",
    "imc": "Índice de masa corporal",
    "perimetro_cefalico": "Perímetro cefálico",
    "perimetro_abdominal": "Perímetro abdominal",
    "glasgow": "Escala de Glasgow",
    "apgar": "Apgar",
    "eva": "Dolor (EVA)",
}

_KEPT = {
    "sin_respuesta": "el modelo no contestó",
    "sin_sustento": "lo que escribió el modelo no se sostiene en sus palabras",
    "omision": "el modelo dejó fuera algo de lo escrito",
    "sustituto": "el modelo cambió un dato personal",
    "cifra": "el modelo cambió una cifra o su lugar",
    "signo": "el modelo cambió un signo (+, −, <, >, ↑, ↓, %)",
    "palabra_ajena": "el modelo agregó palabras que no están en lo escrito",
    "otro_orden": "el modelo cambió el orden o lo que une los hechos",
    "instruccion": "parece una orden al programa y no se dio al modelo",
}


def kept_label(reason: str) -> str:
    """Why a statement keeps the physician's words, in plain Spanish."""
    return _KEPT.get(reason, reason.replace("_", " "))


@lru_cache(maxsize=4)
def _table(name: str) -> dict[str, dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as handle:
        return {row["key"]: row for row in csv.DictReader(handle)}


def section_label(key: str) -> str:
    """Spanish label of a section."""
    return _table("sections.csv")[str(key)]["label"]


def section_loinc(key: str) -> tuple[str, str]:
    """LOINC code and display of a section ("" where it has none)."""
    row = _table("sections.csv")[str(key)]
    return row["loinc"], row["loinc_display"]


def type_label(key: str) -> str:
    """Spanish label of a note type."""
    return _table("note_types.csv")[str(key)]["label"]


def type_loinc(key: str) -> tuple[str, str]:
    """LOINC code and display of a note type."""
    row = _table("note_types.csv")[str(key)]
    return row["loinc"], row["loinc_display"]


def vital_label(key: str) -> str:
    """Spanish label of a vital sign; an unknown key is shown as it is."""
    return _VITALS.get(key, key.replace("_", " ").capitalize())
