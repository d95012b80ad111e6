"""Urine dipsticks, microscopy and qualitative results: «leu ++ nit +», «20 leucos por campo», «VIH no reactivo»."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from copilot.extraction.view import View

_NAMES = {
    "nitritos": "ego_nitritos",
    "nitrito": "ego_nitritos",
    "nitr": "ego_nitritos",
    "nit": "ego_nitritos",
    "esterasa leucocitaria": "ego_esterasa",
    "esterasa": "ego_esterasa",
    "bacterias": "ego_bacterias",
    "bacteriuria": "ego_bacterias",
    "bact": "ego_bacterias",
    "cuerpos cetonicos": "ego_cetonas",
    "cetonas": "ego_cetonas",
    "cetonuria": "ego_cetonas",
    "cetonicos": "ego_cetonas",
    "glucosuria": "ego_glucosa",
    "leucocituria": "ego_leucocitos",
    "hematuria": "ego_hematuria",
    "proteinas": "ego_proteinas",
    "proteinas en orina": "ego_proteinas",
    "prot": "ego_proteinas",
    "albumina en orina": "ego_proteinas",
    "urocultivo": "urocultivo",
    "uroc": "urocultivo",
    "hemocultivo": "hemocultivo",
    "hemocultivos": "hemocultivo",
    "vdrl": "vdrl",
    "prueba de embarazo": "prueba_embarazo",
    "prueba emb": "prueba_embarazo",
    "prueba inmunologica de embarazo": "prueba_embarazo",
    "hcg cualitativa": "prueba_embarazo",
    "pie": "prueba_embarazo",
    "troponina": "troponina",
    "troponinas": "troponina",
    "tropo": "troponina",
    "prueba rapida de influenza": "influenza",
    "influenza a": "influenza",
    "influenza b": "influenza",
    "influenza": "influenza",
    "ns1": "dengue_ns1",
    "antigeno": "antigeno",
    "baciloscopia": "baciloscopia",
    "baar": "baciloscopia",
    "coprologico": "coprologico",
    "coproparasitoscopico": "coproparasitoscopico",
    "vih": "vih",
    "hiv": "vih",
    "vhb": "vhb",
    "vhc": "vhc",
    "covid": "covid",
    "sars-cov-2": "covid",
    "sars cov 2": "covid",
    "prueba rapida": "prueba_rapida",
    "toxicologico": "toxicologico",
    "antidoping": "toxicologico",
    "coombs directo": "coombs",
    "coombs indirecto": "coombs",
    "coombs": "coombs",
    "sangre oculta en heces": "sangre_oculta",
    "sangre oculta": "sangre_oculta",
    "guayaco": "sangre_oculta",
    "anticuerpos antinucleares": "ana",
    "factor reumatoide": "factor_reumatoide",
    "dimero d": "dimero_d",
}
_VALUE = (
    r"(?:po[sc]itiv[oa]s?|negativ[oa]s?|no\s+reactiv[oa]s?|reactiv[oa]s?|abundantes?|escas[oa]s?|moderad[oa]s?|trazas|ausentes?|incontables|"
    r"campos?\s+llenos?|numerosas?|\(?\+{1,4}\)?|[1-4]\s?\+|\+\s?[1-4](?![\d.])|\(-\)|-(?=\s*[,.;)\n]|\s*$)|neg\b|pos\b|n\.?r\b)"
)
_BODY = "|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True))
_QUALITATIVE = re.compile(
    rf"(?<![a-z0-9¤/])(?P<n>{_BODY})(?![a-z])(?:\s*/\s*(?P<n2>{_BODY})(?![a-z]))?\s*(?:[:=]|es\b|en\s+orina|en\s+sangre|serica|fue|salio|con\s+resultado|rapid[oa]s?|de\s+farmacia)?"
    rf"\s*\(?(?P<v>{_VALUE})"
)
_PLUS = re.compile(
    r"(?<![a-z0-9¤])(?P<n>leucocitos|leucos|leu|glucosa|gluc|glu|sangre|hb|hemoglobina|eritrocitos|eritros|bilirrubina|urobilinogeno)\s*:?\s*(?P<v>\(?\+{1,4}\)?|[1-4]\s?\+|trazas|neg\b|negativ[oa]s?|abundantes|incontables)"
)
_PLUS_NAMES = {
    "leu": "ego_leucocitos",
    "glu": "ego_glucosa",
    "san": "ego_hematuria",
    "hb": "ego_hematuria",
    "hem": "ego_hematuria",
    "eri": "ego_eritrocitos",
    "bil": "ego_bilirrubina",
    "uro": "ego_urobilinogeno",
}
_FIELD = re.compile(
    r"(?<![a-z0-9¤])(?P<n>leucocitos|leucos|leu|eritrocitos|eritros|eri|hematies)\s*[:=]?\s*(?:de\s+)?"
    r"(?:(?P<v>\d{1,3}\s*(?:-|a)\s*\d{1,3}|\d{1,3})\s*(?P<u>(?:/|x|por)\s*(?:campo|c\b))|(?P<w>\d{1,2}\s*-\s*\d{1,2})(?![\d.]))"
)
_FIELD_FIRST = re.compile(
    r"(?<![\d./])(?P<v>\d{1,3}(?:\s*(?:-|a)\s*\d{1,3})?)\s+(?P<n>leucocitos|leucos|leu|eritrocitos|eritros|hematies)(?![a-z])(?P<u>\s*(?:/|x|por)\s*campo)?"
)
_FIELD_PLAIN = re.compile(
    r"(?<![a-z0-9¤])(?P<n>leucocitos|leucos|leu|eritrocitos|eritros|hematies)\s*[:=]?\s*(?:de\s+)?(?P<v>\d{1,3})(?!\d|[.,]\d|\s*mil)"
)
_URINE = re.compile(
    r"(?<![a-z])(?:ego|examen\s+general\s+de\s+orina|uroanalisis|labstix|bililabstix|tira\s+(?:reactiva\s+)?(?:urinaria|de\s+orina)|orina)(?![a-z])"
)
_FLUID = re.compile(
    r"(?<![a-z])(?:lcr|liquido\s+(?:cefalorraquideo|pleural|de\s+ascitis|ascitico|sinovial|peritoneal)|citoquimico|toracocentesis|paracentesis)(?![a-z])"
)
_ZONE = re.compile(
    r"[;\n]|\.(?=\s)|(?<![a-z])(?:bh|qs|biometria|hb|hemoglobina|es|pfh|tp|gasometria|gasa|tac|rx|usg|dx|idx|plan|urocultivo)(?![a-z])"
)
_REACH = 110
Zone = tuple[int, int]


def _zones(pattern: re.Pattern[str], norm: str) -> list[Zone]:
    found = []
    for cue in pattern.finditer(norm):
        stop = _ZONE.search(norm, cue.end(), cue.end() + _REACH)
        found.append((cue.start(), stop.start() if stop else min(cue.end() + _REACH, len(norm))))
    return found


def urine_and_fluids(norm: str) -> tuple[list[Zone], list[Zone]]:
    """Stretches that speak of a urinalysis, and of another fluid (cerebrospinal, pleural, ascites)."""
    return _zones(_URINE, norm), _zones(_FLUID, norm)


def in_zone(at: int, zones: Sequence[Zone]) -> bool:
    """Whether position ``at`` lies in one of the zones (in order of the text)."""
    i = bisect_right(zones, (at, 1 << 60)) - 1
    return any(s <= at < e for s, e in zones[max(0, i - 1) : i + 1])


def _cells(name: str) -> str:
    return "ego_leucocitos" if name.startswith("leu") else "ego_eritrocitos"


def qualitative(view: View, urine: Sequence[Zone], fluids: Sequence[Zone]) -> Iterator[tuple[str, str, str, int, int]]:
    """Key, value in the physician's words, unit, and the interval of ``view.norm``, for each result."""
    norm = view.norm
    for m in _FIELD.finditer(norm):
        if not in_zone(m.start(), fluids):
            unit = view.source(*m.span("u")) if m["u"] else ""
            yield _cells(m["n"]), re.sub(r"\s*(?:-|a)\s*", "-", m["v"] or m["w"]), unit, *m.span()
    for m in _FIELD_FIRST.finditer(norm):
        if m["u"] or in_zone(m.start(), urine):
            yield _cells(m["n"]), re.sub(r"\s*(?:-|a)\s*", "-", m["v"]), "", *m.span()
    for m in _FIELD_PLAIN.finditer(norm):
        if in_zone(m.start(), urine):
            yield _cells(m["n"]), m["v"], "", *m.span()
    for m in _QUALITATIVE.finditer(norm):
        value = view.source(*m.span("v"))
        if m["n2"]:
            yield _NAMES[m["n"]], value, "", *m.span("n")
            yield _NAMES[m["n2"]], value, "", m.start("n2"), m.end()
        else:
            yield _NAMES[m["n"]], value, "", *m.span()
    for m in _PLUS.finditer(norm):
        if "+" in m["v"] or in_zone(m.start(), urine):
            key = next(k for p, k in _PLUS_NAMES.items() if m["n"].startswith(p))
            yield key, view.source(*m.span("v")), "", *m.span()
