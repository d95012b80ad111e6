"""What stands beside what: facts keep their order, and what joins two neighbours stays what it was.

Comparing words alone lets «cambio de losartán a amlodipino» come back the other way round, or «niega tabaquismo,
alcohol social» as «niega tabaquismo y alcohol social».
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from copilot.folding import fold
from copilot.writing.logic import denies
from guardrails.grounding.text import stem
from guardrails.redaction.vault import EXACT_SURROGATE

_TOKEN = re.compile(r"\d*\.\d+|[a-z0-9]+|[.,;:]")
# fmt: off
FUNCTION = frozenset([
    "a", "al", "ante", "con", "c", "contra", "de", "del", "desde", "e", "el", "ella", "en", "entre", "es", "esta",
    "este", "esto", "ha", "han", "la", "las", "le", "les", "lo", "los", "o", "para", "por", "p", "que", "q", "se", "su",
    "sus", "s", "un", "una", "uno", "unos", "y", "x", "como", "cada", "via", "hay", "i", "pac", "pte", "px", "paciente",
    "no", "sin", "ni", "niega", "niegan", "nego", "refiere", "acude", "presenta", "cuenta",
])
# fmt: on
"""Words that hold a sentence together; they may come and go, what they join and deny is compared apart."""
_JOINS = {"al": "a", "del": "de", "x": "por", "e": "y"}
_PREPOSITIONS = frozenset(
    ["a", "de", "con", "en", "por", "para", "contra", "bajo", "sobre", "desde", "hasta", "o"]
)
_START = "^"
_TIDY = frozenset(["de", "en", "con", "por"])
"""Prepositions that tidy prose may put where there was none."""


class Gap(NamedTuple):
    """What stands between two neighbouring words that say something."""

    prepositions: tuple[str, ...]
    stop: str
    """«.», «,», «y» (any word that adds) or nothing."""
    denied: bool
    """Whether a denial stands in it."""
    last: bool
    """Whether the second of the two words is the last of its text."""


def tokens(text: str) -> list[str]:
    """Folded words, figures and stops of a text; «c/» and «s/» read as what they stand for, a surrogate as one word,
    the end of a line as a full stop."""
    plain = EXACT_SURROGATE.sub(lambda hit: f" {re.sub('[^A-Z0-9]', '', hit[0])} ", text).replace("\n", " . ")
    plain = re.sub(r"\bs/", " sin ", re.sub(r"\bc/(?!\d)", " con ", fold(plain)))
    return _TOKEN.findall(plain)


def content(text: str) -> list[str]:
    """Stems of the words and figures that say something, in order."""
    return [stem(one) for one in tokens(text) if one[0].isalnum() and one not in FUNCTION]


def same_order(source: str, written: str) -> bool:
    """Whether the words that both texts hold once stand in the same order in both."""
    said = content(written)
    given = _in_full(content(source), said)
    once = {one for one, n in Counter(given).items() if n == 1} & {one for one, n in Counter(said).items() if n == 1}
    return [one for one in given if one in once] == [one for one in said if one in once]


def _in_full(given: list[str], said: list[str]) -> list[str]:
    """What is given, a word cut short («izq») as the only one said that begins so."""
    out = []
    for one in given:
        full = {other for other in said if other.startswith(one)} if one not in said and one.isalpha() else set()
        out.append(full.pop() if len(full) == 1 else one)
    return out


def same_joints(source: str, written: str) -> bool:
    """Whether two words that are neighbours in both texts are joined, parted or added up in the same way."""
    given, strict = _joints(source, content(written)), denies(source)
    return all(
        _fits(given[pair], gap, strict=strict, after_figure=pair[0][-1].isdigit())
        for pair, gap in _joints(written, []).items()
        if pair in given
    )


def _fits(given: Gap, said: Gap, *, strict: bool, after_figure: bool) -> bool:
    # the «y» or «ni» before the last of a bare list
    listed = given.last and said.last and {given.stop, said.stop} == {",", "y"}
    if given.denied != said.denied and not listed:
        return False
    if given.prepositions and given.prepositions != said.prepositions:
        return False
    gained = said.prepositions and not given.prepositions
    if gained and (given.stop or said.prepositions[0] not in _TIDY):
        return bool(after_figure and said.prepositions == ("con",))
    if given.prepositions and not given.stop and said.stop in (".", ","):
        return False  # «edema en pierna» is not «…edema, en pierna»
    if given.stop in (".", ",") and not said.stop and not gained:
        return False
    # Where something is denied, a stop that comes, goes or becomes «ni» may deny another thing, but for one before a
    # denial of its own.
    same = given.stop == said.stop or {given.stop, said.stop} == {".", ","}
    return not strict or same or listed or (given.denied and said.denied)


def _joints(text: str, said: list[str]) -> dict[tuple[str, str], Gap]:
    """The gaps between neighbours (cut short ones as they are said in full), and before the first; of a pair that comes
    twice, the last."""
    out: dict[tuple[str, str], Gap] = {}
    before = _START
    gap: list[str] = []
    words = tokens(text)
    full = iter(_in_full([stem(one) for one in words if _says(one)], said))
    end = max((at for at, one in enumerate(words) if _says(one)), default=-1)
    bare = not re.search(r"[+↑↓%)-]\W*$", text)
    for at, one in enumerate(words):
        if not _says(one):
            gap.append(one)
            continue
        name = next(full)
        out[before, name] = _gap(gap, last=bare and at == end)
        before, gap = name, []
    return out


def _says(word: str) -> bool:
    return word[0].isalnum() and word not in FUNCTION and word not in _PREPOSITIONS


def _gap(words: list[str], *, last: bool) -> Gap:
    plain = [_JOINS.get(one, one) for one in words]
    marks = set(plain)
    stop = "." if {".", ";"} & marks else "," if "," in marks else "y" if {"y", "ni"} & marks else ""
    prepositions = tuple(dict.fromkeys(one for one in plain if one in _PREPOSITIONS))
    return Gap(prepositions, stop, denied=denies(" ".join(words)), last=last)
