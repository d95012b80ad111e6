"""Checks of a rewording beside the grounding guard: figures, units, times, routes, signs (and their order) and
surrogates survive unchanged.

Cheap and strict: one that differs in the least sends the statement back to the physician's words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rapidfuzz import fuzz

from copilot.extraction.view import View
from copilot.folding import fold
from guardrails.grounding.annotate import annotate
from guardrails.grounding.signs import ABOVE, BELOW, RESULTS, Sign, about, signs
from guardrails.grounding.text import fold as fold_in_place
from guardrails.redaction.vault import EXACT_SURROGATE, surrogates_in

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _bare(figure: str) -> str:
    """A figure without leading and trailing zeros."""
    whole, _, part = figure.partition(".")
    number = whole.lstrip("0") or "0"
    return f"{number}.{part.rstrip('0')}" if part.rstrip("0") else number


def same_figures(source: str, written: str) -> bool:
    """Whether both texts hold the same figures in the same order, and no new stop parts one from the word before it.

    «frecuencia setenta saturando noventa» read as «frecuencia, setenta saturando, noventa» gives the values away.
    """
    given, said = _parted(source), _parted(written)
    return [figure for figure, _ in given] == [figure for figure, _ in said] and all(
        before or not after for (_, before), (_, after) in zip(given, said, strict=True)
    )


def _parted(text: str) -> list[tuple[str, bool]]:
    """Each figure, spoken ones as digits, and whether a stop stands before it."""
    norm = View(text).norm
    found = _NUMBER.finditer(norm)
    return [(_bare(hit[0]), norm[: hit.start()].rstrip(" ").endswith((",", ";", "."))) for hit in found]


_MEASURE = r"(?:[mkuµ]?g|mcg|m?l|d?l|ui|u|meq|mmol|mmhg|[cm]m|lpm|rpm)"
_UNIT = re.compile(rf"\d\s*({_MEASURE}(?:/\w+)*)\b")
_ANY_UNIT = re.compile(rf"(?<![a-zñ])({_MEASURE}(?:/\w+)*)\b")


def same_units(source: str, written: str) -> bool:
    """Whether every unit of measure behind a figure stands in the source too: «Hb <8» is not «<8 g/L»."""
    return set(_UNIT.findall(fold(written))) <= set(_ANY_UNIT.findall(fold(source)))


_TIMES = {
    "hora": re.compile(r"(\d+)\s?h(?:r?s?|oras?)?\b"),
    "minuto": re.compile(r"(\d+)\s?(?:min(?:utos?)?\b|['’´′](?!['’´′]))"),
    "dia": re.compile(r"(\d+)\s?d(?:ias?)?\b"),
    "semana": re.compile(r"(\d+)\s?sem(?:anas?)?\b"),
    "mes": re.compile(r"(\d+)\s?m(?:es(?:es)?)?\b"),
    # «Silverman 2 a los 5» counts no years
    "ano": re.compile(r"(\d+)\s?(?:anos?\b|a(?=\s*(?:[.,;:)(]|$|con\b|de\b|y\b|[cs]/|x\b)))"),
}
_SAID = {name: re.compile(rf"(\d+)\s?{name}(?:e?s)?\b") for name in _TIMES}


def same_times(sources: Iterable[str], written: str) -> bool:
    """Whether every figure that is told to be of hours, minutes, days… is so in one of the sources too.

    «c/20 min x 3» is not «por 3 minutos», nor «EVA 8 a la palpación» «8 años».
    """
    told = fold(written)
    known = [fold(one) for one in sources]
    return all(
        _figures(_SAID[name], told) <= set().union(*(_figures(unit, one) for one in known))
        for name, unit in _TIMES.items()
    )


def _figures(unit: re.Pattern[str], text: str) -> set[str]:
    return {_bare(hit[1]) for hit in unit.finditer(text)}


def routes_of(text: str) -> set[str]:
    """The routes of administration that a text names (oral, IV, IM…)."""
    return {str(one.value) for one in annotate(text).marks if one.kind == "route"}


def same_surrogates(source: str, written: str) -> bool:
    """Whether both texts hold the same surrogates, each as often and spelt exactly."""
    known, said = EXACT_SURROGATE.findall(source), EXACT_SURROGATE.findall(written)
    return Counter(known) == Counter(said) and len(surrogates_in(written)) == len(surrogates_in(source))


def same_words(source: str, written: str) -> bool:
    """Whether the model changed nothing but capitals, accents, blanks and stops."""
    return re.findall(r"\w+", fold(source)) == re.findall(r"\w+", fold(written))


_ITEM = re.compile(r"(?:^|\s)\w{1,2}\)$")
"""The number or letter of an item of a list: «1) reposo»."""
_LONE = re.compile(r"[a-záéíóúüñ]+(?:ble|bles|ad[oa]s?|id[oa]s?)[.,;]?")
_DENIAL = re.compile(r"\b(?:no|sin|ni|si|nieg\w+|neg[oó]|tampoco|nunca|jamas|excepto|salvo)\b")


def same_stops(source: str, written: str) -> bool:
    """Whether no stop moved in a line of the same words that denies or affirms something, the one at its end aside.

    «No, tiene fiebre» is not «no tiene fiebre», nor «dolor no. Fiebre sí» «dolor. No fiebre, sí».
    """
    if not _DENIAL.search(fold(source)):
        return True
    gaps = [re.split(r"\w+", fold(one).strip(" .;,:\n"))[1:-1] for one in (source, written)]
    return [_stop(gap) for gap in gaps[0]] == [_stop(gap) for gap in gaps[1]]


def _stop(gap: str) -> str:
    """What parts two words: nothing, a comma, or a full stop of any kind."""
    return "." if re.search(r"[.;:\n]", gap) else "," if "," in gap else ""


def same_signs(source: str, written: str) -> bool:
    """Whether the signs of both texts (+ - ± < > ≤ ≥ ↑ ↓ %) are the same, in order, beside the same words.

    Words may stand for a sign («(-)», «negativo»; «<60», «menor de 60»), never one sign for another. A dash or plus
    that may merely join two words may go, unless the text holds a result beside it.
    """
    given, said = _signs(source), _signs(written)
    results = any(one.value in RESULTS and not one.loose and one.symbol for one, _ in given)

    skip_given = [not one.symbol or (one.loose and not results) for one, _ in given]
    skip_said = [not one.symbol for one, _ in said]
    # agree[j]: whether what is given from i on agrees with what is said from j on.
    agree = [all(skip_said[j:]) for j in range(len(said) + 1)]
    for i in range(len(given) - 1, -1, -1):
        below, agree = agree, [False] * (len(said) + 1)
        agree[-1] = skip_given[i] and below[-1]
        for j in range(len(said) - 1, -1, -1):
            agree[j] = (skip_given[i] and below[j]) or (skip_said[j] and agree[j + 1])
            if not agree[j] and _same_sign(given[i], said[j]):
                # «VDRL y VIH negativos» stands for both signs.
                many, one = said[j][0].plural and below[j], given[i][0].plural and agree[j + 1]
                agree[j] = below[j + 1] or many or one
    return agree[0]


_Placed = tuple[Sign, list[str]]


def _signs(text: str) -> list[_Placed]:
    folded = fold_in_place(text)
    return [(one, about(folded, one)) for one in signs(folded)]


def _same_sign(one: _Placed, other: _Placed) -> bool:
    (given, words), (said, others) = one, other
    if given.value != said.value:
        return False
    if given.value in (*BELOW, *ABOVE, "minus", "±", "%"):
        return [_bare(word) for word in words] == [_bare(word) for word in others]
    if (given.symbol and said.symbol) or not (given.plural or said.plural):
        words, others = words[:2], others[:2]
    return (not words and not others) or any(_same_word(a, b) for a in words for b in others)


def _same_word(one: str, other: str) -> bool:
    """The same word, cut short or misspelt in one of the two."""
    return one == other or one.startswith(other) or other.startswith(one) or fuzz.ratio(one, other) >= 82


def broken_off(source: str) -> bool:
    """Whether a statement is a piece of one: a bracket without its other half, an arrow at its end, or a single word
    that says nothing of its own («palpable», parted from «sin nódulo»)."""
    text = source.strip()
    open_ = 0
    for found in re.finditer(r"[()]", text):
        if found[0] == "(":
            open_ += 1
        elif open_:
            open_ -= 1
        elif not _ITEM.search(text[: found.end()]):
            return True
    return open_ > 0 or text.endswith(("→", "->", "=>")) or _LONE.fullmatch(text) is not None
