"""Rewords a literal note section by section; whatever fails a check keeps the physician's own words.

A statement is shown in the model's words only where its surrogates, figures, units, times, routes, signs and doubts are
the same; what is denied, what binds the facts and their order too; every written sentence is supported by that very
statement, no fact of it is missing, and it brings in no content word (the guard isn't asked where words and stops are
the same). The model gets the statement with its sure abbreviations written out, so what it wrote is held against that
text; it may also keep the abbreviations. So nothing is invented and nothing is lost by more than these checks' own
errors (measured: suites ``alucinacion`` and ``omision``, ``eval.review.guarded``, ``eval.bench.writing``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from copilot.domain import Origin, Section, Span, Statement
from copilot.errors import ModelError
from copilot.writing.ask import batches, reword
from copilot.writing.checks import (
    broken_off,
    routes_of,
    same_figures,
    same_signs,
    same_stops,
    same_surrogates,
    same_times,
    same_units,
    same_words,
)
from copilot.writing.logic import bonds, denies, same_doubt
from copilot.writing.novelty import lost_words, new_words, written_out
from copilot.writing.order import same_joints, same_order
from copilot.writing.spelled import spelled
from copilot.writing.types import FAILED, Chosen, Reason, Rewording, Writing

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from guardrails.grounding import GroundingGuard

Sections = Mapping[Section, tuple[Statement, ...]]
LITERAL_SECTIONS = frozenset({Section.FICHA_IDENTIFICACION, Section.OTRO})
"""Names, numbers, signatures, titles: there is nothing to reword, and every change would be wrong."""


@dataclass
class Writer:
    """Writing mode over one model and one guard."""

    model: BaseChatModel
    guard: GroundingGuard
    prompt: str = "redaccion"

    def write(
        self,
        sections: Sections,
        quoted: tuple[Span, ...] = (),
        tell: Callable[[int, int], None] | None = None,
    ) -> Writing:
        """Reword a note over redacted text. ``quoted``: spans that hold orders, never handed to the model.

        A model that is missing, busy or out of its depth costs its statements their rewording, never the note.
        """
        total = sum(len(value) for value in sections.values())
        done: list[Rewording] = []
        for section, statements in sections.items():
            done += self._section(section, statements, quoted)
            if tell:
                tell(len(done), total)
        return Writing(tuple(done), self.prompt)

    def _section(
        self, section: Section, statements: tuple[Statement, ...], quoted: tuple[Span, ...]
    ) -> list[Rewording]:
        out = {at: Rewording(section, one, "", (), Reason.NO_ANSWER) for at, one in enumerate(statements)}
        asked = []
        for at, one in enumerate(statements):
            if section in LITERAL_SECTIONS or broken_off(one.text):
                out[at] = replace(out[at], reason=Reason.ADMINISTRATIVE)
            elif any(a < q.end and q.start < b for a, b in one.spans for q in quoted):
                out[at] = replace(out[at], reason=Reason.ORDER)
            else:
                asked.append(at)
        expanded = [spelled(statements[at].text).text for at in asked]
        for batch in batches(expanded):
            texts = [expanded[n] for n in batch]
            try:
                lines = reword(self.model, section, texts, self.prompt)
            except ModelError:
                continue
            for n, line in zip(batch, lines, strict=True):
                at = asked[n]
                out[at] = judge(self.guard, section, statements[at], line)
        return [out[at] for at in range(len(statements))]


def judge(guard: GroundingGuard, section: Section, source: Statement, line: str) -> Rewording:
    """Whether a line may stand for its statement: all checks in the order of their cost, the guard only where asked."""
    raw = line.strip()
    if not raw:
        return Rewording(section, source, "", (), Reason.NO_ANSWER)
    whole = spelled(source.text)
    meant = tuple(dict.fromkeys((source.text, whole.text)))
    settled = _settled(meant, raw)
    if settled is not None:
        return Rewording(section, source, raw, (), settled)
    parts = list(sentences(raw))
    judged = tuple(
        Chosen(text, v.supported, v.score, str(v.kind), str(v.severity))
        for text, v in zip(parts, guard.verify_many(whole.text, parts), strict=True)
    )
    if not all(one.supported for one in judged):
        return Rewording(section, source, raw, judged, Reason.UNSUPPORTED)
    if any(same_words(one, raw) for one in meant):
        return Rewording(section, source, raw, judged, Reason.NONE)
    # Of the facts left out, not the signs (compared already) and not what is written out.
    missing = (word for one in guard.omissions([source.text], raw) for word in one.missing)
    lost = [word for word in missing if word.strip(" ()+-<>↑↓%") and not written_out(word, whole, raw)]
    lost += lost_words(source.text, whole, raw)
    if lost:
        return Rewording(section, source, raw, judged, Reason.OMISSION, tuple(lost))
    new = new_words(source.text, whole, raw)
    return Rewording(section, source, raw, judged, Reason.NEW_WORD if new else Reason.NONE)


def _settled(meant: tuple[str, ...], raw: str) -> Reason | None:
    """What comparing settles on its own, cheapest first; None where the guard is to be asked.

    ``meant``: the source and, where it differs, the source with its abbreviations written out.
    """
    if raw == meant[0]:
        return Reason.SAME
    if not same_surrogates(meant[0], raw):
        return Reason.SURROGATE
    if not any(same_figures(one, raw) for one in meant) or not any(same_units(one, raw) for one in meant):
        return Reason.FIGURE
    if not same_times(meant, raw):
        return Reason.FIGURE
    routes, given = routes_of(raw), [routes_of(one) for one in meant]
    if routes not in given:
        return Reason.NEW_WORD if all(routes - one for one in given) else Reason.OMISSION
    if not any(same_signs(one, raw) for one in meant) or not any(same_doubt(one, raw) for one in meant):
        return Reason.SIGN
    if all(denies(one) is not denies(raw) for one in meant):
        return Reason.UNSUPPORTED
    bound, given = bonds(raw), [bonds(one) for one in meant]
    if bound not in given:
        return Reason.OMISSION if any(one - bound for one in given) else Reason.NEW_WORD
    if not all(same_order(one, raw) and same_joints(one, raw) for one in meant):
        return Reason.REARRANGED
    return Reason.NONE if any(same_words(one, raw) and same_stops(one, raw) for one in meant) else None


def sentences(text: str) -> Iterator[str]:
    """Sentences of a written line (the guard judges sentence by sentence)."""
    from guardrails.grounding.text import fold
    from guardrails.grounding.text import sentences as spans

    for start, end in spans(text, fold(text)):
        if text[start:end].strip(" .;"):
            yield text[start:end].strip()


def composed(writing: Writing) -> dict[Section, tuple[Statement, ...]]:
    """The note to show: written statements where they passed, the physician's own elsewhere, with the reason."""
    out: dict[Section, list[Statement]] = {}
    for one in writing.rewordings:
        held = str(one.reason) if one.reason in FAILED or one.reason is Reason.ORDER else ""
        shown = Statement(one.raw, one.source.spans, Origin.WRITTEN) if one.written else replace(one.source, kept=held)
        out.setdefault(one.section, []).append(shown)
    return {section: tuple(value) for section, value in out.items()}
