# ruff: noqa: E501, SIM102, RUF007  (long patterns are kept on one line)
"""Numbers with their units, brought to one scale: masses, times, frequencies, pressures, dates, obstetric formulas.

A quantity keeps the value as written (``raw``) and, where the unit belongs to a family, its canonical value
(mg, ml, hours, times per day, cm), so that 0.5 g equals 500 mg and «cada 12 horas» equals «BID».
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_UNITS: dict[str, tuple[str, float]] = {}


def _family(dim: str, **members: float) -> None:
    for name, factor in members.items():
        _UNITS[name] = (dim, factor)


_family("mass", mg=1, mgs=1, miligramos=1, miligramo=1, g=1000, gr=1000, grs=1000, gramos=1000, gramo=1000)
_family("mass", mcg=0.001, ug=0.001, microgramos=0.001, kg=1e6, kgs=1e6, kilos=1e6, kilogramos=1e6, kilo=1e6)
_family("volume", ml=1, mls=1, mililitros=1, cc=1, l=1000, lt=1000, lts=1000, litros=1000, litro=1000)
_family("iu", ui=1, u=1, unidades=1, unidad=1)
_family("length", cm=1, cms=1, centimetros=1, centimetro=1, mm=0.1, milimetros=0.1, m=100, mts=100, metros=100)
_family("time", segundos=1 / 3600, segundo=1 / 3600, seg=1 / 3600, segs=1 / 3600)
_family("time", minutos=1 / 60, minuto=1 / 60, min=1 / 60, mins=1 / 60, h=1, hr=1, hrs=1, hora=1, horas=1)
_family("time", d=24, dia=24, dias=24, sem=168, semana=168, semanas=168, sems=168, mes=730.5, meses=730.5)
_family("time", a=8766, ano=8766, anos=8766, trienio=3 * 8766)
_family("sdg", sdg=1)
_family("temp", **{"°c": 1, "°": 1, "grados": 1, "c": 1})
_family("mmhg", mmhg=1)
_family("percent", **{"%": 1})
_family("rate", lpm=1, rpm=1, **{"x'": 1})
_family("meq", meq=1, mmol=1, miliequivalentes=1)
_family("tablet", tab=1, tabs=1, tableta=1, tabletas=1, pastilla=1, pastillas=1, comprimido=1, comprimidos=1)
_family("tablet", caps=1, capsula=1, capsulas=1)
_family("drop", gota=1, gotas=1, gts=1)
_family("puff", disparo=1, disparos=1, inhalaciones=1, inhalacion=1, puffs=1, disp=1)

WORDS = {
    "un": 1, "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
    "nueve": 9, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciseis": 16,
    "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20, "veintiun": 21, "veintiuno": 21,
    "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26, "veintisiete": 27,
    "veintiocho": 28, "veintinueve": 29, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60,
    "setenta": 70, "ochenta": 80, "noventa": 90, "cien": 100, "ciento": 100, "doscientos": 200, "doscientas": 200,
    "trescientos": 300, "trescientas": 300, "cuatrocientos": 400, "cuatrocientas": 400, "quinientos": 500,
    "quinientas": 500, "seiscientos": 600, "seiscientas": 600, "setecientos": 700, "setecientas": 700,
    "ochocientos": 800, "ochocientas": 800, "novecientos": 900, "novecientas": 900, "media": 0.5, "medio": 0.5,
}  # fmt: skip
_MONTHS = "ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic"
_NUMWORD = "|".join(sorted(WORDS, key=len, reverse=True))
NUM = rf"(?:\d+(?:[.,]\d+)*|\b(?:mil\s+)?(?:{_NUMWORD})(?:\s+(?:y|punto|con|coma)\s+(?:{_NUMWORD})\b|\s+(?:mil\s+)?(?:{_NUMWORD})\b|\s+mil\b)*\b)"
_TIME = r"(?:segundos?|segs?|minutos?|mins?|hrs?|horas?|h|dias?|d|semanas?|sems?|meses|mes|anos?|a)\b"
_UNIT = (
    r"(?:(?:mg|g|mcg|ug|ui|mu|u|meq|mmol|ng|pg|ml|mui|miu|k|cel|celulas)\s?/\s?(?:dl|l|ml|kg|mm3|min|h|hr|hora|campo|m2|dia|24\s?h)"
    r"(?:\s?/\s?(?:dia|do|min|h|hr|dosis))?|mm\s?hg|mm\s?de\s?hg|milimetros de mercurio|kg/m2|x10\^?\d|"
    r"latidos(?:\s+por\s+minuto)?|respiraciones(?:\s+por\s+minuto)?|por\s+minuto|x\s?min(?:uto)?\b|x\s?'|"
    r"lpm|rpm|°\s?c|°|grados(?:\s+(?:celsius|centigrados))?|%|por\s+ciento|sdg|semanas de gestacion|sem de gestacion|"
    r"miligramos?|mgs?|microgramos?|mcg|ug|gramos?|grs?|g|kilogramos?|kilos?|kgs?|mililitros?|mls?|cc|litros?|lts?|l|"
    r"unidades(?:\s+internacionales)?|ui|u|centimetros?|cms?|milimetros?|mm|mts|metros|m|meq|mmol|miliequivalentes|"
    r"tabletas?|tabs?|pastillas?|comprimidos?|capsulas?|caps|gotas?|gts|disparos?|disp|puffs|inhalacion(?:es)?|"
    r"segundos?|segs?|minutos?|mins?|hrs?|horas?|h|dias?|semanas?|sems?|meses|mes|anos?)(?![a-z])"
)


@dataclass
class Quantity:
    """One number of the text. ``canon`` is in the scale of ``dim``; ``raw`` holds the values as written."""

    start: int
    end: int
    raw: tuple[float, ...]
    dim: str
    canon: float
    unit: str = ""
    role: str = ""
    """"" or, for times, ``ago``, ``for``, ``future``, ``age``; for bare counts their noun (gestas…)."""
    label: str = ""
    also: tuple[float, ...] = field(default=())
    """Other readings of the value, in the same scale."""
    bound: str = ""
    """``<`` ``<=`` ``>`` ``>=`` where the text only bounds the value («TFG <60», «mayor de 60»)."""


def number(text: str) -> float:
    """Value of digits («1,500», «12,5», «0.5») or of a Spanish number word («treinta y dos»)."""
    text = text.strip()
    if text[:1].isdigit():
        if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
            return float(text.replace(",", ""))
        if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", text):
            return float(text.replace(".", ""))
        parts = re.split(r"[.,]", text)
        return float(parts[0] + ("." + "".join(parts[1:]) if len(parts) > 1 else ""))
    return readings(text)[0]


def _spoken(parts: list[str]) -> tuple[float, list[str]]:
    """Longest number at the head of the words, and the words left: «ciento cuarenta noventa» is 140, then 90."""
    total = current = 0.0
    scale = 1e9
    while parts:
        word = parts[0]
        if word == "mil":
            total += (current or 1) * 1000
            current, scale = 0.0, 1000
        elif word == "y" and len(parts) > 1 and WORDS.get(parts[1], 99) < 10 <= scale:
            parts = parts[1:]
            continue
        else:
            value = WORDS.get(word, 0)
            size = 100 if value >= 100 else 10 if value >= 20 and value % 10 == 0 else 1
            if current and size >= scale:
                break
            current += value
            scale = size if size > 1 else 1
        parts = parts[1:]
    return total + current, parts


def readings(text: str) -> tuple[float, ...]:
    """Values of spoken number words; dictation runs several together: «dos novecientos» may be 2,900 or 2.9."""
    groups: list[float] = []
    decimal = False
    for piece in re.split(r"\s+(?:punto|coma|con)\s+", text.strip()):
        decimal = decimal or bool(groups)
        parts = piece.split()
        while parts:
            value, rest = _spoken(parts)
            groups.append(value)
            parts = rest[1:] if rest and rest[0] == "y" else rest
            if len(groups) > 4:
                break
    if not groups:
        return (0.0,)
    out = [groups[0]]
    if len(groups) >= 2:
        a, b = groups[0], groups[1]
        digits = len(f"{b:.0f}")
        if decimal or (a == int(a) and b < 100):
            out.append(a + b / 10**digits)
        out.append(a * 1000 + b if b >= 100 else a * 100 + b)
        out += groups[1:]
        if decimal:
            out = out[1:] + out[:1]
    return tuple(out)


def _times(match: re.Match[str]) -> float:
    return number(match["n"]) if match["n"] else 1.0


_PER = {"dia": 1.0, "semana": 1 / 7, "sem": 1 / 7, "mes": 1 / 30.44, "ano": 1 / 365.25, "d": 1.0}
_FREQUENCY: list[tuple[re.Pattern[str], str]] = [
    (re.compile(rf"\b(?:c\s?/\s?|cada\s+|q)\s?(?P<n>{NUM})?\s?(?:-\s?\d+\s?)?(?P<u>{_TIME})"), "every"),
    (re.compile(r"\bc\s?/\s?(?P<n>4|6|8|12|24|48|72)(?![\d/])(?P<u>)"), "every"),
    (re.compile(rf"(?P<n>{NUM})\s*(?:veces|vez|tomas|aplicaciones|dosis)\s*(?:al|por|a la|en el|/|cada)\s*(?P<u>dia|semana|sem|mes|ano|d)\b"), "per"),
    (re.compile(r"\b(?P<n>dos|tres)\s+veces\s+(?P<u>semana)l\b"), "per"),
    (re.compile(rf"\b(?P<n>{NUM})\s?x\s?(?P<u>dia|semana|sem|mes)\b"), "per"),
    (re.compile(r"\b(?P<f>qd|od(?=\s*(?:$|[,.;]))|bid|tid|qid|b\.i\.d\.?|t\.i\.d\.?)(?![a-z])"), "latin"),
    (re.compile(r"\b(?:en\s+)?(?P<f>ayunas|mañana|manana|noche|noches|nocturn[oa]s?|diari[oa]s?|diariamente|al dia|por dia|por las noches|por la noche|por las mananas|por la manana|antes de dormir|al acostarse|semanal(?:es|mente)?|a la semana|por semana|mensual(?:es|mente)?|al mes|quincenal|anual(?:es|mente)?|al ano|bimestral|trimestral|semestral|dosis unica)\b"), "word"),
    (re.compile(r"(?<=[\w)])\s?/\s?(?P<f>dia|semana|sem)\b"), "word"),
]  # fmt: skip
_WORD_RATE = {"semanal": 1 / 7, "a la semana": 1 / 7, "por semana": 1 / 7, "sem": 1 / 7, "semana": 1 / 7,
              "mensual": 1 / 30.44, "al mes": 1 / 30.44, "quincenal": 1 / 15, "anual": 1 / 365.25, "al ano": 1 / 365.25,
              "bimestral": 1 / 61, "trimestral": 1 / 91.3, "semestral": 1 / 182.6, "dosis unica": 0.0,
              "bid": 2.0, "b.i.d": 2.0, "tid": 3.0, "t.i.d": 3.0, "qid": 4.0}  # fmt: skip
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
_RELATIVE = {"anteayer": 48, "antier": 48, "antes de ayer": 48, "ayer": 24, "anoche": 18, "hoy": 0, "esta manana": 6}
_GYN = re.compile(r"\bg\s?(?P<g>\d{1,2}|[iv]{1,3})\b[\s,:]*(?=(?:[pca]\s?(?:\d|[iv]))|$|[\s.,])|\b(?P<k>[gpca])\s?(?P<v>\d{1,2}|[iv]{1,3})(?=[pca\s,.:;)]|$)")
_GYN_RUN = re.compile(r"\bg\s?:?\s?(?:\d{1,2}|[iv]{1,3})[\s,]*(?:[pca]\s?:?\s?(?:\d{1,2}|[iv]{1,3})[\s,]*)+(?![a-z])")
_GYN_PART = re.compile(r"([gpca])\s?:?\s?(\d{1,2}|[iv]{1,3})")
_GYN_NAME = {"g": "gestas", "p": "partos", "c": "cesareas", "a": "abortos"}
_PRESSURE = re.compile(r"\b(\d{2,3})\s?(?:/|sobre|-(?=\d{2,3}\s?mm))\s?(\d{2,3})\b(?!\s?/)(?:\s?mm\s?(?:de\s)?hg|\s?milimetros de mercurio)?")
_DATE = re.compile(rf"\b(\d{{1,2}})\s?[-/.]\s?(\d{{1,2}}|(?:{_MONTHS})[a-z]*)\s?[-/.]\s?(\d{{2,4}})\b|\b(\d{{1,2}})\s+de\s+((?:{_MONTHS})[a-z]*)(?:\s+(?:de|del)\s+(\d{{4}}))?\b|\b((?:19|20)\d{{2}})\b")
_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})(?:\s?(?:hrs?|h|horas|am|pm))?\b")
_TIMES_RE = re.compile(
    rf"(?P<pre>\b(?:desde hace|hace|desde|por|durante|x|en|dentro de|de|a las|a los|tras|los ultimos|las ultimas)\s*)?"
    rf"(?P<n>{NUM})\s*(?P<n2>(?:-|a|o)\s*{NUM}\s*)?(?P<u>{_TIME})(?P<post>\s+(?:antes|previ[oa]s?|despues|atras|de edad|de evolucion))?"
)
_GENERIC = re.compile(rf"(?P<n>{NUM})(?P<mil>\s*(?:mil|millones)\b)?\s*(?P<u>{_UNIT})?")
_STAGE = re.compile(r"\b(?:grado|estadio|clase|tipo|nyha|killip|wagner|fase|etapa|kd|kdigo|birads|bi-rads|asa|g|rass|child|fitzpatrick|forrester|clasificacion|mallampati|hinchey|ecog)\s+(?:funcional\s+)?(i{1,3}|iv|vi?)\b")
_CROSS = re.compile(r"(?<![(+])(\++)(?!\d)(?:\s?/\s?\+*)?|\b(una|dos|tres|cuatro|[1-4])\s+cruces\b|\b([1-4])\s?\+(?=[\s,.;]|$)")


def _claim(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    if any(start < e and s < end for s, e in spans):
        return False
    spans.append((start, end))
    return True


def _frequencies(text: str, used: list[tuple[int, int]]) -> list[Quantity]:
    found = []
    raw: tuple[float, ...]
    for pattern, kind in _FREQUENCY:
        for m in pattern.finditer(text):
            if kind == "every":
                hours = _times(m) * (_UNITS[m["u"]][1] if m["u"] else 1.0)
                value, raw = 24 / hours if hours else 1.0, (_times(m),)
            elif kind == "per":
                value, raw = _times(m) * _PER[m["u"]], (_times(m),)
            else:
                word = m["f"].rstrip(".")
                key = next((k for k in _WORD_RATE if word.startswith(k)), "")
                value, raw = _WORD_RATE.get(key, 1.0), ()
                if re.fullmatch(r"noches?|manana|mañana", word):
                    continue
            if _claim(used, m.start(), m.end()):
                found.append(Quantity(m.start(), m.end(), raw, "freq", value, role=kind))
    return found


def _times_found(text: str, used: list[tuple[int, int]]) -> list[Quantity]:
    found = []
    for m in _TIMES_RE.finditer(text):
        unit = m["u"]
        if unit in ("a", "d") and not re.match(r"\d", m["n"]):
            continue
        if unit == "a" and re.match(r"\s+\d", text[m.end() :]):
            continue  # a range: «3 a 5»
        if unit == "d" and m.end() < len(text) and text[m.end()] in "ex":
            continue
        pre, post = (m["pre"] or "").strip(), (m["post"] or "").strip()
        role = ""
        if pre in ("hace", "desde hace", "desde") or post in ("antes", "previo", "previa", "previos", "previas", "atras"):
            role = "ago"
        elif pre in ("dentro de", "en"):
            role = "future"
        elif post == "de edad":
            role = "age"
        elif pre in ("por", "durante", "x"):
            role = "for"
        start = m.start("n")
        if not _claim(used, start, m.end("u")):
            continue
        dim, factor = _UNITS[unit]
        values = [number(m["n"])] + ([number(re.sub(r"^(?:-|a|o)\s*", "", m["n2"].strip()))] if m["n2"] else [])
        also = tuple(v * factor for v in values)
        found.append(Quantity(start, m.end("u"), tuple(values), dim, values[0] * factor, unit, role, also=also))
    for word, hours in _RELATIVE.items():
        for m in re.finditer(rf"\b{word}\b", text):
            if _claim(used, m.start(), m.end()):
                found.append(Quantity(m.start(), m.end(), (), "time", float(hours), "h", "ago"))
    return found


def _unit_of(unit: str) -> tuple[str, float]:
    flat = re.sub(r"\s+", " ", unit.strip())
    if "/" in flat and flat != "kg/m2":
        return "rate:" + flat.replace(" ", ""), 1.0
    if re.match(r"mm\s?(?:de )?hg|milimetros de", flat):
        return "mmhg", 1.0
    if re.match(r"latidos|respiraciones|lpm|rpm|por minuto|x", flat):
        return "rate", 1.0
    if re.match(r"°|grados", flat):
        return "temp", 1.0
    if flat in ("%", "por ciento"):
        return "percent", 1.0
    if flat.startswith(("semanas de g", "sem de g", "sdg")):
        return "sdg", 1.0
    if flat.startswith("unidades"):
        return "iu", 1.0
    if flat == "inhalacion":
        return "puff", 1.0
    return _UNITS.get(flat, ("other:" + flat, 1.0))


def _other_readings(text: str) -> tuple[float, ...]:
    return () if text[:1].isdigit() else readings(text)[1:]


def quantities(folded: str) -> list[Quantity]:
    """Every number of a folded text with its unit, in order of appearance."""
    used: list[tuple[int, int]] = []
    found: list[Quantity] = []
    for run in _GYN_RUN.finditer(folded):
        if _claim(used, run.start(), run.end()):
            for part in _GYN_PART.finditer(run[0]):
                value = _ROMAN.get(part[2]) or number(part[2])
                s = run.start() + part.start()
                found.append(Quantity(s, run.start() + part.end(), (float(value),), "", float(value), label=_GYN_NAME[part[1]]))
    for m in _CLOCK.finditer(folded):
        if _claim(used, m.start(), m.end()):
            found.append(Quantity(m.start(), m.end(), (), "clock", int(m[1]) + int(m[2]) / 60))
    for m in _DATE.finditer(folded):
        if _claim(used, m.start(), m.end()):
            parts = tuple(p for p in m.groups() if p)
            key = re.sub(r"[a-z]+", lambda x: str(_MONTHS.split("|").index(x[0][:3]) + 1), " ".join(parts))
            raw = tuple(float(x) % 2000 if float(x) > 1000 and len(parts) > 1 else float(x) for x in key.split())
            found.append(Quantity(m.start(), m.end(), raw, "date", sum(v * 100**i for i, v in enumerate(raw))))
    for m in re.finditer(r"\b(\d{1,2})\s?(?:/|de|sobre)\s?10\b(?!\s?[/\d])", folded):
        if float(m[1]) <= 10 and ("/" in m[0] or "sobre" in m[0]) and _claim(used, m.start(), m.end()):
            found.append(Quantity(m.start(), m.end(), (float(m[1]),), "", float(m[1])))
    for m in re.finditer(rf"\b(?:en|hace|a los|x|por|cada|durante|dentro de)\s+(?P<n>{NUM})\s?m\b(?!\s?[ld])", folded):
        if _claim(used, m.start("n"), m.end()):
            role = "ago" if m[0].startswith("hace") else "future" if m[0].startswith(("en", "dentro")) else ""
            value = number(m["n"])
            found.append(Quantity(m.start("n"), m.end(), (value,), "time", value * 730.5, "m", role))
    for m in _PRESSURE.finditer(folded):
        if float(m[1]) >= float(m[2]) or "mm" in m[0] or int(m[1]) == 20:
            if _claim(used, m.start(), m.end()):
                found.append(Quantity(m.start(), m.end(), (float(m[1]), float(m[2])), "pair", float(m[1]) * 1000 + float(m[2])))
    found += _frequencies(folded, used)
    for m in re.finditer(rf"(?P<n>{NUM})\s*(?:semanas de gestacion|sem de gestacion|sdg)", folded):
        if _claim(used, m.start(), m.end()):
            found.append(Quantity(m.start(), m.end(), (number(m["n"]),), "sdg", number(m["n"])))
    found += _times_found(folded, used)
    for m in _STAGE.finditer(folded):
        if _claim(used, m.start(1), m.end(1)):
            found.append(Quantity(m.start(1), m.end(1), (float(_ROMAN[m[1]]),), "", float(_ROMAN[m[1]])))
    for m in _CROSS.finditer(folded):
        if m[1] and folded[max(0, m.start() - 1) : m.start()] == "(":
            continue
        count = len(m[1]) if m[1] else number(m[2] or m[3])
        if _claim(used, m.start(), m.end()):
            found.append(Quantity(m.start(), m.end(), (float(count),), "cross", float(count)))
    for m in _GENERIC.finditer(folded):
        if not m["n"][:1].isdigit() and (not m["u"] and m["n"] in ("un", "una", "uno", "media", "medio")):
            continue
        if m["n"][:1].isdigit() and m.start() and folded[m.start() - 1].isalpha() and not m["u"]:
            if not re.search(r"(?:^|[^a-z])(?:fc|fr|ta|t|hb|glu|sat|peso|talla|x|na|k|cr|eva)$", folded[: m.start()]):
                continue  # part of a name: «o2», «b12», «t4»
        if not _claim(used, m.start(), m.end()):
            continue
        value = number(m["n"])
        if m["mil"]:
            value *= 1000 if "mil" in m["mil"] and "millon" not in m["mil"] else 1e6
        if m["u"]:
            dim, factor = _unit_of(m["u"])
            q = Quantity(m.start(), m.end(), (value,), dim, value * factor, m["u"].strip())
            q.also = tuple(v * factor for v in _other_readings(m["n"]))
        else:
            q = Quantity(m.start(), m.end(), (value,), "", value)
        q.raw += _other_readings(m["n"])
        found.append(q)
    found.sort(key=lambda q: q.start)
    _before_and_now(folded, found)
    return found


_PREVIOUS = re.compile(r"\b(?:antes|previ[oa]s?|previamente|anterior(?:mente)?|inicial(?:mente)?|era|basal|habitual|usual|al ingreso|bajaron de|bajo de|subio de|disminuy\w+ de|aument\w+ de|paso de|descendi\w+ de)\s*(?:de|era|en|fue)?\s*$")


def _before_and_now(folded: str, found: list[Quantity]) -> None:
    """Marks «tsh 3.2 antes 11» and «de 17 a 12»: which value was before, which holds now."""
    for left, right in zip(found, found[1:], strict=False):
        between = folded[left.end : right.start]
        if len(between) > 40 or left.role or right.role or left.dim in ("time", "freq", "date"):
            continue
        if re.fullmatch(r"\s*(?:a|→|->|hasta|y)\s*(?:los\s*)?", between) and re.search(r"\bde\s*$", folded[max(0, left.start - 4) : left.start]):
            left.role, right.role = "prev", "now"
        elif _PREVIOUS.search(folded[max(0, right.start - 24) : right.start]) and "." not in between.strip(" ."):
            left.role, right.role = "now", "prev"
        elif re.search(r"→|->", between):
            left.role, right.role = "prev", "now"


def same_value(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities state the same amount; a missing unit matches any."""
    if a.dim == b.dim and a.dim not in ("", "pair", "date"):
        tolerance = 0.05 if a.dim in ("time", "freq") else 0.006
        if a.dim == "time" and a.unit[:1] != b.unit[:1] and min(abs(a.canon), abs(b.canon)) > 100:
            tolerance = 0.12  # «15 días» and «dos semanas», «ocho semanas» and «dos meses»
        readings = [(x, y) for x in (a.canon, *a.also) for y in (b.canon, *b.also)]
        return any(abs(x - y) <= tolerance * max(abs(x), abs(y), 1e-9) for x, y in readings)
    if a.dim == "date" and b.dim == "date":
        short, long = sorted((a.raw, b.raw), key=len)
        return set(short) <= set(long)
    if {a.dim, b.dim} == {"time", "length"} and "m" in (a.unit, b.unit):
        # «14 m» is meters or months: the other one says which
        other = b.unit if a.unit == "m" else a.unit
        return bool(a.raw and b.raw) and a.raw[0] == b.raw[0] and other.startswith("m")
    if {a.dim, b.dim} == {"time", "sdg"}:
        return bool(a.raw and b.raw and a.raw[0] == b.raw[0])
    if a.dim == "pair" or b.dim == "pair":
        if len(a.raw) != len(b.raw) and set(a.raw) & set(b.raw) and max(len(a.raw), len(b.raw)) > 2:
            return True
        return a.raw == b.raw or (a.dim != b.dim and bool(set(a.raw) & set(b.raw)) and len(a.raw) != len(b.raw))
    if not a.dim or not b.dim or a.dim == "cross" or b.dim == "cross":
        return bool(a.raw and b.raw) and any(abs(x - y) < 1e-6 for x in a.raw for y in b.raw)
    left, right = _numerator(a.dim), _numerator(b.dim)
    left = a.unit if left == "mass" and ":" in b.dim else left
    right = b.unit if right == "mass" and ":" in a.dim else right
    if not any(abs(x - y) < 1e-6 for x in a.raw for y in b.raw):
        return False
    return _UNITS.get(left, (left, 1.0)) == _UNITS.get(right, (right, 1.0))


_BOUND = re.compile(r"\b(menos|antes|mas|despues|pasad[oa]s|casi|cerca|alrededor|aproximadamente|unos|unas|apenas|poco|algo)\b[a-z ]{0,14}$")


def within(folded: str, q: Quantity, r: Quantity) -> bool:
    """Whether «menos de una hora», «antes de los cincuenta» or «casi un mes» is true of another amount."""
    said = _BOUND.search(folded[max(0, q.start - 30) : q.start])
    if (said is None and not q.bound) or not q.raw or (q.dim != r.dim and q.dim and r.dim):
        return False
    a, b = (q.canon, r.canon) if q.dim == r.dim else (q.raw[0], r.raw[0] if r.raw else r.canon)
    if q.bound:
        return 0.25 * a <= b < a if q.bound[0] == "<" else a < b <= 2.5 * a
    if said is None:
        return False
    word = said[1]
    if word in ("menos", "antes", "apenas") and 0.25 * a <= b < a:
        return True
    if (word in ("mas", "despues") or word.startswith("pasad")) and a < b <= 2.5 * a:
        return True
    return word not in ("antes", "despues", "mas") and abs(a - b) <= 0.2 * max(a, b)


def _numerator(dim: str) -> str:
    """Unit above the bar: «mg/kg» and «mg» agree, «mg/kg» and «g/kg» don't."""
    if ":" not in dim:
        return dim
    name = dim.split(":", 1)[1].split("/")[0].replace("ug", "mcg")
    return name


def unit_clash(a: Quantity, b: Quantity) -> bool:
    """Same figure, another unit: 500 mg against 500 g, 3 días against 3 semanas."""
    if {a.dim, b.dim} == {"time", "freq"}:
        return False
    if {"time"} < {a.dim, b.dim} and {a.unit, b.unit} & _LETTERS:
        return False  # «38 M», «60 MM», «42 L» in a note name a person's sex or a bed as often as a unit
    return bool(a.raw) and a.raw == b.raw and bool(a.dim) and bool(b.dim) and not same_value(a, b)


_LETTERS = frozenset(["m", "mm", "l", "c", "g", "u", "h", "a"])
