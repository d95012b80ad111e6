# ruff: noqa: E501, SIM905 - patterns and word lists stay on one line
"""Workplaces: the «empresa», «patrón», «labora en» fields and company names by their legal form (Ley General de Sociedades
Mercantiles: S.A. de C.V., S. de R.L.…)."""

from __future__ import annotations

import re
from typing import Any

from guardrails.redaction.lexicon import word_class
from guardrails.redaction.presidio import LocalRecognizer, RecognizerResult
from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule

_END = r"(?=$|[\n,;|()]|\. |\.$| (?:desde|con|como|de (?:lunes|tiempo)|hace|tracto|placas|area|turno|puesto|tel|y|por|donde|en (?:el|la|turno)|actualmente|refiere|acude|reg|registro|rp|jornada|horario)\b)"
_GENERIC = {
    "casa", "su casa", "el campo", "campo", "hogar", "el hogar", "la obra", "construccion", "oficina", "fabrica", "una fabrica", "comercio", "el comercio",
    "la construccion", "maquila", "una maquila", "una oficina", "limpieza", "mostrador", "area", "turno", "forma", "la calle", "una tienda", "ella",
    "una casa", "un taller", "taller", "el", "cocina", "oficinas", "almacen", "home office",
}  # fmt: skip


_LEVEL = re.compile(r"^(?:prim|sec|prepa)\w*\.? ")
_SCHOOL_PROSE = frozenset("al a completa incompleta trunca terminada y con sin de en la el a matutina vespertina publica privada particular tiene presenta acude refiere abierta concluida inconclusa".split())


_BUSINESS = (
    r"(?:confecciones|fletes|transportes|autotransportes|fleteras?|abarrotes|abarrotera|viveros?|llantera|refaccionaria|tortilleria|panaderia|pasteleria|ferreteria|muebleria|muebles|zapaterias?|papeleria|carniceria|cremeria|tlapaleria|purificadora|lavanderia|tintoreria|imprenta|textiles|calzado|plasticos"
    r"|maderas|aceros|fundicion|minera|agricola|ganadera|pesquera|astilleros?|cerveceria|tequilera|embotelladora|empacadora|cementos|constructora|inmobiliaria|arneses|autopartes|maquiladora|taqueria|pizzas|pollos|cavas|vinos|uniformes|comercializadora|distribuidora|hilados|tejidos|cooperativa|sindicato|corporativo"
    r"|zapaterias|tornillos|alimentos|quesos|lacteos|dulces|joyeria|ingenio|rastro|granjas?|huertas?|laminados|tuberias|petroleos|ferrocarril(?:es)?|mudanzas|gasera|gas(?= [a-z]{4}))"
)

# Large employers of Mexico, by the name everybody uses.
_BRANDS = "(?:" + "|".join(
    "bimbo oxxo walmart soriana chedraui coppel elektra liverpool suburbia sears femsa coca-cola pepsi sabritas lala alpura jumex herdez maseca gruma cemex pemex telmex telcel televisa volkswagen nissan audi kia mazda honda ford bosch foxconn"
    " flextronics jabil lear yazaki delphi sanmina samsung lg whirlpool mabe magna gestamp nemak ternium arcelormittal heb costco cinepolis cinemex uber didi rappi estafeta dhl fedex sepsisa farmacias amazon sodimac sanborns vips starbucks"
    " telepizza mcdonald's bachoco pilgrim's sukarne minsa modelo heineken corona cuauhtemoc grupo-mexico peñoles fresnillo synthes".split()
) + "|bodega aurrera|mercado libre|grupo modelo|home depot|aurrera|call center|burger king)"


class EmployerRecognizer(FoldedRecognizer):
    """Field, verb of work with «en», legal form, registro patronal."""

    LABEL = "EMPLEADOR"
    CONTEXT = re.compile(r"(?:trabaj|labor|emplead|obrer|cajer|chofer|costales|turno|puesto|jornada|velador|vigilan)")
    REACH = 40
    RULES = (
        rule(
            "school",
            r"(?<![a-z])(?:(?:escuela|esc\.)(?: primaria| secundaria| tecnica| normal)?|secundaria (?:tecnica|general)|telesecundaria|kinder|jardin de ninos|preescolar|colegio|cbtis|cetis|conalep|cobach|cecyte?"
            r"|preparatoria|prepa|bachilleres|universidad|instituto tecnologico|guarderia|cendi|estancia infantil)(?: \d{1,3})?(?: (?P<v>(?:(?:no|num)\.? ?)?\d{1,4}|[A-Za-zñ]+(?: [a-zñ.]+){0,3}?))(?=[,.;\n)]|$)",
            0.5,
        ),
        rule("technical school", r"(?<![a-z])(?P<v>(?:sec|esc)\.? ?(?:tec|gral|prim|sec|fed)\.?(?: (?:no\.?|num\.?|#)? ?\d{1,4}(?!\d)| (?!de |en |con |y |in?completa|trunca|inconclusa|terminada|completa)[a-zñ]{4,}))", 0.7),
        rule("field", rf"(?<![a-z])(?:empresa|empleador|centro de trabajo|lugar de trabajo|razon social|patron(?= ?[:=]))(?: actual)? ?[:=]? ?(?P<v>(?!de |del |por |que |lo |la |no |donde )[a-z0-9ñ&][^\n,;|()]{{2,60}}?){_END}", 0.75),
        rule("verb", rf"(?<![a-z])(?:labora(?:ndo|ba)?|trabaja(?:ndo|ba|dor|dora)?|emplead[oa]|obrer[oa]|operari[oa]|chofer|cajer[oa]|vigilante|guardia|intendente|ejecutiv[oa])(?: [a-zñ]+){{0,4}}? (?:en|de|para) (?:la |el )?(?:empresa |fabrica |cia\.? |compania )(?P<v>[a-z0-9ñ&][^\n,;|()]{{2,50}}?){_END}", 0.8),
        rule("place of work", rf"(?<![a-z])(?P<v>(?:maquila(?:dora)?|hotel|taller|tienda|supermercado|farmacia|gasolinera|ingenio|mina|rastro|central|mercado|plaza) (?:de abastos?|(?!de |del? dia|que |con |y |en |mecanic|textil|el |la |donde|desde|hace)[a-zñ]{{3,}}(?: (?!desde|hace|turno|de dia)[a-zñ]{{3,}}){{0,2}}?)){_END}", 0.6, context=True),
        rule("acronym", r"(?<![a-z])(?:cbtis|cetis|cecyte?|conalep|cobach|cbta|dif|buap|unam|ipn|uanl|udg|uam|uady|uabc|ittla|pemex|cfe|telmex|sedena|semar)(?: (?:no\.? ?|num\.? ?)?\d{1,3}| (?!con|que|por|del|para|hace|desde)[a-zñ]{5,}(?=[,.;\n]))?(?![a-z])", 0.6),
        rule("brand", rf"(?<![a-z])(?:en|de|del|para|por|patron|empresa|planta)(?: (?:la|el|los|las|un|una))? (?P<v>{_BRANDS}(?: (?:de|del) [a-zñ]{{4,}}| planta [a-zñ]{{3,}}| [a-zñ]{{4,}}(?=[,.;\n]))?)(?![a-zñ])", 0.55),
        rule("business", rf"(?<![a-z])(?:en|de|del|para|por|patron|empresa|la|el|con)[ :]{{1,2}}(?P<v>{_BUSINESS}(?: (?!desde|hace|turno|con |que |y |en |tracto|placas|puesto|como|donde|el dia|mecanic|tel)[a-zñ0-9&'.\-]+){{1,5}}?){_END}", 0.55),
        rule("legal form", r"(?<![a-zñ0-9&'\-])(?P<v>(?:[a-z0-9ñ&][a-z0-9ñ&'\-]{0,30}[ ,.]{1,2}){1,6}?s\.? ?(?:a\.?|a\.?p\.?i\.?|de r\.? ?l\.?|c\.?)(?: ?\.? ?de c\.? ?v\.?)(?![a-z])\.?)", 0.85),
        rule("registro patronal", r"(?<![a-z])(?:reg(?:istro)?\.? patronal|r\.p\.)[^\w\n]{0,4}(?P<v>[a-z]?\d{2}[ \-]?\d{5}[ \-]?\d{2}(?:[ \-]?\d)?)(?!\d)", 0.9),
    )

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """In mixed-case text a company's name starts with its first capital word."""
        results = super().analyze(text, entities, nlp_artifacts)
        if sum(one.isupper() for one in text) > 0.5 * sum(one.isalpha() for one in text) or text.islower():
            return results
        for one in results:
            value = text[one.start : one.end]
            head = re.search(r"(?<![^\W_])(?!Patrón |\d+ de )[A-ZÁÉÍÓÚÑ0-9&]", value)
            if head and value[head.start()].isalpha() and head.start() < 30:
                one.start += head.start()
        return results

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """A kind of place is no employer."""
        if rule.name == "school" and not any(one.isdigit() for one in value) and _LEVEL.sub("", value).split(" ")[0] in _SCHOOL_PROSE:
            return None
        bare = value.strip()
        if rule.name == "business" and not any(set(word_class(word)) & set("gsm?") and "c" not in word_class(word) for word in re.findall(r"[a-zñ]{4,}", bare)[1:]):
            return None
        if bare in _GENERIC or re.fullmatch(r"[\d\s.]+", bare):
            return None
        return super().validate(value, rule, near)


_UP = "A-ZÁÉÍÓÚÑ"
_PROPER = rf"[\"“«]?[{_UP}][\w&'.\-]*[\w»”\"](?:(?: (?:de|del|la|las|los|el|y|e|&|by))* [\"“«(]?[{_UP}0-9][\w&'\-]*[»”\")]?)*"
_WORK = re.compile(
    r"(?<![^\W_])(?:[Tt]rabaj\w+|[Ll]abora\w*|[Ee]mplead[oa]|[Oo]brer[oa]|[Oo]perari[oa]|[Oo]perador[a]?|[Cc]hofer|[Cc]ajer[oa]|[Vv]igilante|[Vv]elador[a]?|[Gg]uardia|[Ii]ntendente|[Rr]epartidor[a]?|[Mm]ensajer[oa]|[Cc]osturer[oa]"
    r"|[Mm]aestr[oa]|[Pp]rofesor[a]?|[Aa]lumn[oa]|[Ee]studia(?:nte)?|[Bb]ailar[ií]na?|[Mm]eser[oa]|[Cc]ociner[oa]|[Jj]ubilad[oa]|[Pp]ensionad[oa]|[Gg]erente|[Ss]ecretari[oa]|[Aa]yudante|[Mm]ec[aá]nic[oa]|[Ee]lectricista|[Ss]oldador[a]?"
    r"|[Vv]endedor[a]?|[Ll]impia(?:ba)?|[Vv]ende|[Aa]tiende|[Mm]aneja|[Cc]arga|[Cc]lases|[Bb]olero|[Ss]oldado|[Oo]perari[oa]|[Mm]inero|[Ee]nfermer[oa] (?=del? )|[Dd]ependiente|[Dd]espachador[a]?|[Tt]rabajó|[Aa]gremiad[oa]|[Jj]ornaler[oa]|[Aa]rtesan[oa]|[Ee]studi[oó]|[Rr]eligios[oa]|[Mm]onja|[Dd]ueñ[oa]|[Ss]oci[oa]|[Pp]anader[oa]|[Oo]bra|[Pp]uesto|[Nn]egocio|[Ee]mpacador[a]?|[Cc]amarista|[Rr]ecamarera|[Aa]rchivista|[Bb]iblioteca\w*|[Ff]utbolista)"
    rf"(?: (?!que|y\b|con\b|se\b)[a-záéíóúñ]+){{0,4}}? (?:en|de|del|para|por)(?: (?:la|el|los|las|una|un|su))? (?P<v>{_PROPER})"
)
_SITE = re.compile(
    r"(?<![^\W_])(?:[Kk][ií]nder|[Pp]reescolar|[Pp]rimaria|[Ss]ecundaria(?: [Tt]écnica| [Gg]eneral)?|[Tt]elesecundaria|[Pp]repa(?:ratoria)?|[Ee]scuela(?: [Pp]rimaria| [Ss]ecundaria| [Nn]ormal| [Bb]ilingüe)*|[Cc]olegio|[Gg]uardería|[Ee]stancia [Ii]nfantil"
    r"|[Ii]nstituto|[Uu]niversidad|[Tt]aller|[Mm]aquila(?:dora)?|[Hh]otel|[Rr]estaurante?|[Ff]onda|[Cc]onvento|[Pp]arroquia|[Ss]eminario|[Bb]allet|[Ii]ngenio|[Mm]ina|[Ee]mpresa:?|[Ff]ábrica|[Cc]ompañía|[Pp]atrón|[Tt]ienda|[Pp]apelería|[Tt]ortillería|[Pp]anadería|[Cc]arnicería|[Ff]erretería"
    rf"|[Ee]stética|[Pp]apelera|[Tt]extiles|[Pp]lanta|[Ss]indicato|[Gg]rupo|[Cc]onstructora|[Tt]ransportes)(?: (?:de|del|la|el|los|las|en))* (?P<v>{_PROPER}(?:, (?:planta|sucursal) \w+)?)"
)
_PART_OF_NAME = re.compile(r"(?:convento|parroquia|seminario|ballet|colegio|instituto|universidad|hotel|restaurante?|fonda|ingenio|grupo|constructora|transportes|textiles|tortilleria|panaderia|papeleria|carniceria|ferreteria|estetica|sindicato)(?![a-z])")
_NOT_WORK = re.compile(r"(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|imss|dr|dra|sr|sra|nss|umf|hgz|hgr|incompleta|completa|trunca|terminada|edad|sexo|ef|ta)(?![a-z])")


class NamedWorkplaceRecognizer(LocalRecognizer):
    """«repartidor de Rappi», «kínder Jean Piaget», «convento de Santa Mónica»: the name by its capitals, in text that uses them."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["EMPLEADOR"], supported_language="es", name="NamedWorkplaceRecognizer")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """A kind of work or of workplace with a proper name behind it; services of a hospital («enfermera de Urgencias») are none."""
        if not nlp_artifacts.cased:
            return []
        out = []
        for pattern in (_WORK, _SITE):
            for match in pattern.finditer(text):
                start, end = match.span("v")
                if _PART_OF_NAME.match(nlp_artifacts.folded, match.start()):
                    start = match.start()
                words = re.findall(r"[^\W\d_]+", nlp_artifacts.folded[start:end])
                named = [word for word in words if len(word) > 2 and not ("c" in word_class(word) and not set(word_class(word)) & set("gsm"))]
                if words and named and not _NOT_WORK.match(nlp_artifacts.folded[start:end].lstrip('"«“')):
                    out.append(RecognizerResult("EMPLEADOR", start, end, 0.5))
        return out


RECOGNIZERS = (EmployerRecognizer, NamedWorkplaceRecognizer)
