# ruff: noqa: E501 - patterns and word lists stay on one line
"""Borders of what the network found: titles and field words off, the rest of a name on."""

from __future__ import annotations

import re

from guardrails.redaction.lexicon import word_class
from guardrails.redaction.types import Finding
from guardrails.redaction.vocabulary import KIN, NEVER_NAMES, PARTICLES, STAFF_TITLES, TITLES

_HEAD = re.compile(r"([^\W\d_]+)(?:\.(?=\s)|:)?\s+")
_TITLES = (KIN | STAFF_TITLES | TITLES | {"le", "ee", "eg", "ing", "arq", "prof", "profa", "mtra", "mtro", "maestra", "maestro", "ts", "mb", "hna", "hno", "tum", "camillero", "policia", "agente", "chofer", "operador", "companero", "companera", "licenciado", "licenciada", "arquitecto", "ingeniero", "notario", "juez", "perito", "comandante", "oficial", "padre", "pastor", "psic", "qbp", "ltf", "nino", "nina", "se", "la", "el", "a", "q", "qfb", "kinder"}) - {"c"}
_FIELDS = {
    "DIRECCION": {"domicilio", "direccion", "dom", "dir", "vive", "en", "la", "el", "col"},
    "EMPLEADOR": {"patron", "empresa", "empleador", "kinder", "la", "el", "los", "en"},
    "MUNICIPIO_ESTADO": {"municipio", "mpio", "de", "en", "la", "col", "localidad"},
    "UNIDAD_MEDICA": {"la", "el", "al", "en"},
}  # fmt: skip
_DEGREE = re.compile(r"(?<![a-z])(?:q\.f\.b|q\.b\.p|l\.t\.f|l\.e\.o|l\.e|e\.e|e\.g|t\.s|m\.c|c\.d|m\.b|l\.n|t\.u\.m|i\.q|e\.m|l\.e\.n)\.?\s+(?=[^\W\d_]{3})")
_DEGREE_END = re.compile(r"(?:q\.f\.b|q\.b\.p|l\.t\.f|l\.e\.o|l\.e|e\.e|e\.g|t\.s|m\.c|c\.d|m\.b|l\.n|t\.u\.m|i\.q|e\.m)\.? ?$")
_TAIL = re.compile(r"[.,;]\s+([^\W\d_]+)\.?$|\s+(?:de|del|y|la|el|-)$|\s+-\s+(?:dra?|lic|enf)\.?$")
_DAYS = {"lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo", "num", "no", "tel", "cel", "sng", "tos"}
_ABBREVIATED = {"ing", "lic", "arq", "prof", "profa", "tec", "trab", "enf", "dr", "dra", "mtra", "mtro", "tum", "psic", "sra", "sr", "srita", "quim", "fis", "nut", "odont", "ced", "mat"}
_INITIAL_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_]\.\s?){1,2}$")
_SISTER = re.compile(r"(?<![a-z])(?:sor|fray) $")
_NEXT_FIELD = re.compile(r"\s{2,}(?:ap|a)\.? ?(?:p|m|pat|mat)[a-z]*\.?$")
_GLUED = re.compile(r"(?:curp|rfc)(?=[a-z]{4}\d{6})|nss(?=\d{10})")  # «CURPTUMG880912…» without a blank
_NEXT_SENTENCE = re.compile(r"\. ([^\W\d_]{4,})$")
_PLACE_TAIL = re.compile(r",? (?:municipio|mpio|cerca|renta|tel|del?|y)\.?(?: \d{3,5})?$")
_YOUNGER = re.compile(r",? (?:jr|junior|sr(?=\.? [^a-z]|\.?$))(?![a-z])\.?")
_HYPHEN_AFTER = re.compile(r"-?[^\W\d_]{2,}")
_TOWN_BEFORE = re.compile(r"(?<![^\W_])(?:cd|cdad|ciudad|villa|puerto)\.? $")
_MORE_AFTER = re.compile(r",? (?:(?:ma|gpe|fco|j|jse)\. ?)?(?:(?:de|del|la|los|las) ){0,3}([^\W\d_]{3,})(?: ([^\W\d_]{3,}))?")


def adjust(one: Finding, text: str, folded: str, cased: bool = True) -> Finding | None:
    """The finding with better borders, or ``None`` where nothing of a datum is left. Only the network's findings change.

    ``cased``: the text uses capitals as school taught.
    """
    start, end = one.start, one.end
    if one.label.startswith("NOMBRE") and folded[start:end].strip(" .,:;") in _ABBREVIATED:
        return None  # a title before another («Lic. Trab. Social»)
    if one.source == "NameRecognizer":
        return Finding(*_whole_name(start, end, text, folded), one.label, one.score, one.source)
    glued = _GLUED.match(folded, start, end)
    if glued is not None:
        return Finding(glued.end(), end, one.label, one.score, one.source)
    if one.source != "TrainedRecognizer":
        return one
    person = one.label.startswith("NOMBRE_")
    heads = _TITLES if person else _FIELDS.get(one.label, set())
    extra = _NEXT_FIELD.search(folded, start, end) if person else _PLACE_TAIL.search(folded, start, end) if one.label == "DIRECCION" else None
    end = extra.start() if extra is not None and extra.start() > start else end
    degree = _DEGREE.search(folded, max(0, start - 6), end) if person else None
    degree = degree if degree is not None and degree.start() <= start < degree.end() else None  # the network may begin amid «Q.F.B.»
    start = degree.end() if degree else start
    head = _HEAD.match(folded, start, end)
    while head is not None and head[1] in heads and not (head[1] in ("la", "el") and text[start].isupper()):
        start = head.end()
        head = _HEAD.match(folded, start, end)
    tail = _TAIL.search(folded, start, end)
    if tail is not None and tail.start() > start and (person or one.label == "DIRECCION") and (tail[1] is None or (len(tail[1]) > 1 and tail[1] in _TITLES | {"firma"})):
        end = tail.start()
    bare = folded[start:end].strip(" .,:;")
    if bare in _DAYS or (person and (bare in _ABBREVIATED or (len(bare) == 1 and bare.isalpha() and text[start].islower()))):
        return None
    if one.label == "MUNICIPIO_ESTADO":
        sentence = _NEXT_SENTENCE.search(folded, start, end)
        if sentence is not None and "c" in word_class(sentence[1]) and not set(word_class(sentence[1])) & set("gsm"):
            end = sentence.start()
        town = _TOWN_BEFORE.search(folded, max(0, start - 10), start)
        start = town.start() if town else start
    if person:
        start, end = _bare_name(start, end, text, folded, cased)
        if start >= end:
            return None
        start, end = _whole_name(start, end, text, folded)
    return Finding(start, end, one.label, one.score, one.source)


_WORDS = re.compile(r"[^\W\d_]+")
_INSIDE = PARTICLES | {"el", "jr", "hijo", "ma", "gpe"}
_LABELS = {
    "apellido", "apellidos", "edad", "sexo", "nss", "firma", "cama", "fecha", "hora", "ced", "cedula", "mat", "matricula", "prof", "ext", "tel", "cel", "telefono", "afiliacion", "diagnostico", "dx", "paciente",
    "medico", "turno", "cons", "consultorio", "unidad", "servicio", "folio", "expediente", "exp", "curp", "rfc", "nota", "notas", "alta", "ingreso", "egreso", "urgencias", "piso", "nombre", "adscrito",
    "deih", "tep", "tyo", "gyo", "uro", "cg", "ped", "urg", "derma", "mbcg", "nef", "nefro", "onco", "orl", "neuro", "px", "dr", "dra", "enf", "buzon", "gracias", "hola", "maestro", "maestra", "profe",
    "trabajo", "social", "enfermeria", "motivo", "domicilio", "varon", "femenino", "masculino", "nino", "nina", "gemelo", "usuaria", "usuario",
}  # fmt: skip


def _bare_name(start: int, end: int, text: str, folded: str, cased: bool) -> tuple[int, int]:
    """Words at either end that are no part of the name: small ones beside capitals, everyday ones that are nobody's name, field words."""
    words = [(match.start(), match.end(), match[0]) for match in _WORDS.finditer(folded, start, end)]
    if not words:
        return start, end
    capitals = any(text[begin].isupper() for begin, _, _ in words)

    def foreign(index: int, alone: bool) -> bool:
        begin, stop, word = words[index]
        kind = word_class(word)
        everyday = "c" in kind and not set(kind) & set("gsm")
        if word in _INSIDE or len(word) == 1:
            return False
        if word in _LABELS:
            return not alone or not text[begin].isupper()
        if text[begin].islower() and capitals:
            return True
        if not everyday:
            return False
        if alone:  # a nickname in quotes or behind an article may be any word
            return text[begin].islower() and cased and text[max(0, begin - 1) : begin] not in ('"', "“", "«")
        return not (cased and text[begin].isupper()) or text[begin:stop].isupper()

    first, last = 0, len(words) - 1
    while first < last and foreign(last, False):
        last -= 1
        while last > first and words[last][2] in PARTICLES:
            last -= 1
    while first < last and foreign(first, False):
        first += 1
        while first < last and words[first][2] in ("de", "del", "y"):
            first += 1
    if first == last and foreign(first, True):
        return start, start
    if last < len(words) - 1:
        end = words[last][1] + (text[words[last][1] : words[last][1] + 1] == "." and len(words[last][2]) <= 2)
    return (words[first][0] if first else start), end


def _whole_name(start: int, end: int, text: str, folded: str) -> tuple[int, int]:
    """Initials before, a hyphenated part and «, MA. DEL ROSARIO» behind."""
    before = _INITIAL_BEFORE.search(text, max(0, start - 8), start)
    if before is None:
        before = _INITIAL_BEFORE.search(text[:start].rstrip(" "), max(0, start - 8))
    if before is not None and text[before.start()].isupper() and not _DEGREE_END.search(folded, max(0, start - 10), start):
        start = before.start()
    if text[end - 1] == "-" or text[end : end + 1] == "-":
        more = _HYPHEN_AFTER.match(text, end)
        end = more.end() if more is not None else end
    sister = _SISTER.search(folded, max(0, start - 6), start)
    start = sister.start() if sister else start
    younger = _YOUNGER.match(folded, end)
    end = younger.end() if younger else end
    if text[end - 1] == ".":
        return start, end
    more = _MORE_AFTER.match(folded, end)
    if more is not None and _only_name(more[1]) and text[more.start(1)].isupper() == text[start].isupper():
        end = more.end(1)
        if more[2] and _only_name(more[2]) and text[more.start(2)].isupper() == text[start].isupper():
            end = more.end(2)
    return start, end


def _only_name(word: str) -> bool:
    """Known as a name and as nothing else."""
    kind = word_class(word)
    return ("g" in kind or "s" in kind) and "c" not in kind and "m" not in kind and word not in NEVER_NAMES
