"""From a run's events to the rates that the reports show, each with its judge's own measured errors."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from eval import runs
from eval.rates import Detector, Observation, Rate, auc, corrected, per_cluster, rate, residual
from eval.scorers.events import Event, Measure, measures, observations

JUDGES = {
    ("alucinacion", "guardian"): ("detector.error_no_detectado", "detector.fiel_rechazada"),
    ("alucinacion", "segundo"): ("detector.segundo_no_detectado", "detector.segundo_rechaza"),
    ("omision", "guardian"): ("omision.buscador_falla", "omision.buscador_inventa"),
}
"""(suite, judge) → measures of its misses and of its false alarms on labelled units."""
MAJOR = "_mayor"
"""Ending of measures that count an error only where the guard calls it major."""
MAJOR_JUDGE = ("detector.mayor_no_llamada", "detector.fiel_mayor")
"""The same for those: labelled major errors not called so, faithful statements called a major error."""


class Cost(NamedTuple):
    """What one item took."""

    words: int
    """0 where unknown."""
    seconds: float
    peak_mib: int | None
    """Peak memory of the process during the item; None where the system doesn't tell."""


@dataclass(frozen=True)
class Line:
    """One measure of one run, ready to be printed."""

    measure: Measure
    automatic: Rate
    """What the automatic judge (or the labels) says of all units."""
    notes: Rate | None
    """Share of notes with at least one error by the automatic judge, where that says something."""
    corrected: Rate | None
    """The automatic rate corrected for its judge's errors; None where labels judge."""
    residual: Rate | None
    """Share of errors estimated to remain among what passed the judge."""
    prevalence: float
    """Share of errors estimated among what the judge saw, at which its precision is told; nan: unknown."""
    judge: Detector | None
    people: Rate | None
    """By people alone, weighted by how many sentences each judged one stands for; None: nobody reviewed."""

    @property
    def rate(self) -> Rate:
        """The headline: people's estimate where there is one."""
        return self.people or self.automatic

    @property
    def reviewed(self) -> int:
        """Units that a person judged."""
        return self.people.units if self.people else 0


class RunFigures:
    """Everything the reports need of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = runs.load(folder)
        self.events: list[Event] = runs.events(folder)
        self.items = runs.items(folder)

    def detector(self, measure: Measure) -> Detector | None:
        """How the measure's judge did on labelled units of this very run; None where that wasn't measured."""
        names = MAJOR_JUDGE if measure.name.endswith(MAJOR) else JUDGES.get((measure.suite, measure.judge))
        if names is None:
            return None
        missed, alarms = (observations(self.events, name) for name in names)
        found = Detector([row._replace(value=1.0 - row.value) for row in missed], alarms)
        return found if found.usable() else None

    @cached_property
    def lines(self) -> list[Line]:
        """All measures that this run counted, in the order of the table of measures."""
        seen = {one.measure for one in self.events}
        return [self._line(measure) for name, measure in measures().items() if name in seen]

    def _line(self, measure: Measure) -> Line:
        rows = self.automatic(measure.name)
        notes = per_cluster(rows) if measure.per_note else None
        judge = self.detector(measure)
        fixed = left = None
        prevalence = float("nan")
        if judge is not None:
            if measure.name in ("alucinacion.final", "alucinacion.final_mayor"):
                # The guard has decided what is shown: what it let through is told from all that it saw.
                first = self.automatic(measure.name.replace(".final", ".cruda"))
                left, prevalence = residual(first, judge), corrected(first, judge).value
            else:
                fixed = corrected(rows, judge)
                prevalence = fixed.value
        said = self.reviewed(measure.name)
        return Line(measure, rate(rows), notes, fixed, left, prevalence, judge, said[0] if said else None)

    def automatic(self, measure: str) -> list[Observation]:
        """The measure's units as the automatic judge (or the labels) count them, whatever people said."""
        return [
            Observation(e.cluster, float(e.tags.get("automatic", e.value)), e.weight)
            for e in self.events
            if e.measure == measure
        ]

    def by(self, measure: str, tag: str) -> dict[str, Rate]:
        """The measure broken down by a tag, most units first."""
        values = Counter(e.tags.get(tag, "") for e in self.events if e.measure == measure)
        return {
            value: rate(observations(self.events, measure, **{tag: value}))
            for value, _ in values.most_common()
            if value
        }

    def kinds(self, measure: str) -> dict[str, Counter[str]]:
        """Errors by kind, split by severity."""
        out: dict[str, Counter[str]] = {}
        for event in self.events:
            if event.measure == measure and event.value > 0:
                kind = event.tags.get("kind", "") or "sin clase"
                out.setdefault(kind, Counter())[event.tags.get("severity", "") or "sin gravedad"] += 1
        return dict(sorted(out.items(), key=lambda pair: -pair[1].total()))

    def reviewed(self, measure: str) -> tuple[Rate, Detector] | None:
        """By people alone: the rate over the sample they judged, and how the automatic judge did on it.

        The sample takes flagged sentences more often than others; weights undo that. None: nobody reviewed.
        """
        judged = [e for e in self.events if e.measure == measure and e.tags.get("judge") == "persona"]
        if not judged:
            return None
        weighed = [(e, float(e.tags.get("review_weight", "1"))) for e in judged]
        whole = rate([Observation(e.cluster, e.value, w) for e, w in weighed])
        flags = [(e, Observation(e.cluster, float(e.tags["automatic"]), w)) for e, w in weighed]
        return whole, Detector([o for e, o in flags if e.value > 0], [o for e, o in flags if e.value <= 0])

    def area(self) -> Rate | None:
        """Area under the ROC curve of the guard's score on the labelled statements."""
        rows = [
            (e.cluster, float(e.tags["score"]), e.measure == "detector.fiel_rechazada")
            for e in self.events
            if e.measure in ("detector.fiel_rechazada", "detector.error_no_detectado") and "score" in e.tags
        ]
        return auc(rows) if rows else None

    def balanced(self, missed: str, alarms: str) -> float | None:
        """Balanced accuracy from the two error rates; None where one wasn't measured."""
        both = [observations(self.events, name) for name in (missed, alarms)]
        if not all(both):
            return None
        return 1.0 - sum(rate(rows).value for rows in both) / 2

    def costs(self) -> dict[str, list[Cost]]:
        """What every item took, by suite."""
        out: dict[str, list[Cost]] = {}
        for item in self.items:
            result = item.get("result") or {}
            cost = result.get("cost")
            if cost:
                out.setdefault(item["suite"], []).append(
                    Cost(int(result.get("words", 0)), float(cost["seconds"]), cost.get("peak_mib"))
                )
        return out
