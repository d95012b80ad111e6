"""A clinical question that also carries an order to the program: the question alone, where the two part cleanly.

Whole sentences are kept or dropped, never halves. What hides (invisible or encoded text, faked messages) is not taken
apart, nor is a message whose other part asks for harm: such a message is refused as a whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from guardrails.scope.injection import scan
from guardrails.scope.types import Category, ScopeVerdict

if TYPE_CHECKING:
    from guardrails.scope.guard import ScopeGuard

_SENTENCE = re.compile(r"[^.?!;\n]*[.?!;\n]+[\"'»)\]]*\s*|[^.?!;\n]+$")
_BESIDE = 4
"""Words beside the order that may be left out unread («por favor», «gracias»); more of them ask for something."""
_MOST = 600
"""Characters of the longest message that is taken apart; a question is short."""


class Separated(NamedTuple):
    """The two parts of a message."""

    question: str
    """Its clinical sentences, as written."""
    order: str
    """The sentences left out, as written."""
    verdict: ScopeVerdict
    """On the question alone: allowed, with the findings of the whole message."""


def sentences(text: str) -> list[str]:
    """Sentences with their end marks; a decimal point doesn't end one."""
    joined = re.sub(r"(?<=\d)\.(?=\d)", "\x00", text)
    return [one.replace("\x00", ".") for one in _SENTENCE.findall(joined) if one.strip()]


def _beside(order: str) -> int:
    """Words of what is left out that no finding covers: what else it asks for."""
    covered = [(one.start, one.end) for one in scan(order)]
    if not covered:
        return _MOST
    return sum(not any(a <= word.start() < b for a, b in covered) for word in re.finditer(r"\w+", order))


def separate(guard: ScopeGuard, text: str) -> Separated | None:
    """The clinical part of a message that was refused for an order; None where they can't be told apart."""
    findings = tuple(scan(text))
    if len(text) > _MOST or any(one.kind in guard.plain_kinds for one in findings):
        return None
    kept: list[str] = []
    dropped: list[str] = []
    for one in sentences(text):
        verdict = guard.check(one)
        if verdict.allowed and verdict.category == Category.CLINICAL and not scan(one):
            kept.append(one)
        elif verdict.allowed or verdict.category == Category.INJECTION:
            dropped.append(one)
        else:
            return None
    question, order = "".join(kept).strip(), "".join(dropped).strip()
    if not kept or _beside(order) > _BESIDE:
        return None
    verdict = guard.check(question)
    if not verdict.allowed or not guard.plainly_clinical(question):
        return None
    return Separated(question, order, verdict.with_findings(findings))
