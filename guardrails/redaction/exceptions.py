# ruff: noqa: E501 - patterns and word lists stay on one line
"""What the recognizers may take for personal data and is none: clinical values, eponyms, hours, partial dates."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from guardrails.redaction.lexicon import word_class
from guardrails.redaction.normalize import Prepared
from guardrails.redaction.types import Finding
from guardrails.redaction.vocabulary import EPONYM_CUES, EPONYM_DIRECT, KIN, NEVER_NAMES, STAFF_TITLES

_WORD = re.compile(r"[^\W\d_]+")
_NO_DATE = re.compile(r"\d\.\d{1,2}/.*|\d{1,2}[:.]\d{2}(?: ?h(?:rs?)?)?|\d{1,3} ?[x*+] ?\d{1,3}.*|\d{1,3}|[^\d]{0,3}")
_UNIT_AFTER = re.compile(r"\s?(?:mg|mcg|g/|gr|ml|mmhg|kg|cm|lpm|rpm|%|x'|ui|u/|mm3|mil/|meq|hrs?\b|h\b|dias?\b|semanas?\b|meses\b|sdg)")
_AGE = re.compile(r"\d{1,3}")


_TITLE_BEFORE = re.compile(r"(?<![^\W_])(?:dra?|sra?|srita|don|dona|enf|lic|px|pte|paciente|nombre|mip|r[1-5]|hij[oa]|espos[oa]|mama|papa)[.:]? ?$")


_SECTIONS = frozenset(["ahf", "app", "apnp", "pa", "ef", "ta", "fc", "fr", "dx", "idx", "tx", "eva", "nss", "curp", "rfc", "fum", "fpp", "ago", "qx", "rx", "ic", "hc", "sv", "am", "pm"])
_NORM = re.compile(r"(?:nom|cie)[\- ]?\d{1,3}(?:[\- ]?ssa\d?)?(?:[\- ]?\d{4})?")
_CRITERIA = frozenset(["praga", "ottawa", "tokio", "lugano", "bethesda", "bosniak", "bolsa", "fleischner", "stanford", "barcelona-clinica", "cincinnati"])
_COUNT_BEFORE = re.compile(r"(?:\bcv|carga viral|plaq\w*|leu\w*|cd4|\bui|dhl|cpk|\bck|amilasa|lipasa|hcg|plaquetas|linf\w*|neut\w*|bnp|ferritina|dimero\w*)[ |:]{1,4}$")
_UTERUS_BEFORE = re.compile(r"(?:actividad uterina|contracciones|\bau|fcf|gaso\w*|ph)[ :,\d]{1,8}$")
_LOT_BEFORE = re.compile(r"(?<![a-z])(?:lotes?|lot|no\. de lote|norma|nom|cie|cie-10|version|modelo|grupo dx)[.:]? ?(?:de |no\.? |num\.? |#)?(?:reactivo |vacuna |biologico )?[a-z]{0,4}-?$")
_FORMS = frozenset({"4-30-8", "4-30-200", "4-30-21", "4-30-6p", "4-30-51", "st-2", "st-3", "st-5", "st-7", "st-9", "sm10-1", "4308"})
_ABROAD = frozenset(
    "espana mexico argentina chile cuba colombia venezuela uruguay paraguay peru bolivia ecuador brasil portugal francia italia alemania china japon canada guatemala honduras panama suiza haiti belice"
    " eeuu eua ee.uu. usa|estados unidos|el salvador|costa rica|republica dominicana|puerto rico|reino unido|praga|ottawa|tokio|lugano|bethesda|atlanta|boston|viena|paris|estocolmo|edimburgo|bristol"
    "|amsterdam|berlin|roma|milan|helsinki|sidney|sydney|toronto|montreal|dallas|rotterdam|oakland|nottingham|cincinnati|bogota|guantes|malo|bueno|bolsa".replace(" ", "|").split("|")
) | frozenset({"estados unidos", "el salvador", "costa rica", "republica dominicana", "puerto rico", "reino unido"})
_PLACE_FIELD = re.compile(r"(?<![a-z])(?:localidad|provincia|ciudad|poblacion|municipio|estado)[^\w\n:]{0,3}(?:[a-z]+ ?)?: ?$")
_HYPHEN_BEFORE = re.compile(r"([a-z]{3,})-$")
_CRITERIA_BEFORE = re.compile(r"(?<![a-z])(?:criterios?|clasificacion|escala|reglas?|bolsa|rosa|indice|score|guias?|consenso|fractura|signo|maniobra|sindrome|inmovilizador|vendaje|sonda|cateter)(?: de)? $")


@cache
def eponyms() -> frozenset[str]:
    """Folded surnames that name signs, scales, instruments and stains (``data/eponyms.txt``)."""
    return frozenset((Path(__file__).parent / "data" / "eponyms.txt").read_text(encoding="utf-8").split())


_GENERIC_UNIT = re.compile(
    r"(?:ucin|uci|utip?|utiq|urg|urgencias|orl|hospital|hospital general|umf|hgz|hgr|hgo|umae|clinica|hospital rural|hospital escuela|hospital psiquiatrico|clinica rural|centro de salud|albergue|sala(?: de)? \w+|consultorio \d+|cama \d+\w*|piso \d+"
    r"|quirofano \d*|cubiculo \d+|toco\w*|medicina (?:familiar|interna|preventiva|general)|consulta externa|trabajo social|recuperacion|hemodialisis|laboratorio|farmacia|umf control|eemf)"
)
_SPAN_OF_TIME = re.compile(r"\d+ ?(?:anos?|horas?|hrs?|dias?|meses|semanas)|\d+ ?a")
_STREET_WORD = re.compile(r"\d|calle \w|\bav\b|av\.|col\b|col\.|barrio|mercado|ejido|rancho|rancheria|localidad \w|paraje|puente|conocido|esq|lote|manzana|mz|km|andador|priv|fracc|unidad|edif|junto|frente|atras|lado|sin numero|s/n")


_FIELD_WORDS = frozenset(["mpio", "edo", "dom", "domicilio", "entidad", "localidad", "loc", "cp", "col", "rfc", "curp", "nss", "mat", "ced", "tel", "cel", "urg", "oftalmo", "cmte", "prop", "lejos", "jaja", "bendiciones", "dios", "ves", "pasaje", "labora", "bajo", "trae", "paraje", "primo", "prima", "menor", "edad", "plano"])


def _only_everyday(words: list[str]) -> bool:
    return all("c" in word_class(word) and not set(word_class(word)) & set("gsm") for word in words if len(word) > 2)


def _says_nothing(one: Finding, value: str, prepared: Prepared) -> bool:
    """A kind of place, a length of time or an everyday word that the network took for a datum."""
    words = _WORD.findall(value)
    first = prepared.text[one.start]
    if value.strip(" .:") in _FIELD_WORDS:
        return True
    if one.label in ("UNIDAD_MEDICA", "HOSPITAL", "CENTRO_SALUD"):
        return _GENERIC_UNIT.fullmatch(value.strip(" .")) is not None
    if one.label in ("DIRECCION", "CALLE"):
        return _SPAN_OF_TIME.fullmatch(value) is not None or (not _STREET_WORD.search(_SPAN_OF_TIME.sub("", value)) and first.islower() and _only_everyday(words)) or value in ("calle", "ced", "col la", "localidad", "comunidad", "loc", "via", "via publica", "la via publica")
    if len(words) != 1 or any(char.isdigit() for char in value):
        return False
    if one.label in ("MUNICIPIO_ESTADO", "TERRITORIO"):
        return _only_everyday(words) and len(words[0]) > 4
    if one.label in ("EMPLEADOR", "INSTITUCION"):
        return _only_everyday(words) and (first.islower() or value in ("patron", "empresa", "grupo", "trabajo"))
    if one.label.startswith("NOMBRE") and _only_everyday(words) and first.isupper() and len(words[0]) > 3:
        before = prepared.text[max(0, one.start - 2) : one.start]
        return not before or before[-1] == "\n" or before in (". ", "! ", "— ")
    return False


def not_personal(one: Finding, prepared: Prepared, policy: str) -> bool:
    """Whether a candidate is dropped before resolution."""
    value = prepared.folded[one.start : one.end].strip()
    if one.label == "FECHA" and _UTERUS_BEFORE.search(prepared.folded, max(0, one.start - 28), one.start):
        return True
    if one.label in ("FECHA", "FECHA_PARCIAL") and one.source == "TrainedRecognizer":
        return _NO_DATE.fullmatch(value) is not None
    if any(char.isdigit() for char in value) and _LOT_BEFORE.search(prepared.folded, max(0, one.start - 24), one.start):
        return True  # lots of reactives and vaccines, form numbers
    if _NORM.fullmatch(value):
        return True
    if one.label in ("FOLIO", "OTRO_ID", "FECHA") and value.replace(" ", "") in _FORMS:
        return True
    if one.label == "CP" and one.source == "TrainedRecognizer" and _COUNT_BEFORE.search(prepared.folded, max(0, one.start - 18), one.start):
        return True
    if one.source == "TrainedRecognizer" and value in _CRITERIA:
        return True
    if one.label in ("MUNICIPIO_ESTADO", "TERRITORIO") and _PLACE_FIELD.search(prepared.folded, max(0, one.start - 40), one.start):
        return False
    if one.label in ("MUNICIPIO_ESTADO", "TERRITORIO") and (value in _ABROAD or _CRITERIA_BEFORE.search(prepared.folded, max(0, one.start - 22), one.start)):
        return True
    if one.source == "TrainedRecognizer" and _says_nothing(one, value, prepared):
        return True
    if one.source == "TrainedRecognizer" and value in ("cruz", "cruz roja", "la cruz roja", "imss", "seguro social"):
        return True  # bodies that serve everybody tell nothing of one
    if one.label == "EDAD_SUJETO_ASISTENCIA":
        number = _AGE.search(value)
        return number is not None and int(number[0]) >= 90  # the rule EDAD_90 has those
    if value == "rina" and prepared.text[one.start] == "r" and re.search(r"(?:por|en|tras|durante|una) $", prepared.folded[max(0, one.start - 8) : one.start]):
        return True  # a fight written without its ñ
    if one.label.startswith("NOMBRE") and one.source in ("TrainedRecognizer", "NameRecognizer", "ListedNameRecognizer"):
        words = _WORD.findall(value)
        first = _HYPHEN_BEFORE.search(prepared.folded, max(0, one.start - 16), one.start)
        if len(words) <= 2 and first is not None and first[1] in eponyms():
            return True  # «Guillain-Barré», «Rocky-Davis» cut in two
        if len(words) == 2 and f"{words[0]}-{words[1]}" in value and (words[0] in eponyms() or words[1] in eponyms()):
            return not _TITLE_BEFORE.search(prepared.folded[max(0, one.start - 12) : one.start])
        if any(word in eponyms() for word in words) and all(word in eponyms() or word in NEVER_NAMES or len(word) < 3 for word in words):
            return not _TITLE_BEFORE.search(prepared.folded[max(0, one.start - 12) : one.start])
        if value in KIN and prepared.text[one.start].isupper() and _WORD.findall(prepared.folded[max(0, one.start - 20) : one.start])[-1:] and (
            _WORD.findall(prepared.folded[max(0, one.start - 20) : one.start])[-1] in STAFF_TITLES
        ):
            return False  # «Pediatra Nieto»
        if not words or all(word in NEVER_NAMES for word in words) or ("." in value and "".join(words) in _SECTIONS):
            return True
        before = _WORD.findall(prepared.folded[max(0, one.start - 30) : one.start])[-2:]
        return len(words) <= 2 and bool(before) and (before[-1] in EPONYM_DIRECT or (before[-1] in ("de", "del") and before[0] in EPONYM_CUES))
    if one.label in ("NSS", "FOLIO", "CEDULA", "MATRICULA", "CURP", "RFC", "INE") and one.source == "TrainedRecognizer" and sum(char.isdigit() for char in value) <= 3:
        return True
    if any(char.isdigit() for char in value) and one.source == "TrainedRecognizer" and not any(char.isalpha() for char in value):
        return _UNIT_AFTER.match(prepared.folded, one.end) is not None
    return False
