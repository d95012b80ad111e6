"""Figures of a card: a number with its comparator and unit, found in Spanish clinical prose."""

from __future__ import annotations

import re

_VALUE = r"\d+(?:[.,]\d+)?(?: 000)?(?:/\d+(?:[.,]\d+)?)*"
_UNIT = (
    r"%|mm ?Hg|mm/h|mmol/L|mEq/L|pmol/L|nmol/L|mg/dL|g/dL|ng/mL|ng/L|pg/mL|mg/mmol|mg/g|mg/L|UI/L|U/L"
    r"|mg/kg(?:/(?:día|dosis|h|min))?|µg/kg(?:/(?:día|dosis|min))?|g/kg(?:/día)?|UI/kg(?:/día|/h)?|U/kg(?:/día|/h)?"
    r"|mL/kg(?:/h|/día)?|kcal/kg(?:/día)?|kcal/día|kcal|mg/m²|g/m²|UI/m²|kg/m²|/µL|mL/min/1\.73 m²|mL/min|mm/s|m/s"
    r"|µg/min|mg/día|g/día|µg/día|mg/h|g/h|mg/min|mg|µg|UI|UNT|mL/h|mL|mm²|mm³|/mm³|/µL|/mL|cm³|cm|mm|kg|g|U|unidades|Gy|L|kPa"
    r"|años|año|meses|mes|semanas|semana|SDG|días|día|horas|hora|h|minutos|min|segundos|s"
    r"|puntos|punto|latidos por minuto|lpm|rpm|litros|dosis|pasos|veces|refrescos|cigarrillos"
    r"|porciones|vasos|consultas|copas|derivaciones|desviaciones estándar|hojas|unidades Agatston|°C|mEq"
    r"|mV|ciclos|repeticiones|series|MET|metros|Hz|cc|vasos|cal|bebidas|bebida"
)
FIGURE = re.compile(
    rf"(?:[<>≥≤] ?)?(?<![\w.,/]){_VALUE}(?:(?: ?[-–] ?| a | o | y | u ){_VALUE})*(?:[ ]?(?:{_UNIT})(?![\w/]))",
)


def figures(text: str) -> list[str]:
    """Every number that carries a unit, as written («≥ 140/90 mmHg», «80 a 130 mg/dL»), each once, in order."""
    found: dict[str, None] = {}
    for match in FIGURE.finditer(text):
        found.setdefault(match[0].strip(), None)
    return list(found)


def split_figure(figure: str) -> tuple[list[str], str]:
    """Values and unit of a figure: («80», «130»), «mg/dL». The comparator is dropped."""
    unit = re.search(rf"(?:{_UNIT})$", figure)
    if unit is None:
        return re.findall(_VALUE, figure), ""
    return re.findall(_VALUE, figure[: unit.start()]), unit[0]
