"""Stated allergies: «alérgico a penicilina», «alergias: sulfas, AINE», «alergias negadas»."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.domain import Span
from copilot.extraction.context import ContextReader
from copilot.extraction.lexicon import lexicon
from copilot.extraction.view import View

_LEAD = re.compile(
    r"(?<![a-z0-9¤])(?:aler[gj]i(?:as?|c[oa]s?)|alerg\.?(?=\s*:?\s*(?:neg|a\b|no\b|si\b|:))|alergi(?:as?|c[oa]s?)\s+conocid[oa]s?|hipersensibilidad|ram|reaccion(?:es)?\s+adversas?|anafilaxia|"
    r"intolerancia|intolerante|alergenos?)(?![a-z])"
    r"(?P<link>(?:\s*(?:(?:a\s+medicamentos|medicament\w*|conocid[oa]s?|severa|referida|previa|positiv[oa]s?|si|grave|"
    r"al?\s+(?:la|los|las|el)|ala|a|al|con|por|interrogad[oa]s?)(?![a-z])|[:=(])\s*)*)"
)
_NEGATED = re.compile(
    r"^[\s:=(.-]*(?:interrogad[oa]s?\s+y\s+)?(?:negad[oa]s?|negativ[oa]s?|neg\b|ningun[oa]|no\b|nieg|preguntad[oa]s?\s+y\s+negad|desconoc|\(-\)|-\s*$|sin\b|interrogadas\s+y\s+negadas|(?:a\s+)?(?:nada|ningun\s+(?:medicamento|farmaco))\b)"
)
_REACTION = re.compile(
    r"(?<![a-z0-9¤])(?:ronchas?|roncha|salpullido|sarpullido|rash|urticaria|se\s+(?:hincha|brota|enroncha)|choque\s+anafilactico|angioedema)\s+(?:(?:con|por|al?\s+tomar|al\s+aplicar(?:se|le)?|a|tras|despues\s+de)\s+)(?:tomar\s+)?(?:el\s+|la\s+|los\s+|las\s+)?(?=[a-z]{4,})"
)
"""«le salen ronchas con el ibuprofeno»: an allergy only where a listed drug follows."""
_END = re.compile(
    r"[.;\n]|\b(?:quirurgic|transfus|traumatic|refiere|niega|cirug|toxicoman|tabaquismo|dm\b|has\b|crono|hospitaliz|app\b|apnp\b|medicamentos\s+actuales|toma\b|tratamiento|actualmente|fracturas|antecedentes|pero|acude|presenta\b|inicia|cursa|se\s+(?:da|indica|inicia|prescribe))"
)
_SPLIT = re.compile(r"\s*(?:,|/|\by\b|\be\b|\bo\b|\+|\balergi\w*\b)\s*(?:a\s+(?:la|las|los|el)?|al)?\s*")
_LINE = re.compile(r"[^.;\n]{0,400}")
_CLASS_WORDS: dict[str, str] = {
    "penicilinas": "penicilina",
    "penicilina": "penicilina",
    "betalactamicos": "betalactamico",
    "cefalosporinas": "cefalosporina",
    "cefalosporina": "cefalosporina",
    "sulfas": "sulfa",
    "sulfa": "sulfa",
    "sulfonamidas": "sulfa",
    "sulfamidas": "sulfa",
    "aine": "aine",
    "aines": "aine",
    "antiinflamatorios": "aine",
    "antiinflamatorios no esteroideos": "aine",
    "quinolonas": "quinolona",
    "fluoroquinolonas": "quinolona",
    "macrolidos": "macrolido",
    "opioides": "opioide",
    "estatinas": "estatina",
    "ieca": "ieca",
    "tetraciclinas": "tetraciclina",
    "aminoglucosidos": "aminoglucosido",
    "pirazolonas": "pirazolona",
    "anestesicos locales": "anestesico_local",
    "benzodiacepinas": "benzodiacepina",
    "salicilatos": "salicilato",
    "dipirona": "pirazolona",
}
_NON_DRUGS = frozenset(
    [
        "latex",
        "yodo",
        "mariscos",
        "camaron",
        "polvo",
        "polen",
        "acaros",
        "huevo",
        "cacahuate",
        "nuez",
        "fresa",
        "pescado",
        "leche",
        "gluten",
        "lactosa",
        "trigo",
        "soya",
        "chocolate",
        "picadura",
        "abeja",
        "abejas",
        "hormiga",
        "gato",
        "perro",
        "humedad",
        "polvos",
        "medio",
        "contraste",
        "tela",
        "adhesiva",
        "micropore",
        "chile",
        "platano",
        "durazno",
        "kiwi",
    ]
)


@dataclass(frozen=True)
class Allergy:
    """One stated allergen, or the statement that there is none."""

    substance: str
    """The physician's words; "" for «alergias negadas»."""
    span: Span
    """The allergen with its trigger («alérgico a penicilina»)."""
    classes: frozenset[str]
    """Drug classes that the allergen stands for (see ``data/drugs.csv``)."""
    generic: str
    """Listed generic name, "" where it is no listed drug."""
    negated: bool = False
    subject: str = "paciente"


def _classes(words: str) -> tuple[frozenset[str], str]:
    for name, key in sorted(_CLASS_WORDS.items(), key=lambda i: -len(i[0])):
        if re.search(rf"(?<![a-z]){name}(?![a-z])", words):
            drug = lexicon().lookup(name)
            return frozenset({key}) | (drug.classes if drug and key in drug.classes else frozenset()), ""
    hits = lexicon().find(words + " 1 mg")
    return (hits[0].drug.classes, hits[0].drug.name) if hits else (frozenset(), "")


def _trim(words: str) -> str:
    """A known allergen without the run-on words after it («penicilina herida 3 cm…»)."""
    for name in sorted(_CLASS_WORDS, key=len, reverse=True):
        if m := re.match(rf"(?:la\s+|las\s+|los\s+|el\s+)?{name}(?![a-z])", words):
            return m.group()
    hits = lexicon().find(words + " 1 mg")
    if hits and hits[0].start == 0:
        return words[: hits[0].end]
    first = words.split()
    if len(first) > 3 and set(first[:1]) & _NON_DRUGS:
        return first[0]
    return words


def allergies(view: View, reader: ContextReader) -> tuple[Allergy, ...]:
    """Allergies in order. A trigger without any allergen after it (rinitis alérgica) yields nothing."""
    out: list[Allergy] = []
    seen_to = -1
    for lead in _LEAD.finditer(view.norm):
        if lead.start() < seen_to:
            continue
        before = view.norm[max(0, lead.start() - 14) : lead.start()]
        if re.search(
            r"(?:rinitis|asma|dermatitis|conjuntivitis|reaccion|cuadro|urticaria|proceso|tos|choque|anti)\s*$", before
        ):
            continue
        line = _LINE.match(view.norm, lead.end())
        tail = line.group() if line else ""
        if re.search(
            r"no\s+sab\w+\s+(?:que\s+)?(?:ser|era|si\s+es|de|si\s+tiene)\s*$",
            view.norm[max(0, lead.start() - 25) : lead.start()],
        ):
            continue
        ctx = reader.at(lead.start(), lead.start() + 7)
        if re.match(r"\s*(?:a\s+)?(?:nada|ningun\b)", tail) and re.search(
            r"\b(?:a|al)\s*$", view.norm[lead.end() - 4 : lead.end()]
        ):
            end = lead.end() + len(re.match(r"\s*[a-z]+", tail).group())  # type: ignore[union-attr]
            out.append(Allergy("", view.span(lead.start(), end), frozenset(), "", True, ctx.subject))
            seen_to = end
            continue
        if _NEGATED.match(tail) or (ctx.negated and not re.search(r"\ba\b|:", lead["link"])):
            negation = _NEGATED.match(tail)
            end = lead.end() + (re.match(r"^[^,.;\n]*", tail).end() if negation else 0)  # type: ignore[union-attr]
            while end > lead.start() and view.norm[end - 1] in " :(=":
                end -= 1
            out.append(Allergy("", view.span(lead.start(), end), frozenset(), "", True, ctx.subject))
            seen_to = end
            continue
        if (
            not lead["link"].strip()
            and not _classes(" ".join(tail.split()[:1]))[0]
            and not _classes(" ".join(tail.split()[:1]))[1]
        ):
            continue
        stop = _END.search(view.norm, lead.end())
        limit = min(stop.start() if stop else len(view.norm), lead.end() + 120)
        at = lead.end()
        pieces: list[tuple[int, int]] = []
        for cut in [*_SPLIT.finditer(view.norm, lead.end(), limit), None]:
            piece_end = cut.start() if cut else limit
            if view.norm[at:piece_end].strip():
                pieces.append((at, piece_end))
            at = cut.end() if cut else limit
        for n, (a, b) in enumerate(pieces):
            a += len(view.norm[a:b]) - len(view.norm[a:b].lstrip())
            words = view.norm[a:b].strip(" :()¤")
            shorter = re.match(r"(?:[a-z0-9/-]+\s*){1,4}", words)
            if not shorter:
                continue
            words = re.split(r"\s+(?:con|que|desde|hace|presentando|manifestad[oa]|refiere|en)\s", words)[0]
            words = words.split("(")[0].strip()
            classes, generic = _classes(words)
            words = _trim(words)
            known = bool(classes or generic or set(words.split()) & _NON_DRUGS)
            if n > 0 and not known:
                break
            if n == 0 and not known and len(words.split()) > 4:
                continue
            end = a + len(words)
            start = lead.start() if n == 0 else a
            out.append(Allergy(view.source(a, end), view.span(start, end), classes, generic, ctx.negated, ctx.subject))
            seen_to = end
    for told in _REACTION.finditer(view.norm):
        words = _trim(view.norm[told.end() : told.end() + 40].split(",")[0])
        classes, generic = _classes(words)
        end = told.end() + len(words)
        if (
            (classes or generic)
            and len(words.split()) <= 3
            and not any(
                a.span.start < view.span(told.start(), end).end and view.span(told.start(), end).start < a.span.end
                for a in out
            )
        ):
            ctx = reader.at(told.start(), told.start() + 5)
            if not ctx.negated:
                out.append(
                    Allergy(
                        view.source(told.end(), end), view.span(told.start(), end), classes, generic, False, ctx.subject
                    )
                )
    return tuple(sorted(out, key=lambda a: a.span))
