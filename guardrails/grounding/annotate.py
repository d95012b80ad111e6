# ruff: noqa: E501  (long patterns are kept on one line)
"""Facts of a clinical text: concept mentions with everything bound to them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from guardrails.grounding.lexicon import Entry, Lexicon, load
from guardrails.grounding.quantities import Quantity, quantities
from guardrails.grounding.text import Token, fold, sentences, stem, tokenize


@dataclass
class Mention:
    """One clinical concept as stated: absent or present, of whom, how sure, which side, what is done with it."""

    id: str
    type: str
    start: int
    end: int
    sentence: int = 0
    segment: int = 0
    others: frozenset[str] = frozenset()
    """Other readings of an ambiguous abbreviation."""
    implied_absent: bool = False
    resolved: bool = False
    """Was there and is gone («ya no», «cedió»)."""
    negated: bool = False
    uncertain: bool = False
    confirmed: bool = False
    conditional: bool = False
    past: bool = False
    """The drug's verb is in the past («tomaba», «recibió»)."""
    family: bool = False
    kin: set[str] = field(default_factory=set)
    action: str = ""
    groups: dict[str, set[str]] = field(default_factory=dict)
    quantities: list[Quantity] = field(default_factory=list)


@dataclass
class Mark:
    """A trigger (negation, certainty, action…) or a value of an exclusive group."""

    kind: str
    value: str
    start: int
    end: int
    sentence: int = 0
    segment: int = 0
    text: str = ""


@dataclass
class Word:
    """A content word that no lexicon row explains."""

    text: str
    start: int
    end: int
    sentence: int = 0


@dataclass
class Annotation:
    """Everything found in one text."""

    text: str
    folded: str
    tokens: list[Token]
    sentences: list[tuple[int, int]]
    segments: list[tuple[int, int, int]]
    """(start, end, sentence) of comma segments."""
    mentions: list[Mention]
    marks: list[Mark]
    quantities: list[Quantity]
    words: list[Word]
    stems: dict[str, list[int]]
    """Stem → sentences that hold it."""
    memo: dict[object, object] = field(default_factory=dict)
    """What was worked out about this text once (candidates, deeds)."""

    def sentence_at(self, offset: int) -> int:
        """Index of the sentence that holds the offset (the nearest before it otherwise)."""
        found = 0
        for index, (start, _) in enumerate(self.sentences):
            if start <= offset:
                found = index
        return found


_CUT = re.compile(r",(?!\d)|[:()]|\s(?:pero|aunque|mientras|excepto|salvo)\s|\s-\s")
_STOP = frozenset(
    ["de", "la", "el", "los", "las", "un", "una", "y", "o", "e", "u", "en", "con", "para", "al", "del", "a", "su", "sus", "le", "lo", "les", "se", "que", "por", "x", "p", "c", "s", "sin", "no", "ni", "si", "ha", "es", "son", "fue"]
)


def _segments(folded: str, spans: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    out = []
    for index, (start, end) in enumerate(spans):
        begin = start
        for cut in _CUT.finditer(folded, start, end):
            if cut.start() > begin:
                out.append((begin, cut.end(), index))
            begin = cut.end()
        if begin < end:
            out.append((begin, end, index))
    return out


def _matches(lexicon: Lexicon, tokens: list[Token], at: int) -> list[tuple[int, Entry]]:
    word = tokens[at].text
    found: list[tuple[int, Entry]] = []
    for first in (stem(word), "=" + word):
        for key, entry in lexicon.phrases.get(first, ()):
            size = len(key)
            if at + size > len(tokens):
                continue
            if all(
                (k[1:] == tokens[at + j].text) if k[0] == "=" and len(k) > 1 else (k == stem(tokens[at + j].text))
                for j, k in enumerate(key)
            ):
                found.append((size, entry))
    return found


@lru_cache(maxsize=4096)
def _typo(word: str) -> str:
    """The one drug name at one or two keystrokes from a long unknown word; "" where there's none."""
    if len(word) < 7:
        return ""
    cutoff = 1 if len(word) < 10 else 2
    hit = process.extractOne(
        word, load().drug_words, scorer=DamerauLevenshtein.distance, score_cutoff=cutoff
    )
    return str(hit[0]) if hit else ""


@lru_cache(maxsize=2048)
def _expansion(text: str) -> tuple[tuple[str, str, bool, tuple[tuple[str, str], ...]], ...]:
    """Concepts of an abbreviation's reading: (id, type, absent, group values)."""
    inner = _scan(fold(text), expand=False)
    return tuple((m.id, m.type, m.implied_absent, ()) for m in inner[0])


_FUNCTION_WORDS = frozenset(["es", "el", "la", "los", "las", "me", "se", "un", "una", "al", "no", "si", "de", "ha", "he", "ya", "va", "ve", "so", "os", "as", "te", "ti", "mi", "tu", "su", "da", "di", "fe", "ir", "le", "lo", "ni", "o", "y", "e", "u", "a"])


def _scan(
    folded: str, *, expand: bool = True, text: str = ""
) -> tuple[list[Mention], list[Mark], list[Word], list[Token]]:
    lexicon = load()
    shouting = text.isupper()
    tokens = tokenize(folded)
    mentions: list[Mention] = []
    marks: list[Mark] = []
    words: list[Word] = []
    covered = [False] * len(tokens)
    generic = [False] * len(tokens)
    taken_until = mark_until = group_until = -1
    for at, token in enumerate(tokens):
        if not token.text[0].isalnum() and token.text not in "?(+-":
            continue
        found = _matches(lexicon, tokens, at)
        if not found and token.text.isalpha() and len(token.text) >= 7:
            fixed = _typo(token.text)
            if fixed:
                found = _matches(lexicon, [Token(fixed, token.start, token.end)], 0)
        word = token.text
        function = word in _FUNCTION_WORDS and (shouting or not text[token.start : token.end].isupper())
        longest_trigger = max((s for s, e in found if e.kind == "trigger"), default=0)
        usable = [
            (s, e)
            for s, e in found
            if not (s == 1 and function)
            and not (s == 1 and e.kind == "concept" and word in lexicon.generic_words and (word, e.id) not in lexicon.literal)
            and not (e.type == "habit" and s < longest_trigger)
            and not (e.id == "ano" and "ñ" in text[token.start : token.end].lower())
        ]
        concept = max(
            ((s, e) for s, e in usable if e.kind in ("concept", "parts", "abbreviation")),
            key=lambda item: (item[0], {"parts": 2, "concept": 1, "abbreviation": 0}[item[1].kind]),
            default=None,
        )
        if concept and at > taken_until:
            size, entry = concept
            taken_until = at + size - 1
            end = tokens[at + size - 1].end
            same = [e for s, e in usable if s == size and e.kind == "concept"]
            if entry.kind == "concept":
                others = frozenset(e.id for e in same if e.id != entry.id)
                for s, e in found:
                    if s == size and e.kind == "abbreviation" and expand:
                        others |= {i for part in e.parts for i, *_ in _expansion(part)}
                mentions.append(Mention(entry.id, entry.type, token.start, end, others=others - {entry.id}))
            elif entry.kind == "parts":
                for part in entry.parts:
                    if ":" in part:
                        marks.append(Mark(part.split(":")[0], part.split(":")[1], token.start, end))
                        continue
                    absent = part.startswith("-")
                    name = part.lstrip("-")
                    mentions.append(
                        Mention(name, lexicon.types.get(name, "state"), token.start, end, implied_absent=absent)
                    )
            elif expand:
                readings = [_expansion(part) for part in entry.parts]
                default = next((r for r in readings if r), ())
                rest = frozenset(i for r in readings if r is not default for i, *_ in r)
                for name, type_, absent, _ in default:
                    mentions.append(Mention(name, type_, token.start, end, others=rest, implied_absent=absent))
                if not default:
                    for part in entry.parts[:1]:
                        words += [
                            Word(w.text, token.start, end)
                            for w in tokenize(fold(part))
                            if len(w.text) > 3
                            and not any(e.kind in ("generic", "trigger", "group") for _, e in _matches(lexicon, [w], 0))
                        ]
            for j in range(at, at + size):
                covered[j] = True
        for size, entry in sorted(found, key=lambda item: -item[0]):
            end = tokens[at + size - 1].end
            if entry.kind == "trigger" and at > mark_until:
                same_size = [e for s, e in found if e.kind == "trigger" and s == size]
                for one in same_size:
                    marks.append(Mark(one.type, one.id, token.start, end, text=folded[token.start : end]))
                mark_until = at + size - 1
                for j in range(at, at + size):
                    generic[j] = True
            elif entry.kind == "group" and at > group_until:
                for one in [e for s, e in found if e.kind == "group" and s == size]:
                    marks.append(Mark(one.type, one.id, token.start, end, text=folded[token.start : end]))
                group_until = at + size - 1
                for j in range(at, at + size):
                    generic[j] = True
            elif entry.kind == "generic":
                for j in range(at, at + size):
                    generic[j] = True
    for left, right in pairwise(tokens):
        # «pie D», «ojo I»: a capital letter after a part of the body
        alone = text[right.start : right.end] in ("D", "I") and not text[right.end : right.end + 1].isalnum()
        if alone and any(m.type == "anat" and m.start <= left.start < m.end for m in mentions):
            marks.append(Mark("side", "der" if right.text == "d" else "izq", right.start, right.end, text=right.text))
    for at, token in enumerate(tokens):
        if covered[at] or generic[at] or not token.text.isalpha() or len(token.text) < 3 or token.text in _STOP:
            continue
        words.append(Word(token.text, token.start, token.end))
    return mentions, marks, words, tokens


def forget_words() -> None:
    """Empty the memories of single words (typing errors looked up, stems): names of persons may be among them."""
    _typo.cache_clear()
    stem.cache_clear()


def annotate(text: str) -> Annotation:
    """All facts of a text (a whole note or one sentence); deterministic, without any model."""
    from guardrails.grounding.context import bind
    from guardrails.grounding.signs import bind_bounds

    folded = fold(text)
    mentions, marks, words, tokens = _scan(folded, text=text)
    found = [
        q
        for q in quantities(folded)
        if q.label or not any(m.start < q.start and q.end <= m.end + 1 and m.type not in ("state",) for m in mentions)
    ]
    bind_bounds(folded, found)
    inside = [(q.start, q.end) for q in found]
    words = [w for w in words if not any(s <= w.start < e for s, e in inside)]
    spans = sentences(text, folded)
    annotation = Annotation(
        text, folded, tokens, spans, _segments(folded, spans), mentions, marks, found, words, {}
    )
    for token in tokens:
        if len(token.text) > 2 or token.text.isdigit():
            annotation.stems.setdefault(stem(token.text), []).append(annotation.sentence_at(token.start))
    # a short abbreviation inside a quantity («2 h», «10 mg») is its unit, not a concept
    kept = [m for m in mentions if not any(s <= m.start and m.end <= e and m.end - m.start <= 4 for s, e in inside)]
    kept += [Mention("w:" + stem(w.text), "word", w.start, w.end) for w in words]
    annotation.mentions = sorted(kept, key=lambda m: m.start)
    bind(annotation)
    return annotation
