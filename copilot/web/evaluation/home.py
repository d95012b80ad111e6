"""The first page: what can be run, how far the run at work is, the runs there are."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from copilot.errors import CopilotError, UsageError
from copilot.models import load_registry
from copilot.prompting import PROMPTS, load_prompt
from copilot.settings import Settings
from copilot.web.evaluation.frame import all_runs, button, notice, select, table, when
from copilot.web.login import csrf_of
from copilot.web.login_html import hidden, options

if TYPE_CHECKING:
    from eval.background import Progress
    from eval.runs import Manifest

HEADLINE = "cifras.json"
"""Beside a run: its main rates as text, so that the list needs no resampling."""
NO_MODEL = "none"
SHOWN = 40
"""Runs in the list."""
MOST = 3
"""Main rates of a run in the list."""


def models(settings: Settings) -> list[tuple[str, str]]:
    """Language models that can be run here (their file is present), and none at all."""
    found = []
    for row in load_registry(settings).values():
        if row.role != "llm":
            continue
        there = bool(settings.llm_base_url or row.base_url) if row.kind == "openai" else row.path(settings).is_file()
        if there:
            found.append((row.name, row.title))
    found.sort(key=lambda pair: pair[0] != settings.llm)
    return [*found, (NO_MODEL, "Sin modelo de lenguaje (rápido)")]


def prompts() -> list[tuple[str, str]]:
    """Writing templates: those that have a companion for the case."""
    names = sorted(path.stem for path in PROMPTS.glob("redaccion*.md") if not path.stem.endswith("_caso"))
    found = []
    for name in names:
        prompt = load_prompt(name)
        found.append((name, f"{prompt.id} v{prompt.version} ({prompt.hash[:8]})"))
    return found


def new_manifest(settings: Settings, suites: list[str], model: str, prompt: str, limit: str) -> Manifest:
    """The manifest of a run as the form asks for it. Raises :class:`UsageError` for what is not on offer."""
    from eval import runs
    from eval.context import evaluation_settings
    from eval.tasks import SUITES
    from eval.tasks.execute import describe

    chosen = [name for name in SUITES if name in suites]
    if not chosen or set(suites) - set(SUITES):
        raise UsageError("Elija al menos una prueba de la lista.")
    if model not in dict(models(settings)):
        raise UsageError("Ese modelo no está disponible en este equipo.")
    if prompt not in dict(prompts()):
        raise UsageError("No existe esa versión de la plantilla.")
    if limit and not (limit.isascii() and limit.isdigit() and 0 < int(limit) <= 10_000):
        raise UsageError("El máximo de casos debe ser un número entre 1 y 10 000, o quedar vacío.")
    made = describe(evaluation_settings(settings, model), runs.new_name(settings), chosen, prompt)
    made.limit = int(limit) if limit else None
    return made


def home_html(settings: Settings, request: Request, done: str = "", error: str = "") -> str:
    """The page's body."""
    from eval import background

    working = background.running(settings)
    busy = job_html(settings, request, working) if working else ""
    return (
        '<h1>Evaluaciones</h1><p class="tenue">Todo corre en este equipo con los conjuntos de prueba del proyecto: '
        "ningún expediente real. Cada corrida queda en la bitácora.</p>"
        + notice(done, error)
        + busy
        + ("" if working else _form(settings, request))
        + _list(settings, request, working)
    )


def _form(settings: Settings, request: Request) -> str:
    from eval.tasks import SUITES

    boxes = options([(name, one.title) for name, one in SUITES.items()], ["alcance", "abstencion"], "suite")
    return (
        '<section aria-labelledby="nueva"><h2 id="nueva">Correr una evaluación</h2>'
        f'<form class="alta" method="post" action="/evaluacion/correr">{hidden(csrf_of(request))}'
        f"<fieldset><legend>Pruebas</legend>{boxes}</fieldset>"
        + select("modelo", "Modelo de lenguaje", models(settings))
        + select("plantilla", "Versión de la plantilla de redacción", prompts())
        + '<div><label for="e-limite">Máximo de casos por prueba</label><input id="e-limite" name="limite" value="20" '
        'inputmode="numeric" maxlength="5" aria-describedby="e-ayuda"></div>'
        '<p class="tenue" id="e-ayuda">Vacío: todos. Las pruebas de redacción («alucinación», «omisión») piden el '
        "modelo y tardan minutos por nota; las demás, segundos por caso. La evaluación cede el procesador a los "
        'médicos, pero ocupa la memoria de un segundo modelo.</p><button class="principal">Correr</button></form>'
        "</section>"
    )


def job_html(settings: Settings, request: Request, name: str) -> str:
    """The run at work; the script keeps it up to date, and without it a reload does."""
    from eval import background, runs
    from eval.tasks import SUITES

    folder = runs.home(settings) / name
    far = background.progress(folder)
    title = SUITES[far.suite].title if far.suite in SUITES else "Preparando el informe"
    return (
        f'<section class="trabajo" id="trabajo" data-corrida="{escape(name)}" aria-labelledby="t-titulo">'
        f'<h2 id="t-titulo">En marcha: <a href="/evaluacion/{name}/">{escape(name)}</a></h2>'
        f'<p id="t-paso" role="status">{escape(progress_words(far, title))}</p>'
        f'<progress id="t-barra" max="{max(far.total, 1)}" value="{far.done}" aria-label="Casos hechos"></progress>'
        + button(request, f"/evaluacion/{name}/cancelar", "Cancelar")
        + '<p class="tenue">Puede cerrar o recargar esta página: la evaluación sigue. Lo hecho se conserva al '
        "cancelar y puede continuarse.</p></section>"
    )


def progress_words(far: Progress, title: str) -> str:
    """How far the run is, in words."""
    left = ""
    if far.left_s is None and not far.done:
        title = f"Cargando los modelos ({title})"
    if far.left_s is not None and far.done < far.total:
        minutes = round(far.left_s / 60)
        left = f"; faltan unos {minutes} min" if minutes else "; falta menos de un minuto"
    return f"{title}: {far.done} de {far.total} casos{left}"


def state_of(settings: Settings, folder: Path, manifest: Manifest, working: str) -> str:
    """``en marcha``, ``terminada``, ``cancelada`` or ``interrumpida``."""
    from eval import background

    if folder.name == working:
        return "en marcha"
    if manifest.finished:
        return "terminada"
    job = background.job_of(folder)
    return "cancelada" if job is not None and job.cancelled else "interrumpida"


def _list(settings: Settings, request: Request, working: str) -> str:
    from eval import background, runs
    from eval.tasks import SUITES

    rows: list[tuple[list[str], bool]] = []
    pairs: list[tuple[str, str]] = []
    for folder in all_runs(settings)[:SHOWN]:
        try:
            manifest = runs.load(folder)
        except CopilotError:
            continue
        state = state_of(settings, folder, manifest, working)
        about = escape(state)
        if state == "terminada":
            about = "".join(
                f'<div>{escape(one["label"])}: <strong>{escape(one["text"])}</strong></div>' for one in headline(folder)
            )
            pairs.append((folder.name, f"{folder.name} · {manifest.title()}"))
            if manifest.failed:
                about += f'<div class="tenue">{sum(manifest.failed.values())} casos con error</div>'
        elif state != "en marcha":
            why = background.trouble(folder)
            about += f'<div class="tenue">{escape(why)}</div>' if why else ""
            if not working:
                about += button(request, f"/evaluacion/{folder.name}/continuar", "Continuar")
        suites = ", ".join(SUITES[name].title for name in manifest.suites if name in SUITES)
        sample = f"a lo más {manifest.limit} casos" if manifest.limit else "todos los casos"
        cells = [
            f'<a href="/evaluacion/{folder.name}/">{folder.name}</a>'
            f'<div class="tenue">{when(manifest.started, settings.timezone)}</div>',
            escape(manifest.title()),
            f'{escape(suites)}<div class="tenue">{sample}</div>',
            about,
        ]
        rows.append((cells, False))
    if not rows:
        return '<h2>Corridas</h2><p class="vacio">Todavía no hay ninguna. Elija pruebas y oprima «Correr».</p>'
    out = "<h2>Corridas</h2>" + table(("Corrida", "Modelo y plantilla", "Pruebas", "Tasa de error (IC 95 %)"), rows)
    return out + (compare_form(pairs) if len(pairs) > 1 else "")


def compare_form(pairs: list[tuple[str, str]], first: str = "", second: str = "") -> str:
    """Choose two runs."""
    return (
        '<h2 id="comparar">Comparar dos corridas</h2><form class="alta" method="get" action="/evaluacion/comparar">'
        + select("a", "Primera", pairs, first or pairs[1][0])
        + select("b", "Segunda", pairs, second or pairs[0][0])
        + '<button class="principal">Comparar</button></form>'
    )


def headline(folder: Path) -> list[dict[str, Any]]:
    """The first main rates of a finished run; worked out once, and again where people's verdicts are newer."""
    from eval import runs
    from eval.rates import rate
    from eval.review.verdicts import FILE
    from eval.runs import EVENTS
    from eval.scorers.events import measures, observations

    kept, newest = folder / HEADLINE, newest_of(folder, EVENTS, FILE)
    if kept.is_file() and kept.stat().st_mtime >= newest:
        try:
            found: list[dict[str, Any]] = json.loads(kept.read_text(encoding="utf-8"))
            return found
        except ValueError:
            pass
    events = runs.events(folder)
    seen = {one.measure for one in events}
    main = [one for name, one in measures().items() if one.main and name in seen]
    first: dict[str, Any] = {}
    for one in main:  # one of each suite, then more
        first.setdefault(one.suite, one)
    chosen = [*first.values(), *(one for one in main if one not in first.values())][: max(MOST, len(first))]
    made = [{"label": one.label, "text": rate(observations(events, one.name)).text()} for one in chosen]
    kept.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    return made


def newest_of(folder: Path, *names: str) -> float:
    """Time of the last change of some files of a run; 0 where none is there."""
    return max((path.stat().st_mtime for name in names if (path := folder / name).is_file()), default=0.0)
