# ruff: noqa: E501  (long patterns and messages are kept on one line)
"""Vital signs and measurements, in any style: «TA 130/80», «ta130/80», «presión de 130 sobre 80», «FC78x'».

Figures: docs/figures/extraction.md. Values that cannot be true are extracted as written; judging them is the
subject of :mod:`copilot.extraction.plausibility`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.domain import Vital
from copilot.extraction.view import View

_PRE = r"(?<![a-z¤])(?:(?<!\d)|(?=(?:ta|fc|fr|t|temp|sat|spo2|so2|dxtx|peso|talla|imc)\s?[:=]?\d))"
"""No name within a word; after a digit only where signs are glued («ta130/80fc78fr18»)."""
_FILL = (
    r"(?:\s*(?:[:=~≈,.]|\b(?:de|del|en|a|al|es|fue|con|actual|hoy|basal|inicial|ingreso|egreso|llegada|control|"
    r"aprox|aproximad[oa](?:mente)?|media|promedio|sistemica|central|axilar|oral|rectal|corporal|digital|"
    r"paciente|referid[oa]|registrad[oa]|tomad[oa]|medid[oa]|reporta(?:d[oa])?|ahorita|ahora|previa|ultima?|"
    r"hasta|alrededor|cuantificad[oa]|acostad[oa]|decubito|ambos|brazos|parad[oa]|supino|domiciliaria|casa|brazo|derecho|izquierdo|sentad[oa]|pie|ayuno|ayunas|postprandial|preprandial|"
    r"neonatal|se|encuentra|mantiene|refiere|por|oximetria|o2|oxigeno)\b\.?|[-(>])){0,5}\s*"
)
_NUM = r"(?P<v>\d{1,4}(?:\.\d{1,3})?)"
_END = r"(?![\d])(?!\.\d)"
_PAIR = r"(?P<v>\d{2,3}\s*(?:/|-|\\|\bsobre\b|\bx\b|\bcon\b|\s)\s*\d{2,3})" + r"(?!\d)(?!\s?/\s?\d)"
_PAIR_STRICT = r"(?P<v>\d{2,3}\s*/\s*\d{2,3})" + r"(?!\d)(?!\s?/\s?\d)"
_PERMIN = r"(?:x\s?'|x\s?min(?:uto)?\.?|por\s+min(?:uto)?\.?|/\s?min\.?|')"


@dataclass(frozen=True)
class _Rule:
    """One way of writing a value; the first rule that claims a character keeps it."""

    name: str
    pattern: re.Pattern[str]
    unit: str
    low: float | None = None
    """Below this the match is taken for something else (not for an implausible value)."""
    high: float | None = None


def _rule(name: str, pattern: str, unit: str, low: float | None = None, high: float | None = None) -> _Rule:
    return _Rule(name, re.compile(pattern), unit, low, high)


_WEIGHT_UNIT = r"(?:\s*(?P<u>kg\.?s?|kilos?(?:gramos)?|kgrs?|gramos|grs?|g)\b\.?)"
_RULES: tuple[_Rule, ...] = (
    _rule(
        "ta",
        _PRE + r"(?:t\s?/\s?a|t\.\s?a\.?|ta|p\s?/\s?a|pa|tension(?:\s+arterial)?|"
        r"presion(?:\s+arterial)?|tensional(?:es)?|cifras(?:\s+tensionales)?)" + _FILL + _PAIR,
        "mmHg",
    ),
    _rule(
        "ta",
        _PRE + r"tas\s*[:=]?\s*(?P<v>\d{2,3}\s*(?:mm\s?hg)?\s*[,/y]?\s*tad\s*[:=]?\s*\d{2,3})(?!\d)",
        "mmHg",
    ),
    _rule(
        "ta",
        _PRE
        + r"(?:t\s?/\s?a|ta|tension(?:\s+arterial)?|presion(?:\s+arterial)?)"
        + _FILL
        + r"(?P<v>\d{2}\s?/\s?\d)(?![\d/])",
        "mmHg",
    ),
    _rule(
        "ta", _PRE + r"(?:t\s?/\s?a|ta)\s*[:=]?\s*(?P<v>(?:[89]\d|1\d\d|2[0-4]\d)(?:[3-9]0|1[0-3]0))(?![\d./-])", "mmHg"
    ),
    _rule("ta", r"(?<![\d/.])" + _PAIR + r"(?=\s*(?:mm\s?/?\s?de\s?)?(?:mm\s?)?hg\b)", "mmHg"),
    _rule(
        "ta",
        r"(?<![\d/.])(?P<v>(?:[7-9]\d|1\d\d|2[0-5]\d)\s+sobre\s+(?:[3-9]\d|1[0-5]\d))(?!\d)(?:\s*milimetros(?:\s+de\s+mercurio)?)?",
        "mmHg",
    ),
    _rule("pam", _PRE + r"(?:pam|tam|(?:presion|tension)(?:\s+arterial)?\s+media)" + _FILL + _NUM + _END, "mmHg"),
    _rule(
        "fcf",
        _PRE + r"(?:fcf|f\.c\.f\.?|frecuencia\s+cardiaca\s+fetal|foco\s+fetal|latido\s+fetal)" + _FILL + _NUM + _END,
        "lpm",
        40,
        260,
    ),
    _rule(
        "fc",
        _PRE + r"(?:f\.?\s?c\.?|frecuencia\s+cardiaca|frec\.?\s*card(?:iaca)?\.?|pulso|"
        r"taquicardi(?:a|c[oa])|bradicardi(?:a|c[oa]))" + _FILL + _NUM + _END,
        "lpm",
        10,
    ),
    _rule(
        "fr",
        _PRE + r"(?:f\.?\s?r\.?|frecuencia\s+respiratoria|frec\.?\s*resp(?:iratoria)?\.?|"
        r"respiraciones|resp\.?|taquipne(?:a|ic[oa]))"
        + _FILL
        + _NUM
        + _END
        + r"(?!\s*(?:ui|u/ml|lpm|latidos|%|mg|dias?|horas?))",
        "rpm",
        4,
    ),
    _rule("fc", r"(?<![\d/.])" + _NUM + r"\s*(?:lpm|latidos(?:\s+" + _PERMIN + r")?)\b", "lpm", 10),
    _rule(
        "fr", r"(?<![\d/.])" + _NUM + r"\s*(?:rpm|respiraciones(?:\s+" + _PERMIN + r")?|resp" + _PERMIN + r")", "rpm", 4
    ),
    _rule("fc", r"(?<![\d/.])(?P<v>\d{2,3})\s?x\s?'", "lpm", 35, 250),
    _rule(
        "fc",
        _PRE + r"frecuencia\s*[:=]?\s*(?:de\s+)?" + _NUM + _END + r"(?!\s*(?:veces|x\s?sem|resp|rpm|dias))",
        "lpm",
        40,
        250,
    ),
    _rule(
        "temperatura",
        _PRE
        + r"(?:temp\.?|temperatura|t°)"
        + _FILL
        + r"(?P<v>\d{2,3}(?:[.']\d{1,2}|\s\d(?=\s*(?:°|grados)|(?!\s*(?:\d|dias|horas|cruces))(?![\d./])))?)"
        + _END,
        "°C",
        20,
    ),
    _rule(
        "temperatura",
        _PRE
        + r"(?:t\.?)\s*[:=]?\s*(?:de\s+)?(?P<v>3\d(?:[.']\d{1,2}|\s\d(?=\s*(?:[,;\n]|$|°|grados|fc\b|fr\b|ta\b|sat|sp)))?|4[0-5](?:\.\d{1,2})?|\d\d[.']\d{1,2})"
        + _END
        + r"(?!\s*(?:mg|ml|a[nñ]os|semanas|cm|mm|%|sdg))",
        "°C",
        20,
    ),
    _rule(
        "temperatura",
        _PRE
        + r"(?:fiebre|febril|hipertermia|febricula|distermia|calentura)"
        + _FILL
        + r"(?P<v>3[5-9](?:\.\d{1,2})?|4[0-3](?:\.\d{1,2})?)"
        + _END
        + r"(?!\s*(?:dias?|hrs?|horas?|h\b|semanas?|anos?|/))",
        "°C",
    ),
    _rule(
        "temperatura",
        r"(?<![a-z])(?:picos?(?:\s+febril(?:es)?)?|trae|marco|termometro|llego\s+a|subio\s+a|hasta)\s+(?:de\s+|en\s+|con\s+|a\s+)?(?P<v>3[5-9]\.\d|4[01]\.\d)(?![\d%])",
        "°C",
    ),
    _rule(
        "temperatura",
        r"(?<![\d/.])(?P<v>(?:3[2-9]|4[0-4])(?:\.\d{1,2})?)\s*(?:°\s?c\b|grados\s+c(?:entigrados)?\b)",
        "°C",
    ),
    _rule("temperatura", r"(?<![\d/.])(?P<v>(?:3[2-9]|4[0-4])\.\d{1,2})\s*(?:°|grados\b)", "°C"),
    _rule(
        "sato2",
        _PRE + r"(?:sat(?:\.|uracion|urando|urometria|ura)?\s*(?:(?:de\s*|parcial\s+de\s+)?(?:o\s?2|oxigeno))?|"
        r"sp\s?[o0]\s?2|sa?t?\s?[o0]\s?2|oximetria(?:\s+de\s+pulso)?)" + _FILL + r"(?P<v>\d{2,3}(?:\.\d)?)" + _END,
        "%",
        20,
    ),
    _rule(
        "glucosa_capilar",
        _PRE
        + r"(?:dxtx?|dx\.t\.?x?|dextrostix|dextrostis|destrostix|destrostis|dextros?|destros?|destroxtis|glucometria|hgt|"
        r"(?:glucosa|glucemia|glicemia|gluc\.?|glu)\s+(?:cap(?:ilar)?\.?|(?:por|en|con|de)\s+(?:el\s+)?(?:glucometro|tira(?:\s+reactiva)?)|al\s+azar|digital)|"
        r"tira\s+reactiva|tirita|glucosas?\s+capilares|glucometrias|capilares(?=\s*:?\s*\d))" + _FILL + _NUM + _END,
        "mg/dL",
        5,
    ),
    _rule(
        "peso_al_nacer",
        _PRE + r"(?:peso|peso\s+de)\s+(?:al\s+nacer|al\s+nacimiento)" + _FILL + _NUM + _WEIGHT_UNIT + "?",
        "kg",
    ),
    _rule(
        "peso",
        r"(?<![\d/.+-])(?P<v>\d{1,3}\s*(?:kg|kgs|kilos?)\s+(?:(?:con|y)\s+)?(?:\d{3}\s*(?:g|gr|grs|gramos)?|medio))(?![\w/])",
        "kg",
    ),
    _rule(
        "talla",
        _PRE
        + r"(?:(?:mide|talla|estatura)\s*:?\s*(?:de\s+)?)?(?P<v>(?:1|un)\s+(?:metros?|mts?|m)\s*(?:con\s+|y\s+)?\d{2})(?:\s*(?:centimetros|cms?))?(?!\d)",
        "m",
    ),
    _rule(
        "peso",
        r"(?<!perdida de )(?<!baja de )(?<!bajo de )(?<!aumento de )(?<!ganancia de )(?<!disminucion de )"
        r"(?<!incremento de )(?<!perdido de )(?<!gano de )"
        + _PRE
        + r"(?:peso(?!\s+(?:ideal|seco|habitual|molecular|previo|anterior|fetal|meta))|pesa(?:ndo)?)"
        + _FILL
        + r"(?P<v>\d{1,5}(?:\.\d{1,3})?)"
        + _END
        + _WEIGHT_UNIT
        + r"?(?!\s*(?:mg|%|/|dias?|anos?|meses))",
        "kg",
    ),
    _rule(
        "perimetro_cefalico",
        _PRE
        + r"(?:pc|p\.c\.|perimetro\s+cefalico|circunferencia\s+cefalica)"
        + _FILL
        + r"(?P<v>\d{2}(?:\.\d{1,2})?)"
        + _END
        + r"(?:\s*cm)?",
        "cm",
        20,
        70,
    ),
    _rule(
        "perimetro_toracico",
        _PRE + r"(?:pt|perimetro\s+toracico)" + _FILL + r"(?P<v>\d{2}(?:\.\d{1,2})?)" + _END + r"(?:\s*cm)",
        "cm",
        20,
        70,
    ),
    _rule(
        "perimetro_abdominal",
        _PRE + r"(?:(?:perimetro|circunferencia)\s+(?:abdominal|de\s+(?:la\s+)?cintura)|"
        r"cintura)" + _FILL + r"(?P<v>\d{2,3}(?:\.\d{1,2})?)" + _END,
        "cm",
        25,
        250,
    ),
    _rule(
        "altura_uterina",
        _PRE
        + r"(?:altura\s+(?:de\s+fondo\s+)?uterin[ao]|fondo\s+uterino|afu|fu|au)"
        + _FILL
        + r"(?P<v>\d{1,2}(?:\.\d)?)"
        + _END
        + r"(?:\s*cm|(?=[\s,;.]))",
        "cm",
        8,
        45,
    ),
    _rule(
        "talla",
        _PRE
        + r"(?:talla|estatura|altura(?!\s+(?:de\s+fondo\s+)?uterin))"
        + _FILL
        + r"(?P<v>\d{1,3}(?:\.\d{1,3})?(?:\s\d{2}(?=\s*(?:m|mts|metros)\b))?)"
        + _END
        + r"(?:\s*(?P<u>cms?|m|mts?|metros?|centimetros)\b\.?)?",
        "m",
    ),
    _rule(
        "talla",
        _PRE
        + r"(?:mide|midiendo)\s+(?P<v>1\.\d{1,2}|2\.[0-2]\d?|1\s\d{2}|1[0-9]{2}(?=\s*c))"
        + _END
        + r"(?:\s*(?P<u>cms?|m|mts?|metros?|centimetros)\b\.?)?",
        "m",
    ),
    _rule("imc", _PRE + r"(?:imc|i\.m\.c\.?|indice\s+de\s+masa\s+corporal|bmi)" + _FILL + _NUM + _END, "kg/m²", 5),
    _rule("apgar", _PRE + r"apgar" + _FILL + r"(?P<v>\d{1,2}\s*(?:[/-]|\sy\s|,)\s*\d{1,2})(?!\d)", ""),
    _rule(
        "silverman", _PRE + r"silverman(?:[\s-]+anderson)?" + _FILL + r"(?P<v>\d{1,2}(?:\s*[/-]\s*\d{1,2})?)" + _END, ""
    ),
    _rule(
        "glasgow",
        _PRE
        + r"(?:glasgow|gla?s\w{2,4}w|glasgo|glasco|gw|scg|gcs|(?:ecg)(?=\s*(?:de\s+)?(?:1[0-5]|[3-9])\b(?!\s*(?:deriv|lat|lpm|mm))))"
        + _FILL
        + r"(?P<v>\d{1,2})"
        + _END
        + r"(?:\s*/\s*15)?",
        "puntos",
        1,
    ),
    _rule(
        "eva",
        _PRE
        + r"(?:eva|ena|escala\s+(?:visual|verbal|numerica)\s+(?:analoga|analogica|del?\s+dolor))"
        + _FILL
        + r"(?P<v>\d{1,2})"
        + _END
        + r"(?:\s*(?:/|de)\s*10)?",
        "/10",
        0,
        10,
    ),
    _rule(
        "eva",
        _PRE + r"dolor(?:\s+(?:de|en))?\s+(?:intensidad\s+)?(?:[a-z]+\s+){0,3}?(?P<v>\d{1,2})\s*(?:/|de)\s*10\b",
        "/10",
        0,
        10,
    ),
)

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


def _unit(rule: _Rule, match: re.Match[str], value: str) -> str:
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
    taken: list[tuple[int, int]] = []
    found: list[Vital] = []

    def claim(rule: _Rule, match: re.Match[str]) -> None:
        start, end = match.span()
        if any(start < e and s < end for s, e in taken):
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
        taken.append((start, end))
        found.append(Vital(rule.name, value, _unit(rule, match, value), view.span(start, end)))
        if rule.name == "glucosa_capilar":
            while more := _SERIES.match(view.norm, end):
                end = more.end()
                taken.append(more.span())
                found.append(Vital(rule.name, more["v"], rule.unit, view.span(*more.span("v"))))

    for rule in _RULES:
        for match in rule.pattern.finditer(view.norm):
            claim(rule, match)
    for row in _IN_A_ROW.finditer(view.norm):
        for name, unit in (("ta", "mmHg"), ("fc", "lpm"), ("fr", "rpm"), ("temperatura", "°C"), ("sato2", "%")):
            start, end = row.span(name)
            if start >= 0 and not any(start < e and s < end for s, e in taken):
                taken.append((start, end))
                found.append(Vital(name, _clean(name, row[name]), unit, view.span(start, end)))
    for born in _NEWBORN.finditer(view.norm):
        for name, unit in (("peso", "g"), ("talla", "cm")):
            start, end = born.span(name)
            if start >= 0 and not any(start < e and s < end for s, e in taken):
                taken.append((start, end))
                found.append(Vital(name, born[name], unit, view.span(start, end)))
    for pair in _WEIGHT_HEIGHT.finditer(view.norm):
        for name, unit in (("peso", "kg"), ("talla", "m" if "." in pair["talla"] else "cm")):
            start, end = pair.span(name)
            if not any(start < e and s < end for s, e in taken) and not any(v.name == name for v in found):
                taken.append((start, end))
                found.append(Vital(name, pair[name], unit, view.span(start, end)))
    anchors = [a for a, _ in taken]
    for name, pattern, unit in (
        ("ta", _BARE_TA, "mmHg"),
        ("peso", _BARE_WEIGHT, "kg"),
        ("talla", _BARE_HEIGHT, "m"),
        ("temperatura", _BARE_TEMPERATURE, "°C"),
        ("sato2", _BARE_SATURATION, "%"),
    ):
        if name != "ta" and any(v.name == name for v in found):
            continue
        for match in pattern.finditer(view.norm):
            if not any(abs(match.start() - a) <= _NEAR for a in anchors) or _CHANGE.search(
                view.norm[: match.start()][-40:]
            ):
                continue
            if name == "ta":
                high, low = (int(p) for p in re.findall(r"\d+", match["v"]))
                if not (70 <= high <= 260 and 30 <= low <= 160 and low < high):
                    continue
            claim(_Rule(name, pattern, unit), match)
    for bare in _PULSE_AFTER_PRESSURE.finditer(view.norm):
        start, end = bare.span("v")
        if not any(start < e and s < end for s, e in taken):
            taken.append((start, end))
            found.append(Vital("fc", bare["v"], "lpm", view.span(start, end)))
    if not any(v.name == "peso" for v in found):
        for small in _NEWBORN_WEIGHT.finditer(view.norm):
            if any(abs(small.start() - a) <= _NEAR for a in anchors):
                claim(_Rule("peso", _NEWBORN_WEIGHT, "kg"), small)
    return tuple(sorted(found, key=lambda v: v.span))
