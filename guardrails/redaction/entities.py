# ruff: noqa: E501 - patterns and word lists stay on one line
"""Typed entities in MEDDOCAN's scheme, for evaluation against its annotation: what the MEDDOCAN head finds, merged with the rules
where a format decides, with borders set as the annotation guide sets them (Marimon et al., IberLEF 2019; train documents as examples)."""

from __future__ import annotations

import re

from guardrails.redaction.engine import Detector
from guardrails.redaction.extents import MONTHS
from guardrails.redaction.normalize import prepare
from guardrails.redaction.tokenizer import fold

Spans = list[tuple[int, int, str]]

_DATE = re.compile(r"(?<![\w,/\-.])(?:0?[1-9]|[12]\d|3[01])([\-/.])(?:0?[1-9]|1[0-2])\1(?:19|20)?\d{2}(?![\w/\-]|[.,]\d)")
_PHONE = re.compile(r"(?i)(?:t(?:el[eé])?fno?|tel[eé]fono|telf?|tlf)\.?:? ?(?:\+ ?)?(\d[\d. \-]{7,16}\d)(?![\d])")
_AGENCY = re.compile(r"Servicio (?:[A-ZÁÉÍÓÚ][\wáéíóúñ\-]+ )+de Salud")
_KIN_MORE = re.compile(r" (?:mayor|menor|gemel[oa]s?|matern[oa]s?|patern[oa]s?)(?![\wáéíóú])")
_LAW = re.compile(r"(?:\b(?:rd|ley|decreto|orden|real decreto)\b[^\n]{0,20})$")
_COUNTRIES = frozenset(
    ["espana", "mexico", "argentina", "chile", "cuba", "colombia", "venezuela", "uruguay", "paraguay", "peru", "bolivia", "ecuador", "brasil", "portugal", "francia", "italia", "alemania", "india", "marruecos", "rumania", "ucrania", "china", "japon", "ee.uu", "estados unidos", "reino unido", "suiza", "belgica", "panama", "guatemala", "honduras", "nicaragua", "costa rica", "republica dominicana", "puerto rico", "mali", "senegal", "nigeria", "pakistan", "filipinas", "canada"]
)


def meddocan_entities(detector: Detector, text: str) -> Spans:
    """Spans ``(start, end, MEDDOCAN type)`` of a text."""
    prepared = prepare(text)
    artifacts = detector.engine.read(prepared, meddocan=0.0)  # as annotated, without leaning to either side
    plain = prepared.text
    spans = [one for one in (_one(*found[:3], plain) for found in artifacts.meddocan) if one is not None]
    spans = _joined(spans, plain) + _agencies(plain)
    spans = _by_rule(spans, plain, _PHONE, 1, "NUMERO_TELEFONO", over={"NUMERO_TELEFONO", "FECHAS"})
    spans = _by_rule(spans, plain, _DATE, 0, "FECHAS", over=set())
    return [(*prepared.original(start, end), label) for start, end, label in sorted(set(spans))]


def _one(start: int, end: int, label: str, text: str) -> tuple[int, int, str] | None:
    """One span with its borders and type by the guide's conventions, or ``None`` where it is none."""
    value = fold(text[start:end])
    before = fold(text[max(0, start - 30) : start])
    if label == "FAMILIARES_SUJETO_ASISTENCIA" and value == "familia" and before.endswith("medico de "):
        return None  # «médico de familia» is a profession
    if label == "SEXO_SUJETO_ASISTENCIA" and value in ("blanca", "negra", "blanco", "negro"):
        return None
    if label == "ID_SUJETO_ASISTENCIA" and value in ("raza", "jubilado", "jubilada"):
        return None
    if label == "FECHAS" and ((value.isdigit() and len(value) < 4) or _LAW.search(before)):
        return None
    if label == "TERRITORIO" and value in _COUNTRIES:
        label = "PAIS"
    if label == "HOSPITAL" and value.startswith("hospitalet"):
        label = "TERRITORIO"
    if label == "HOSPITAL":
        agency = _AGENCY.search(text, start, end)
        if agency is not None and agency.start() > start:
            end = agency.start()
    if label == "FECHAS" and re.fullmatch(r"\d{1,2}[.,]\d{1,2}", value):
        return None  # a laboratory value in a list of months
    if label == "FECHAS":
        amount = re.match(r"[\d.,]{1,5}, (?=[a-z])", value)
        start += amount.end() if amount else 0
    if label in ("NUMERO_TELEFONO", "NUMERO_FAX"):
        start += len(value) - len(value.lstrip("+ "))
    if label == "FAMILIARES_SUJETO_ASISTENCIA":
        more = _KIN_MORE.match(text, end)
        end = more.end() if more else end
    while end > start and text[end - 1] in " ,;:":
        end -= 1
    if label == "CALLE":
        while end > start and text[end - 1] in ".,":
            end -= 1
        settlement = re.search(r" (?:Col|Colonia)$", text[start:end])
        end = start + settlement.start() if settlement else end
        end += bool(re.match(r"\.[. ]", text[end : end + 2]) and re.search(r"(?:izq|der|dcha|izda)$", value.rstrip(".,")))
        door = re.match(r" [A-Z](?=[.,\n])", text[end : end + 4]) if text[end - 1] in "º0123456789" else None
        end += door.end() if door else 0
    if label in ("HOSPITAL", "INSTITUCION", "CENTRO_SALUD"):
        while end > start and text[end - 1] in ".,":
            end -= 1
    return (start, end, label) if end > start else None


def _joined(spans: Spans, text: str) -> Spans:
    """Neighbours that are one: «5 años y 7 meses», «Hospital Clínico de» + «Barcelona», «marzo y» + «abril de 2002», «madre» + «34 años»,
    a street read in two; a later span inside an earlier one goes."""
    out: Spans = []
    for start, end, label in sorted(spans):
        if out:
            first, last, kind = out[-1]
            gap = text[last:start]
            if start < last:
                continue
            years = label == kind == "EDAD_SUJETO_ASISTENCIA" and gap == " y " and text[first:last].endswith("os") and text[start:end].endswith("meses")
            open_end = label == "TERRITORIO" and gap == " " and re.search(r" del?$", text[first:last])
            halves = label == kind and (gap == "" or (label == "CALLE" and gap in (" ", ", ")))
            number = (kind, label) == ("CALLE", "TERRITORIO") and gap == ", " and re.fullmatch(r"\d{1,4}", text[start:end])
            aged = label == kind == "FAMILIARES_SUJETO_ASISTENCIA" and gap == " de " and re.match(r"\d", text[start:end])
            short = label == kind == "TERRITORIO" and gap == " " and text[last - 1] == "." and last - first <= 5
            months = label == kind == "FECHAS" and ((gap == " " and text[first:last].endswith(" y")) or (gap == " y " and fold(text[first:last]) in MONTHS))
            if halves or number or aged or short or months:
                out[-1] = (first, end, kind)
                continue
            if years or (open_end and kind in ("HOSPITAL", "TERRITORIO", "INSTITUCION")):
                out[-1] = (first, end, "TERRITORIO" if text[first:last].startswith("Hospitalet") else kind)
                continue
        out.append((start, end, label))
    return out


def _agencies(text: str) -> Spans:
    return [(match.start(), match.end(), "INSTITUCION") for match in _AGENCY.finditer(text)]


def _by_rule(spans: Spans, text: str, pattern: re.Pattern[str], group: int, label: str, over: set[str]) -> Spans:
    """Add what the pattern finds where nothing else stands; spans of the types ``over`` give way to it."""
    for match in pattern.finditer(text):
        start, end = match.span(group)
        touched = [one for one in spans if one[0] < end and start < one[1]]
        if all(one[2] in over for one in touched):
            spans = [one for one in spans if one not in touched] + [(start, end, label)]
    return spans
