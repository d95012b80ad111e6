# ruff: noqa: E501  (long patterns and messages are kept on one line)
"""Vital signs and measurements, in any style: «TA 130/80», «ta130/80», «presión de 130 sobre 80», «FC78x'».

Figures: docs/figures/extraction.md. Values that cannot be true are extracted as written; judging them is the
subject of :mod:`copilot.extraction.plausibility`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort

from copilot.domain import Vital
from copilot.extraction.view import Claims, View
from copilot.extraction.vital_rules import RULES, Rule

_IN_A_ROW = re.compile(
    r"(?<![\d/.])(?P<ta>\d{2,3}\s?[/-]\s?\d{2,3})\s*[,/ ]\s*(?P<fc>\d{2,3})(?:\s?x'?)?\s*[,/ ]\s*(?P<fr>\d{2})(?:\s?x'?)?\s*[,/ ]\s*"
    r"(?P<temperatura>(?:3[4-9]|4[01])(?:\.\d)?)(?![\d.])\s*(?:°\s?c?)?(?:\s*[,/ ]\s*(?:sat\s*)?(?P<sato2>\d{2,3})\s?%)?"
)
"""«118/70, 82, 18, 36.9, 95%»: the usual order, unnamed."""
_NEWBORN = re.compile(
    r"\b(?:rn|nace|nacio|producto|recien\s+nacid[oa])\b[^.;\n]{0,45}?(?<![\d/.])(?P<peso>[1-5]\d{3})\s*(?:g|gr|grs|gramos)\b"
    r"(?:\s*[,y]?\s*(?P<talla>[345]\d)\s*cm)?"
)
_BARE_TA = re.compile(r"(?<![\d/.,-])(?P<v>\d{2,3}\s?/\s?\d{2,3})(?![\d/])(?!\s?/\s?\d)")
_WEIGHT_HEIGHT = re.compile(
    r"(?<![a-z0-9¤.])p\s?[:=]?\s?(?P<peso>\d{2,3}(?:\.\d{1,3})?)(?![\d%/])\s*(?:kgs?)?\s*[,;/-]?\s*t\s?[:=]?\s?(?P<talla>[12]\.\d{1,2}|1[0-9]{2})(?![\d.])"
)
"""«P 58.3 T 1.56»: single letters count only as a pair."""
_BARE_TEMPERATURE = re.compile(
    r"(?<=[,;/])\s*(?P<v>3[5-9]\.\d|4[01]\.\d)(?![\d/%])(?!\s*(?:sdg|sem|kg|cm|mg|g/|%))\s*(?=[,;°]|$|\n|\s)"
)
_BARE_SATURATION = re.compile(r"(?<=[,;:])\s*(?P<v>8[5-9]|9\d|100)\s?%(?=\s*(?:[,;.)]|$|\n|con\b|al?\b|aire))")
_PULSE_AFTER_PRESSURE = re.compile(
    r"(?<![\d/.])\d{2,3}\s?/\s?\d{2,3}\s*,\s*(?P<v>[4-9]\d|1\d\d)(?=\s*(?:[,;.]\s|$|\n))"
)
"""«96/58, 122, llenado 3»."""
_NEWBORN_WEIGHT = re.compile(
    r"(?<![a-z0-9¤.])p\s?:?\s?(?P<v>[5-9]\d{2}|[1-5]\d{3})(?![\d./%])\s*(?:g|gr|grs|gramos)?(?=\s*[,;.\s])"
)
_NEWBORN_NOTE = re.compile(
    r"(?<![a-z])(?:rn|rnpt|rnt|recien\s+nacid[oa]|neonat\w*|apgar|silverman|capurro|ballard)(?![a-z])"
)
_GRAMS = re.compile(r"(?<![\d./+-])(?P<v>[5-9]\d{2}|[1-5]\d{3})\s*(?P<u>g|gr|grs|gramos)\b(?!\s*/)")
_SERIES = re.compile(
    r"\s*(?:mg/dl)?\s*(?:,|/|\by\b|\bluego\b|\bdespues\b)\s*(?:de\s+)?(?P<v>\d{2,3})(?![\d./%]|\s*(?:[a-z]{3,}|x))"
)
"""«capilares 268, 301, 245»."""
_CORRECTED = re.compile(
    r"\s*(?:mm\s?hg)?\s*(?:,|coma)?\s*(?:no\s*,?\s*)?(?:perdon|digo|corrijo|correccion|mas\s+bien)(?:\s*,?\s*(?:digo|es|son|perdon|coma))*\s*,?\s*"
    r"(?:[a-z]{1,6}\s+)?(?P<v>\d{1,3}(?:\.\d)?(?:\s*(?:/|sobre)\s*\d{2,3})?)(?![\d./])"
)
"""«ciento veinte setenta, perdón, digo ciento treinta sobre setenta»: the last word counts."""
_BARE_WEIGHT = re.compile(r"(?<![\d/.+-])(?P<v>\d{1,3}(?:\.\d{1,3})?)\s*(?P<u>kg|kgs|kilos)\b(?!\s*/)")
_BARE_HEIGHT = re.compile(r"(?<![\d/.])(?P<v>[12]\.\d{1,2})\s*(?P<u>m|mts?|metros)\b(?!\s*/)")
_CHANGE = re.compile(
    r"(?:perdi|baj|subi|gan[oó]|aument|increment|disminu|reduc|menos|mas de|mg/|traccion|levant|carg|traccion cutanea|cervix|borra|cm,)\W*(?:\w+\W+){0,3}$"
)
_TARGET = re.compile(
    r"(?:metas?|objetivo|mayor(?:es)?\s+(?:de|a)|menor(?:es)?\s+(?:de|a)|[<>≥≤])\s*(?:de\s+|para\s+)?(?:ta|fc|t|sat\w*|spo2|temp\w*|fiebre|de|a)?\W*$|"
    r"\bsi\s+(?:hay\s+|presenta\s+|tiene\s+)?(?:fiebre|temp\w*|t)\W*$|[<>≥≤]\s*$"
)
"""«si fiebre > 38.5», «meta TA < 130/80»: a limit, not a measurement."""
_NEAR = 90
"""Characters within which an unnamed value («130/80», «72 kg») counts as a vital sign of the same block."""


def _number(value: str) -> float:
    return float(re.findall(r"\d+(?:\.\d+)?", value)[0])


def _unglued(digits: str) -> str:
    """«13080» → «130/80»; as written where no parting is a pressure."""
    for cut in (3, 2):
        high, low = int(digits[:cut]), digits[cut:]
        if 70 <= high <= 260 and low and low[0] != "0" and 30 <= int(low) <= 140 and int(low) < high:
            return f"{high}/{low}"
    return digits


def _clean(rule_name: str, value: str) -> str:
    value = value.strip()
    if rule_name in ("ta", "apgar", "silverman"):
        parts = re.findall(r"\d+", value)
        if rule_name == "ta" and len(parts) == 1:
            return _unglued(parts[0])
        return "/".join(parts)
    if rule_name == "peso" and (said := re.match(r"(\d+)\s*k[a-z]*\s+(?:con\s+|y\s+)?(\d{3}|medio)", value)):
        return f"{said[1]}.{'5' if said[2] == 'medio' else said[2]}"
    if rule_name == "peso" and re.fullmatch(r"[1-9]\d{4,5}", value):
        return f"{value[:-3]}.{value[-3:]}"  # «peso 59,800»: kilos with a decimal comma
    if rule_name == "talla" and (said := re.match(r"(?:1|un)\s+m[a-z]*\s*(?:con\s+|y\s+)?(\d{2})", value)):
        return f"1.{said[1]}"
    return re.sub(r"[\s']+", ".", value)


def _unit(rule: Rule, match: re.Match[str], value: str) -> str:
    stated = match.groupdict().get("u")
    if rule.name in ("peso", "peso_al_nacer"):
        if stated and stated.startswith("g"):
            return "g"
        if not stated and _number(value) >= 500:
            return "g"
        return "kg"
    if rule.name == "talla":
        if stated:
            return "cm" if stated.startswith("c") else "m"
        return "m" if _number(value) < 3 else "cm"
    return rule.unit


def vitals(view: View) -> tuple[Vital, ...]:
    """Vital signs of the text, in order, with offsets into the text as given."""
    taken = Claims(len(view.norm))
    anchors: list[int] = []
    seen: set[str] = set()
    found: list[Vital] = []

    def note(name: str, value: str, unit: str, start: int, end: int) -> None:
        taken.take(start, end)
        insort(anchors, start)
        seen.add(name)
        found.append(Vital(name, value, unit, view.span(start, end)))

    def near(at: int) -> bool:
        i = bisect_left(anchors, at - _NEAR)
        return i < len(anchors) and anchors[i] <= at + _NEAR

    def claim(rule: Rule, match: re.Match[str]) -> None:
        start, end = match.span()
        if not taken.free(start, end):
            return
        value = _clean(rule.name, match["v"])
        number = _number(value)
        if _TARGET.search(view.norm[max(0, start - 30) : start] + view.norm[start:end].replace(match["v"], "")):
            return
        if (rule.low is not None and number < rule.low) or (rule.high is not None and number > rule.high):
            return
        corrected = _CORRECTED.match(view.norm, end)
        if corrected and ("/" in value) == bool(re.search("/|sobre", corrected["v"])):
            end, value = corrected.end(), _clean(rule.name, corrected["v"])
        note(rule.name, value, _unit(rule, match, value), start, end)
        if rule.name == "glucosa_capilar":
            while more := _SERIES.match(view.norm, end):
                end = more.end()
                note(rule.name, more["v"], rule.unit, *more.span("v"))

    for rule in RULES:
        for match in rule.pattern.finditer(view.norm):
            claim(rule, match)
    for row in _IN_A_ROW.finditer(view.norm):
        for name, unit in (("ta", "mmHg"), ("fc", "lpm"), ("fr", "rpm"), ("temperatura", "°C"), ("sato2", "%")):
            start, end = row.span(name)
            if start >= 0 and taken.free(start, end):
                note(name, _clean(name, row[name]), unit, start, end)
    for born in _NEWBORN.finditer(view.norm):
        for name, unit in (("peso", "g"), ("talla", "cm")):
            start, end = born.span(name)
            if start >= 0 and taken.free(start, end):
                note(name, born[name], unit, start, end)
    for pair in _WEIGHT_HEIGHT.finditer(view.norm):
        for name, unit in (("peso", "kg"), ("talla", "m" if "." in pair["talla"] else "cm")):
            start, end = pair.span(name)
            if taken.free(start, end) and name not in seen:
                note(name, pair[name], unit, start, end)
    for name, pattern, unit in (
        ("ta", _BARE_TA, "mmHg"),
        ("peso", _BARE_WEIGHT, "kg"),
        ("talla", _BARE_HEIGHT, "m"),
        ("temperatura", _BARE_TEMPERATURE, "°C"),
        ("sato2", _BARE_SATURATION, "%"),
    ):
        if name != "ta" and name in seen:
            continue
        for match in pattern.finditer(view.norm):
            if not near(match.start()) or _CHANGE.search(view.norm[max(0, match.start() - 40) : match.start()]):
                continue
            if name == "ta":
                high, low = (int(p) for p in re.findall(r"\d+", match["v"]))
                if not (70 <= high <= 260 and 30 <= low <= 160 and low < high):
                    continue
            claim(Rule(name, pattern, unit), match)
    for bare in _PULSE_AFTER_PRESSURE.finditer(view.norm):
        start, end = bare.span("v")
        if taken.free(start, end):
            note("fc", bare["v"], "lpm", start, end)
    if "peso" not in seen:
        for small in _NEWBORN_WEIGHT.finditer(view.norm):
            if near(small.start()):
                claim(Rule("peso", _NEWBORN_WEIGHT, "kg"), small)
    if "peso" not in seen and _NEWBORN_NOTE.search(view.norm):
        for small in _GRAMS.finditer(view.norm):
            if near(small.start()):
                claim(Rule("peso", _GRAMS, "g"), small)
    return tuple(sorted(found, key=lambda v: v.span))
