"""Plots of the figures, drawn on the server by Matplotlib: as SVG for the page (its colours follow the theme) and as
PNG for the report. Under each plot of the page stands its table, for who reads by ear."""

from __future__ import annotations

import datetime
import io
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import matplotlib
from matplotlib.figure import Figure

from copilot.web.commission import words
from copilot.web.commission.figures import Figures, percentile
from copilot.web.marks import safe

_INK, _FAINT = "#010203", "#040506"
_SERIES = ("#070809", "#0a0b0c", "#0d0e0f", "#101112")
_THEME = {_INK: "var(--tinta)", _FAINT: "var(--raya)"} | {
    color: f"var(--serie-{i})" for i, color in enumerate(_SERIES, 1)
}
_PAPER = {_INK: "#14212b", _FAINT: "#cfd8dd"} | dict(
    zip(_SERIES, ("#0f5c55", "#b3591b", "#33558b", "#7a2f6b"), strict=True)
)


@dataclass(frozen=True)
class Plot:
    """One plot: lines of numbers over days, or bars by kind."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    draw: Callable[[Figure, dict[str, str]], None]

    @property
    def empty(self) -> bool:
        """Nothing to show."""
        return not self.rows


def _axes(figure: Figure, colors: dict[str, str]) -> matplotlib.axes.Axes:
    axes = figure.subplots()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(colors[_FAINT])
    axes.tick_params(colors=colors[_INK], labelsize=10, length=0)
    axes.set_facecolor("none")
    return axes


def _over_days(
    title: str, days: Sequence[datetime.date], series: dict[str, Counter[datetime.date] | dict[datetime.date, float]],
    decimals: int = 0,
) -> Plot:  # fmt: skip
    """Stacked by nothing: one line a series; more than 70 days are put together by weeks."""
    shown = {name: values for name, values in series.items() if any(values.values())}
    if not shown or not days:
        return Plot(title, (), (), lambda *_: None)

    def draw(figure: Figure, colors: dict[str, str]) -> None:
        axes = _axes(figure, colors)
        for color, (name, values) in zip(_SERIES, shown.items(), strict=False):
            numbers = [values.get(day, math.nan if decimals else 0) for day in days]
            axes.plot(range(len(days)), numbers, color=colors[color], linewidth=2, marker="o", markersize=4, label=name)
        step = max(1, -(-len(days) // 8))
        axes.set_xticks(range(0, len(days), step), [f"{day:%d/%m}" for day in days[::step]])
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(matplotlib.ticker.MaxNLocator(5, integer=not decimals))
        axes.grid(axis="y", color=colors[_FAINT], linewidth=0.8)
        axes.legend(frameon=False, fontsize=10, labelcolor=colors[_INK], loc="upper left", ncols=len(shown),
                    bbox_to_anchor=(0, 1.18), borderaxespad=0)  # fmt: skip

    rows = tuple(
        (f"{day:%d/%m/%Y}", *(words.number(values.get(day, 0), decimals) for values in shown.values())) for day in days
        if any(values.get(day) for values in shown.values())
    )  # fmt: skip
    return Plot(title, ("Día", *shown), rows, draw)


def _by_kind(title: str, head: str, counts: Counter[str], name: Callable[[str], str], most: int = 10) -> Plot:
    pairs = [(name(kind), count) for kind, count in counts.most_common(most) if count]

    def draw(figure: Figure, colors: dict[str, str]) -> None:
        axes = _axes(figure, colors)
        places = range(len(pairs))
        bars = axes.barh(places, [count for _, count in pairs], color=colors[_SERIES[0]], height=0.62)
        axes.bar_label(bars, [words.number(count) for _, count in pairs], padding=4, color=colors[_INK], fontsize=10)
        axes.set_yticks(places, [text if len(text) < 34 else text[:33] + "…" for text, _ in pairs])
        axes.set_ylim(max(3, len(pairs)) - 0.5, -0.5)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)

    return Plot(title, (head, "Veces"), tuple((text, words.number(count)) for text, count in pairs), draw)


def plots(figures: Figures) -> list[Plot]:
    """Those of the page and the report, in order."""
    days = figures.days
    use = {words.ACTIONS[key]: figures.use.get(key, Counter()) for key in ("structure", "ask", "sign", "export")}
    declined = {words.OUTCOMES[key]: figures.declined.get(key, Counter()) for key in ("refused", "abstained", "failed")}
    slow = {
        f"{words.ACTIONS[key]} ({label})": {
            day: percentile(sorted(values), share) for day, values in figures.latency.get(key, {}).items()
        }
        for key in ("structure", "ask")
        for share, label in ((0.5, "mediana"),)
    }
    edits: Counter[str] = Counter()
    for count in figures.edits:
        edits["Sin cambios" if not count else "1 a 3" if count < 4 else "4 a 9" if count < 10 else "10 o más"] += 1
    return [
        _over_days("Uso por día", days, dict(use)),
        _over_days("Rechazos, abstenciones y fallas", days, dict(declined)),
        _over_days("Tiempo de respuesta (segundos)", days, dict(slow), 1),
        _by_kind("Alertas por tipo", "Alerta", figures.alerts, words.alert),
        _by_kind("Datos personales retirados", "Tipo", figures.redactions, lambda k: words.REDACTIONS.get(k, k)),
        _by_kind("Elementos faltantes más frecuentes", "Elemento", figures.missing, words.missing),
        _by_kind("Enunciados cambiados antes de firmar", "Cambios por nota", edits, str),
    ]


def _figure(plot: Plot) -> Figure:
    tall = 2.6 if plot.heads and plot.heads[0] == "Día" else 0.6 + 0.3 * max(3, len(plot.rows))
    return Figure(figsize=(6.4, tall), layout="constrained", facecolor="none")


def svg(plot: Plot, number: int) -> str:
    """The plot as inline SVG; ids are made its own, colours are the theme's."""
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": f"plot{number}", "font.family": "DejaVu Sans"}):
        figure = _figure(plot)
        plot.draw(figure, {color: color for color in (_INK, _FAINT, *_SERIES)})
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r'<g id="[^"]*">', "<g>", text)
    text = re.sub(r'(id="|"#|url\(#)', rf"\g<1>g{number}-", text)
    text = re.sub(r"font: ([\d.]+)px[^;\"]*", r"font-size: \1px", text)
    for color, name in _THEME.items():
        text = text.replace(color, name)
    text = re.sub(
        r'<svg[^>]*?(viewBox="[^"]*")[^>]*>', rf'<svg \1 role="img" aria-label="{safe(plot.title)}">', text, count=1
    )
    return " ".join(text.split())


def png(plot: Plot) -> bytes:
    """The plot for paper."""
    with matplotlib.rc_context({"font.family": "DejaVu Sans"}):
        figure = _figure(plot)
        plot.draw(figure, _PAPER)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=170, facecolor="white")
    return out.getvalue()


def plots_html(figures: Figures) -> str:
    """All plots of a period, each with its table; those without data say so."""
    parts = []
    for number, plot in enumerate(plots(figures)):
        if plot.empty:
            parts.append(f'<figure class="plot"><figcaption>{safe(plot.title)}</figcaption>'
                         '<p class="tenue">Sin datos en el periodo.</p></figure>')  # fmt: skip
            continue
        heads = "".join(f'<th scope="col">{safe(head)}</th>' for head in plot.heads)
        rows = "".join("<tr>" + "".join(f"<td>{safe(cell)}</td>" for cell in row) + "</tr>" for row in plot.rows)
        parts.append(
            f'<figure class="plot"><figcaption>{safe(plot.title)}</figcaption>{svg(plot, number)}'
            f'<details><summary>Ver como tabla</summary><div class="rueda"><table><thead><tr>{heads}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div></details></figure>"
        )
    return f'<div class="plots">{"".join(parts)}</div>'


def totals(figures: Figures) -> list[tuple[str, str]]:
    """The numbers above the plots and in the report."""
    notes = sum(figures.use.get("structure", Counter()).values())
    asked = sum(figures.use.get("ask", Counter()).values())
    signed = len(figures.edits)
    unchanged = sum(not count for count in figures.edits)
    rows = [
        ("Personas que usaron el copiloto", words.number(len(figures.people))),
        ("Notas estructuradas", words.number(notes)),
        ("Preguntas a las guías", words.number(asked)),
        ("Notas firmadas", words.number(signed)),
        ("… sin cambios sobre lo propuesto", f"{100 * unchanged / signed:.0f} %" if signed else "—"),
        ("Preguntas con abstención", words.number(figures.outcomes["ask", "abstained"])),
        ("Preguntas rechazadas", words.number(figures.outcomes["ask", "refused"])),
        ("Interacciones que fallaron", words.number(sum(figures.declined.get("failed", Counter()).values()))),
        ("Solicitudes sin resultado", words.number(figures.unanswered_count)),
        ("Instrucciones incrustadas señaladas", words.number(figures.injections)),
        ("Enunciados no sostenidos", words.number(figures.unsupported)),
        ("Enunciados generados y no mostrados", words.number(figures.dropped)),
        ("Datos personales retirados", words.number(sum(figures.redactions.values()))),
        ("Accesos", words.number(figures.signed_in)),
        ("Accesos fallidos", words.number(figures.sign_in_failed)),
        ("Lecturas de la bitácora", words.number(figures.reads)),
    ]
    for action, name in (("structure", "nota"), ("ask", "pregunta")):
        times = figures.times(action)
        if times:
            middle, high = percentile(times, 0.5), percentile(times, 0.95)
            rows.append((f"Tiempo por {name}: mediana y percentil 95", f"{middle:.1f} s y {high:.1f} s"))
    return rows
