"""Drug mentions with dose, unit, route, frequency and duration (NOM-004 6.2.6: dosis, vía, periodicidad)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from copilot.domain import Medication, Section, Span
from copilot.extraction.context import ContextReader
from copilot.extraction.lexicon import Drug, DrugMention, lexicon
from copilot.extraction.view import View

_N = r"\d+(?:\.\d+)?(?:\s*(?:/|-|\ba\b)\s*\d+(?:\.\d+)?)?(?:/\d+)?"
_MASS = (
    r"mg/kg/(?:dia|dosis|d|do|hr?|min)|mg/kg|mcg/kg/min|mcg/kg|ug/kg/min|ui/kg/(?:dia|hr?)|ui/kg|ml/kg/(?:hr?|dia)|ml/kg|"
    r"mg/dia|mg/m2|ml/hr?|ml/hora|mcg/hr?|mg/hr?|meq/l|mg/ml|mcg/ml|ug/ml|ng/ml|mg/\d*\s?ml|"
    r"mgs?|miligramos?|mcg|microgramos?|µgr?|ug|gramos?|grs?|g|ml|mls|mililitros?|cc|ui|unidades(?:\s+internacionales)?|"
    r"uds?|u|meq|miliequivalentes|mmol|l|litros?"
)
_FORM = (
    r"tabletas?|tabs?|tbs?|comprimidos?|pastillas?|grageas?|capsulas?|caps?|ampulas?|ampolletas?|amps?|frascos?|fcos?|gotas?|gts|"
    r"puffs?|disparos?|inhalaciones?|inhalacion|atomizaciones|nebulizaciones?|sobres?|cucharad(?:it)?as?|ovulos?|"
    r"supositorios?|parches?|aplicaciones|dosis"
)
_DOSE = re.compile(rf"(?<![\d./¤a-z])(?P<n>{_N})\s*(?P<u>{_MASS})\.?(?![a-z0-9])")
_FORM_DOSE = re.compile(rf"(?<![\d./¤a-z])(?P<n>{_N}|una|un|media|1/2|½)\s*(?P<u>{_FORM})\.?(?![a-z])")
_PERCENT = re.compile(r"(?<![\d./¤])(?P<n>\d+(?:\.\d+)?)\s*(?P<u>%)")
_BARE_DOSE = re.compile(
    r"\s*(?:[,:]|\b(?:de|tabletas?|tabs?\.?|caps?\.?|a\s+dosis\s+de|dosis\s+de|dosis)\b\s*)*\s*(?P<n>\d{1,4}(?:\.\d+)?(?:/\d{1,4}(?:\.\d+)?)?)"
    r"(?![\d.]|\s*[-/]\s*\d|\s*(?:%|dias?\b|veces|h\b|hrs?\b|horas|min|sem|mes|anos?\b|a\b|d\b|x\b|:\d))"
    rf"(?!\s*(?:{_FORM})\b)"
)
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
_H = r"(?:\s*(?:horas?|hrs?\.?|hs\.?|h\b\.?))"
_FREQ = re.compile(
    r"(?<![a-z0-9¤])(?P<f>"
    rf"c\s?/\s?\d{{1,3}}(?:\s*(?:-|a|o|/)\s*\d{{1,2}})?(?:{_H}|\s*(?:d(?:ias?)?\b|semanas?|sem\b|meses|mes\b|min(?:utos?)?\b))?|"
    rf"cada\s+\d{{1,3}}(?:\s*(?:-|a|o|/)\s*\d{{1,2}})?(?:{_H}|\s*(?:dias?|semanas?|meses|mes|min(?:utos?)?)\b)?|"
    r"c/(?:comida|alimento|evac\w*)|c/d(?:ia)?\b|c/noche|c/manana|c/semana|c/mes|cada\s+(?:dia|noche|manana|semana|mes|comida|alimento|tercer\s+dia|turno|hora)|"
    r"(?:\d|una|dos|tres|un)\s+(?:vez|veces)\s+(?:al|por|a\s+la|cada)\s+(?:dia|semana|mes)|"
    r"(?:\d|una|un)\s*(?:tableta|tab|capsula|caps?|pastilla|sobre|gota|aplicacion|disparo|puff)?s?\.?\s+(?:al\s+dia|diari[oa]s?|por\s+dia|por\s+noche|por\s+la\s+noche|por\s+las\s+noches|por\s+la\s+manana)|"
    r"\d{1,2}(?:\.\d|/\d)?\s?-\s?\d{1,2}(?:\.\d|/\d)?\s?-\s?\d{1,2}(?:\.\d|/\d)?(?:\s?-\s?\d{1,2})?|"
    r"dosis\s+unica|d\.?u\.?(?![a-z])|unica\s+dosis|dosis\s+de\s+impregnacion|dosis\s+de\s+carga|"
    r"p\.?r\.?n\.?(?![a-z])|por\s+razon\s+necesaria|a\s+demanda|a\s+libre\s+demanda|"
    r"(?:en\s+caso\s+de|si\s+(?:hay|presenta|tiene|dolor|fiebre|nausea|vomito))\s+(?:[a-z]+)(?:\s+(?:intens[oa]|mayor|severo))?|"
    r"bid\b|tid\b|qid\b|b\.i\.d\.|t\.i\.d\.|qd\b|"
    r"diari[oa]s?|diariamente|al\s+dia|por\s+dia|semanal(?:es|mente)?|mensual(?:es|mente)?|trimestral|quincenal|"
    r"(?:por|en)\s+las?\s+(?:noches?|mananas?|tardes?)|al\s+(?:dormir|acostarse|despertar)|antes\s+de\s+(?:dormir|acostarse|cada\s+(?:alimento|comida)|los\s+alimentos|desayunar)|"
    r"despues\s+de\s+cada\s+(?:alimento|comida|evacuacion)|con\s+(?:cada\s+(?:alimento|comida)|los\s+alimentos|el\s+desayuno|la\s+cena|la\s+comida)|"
    r"en\s+ayun[oa]s?|en\s+ayuno|noche|nocturn[oa]|matutin[oa]|am\b|pm\b|hs\b|"
    r"en\s+bolo|bolo|infusion(?:\s+continua)?|dosis\s+inicial|en\s+este\s+momento|al\s+momento|stat\b|"
    r"(?:(?:los|cada)\s+(?:lunes|martes|miercoles|jueves|viernes|sabados?|domingos?)|(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)(?:\s*(?:,|y|a)\s*(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo))+)|"
    r"para\s+\d{1,2}\s*(?:horas|hrs?|h)\b|p/\d{1,2}\s*h(?:rs?)?\b|"
    r"previo\s+a\s+[a-z]+|preoperatori[oa]|posterior\s+a\s+evacuacion"
    r")"
)
_DURATION = re.compile(
    r"(?<![a-z0-9¤])(?P<d>(?:x|por|durante|p/|hasta\s+completar|completar|por\s+un\s+total\s+de|durante\s+un\s+total\s+de)\s*"
    r"(?:\d{1,3}(?:\s*(?:-|a)\s*\d{1,3})?|un|una)\s*(?:dias?|ds?\b|semanas?|sem\b|mes(?:es)?|anos?)(?:\s+mas)?"
    r"|\d{1,3}\s*(?:dias?|semanas?|meses)(?!\s*(?:de\s+(?:evolucion|estancia|edad|vida)|previ[oa]s?|antes))|x\s*\d{1,2}(?![\d./]|\s*(?:mg|ml|g\b|tab|cm))|\d{1,2}/7(?!\d)"
    r"|uso\s+continuo|de\s+forma\s+indefinida|indefinid[oa]|hasta\s+nuev[oa]\s+(?:orden|aviso|cita|valoracion)|de\s+por\s+vida|por\s+tiempo\s+indefinido)"
)
_LETTERS = re.compile(r"[a-z]+")
_BETWEEN = frozenset(
    [
        "de",
        "del",
        "la",
        "el",
        "a",
        "en",
        "al",
        "con",
        "sol",
        "solucion",
        "susp",
        "suspension",
        "jarabe",
        "jbe",
        "iny",
        "inyectable",
        "tab",
        "tabs",
        "tableta",
        "tabletas",
        "caps",
        "cap",
        "capsula",
        "capsulas",
        "amp",
        "ampula",
        "ampulas",
        "frasco",
        "fco",
        "gotas",
        "gts",
        "crema",
        "unguento",
        "gel",
        "ovulos",
        "spray",
        "inhalador",
        "aerosol",
        "parche",
        "sobre",
        "sobres",
        "polvo",
        "vo",
        "iv",
        "im",
        "sc",
        "sl",
        "via",
        "oral",
        "intravenosa",
        "intravenoso",
        "intramuscular",
        "subcutanea",
        "subcutaneo",
        "sublingual",
        "inh",
        "inhalada",
        "inhalado",
        "nasal",
        "oftalmico",
        "oftalmica",
        "otico",
        "dosis",
        "dar",
        "tomar",
        "aplicar",
        "administrar",
        "iniciar",
        "inicia",
        "inicial",
        "razon",
        "bolo",
        "infusion",
        "presentacion",
        "mg",
        "ml",
        "g",
        "mcg",
        "ui",
        "x",
        "cada",
        "una",
        "por",
        "nbz",
        "nebulizado",
        "nebulizaciones",
        "sodico",
        "sodica",
        "clorhidrato",
        "bromuro",
        "magnesica",
        "magnesico",
        "potasico",
        "sulfato",
        "accion",
        "prolongada",
        "lp",
        "xr",
        "retard",
        "basal",
        "depot",
        "diario",
        "diaria",
        "c",
        "h",
        "hrs",
        "horas",
        "dia",
        "impregnacion",
        "carga",
        "mantenimiento",
        "ajusta",
        "aumenta",
        "sube",
        "subir",
        "aumentar",
        "disminuye",
        "bajar",
        "cambia",
        "hasta",
        "habitual",
        "actual",
        "glicerilo",
        "p",
    ]
)
_STOP = re.compile(
    r";|\n\s*(?:\d{1,2}\s*[.)\-]|[-•*+>])|\n\s*\n|\.\s+(?!\s*(?:\d|via|vo\b|cada|c/|tomar|aplicar|por\s|durante|dosis|admin))|\.\n|\s\+\s|\n(?!\s*(?:\d|tomar|aplicar|cada|c/|via|vo\b|por\b|durante|dosis|administrar|tab|caps|amp|sol|susp))"
)
_CLOCKED = re.compile(r"c\s?/|cada|\d|dosis|du|d\.u|prn|p\.r|bid|tid|qid|por\s+razon|unica")
_FREQ_REACH, _MOMENT_REACH, _ROUTE_REACH, _DURATION_REACH = 45, 16, 40, 25
"""Characters between the last word of an order and its next part."""
_NOT_DURATION = re.compile(r"(?:\ben|\bhace|\bdesde|\bcada|\bcita|\ba\s+l[oa]s|\bde)\s*$")
_COUNTED = re.compile(
    r"(\d|un|una)\s*(tabletas?|tabs?|capsulas?|caps?|pastillas?|sobres?|gotas?|aplicacion(?:es)?|disparos?|puffs?)?\.?\s+"
    r"(?=(?:al|por|diari))"
)
"""«2 tabletas por la noche»: the count is the dose."""
_REFUSED = re.compile(r"\s*:?\s+no\b(?!\s+(?:cede|mejora|disponible|hay|habia|le|se|tolera))")
_WINDOW = 150
_BEFORE = re.compile(
    rf"(?P<n>{_N}|una|un|media)\s*(?P<u>{_MASS}|{_FORM})(?:\.?(?:\s+(?P<r>vo|iv|im|sc|sl))?\s+(?:de|del)\s+|\s+)$"
)
_SUSPENDED_BEFORE = re.compile(
    r"(?:suspend\w*|se\s+suspende|retir(?:ar?|o|amos|a)|descontinu\w*|dejo\s+de\s+(?:tomar|usar)|abandon\w+|interrump\w+|omitir)"
    r"(?:\s+(?:el|la|los|las|tratamiento|con|de|tomar|uso|desde|temporalmente|medicamento|manejo|,|y|e))*[\s,:]*(?:[a-z]+\s*(?:,|y|e)\s*)?$"
)
_SUSPENDED_AFTER = re.compile(
    r"^[\s,(]*(?:\d+\s*m?c?g\s*)?(?:el\s+cual\s+|la\s+cual\s+|que\s+|se\s+|fue\s+|ya\s+|lo\s+|la\s+)*(?:suspend\w+|retirad[oa]|descontinuad[oa]|abandon\w+|dejo\s+de)\b"
)
_UNKNOWN = re.compile(
    r"(?<![a-z0-9¤])(?P<name>[a-z]{5,}(?:\s+(?:[a-z]{5,}))?)\s+(?:(?:tabletas?|tabs?|caps?|capsulas?|sol|iny|susp|jarabe|amp)\.?\s+)?(?:de\s+)?"
    r"\d+(?:\.\d+)?\s*(?:mg|mcg|gr?|ui|ml)\b(?!/dl|/l|/ml\s*\(|\s*/\s*dl|%)"
)
_UNKNOWN_ENDINGS = re.compile(
    r"(?:ina|ol|il|an|ida|ato|ico|ino|azol|pril|tan|mab|nib|vir|pam|lam|xona|cilina|ciclina|micina|floxacino|statina|"
    r"gliptina|gliflozina|tidina|prazol|sona|lona|terol|tropio|tinib|zumab|zina|mina|pina|fenaco|profeno|xaban|parina)$"
)
_NOT_DRUG = frozenset(
    [
        "glucosa",
        "urea",
        "creatinina",
        "hemoglobina",
        "colesterol",
        "trigliceridos",
        "bilirrubina",
        "albumina",
        "glucemia",
        "glicemia",
        "proteina",
        "proteinas",
        "sodio",
        "potasio",
        "calcio",
        "acido",
        "urico",
        "dosis",
        "peso",
        "sangrado",
        "diuresis",
        "uresis",
        "gasto",
        "liquido",
        "liquidos",
        "drenaje",
        "agua",
        "tabletas",
        "tableta",
        "capsulas",
        "total",
        "aproximadamente",
        "administra",
        "indica",
        "inicia",
        "toma",
        "tomar",
        "aplicar",
        "carga",
        "volumen",
        "quistes",
        "micro",
        "ingesta",
        "infusion",
        "hematoma",
        "lesion",
        "vesicula",
        "prostata",
        "utero",
        "sodio",
        "directa",
        "indirecta",
        "alcohol",
        "cerveza",
        "fibrinogeno",
        "microalbuminuria",
        "hidratacion",
        "solucion",
        "soluciones",
        "orina",
        "vaciamiento",
        "residual",
        "sanguineo",
        "amniotico",
        "producto",
    ]
)
ASA_CLASS = re.compile(r"asa\s*[:(]?\s*(?:i{1,3}v?|iv|v|[1-5])(?![a-z0-9%./]|\s*(?:mg|tab|c/))")


@dataclass(frozen=True)
class _Fields:
    dose: str = ""
    unit: str = ""
    route: str = ""
    frequency: str = ""
    duration: str = ""
    start: int = -1
    end: int = -1


def _instructions(view: View, start: int, end: int, limit: int, floor: int) -> _Fields:
    norm = view.norm
    window_end = min(end + _WINDOW, limit)
    stop = _STOP.search(norm, end, window_end)
    stop_at = stop.start() if stop else window_end
    used = [end]
    first = start
    dose = unit = ""

    def src(a: int, b: int) -> str:
        return " ".join(view.source(a, b).split())

    bare = _BARE_DOSE.match(norm, end, stop_at)
    if (m := _near(_DOSE, norm, end, stop_at)) or (not bare and (m := _near(_FORM_DOSE, norm, end, stop_at))):
        dose, unit = src(*m.span("n")), src(*m.span("u"))
        used.append(m.end())
    before = _BEFORE.search(norm, max(floor, start - 40), start)
    if not dose and before:
        dose, unit = src(*before.span("n")), src(*before.span("u"))
        first = before.start()
    if not dose and (m := bare):
        dose = src(*m.span("n"))
        used.append(m.end())
    if not dose and (m := _near(_PERCENT, norm, end, stop_at)):
        dose, unit = src(*m.span("n")), "%"
        used.append(m.end())
    route = frequency = duration = ""
    if m := _ROUTE.search(norm, end, min(stop_at, max(used) + _ROUTE_REACH)):
        route = src(*m.span("r"))
        used.append(m.end())
    elif before and before["r"]:
        route = src(*before.span("r"))
    freqs = [f for f in _FREQ.finditer(norm, end, stop_at) if _reachable(f, max(used))]
    if freqs:
        counted = _COUNTED.match(norm, *freqs[0].span("f"))
        frequency = src(counted.end() if counted else freqs[0].start("f"), freqs[0].end("f"))
        if counted and not dose:
            dose, unit = src(*counted.span(1)), src(*counted.span(2)) if counted[2] else ""
        used.append(freqs[0].end())
        if len(freqs) > 1 and re.match(r"\s*,?\s*(?:y\s+)?$", norm[freqs[0].end() : freqs[1].start()]):
            frequency = src(freqs[0].start("f"), freqs[1].end("f"))
            used.append(freqs[1].end())
    for m in _DURATION.finditer(norm, end, stop_at):
        near = m.start() - max(used) <= _DURATION_REACH
        if (
            near
            and not _NOT_DURATION.search(norm[: m.start()][-12:])
            and not any(f.start() <= m.start() < f.end() for f in freqs)
        ):
            duration = src(*m.span("d"))
            used.append(m.end())
            break
    return _Fields(dose, unit, route, frequency, duration, first, max(used))


def _near(pattern: re.Pattern[str], norm: str, end: int, stop_at: int) -> re.Match[str] | None:
    """The first amount after the name, if nothing but the words of an order stands between."""
    match = pattern.search(norm, end, stop_at)
    return match if match and not (set(_LETTERS.findall(norm[end : match.start()])) - _BETWEEN) else None


def _reachable(freq: re.Match[str], last: int) -> bool:
    """A frequency belongs to the order it stands in; «en la noche» also tells when the patient wakes up."""
    reach = _FREQ_REACH if _CLOCKED.match(freq["f"]) else _MOMENT_REACH
    return freq.start() - last <= reach


def _missing(fields: _Fields) -> tuple[str, ...]:
    pairs = (("dosis", fields.dose), ("vía", fields.route), ("periodicidad", fields.frequency))
    return tuple(name for name, value in pairs if not value)


def _unlisted(view: View, mentions: Sequence[DrugMention], blocked: Sequence[Span]) -> list[DrugMention]:
    """Names that the list lacks but that are written like a drug order («X 5 mg»)."""
    extra: list[DrugMention] = []
    for m in _UNKNOWN.finditer(view.norm):
        start, end = m.span("name")
        words = m["name"].split()
        name = words[-1]
        start = end - len(name)
        if name in _NOT_DRUG or not _UNKNOWN_ENDINGS.search(name):
            continue
        span = view.span(*m.span())
        if any(mention.start < end and start < mention.end for mention in mentions):
            continue
        if any(span.start < b.end and b.start < span.end for b in blocked):
            continue
        extra.append(DrugMention(start, end, Drug(name, frozenset(), None, ())))
    return extra


def medications(
    view: View,
    reader: ContextReader,
    sections: Sequence[tuple[Span, Section]] = (),
    blocked: Sequence[Span] = (),
    allergy_spans: Sequence[Span] = (),
) -> tuple[Medication, ...]:
    """Drug mentions in order.

    Args:
        view: normalised reading of the note.
        reader: context reader of the same view.
        sections: assigned sections; a drug within antecedentes gets the status ``habitual``.
        blocked: spans already read as something else (laboratory values).
        allergy_spans: spans of stated allergies; drugs inside get the status ``alergia``.
    """
    mentions = [
        m
        for m in lexicon().find(view.norm)
        if not any(s.start < b.end and b.start < s.end for s in [view.span(m.start, m.end)] for b in blocked)
        and not (
            view.norm.startswith("asa", m.start)
            and m.end - m.start == 3
            and (
                ASA_CLASS.match(view.norm, m.start)
                or re.match(r"asa\s+(?:intest|delg|yeyu)", view.norm[m.start : m.start + 12])
            )
        )
    ]
    mentions += _unlisted(view, mentions, blocked)
    mentions.sort(key=lambda m: m.start)
    out: list[Medication] = []
    floor = 0
    for i, mention in enumerate(mentions):
        limit = mentions[i + 1].start if i + 1 < len(mentions) else len(view.norm)
        lead = _BEFORE.search(view.norm, max(mention.end, limit - 40), limit) if i + 1 < len(mentions) else None
        fields = _instructions(
            view,
            mention.start,
            mention.end,
            lead.start() if lead and re.search(r"de\s*$", lead.group()) else limit,
            floor,
        )
        floor = fields.end
        span = view.span(fields.start, fields.end)
        name = view.source(mention.start, mention.end)
        ctx = reader.at(mention.start, mention.end)
        refused = ctx.negated or bool(_REFUSED.match(view.norm, mention.end))
        status = _status(view, mention, bool(fields.dose and fields.frequency), sections, allergy_spans)
        if status == "estudio":
            continue
        if status == "alergia":
            fields, span = _Fields(), view.span(mention.start, mention.end)
        out.append(
            Medication(
                name,
                span,
                fields.dose,
                fields.unit,
                fields.route,
                fields.frequency,
                fields.duration,
                negated=refused and status != "suspendido",
                status=status,
                missing=() if status in ("alergia", "suspendido") or refused else _missing(fields),
            )
        )
    return tuple(out)


def _status(
    view: View,
    mention: DrugMention,
    ordered: bool,
    sections: Sequence[tuple[Span, Section]],
    allergy_spans: Sequence[Span],
) -> str:
    at = view.span(mention.start, mention.end)
    if any(a.start <= at.start < a.end for a in allergy_spans):
        return "alergia"
    before = view.norm[max(0, mention.start - 60) : mention.start]
    after = view.norm[mention.end : mention.end + 60]
    stopped = _SUSPENDED_BEFORE.search(before)
    if stopped and re.search(r"\bno\s+(?:se\s+)?$", before[: stopped.start()]):
        stopped = None
    if stopped and ordered and re.search(r",|\by\b", stopped.group()):
        stopped = None  # «suspender pastillas, metoprolol 50 c/12»: a new order after the comma
    if stopped or _SUSPENDED_AFTER.match(after):
        return "suspendido"
    if re.search(r"resistencia\s+a\s+(?:la\s+)?$", before):
        return "estudio"
    if re.search(r"solicit\w*[^.;\n]{0,60}$|(?:niveles|perfil|cuantificacion)\s+(?:de\s+)?$", before) and not re.search(
        r"\d", after[:12]
    ):
        return "estudio"
    if any(s.start <= at.start < s.end and key is Section.ANTECEDENTES_PATOLOGICOS for s, key in sections):
        return "habitual"
    return ""
