# ruff: noqa: E501 - patterns and word lists stay on one line
"""Mexican postal addresses: street, number, colonia, lot, ranchería, «domicilio conocido» (INEGI, Norma técnica sobre
domicilios geográficos: tipos de vialidad y de asentamiento humano)."""

from __future__ import annotations

import re
from typing import Any

from guardrails.redaction.presidio import RecognizerResult
from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule

_STREET = (
    r"(?:calle|c/\.? ?(?=[a-zñ]{3})|clle\.|cll\.|av(?:da|e)?\.|av(?= (?!de \d|de vision|en |era|es |fue|corregida|menor|mayor|normal|maxima|igual|hasta|sin |con |od|oi|ao|del? ojo|inicial|final|actual|previa)[a-z])|avenida|blvd\.?|boul?evard|bulevar|calz(?:ada)?\.?|priv(?:ada)?\.?|pvda\.?|cda\.?|cerrada"
    r"|andador|and\.(?= )|callejon|cjon\.|carr(?:etera)?\.?|camino (?:a|al|viejo|real|nacional|vecinal)|circuito|cto\.?|prol(?:ongacion)?\.?|retorno|rtno\.?"
    r"|paseo (?:de|del)|eje (?:vial|central|\d)|periferico|libramiento|viaducto|diagonal|autopista|km|kilometro|plazuela)(?![a-zñ])"
)
_AREA = (
    r"(?:col(?:onia)?\.?|fracc?(?:ionamiento)?\.?|barrio|bo\.(?= )|bo\.(?=[a-z])|u\.? ?h\.?(?= )|unidad habitacional|conj(?:unto)? hab(?:itacional)?\.?|infonavit|ejido|rancheria|rancho|ra\.(?= )"
    r"|pueblo(?: de)?|pob(?:lado)?\.?|comunidad(?: de)?|congregacion|localidad(?: de)?|loc\.|ampliacion(?= (?:de )?(?:la |el |las |los |san|col))|amp\.|residencial|villa(?= [a-z])|agencia|paraje|cuadrilla|secc\.(?= [a-z\d])|supermanzana|sm\.?(?= \d)|region(?= \d)|edif(?:icio)?\.?|torre(?= [a-z\d]))"
)
_INNER = (
    r"(?:mz[an]?\.?|manzana|mza\.?|lt\.?|lte\.?|lote|int(?:erior)?\.?|ext(?:erior)?\.?|depto?\.?|departamento|dpto\.?|edif(?:icio)?\.?|casa|piso|local|entrada|andador|num(?:ero)?\.?|no\.?|n[°º]\.?|#|torre|block)"
)
_WORD = r"(?:[a-z0-9ñ°º'/\-]+|(?:gral|dr|lic|ing|prof|sta|sto|fco|ma|cda|priv|j|h|m|c|r)\.)"
_PART = r"(?:sta\.|sto\.|gral\.|lic\.|dr\.|ing\.|prof\.|[a-z0-9ñ'°º]+)"
_NUMBER = r"(?:(?:num(?:ero)?\.?|no\.?|n[°º]\.?|#)? ?#? ?\d{1,5}(?:[ \-]?[a-d](?![a-z]))?(?:-\d{1,4}|/\d{1,3})?(?![\d,.]*\d? ?(?:mg|ml|kg|cm|anos?|%|h\b|hrs?))|s/?n(?!\w)|s\. ?n\.|sin numero)"
_TAIL = rf"(?:,? {{0,2}}{_INNER} ?[:#]?(?: ?(?:no\.?|num\.?|#))? ?\d{{0,4}}[ \-]?[a-z]?\d{{0,3}}(?![a-z]))*"
_BESIDE = (
    r"(?:esq(?:uina)?\.?(?: con)?|casi|entre|e/|frente a(?:l)?|junto a(?:l)?|a un (?:lado|costado) (?:del?|de la)|a espaldas (?:del?|de la)|atras (?:del?|de la)|detras (?:del?|de la)|enfrente (?:del?|de la)|cerca (?:del?|de la)"
    r"|pasando (?:el|la|los|las)|a la altura (?:del?|de la)|por (?:la glorieta|glorieta|el|donde)|x(?= \d)|por(?= \d)|interior|altos|bajos|planta (?:alta|baja)|letra|porton|zaguan)"
)
_BIT = r"(?:[a-zñ0-9°º#\-]+|(?:gral|dr|lic|ing|sta|sto|av|col|no|num|c|prof|fco)\.)"
_MORE = (
    rf"(?:,? (?:{_BESIDE}(?: (?!refiere|acude|con |sin |desde|tel\b|cel\b|nss\b|que |cp\b|c\.p){_BIT}){{0,6}}|(?:{_AREA})(?: (?!refiere|acude|con |sin |desde|tel\b|cel\b|nss\b|que |cp\b|c\.p){_BIT}){{1,5}}?(?=$|[\n,;:()|]|\. |\.$)"
    rf"|(?:secc(?:ion)?\.?|sector|etapa|manzana|lote|campo|km\.?) ?[a-z0-9\-]{{1,9}})){{0,3}}+"
)
_STOP = r"(?!tel|cel|cp\b|c\.p|codigo|refiere|acude|con |sin |desde|telefono|nss|edad|que |y |quien|donde|mpio|municipio|por )"


_AMBIGUOUS = re.compile(r"privada|cerrada|prolong|circuito|camino|retorno|regi[oó]n|comunidad|localidad|ampliaci|pueblo|torre|secci|diagonal", re.IGNORECASE)
_CLINICAL = re.compile(r"\b(?:cirugia|dias|durante|realiza\w*|presenta\w*|refiere|paciente|hospital\w*|dolor|mg|ml|tratamiento|se observa|horas|anos|semanas)\b")


_NO_PLACE = re.compile(
    r"col(?:onia)?\.? ?(?:lumbar|cervical|dorsal|vertebral|total|hdl|ldl|toracica|lumbosacra|\d{2,3}(?![\w\-])|tratada|en el|de la vejiga)|sm ?\d{1,2}-1|calle (?:refresco|casi|ta\b|diario|desde|y |con |de tierra|sin )|en situacion"
    r"|loc\.(?=,|$)|uh \d|av (?:postop|sin|preop|od|oi)|comunidad (?:psi|curb|adquirida|resuelta)|cerrada (?:en mesa|cr|de fractura|percutanea)|barrio chino"
)
_BODY_BEFORE = re.compile(r"(?:reduccion|fractura|fx|luxacion|herida|lesion|ulcera|fontanela|boca|tibia|femur|izq\w*|der\w*|boca|mandibula|via aerea|neumonia \w*|adquirida en la|de la)[ ,.:]*$")


class AddressRecognizer(FoldedRecognizer):
    """Street with number; settlement with its name; lot and block; the «domicilio» field."""

    LABEL = "DIRECCION"
    RULES = (
        rule("street", rf"(?<![a-z0-9]){_STREET} ?{_STOP}{_WORD}(?: {_STOP}{_WORD}){{0,6}}?,? ?{_NUMBER}{_TAIL}{_MORE}", 0.9),
        rule("street without number", rf"(?<![a-z0-9])(?:calle|avenida|av\.|blvd\.?|boulevard|calzada|calz\.|privada|cerrada|callejon|andador|prolongacion|prol\.|circuito|carretera) (?!de |del |y )(?P<x>{_STOP}[a-z0-9ñ]{{2,20}})(?: (?:de |del |de la |de los |de las )?{_STOP}[a-zñ]{{3,20}}){{0,3}}", 0.7),
        rule("area", rf"(?<![a-z0-9]){_AREA} {_STOP}{_PART}(?: {_STOP}{_PART}){{0,6}}? ?(?=$|[\n,;:()|]|\. |\.$| ?-|(?<= )(?:c\.? ?p|mpio|municipio|tel|cel|en|con|ref|refiere|acude|y|alcaldia|del?g\.|que|por|a)\b){_TAIL}", 0.8),
        rule("lot", rf"(?<![a-z0-9])(?:mz[an]?|manzana|mza)\.? ?(?:no\.? ?)?[a-z0-9]{{1,4}},? ?(?:y )?(?:lt|lte|lote)s?\.? ?(?:no\.? ?)?[a-z0-9\-]{{1,5}}{_TAIL}", 0.9),
        rule("crossing", r"(?<![a-z])(?:c(?:alle|\.)? ?|(?:en|por|de|x) la (?=\d{1,3} (?:x|por|entre) \d))\d{1,3}(?:-?[a-z])? ?(?:(?:no\.?|num\.?|#) ?\d{1,4}(?:-?[a-z])? ?)?(?:x|por|entre) ?\d{1,3}(?:-?[a-z])?(?: y \d{1,3}(?:-?[a-z])?)?(?![a-z0-9])(?:,? (?:col\.? |fracc\.? )?[a-zñ]{4,})?", 0.95),
        rule("ordinal", rf"(?<![a-z0-9])(?:\d{{1,3}}|\d{{1,2}}[ao]\.?|primera|segunda|tercera|cuarta|quinta) (?:avenida |calle |av\.? )?(?:norte|sur|oriente|poniente|ote\.?|pte\.?)(?: (?:norte|sur|oriente|poniente|ote\.?|pte\.?))? {_NUMBER}{_TAIL}{_MORE}", 0.9),
        rule("known", r"(?<![a-z])(?:dom(?:icilio)?\.? conocido|dom\. con(?:oc)?\.)(?:,? s/?n)?", 0.9),
        rule(
            "field",
            r"(?<![a-z])(?:domicilio|direccion|dom\.|dir\.|viven? en|habitan? en|residencia|domiciliad[oa] en|con domicilio en|vivienda en)(?: actual| particular| del paciente| permanente| y tel(?:efono)?)?"
            r" ?:? ?(?P<v>(?!conocido)[^\n;|:]{4,110}?)(?=$|[\n;|]|\. |\.$|,? ?(?:\btel|\bcel|\bc\.? ?p\b|\bcodigo|\btelefono|\bedad|\bsexo|\bnss|\bmunicipio|\bmpio|\besta?do\b|\bcurp|\bocupacion|\bcolonia:))",
            0.55,
        ),
        rule("found at", r"(?<![a-z])(?:accidente en|lugar(?: de los hechos| del accidente)?:|levantad[oa] en|lo encontr(?:o|aron|amos)(?: tirado)? en|recogid[oa] en|calle y numero|duerme (?:x|por|en)|pernocta en|se queda en) ?(?P<v>(?!la calle[,.]|su casa|casa\b)(?=[^\n;|]*[a-z]{3})[^\n;|,.]{4,60})(?=$|[\n;|,.])", 0.5),
        rule("kilometre", r"(?<![a-z])(?:carr(?:etera)?\.?|autopista|libramiento)[^\n,;]{3,50}?,? ?km\.? ?\d{1,3}(?:[.+]\d{1,3})?" + _MORE, 0.9),
        rule("between", r"(?<![a-z])entre (?:calles? |av\.? )?[a-z0-9ñ ]{3,25} y (?:calle |av\.? )?[a-z0-9ñ]{3,15}(?: [a-z0-9ñ]{3,15})?(?=[,.\n;]|$)", 0.4, context=True),
    )

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """In a text with proper capitals an address has a capital letter after its first word, or a number."""
        folded: str = nlp_artifacts.folded
        results = [
            one
            for one in super().analyze(text, entities, nlp_artifacts)
            if not _NO_PLACE.match(folded, one.start) and not (_AMBIGUOUS.match(text, one.start) and _BODY_BEFORE.search(folded, max(0, one.start - 30), one.start))
        ]
        if not nlp_artifacts.cased:
            return results
        return [
            one
            for one in results
            if not _AMBIGUOUS.match(text, one.start) or re.search(r"(?<=\W)[A-ZÁÉÍÓÚÑ]|\d", text[one.start : one.end])
        ]

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """The bare field needs a digit or an address word, otherwise it is prose («vive en casa propia»)."""
        if rule.name == "field":
            housing = ("casa", "vivienda", "departamento", "cuarto", "zona", "medio", "area", "propia", "rentada", "union", "compania")
            if value.strip().startswith(housing):
                return None
            value = re.sub(r"\d+ ?(?:horas?|hrs?|anos?|dias?|meses|semanas|minutos|min|pisos?|cuartos?|personas|hijos)", "", value)
            return rule.score if any(one.isdigit() for one in value) or "s/n" in value or "col" in value else None
        if rule.name == "found at":
            return rule.score if re.search(r"\d|calle|av\b|av\.|col\b|mercado|puente|parque|carretera|plaza|terminal|metro|glorieta|esq|crucero|jardin|central", value) else None
        if rule.name.startswith("street") and _CLINICAL.search(value):
            return None
        if rule.name == "area":
            return rule.score if not value.startswith(("casa", "rancho de", "seccion de", "comunidad y", "localidad y", "pueblo y")) else None
        return super().validate(value, rule, near)


RECOGNIZERS = (AddressRecognizer,)
