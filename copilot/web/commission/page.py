"""The commission's page as Gradio blocks. What is read goes to the log first (``Action.AUDIT_READ``)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import gradio as gr

from copilot.errors import CopilotError
from copilot.facade import Copilot, spanish_errors
from copilot.models.registry import load_registry
from copilot.web.commission import words
from copilot.web.commission.charts import plots_html, totals
from copilot.web.commission.figures import gather
from copilot.web.commission.files import reader_of
from copilot.web.commission.integrity import panel_html, result_html, verify
from copilot.web.commission.search import PERIODS, Wanted, between, choices, search
from copilot.web.commission.view import CHOOSE, detail_html, list_html, problem_html
from copilot.web.marks import safe
from copilot.web.view import progress_html
from copilot.web.work import UNEXPECTED
from guardrails.audit import AuditLog, Reader, Record
from guardrails.audit.reading import RECORD_COLUMNS, index_of, record

_HEADER = (
    '<header class="cabecera"><div><strong>Copiloto clínico</strong><span class="tenue">Comisión de Gobernanza y Ética '
    'de la IA</span></div><div><span class="sello">En este equipo, sin internet</span>'
    '<button type="button" id="tema" aria-label="Cambiar entre tema claro y oscuro">Claro / oscuro</button></div>'
    "</header>"
)
_FOLLOWERS = ("sign", "export", "discard", "edit", "ask")
_ANY = ("Cualquiera", "")


def _markdown(value: str, name: str, classes: str = "") -> gr.Markdown:
    return gr.Markdown(
        value, elem_id=name, latex_delimiters=[], sanitize_html=False, padding=False, elem_classes=classes or None
    )


def months(zone: ZoneInfo, count: int = 13) -> list[tuple[str, str]]:
    """The last months, newest first, as (words, AAAA-MM)."""
    today = datetime.datetime.now(zone).date().replace(day=1)
    found = []
    for _ in range(count):
        found.append((f"{words.MONTHS[today.month - 1]} de {today.year}", f"{today:%Y-%m}"))
        today = (today - datetime.timedelta(days=1)).replace(day=1)
    return found


def exports_html(wanted: Wanted) -> str:
    """Links to the exports of what is filtered."""
    fields = {
        "period": wanted.period, "since": wanted.since, "until": wanted.until, "unidad": wanted.unit,
        "actor": wanted.actor, "action": wanted.action, "outcome": wanted.outcome,
    }  # fmt: skip
    query = urlencode({name: value for name, value in fields.items() if value})
    kinds = (("jsonl", "JSON Lines con pruebas"), ("csv", "CSV para hoja de cálculo"), ("ndjson", "FHIR AuditEvent"))
    links = " ".join(
        f'<a class="boton" href="/auditoria/exportacion.{form}?{safe(query)}" download>{label}</a>'
        for form, label in kinds
    )
    about = " (el filtro por modelo no se aplica a la exportación)" if wanted.model else ""
    return f'<p class="acciones"><span class="tenue">Exportar lo filtrado{about}:</span> {links}</p>'


def report_html(month: str) -> str:
    """The link to a month's report."""
    return (
        f'<p class="acciones"><a class="boton principal" href="/auditoria/informe-{safe(month)}.pdf" download>'
        'Descargar informe en PDF</a></p><p class="tenue">Incluye las cifras y gráficas del mes, el estado de la '
        "verificación y un punto de control firmado, en texto y como código QR.</p>"
    )


def _followers(log: AuditLog, one: Record) -> list[Record]:
    """What was done later with a result: signed, exported, thrown away, corrected."""
    found = []
    marks = ", ".join("?" * len(_FOLLOWERS))
    where = f" AND action IN ({marks}) AND (content LIKE ? OR content LIKE ?)"
    given = (*_FOLLOWERS, f'%"of":"{one.id}"%', f'%"guidance_of":"{one.id}"%')
    for row in log.store.rows(RECORD_COLUMNS, one.index + 1, log.size, where, given):
        later = record(row)
        if later.context.get("phase") != "request":
            found.append(later)
    return found


def open_entry(log: AuditLog, identifier: str, reader: Reader, zone: ZoneInfo) -> str:
    """One interaction as HTML; every entry that is shown is logged as read."""
    with spanish_errors():
        index_of(identifier)
        one = log.get(identifier, reader=reader)
        number = one.context.get("request")
        request = log.get(str(number), reader=reader) if isinstance(number, int) else None
        later = [log.get(other.id, reader=reader) for other in _followers(log, one)[:20]]
    return detail_html(one, request, later, zone)


def commission_page(pilot: Copilot) -> gr.Blocks:
    """The page."""
    zone = ZoneInfo(pilot.settings.timezone)
    unit = pilot.settings.unit
    models = sorted(row.name for row in load_registry(pilot.settings).values())

    def guarded(work: Callable[[], Any], sorry: Callable[[str], Any]) -> Any:
        try:
            return work()
        except CopilotError as error:
            return sorry(problem_html(str(error)))
        except Exception:
            return sorry(problem_html(UNEXPECTED))

    def wanted_of(values: tuple[Any, ...]) -> Wanted:
        period, first_day, last_day, unit, actor, action, model, outcome = (str(one or "") for one in values[:8])
        return Wanted(period, first_day, last_day, unit, actor, action, model, outcome, bool(values[8]))

    def look(page: int, size: int, request: gr.Request, *values: Any) -> tuple[Any, ...]:
        def work() -> tuple[Any, ...]:
            wanted = wanted_of(values)
            found = search(pilot.log, wanted, zone, reader_of(request, unit), page, size)
            back, on = gr.update(interactive=found.page > 0), gr.update(interactive=found.page + 1 < found.pages)
            return list_html(found, zone), found.page, found.size, back, on, exports_html(wanted)

        off = gr.update(interactive=False)
        return tuple(guarded(work, lambda html: (html, 0, 0, off, off, "")))

    def first(request: gr.Request, *values: Any) -> tuple[Any, ...]:
        return look(0, 0, request, *values)

    def turned(step: int) -> Callable[..., tuple[Any, ...]]:
        def turn(page: int, size: int, request: gr.Request, *values: Any) -> tuple[Any, ...]:
            return look(int(page) + step, int(size), request, *values)

        return turn

    def opened(identifier: str, request: gr.Request) -> str:
        reader = reader_of(request, unit)
        return str(guarded(lambda: open_entry(pilot.log, identifier or "", reader, zone), lambda html: html))

    def offered() -> tuple[Any, ...]:
        def work() -> tuple[Any, ...]:
            found = choices(pilot.log)
            actions = [_ANY, *sorted((words.action(one), one) for one in found.actions)]
            outcomes = [_ANY, *sorted((words.outcome(one), one) for one in found.outcomes)]
            units = [_ANY, *((one, one) for one in found.units)]
            return gr.update(choices=units), gr.update(choices=actions), gr.update(choices=outcomes)

        return tuple(guarded(work, lambda _: (gr.skip(), gr.skip(), gr.skip())))

    def panel() -> str:
        return str(guarded(lambda: panel_html(pilot.log, zone), lambda html: html))

    def check(kept: str, request: gr.Request) -> Iterator[tuple[Any, Any, Any]]:
        busy = gr.update(interactive=False)
        yield progress_html("Verificando cada entrada", 0.0), busy, gr.skip()
        try:
            for one in verify(pilot, reader_of(request, unit), kept or ""):
                if isinstance(one, float):
                    yield progress_html("Verificando cada entrada", one), busy, gr.skip()
                else:
                    yield result_html(one, bool((kept or "").strip())), gr.update(interactive=True), panel()
        except CopilotError as error:
            yield problem_html(str(error)), gr.update(interactive=True), gr.skip()
        except Exception:
            yield problem_html(UNEXPECTED), gr.update(interactive=True), gr.skip()

    def figures(period: str, since: str, until: str, unidad: str, request: gr.Request) -> Iterator[str]:
        yield progress_html("Contando", 0.1)

        def work() -> str:
            wanted = Wanted(period or "30", since or "", until or "", unidad or "")
            reader = reader_of(request, unit)
            found = gather(pilot.log, between(wanted, zone), zone, reader, wanted.unit)
            if not found.entries:
                return '<div class="vacio"><h2>Sin actividad</h2><p>No hay entradas en el periodo elegido.</p></div>'
            facts = "".join(f"<div><dt>{safe(name)}</dt><dd>{safe(value)}</dd></div>" for name, value in totals(found))
            return f'<dl class="cifras">{facts}</dl>' + plots_html(found)

        yield str(guarded(work, lambda html: html))

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    with gr.Blocks(title="Copiloto clínico · comisión", analytics_enabled=False, fill_width=True) as page:
        _markdown(_HEADER, "cabecera")
        at, size = gr.State(0), gr.State(0)
        with gr.Tabs(elem_id="fichas-comision"):
            with gr.Tab("Interacciones", id="interacciones"), gr.Row(elem_id="mesa-comision", equal_height=False):
                with gr.Column(elem_id="busqueda", min_width=420, scale=6):
                    with gr.Row(elem_id="filtros"):
                        when = gr.Dropdown([(v, k) for k, v in PERIODS.items()], value="30", label="Periodo",
                                           filterable=False, min_width=120, elem_id="f-periodo")  # fmt: skip
                        since = gr.Textbox(label="Desde", placeholder="DD/MM/AAAA", min_width=110, visible=False)
                        until = gr.Textbox(label="Hasta", placeholder="DD/MM/AAAA", min_width=110, visible=False)
                        action = gr.Dropdown([_ANY], value="", label="Acción", filterable=False, min_width=150,
                                             elem_id="f-accion")  # fmt: skip
                        outcome = gr.Dropdown([_ANY], value="", label="Resultado", filterable=False, min_width=130)
                        model = gr.Dropdown([_ANY, *((one, one) for one in models)], value="", label="Modelo",
                                            filterable=False, min_width=150)  # fmt: skip
                        place = gr.Dropdown([_ANY], value="", label="Unidad", filterable=False, min_width=120)
                        actor = gr.Textbox(label="Seudónimo", placeholder="Completo", min_width=140,
                                           elem_id="f-seudonimo", max_length=120)  # fmt: skip
                        whole = gr.Checkbox(False, label="Incluir solicitudes y provisionales", min_width=150)
                        run = gr.Button("Buscar", variant="primary", elem_id="buscar", min_width=110)
                    listed = _markdown("", "lista")
                    with gr.Row(elem_id="paginas"):
                        back = gr.Button("← Más recientes", interactive=False, elem_id="anterior", min_width=120)
                        on = gr.Button("Más antiguas →", interactive=False, elem_id="siguiente", min_width=120)
                    links = _markdown("", "exportar")
                with gr.Column(elem_id="lectura", min_width=420, scale=6):
                    detail = _markdown(CHOOSE, "detalle")
                with gr.Row(elem_id="ocultos", elem_classes="oculto"):
                    chosen = gr.Textbox(label="Interacción", elem_id="abrir-id")
                    go = gr.Button("Abrir", elem_id="abrir")
            with gr.Tab("Integridad", id="integridad") as whole_tab, gr.Column(elem_id="integridad"):
                state = _markdown("", "estado-bitacora")
                kept = gr.Textbox(label="Punto de control guardado fuera del equipo (opcional; pegue el texto)",
                                  lines=4, max_lines=6, elem_id="punto")  # fmt: skip
                verifying = gr.Button("Verificar ahora", variant="primary", elem_id="verificar", min_width=160)
                verdict = _markdown("", "dictamen")
            with gr.Tab("Cifras", id="cifras"), gr.Column(elem_id="cifras-comision"):
                with gr.Row(elem_id="filtros-cifras"):
                    c_when = gr.Dropdown([(v, k) for k, v in PERIODS.items()], value="30", label="Periodo",
                                         filterable=False, min_width=120, elem_id="c-periodo")  # fmt: skip
                    c_since = gr.Textbox(label="Desde", placeholder="DD/MM/AAAA", min_width=110, visible=False)
                    c_until = gr.Textbox(label="Hasta", placeholder="DD/MM/AAAA", min_width=110, visible=False)
                    c_place = gr.Dropdown([_ANY], value="", label="Unidad", filterable=False, min_width=140)
                    count = gr.Button("Calcular", variant="primary", elem_id="calcular", min_width=110)
                shown = _markdown('<div class="vacio"><h2>Cifras del periodo</h2><p>Elija el periodo y oprima '
                                  "<strong>Calcular</strong>.</p></div>", "graficas")  # fmt: skip
            with gr.Tab("Informe mensual", id="informe"), gr.Column(elem_id="informe-comision"):
                offered_months = months(zone)
                month = gr.Dropdown(offered_months, value=offered_months[0][1], label="Mes", filterable=False,
                                    elem_id="mes")  # fmt: skip
                report = _markdown(report_html(offered_months[0][1]), "informe")

        inputs = [when, since, until, place, actor, action, model, outcome, whole]
        outputs = [listed, at, size, back, on, links]
        run.click(first, inputs, outputs, **quiet)
        actor.submit(first, inputs, outputs, **quiet)
        back.click(turned(-1), [at, size, *inputs], outputs, **quiet)
        on.click(turned(1), [at, size, *inputs], outputs, **quiet)
        go.click(opened, [chosen], [detail], **quiet)
        for source, a, b in ((when, since, until), (c_when, c_since, c_until)):
            source.change(lambda value: (gr.update(visible=value == "fechas"),) * 2, [source], [a, b], **quiet)
        whole_tab.select(panel, None, [state], **quiet)
        verifying.click(check, [kept], [verdict, verifying, state], trigger_mode="once", **quiet)
        count.click(figures, [c_when, c_since, c_until, c_place], [shown], trigger_mode="once", **quiet)
        month.change(report_html, [month], [report], **quiet)
        page.load(offered, None, [place, action, outcome], **quiet)
        page.load(lambda: offered()[0], None, [c_place], **quiet)
        page.load(first, inputs, outputs, **quiet)
    return page
