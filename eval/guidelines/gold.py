"""The gold guideline questions: loading, and whether a text states a fact.

Facts are lists of alternative spellings; a text holds a fact if it contains one of them after the same folding
that the evidence cards use (case, accents, «mm Hg», decimals, units) and regardless of spaces. See
``docs/preguntas_guias.md``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from corpora.cards.normalise import fold

QUESTIONS = Path(__file__).resolve().parent / "questions_gold.jsonl"


@dataclass(frozen=True)
class GoldQuestion:
    """One question as a physician types it, and what a right answer must hold."""

    id: str
    """Stable identifier: ``o…`` on a protocol, ``c…`` only in the catalogue, ``n…`` nowhere."""
    kind: str
    """``protocolo``, ``catalogo`` or ``nada`` (nothing to find: abstain)."""
    question: str
    key: str
    """Key of the guideline that answers first; empty for ``nada``."""
    accept_keys: list[str]
    """Keys that are right, the first one included."""
    gold_cards: list[str]
    """Evidence cards that hold every fact; empty outside ``protocolo``."""
    facts: list[list[str]]
    """Required facts, each a list of alternative spellings."""
    split: str
    """``dev``, ``held``…; which are held out says ``eval/datasets/sets.csv``."""


    section: str = ""
    """Heading of the passage that answers, as the document names it; empty where not noted."""

    def has_passage(self) -> bool:
        """Whether the right passage is known, not only the right guideline."""
        return bool(self.gold_cards or self.section)

    def is_passage(self, key: str, passage: str, locator: str) -> bool:
        """Whether a passage found is a right one: a gold card, or of the gold section of an accepted guideline."""
        if passage.removeprefix("ficha-") in self.gold_cards:
            return True
        return bool(self.section) and key in self.accept_keys and in_section(locator, self.section)


_PAGE = re.compile(r", p\. \d+$")
_NUMBERED = re.compile(r"^(?:cuadro|algoritmo|figura|tabla|anexo) \d+\w*")


def in_section(locator: str, section: str) -> bool:
    """Whether a locator («Cuadros › Cuadro 8…, p. 31») lies in a section («Tratamiento / Alta»: the last)."""
    wanted = _title(section.split(" / ")[-1])
    number = _NUMBERED.match(wanted)
    for part in map(_title, _PAGE.sub("", locator).split(" › ")):
        there = _NUMBERED.match(part)
        if part == wanted or (number and there and number[0] == there[0]):
            return True
    return False


def _title(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def load_gold(split: str | None = None, kind: str | None = None) -> list[GoldQuestion]:
    """The questions, optionally of one split and one kind.

    Raises:
        ValueError: a row is not JSON or has other fields.
    """
    questions = []
    for number, line in enumerate(QUESTIONS.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            questions.append(GoldQuestion(**json.loads(line)))
        except (json.JSONDecodeError, TypeError) as error:
            raise ValueError(f"questions_gold.jsonl, línea {number}: {error}") from error
    return [q for q in questions if split in (None, q.split) and kind in (None, q.kind)]


def holds(text: str, fact: list[str]) -> bool:
    """Whether the text contains one of the fact's alternatives; «30» is not found inside «130» or «30.5»."""
    folded = fold(text)
    return any(re.search(_pattern(alternative), folded) for alternative in fact)


def _pattern(alternative: str) -> str:
    parts = re.findall(r"\d+(?:\.\d+)?|[a-zñ]+|[^\s\w]", fold(alternative))
    body = r"\s*".join(re.escape(part) for part in parts)
    start = r"(?<![\d.])" if parts[0][0].isdigit() else r"(?<![a-zñ])" if parts[0].isalpha() else ""
    return start + body + (r"(?!\.?\d)" if parts[-1][0].isdigit() else "")
