"""Writes a run's HTML page (one file, no script, nothing fetched) and its Markdown summary."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from copilot.labels import section_label
from eval.datasets.sets import suite_text
from eval.report import plots
from eval.report.examples import worst
from eval.report.figures import Cost, RunFigures
from eval.report.markdown import judge_text, summary
from eval.scorers.events import measures
from eval.tasks import SUITES

HERE = Path(__file__).parent
PAGE, SUMMARY = "informe.html", "resumen.md"
BROKEN_DOWN = {
    "alucinacion.cruda": ("section", "note_type", "set"),
    "alucinacion.final": ("section", "note_type", "set"),
    "omision.final": ("section", "note_type", "set"),
    "detector.error_no_detectado": ("kind", "severity", "note_type"),
    "estructura.seccion_equivocada": ("section", "note_type"),
    "redaccion_datos.fuga": ("kind", "note_type"),
    "alcance.indebida_atendida": ("kind", "set"),
    "guias.dato_ausente": ("key",),
}
"""Measures shown by these tags."""
TAGS = {
    "section": "sección",
    "note_type": "tipo de nota",
    "kind": "clase",
    "severity": "gravedad",
    "key": "guía",
    "set": "conjunto",
}


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates of this folder, escaping everything."""
    found = Environment(loader=FileSystemLoader(HERE), autoescape=select_autoescape(), trim_blocks=True)
    found.filters["svg"] = Markup
    found.globals["style"] = Markup((HERE / "informe.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file
    return found


def _label(tag: str, value: str) -> str:
    try:
        return section_label(value) if tag == "section" else value.replace("_", " ")  # type: ignore[arg-type]
    except (KeyError, ValueError):
        return value


def _broken_down(figures: RunFigures) -> list[dict[str, Any]]:
    out = []
    for measure, tags in BROKEN_DOWN.items():
        label = next((one.measure.label for one in figures.lines if one.measure.name == measure), None)
        for tag in tags if label else ():
            rows = [
                (f"{_label(tag, v)} (n={r.units})", r, plots.INK)
                for v, r in list(figures.by(measure, tag).items())[:14]
            ]
            if len(rows) > 1:
                out.append({"title": f"{label}, por {TAGS[tag]}", "plot": plots.rates(rows)})
    return out


COMPARED = ("alucinacion.cruda", "alucinacion.final", "alucinacion.literal", "omision.cruda", "omision.final")
"""Measures shown run by run."""


def _models(runs: list[RunFigures]) -> list[dict[str, Any]]:
    """The runs given, one row a run: model, prompt version, the writing rates and what a case cost."""
    return [
        {
            "manifest": figures.manifest,
            "rates": {one.measure.name: one.rate for one in figures.lines},
            "costs": {name: _cost(rows) for name, rows in figures.costs().items()},
        }
        for figures in runs
    ]


def _by_model(runs: list[RunFigures]) -> list[dict[str, str]]:
    """A plot for each measure of writing: its rate and interval in every run given."""
    out = []
    for name in COMPARED:
        found = [(one, line) for one in runs for line in one.lines if line.measure.name == name]
        rows = [(f"{one.manifest.title()} ({one.manifest.run})", line.rate, plots.INK) for one, line in found]
        if len(rows) > 1:
            out.append({"title": found[0][1].measure.label, "plot": plots.rates(rows)})
    return out


def page(figures: RunFigures, others: list[Path]) -> str:
    """The page as one text."""
    main = [(one.measure.label, one.rate, plots.INK) for one in figures.lines if one.measure.main]
    costs = figures.costs()
    kinds = {
        label: plots.kinds(counts, len(figures.automatic(name)), measures()[name].per)
        for label, name in (
            ("Frases sin sustento del modelo solo", "alucinacion.cruda"),
            ("Frases sin sustento que pasan el guardián", "alucinacion.final"),
            ("Afirmaciones infieles que el guardián no detecta", "detector.error_no_detectado"),
        )
        if (counts := figures.kinds(name))
    }
    longer = {name: rows for name, rows in costs.items() if any(one.words for one in rows)}
    known = {name: rows for name, rows in longer.items() if any(one.peak_mib is not None for one in rows)}
    named = [figures, *(RunFigures(one) for one in others)] if others else []
    return (
        environment()
        .get_template("informe.html")
        .render(
            manifest=figures.manifest,
            suites=SUITES,
            lines=figures.lines,
            judge_text=judge_text,
            suite_text=suite_text,
            area=figures.area(),
            balanced=figures.balanced("detector.error_no_detectado", "detector.fiel_rechazada"),
            naive=figures.balanced("detector.cifras_no_detectado", "detector.cifras_rechaza"),
            main=plots.rates(main) if main else "",
            kinds=kinds,
            broken=_broken_down(figures),
            seconds=plots.costs(longer) if longer else "",
            memory=plots.costs(known, memory=True) if known else "",
            costs={name: _cost(rows) for name, rows in costs.items()},
            examples=worst(figures),
            section_label=lambda key: _label("section", key),
            reviewed={name: figures.reviewed(name) for name in ("alucinacion.cruda", "alucinacion.final")},
            models=_models(named),
            compared=COMPARED,
            by_model=_by_model(named),
            gib=lambda mib: "—" if mib is None else f"{mib / 1024:.2f} GiB",
            percent=lambda value: f"{100 * value:.1f} %",
        )
    )


def _cost(rows: list[Cost]) -> dict[str, float | None]:
    seconds = sorted(one.seconds for one in rows)
    return {
        "cases": len(rows),
        "median": seconds[len(seconds) // 2],
        "p95": seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))],
        "peak": max((one.peak_mib for one in rows if one.peak_mib is not None), default=None),
    }


def write_report(folder: Path, others: list[Path], output: Path) -> tuple[Path, Path]:
    """Write both files and return where they are."""
    figures = RunFigures(folder)
    output.mkdir(parents=True, exist_ok=True)
    html, text = output / PAGE, output / SUMMARY
    html.write_text(page(figures, others), encoding="utf-8")
    text.write_text(summary(figures), encoding="utf-8")
    return html, text
