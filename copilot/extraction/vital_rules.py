# ruff: noqa: E501  (long patterns are kept on one line)
"""The ways of writing a vital sign with its name («TA 130/80», «ta130/80», «presión de 130 sobre 80»), in order of precedence."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
class Rule:
    """One way of writing a value; the first rule that claims a character keeps it."""

    name: str
    pattern: re.Pattern[str]
    unit: str
    low: float | None = None
    """Below this the match is taken for something else (not for an implausible value)."""
    high: float | None = None


def _rule(name: str, pattern: str, unit: str, low: float | None = None, high: float | None = None) -> Rule:
    return Rule(name, re.compile(pattern), unit, low, high)


_WEIGHT_UNIT = r"(?:\s*(?P<u>kg\.?s?|kilos?(?:gramos)?|kgrs?|gramos|grs?|g)\b\.?)"
RULES: tuple[Rule, ...] = (
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
