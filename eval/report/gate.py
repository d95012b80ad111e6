"""Gates: thresholds that a run must keep, so that a model or prompt that is worse can't slip in."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path

from copilot.errors import UsageError
from eval.rates import Rate
from eval.report.figures import Line, RunFigures
from eval.scorers.events import measures

GATES = Path(__file__).resolve().parent.parent / "gates.toml"
OF = {
    "value": "",
    "high": ", extremo alto del intervalo",
    "notes": ", por nota",
    "corrected": ", corregida por los errores del juez",
    "residual": ", lo que se estima que queda sin ver",
    "reviewed": ", según las personas que revisaron",
}
"""What a threshold may be set on, and how its line says so."""


@dataclass(frozen=True)
class Gate:
    """One threshold: the measure's rate, or another figure of :data:`OF`, must not exceed it."""

    measure: str
    limit: float
    of: str
    """One of :data:`OF`."""
    least: int
    """Units (for ``notes``: notes) that must have been counted: a gate on too little data is broken, not kept."""


@dataclass(frozen=True)
class Checked:
    """A gate and how the run stands to it."""

    gate: Gate
    label: str
    found: float | None
    """None: the run did not measure it."""
    units: int
    why: str
    kept: bool

    def text(self) -> str:
        """One line for the terminal."""
        mark = "✓" if self.kept else "✗"
        found = "sin medir" if self.found is None else f"{100 * self.found:.1f} %"
        what = f"{self.label}{OF[self.gate.of]}"
        return f"{mark} {what}: {found} (umbral {100 * self.gate.limit:.1f} %, n = {self.units}){self.why}"


def load_gates(path: Path | None = None, profile: str = "completo") -> list[Gate]:
    """The thresholds of a profile. Raises :class:`UsageError` for an unknown profile, measure or key."""
    file = path or GATES
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        raise UsageError(f"No se pudo leer el archivo de umbrales «{file.name}».") from None
    if profile not in tables:
        raise UsageError(f"No hay un perfil «{profile}» en {file.name}. Los que hay: {', '.join(tables)}.")
    gates = []
    for name, given in tables[profile].items():
        for row in given if isinstance(given, list) else [given]:
            of = row.get("of", "value")
            if name not in measures() or set(row) - {"max", "of", "least"} or "max" not in row or of not in OF:
                raise UsageError(f"El umbral «{name}» de {file.name} está mal escrito.")
            gates.append(Gate(name, float(row["max"]), of, int(row.get("least", 1))))
    return gates


def _figure(line: Line, of: str) -> tuple[Rate | None, float]:
    """The rate that a gate is set on (None: the run has none) and its value, nan where it can't be told."""
    others = {"notes": line.notes, "corrected": line.corrected, "residual": line.residual, "reviewed": line.people}
    # The rate itself is the automatic one: a few sentences that somebody read must not open a gate.
    found = others.get(of, line.automatic)
    return found, float("nan") if found is None else found.high if of == "high" else found.value


def check(folder: Path, gates: list[Gate]) -> list[Checked]:
    """Every gate against the run. What the run's suites don't measure is left out; what they should have is broken."""
    figures = RunFigures(folder)
    lines = {line.measure.name: line for line in figures.lines}
    out = []
    for gate in gates:
        measure = measures()[gate.measure]
        if measure.suite not in figures.manifest.suites:
            continue
        line = lines.get(gate.measure)
        if line is None:
            out.append(Checked(gate, measure.label, None, 0, " — la suite no lo midió", False))
            continue
        said, found = _figure(line, gate.of)
        if said is None or math.isnan(found):
            out.append(Checked(gate, measure.label, None, 0, " — esta corrida no la puede dar", False))
            continue
        enough = said.units >= gate.least
        why = "" if enough else f" — se piden al menos {gate.least} casos"
        out.append(Checked(gate, measure.label, found, said.units, why, enough and found <= gate.limit))
    for suite, count in figures.manifest.failed.items():
        failed = Gate(f"{suite}.error", 0.0, "value", 1)
        out.append(
            Checked(failed, f"casos con error en {suite}", None, count, " — no deben quedar casos con error", False)
        )
    return out
