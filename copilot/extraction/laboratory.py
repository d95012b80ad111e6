"""Laboratory values: «Hb 12.3 leu 9.8 plaq 245 mil», «TGO/TGP 35/40», «nitritos positivos»."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from copilot.domain import LabValue, Span, Vital
from copilot.extraction.urine import in_zone, qualitative, urine_and_fluids
from copilot.extraction.view import Claims, View

_DATA = Path(__file__).parent / "data" / "laboratory.csv"
_FILL = (
    r"(?:\s*(?:[:=~≈<>≥≤,]|\.(?!\d)|\b(?:de|del|en|es|fue|con|a|al|actual|hoy|ingreso|egreso|previa|inicial|control|serica|serico|"
    r"central|ayuno|ayunas|basal|reporta|resultado|total|venosa|arterial|aprox|hasta|plasmatica|ultima|del\s+dia|"
    r"bajaron|bajo|subieron|subio|llego|salio|salieron|paso|pasaron|quedo|esta|tuvo|trae|se\s+reporta|mantiene|leve|severa|grave|moderada|importante)\b|"
    r"\((?=\s*[\d<>])|-(?=\s*>|\s+\d)|→)){0,4}\s*"
)
_VALUE = r"(?P<v>(?:[<>≥≤]\s*)?-?\d{1,9}(?:\.\d{1,4})?)(?!\d)(?!\.\d)"
_NOT_AFTER = re.compile(
    r"(?:vitamina|vit\.?|sulfato\s+de|gluconato\s+de|cloruro\s+de|carbonato\s+de|grado|clase|tipo|ca-?|calcio\s+de|"
    r"bicarbonato\s+de|solucion|sol\.?|insulina|acido)\s*$"
)
_NOT_UNIT = re.compile(r"\s*(?:mg|g|gr|ml|cc|amp\w*|tab\w*|caps?\w*)\b(?!\s*(?:/|%|por\b|x\b))")
_ALSO_IN_FLUIDS = frozenset(
    {
        "leucocitos",
        "glucosa",
        "proteinas_totales",
        "albumina",
        "dhl",
        "neutrofilos",
        "linfocitos",
        "eritrocitos",
        "ph",
        "amilasa",
        "proteinuria",
        "lactato",
    }
)
_PERCENT_FIRST = re.compile(
    r"(?<![\d.])(?P<v>\d{1,3}(?:\.\d)?)\s?%\s+(?:de\s+)?(?P<n>neutrofilos|neutros|segmentados|linfocitos|linfos|bandas|eosinofilos)(?![a-z])"
)
"""«17 mil con 90 % de neutrófilos»."""
_PHOSPHORUS = re.compile(
    r"(?:Ca|PTH|Mg|CA|ca|Alb|Na|K|Cl)\s?:?\s?\d[\d.]*\s*,?\s*(?P<n>P)\s?:?\s?(?P<v>\d{1,2}\.\d)(?![\d.])"
)
"""«PTH 788 P 6.7 Ca 8.6»: a lone P is phosphorus only beside its kin."""
_TREATED = {"sodio", "potasio", "cloro", "calcio", "fosforo", "magnesio", "hco3", "albumina"}
"""Also drugs: a weight or a form right after the number means a dose, not a result."""


@dataclass(frozen=True)
class Analyte:
    """A row of ``data/laboratory.csv``: names and the bounds beyond which a result can't be true."""

    key: str
    label: str
    unit: str
    units: tuple[str, ...]
    low: float
    high: float


@dataclass(frozen=True)
class _Table:
    by_key: dict[str, Analyte]
    plain: dict[str, str]
    symbols: dict[str, str]
    units: re.Pattern[str]
    single: re.Pattern[str]
    symbol: re.Pattern[str]
    pair: re.Pattern[str]


_LOWER_SYMBOLS = frozenset({"na", "k", "cl", "tp", "bt", "bd", "bi", "fa", "cr", "ct", "pcr", "bun"})
"""Symbols that are also written in lower case («na 138 k 4.2»)."""


@lru_cache(maxsize=1)
def table() -> _Table:
    """Analytes and the patterns that recognise them, compiled once."""
    by_key: dict[str, Analyte] = {}
    plain: dict[str, str] = {}
    symbols: dict[str, str] = {}
    with _DATA.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            key = row["key"]
            by_key[key] = Analyte(
                key,
                row["label"],
                row["unit"],
                tuple(filter(None, row["units"].split("|"))),
                float(row["low"]),
                float(row["high"]),
            )
            marks = [s for s in row["symbols"].split("|") if s]
            symbols |= dict.fromkeys(marks, key)
            symbols |= {m.lower(): key for m in marks if m.lower() in _LOWER_SYMBOLS}
            lowered = {m.lower() for m in marks if m.isupper() or len(m) <= 2} - {"hb"}
            plain |= {a: key for a in row["aliases"].split("|") if a and a not in lowered}
    units = sorted({u for a in by_key.values() for u in a.units}, key=len, reverse=True)
    names = "|".join(re.escape(n) for n in sorted(plain, key=len, reverse=True))
    marks_re = "|".join(re.escape(s) for s in sorted(symbols, key=len, reverse=True))
    unit = r"(?:\s*(?P<u>" + "|".join(re.escape(u) for u in units) + r")(?![a-z0-9]))?"
    both = rf"(?:{names}|{marks_re.lower()})"
    return _Table(
        by_key,
        plain,
        symbols,
        re.compile(unit),
        re.compile(rf"(?<![a-z0-9¤/])(?P<n>{names})\.?(?![a-z]){_FILL}{_VALUE}"),
        re.compile(rf"(?<![A-Za-z0-9¤/])(?P<n>{marks_re})(?![A-Za-z]){_FILL}{_VALUE}"),
        re.compile(
            rf"(?<![a-z0-9¤])(?P<a>{both})\s*/\s*(?P<b>{both})\s*(?:de\s+|:\s*)?"
            rf"(?P<x>\d+(?:\.\d+)?)\s*[/,-]\s*(?P<y>\d+(?:\.\d+)?)"
        ),
    )


def laboratory(view: View, vitals: Sequence[Vital] = ()) -> tuple[LabValue, ...]:
    """Laboratory values in order, none overlapping a vital sign; a unit is "" where the physician gave none."""
    data = table()
    taken = Claims(len(view.text))
    for vital in vitals:
        taken.take(*vital.span)
    found: list[LabValue] = []

    def free(span: Span) -> bool:
        return taken.free(*span)

    def add(key: str, value: str, unit: str, span: Span) -> None:
        if free(span):
            taken.take(*span)
            found.append(LabValue(key, value, unit, span))

    for m in data.pair.finditer(view.norm):
        keys = [data.plain.get(m[g]) or data.symbols.get(view.cased[m.start(g) : m.end(g)]) for g in "ab"]
        if keys[0] and keys[1] and keys[0] != keys[1]:
            whole = view.span(*m.span())
            if free(whole):
                taken.take(*whole)
                found += [LabValue(keys[0], m["x"], "", whole), LabValue(keys[1], m["y"], "", whole)]
    urine, fluids = urine_and_fluids(view.norm)
    for key, value, unit, start, end in qualitative(view, urine, fluids):
        add(key, value, unit, view.span(start, end))
    for m in _PERCENT_FIRST.finditer(view.norm):
        if not in_zone(m.start(), fluids):
            add(data.plain[m["n"]], m["v"], "%", view.span(*m.span()))
    for m in _PHOSPHORUS.finditer(view.cased):
        add("fosforo", m["v"], "", view.span(m.start("n"), m.end("v")))
    hits = [(m, data.plain[m["n"]], view.norm) for m in data.single.finditer(view.norm)]
    hits += [(m, data.symbols[m["n"]], view.cased) for m in data.symbol.finditer(view.cased)]
    for m, key, _ in sorted(hits, key=lambda h: (h[0].start(), -h[0].end())):
        analyte = data.by_key[key]
        if in_zone(m.start(), fluids) and key in _ALSO_IN_FLUIDS:
            continue  # «LCR: leucos 320, glucosa 30»: no blood
        if key == "ph" and in_zone(m.start(), urine) and not 6.8 <= float(re.sub(r"[^\d.]", "", m["v"])) <= 7.8:
            key, analyte = "ego_ph", data.by_key["ego_ph"]
        if _NOT_AFTER.search(view.norm[max(0, m.start() - 25) : m.start()]):
            continue
        end = m.end()
        if key in _TREATED and _NOT_UNIT.match(view.norm, end):
            continue
        if re.match(
            r"\s*(?:dias?|hrs?|horas?|h\b|sem\b|semanas?|m\b|mes|anos?|a\b(?=\s*(?:[,.;)]|$))|d\b|/10\b|/\s*\d+\s*/|kg\b|cm\b|lpm|rpm)",
            view.norm[end : end + 10],
        ):
            continue
        number = float(re.sub(r"[^\d.-]", "", m["v"]))
        if (key in ("calcio", "magnesio", "fosforo") and number > analyte.high * 3) or (
            key == "albumina" and number > 8
        ):
            continue
        if len(m["n"]) == 1 and re.match(r"[a-zA-Z]\d\d", view.cased[m.start() : m.end()]):
            continue  # «K35.3» is a code
        short = len(m["n"]) <= 3
        if short and not analyte.low / 3 <= number <= analyte.high * 10:
            continue
        unit = ""
        u = data.units.match(view.norm, end)
        if u and u["u"] and (u["u"] in analyte.units or u["u"] in ("mg/dl", "mil")):
            unit, end = view.source(*u.span("u")), u.end()
        add(key, re.sub(r"\s", "", m["v"]), unit, view.span(m.start(), end))
    return tuple(sorted(found, key=lambda v: v.span))
