# ruff: noqa: E501  (long patterns are kept on one line)
"""Signs that carry a fact: results («Murphy +», «VDRL (-)»), comparators («<60»), levels («glucosa ↑»); and their words.

A sign and its words are one («(-)», «negativo», «no reactivo»; «<», «menor de», «por debajo de»). Hyphens inside words,
ranges, bullets, arrows, ions («K+») and surrogates («<PACIENTE_1>») are no signs; a dash or plus between two words may
only join them, and is told apart as ``loose``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guardrails.grounding.annotate import Annotation
from guardrails.grounding.lexicon import load
from guardrails.grounding.quantities import Quantity, same_value
from guardrails.grounding.text import stem, tokenize
from guardrails.grounding.types import ErrorKind, Finding


@dataclass(frozen=True)
class Sign:
    """One sign, or the words for it, of a folded text."""

    value: str
    """``+`` ``-`` (results), ``<`` ``>`` ``<=`` ``>=`` (bounds), ``up`` ``down`` (levels), ``%``, ``±``, ``minus``, ``++``… (crosses)."""
    start: int
    end: int
    symbol: bool
    loose: bool = False
    """A dash or plus between two words, which may only join them."""
    plural: bool = False
    """Words that may speak of several things: «VDRL y VIH negativos»."""


RESULTS = ("+", "-")
BELOW, ABOVE = ("<", "<="), (">", ">=")
LEVELS = ("up", "down")
_SURROGATE = re.compile(r"<[a-z][a-z0-9]*(?:_[a-z0-9]+)*>")
_OF = r"\s+(?:de|del|a|al|que|los|las)\b(?:\s+(?:el|la|los|las|un|una))?"
_BOUND_WORDS: list[tuple[re.Pattern[str], str]] = [
    (re.compile(rf"\b(?:menor(?:es)?|inferior(?:es)?)\s+o\s+igual(?:es)?{_OF}|\bno\s+(?:mayor(?:es)?|mas|superior(?:es)?){_OF}"), "<="),
    (re.compile(rf"\b(?:mayor(?:es)?|superior(?:es)?)\s+o\s+igual(?:es)?{_OF}|\bno\s+(?:menor(?:es)?|menos|inferior(?:es)?){_OF}|\b(?:al|por lo|cuando) menos\b"), ">="),
    (re.compile(rf"\b(?:menor(?:es)?|menos|inferior(?:es)?|(?:por\s+)?(?:debajo|abajo)){_OF}|\bmenor(?:es)?(?=\s+\d)"), "<"),
    (re.compile(rf"\b(?:mayor(?:es)?|mas|superior(?:es)?|(?:por\s+)?(?:encima|arriba)){_OF}|\bmayor(?:es)?(?=\s+\d)"), ">"),
]  # fmt: skip
_WORDS: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"\bmas\s*(?:/|o)?\s*menos\b"), "±"),
    *_BOUND_WORDS,
    (re.compile(r"\bpor\s?ciento\b"), "%"),
    (re.compile(r"\b(?:no\s+(?:[a-z]+\s+){0,2}(?:reactiv|positiv)[oa]s?|negativ[oa]s?|negs?|ausentes?)\b"), "-"),
    (re.compile(r"\b(?:positiv[oa]s?|reactiv[oa]s?|pos|presentes?)\b"), "+"),
    (re.compile(r"\b(?:elevad[oa]s?|elevacion|alt[oa]s?|aumentad[oa]s?|aument(?:o|a|an|ar|e)|increment\w+|sub(?:e|ir|io|en))\b"), "up"),
    (re.compile(r"\b(?:baj(?:[oa]s?|an|ar|e|en)|disminu\w+|reduc(?:id[oa]s?|e|ir|cion)|redujo|descendid[oa]s?|descen\w+)\b"), "down"),
    (re.compile(r"\bmenos(?=\s+\d)"), "minus"),
]  # fmt: skip
_NOTHING = re.compile(r"-+>|=+>|[→⟶⇒←]|<-+|[<>]{2,}|-{2,}|\b(?:na|k|ca|mg|cl|h|hco3|li)\+{1,2}(?![a-z])|\bhco3-|\bcl-(?=\s*\d)")
"""Arrows, rulers and ions."""
_SYMBOLS: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"±|\+\s?/?\s?-"), "±"),
    (re.compile(r"≤|<\s?="), "<="),
    (re.compile(r"≥|>\s?="), ">="),
    (re.compile(r"<"), "<"),
    (re.compile(r">"), ">"),
    (re.compile(r"%"), "%"),
    (re.compile(r"[↑⇑⬆]+"), "up"),
    (re.compile(r"[↓⇓⬇]+"), "down"),
    (re.compile(r"\(\s*\+\s*\)"), "+"),
    (re.compile(r"\(\s*-\s*\)"), "-"),
]  # fmt: skip
_CROSSES = re.compile(r"\+{2,}(?:\s?/\s?\++)?|(?<=\d)\s?\+(?=\s*(?:[,.;:)/\n]|$))|\+/\+{2,}")
_PLUS = re.compile(r"\+")
_MINUS = re.compile(r"-")


def _plus(text: str, at: int) -> tuple[str, bool] | None:
    """(value, loose) of a lone plus sign, or None where it is a bullet."""
    before, after = text[:at].rstrip(" \t"), text[at + 1 :]
    if not before or before[-1] == "\n":
        return None
    if not after.strip(" \t") or after.lstrip(" \t")[0] in ",.;:)/\n":
        return "+", False
    attached = text[at - 1].isalpha()
    return "+", not (attached and after[0] == " ")


def _minus(text: str, at: int) -> tuple[str, bool] | None:
    """(value, loose) of a lone hyphen, or None where it joins, lists or stands in a range."""
    before, after = text[:at], text[at + 1 :]
    bare = before.rstrip(" \t")
    if not bare or bare[-1] in "\n:;.,-":
        return ("minus", False) if after[:1].isdigit() and bare and bare[-1] in ":," and before != bare else None
    spaced, next_ = before != bare, after.lstrip(" \t")
    ends = not next_ or next_[0] in ",.;:)\n"
    word = re.search(r"[\w)'\"]+$", bare)
    if word is None:
        return ("minus", False) if after[:1].isdigit() and bare[-1] in "(=" else None
    number = word[0].isdigit()
    if after[:1].isdigit():
        return ("minus", False) if spaced and not number else None
    if not spaced:
        return ("-", False) if (ends or after[:1] == " ") and not number else None
    if ends:
        return None if number else ("-", False)
    return None if number or after[:1] != " " else ("-", True)


def signs(folded: str) -> list[Sign]:
    """Signs of a folded text, and the words that stand for signs, in order."""
    text = _SURROGATE.sub(lambda m: "x" * len(m[0]), folded)
    used = [(m.start(), m.end()) for m in _NOTHING.finditer(text)]
    out: list[Sign] = []

    def add(value: str, start: int, end: int, **more: bool) -> None:
        if not any(start < e and s < end for s, e in used):
            used.append((start, end))
            out.append(Sign(value, start, end, **more))

    for pattern, value in _SYMBOLS:
        for m in pattern.finditer(text):
            add(value, m.start(), m.end(), symbol=True)
    for m in _CROSSES.finditer(text):
        add("+" * max(2, m[0].split("/")[0].count("+")), m.start(), m.end(), symbol=True)
    for pattern, judge in ((_PLUS, _plus), (_MINUS, _minus)):
        for m in pattern.finditer(text):
            found = judge(text, m.start())
            if found:
                add(found[0], m.start(), m.end(), symbol=True, loose=found[1])
    for pattern, value in _WORDS:
        for m in pattern.finditer(text):
            plural = value in RESULTS and m[0].endswith("s") and len(m[0]) > 4
            add(value, m.start(), m.end(), symbol=False, plural=plural)
    return sorted(out, key=lambda one: one.start)


_LINK = frozenset(
    ["es", "son", "fue", "fueron", "era", "resulto", "resultaron", "salio", "salieron", "con", "resultado", "resultados", "reporta", "reporto", "reportado", "reportada", "de", "del", "la", "el", "los", "las", "un",
     "una", "lo", "signo", "signos", "prueba", "pruebas", "bil", "bilat", "bilateral", "der", "izq", "hoy", "actual", "se", "encuentra", "esta", "muy", "ligeramente", "discretamente", "en", "para", "ya", "por", "al",
     "y", "e", "o", "a", "su", "cifras", "nivel", "niveles", "valor", "valores", "sigue", "persiste", "tiene", "presenta", "refiere", "maniobra", "test", "tira", "rapida", "serologia", "dosis"]
)  # fmt: skip
"""Words between a sign and what it is a sign of, or too general to tell one study from another."""


_STOP = re.compile(r"[.;\n]")
_BREAK = re.compile(r"[.;,:\n()]")


def _places(folded: str, sign: Sign, floor: int = 0) -> Iterator[list[tuple[str, int, int]]]:
    """Words that a sign may speak of, nearest first: those before it (from ``floor`` on), and where it leads after («(-) fiebre», «positivo a»)."""
    back = folded[: sign.start]
    stop = max((m.end() for m in (_STOP if sign.plural else _BREAK).finditer(back.rstrip(" :=(,"))), default=0)
    stop = max(stop, floor)
    words = [(t.text, t.start + stop, t.end + stop) for t in tokenize(back[stop:]) if t.text.isalpha() and t.text not in _LINK and len(t.text) > 1]
    leading = r"\s+" if sign.symbol else r"\s*(?:a|para|al)\s+" if sign.plural else r"\s*(?:a|para|al|de|en)\s+"
    leads = re.match(leading, folded[sign.end :])
    first = not back.strip(" \t") or back.rstrip(" \t")[-1] in ".;,:\n"
    near = words[::-1]
    if near and not (sign.symbol and first and sign.value in RESULTS):
        yield near if sign.plural else near[:3]
    if leads and (not near or first or not sign.symbol or sign.value in LEVELS):
        begin = sign.end + leads.end()
        after = re.split(r"[.;,:\n()]", folded[begin:], maxsplit=1)[0]
        following = [(t.text, t.start + begin, t.end + begin) for t in tokenize(after) if t.text.isalpha() and t.text not in _LINK and len(t.text) > 1]
        if following:
            yield following[:2]


def about(folded: str, sign: Sign) -> list[str]:
    """Words that a sign may speak of (or the figure that a bound, a share or a minus stands at)."""
    if sign.value in (*BELOW, *ABOVE, "minus", "±"):
        figure = re.match(r"\D{0,6}?(\d+(?:[.,]\d+)?)", folded[sign.end :])
        return [figure[1].replace(",", ".")] if figure else [w[0] for w in next(_places(folded, sign), [])][:1]
    if sign.value == "%":
        figure = re.search(r"(\d+(?:[.,]\d+)?)\s*$", folded[: sign.start])
        return [figure[1].replace(",", ".")] if figure else []
    return [word for group in _places(folded, sign) for word, _, _ in group]


@dataclass(frozen=True)
class _Told:
    """A result or level with the concepts it is told of: one set of names a word."""

    sign: Sign
    names: tuple[frozenset[str], ...]


def _told(a: Annotation) -> list[_Told]:
    found = a.memo.get("signs")
    if found is not None:
        return found  # type: ignore[return-value]
    out: list[_Told] = []
    floor = 0
    for sign in signs(a.folded):
        if sign.value not in RESULTS + LEVELS:
            continue
        groups, floor = list(_places(a.folded, sign, floor)), sign.end
        for group in groups:
            sets = [_names(a, word, start, end) for word, start, end in group]
            out += [_Told(sign, (one,)) for one in sets] if sign.plural else [_Told(sign, tuple(sets))]
    a.memo["signs"] = out
    return out


def _names(a: Annotation, word: str, start: int, end: int) -> frozenset[str]:
    names = {"=" + (stem(word) if len(word) > 3 else word)}
    for m in a.mentions:
        if m.start <= start and end <= m.end and m.type not in ("state", "person"):
            names |= {m.id, *m.others, *load().ancestors(m.id)}
    return frozenset(names)


def _common(one: _Told, other: _Told) -> int:
    return sum(any(x & y for y in other.names) for x in one.names)


def sign_findings(source: Annotation, statement: Annotation) -> Iterable[Finding]:
    """Results, levels and bounds that the source gives the other way round for the very same thing."""
    theirs = _told(source)
    seen: set[tuple[int, int]] = set()
    for one in _told(statement):
        family = RESULTS if one.sign.value in RESULTS else LEVELS
        if one.sign.loose:
            continue
        rivals = [(r, _common(one, r)) for r in theirs if r.sign.value in family]
        most = max((n for _, n in rivals), default=0)
        if not most or (one.sign.start, one.sign.end) in seen:
            continue
        best = [r for r, n in rivals if n == most]
        if any(r.sign.value == one.sign.value for r, n in rivals if n) or all(r.sign.loose for r in best):
            continue
        best = [r for r in best if not r.sign.loose]
        seen.add((one.sign.start, one.sign.end))
        place = best[0].sign
        if _unnamed(source, theirs, one.sign.value, place):
            continue  # «Lasègue der (+), izq (-)»: the other sign may be of the same thing
        sure = one.sign.symbol or place.symbol
        if family is LEVELS and not sure:
            continue  # «subió», «bajo»: verbs of the story as often as levels, and compared as opposites already
        kind = ErrorKind.NEGATION if family is RESULTS else ErrorKind.NUMBER
        detail = "nivel" if family is LEVELS else "signo" if sure else "signo_palabra"
        yield Finding(kind, 2.6, (one.sign.start, one.sign.end), (place.start, place.end), detail, "lab")
    yield from bound_findings(source, statement)


def _unnamed(source: Annotation, told: list[_Told], value: str, place: Sign) -> bool:
    """Whether the sentence of ``place`` holds another sign of that value without a name of its own."""
    named = {r.sign.start for r in told}
    start = max((m.end() for m in _STOP.finditer(source.folded, 0, place.start)), default=0)
    end = stop.start() if (stop := _STOP.search(source.folded, place.end)) else len(source.folded)
    return any(
        start <= one.start < end and one.value == value and one.start not in named for one in signs(source.folded)
    )


def bound_findings(source: Annotation, statement: Annotation) -> Iterable[Finding]:
    """«Mayor de 60» of what the source gives as «<60». A bound that only one of the two gives says little («más de 3 días»)."""
    for q in statement.quantities:
        same = [r for r in source.quantities if r.raw and q.raw and r.raw[0] == q.raw[0] and same_value(q, r)]
        if not same:
            continue
        where, there = (q.start, q.end), (same[0].start, same[0].end)
        ways = {_way(r) for r in same}
        if _way(q) and ways == {-_way(q)}:
            yield Finding(ErrorKind.NUMBER, 2.6, where, there, "comparador", "lab")


def _way(q: Quantity) -> int:
    return -1 if q.bound in BELOW else 1 if q.bound in ABOVE else 0


def bind_bounds(folded: str, found: Iterable[Quantity]) -> None:
    """Note at each figure the bound written right before it, in place."""
    bounds = [one for one in signs(folded) if one.value in BELOW + ABOVE]
    for q in found:
        for one in bounds:
            if one.end <= q.start and not folded[one.end : q.start].strip(" ("):
                q.bound = one.value
