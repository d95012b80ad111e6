"""Plots as inline SVG: no script, no font or image from elsewhere; text stays text, so that it can be searched."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib

from eval.rates import Rate

matplotlib.use("svg")

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from eval.report.figures import Cost

INK, RED, AMBER, GREEN, GREY = "#1f3a44", "#b3261e", "#d98e04", "#2f7d5b", "#8a979c"
SEVERITY = {"mayor": RED, "menor": AMBER}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "imss-copilot",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def _drawn(width: float, height: float, draw: object) -> str:
    """SVG of what ``draw(axes)`` draws; the same data give the same bytes."""
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.add_subplot()
        draw(axes)  # type: ignore[operator]
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    # The namespace is an identifier, never fetched; the rest of the head would name a document type of elsewhere.
    return re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)


def rates(rows: Sequence[tuple[str, Rate, str]], unit: str = "%") -> str:
    """Points with intervals: (label, rate, colour)."""

    def draw(axes: Axes) -> None:
        for at, (_, one, colour) in enumerate(rows):
            y = len(rows) - 1 - at
            axes.plot([100 * one.low, 100 * one.high], [y, y], color=colour, linewidth=2, solid_capstyle="round")
            hollow = one.errors <= 0
            axes.plot(
                100 * one.value, y, "o", color=colour, markersize=7, markerfacecolor="white" if hollow else colour
            )
        axes.set_yticks(range(len(rows)), [label for label, _, _ in reversed(rows)])
        axes.set_xlim(left=0)
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.set_xlabel(unit)
        axes.grid(axis="x", color=GREY, alpha=0.25)

    return _drawn(8.4, 0.9 + 0.34 * len(rows), draw)


def kinds(counts: Mapping[str, Counter[str]], units: int, per: str) -> str:
    """Stacked bars by kind and severity: errors in a hundred units (``per``: what a unit is)."""
    names = list(counts)

    def draw(axes: Axes) -> None:
        left = [0.0] * len(names)
        for severity in sorted({s for one in counts.values() for s in one}):
            values = [100 * counts[name][severity] / max(1, units) for name in names]
            colour = SEVERITY.get(severity, GREY)
            axes.barh(range(len(names)), values, left=left, color=colour, label=severity, height=0.66)
            left = [a + b for a, b in zip(left, values, strict=True)]
        axes.set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
        axes.invert_yaxis()
        axes.set_xlabel(f"% (por {per}; n = {units})")
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))

    return _drawn(7.2, 1.0 + 0.32 * len(names), draw)


def costs(points: Mapping[str, Sequence[Cost]], memory: bool = False) -> str:
    """Seconds (or peak MiB) of every item against its words, by suite; a line through the medians of quarters."""

    def draw(axes: Axes) -> None:
        for at, (name, rows) in enumerate(points.items()):
            known = [(one.words, one.peak_mib if memory else one.seconds) for one in rows]
            ordered = sorted((words, float(value)) for words, value in known if value is not None)
            words, values = [w for w, _ in ordered], [v for _, v in ordered]
            colour = (INK, RED, GREEN, AMBER, GREY)[at % 5]
            axes.plot(words, values, "o", color=colour, alpha=0.55, markersize=4, label=name.replace("_", " "))
            if len(ordered) >= 8:
                quarter = len(ordered) // 4
                middle = [slice(n * quarter, (n + 1) * quarter) for n in range(4)]
                axes.plot(
                    [sorted(words[s])[quarter // 2] for s in middle],
                    [sorted(values[s])[quarter // 2] for s in middle],
                    color=colour,
                )
        axes.set_xlabel("palabras")
        axes.set_ylabel("MiB, máximo durante el caso" if memory else "segundos")
        if not memory:
            axes.set_ylim(bottom=0)
        axes.legend(frameon=False)

    return _drawn(7.2, 3.4, draw)


def differences(rows: Sequence[tuple[str, float, float, float]]) -> str:
    """Paired differences with intervals (label, value, low, high), in percentage points around zero."""

    def draw(axes: Axes) -> None:
        axes.axvline(0, color=GREY, linewidth=1)
        for at, (_, value, low, high) in enumerate(reversed(rows)):
            colour = RED if low > 0 else GREEN if high < 0 else INK
            axes.plot([100 * low, 100 * high], [at, at], color=colour, linewidth=2, solid_capstyle="round")
            axes.plot(100 * value, at, "o", color=colour, markersize=7)
        axes.set_yticks(range(len(rows)), [label for label, *_ in reversed(rows)])
        axes.set_xlabel("puntos porcentuales (segunda − primera; a la izquierda, mejor la segunda)")

    return _drawn(8.4, 1.0 + 0.36 * len(rows), draw)
