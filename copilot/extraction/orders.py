# ruff: noqa: E501  (long patterns are kept on one line)
"""What follows (or precedes) a drug's name in an order: dose, unit, route, frequency, duration.

Written as people write it: «50 c 12», «1mg kg iv du», «1-0-1», «1x3», «2 tab c/8 prn si dolor», «cada ocho horas».
Patterns run on :attr:`copilot.extraction.view.View.norm`; fields hold the physician's own words.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from copilot.extraction.frequency import Moment, frequencies
from copilot.extraction.view import View

_WORDS = Path(__file__).parent / "data" / "order_words.csv"

_N = r"\d{1,3}(?:[ '’]\d{3})+(?=\s*(?:ui|u\b|unidades))|\d+(?:\.\d+)?(?:\s*(?:/|-|\ba\b)\s*\d+(?:\.\d+)?)?(?:/\d+)?"
_KG = r"(?:\s?/\s?|\s)(?:kg|kilo|k)(?:(?:\s?/\s?|\s)(?:dia|dosis|do|d|hora|hr?|min(?:uto)?)(?![a-z]))?"
_MASS = (
    rf"(?:mg|mcg|ug|µg|g|ui|ml|meq){_KG}(?:\s+de\s+peso)?|"
    r"mg/dia|mg/m2|ml(?:/|\s)hr?|ml/hora|mcg(?:/|\s)hr?|mg(?:/|\s)hr?|ui(?:/|\s)hr?|g(?:/|\s)hr?|meq/l|mg/ml|mcg/ml|ug/ml|ng/ml|mg/\d*\s?ml|"
    r"mgs?|miligramos?|mcg|mcgs|microgramos?|µgr?|ug|gramos?|grs?|g|ml|mls|mililitros?|cc|(?:millones|mill?)\s+(?:de\s+)?(?:ui|u|unidades)|mil\s+(?:ui|u|unidades)|"
    r"ui|unidades(?:\s+internacionales)?|uds?|u|meqs?|miliequivalentes|mmol|l|lts?|litros?"
)
FORM = (
    r"tabletas?|tabs?|tbs?|comprimidos?|comps?|pastillas?|pastas?|grageas?|capsulas?|caps?|ampulas?|ampolletas?|amps?|frascos?|fcos?|gotas?|gts?|"
    r"puffs?|disparos?|disp|inhalaciones?|inhalacion|inh|atomizaciones|nebulizaciones?|sobres?|cucharad(?:it)?as?|ovulos?|"
    r"supositorios?|parches?|aplicaciones|dosis"
)
_DOSE = re.compile(rf"(?<![\d./¤a-z])(?P<n>{_N}|un(?=\s+gramo)|medio(?=\s+gramo))\s*(?P<u>{_MASS})\.?(?![a-z0-9])")
_FORM_DOSE = re.compile(rf"(?<![\d./¤a-z])(?P<n>{_N}|una|un|media|1/2|½)\s*(?P<u>{FORM})\.?(?![a-z])")
_PERCENT = re.compile(r"\s*(?:al\s+)?(?P<n>\d+(?:\.\d+)?)\s?(?P<u>%)")
_NO_UNIT_AFTER = r"(?![\d.]|\s*[-/]\s*\d|(?<!\d\d)\s?x\s?\d|\s*(?:%|dias?\b|veces|h\b|hrs?\b|horas|min|sem|mes|anos?\b|a\b|d\b|:\d|gotas?\b(?=\s+de\s)))"
_BARE_DOSE = re.compile(
    r"\s*(?:[,:]|\b(?:de|tabletas?|tabs?\.?|caps?\.?|comp\b|a\s+dosis\s+de|dosis\s+de|dosis)\b\s*)*\s*(?P<n>\d{1,4}(?:\.\d+)?(?:/\d{1,4}(?:\.\d+)?)?)"
    + _NO_UNIT_AFTER
    + rf"(?!\s*(?:{FORM})\b)"
)
_BARE_STRENGTH = re.compile(
    rf"\s*(?:de\s+)?(?P<n>\d{{1,4}}(?:\.\d+)?(?:/\d{{1,4}}(?:\.\d+)?)?){_NO_UNIT_AFTER}(?=\s+(?:\d|una|un|media|1/2|½)[\d/.\s]*(?:{FORM})\b)"
)
"""«paracetamol 500 2 tab c/8»: the strength, before the count."""
_TAKE = re.compile(
    rf"[\s,:]*(?:tomar|tome|aplicar|aplique|dar|administrar|usar)?\s*(?:{_N}|una|un|media|½)\s*(?:{FORM})(?![a-z])\.?"
)
"""«tomar una cápsula …»: the count after the strength; what follows still belongs to the order."""
_LONE_COUNT = re.compile(r"\s*(?P<n>\d(?:\.\d)?|una?|media)(?=\s+(?:c\s?/?\s?\d|cada|al\s|por\s+la|diari))")
_ROUTE = re.compile(
    r"(?<![a-z0-9¤])(?P<r>v\.\s?o\.?|v/o|vo|por\s+via\s+oral|via\s+oral|via\s+intravenosa|via\s+intramuscular|via\s+subcutanea|"
    r"via\s+sublingual|via\s+inhalada|via\s+inhalatoria|via\s+vaginal|via\s+rectal|via\s+topica|via\s+nasal|via\s+oftalmica|"
    r"via\s+endovenosa|via\s+transdermica|"
    r"por\s+via\s+[a-z]+|por\s+boca|oral(?:es)?|i\.\s?v\.?|iv|ev|e\.\s?v\.|intravenos[oa]s?|endovenos[oa]s?|i\.\s?m\.?|im|"
    r"intramuscular(?:es)?|s\.\s?c\.?|sc|s/c|subcutane[oa]s?|subcut|s\.\s?l\.|sl|sublingual(?:es)?|inh\.?|inhalad[oa]s?|inhalatori[oa]|"
    r"nebulizad[oa]s?|nebulizaci(?:on|ones)|nbz|mnb|nebs?|topic[oa]s?|topicamente|cutane[oa]|oftalmic[oa]s?|oft|otic[oa]s?|"
    r"intranasal|nasal|rectal|vaginal|transdermic[oa]|por\s+sng|por\s+sonda|intradermic[oa]|intratecal|intraarticular|"
    r"por\s+razon\s+intravenosa|tomad[oa]|vv|vr(?=\s))(?![a-z0-9])"
)
_DURATION = re.compile(
    r"(?<![a-z0-9¤])(?P<d>(?:x|por|durante|p/|hasta\s+completar|completar|por\s+un\s+total\s+de|durante\s+un\s+total\s+de)\s*"
    r"(?:\d{1,3}(?:\s*(?:-|a)\s*\d{1,3})?|un|una)\s*(?:dias?|ds?\b|semanas?|sem\b|mes(?:es)?|anos?)(?:\s+mas)?"
    r"|\d{1,3}\s*(?:dias?|semanas?|sem\b|meses)(?!\s*(?:de\s+(?:evolucion|estancia|edad|vida)|previ[oa]s?|antes))|\d{1,2}\s?d(?![a-z0-9/])"
    r"|x\s*\d{1,2}(?![\d./]|\s*(?:mg|ml|g\b|tab|cm))|\d{1,2}/7(?!\d)"
    r"|uso\s+continuo|de\s+forma\s+indefinida|indefinid[oa]|hasta\s+nuev[oa]\s+(?:orden|aviso|cita|valoracion)|de\s+por\s+vida|por\s+tiempo\s+indefinido)"
)
_LETTERS = re.compile(r"[a-z]+")
_STOP = re.compile(
    r";|\n\s*(?:\d{1,2}\s*[.)\-]|[-•*+>])|\n\s*\n|\.\s+(?!\s*(?:\d|via|vo\b|cada|c/|tomar|aplicar|por\s|durante|dosis|admin))|\.\n|\s\+\s|\n(?!\s*(?:\d|tomar|aplicar|cada|c/|via|vo\b|por\b|durante|dosis|administrar|tab|caps|amp|sol|susp))"
)
_CLOCK_REACH, _MOMENT_REACH, _ROUTE_REACH, _DURATION_REACH = 45, 16, 40, 25
"""Characters between the last word of an order and its next part."""
_NOT_DURATION = re.compile(r"(?:\ben|\bhace|\bdesde|\bcada|\bcita|\ba\s+l[oa]s|\bde)\s*$")
_COUNTED = re.compile(
    r"(\d|un|una)\s*(tabletas?|tabs?|capsulas?|caps?|pastillas?|sobres?|gotas?|aplicacion(?:es)?|disparos?|puffs?)?\.?\s+"
    r"(?=(?:al|por|diari))"
)
"""«2 tabletas por la noche»: the count is the dose."""
_WINDOW = 150
_KG_SPACES = re.compile(r"\s*/\s*|\s+")
BEFORE = re.compile(
    rf"(?<![\d./¤a-z])(?P<n>{_N}|una|un|media)\s*(?P<u>{_MASS}|{FORM})(?:\.?(?:\s+(?P<r>vo|iv|im|sc|sl))?\s+(?:de|del)\s+(?:la\s+)?|\s+)$"
)
"""«1 g de ceftriaxona», «2 tabletas de ibuprofeno»."""
_FORM_ONLY = re.compile(rf"(?:{FORM})")


@dataclass(frozen=True)
class Fields:
    """Parts of one order; offsets into the view's ``norm`` of the words that belong to it."""

    dose: str = ""
    unit: str = ""
    route: str = ""
    frequency: str = ""
    duration: str = ""
    start: int = -1
    end: int = -1


@lru_cache(maxsize=1)
def order_words() -> dict[str, frozenset[str]]:
    """``between``: words that may stand between a name and its dose; ``not_drug``: names that are no drug."""
    kinds: dict[str, set[str]] = {}
    with _WORDS.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            kinds.setdefault(row["kind"], set()).add(row["word"])
    return {kind: frozenset(words) for kind, words in kinds.items()}


def _near(pattern: re.Pattern[str], norm: str, end: int, stop_at: int) -> re.Match[str] | None:
    """The first amount after the name, if nothing but the words of an order stands between."""
    match = pattern.search(norm, end, stop_at)
    return (
        match if match and not (set(_LETTERS.findall(norm[end : match.start()])) - order_words()["between"]) else None
    )


def _dose(view: View, start: int, end: int, stop_at: int, before: re.Match[str] | None) -> tuple[str, str, int, int]:
    """Dose, unit, first and last position of the words taken."""
    norm = view.norm

    def src(span: tuple[int, int]) -> str:
        return " ".join(view.source(*span).split())

    percent = _PERCENT.match(norm, end, stop_at)
    at = percent.end() if percent else end
    bare = _BARE_STRENGTH.match(norm, at, stop_at) or _BARE_DOSE.match(norm, at, stop_at)
    found = _near(_DOSE, norm, at, stop_at)
    if found and bare and bare.end("n") <= found.start() and not _BARE_STRENGTH.match(norm, at, stop_at):
        between = norm[bare.end("n") : found.start()]
        if re.search(r"[a-z]", between):
            found = None  # «enoxaparina 60 sc … 1 g»: the bare number is nearer
    if not found and not bare:
        found = _near(_FORM_DOSE, norm, at, stop_at)
    if found:
        unit = src(found.span("u"))
        if re.search(r"k", norm[found.start("u") : found.end("u")]):
            unit = _KG_SPACES.sub("/", unit.removesuffix(" de peso"))
        return src(found.span("n")), unit, start, found.end()
    if before and not (bare and _FORM_ONLY.fullmatch(before["u"])):
        return src(before.span("n")), src(before.span("u")), before.start(), end
    if bare:
        return src(bare.span("n")), "", before.start() if before else start, bare.end()
    if lone := _LONE_COUNT.match(norm, at, stop_at):
        return src(lone.span("n")), "", start, lone.end()
    if percent:
        return src(percent.span("n")), "%", start, percent.end()
    return "", "", start, end


def instructions(view: View, start: int, end: int, limit: int, floor: int) -> Fields:
    """The order around the drug name ``norm[start:end]``, not beyond ``limit`` nor before ``floor``."""
    norm = view.norm
    window_end = min(end + _WINDOW, limit)
    stop = _STOP.search(norm, end, window_end)
    stop_at = stop.start() if stop else window_end

    def src(a: int, b: int) -> str:
        return " ".join(view.source(a, b).split())

    before = BEFORE.search(norm, max(floor, start - 40), start)
    dose, unit, first, last = _dose(view, start, end, stop_at, before)
    taken = _TAKE.match(norm, last, stop_at)
    used = [end, last, taken.end() if taken else last]
    route = frequency = duration = ""
    if m := _ROUTE.search(norm, end, min(stop_at, max(used) + _ROUTE_REACH)):
        route = src(*m.span("r"))
        used.append(m.end())
    elif before and before["r"]:
        route = src(*before.span("r"))
    moments = [f for f in frequencies(norm, end, stop_at) if _reachable(norm, f, max(used))]
    if moments:
        start_f, end_f = moments[0].start, moments[0].end
        counted = _COUNTED.match(norm, start_f, end_f)
        if counted:
            if not dose:
                dose, unit = src(*counted.span(1)), src(*counted.span(2)) if counted[2] else ""
            start_f = counted.end()
        frequency = src(start_f, end_f)
        used.append(end_f)
    for m in _DURATION.finditer(norm, end, stop_at):
        if (
            m.start() - max(used) <= _DURATION_REACH
            and not _NOT_DURATION.search(norm[max(0, m.start() - 12) : m.start()])
            and not any(f.start <= m.start() < f.end for f in moments)
        ):
            duration = src(*m.span("d"))
            used.append(m.end())
            break
    return Fields(dose, unit, route, frequency, duration, first, max(used))


def _reachable(norm: str, moment: Moment, last: int) -> bool:
    """A frequency belongs to the order it stands in; «en la noche» also tells when the patient wakes up."""
    gap = norm[last : moment.start]
    if "," in gap and {w for w in _LETTERS.findall(gap.split(",", 1)[1]) if len(w) > 2} - order_words()["between"]:
        return False  # «Hartmann 125/h, partograma, FCF c/30»
    return len(gap) <= (_CLOCK_REACH if moment.clocked else _MOMENT_REACH)
