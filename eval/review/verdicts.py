"""Verdicts of people, kept with who, when and on which sheet; they override the automatic judge where they exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from eval.scorers.events import Event

FILE = "verdicts.jsonl"
REVIEWABLE = ("alucinacion.cruda", "alucinacion.final")
"""Measures whose automatic judge a person can overrule; the «mayor» measures follow from them."""


@dataclass(frozen=True)
class Verdict:
    """One person's judgement of one written sentence."""

    unit: str
    """Unit of the event (sentence) judged."""
    rater: str
    """Name or initials as the rater gave them."""
    bad: bool
    """True: the source does not support the sentence."""
    kind: str = ""
    severity: str = ""
    comment: str = ""
    sheet: str = ""
    """Identifier of the sheet that the rater filled in."""
    given: str = ""
    """Time (UTC) at which the sheet was read back."""
    weight: float = 1.0
    """Sentences of the run that this one stands for (flagged ones are drawn more often)."""
    settled: bool = False
    """True: the verdict both raters agreed on after their blind readings differed."""

    def row(self) -> dict[str, object]:
        """Plain values for JSON."""
        return asdict(self)


def load(folder: Path) -> list[Verdict]:
    """All verdicts of a run, oldest first. Raises ``TypeError`` for a row of another form."""
    from eval.runs import read_rows

    return [Verdict(**row) for row in read_rows(folder / FILE)]


def final(verdicts: Sequence[Verdict]) -> dict[str, Verdict]:
    """The verdict that counts for each unit: the settled one, else the raters' common one.

    Where two raters differ and nothing was settled, the unit counts as bad: doubt is no support.
    """
    by: dict[str, list[Verdict]] = {}
    for one in verdicts:
        by.setdefault(one.unit, []).append(one)
    out: dict[str, Verdict] = {}
    for unit, given in by.items():
        settled = [one for one in given if one.settled]
        bad = [one for one in given if one.bad]
        major = [one for one in bad if one.severity == "mayor"]
        out[unit] = settled[-1] if settled else (major or bad or given)[0]
    return out


def override(events: Sequence[Event], folder: Path) -> list[Event]:
    """The events with the people's verdicts in place of the automatic ones, marked ``judge: persona``."""
    said = final(load(folder))
    if not said:
        return list(events)
    out = []
    for event in events:
        measure = event.measure.removesuffix("_mayor")
        verdict = said.get(event.unit) if measure in REVIEWABLE else None
        if verdict is None:
            out.append(event)
            continue
        severity = verdict.severity if verdict.bad else ""
        bad = verdict.bad and (measure == event.measure or severity == "mayor")
        tags = {**event.tags, "judge": "persona", "automatic": str(event.value)}
        tags["review_weight"] = str(verdict.weight)
        tags |= {"kind": verdict.kind if verdict.bad else "", "severity": severity}
        out.append(replace(event, value=float(bad), tags=tags))
    return out
