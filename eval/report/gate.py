"""Gates: thresholds that a run must keep, so that a model or prompt that is worse can't slip in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from copilot.errors import UsageError
from eval.report.figures import RunFigures
from eval.scorers.events import measures

GATES = Path(__file__).resolve().parent.parent / "gates.toml"


@dataclass(frozen=True)
class Gate:
    """One threshold: the measure's rate (or the upper end of its interval) must not exceed it."""

    measure: str
    limit: float
    of: str
    """``value`` or ``high`` (the upper end of the 95 % interval)."""
    least: int
    """Units that must have been counted: a gate on too little data is broken, not kept."""


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
        return f"{mark} {self.label}: {found} (umbral {100 * self.gate.limit:.1f} %, n = {self.units}){self.why}"


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
    for name, row in tables[profile].items():
        keys = set(row) - {"max", "of", "least"}
        if name not in measures() or keys or "max" not in row:
            raise UsageError(f"El umbral «{name}» de {file.name} está mal escrito.")
        gates.append(Gate(name, float(row["max"]), row.get("of", "value"), int(row.get("least", 1))))
    return gates


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
        found = line.rate.high if gate.of == "high" else line.rate.value
        enough = line.rate.units >= gate.least
        why = "" if enough else f" — se piden al menos {gate.least} casos"
        out.append(Checked(gate, measure.label, found, line.rate.units, why, enough and found <= gate.limit))
    for suite, count in figures.manifest.failed.items():
        failed = Gate(f"{suite}.error", 0.0, "value", 1)
        out.append(
            Checked(failed, f"casos con error en {suite}", None, count, " — no deben quedar casos con error", False)
        )
    return out
