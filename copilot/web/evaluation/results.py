"""The results of one run (its report, inside the page), two runs side by side, the cases and one case."""

from __future__ import annotations

import re
import threading
from collections import Counter
from html import escape
from pathlib import Path
from urllib.parse import quote, urlencode

from copilot.errors import CopilotError, UsageError
from copilot.settings import Settings
from copilot.web.evaluation.frame import all_runs, run_head, select, table
from copilot.web.evaluation.home import compare_form, newest_of

_BODY = re.compile(r"<body>(.*)</body>", re.DOTALL)
_DRAWING = threading.Lock()
"""The plots are drawn one page at a time."""
PAGE = 50
"""Cases on one page."""


def report_file(folder: Path) -> Path:
    """The run's HTML report, made anew where its figures or people's verdicts are newer. Raises :class:`UsageError`."""
    from eval.report.build import PAGE as NAME
    from eval.report.build import write_report
    from eval.review.verdicts import FILE
    from eval.runs import EVENTS

    if not (folder / EVENTS).is_file():
        raise UsageError("Esta corrida todavía no tiene resultados.")
    with _DRAWING:
        if newest_of(folder, NAME) < newest_of(folder, EVENTS, FILE):
            write_report(folder, [], folder)
    return folder / NAME


def results_html(settings: Settings, folder: Path, state: str, trouble: str) -> str:
    """The report inside the page: its body, under our own styles; it has no script."""
    from eval import runs

    manifest = runs.load(folder)
    head = run_head(manifest, "", settings.timezone)
    if state != "terminada":
        why = f' <span class="tenue">{escape(trouble)}</span>' if trouble else ""
        return head + (
            f'<p class="vacio">Esta corrida está {escape(state)}: los resultados salen cuando termina.{why} '
            '<a href="/evaluacion/">Volver a la lista</a></p>'
        )
    found = _BODY.search(report_file(folder).read_text(encoding="utf-8"))
    inside = re.sub(r"<h1>.*?</h1>", "", found[1], count=1) if found else ""
    return head + (
        f'<p class="acciones"><a href="/evaluacion/{folder.name}/informe.html">Descargar el informe (HTML)</a></p>'
        f'<article class="informe">{_reachable(inside)}</article>'
    )


def _reachable(html: str) -> str:
    """Wide tables can be scrolled with the keyboard too."""
    return html.replace('<div class="wide">', '<div class="wide" tabindex="0">')


def compare_html(settings: Settings, first: Path, second: Path) -> str:
    """Paired differences of two runs."""
    from eval import runs
    from eval.report.compare import compare, compare_page

    rows = compare(first, second)
    pairs = []
    for one in all_runs(settings):
        try:
            manifest = runs.load(one)
        except CopilotError:
            continue
        if manifest.finished:
            pairs.append((one.name, f"{one.name} · {manifest.title()}"))
    head = '<p class="miga"><a href="/evaluacion/">Evaluaciones</a></p>'
    if not rows:
        words = "Esas dos corridas no comparten ningún caso medido: no hay diferencia pareada que mostrar."
        return f'{head}<h1>Comparación pareada</h1><p class="vacio">{words}</p>' + compare_form(
            pairs, first.name, second.name
        )
    with _DRAWING:
        page = compare_page(rows, first, second)
    found = _BODY.search(page)
    return (
        f'{head}<article class="informe">{_reachable(found[1]) if found else ""}</article>'
        + compare_form(pairs, first.name, second.name)
    )


def cases_html(settings: Settings, folder: Path, suite: str, only: str, page: int) -> str:
    """The cases of one suite of a run, those with most errors first."""
    from eval import runs
    from eval.scorers.events import measures
    from eval.tasks import SUITES

    manifest = runs.load(folder)
    names = [name for name in manifest.suites if name in SUITES]
    if not names:
        raise UsageError("La corrida no nombra ninguna prueba conocida.")
    suite = suite if suite in names else names[0]
    wrong: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    for event in runs.events(folder):
        measure = measures().get(event.measure)
        if measure is not None and measure.suite == suite:
            counted[event.cluster] += 1
            wrong[event.cluster] += event.value > 0
    items = [one for one in runs.items(folder) if one["suite"] == suite]
    if only == "errores":
        items = [one for one in items if "result" not in one or wrong[one["id"]]]
    items.sort(key=lambda one: ("result" in one, -wrong[one["id"]], one["id"]))
    pages = max(1, -(-len(items) // PAGE))
    page = min(max(page, 1), pages)
    rows = []
    for one in items[(page - 1) * PAGE : page * PAGE]:
        name = one["id"]
        link = f'<a href="/evaluacion/{folder.name}/caso?{urlencode({"suite": suite, "id": name})}">{escape(name)}</a>'
        failed = "result" not in one
        said = escape(str(one.get("error", ""))) if failed else f"{wrong[name]} de {counted[name]}"
        rows.append(([link, said], failed or wrong[name] > 0))
    form = (
        f'<form class="alta" method="get" action="/evaluacion/{folder.name}/casos">'
        + select("suite", "Prueba", [(name, SUITES[name].title) for name in names], suite)
        + select("ver", "Ver", [("", "Todos los casos"), ("errores", "Sólo los que tienen errores")], only)
        + '<button class="principal">Ver</button></form>'
    )
    head = run_head(manifest, "casos", settings.timezone) + form
    if not items:
        return head + '<p class="vacio">No hay casos que mostrar aquí.</p>'
    return head + table(("Caso", "Errores entre lo contado"), rows) + _pager(folder.name, suite, only, page, pages)


def _pager(run: str, suite: str, only: str, page: int, pages: int) -> str:
    if pages == 1:
        return ""
    links = "".join(
        f'<a href="/evaluacion/{quote(run)}/casos?{urlencode({"suite": suite, "ver": only, "pagina": at})}">{words}</a>'
        for at, words in ((page - 1, "Anteriores"), (page + 1, "Siguientes"))
        if 1 <= at <= pages
    )
    return f'<p class="acciones">Página {page} de {pages} {links}</p>'


def case_html(settings: Settings, folder: Path, suite: str, identifier: str) -> str:
    """One case: what was judged, line by line, and its source with marks."""
    from eval import runs
    from eval.drill import case
    from eval.scorers.events import measures
    from eval.tasks import SUITES

    manifest = runs.load(folder)
    shown = case(folder, suite, identifier)
    back = f"/evaluacion/{folder.name}/casos?{urlencode({'suite': suite})}"
    title = SUITES[suite].title if suite in SUITES else suite
    out = run_head(manifest, "casos", settings.timezone)
    out += f'<p class="miga"><a href="{escape(back)}">{escape(title)}</a></p><h2>Caso {escape(identifier)}</h2>'
    if shown.error:
        return out + f'<p class="error" role="alert">{escape(shown.error)}</p>'
    out += f"<p>{escape(shown.title)}</p>" if shown.title else ""
    if shown.source:
        text = "".join(
            f'<mark class="{escape(mark)}">{escape(piece)}</mark>' if mark else escape(piece)
            for piece, mark in shown.source
        )
        legend = "".join(
            f'<li><mark class="{escape(mark)}">{escape(words)}</mark></li>' for mark, words in shown.legend.items()
        )
        out += f'<h3>Fuente</h3><blockquote class="fuente">{text}</blockquote>'
        out += f'<ul class="leyenda">{legend}</ul>' if legend else ""
    if shown.rows:
        rows = [([escape(cell) for cell in row.cells], row.bad) for row in shown.rows]
        out += "<h3>Veredictos</h3>" + table(shown.columns, rows)
    known = measures()
    counted = [
        one
        for one in runs.events(folder)
        if one.cluster == identifier and one.measure in known and known[one.measure].suite == suite
    ]
    if counted:
        totals: dict[str, list[float]] = {}
        for event in counted:
            kept = totals.setdefault(event.measure, [0.0, 0.0])
            kept[0] += event.value > 0
            kept[1] += 1
        rows = [([escape(known[n].label), f"{wrong:.0f} de {of:.0f}"], wrong > 0) for n, (wrong, of) in totals.items()]
        out += "<h3>Lo que se contó</h3>" + table(("Error que se cuenta", "Unidades con error"), rows)
    return out
