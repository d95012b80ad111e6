"""The run in a few lines of Markdown, and the fragment that the README shows."""

from __future__ import annotations

import math
from pathlib import Path

from eval.datasets.sets import suite_text
from eval.rates import Rate
from eval.report.figures import Line, RunFigures

HEAD = """| suite | conjunto | error que se cuenta | tasa (IC 95 %) | n | por nota | juez y tasa corregida |
|---|---|---|---:|---|---:|---|"""


def _notes(one: Rate | None) -> str:
    return one.text() if one is not None else ""


def judge_text(line: Line) -> str:
    """The judge's own figures and the rate corrected by them; what can't be said is said to be so."""
    if line.measure.judge == "etiqueta":
        return ""
    people = ""
    if line.reviewed:
        people = f"{line.reviewed} juzgadas por personas; el juez, de todas: {line.automatic.text()}; "
    if line.judge is None:
        return people + "sin corregir: esta corrida no midió al juez"
    recall, specificity = line.judge.sensitivity(), line.judge.specificity()
    base = f"recuperación {recall.value:.2f}, especificidad {specificity.value:.2f}"
    precision = line.judge.precision(line.prevalence)
    base += "" if math.isnan(precision) else f", precisión {precision:.2f}"
    fixed = line.residual or line.corrected
    if fixed is None:
        return people + base
    if math.isnan(fixed.value):
        return f"{people}{base}: el juez no distingue"
    what = "quedan sin ver, del guardián solo," if line.residual is not None else "corregida"
    return f"{people}{what} {100 * fixed.value:.1f} % ({100 * fixed.low:.1f}–{100 * fixed.high:.1f}); {base}"


def row(line: Line) -> str:
    """One measure as a line of the table."""
    m = line.measure
    units = f"{line.rate.units} ({m.per}), {line.rate.clusters} casos"
    cells = [m.suite, suite_text(m.suite), m.label, line.rate.text(), units, _notes(line.notes), judge_text(line)]
    return "| " + " | ".join(cells) + " |"


def table(figures: RunFigures, *, every: bool = False) -> str:
    """The main measures, or every one of them."""
    return "\n".join([HEAD, *(row(line) for line in figures.lines if every or line.measure.main)])


def summary(figures: RunFigures) -> str:
    """The whole summary of a run."""
    m = figures.manifest
    sample = f"a lo más {m.limit} casos por suite, semilla {m.seed}" if m.limit else "todos los casos"
    lines = [
        f"# Evaluación {m.run}",
        "",
        f"Modelo {m.model.get('name')} · plantilla {m.prompt.get('id')} v{m.prompt.get('version')} "
        f"({m.prompt.get('hash', '')[:10]}) · código {m.code or 'sin repositorio'} · {sample} · terminada {m.finished}",
        "",
        table(figures),
    ]
    area = figures.area()
    exact = figures.balanced("detector.error_no_detectado", "detector.fiel_rechazada")
    if area is not None and exact is not None and not math.isnan(area.value):
        naive = figures.balanced("detector.cifras_no_detectado", "detector.cifras_rechaza")
        lines += [
            "",
            f"Guardián sobre afirmaciones etiquetadas: exactitud balanceada {exact:.3f}, "
            f"AUC {area.value:.3f} ({area.low:.3f}–{area.high:.3f}); "
            f"referencia «todas sus cifras están en la nota» {naive:.3f}.",
        ]
    for name in ("alucinacion.cruda", "alucinacion.final"):
        found = figures.reviewed(name)
        if found is not None:
            lines += ["", f"Por revisión humana, {name}: {found[0].text()}."]
    if m.mixed:
        lines += ["", "Se reanudó aunque había cambiado lo que mide: " + "; ".join(m.mixed) + "."]
    if m.failed:
        lines += ["", "Casos con error: " + ", ".join(f"{k} {v}" for k, v in m.failed.items()) + "."]
    return "\n".join(lines) + "\n"


def fragment(folders: list[Path]) -> Path:
    """Write ``docs/figures/evaluacion.md``: every suite's main measures, from the first run that has it."""
    from eval.figures import write_fragment

    rows, made, commands, taken = [], [], [], set[str]()
    for folder in folders:
        figures = RunFigures(folder)
        m = figures.manifest
        ours = [line for line in figures.lines if line.measure.main and line.measure.suite not in taken]
        if not ours:
            continue
        suites = list(dict.fromkeys(line.measure.suite for line in ours))
        taken |= set(suites)
        rows += [row(line) for line in ours]
        exact = figures.balanced("detector.error_no_detectado", "detector.fiel_rechazada")
        area = figures.area()
        if "detector" in suites and exact is not None and area is not None:
            naive = figures.balanced("detector.cifras_no_detectado", "detector.cifras_rechaza")
            rows.append(
                f"| detector | {suite_text('detector')} "
                f"| guardián: exactitud balanceada {exact:.2f}, AUC {area.value:.2f} ({area.low:.2f}–"
                f"{area.high:.2f}); referencia «sus cifras están en la nota» {naive:.2f} |  |  |  |  |"
            )
        prompt = "" if m.model.get("name") == "none" else f", plantilla {m.prompt.get('id')} v{m.prompt.get('version')}"
        made.append(f"{', '.join(suites)}: modelo {m.model.get('name')}{prompt}, código {m.code}")
        given = [*suites, f"--limit {m.limit}" if m.limit else "", f"--seed {m.seed}", f"--model {m.model.get('name')}"]
        given.append(f"--writing-limit {m.writing_limit}" if m.writing_limit else "")
        commands.append("python -m eval run " + " ".join(one for one in given if one))
    return write_fragment(
        "evaluacion",
        "\n".join([HEAD, *rows]),
        dataset=f"conjuntos propios de eval/; {'; '.join(made)}; IC 95 % por nota, regla de tres donde no hay errores",
        command="; ".join(commands),
    )
