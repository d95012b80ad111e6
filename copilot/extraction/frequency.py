# ruff: noqa: E501  (long patterns are kept on one line)
"""How often a drug is given: «c/8h», «c 12», «cada12», «1-0-1», «1x3», «bid», «hs», «por las mañanas», «prn si dolor».

A frequency is one core followed by what narrows it («c/24 h en la mañana», «1x1 ayunas», «c/6 prn si fiebre»).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_H = r"(?:\s*(?:horas?|hora|hrs?\.?|hs\.?|h\b\.?))"
_HOURS = r"(?:1|2|3|4|6|8|12|18|24|36|48|72)"
_DAY = r"(?:lunes|martes|miercoles|jueves|viernes|sabados?|domingos?|lun|mar|mie|jue|vie|sab|dom)"
_MEAL = r"(?:alimentos?|comidas?|desayuno|desayunar|comer|cena|cenar|evacuacion|dieta)"
_LIST_TAIL = (
    r"(?=\s*(?:[,;.\n)(]|$|\by\b|\be\b|por\s|x\s?\d|durante|con\s|para\s|prn|si\s|en\s|vo\b|iv\b|im\b|sc\b|[a-z]))"
)
_EVERY = (
    rf"c\s?/\s?\d{{1,3}}(?:\s*(?:-|a|o|/)\s*\d{{1,2}})?(?:{_H}|\s*(?:d(?:ias?)?\b|semanas?|sem\b|meses|mes\b|min(?:utos?)?\b))?|"
    rf"cada\s?\d{{1,3}}(?:\s*(?:-|a|o|/)\s*\d{{1,2}})?(?:{_H}|\s*(?:dias?|semanas?|sem\b|meses|mes|min(?:utos?)?)\b)?|"
    rf"c\s?\d{{1,2}}(?:{_H}(?![a-z])|\s*(?:dias?|semanas?|sem|min(?:utos?)?)\b)|c\s?{_HOURS}(?![\d./%]|\s*(?:mg|ml|g|tab|caps?|amp)\b)|"
    r"c/(?:comida|alimento|evac\w*)|c/(?:d(?:ia)?\b|noche|manana|tercer\s+dia|semana|mes\b|turno|h(?:ora)?\b)|c/(?=\s?dia)\s?dia|"
    r"cada\s+(?:dia|noche|manana|tarde|semana|mes|comida|alimento|tercer\s+dia|turno|hora|evacuacion)|"
    rf"(?<=/)\s?{_HOURS}\s?hr?s?\b|(?<=/)\s?{_HOURS}\s+horas"
)
_TIMES = (
    r"(?:\d|una|dos|tres|cuatro|un)\s+(?:vez|veces)\s+(?:al|por|a\s+la|cada)\s+(?:dia|semana|mes)|(?:\d|una)\s+(?:vez|veces)/(?:dia|d\b|sem)|"
    r"dividid[oa]s?\s+(?:en\s+)?\d+\s+(?:dosis|tomas)|(?:en\s+)?(?:dos|tres|\d)\s+(?:dosis|tomas)\s+al\s+dia|"
    r"(?:\d|una|un)\s*(?:tableta|tab|capsula|caps?|pastilla|sobre|gota|aplicacion|disparo|puff)?s?\.?\s+(?:al\s+dia|diari[oa]s?|por\s+dia|por\s+noche|por\s+la\s+noche|por\s+las\s+noches|por\s+la\s+manana)|"
    r"bid\b|tid\b|qid\b|b\.i\.d\.|t\.i\.d\.|qd\b|qod\b|x\s?\d(?=\s+(?:por\s+semana|a\s+la\s+semana|al\s+dia))\s*x?\s?\d?"
)
_PATTERN = (
    r"(?:\d{1,2}(?:\.\d|/\d)?|½)\s?-\s?(?:\d{1,2}(?:\.\d|/\d)?|½)\s?-\s?(?:\d{1,2}(?:\.\d|/\d)?|½)(?:\s?-\s?\d{1,2})?|"
    r"\d\s?x\s?[1-4](?![\d./]|\s*(?:mg|ml|g\b|cm|mm|dias?|d\b|sem|mes|tab|hrs?|h\b|min))"
)
_DAILY = (
    r"diari[oa]s?|diariamente|al\s+dia|por\s+dia|/\s?dia|semanal(?:es|mente)?|mensual(?:es|mente)?|trimestral|quincenal"
)
_PART = (
    rf"(?:(?:mitad|media|una|\d)\s+)?(?:(?:por|en|de|x)\s+(?:las?\s+)?|cada\s+|toda\s+la\s+)?(?:noches?|mananas?|tardes?|medio\s?dia)(?!\s+(?:de|anterior|previ|ultim))|al\s+medio\s?dia|"
    r"nocturn[oa]s?|matutin[oa]s?|vespertin[oa]s?|am\b|pm\b|hs\b|al\s+(?:dormir|acostarse|despertar|levantarse)|"
    rf"(?:una\s+hora\s+|\d+\s+(?:min\w*|hrs?|horas?|h)\s+)?antes\s+de(?:l)?\s+(?:dormir|acostarse|cirugia|(?:cada\s+|los\s+|las\s+|la\s+)?{_MEAL})|"
    rf"\d+\s*(?:min\w*|hrs?|horas?|h)\s+antes(?:\s+de(?:l)?\s+[a-z]+)?|"
    rf"despues\s+de(?:l)?\s+(?:cada\s+|los\s+|las\s+|la\s+)?{_MEAL}|con\s+(?:cada\s+|los\s+|las\s+|el\s+|la\s+)?{_MEAL}|posterior\s+a\s+evacuacion|"
    r"en\s+ayun[oa]s?|ayunas|posprandial|preprandial"
)
_WEEK = rf"(?:(?:los|cada)\s+{_DAY}|{_DAY}(?:\s*(?:,|\by\b|\ba\b|-|/|\s)\s*{_DAY})+)(?:\s*(?:,|\by\b)\s*{_DAY})*|l-v\b|l\s?-\s?m\s?-\s?v\b"
_ONCE = (
    r"dosis\s+unica|d\.?u\.?(?![a-z])|unica\s+dosis|en\s+una\s+sola\s+dosis|dosis\s+de\s+impregnacion|(?:de\s+)?impregnacion|dosis\s+de\s+carga|"
    r"en\s+bolo|bolo|infusion(?:\s+continua)?|en\s+infusion(?:\s+continua)?|dosis\s+inicial|en\s+este\s+momento|al\s+momento|stat\b|"
    r"para\s+\d{1,2}\s*(?:horas|hrs?|h)\b|p\s?/?\s?\d{1,2}\s*h(?:rs|oras|r)?\b|previo\s+a\s+[a-z]+|preoperatori[oa]|una\s+sola\s+vez"
)
_NEED = (
    r"(?:p\.?r\.?n\.?(?![a-z])|por\s+razon\s+necesaria|a\s+demanda|a\s+libre\s+demanda|rescate\b)(?:\s+(?:si\s+|por\s+|en\s+caso\s+de\s+|para\s+)?(?:dolor|fiebre|temp(?:eratura)?(?:\s*(?:>|mayor\s+(?:de|a))\s*\d+(?:\.\d)?)?|nauseas?|vomitos?|disnea|prurito|ansiedad|insomnio|agitacion|tos|crisis|espasmo)(?:\s+(?:intens[oa]|severo|mayor))?)?|"
    r"(?:en\s+caso\s+de|solo\s+si|si\s+(?:hay\s+|presenta\s+|tiene\s+|persiste\s+)?)\s*(?:dolor|fiebre|temp(?:eratura)?(?:\s*(?:>|mayor\s+(?:de|a))\s*\d+(?:\.\d)?)?|nauseas?|vomitos?|disnea|prurito|ansiedad|insomnio|agitacion|tos|crisis|espasmo|malestar|comezon|diarrea|requiere)(?:\s+(?:intens[oa]|severo|mayor(?:\s+(?:de|a)\s+\d+(?:\.\d)?)?|>\s*\d+(?:\.\d)?))?|"
    r"en\s+caso\s+de\s+[a-z]+"
)
_CORE = re.compile(
    r"(?<![a-z0-9¤])(?:"
    + "|".join(
        f"(?P<{name}>{body})"
        for name, body in (
            ("every", _EVERY),
            ("times", _TIMES),
            ("pattern", _PATTERN),
            ("once", _ONCE),
            ("need", _NEED),
            ("week", _WEEK),
            ("part", _PART),
            ("daily", _DAILY),
        )
    )
    + r")"
)
_MORE = re.compile(
    rf"(?:\s*,?\s*(?:y\s+(?:(?:otra|una|mitad|\d)\s+)?)?)(?:{_PART}|{_WEEK}|{_NEED}|{_DAILY})(?![a-z0-9])"
)
_CLOCKED = frozenset({"every", "times", "pattern", "once", "need", "week"})
_UNIT_BEFORE = re.compile(r"(?:\d|mg|g|ui|ml|mcg|tab|caps?)\s*$")


@dataclass(frozen=True)
class Moment:
    """A frequency at ``norm[start:end]``; ``clocked`` where it can hardly mean anything but an order."""

    start: int
    end: int
    clocked: bool


def frequencies(norm: str, start: int, end: int) -> list[Moment]:
    """Frequencies within ``norm[start:end]``, in order, each with what narrows it."""
    found: list[Moment] = []
    at = start
    while core := _CORE.search(norm, at, end):
        stop = core.end()
        at = stop if stop > core.start() else stop + 1
        kind = core.lastgroup or ""
        if (
            kind == "daily"
            and core.group().startswith("/")
            and not _UNIT_BEFORE.search(norm[max(0, core.start() - 8) : core.start()])
        ):
            continue
        if stop < len(norm) and norm[stop : stop + 1].isalpha() and norm[stop - 1].isalpha():
            continue
        while more := _MORE.match(norm, stop, end):
            if more.end() <= stop:
                break
            stop = more.end()
        found.append(Moment(core.start(), stop, kind in _CLOCKED))
        at = max(at, stop)
    return found
