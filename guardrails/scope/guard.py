"""The scope guard: may this request be answered? Rules over folded text and, where given, a trained reader.

Order: orders aimed at the program, harm, scope. Rules name the plain cases and say why; the reader decides the rest.
No network, no language model. Doubt goes to the physician's side: retrieval abstains where nothing bears.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from guardrails.scope.injection import decoded, scan
from guardrails.scope.patterns import compile_pattern, load, rules
from guardrails.scope.types import READER, Category, Chances, InjectionFinding, RequestReader, ScopeVerdict
from guardrails.scope.view import fold

STRONG = 3.0
"""Weight of a phrase that belongs to a foreign topic and to no consultation."""
CLINICAL_ENOUGH = 4.0
"""Clinical evidence that outweighs a foreign phrase (a footballer with a sprain)."""
SURELY_OWN = 0.93
"""Probability of the reader from which a rule's suspicion of harm is set aside (a rule reads words, not meaning)."""
REFUSE = 0.5
"""Probability of the reader from which a request that no rule names is refused."""
BARE = 0.8
"""The same for a request of a few words within a conversation («¿y cada cuánto?»)."""
CLINICAL_WORDS = 2.0
"""Clinical evidence in the words from which a refusal takes more certainty."""
REFUSE_FOREIGN, REFUSE_HARMFUL = 0.9, 0.6
"""That certainty, for what looks foreign and for what looks harmful or injected."""
REFUSE_BESIDE = 0.6
"""Words of a foreign topic beside clinical ones (a goalkeeper's shoulder): legitimate from this probability on."""
_PLAIN_KINDS = frozenset({"texto_oculto", "texto_codificado", "mensaje_falso"})
"""Findings that are plain to see; the reader has no say."""


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
    """Stateless; safe under threads. ``reader``: optional trained reader of requests."""

    def __init__(self, reader: RequestReader | None = None) -> None:
        self._reader = reader

    def scan(self, text: str) -> list[InjectionFinding]:
        """Orders aimed at the program inside a text of any length, with offsets into it, in order."""
        return scan(text)

    plain_kinds = _PLAIN_KINDS
    """Kinds of findings that no part of a message excuses."""

    def plainly_clinical(self, text: str) -> bool:
        """Whether the words themselves are clinical and the reader, where there is one, has no doubt."""
        read = self._reader.read(text) if self._reader is not None else None
        sure = read is None or (read.own >= SURELY_OWN and read.clinical >= read.documentation)
        return sure and clinical_weight(fold(text))[0] >= CLINICAL_WORDS

    def check(self, question: str, follow_up: bool = False) -> ScopeVerdict:
        """Decide one request. ``follow_up``: it continues a clinical conversation, so it may be short and bare."""
        read = self._reader.read(question) if self._reader is not None else None
        sure = read is not None and read.own >= SURELY_OWN
        findings = tuple(scan(question))
        if findings and not (sure and all(one.kind not in _PLAIN_KINDS for one in findings)):
            first = findings[0]
            return ScopeVerdict(False, Category.INJECTION, first.reason, first.kind, findings)
        folded = re.sub(r"\s+", " ", fold(question)).strip()
        for text in (folded, *(fold(message) for _, _, message in decoded(question))):
            broken = harmful_rule(text)
            if broken and not sure:
                return ScopeVerdict(False, Category.HARMFUL, broken[1], broken[0])
        if read is None:
            return _by_words(folded, follow_up)
        return _by_reader(read, folded, follow_up)


def _by_reader(read: Chances, folded: str, follow_up: bool) -> ScopeVerdict:
    """What the reader makes of a request that no rule names."""
    topic, label, foreign = foreign_topic(folded)
    bare = follow_up and not foreign and len(folded.split()) <= 6
    clinical = clinical_weight(folded)[0]
    if foreign >= STRONG and clinical < CLINICAL_ENOUGH + (foreign - STRONG):
        refused = read.own < (REFUSE_BESIDE if clinical >= CLINICAL_WORDS else SURELY_OWN)
    elif foreign < STRONG and clinical >= CLINICAL_WORDS:
        refused = read.foreign >= REFUSE_FOREIGN or read.harmful + read.injected >= REFUSE_HARMFUL
    else:
        refused = 1 - read.own >= (BARE if bare else REFUSE)
    if not refused:
        return _allowed(Category.CLINICAL if read.clinical >= read.documentation else Category.DOCUMENTATION, READER)
    if read.injected >= max(read.harmful, read.foreign):
        return ScopeVerdict(False, Category.INJECTION, _INJECTED, READER)
    if read.harmful >= read.foreign:
        return ScopeVerdict(False, Category.HARMFUL, _HARMFUL, READER)
    return _foreign(label if foreign >= STRONG else "", topic or READER)


def _by_words(folded: str, follow_up: bool) -> ScopeVerdict:
    """Scope by lists of words alone, where there is no reader."""
    clinical, category = clinical_weight(folded)
    topic, label, foreign = foreign_topic(folded)
    if foreign >= STRONG and clinical < CLINICAL_ENOUGH + (foreign - STRONG):
        return _foreign(label, topic)
    if clinical >= 2 and foreign < clinical:
        return _allowed(category)
    if foreign > clinical or (not clinical and not follow_up):
        return _foreign(label, topic or "sin_terminos")
    return _allowed(category)


_INJECTED = "El texto da órdenes al programa; se trata como texto, nunca como orden."
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
