"""Base of the rule recognizers: patterns over the folded text, context words, one validating method.

The folded text (lower case, no accents, same length as the cleaned text) comes with the artifacts of
:mod:`guardrails.redaction.engine`, so that no pattern has to think of case or accents. A pattern may name the group
``v``: then only that part is the personal datum and the rest is context.
"""

# ruff: noqa: E501 - patterns stay on one line
from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

from guardrails.redaction.presidio import LocalRecognizer, RecognizerResult


class Rule(NamedTuple):
    """A pattern over the folded text with its score; ``context``: found only near one of the context words."""

    name: str
    regex: re.Pattern[str]
    score: float
    context: bool = False


def rule(name: str, regex: str, score: float, context: bool = False) -> Rule:
    """Compile a rule; white space in the pattern counts (no verbose mode)."""
    return Rule(name, re.compile(regex, re.MULTILINE), score, context)


def words(*alternatives: str) -> re.Pattern[str]:
    """A pattern for context words as whole words."""
    return re.compile(r"(?<![a-z0-9])(?:" + "|".join(alternatives) + r")(?![a-z])")


NUMBERS = frozenset({"NSS", "TELEFONO", "FECHA", "RFC", "CURP", "CP", "AGREGADO", "INE", "MATRICULA", "CEDULA", "FOLIO"})
_SCANNED = re.compile(r"(?<![a-z])(?=[oilsb]{0,3}\d)[oilsb\d]{2,}(?![a-z])|(?<=[\d.\-/ ])[oli](?=[.\-/]\d|\d)")
_MEANT = str.maketrans("oilsb", "01158")


_AROUND = 120  # characters beside a number read anew that are searched again
_EDGE = 40  # of them at the end, where a match may be one cut off


@lru_cache(maxsize=4)
def as_digits(folded: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text with «O», «l», «S», «B» among digits read as 0, 1, 5, 8 (same length), and the stretches where that changed something."""
    stretches: list[tuple[int, int]] = []

    def read(match: re.Match[str]) -> str:
        meant = match[0].translate(_MEANT)
        if meant != match[0]:
            start, end = max(0, match.start() - _AROUND), min(len(folded), match.end() + _AROUND)
            if stretches and start <= stretches[-1][1]:
                stretches[-1] = (stretches[-1][0], end)
            else:
                stretches.append((start, end))
        return meant

    meant = _SCANNED.sub(read, folded)
    return meant, tuple(stretches)


class FoldedRecognizer(LocalRecognizer):
    """A recognizer of one label by rules; subclasses fill the class attributes and may override :meth:`validate`."""

    LABEL: ClassVar[str]
    RULES: ClassVar[tuple[Rule, ...]]
    CONTEXT: ClassVar[re.Pattern[str] | None] = None
    REACH: ClassVar[int] = 45  # characters before the match in which a context word counts

    def __init__(self) -> None:
        super().__init__(supported_entities=[self.LABEL], supported_language="es", name=type(self).__name__)

    def load(self) -> None:
        """Nothing to load."""

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """Score of a match (folded value, whether a context word is near), or ``None`` to discard it."""
        if rule.context and not near:
            return None
        return rule.score

    def near(self, folded: str, start: int) -> bool:
        """Whether a context word stands shortly before, with no other clause in between."""
        if self.CONTEXT is None:
            return False
        return self.CONTEXT.search(folded, max(0, start - self.REACH), start) is not None

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Results over the cleaned text; offsets are those of the cleaned text. Numbers are read a second time as a scanner meant them."""
        folded: str = nlp_artifacts.folded
        results = self._over(folded, 0, len(folded))
        if self.LABEL in NUMBERS:
            meant, stretches = as_digits(folded)
            for start, end in stretches:
                results += self._over(meant, start, end)
        return results

    def _over(self, folded: str, begin: int, stop: int) -> list[RecognizerResult]:
        results = []
        for one in self.RULES:
            group = "v" if "v" in one.regex.groupindex else 0
            for match in one.regex.finditer(folded, begin, stop):
                start, end = match.span(group)
                if start == end or (match.end() > stop - _EDGE and stop < len(folded)):
                    continue
                score = self.validate(folded[start:end], one, self.near(folded, start))
                if score:
                    results.append(RecognizerResult(self.LABEL, start, end, score))
        return results
