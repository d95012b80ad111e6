# ruff: noqa: E501  (long patterns and messages are kept on one line)
"""Where a note lists diagnoses («IDX: …», «idx …» in run-on text, «A: …») and how the list falls into items."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from copilot.domain import Section, Span
from copilot.extraction.view import View

_QUALIFIED = (
    r"(?:\s+(?:(?:de\s+)?(?:ingreso|egreso|envio|referencia|alta|base|trabajo)|final(?:es)?|principal(?:es)?|clinicos?|pre\s?-?(?:operatorios?|quirurgicos?|op|qx)?|"
    r"post?\s?-?(?:operatorios?|quirurgicos?|op|qx)?|definitivos?|actual(?:es)?|presuntivos?|diferencial(?:es)?|presuncional(?:es)?|integral(?:es)?|sindromatico|nosologico|etiologico|secundarios?))*"
)
_HEAD = re.compile(
    rf"(?<![a-z0-9¤])(?:(?:i\.?d\.?x\.?|d\.?x\.?s?|dxs|diagnosticos?|impresion(?:es)?(?:\s+diagnosticas?)?){_QUALIFIED}|"
    r"problemas?\s+(?:clinicos?|activos?)|problemas|lista\s+de\s+problemas|conclusion(?:es)?|integracion\s+diagnostica)\s*(?:[:\-=]+|\.(?=\s)|\n)"
)
_BARE_HEAD = re.compile(
    rf"(?<![a-z0-9¤])(?:(?:idx|dxs?|imp\s+dx|impresion\s+diagnostica|impresion(?!\s+diagn)|diagnosticos?){_QUALIFIED}|se\s+diagnostic[ao]|(?:se\s+)?integr(?:a|o|amos)\s+(?:el\s+)?(?:dx|diagnostico)|con\s+(?:los\s+)?(?:dx|diagnosticos?))\s+(?:de\s+|son\s+|es\s+)?"
    r"(?=[a-z0-9¤#])(?!(?:hace|desde|a\s+l[oa]s|en\s+(?:19|20|el\s|la\s|su\s)|previ[oa]s?\b|por\s+(?:usg|imagen|tac|rmn?|laborat|clinica|biopsia|histop)|al\b|con\b(?!\s+(?:datos))|no\s+(?:se|hay|claro)|conocid|ya\b|y\b|pendiente|general|es\s|fue|clinico|probable\s*$|tardio|oportuno|temprano|de\s+enfermeria|que\b|se\b|para\b|sobre\b))"
)
_NO_HEAD = re.compile(r"(?:\bno|\bsin|niega|nunca)\s+(?:[a-z]+\s+){0,2}$")
_SOAP = re.compile(r"(?:(?<=\n)|(?<=\.\s)|^|(?<=\s))a\s?(?::|/|\)|\.-)\s*(?=[a-z¤#0-9])(?=.{3})")
_END = re.compile(
    r"\n\s*\n|(?<![a-z0-9])(?:(?:plan|tx|tto|tratamiento|indicaciones|pronostico|px|manejo|comentario|receta|rp|medicamentos|ef|e\.f\.|exploracion(?:\s+fisica)?|e/f|app|ahf|apnp|ago|pa(?=\s*:)|labs?|laboratorios?|"
    r"paraclinicos|objetivo|subjetivo|cirugia\s+(?:programada|proyectada|realizada)|operacion|procedimiento|motivo\s+de|riesgo\s+(?:quirurgico|qx|anestesico)|sugerencias?|sugerimos|recomendaciones|egresa|alta\s+a|consentimiento)(?![a-z])|"
    r"p\s?(?=[:/]\s*(?![\s\d]))|(?:o|s|ef)\s?(?=:)|(?<![a-z])p\s?/\s?(?=[a-z])|"
    r"se\s+(?:indica|inicia|da\b|dan\b|envia|solicita|otorga|explica|prescribe|manda|refiere|ajusta|agrega|pide|programa|hospitaliza|ingresa|interna|egresa|comenta|informa)|"
    r"(?:indico|inicio\s+(?:con|tratamiento|manejo|tx|antib)|doy|mando|envio|solicito|pido|ajusto|agrego|receto|ingresa\s+a|pasa\s+a|continua\s+con|cita\s+(?:en|abierta|a\s)|motivo\s*:))"
)
_LISTY = (
    r"no\s+especificad|con|estadio|grado|etapa|de|tipo|en|clasif|no\s+(?:complicad|controlad|metastas|reactiv|invasor)|child|nyha|por|probable\s+secund|hipertens\w+\s+de|descontrolad|controlad|"
    r"secundari|agudizad|severa|leve|moderad|grave|izquierd|derech|bilateral|clase|resuelt|estable|remision|sin\s+(?:datos|complic|control)"
)
_ITEM_CUT = re.compile(
    r"\n|;|(?<!\d)(?<!\bvs)(?<!\bprob)(?<!\bpb)(?<!\b[a-z])\.(?=\s|$)|(?<=\d)\.(?=\s+[a-z])|\s\+\s*|\+(?=[a-z])|(?<![a-z0-9.])(?<!estadio )(?<!grado )(?<!tipo )(?<!kdigo )(?<!etapa )(?<!clase )(?<!fase )(?<!dm )(?<!mellitus )\d{1,2}\s*(?:[.)]-?|-)(?=\s|[a-z])\s*|"
    rf"(?<!\S)(?<!tipo )(?<!grado )(?<!estadio )(?<!clase )(?<!etapa )(?<!fase )(?<!dm )(?<!mellitus )(?<!diabetes )(?<!erc )(?<!kdigo )(?<!hace )(?<!\sx )(?<!\dx )[1-9]\s(?=[a-z]{{3,}})(?!\s*(?:dias?|sem|mes|anos|horas|vez|veces|cm|de\s))|\s/\s*|#\s?\d+\s*|\s[-–](?=\s?[a-z])|[•*·>→]|,(?!\s*(?:{_LISTY})\b)|\sademas\s(?:de\s)?|\sasi\s+como\s"
)
_LEADING = re.compile(
    r"^(?:[\s:.,\-–)(>#→/]+|entonces\s+seria\s+|el\s+diagnostico\s+es\s+(?:de\s+)?|seria\s+|es\s+|(?:yo\s+)?(?:considero|creo|pienso|parece)(?:\s+que)?\s+|(?:se\s+trata|corresponde)\s+(?:de|a)\s+(?:una?\s+)?|"
    r"(?:que\s+)?es\s+su\s+dia\s+\d+\s+de\s+|(?:sigue|continua|cursa|persiste)(?:\s+con)?\s+|cuadro\s+(?:clinico\s+)?(?:compatible\s+con|de|sugestivo\s+de)\s+|(?:por|con|de|dx|idx|ademas|tambien|mas|una?|y|e)\s+|"
    r"(?:paciente|pte|pac|masculin[oa]|femenin[oa]|hombre|mujer|nin[oa]|lactante|escolar|masc|fem)(?:\s+(?:masculin[oa]|femenin[oa]|de|\d+|anos?|meses|a))*\s+(?:con|portadora?\s+de|que\s+cursa\s+con)\s+|"
    r"(?:a\s+)?descartar\s+|d/c\s+|(?:pre|post?)\s*-?(?:op(?:eratorio)?|qx|quirurgico)?\s*[:.]\s*|(?:de\s+)?(?:ingreso|egreso|finales?|base)\s*:?\s+|"
    r"(?:i?dx|diagnosticos?|analisis|antecedentes|subjetivo|problemas?(?:\s+activos?)?|app|ahf|impresion(?:\s+diagnostica)?|conclusion)[\s:.]+|a\s?[:/]\s*|principal\s*:|secundarios?\s*:)+"
)
_TRAILING = re.compile(r"(?:[\s:.,\-(>/+]|\s(?:y|e|o|con|por|de|del|la|el|en|pero|menos|punto|coma|se|ya|que|a|su))+$")
_TAIL = re.compile(
    r"\s(?:que\s|quien\s|(?:el|la)\s+cual\s|manejad[oa]s?\s|en\s+(?:tratamiento|manejo|tx)\s|con\s+(?:tratamiento|tx|manejo)\s|desde\s+(?:hace|el|la|los)|hace\s+\d|de\s+\d+\s+(?:dias|meses|anos|semanas)).*$"
)
"""«neumonía adquirida en comunidad que responde», «HAS de 5 años»: the course, not the diagnosis."""
_NOT_ITEM = re.compile(
    r"^(?:gotas\b|tab\b|tabletas|amp\b|sol\b|se\b|(?:el|la|los|las)\s+mism[oa]s?|analisis|asa\b|riesgo|goldman|caprini|curb|nyha|kk\b|killip|apache|westley|chads|cha2ds2|alvarado|timi|fisher|apgar|barthel|gold\b|revertid|sofa|qsofa|wells|ver\b|acude|paciente\b|masculino|femenin|pronostico|plan\b|nota\b|ninguno?$|los\s+comentados|mismos?$|igual|\d+$|ya\s+(?:conocid|mencionad|comentad)|cita\b|bueno\b|reservad|"
    r"asi\b|que\b|quien\b|por\s+lo\b|motivo\b|cirugia\b|procedimiento\b|operacion\b|kerr$|comentado|elaboro|dr\b|dra\b|mip\b|r[1-5]\b|refiere|presenta|le\b|me\b|su\b|ya\b|hoy\b|ayer\b|alta\b|egres|mejoria$|en\s+mejoria$|estable$|resto\b|sin\s+(?:cambios|otr|eventual)|mama\b|papa\b|familiar|doctor|gracias|afebril|eutermic|hemodinamic|ta\s?\d|fc\s?\d|indic|solicit|contin[uú]|tolera|dieta\b|ayuno\b|vigil|seguimiento|vacun)"
)
_HAS_LETTERS = re.compile(r"[a-z]{2}")
_PLAIN_REACH = 300
"""Characters that a list may run on after its heading where no section is known."""


def _ends(view: View, start: int, limit: int, cuts: Sequence[int]) -> int:
    found = _END.search(view.norm, start, limit)
    stop = found.start() if found else limit
    i = bisect_right(cuts, start)
    return min(stop, cuts[i]) if i < len(cuts) else stop


def zones(view: View, sections: Sequence[tuple[Span, Section]], cuts: Sequence[int]) -> list[tuple[int, int, bool]]:
    """Stretches of the view that list diagnoses, with whether a section said so (else a heading word did).

    ``cuts``: positions where something else begins (a drug order, a vital sign): a list never runs over them.
    """
    norm = view.norm
    out: list[tuple[int, int, bool]] = []
    edges = view.positions([p for span, _ in sections for p in span])
    parts = [(edges[2 * i], edges[2 * i + 1], key) for i, (_, key) in enumerate(sections)]
    for a, b, key in parts:
        if key is Section.DIAGNOSTICOS:
            head = re.match(r"\s*", norm[a:b])
            at = a + (head.end() if head else 0)
            out.append((at, _ends(view, min(at + 4, b), b, cuts), True))
    heads = [m.end() for m in _HEAD.finditer(norm)]
    heads += [
        m.end() for m in _BARE_HEAD.finditer(norm) if not _NO_HEAD.search(norm[max(0, m.start() - 25) : m.start()])
    ]
    if not sections:
        heads += [
            m.end() for m in _SOAP.finditer(norm) if re.search(r"(?<![a-z])p\s?[:/]", norm[m.end() : m.end() + 400])
        ]
    out.sort()
    starts = [a for a, _, _ in out]
    firsts = edges[::2]
    more: list[tuple[int, int, bool]] = []
    last = -1
    for at in sorted(heads):
        i = bisect_right(starts, at) - 1
        if (i >= 0 and at <= out[i][1]) or at < last:
            continue
        limit = min(len(norm), at + _PLAIN_REACH)
        j = bisect_right(firsts, at) - 1
        if j >= 0 and at < parts[j][1]:
            limit = min(limit, parts[j][1])
        last = _ends(view, at, limit, cuts)
        more.append((at, last, False))
    return sorted(out + more)


def items(view: View, start: int, end: int) -> list[tuple[int, int, int]]:
    """Items of the list ``norm[start:end]`` without numbering and words of doubt, each with how it was cut off.

    The third value counts the full stops and lines before the item: prose follows a list, rarely goes before it.
    """
    found: list[tuple[int, int, int]] = []
    at, sentence = start, 0
    for cut in [*_ITEM_CUT.finditer(view.norm, start, end), None]:
        stop = cut.start() if cut else end
        lead = _LEADING.match(view.norm[at:stop])
        a = at + (lead.end() if lead else 0)
        trail = _TRAILING.search(view.norm[a:stop])
        b = a + trail.start() if trail else stop
        if (tail := _TAIL.search(view.norm[a:b])) and tail.start() > 3:
            b = a + tail.start()
        if b > a and _HAS_LETTERS.search(view.norm[a:b]) and not _NOT_ITEM.match(view.norm[a:b]):
            found.append((a, b, sentence))
        if cut:
            at = cut.end()
            sentence += cut.group()[0] in ".\n"
    return found
