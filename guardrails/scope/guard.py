"""The scope guard: may this request be answered? Rules over folded text, then, where given, a sentence encoder.

Order: orders aimed at the program, harm, scope. No network, no language model. Doubt goes to the physician's
side: what is neither clearly foreign nor clearly harmful is allowed, and retrieval abstains where nothing bears.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from guardrails.scope.injection import decoded, scan
from guardrails.scope.patterns import compile_pattern, load, rules
from guardrails.scope.types import Category, InjectionFinding, ScopeVerdict, SentenceEncoder
from guardrails.scope.view import fold

if TYPE_CHECKING:
    from guardrails.scope.head import Chances

STRONG = 3.0
"""Weight of a phrase that belongs to a foreign topic and to no consultation."""
CLINICAL_ENOUGH = 4.0
"""Clinical evidence that outweighs a foreign phrase (a footballer with a sprain)."""
HARM_CERTAIN = 0.8
"""Probability of the second reader from which a request that no rule names is refused as harmful."""


class _Evidence(NamedTuple):
    name: str
    category: str
    weight: float
    pattern: re.Pattern[str]


class _Topic(NamedTuple):
    name: str
    label: str
    strong: re.Pattern[str]
    weak: re.Pattern[str]


@lru_cache(maxsize=1)
def _evidence() -> tuple[_Evidence, ...]:
    data = load("clinical")
    words = data.get("words", {})
    return tuple(
        _Evidence(row["name"], row["category"], float(row["weight"]), compile_pattern(row["pattern"], words))
        for row in data["evidence"]
    )


@lru_cache(maxsize=1)
def _topics() -> tuple[_Topic, ...]:
    return tuple(
        _Topic(
            row["name"],
            row["label"],
            compile_pattern(rf"(?<!\w)(?:{row['strong']})(?!\w)", {}),
            compile_pattern(rf"\b(?:{row['weak']})\b", {}),
        )
        for row in load("topics")["topic"]
    )


def clinical_weight(text: str) -> tuple[float, str]:
    """How much of a (folded) text is clinical or about documentation, and which of the two prevails."""
    weights: dict[str, float] = {}
    covered: set[int] = set()
    total = 0.0
    for one in _evidence():
        fresh = 0
        for match in one.pattern.finditer(text):
            # One word counts once, in the first list that has it.
            if match.start() not in covered:
                covered.update(range(match.start(), match.end()))
                fresh += 1
        gain = one.weight * min(fresh, 3)
        total += gain
        weights[one.category] = weights.get(one.category, 0.0) + gain
    documentation = weights.get(Category.DOCUMENTATION, 0.0)
    prevails = documentation and documentation >= weights.get(Category.CLINICAL, 0.0)
    return total, Category.DOCUMENTATION if prevails else Category.CLINICAL


def foreign_topic(text: str) -> tuple[str, str, float]:
    """The foreign topic of a (folded) text: name, Spanish label, weight; ("", "", 0) where none shows."""
    best = ("", "", 0.0)
    for topic in _topics():
        weight = STRONG * len({m[0] for m in topic.strong.finditer(text)})
        weight += 1.0 * len({m[0] for m in topic.weak.finditer(text)})
        if weight > best[2]:
            best = (topic.name, topic.label, weight)
    return best


def harmful_rule(text: str) -> tuple[str, str] | None:
    """Name and reason of the first harm rule that a (folded) request breaks, or None."""
    for rule in rules("harmful"):
        if rule.pattern.search(text) and not (rule.unless and rule.unless.search(text)):
            return rule.name, rule.reason
    return None


class ScopeGuard:
    """Stateless; safe under threads. ``encoder``: optional sentence encoder for requests that no rule decides."""

    def __init__(self, encoder: SentenceEncoder | None = None) -> None:
        self._encoder = encoder

    def scan(self, text: str) -> list[InjectionFinding]:
        """Orders aimed at the program inside a text of any length, with offsets into it, in order."""
        return scan(text)

    def check(self, question: str, follow_up: bool = False) -> ScopeVerdict:
        """Decide one request. ``follow_up``: it continues a clinical conversation, so it may be short and bare."""
        findings = tuple(scan(question))
        if findings:
            first = findings[0]
            return ScopeVerdict(False, Category.INJECTION, first.reason, first.kind, findings)
        folded = re.sub(r"\s+", " ", fold(question)).strip()
        for text in (folded, *(fold(message) for _, _, message in decoded(question))):
            broken = harmful_rule(text)
            if broken:
                return ScopeVerdict(False, Category.HARMFUL, broken[1], broken[0])
        return self._scope(question, folded, follow_up)

    def _scope(self, question: str, folded: str, follow_up: bool) -> ScopeVerdict:
        clinical, category = clinical_weight(folded)
        topic, label, foreign = foreign_topic(folded)
        read = self._read(question)
        if read is not None and read.harmful >= HARM_CERTAIN and read.harmful > read.foreign:
            return ScopeVerdict(False, Category.HARMFUL, _HARMFUL, "encoder")
        if foreign >= STRONG and clinical < CLINICAL_ENOUGH + (foreign - STRONG):
            # A footballer with a sprain: the words are foreign, the sentence as a whole is not.
            if not (read is not None and clinical >= 2 and read.foreign < (0.5 if clinical >= 4 else 0.2)):
                return _foreign(label, topic)
            return _allowed(category, "encoder")
        if clinical >= 2 and foreign < clinical and not (read is not None and read.foreign >= 0.97):
            return _allowed(category)
        if read is not None:
            # A word or two of the clinic asks for more certainty before a refusal.
            if read.foreign >= (0.8 if clinical > foreign else 0.5) and not (follow_up and not foreign):
                return _foreign(label, topic or "encoder")
            return _allowed(category, "encoder")
        if foreign > clinical or (not clinical and not follow_up):
            return _foreign(label, topic or "sin_terminos")
        return _allowed(category)

    def _read(self, question: str) -> Chances | None:
        if self._encoder is None:
            return None
        from guardrails.scope.head import chances

        return chances(self._encoder, question)


_HARMFUL = (
    "La petición parece buscar un documento o registro que no corresponde a lo ocurrido, datos de otra persona o un "
    "daño; si es un caso clínico, descríbalo como tal."
)


def _allowed(category: str, rule: str = "") -> ScopeVerdict:
    what = "una pregunta clínica" if category == Category.CLINICAL else "una duda de documentación clínica"
    return ScopeVerdict(True, category, f"Es {what}.", rule)


def _foreign(label: str, rule: str) -> ScopeVerdict:
    what = f"La pregunta trata de {label}" if label else "La pregunta no trata de la atención ni de una nota"
    return ScopeVerdict(
        False, Category.OUT_OF_SCOPE, f"{what}; este copiloto solo atiende documentación clínica y guías.", rule
    )
