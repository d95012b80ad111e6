# ruff: noqa: E501  (long patterns and messages are kept on one line)
"""Diagnoses: items of the diagnosis section, and diseases named elsewhere, with context and CIE-10 candidates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from copilot.cie10.codes import synonyms
from copilot.cie10.search import candidates
from copilot.domain import CodeCandidate, Diagnosis, Section, Span
from copilot.extraction.context import ContextReader
from copilot.extraction.view import View
from copilot.folding import fold

_HEAD = re.compile(
    r"(?<![a-z0-9¤])(?:i\.?d\.?x\.?|d\.?x\.?s?|dxs|diagnosticos?(?:\s+(?:de\s+(?:ingreso|egreso)|finales?|principal|clinicos?|preoperatorio|"
    r"postoperatorio|definitivo|actual(?:es)?|presuntivo|diferencial(?:es)?|presuncional))?|impresion(?:es)?\s+diagnosticas?|"
    r"problemas?\s+(?:clinicos?|activos?)|lista\s+de\s+problemas)\s*(?P<sep>[:\-=]+|\.(?=\s)|\n)"
)
_END = re.compile(
    r"\n\s*\n|(?<![a-z0-9])(?:plan|p(?=\s*:)|tx|tratamiento|indicaciones|pronostico|px|manejo|comentario|analisis|ef|exploracion|"
    r"se\s+(?:indica|inicia|da|envia|solicita|otorga|explica|prescribe)|receta|rp|medicamentos)\s*(?:[:\-]|\b)"
)
_ITEM_CUT = re.compile(
    r"\n|;|(?<!\d)\.(?=\s|$)|\s\+\s|\+(?=[a-z])|(?<![a-z0-9.])(?<!estadio )(?<!grado )(?<!tipo )(?<!kdigo )(?<!etapa )(?<!clase )(?<!fase )(?<!dm )(?<!mellitus )\d{1,2}\s*(?:[.)]|-)(?=\s|[a-z])\s*|\s/\s|[•*·]|,(?!\s*(?:no\s+especificad|sin|con|estadio|grado|etapa|de|tipo|en|clasif|no|child|nyha|por|probable\s+secund|hipertens\w+\s+de|descontrolad|controlad|"
    r"secundari|agudizad|severa|leve|moderad|grave|izquierd|derech|bilateral)\b)"
)
_LEADING = re.compile(
    r"^(?:[\s:.,\-–)(>#→/]+|entonces\s+seria\s+|el\s+diagnostico\s+es\s+|seria\s+|(?:por|con|de|dx|idx|ademas|tambien|mas)\s+|(?:pre|post?)\s*-?(?:op(?:eratorio)?|qx|quirurgico)?\s*[:.]\s*|(?:de\s+)?(?:ingreso|egreso|finales?)\s*:\s*|(?:i?dx|diagnosticos?|analisis|impresion\s+diagnostica)[\s:.]+)+"
)
_TRAILING = re.compile(r"[\s:.,\-(>]+$")
_NOT_ITEM = re.compile(
    r"^(?:se\b|(?:el|la|los|las)\s+mism[oa]s?|analisis|asa\b|riesgo|goldman|caprini|curb|nyha|killip|apache|westley|chads|alvarado|timi|fisher|apgar|barthel|gold\b|revertid|sofa|qsofa|wells|ver\b|acude|paciente|masculino|femenin|pronostico|plan|nota|ninguno?$|los\s+comentados|mismos?$|igual|\d+$|ya\s+(?:conocid|mencionad|comentad)|cita|bueno|reservad)"
)
_HAS_LETTERS = re.compile(r"[a-z]{2}")
_SYMPTOMS = frozenset(
    [
        "fiebre",
        "tos",
        "disnea",
        "cefalea",
        "vomito",
        "vomitos",
        "nausea",
        "mareo",
        "edema",
        "diarrea",
        "prurito",
        "comezon",
        "dolor",
        "abdominal",
        "palpitaciones",
        "lumbalgia",
        "artralgia",
        "mialgia",
        "mialgias",
        "artralgias",
        "rash",
        "exantema",
        "ictericia",
        "hematuria",
        "melena",
        "hematemesis",
        "adenopatia",
        "adenopatias",
        "parestesias",
        "taquicardia",
        "bradicardia",
        "alergia",
        "contusion",
        "contusiones",
        "herida",
        "parto",
        "cesarea",
        "embarazo",
        "gestacion",
        "sano",
        "caida",
        "choque",
        "confusion",
        "coma",
        "fatiga",
        "astenia",
        "po",
        "hd",
        "pe",
        "pf",
        "ci",
        "ic",
        "cap",
        "doc",
        "cia",
        "pca",
        "sam",
        "tea",
        "epi",
        "oma",
        "tab",
        "fas",
        "ict",
        "ob",
        "mola",
        "estrenimiento",
        "constipacion",
        "hipotension",
        "nervios",
        "vertigo",
        "puerperio",
        "otalgia",
        "epistaxis",
        "insomnio",
        "sincope",
        "lipotimia",
        "desmayo",
        "eti",
        "pna",
        "curacion",
        "vacunacion",
        "chequeo",
        "postoperado",
        "postquirurgico",
        "pretermino",
        "prematuro",
        "caries",
        "quimioterapia",
        "hemodialisis",
        "dialisis",
        "convulsiones",
        "convulsion",
        "herpes",
        "bocio",
        "varices",
        "hipotermia",
        "quemadura",
        "quemaduras",
        "reflujo",
        "aborto",
        "ira",
        "quiste",
        "acidosis",
        "deshidratacion",
        "proteinuria",
        "hiperglucemia",
        "hipoglucemia",
        "asfixia",
        "agresion",
        "ganglion",
        "urticaria",
        "mastitis",
        "indigestion",
        "golpe",
        "ronchas",
        "catarro",
        "gripe",
        "gripa",
        "otb",
        "doc",
        "tdm",
        "ap",
        "pti",
        "lla",
        "lma",
        "lmc",
        "its",
        "iso",
        "isq",
        "rao",
        "pcr",
        "sdr",
        "civ",
        "dcc",
        "vasectomia",
        "salpingoclasia",
        "lactancia",
        "materna",
        "menopausia",
        "climaterio",
        "perimenopausia",
        "papanicolaou",
        "mastografia",
        "verruga",
        "verrugas",
        "lipoma",
        "anginas",
        "piojos",
        "sarna",
        "reumas",
        "juanetes",
        "ehe",
        "rnt",
        "rpm",
        "rnpt",
        "gemelar",
    ]
)
_ELSEWHERE_CAPS = frozenset(
    [
        "dm",
        "has",
        "hta",
        "epoc",
        "erc",
        "irc",
        "evc",
        "iam",
        "icc",
        "fa",
        "tep",
        "tvp",
        "ivu",
        "les",
        "ar",
        "vih",
        "tb",
        "tbp",
        "ait",
        "tce",
        "hpb",
        "erge",
        "cad",
        "ehh",
        "eda",
        "gepi",
        "nac",
        "sica",
        "sca",
    ]
)
_OWN = {Section.DIAGNOSTICOS}
_NAMED = {
    Section.ANTECEDENTES_PATOLOGICOS,
    Section.ANTECEDENTES_HEREDOFAMILIARES,
    Section.PADECIMIENTO_ACTUAL,
    Section.EVOLUCION,
}


@lru_cache(maxsize=1)
def _named() -> re.Pattern[str]:
    names = [
        n
        for n, codes in synonyms().items()
        if n not in _SYMPTOMS
        and codes[0][0] not in "RZVWXY"
        and (len(n) >= 4 or n in _ELSEWHERE_CAPS or re.search(r"\d", n))
        and not set(n.split()) <= _SYMPTOMS
        and not n.startswith(("alergi", "control ", "sospecha", "antecedente"))
    ]
    body = "|".join(re.escape(n).replace(r"\ ", r"\s+") for n in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![a-z0-9¤/])(?:{body})(?:\s+(?:descontrolad[oa]|controlad[oa]|en\s+control))?(?![a-z0-9¤])")


@lru_cache(maxsize=2048)
def _candidates(text: str) -> tuple[CodeCandidate, ...]:
    return candidates(text)


def _items(view: View, start: int, end: int) -> list[tuple[int, int]]:
    items: list[tuple[int, int]] = []
    at = start
    for cut in [*_ITEM_CUT.finditer(view.norm, start, end), None]:
        stop = cut.start() if cut else end
        lead = _LEADING.match(view.norm[at:stop])
        a = at + (lead.end() if lead else 0)
        trail = _TRAILING.search(view.norm[a:stop])
        b = a + trail.start() if trail else stop
        if _HAS_LETTERS.search(view.norm[a:b]) and not _NOT_ITEM.match(view.norm[a:b]):
            items.append((a, b))
        at = cut.end() if cut else end
    return items


def _zones(view: View, sections: Sequence[tuple[Span, Section]]) -> list[tuple[int, int]]:
    """Stretches of the view that list diagnoses: assigned sections, else headings."""
    if sections:
        owned = [s for s, key in sections if key in _OWN]
        starts = view.positions([p for s in owned for p in s])
        return list(zip(starts[::2], starts[1::2], strict=True))
    zones: list[tuple[int, int]] = []
    for head in _HEAD.finditer(view.norm):
        end = _END.search(view.norm, head.end())
        zones.append((head.end(), min(end.start() if end else len(view.norm), head.end() + 400)))
    return zones


def diagnoses(
    view: View, reader: ContextReader, sections: Sequence[tuple[Span, Section]] = ()
) -> tuple[Diagnosis, ...]:
    """Diagnoses in order of the text, each with its certainty, subject, laterality and ranked candidates.

    What «niega» or «se descarta» governs is reported as ``descartado``; relatives' diseases as ``familiar``.
    """
    found: list[Diagnosis] = []
    taken: list[tuple[int, int]] = []

    def add(a: int, b: int, listed: bool) -> None:
        ctx = reader.at(a, b) if not listed else reader.at(*_core(view, a, b))
        certainty = "descartado" if ctx.negated else ctx.certainty
        if listed:
            certainty = _listed_certainty(view.norm[a:b], certainty)
        text = view.source(a, b)
        if (
            listed
            and not _candidates(text)
            and (len(text.split()) == 1 or re.search(r"\d", text))
            and len(text.split()) <= 3
        ):
            return  # «Kerr», «PDL1 60»: a fragment of the list, no disease
        if not listed and ctx.temporality == "hipotetico":
            return
        found.append(Diagnosis(text, view.span(a, b), certainty, ctx.subject, ctx.laterality, _candidates(text)))
        taken.append((a, b))

    for start, end in _zones(view, sections):
        body = start
        head = _HEAD.match(view.norm, start) or re.compile(
            r"\s*(?:idx|dx|diagnosticos?|impresion diagnostica)\s*[:.\-]*"
        ).match(view.norm, start)
        if head and head.end() <= end:
            body = head.end()
        for a, b in _items(view, body, end):
            if not any(a < e and s < b for s, e in taken):
                add(a, b, True)
    for m in _named().finditer(view.norm):
        a, b = m.span()
        if sections and not any(s.start <= view.span(a, b).start < s.end and k in _NAMED | _OWN for s, k in sections):
            continue
        if re.search(r"(?:\d|una)\s*$", view.norm[max(0, a - 6) : a]) and m.group() in ("gota", "gotas"):
            continue
        if any(a < e and s < b for s, e in taken):
            continue
        word = view.cased[a:b]
        if (
            len(word) <= 3
            and not word.isupper()
            and not re.search(r"\d", word)
            and fold(word) not in {"dm", "has", "ivu"}
        ):
            continue
        if (
            fold(word) == "has"
            and not word.isupper()
            and not re.search(r"(?:dm\w*|niega|con|de|app|e)\W+$", view.norm[max(0, a - 12) : a])
        ):
            continue
        add(a, b, False)
    return tuple(sorted(found, key=lambda d: d.span))


def _core(view: View, a: int, b: int) -> tuple[int, int]:
    """The item without its own leading words of doubt, so that these count as context."""
    lead = re.match(
        r"(?:probables?|posibles?|pb\.?|prob\.?|sospecha(?:\s+de)?|a\s+descartar|descartar|d/c|se\s+descarta)\s+",
        view.norm[a:b],
    )
    return (a + lead.end() if lead else a), b


def _listed_certainty(item: str, otherwise: str) -> str:
    if re.search(r"\b(?:descartad[oa]|se\s+descarta|se\s+descarto)\b", item) and "no se descarta" not in item:
        return "descartado"
    if re.search(
        r"\b(?:probable|posible|pb|prob|sospecha|a\s+descartar|descartar|d/c|vs|en\s+estudio|compatible|sugestiv[oa])\b|\?",
        item,
    ):
        return "probable"
    return "confirmado" if otherwise == "descartado" and not re.match(r"(?:sin|no|niega)\b", item) else otherwise
