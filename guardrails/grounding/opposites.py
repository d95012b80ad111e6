# ruff: noqa: E501  (long patterns are kept on one line)
"""Words that exclude each other, about the same thing: «pausar la acomodación» told as «mantener la acomodación».

``data/lexicon/opposites.tsv`` holds one opposition a row: the words of each pole (two or more: days of the week,
relatives, parts of the body), and last the kind of error. A word of the statement speaks against it where the source
uses another pole about the same neighbours, and this one not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from guardrails.grounding.annotate import Annotation
from guardrails.grounding.lexicon import FOLDER
from guardrails.grounding.text import fold, stem
from guardrails.grounding.types import ErrorKind, Finding
from guardrails.grounding.wording import HAVING

_REACH = 6
"""Words on each side that count as what the word speaks of."""
_DENIED = re.compile(
    rf"\b(?:no|sin|ni|nunca|tampoco|niega)[^\S\n]+(?:(?:se|le|lo|la|les|ha|han|debe|puede|hay|datos|de|{'|'.join(sorted(HAVING))})[^\S\n]+){{0,3}}$"
)
_EMPTY = frozenset(["paciente", "dias", "dia", "horas", "hora", "semana", "semanas", "meses", "anos", "hace", "desde", "cada", "para", "como", "pero",
                    "este", "esta", "esto", "todo", "toda", "hasta", "entre", "sobre", "porque", "tiene", "tenia", "hubo", "lado"])  # fmt: skip


@lru_cache(maxsize=1)
def _poles() -> tuple[dict[str, list[tuple[int, int]]], list[tuple[ErrorKind, int]]]:
    """Word → (opposition, pole), and of each opposition its kind and number of poles. «*» ends a word's beginning."""
    words: dict[str, list[tuple[int, int]]] = {}
    kinds: list[tuple[ErrorKind, int]] = []
    for line in (FOLDER / "opposites.tsv").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        *cells, kind = line.split("\t")
        for pole, cell in enumerate(cells):
            for word in cell.split("|"):
                words.setdefault(fold(word.strip()), []).append((len(kinds), pole))
        kinds.append((ErrorKind(kind.strip()), len(cells)))
    return words, kinds


@lru_cache(maxsize=20_000)
def _pole(word: str) -> tuple[tuple[int, int], ...]:
    words, _ = _poles()
    found = list(words.get(word, ()))
    for size in range(3, len(word) + 1):
        found += words.get(word[:size] + "*", ())
    return tuple(found)


class _Use:
    """One occurrence of a pole with what stands around it."""

    def __init__(self, start: int, end: int, pole: int, near: dict[str, float], figure: str) -> None:
        self.start, self.end, self.pole, self.near, self.figure = start, end, pole, near, figure


def _uses(a: Annotation) -> dict[int, list[_Use]]:
    found = a.memo.get("opposites")
    if found is not None:
        return found  # type: ignore[return-value]
    out: dict[int, list[_Use]] = {}
    _, kinds = _poles()
    words = [t for t in a.tokens if t.text[0].isalnum()]
    concepts: dict[int, set[str]] = {}
    for m in a.mentions:
        if m.type not in ("state", "person"):
            for i, t in enumerate(words):
                if m.start <= t.start < m.end:
                    concepts.setdefault(i, set()).update({m.id, *m.others})
    for at, token in enumerate(words):
        for row, pole in _pole(token.text):
            if kinds[row][1] == 2 and _DENIED.search(a.folded[max(0, token.start - 30) : token.start]):
                pole = 1 - pole
            near: dict[str, float] = {}
            for other in range(max(0, at - _REACH), min(len(words), at + _REACH + 1)):
                t = words[other]
                gap = a.folded[min(t.end, token.end) : max(t.start, token.start)]
                if other == at or re.search(r"[;\n]|\.\s", gap):
                    continue
                weight = (1.0 if other > at else 0.7) * (1.0 - 0.06 * abs(other - at))
                weight *= 0.5 if "," in gap else 1.0
                own = any(r == row for r, _ in _pole(t.text))
                if len(t.text) > 3 and t.text.isalpha() and t.text not in _EMPTY and not own:
                    near[stem(t.text)] = max(near.get(stem(t.text), 0), weight)
                elif t.text[0].isdigit():
                    near[t.text] = max(near.get(t.text, 0), 0.8 * weight)
                for name in () if own else concepts.get(other, ()):
                    near[name] = max(near.get(name, 0), weight)
            before = words[at - 1].text if at and words[at - 1].text[0].isdigit() else ""
            out.setdefault(row, []).append(_Use(token.start, token.end, pole, near, before))
    a.memo["opposites"] = out
    return out


def _shared(one: _Use, other: _Use) -> float:
    return sum(min(w, other.near[n]) for n, w in one.near.items() if n in other.near)


def opposite_findings(source: Annotation, statement: Annotation) -> Iterable[Finding]:
    """Words whose opposite the source uses about the same thing."""
    theirs = _uses(source)
    _, kinds = _poles()
    for row, uses in _uses(statement).items():
        if row not in theirs:
            continue
        for use in uses:
            same = max((_shared(use, o) for o in theirs[row] if o.pole == use.pole), default=0.0)
            against, place = max(((_shared(use, o), o) for o in theirs[row] if o.pole != use.pole), key=lambda x: x[0], default=(0.0, None))
            alone = all(o.pole != use.pole for o in theirs[row])
            if place is None or against < 0.5 or against - same < 0.5:
                continue
            if kinds[row][0] is ErrorKind.UNIT and use.figure and place.figure and use.figure != place.figure:
                continue  # another figure with another unit may be the same amount (0.04 g, 40 mg): the amounts are compared
            weight = min(2.6, 0.8 * (against - same) + (0.6 if alone else 0.0))
            yield Finding(kinds[row][0], weight, (use.start, use.end), (place.start, place.end), f"opuesto{'' if alone else '_dudoso'}{'' if kinds[row][1] == 2 else '_lista'}", "word")
