# ruff: noqa: E501  (long patterns and messages are kept on one line)
"""Alerts on vital signs and laboratory values."""

from __future__ import annotations

import re

from copilot.domain import Alert, Span, Vital
from copilot.extraction.laboratory import table
from copilot.extraction.result import Extraction
from copilot.extraction.view import View

_LIMITS: dict[str, tuple[float, float, str]] = {
    "fc": (20, 300, "La frecuencia cardiaca de {v} lpm está fuera de lo fisiológicamente posible"),
    "fcf": (50, 250, "La frecuencia cardiaca fetal de {v} lpm está fuera de lo fisiológicamente posible"),
    "fr": (4, 90, "La frecuencia respiratoria de {v} rpm está fuera de lo fisiológicamente posible"),
    "temperatura": (25, 43.5, "La temperatura de {v} °C está fuera de lo fisiológicamente posible"),
    "sato2": (30, 100, "La saturación de oxígeno de {v} % no es posible"),
    "glucosa_capilar": (10, 1500, "La glucosa capilar de {v} mg/dL está fuera de lo posible"),
    "imc": (8, 90, "El IMC de {v} kg/m² está fuera de lo posible"),
    "perimetro_cefalico": (20, 65, "El perímetro cefálico de {v} cm está fuera de lo posible"),
    "glasgow": (3, 15, "La escala de coma de Glasgow va de 3 a 15; se anotó {v}"),
    "eva": (0, 10, "La escala de dolor va de 0 a 10; se anotó {v}"),
    "pam": (20, 250, "La presión arterial media de {v} mmHg está fuera de lo posible"),
}
_CONFIRM = "; verifique si es un error de captura."
_CHILD = re.compile(
    r"(?<![a-z0-9])(?:rn|recien nacid[oa]|neonat\w+|lactante|preescolar|escolar|nin[oa]|pediatr\w+|"
    r"\d+\s*(?:/12|meses|mes|dias)\s+(?:de\s+)?(?:edad|vida)|masculino de \d+ meses|femenin[oa] de \d+ meses|dveu|"
    r"(?:[1-9]|1[0-5])\s*(?:anos|a)\b)(?![a-z0-9])"
)
_IMC_TOLERANCE = 1.0


def _impossible(message: str, vital: Vital) -> Alert:
    return Alert("valor_imposible", message + _CONFIRM, (vital.span,), "grave")


def _pressure(vital: Vital) -> Alert | None:
    parts = [int(p) for p in re.findall(r"\d+", vital.value)]
    if len(parts) != 2:
        return None
    high, low = parts
    if 8 <= high <= 25 and 4 <= low <= 14 and low < high:
        return Alert(
            "unidad_dudosa",
            f"Tensión arterial {high}/{low}: ¿quiso anotar {high * 10}/{low * 10} mmHg? Verifique la captura.",
            (vital.span,),
        )
    if high <= low:
        swapped = f" ¿Quiso anotar {low}/{high}?" if 60 <= low <= 260 and 20 <= high <= 150 and high < low else ""
        return Alert(
            "valor_imposible",
            f"Tensión arterial {high}/{low}: la sistólica debe ser mayor que la diastólica.{swapped} Verifique la captura.",
            (vital.span,),
            "grave",
        )
    if high > 310 or high < 40 or low < 10 or low > 200:
        return _impossible(f"La tensión arterial de {high}/{low} mmHg está fuera de lo fisiológicamente posible", vital)
    return None


def kilograms(vital: Vital) -> float:
    """Weight in kg whatever the unit written."""
    value = float(vital.value)
    return value / 1000 if vital.unit == "g" else value


def metres(vital: Vital) -> float:
    """Height in m whatever the unit written."""
    value = float(vital.value)
    return value / 100 if vital.unit == "cm" else value


def _body(extraction: Extraction, view: View) -> list[Alert]:
    out: list[Alert] = []
    weights = [v for v in extraction.vitals if v.name == "peso"]
    heights = [v for v in extraction.vitals if v.name == "talla"]
    child = bool(_CHILD.search(view.norm))
    for height in heights:
        weight = min(weights, key=lambda w: abs(w.span.start - height.span.start), default=None)
        if weight is None:
            break
        kg, m = kilograms(weight), metres(height)
        both: tuple[Span, ...] = (weight.span, height.span)
        raw_w, raw_h = float(weight.value), float(height.value)
        if (raw_w < 2.5 and raw_h > 25 and not child) or (
            120 <= raw_w <= 210 and 25 <= raw_h <= 110 and height.unit != "m"
        ):
            out.append(
                Alert(
                    "valor_imposible",
                    f"Peso {weight.value} y talla {height.value} parecen intercambiados; "
                    "verifique si es un error de captura.",
                    both,
                    "grave",
                )
            )
            continue
        if not 0.25 <= m <= 2.4:
            out.append(_impossible(f"La talla de {height.value} {height.unit} no es posible", height))
            continue
        if not 0.3 <= kg <= 400:
            out.append(_impossible(f"El peso de {weight.value} {weight.unit} no es posible", weight))
            continue
        computed = kg / m**2
        if not 8 <= computed <= 90:
            out.append(
                Alert(
                    "unidad_dudosa",
                    f"Con peso {weight.value} {weight.unit} y talla {height.value} {height.unit} el IMC "
                    f"sería {computed:.1f} kg/m²; revise unidades o captura.",
                    both,
                    "grave",
                )
            )
            continue
        stated = next((v for v in extraction.vitals if v.name == "imc"), None)
        if stated and abs(float(stated.value) - computed) > _IMC_TOLERANCE:
            out.append(
                Alert(
                    "imc_discrepante",
                    f"El IMC anotado ({stated.value}) no corresponde a peso {weight.value} {weight.unit} y talla "
                    f"{height.value} {height.unit}: el calculado es {computed:.1f} kg/m².",
                    (stated.span, *both),
                )
            )
    if not weights:
        out += [
            _impossible(f"La talla de {h.value} {h.unit} no es posible", h)
            for h in heights
            if not 0.25 <= metres(h) <= 2.4
        ]
    if not heights:
        out += [
            _impossible(f"El peso de {w.value} {w.unit} no es posible", w)
            for w in weights
            if not 0.3 <= kilograms(w) <= 400
        ]
    return out


def vital_alerts(extraction: Extraction, view: View) -> list[Alert]:
    """Impossible vital signs, swapped or discrepant measurements."""
    out: list[Alert] = []
    for vital in extraction.vitals:
        if vital.name == "ta":
            if alert := _pressure(vital):
                out.append(alert)
            continue
        if vital.name == "apgar":
            if any(int(p) > 10 for p in re.findall(r"\d+", vital.value)):
                out.append(_impossible(f"El Apgar va de 0 a 10; se anotó {vital.value}", vital))
            continue
        if vital.name not in _LIMITS:
            continue
        low, high, message = _LIMITS[vital.name]
        value = float(vital.value)
        if low <= value <= high:
            continue
        if vital.name == "temperatura" and 90 <= value <= 110:
            out.append(
                Alert(
                    "unidad_dudosa",
                    f"Temperatura {vital.value}: ¿está en grados Fahrenheit? En Celsius serían "
                    f"{(value - 32) / 1.8:.1f} °C.",
                    (vital.span,),
                    "grave",
                )
            )
        elif vital.name == "glasgow" and value == 0:
            continue
        else:
            out.append(_impossible(message.format(v=vital.value), vital))
    return out + _body(extraction, view)


_SCALES: dict[str, tuple[tuple[float, float], tuple[float, float], str]] = {
    "glucosa": ((20, 1600), (2, 19.9), "mmol/L"),
    "hemoglobina": ((2, 25), (40, 250), "g/L"),
    "creatinina": ((0.1, 30), (35, 2500), "µmol/L"),
    "hba1c": ((3, 22), (25, 180), "mmol/mol"),
}


def laboratory_alerts(extraction: Extraction) -> list[Alert]:
    """Results that can't be true, and results that only make sense in another unit."""
    out: list[Alert] = []
    analytes = table().by_key
    for value in extraction.laboratory:
        analyte = analytes.get(value.name)
        numbers = re.findall(r"-?\d+(?:\.\d+)?", value.value)
        if analyte is None or not numbers:
            continue
        number = float(numbers[0])
        label = analyte.label
        scale = _SCALES.get(value.name)
        if scale and not scale[0][0] <= number <= scale[0][1] and scale[1][0] <= number <= scale[1][1]:
            if value.unit.lower() not in (scale[2].lower(), "g/l", "mmol/l", "umol/l"):
                out.append(
                    Alert(
                        "unidad_dudosa",
                        f"{label.capitalize()} {value.value}{' ' + value.unit if value.unit else ''}: el valor solo "
                        f"sería posible en {scale[2]}; verifique unidad o captura.",
                        (value.span,),
                    )
                )
            continue
        if value.name == "ph" or not (number < analyte.low or number > analyte.high):
            continue
        shown = f" {value.unit}" if value.unit else ""
        out.append(
            Alert(
                "valor_imposible",
                f"{label[0].upper() + label[1:]} {value.value}{shown} está fuera de lo posible{_CONFIRM}",
                (value.span,),
                "grave",
            )
        )
    return out
