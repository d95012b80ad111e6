# ruff: noqa: E501  (long patterns are kept on one line)
"""What the wording itself tells: denials of single words, ordinals, and facts that changed partners.

Concepts of the lexicon carry their own context; these checks need no lexicon, so they also see «no se suturó»,
«el tercer día» or «DIU retirado en 2022 y EPI en 2024» told the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import combinations

from guardrails.grounding.annotate import Annotation, Mention
from guardrails.grounding.quantities import Quantity, same_value
from guardrails.grounding.text import stem
from guardrails.grounding.types import ErrorKind, Finding

Find = Callable[[Annotation, Mention], list[tuple[Mention, float]]]
_DENY = {"no": 2, "sin": 2, "ni": 2, "niega": 9, "niegan": 9, "nego": 9, "nunca": 2, "jamas": 2, "tampoco": 2, "ningun": 2,
         "ninguna": 2, "descarta": 2, "rechaza": 2}  # fmt: skip
"""Words that deny what follows, and how many words their scope spans."""
_LIGHT = frozenset(
    ["se", "le", "lo", "la", "los", "las", "el", "ha", "han", "he", "hay", "hubo", "habia", "debe", "de", "del", "un", "una", "les", "fue", "a", "al", "con", "su"]
)
HAVING = frozenset(["tiene", "tienen", "tenia", "tuvo", "presenta", "presentan", "presento", "refiere", "reporta", "muestra", "existe", "existen", "hubo",
                    "observa", "observan", "aprecia", "aprecian"])  # fmt: skip
"""Verbs that only say that there is something: what they deny is what follows («no tiene disuria» is «sin disuria»)."""
_AFTER = frozenset(["no", "neg", "negativo", "negativa", "negativos", "negativas", "negado", "negada", "negados", "negadas", "ausente",
                    "ausentes", "descartado", "descartada", "pendiente", "nulo", "nulos", "nula", "nulas"])  # fmt: skip
_BREAK = frozenset([".", ";", ":", "(", ")", "pero", "aunque", "excepto", "salvo", "porque", "por", "x", "q", "que", "desde", "hace", "tras", "con",
                    "refiere", "presenta", "oye", "ve", "toma", "usa", "fuma", "vive", "trabaja", "tolera", "orina", "come", "duerme", "camina", "trae", "antes", "despues", "ya", "si"])  # fmt: skip
_VAGUE = frozenset(stem(w) for w in ["desde", "hace", "antes", "despues", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "tenido", "tiene", "familia", "cuadro", "leve", "grave", "previo", "previa", "dias", "horas", "meses", "semanas", "antecedente", "paciente", "lado", "caida", "medios"])  # fmt: skip
_GONE = re.compile(r"\b(?:cedi\w+|cedio|desapar\w+|dej(?:o|ar|ado) (?:de|el|la|los|las)|omit\w+|impid\w+|manti\w+|retir\w+|suspend\w+|ya|evit\w+|abst\w+|menos|falta|ausen\w+|resol\w+|remit\w+|nunca|alerg\w+|mejor\w*)\b")
"""The statement itself says that something ended or is kept away: its words may stand denied in the source."""


def polarities(a: Annotation) -> dict[str, set[bool]]:
    """Stem of each word of four letters or more → whether it occurs denied, affirmed or both."""
    found = a.memo.get("polarities")
    if found is not None:
        return found  # type: ignore[return-value]
    out: dict[str, set[bool]] = {}
    reach, wide = 0, False
    tokens = a.tokens
    denying = False
    for at, token in enumerate(tokens):
        word = token.text
        if at and "\n" in a.folded[tokens[at - 1].end : token.start]:
            reach, wide, denying = 0, False, False
        if word in HAVING and denying:
            continue
        denying = word in _DENY or (denying and word in _LIGHT)
        if word in _BREAK or (word == "," and not wide) or (reach and word == "y" and not wide):
            reach = 0
            continue
        if word == "s" and at + 1 < len(tokens) and tokens[at + 1].text == "/":
            reach, wide = 3, False  # «s/alteración»
            continue
        if word in _DENY:
            solo = word == "no" and at + 1 < len(tokens) and tokens[at + 1].text in ("solo", "solamente", "obstante")
            reach, wide = (0, False) if solo else (_DENY[word], word.startswith("ni") and len(word) > 3)
            continue
        if word in _LIGHT:
            continue
        follows = [t.text for t in tokens[at + 1 : at + 3]]
        denied = reach > 0 or (bool(follows) and follows[0] in _AFTER and (len(follows) < 2 or follows[0] != "no" or not follows[1].isalpha() or follows[1] in ("x", "por")))
        reach = max(0, reach - 1)
        if len(word) > 3 and word.isalpha() and word not in _AFTER:
            out.setdefault(stem(word), set()).add(denied)
    a.memo["polarities"] = out
    return out


def denial_findings(source: Annotation, statement: Annotation) -> Iterable[Finding]:
    """Words that the source only denies and the statement affirms, or the reverse."""
    theirs = polarities(source)
    ours = polarities(statement)
    count = 0
    for token in statement.tokens:
        root = stem(token.text) if len(token.text) > 3 else ""
        if root in ours and root in theirs and root not in _VAGUE and not ours[root] & theirs[root] and count < 2:
            start, end = next(((s, e) for s, e, _ in statement.segments if s <= token.start < e), (0, len(statement.folded)))
            if _GONE.search(statement.folded, start, end):
                continue
            count += 1
            way = "palabra_afirmada" if False in ours[root] else "palabra_negada"
            yield Finding(ErrorKind.NEGATION, 1.6, (token.start, token.end), None, way, "word")


_ORDINAL = {"primer": 1, "segund": 2, "tercer": 3, "cuart": 4, "quint": 5, "sext": 6, "septim": 7, "octav": 8, "noven": 9,
            "decim": 10, "ultim": 99, "1er": 1, "2d": 2, "3er": 3, "4t": 4, "5t": 5}  # fmt: skip
_NUMBER = {"un": 1, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10}
_ORDINALS = re.compile(rf"\b({'|'.join(_ORDINAL)})[oa]?s?\.?\s+([a-z]{{3,}})")
_COUNTED = re.compile(rf"\b(dia|semana|mes|ciclo|sesion|turno|gesta|trimestre|d)\s?(\d{{1,2}}|{'|'.join(_NUMBER)})\b(?!\s*(?:dias|semanas|horas|mg))")
_ALONE = re.compile(rf"\bal ({'|'.join(k for k in _ORDINAL if k[0].isalpha())})[oa]?\b(?!\s+[a-z]{{3}})")
"""«La fiebre cedió al tercero»: of a day."""
_DEGREE = re.compile(r"\b(\d{1,2})\s?[°oa]\s+(dia|semana|mes|ciclo|sesion|dosis|consulta|cita)\b")
_PROGRESS = re.compile(rf"\b(\d{{1,2}}|{'|'.join(_NUMBER)})\s?(?:de|/)\s?(\d{{1,2}}|{'|'.join(_NUMBER)})\b")


def _value(text: str) -> int:
    return _NUMBER[text] if text in _NUMBER else int(text)


def ordinals(a: Annotation) -> list[tuple[str, int, int, int]]:
    """(what is counted, which one, start, end): «tercer día», «día 3», «D4», «2o ciclo»."""
    found = a.memo.get("ordinals")
    if found is None:
        found = [(stem(m[2]), _ORDINAL[m[1]], m.start(), m.end()) for m in _ORDINALS.finditer(a.folded)]
        found += [(stem({"d": "dia"}.get(m[1], m[1])), _value(m[2]), m.start(), m.end()) for m in _COUNTED.finditer(a.folded)]
        found += [("dia", _ORDINAL[m[1]], m.start(), m.end()) for m in _ALONE.finditer(a.folded)]
        found += [(stem(m[2]), int(m[1]), m.start(), m.end()) for m in _DEGREE.finditer(a.folded)]
        a.memo["ordinals"] = found
    return found  # type: ignore[return-value]


def ordinal_findings(source: Annotation, statement: Annotation) -> Iterable[Finding]:
    """«El primer día» where the source says the third; «día siete de tres» where it says three of seven."""
    theirs = ordinals(source)
    for noun, value, start, end in ordinals(statement):
        same = [o for o in theirs if o[0] == noun]
        if same and value not in {o[1] for o in same}:
            yield Finding(ErrorKind.TIME, 2.0, (start, end), same[0][2:], "ordinal", "time")
        elif not same and not any(q.raw and value in q.raw for q in source.quantities) and value != 99:
            yield Finding(ErrorKind.TIME, 0.8, (start, end), None, "ordinal_ausente", "time")
    there = {(m[1], m[2]): m for m in _PROGRESS.finditer(source.folded)}
    for m in _PROGRESS.finditer(statement.folded):
        twisted = there.get((m[2], m[1]))
        if twisted and (m[1], m[2]) not in there and m[1] != m[2]:
            yield Finding(ErrorKind.TIME, 2.4, (m.start(), m.end()), (twisted.start(), twisted.end()), "ordinal", "time")


def _gap(anchor: tuple[int, int], unit: tuple[int, int], a: Annotation, before: bool) -> float:
    """Distance of a fact from its partner: characters, more across commas and much more across sentences."""
    low, high = sorted((anchor, unit))
    between = a.folded[low[1] : high[0]]
    cost = max(0, high[0] - low[1]) + 18 * len(re.findall(r"[;\n]|\.\s", between)) + 6 * between.count(",")
    return cost + (5 if (unit < anchor) != before else 0)


_Unit = tuple[str, tuple[int, int], list[tuple[int, int]]]
"""(class of the unit, its place in the statement, its places in the source)."""


def _units(source: Annotation, statement: Annotation, find: Find) -> list[_Unit]:
    out: list[_Unit] = []
    for q in statement.quantities:
        if q.label == "edad" or (q.dim == "freq" and q.role == "word"):
            continue
        places = [(r.start, r.end) for r in source.quantities if same_value(q, r)]
        out.append((_family(q), (q.start, q.end), places))
    for m in statement.mentions:
        if m.type == "person":
            out.append(("person", (m.start, m.end), [(s.start, s.end) for s, _ in find(source, m)]))
    for k in statement.marks:
        if k.kind == "side" and k.value != "bil":
            out.append(("side", (k.start, k.end), [(o.start, o.end) for o in source.marks if o.kind == "side" and o.value == k.value]))
        elif k.kind in ("severity", "chron", "ctrl"):
            out.append((k.kind, (k.start, k.end), [(o.start, o.end) for o in source.marks if o.kind == k.kind and o.value == k.value]))
    return [u for u in out if u[2]]


def _family(q: Quantity) -> str:
    if q.dim in ("time", "date", "clock", "sdg"):
        return "time"
    return "freq" if q.dim == "freq" else "number"


_KIND = {"time": ErrorKind.TIME, "person": ErrorKind.ATTRIBUTION, "side": ErrorKind.LATERALITY, "chron": ErrorKind.TIME}


def swap_findings(source: Annotation, statement: Annotation, find: Find) -> Iterable[Finding]:
    """Two facts of the statement whose figures, persons or sides the source holds the other way round."""
    units = _units(source, statement, find)
    anchors = [(m, [(s.start, s.end) for s, _ in find(source, m)]) for m in statement.mentions if m.type not in ("person", "state")]
    anchors = [(m, places) for m, places in anchors if places]
    if len(units) < 2 or len(anchors) < 2:
        return
    bound = []
    for name, where, places in units:
        before = name == "person"
        near = min(anchors, key=lambda x: _gap((x[0].start, x[0].end), where, statement, before))
        if _gap((near[0].start, near[0].end), where, statement, before) < 45:
            bound.append((name, where, places, near))
    for (name, where, places, one), (other_name, other_where, other_places, two) in combinations(bound, 2):
        if name != other_name or one[0] is two[0] or one[0].id == two[0].id or set(places) & set(other_places):
            continue

        def cost(anchor: list[tuple[int, int]], unit: list[tuple[int, int]], before: bool = name == "person") -> float:
            return min(_gap(a, u, source, before) for a in anchor for u in unit)

        straight = cost(one[1], places) + cost(two[1], other_places)
        crossed = cost(one[1], other_places) + cost(two[1], places)
        if crossed + 6 < straight and crossed < 90:
            weight = min(2.6, (straight - crossed) / 14)
            yield Finding(_KIND.get(name, ErrorKind.NUMBER), weight, (where[0], other_where[1]), places[0], f"cruce:{name}", one[0].type)


def wording_findings(source: Annotation, statement: Annotation, find: Find) -> Iterable[Finding]:
    """All checks of this module."""
    yield from denial_findings(source, statement)
    yield from ordinal_findings(source, statement)
    yield from swap_findings(source, statement, find)
