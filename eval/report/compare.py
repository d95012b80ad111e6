"""Two runs side by side: paired differences over the notes (or questions) that both measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eval import runs
from eval.identity import changed
from eval.rates import Difference, paired
from eval.report.figures import RunFigures
from eval.scorers.events import Measure, measures


@dataclass(frozen=True)
class Compared:
    """One measure in both runs."""

    measure: Measure
    difference: Difference

    def verdict(self) -> str:
        """Spanish word on the difference: less is better."""
        if not self.difference.clear():
            return "sin diferencia demostrable"
        return "mejora" if self.difference.value < 0 else "empeora"


def compare(first: Path, second: Path) -> list[Compared]:
    """Every measure that both runs counted on shared notes, in the order of the table of measures."""
    one, two = RunFigures(first), RunFigures(second)
    out = []
    for name, measure in measures().items():
        # By the automatic judge in both: a person may have read one run and not the other.
        found = paired(one.automatic(name), two.automatic(name))
        if found is not None:
            out.append(Compared(measure, found))
    return out


def warnings(first: Path, second: Path) -> list[str]:
    """Spanish lines on what else differs between the runs: a difference of figures may come from any of it."""
    one, two = runs.load(first), runs.load(second)
    lines = [f"Difieren en {line}" for line in changed(one, two)]
    if (one.scored_with or one.code) != (two.scored_with or two.code):
        lines.append(f"Contadas con código distinto: {one.scored_with or one.code} → {two.scored_with or two.code}")
    lines += [f"{m.run} se reanudó con otra cosa: {line}" for m in (one, two) for line in m.mixed]
    if not one.parts or not two.parts:
        lines.append("Una de las dos no registró con qué conjuntos, guías y ajustes se midió.")
    return lines


def _point(value: float) -> str:
    return f"{100 * value:+.1f}".replace("-", "−")


def table(rows: list[Compared], first: Path, second: Path) -> str:
    """The comparison as a Markdown table."""
    lines = [
        f"| medida | {first.name} | {second.name} | diferencia (IC 95 %), puntos | notas | |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for row in rows:
        d = row.difference
        lines.append(
            f"| {row.measure.label} | {100 * d.first:.1f} % | {100 * d.second:.1f} % "
            f"| {_point(d.value)} ({_point(d.low)} a {_point(d.high)}) | {d.clusters} | {row.verdict()} |"
        )
    return "\n".join(lines)


def compare_page(rows: list[Compared], first: Path, second: Path) -> str:
    """The comparison as one self-contained HTML page."""
    from eval.report import plots
    from eval.report.build import environment

    shown = [r for r in rows if r.measure.main] or rows
    drawn = plots.differences([(r.measure.label, *r.difference[2:5]) for r in shown]) if shown else ""
    template = environment().get_template("compare.html")
    return template.render(
        rows=rows, first=runs.load(first), second=runs.load(second), plot=drawn, point=_point,
        warnings=warnings(first, second),
    )  # fmt: skip
