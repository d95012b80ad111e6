"""Routes below ``/evaluacion``; who may reach them stands in :mod:`copilot.web.auth_rules`.

The pages are plain HTML made on the server: they work without any script, which only keeps the progress up to date.
The suites run in a process of their own (:mod:`eval.background`).
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from copilot.errors import CopilotError, UsageError
from copilot.facade import Copilot, spanish_errors
from copilot.web.auth import actor_of, identity_of
from copilot.web.evaluation import home, results, review
from copilot.web.evaluation.frame import answer, folder_of, run_head
from copilot.web.private import PRIVATE
from guardrails.audit import Action, Role

Field = Annotated[str, Form(max_length=200)]
Many = Annotated[list[str], Form(max_length=40)]
_DONE = {
    "en-marcha": "La evaluación está en marcha.",
    "cancelada": "Se pidió cancelar; termina el caso en curso y se detiene.",
    "muestra": "La muestra está lista.",
    "guardado": "Sus juicios quedaron guardados.",
    "conciliado": "Lo conciliado quedó guardado.",
}


def evaluation_router(pilot: Copilot) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/evaluacion", include_in_schema=False)
    settings = pilot.settings

    def note(request: Request, outcome: str, **detail: object) -> None:
        """What a person did, in the site's log; raises where it can't be written, and then it is not done."""
        actor = actor_of(request, Role.EVALUATOR)
        with spanish_errors():
            pilot.log.append(pilot.entry(Action.EVALUATION, actor, outcome=outcome, detail=detail))

    def start(request: Request, suites: list[str], model: str, prompt: str, limit: str) -> str:
        from eval import background

        manifest = home.new_manifest(settings, suites, model, prompt, limit.strip())
        background.start(settings, manifest, identity_of(request).name)
        return manifest.run

    def page_of_run(request: Request, folder: Path, error: str = "", page: int = 0, done: str = "") -> HTMLResponse:
        user = identity_of(request).name
        body = review.review_html(settings, folder, request, user, page, done, error)
        return answer(request, "Revisión humana", body, 400 if error else 200)

    @router.get("")
    def bare() -> RedirectResponse:
        return RedirectResponse("/evaluacion/", 303)

    @router.get("/")
    def first(request: Request, hecho: str = "") -> Response:
        if importlib.util.find_spec("inspect_ai") is None:
            words = "Este equipo se instaló sin las evaluaciones. Instale el extra «eval» (docs/administrador.md)."
            return answer(request, "Evaluaciones", f'<h1>Evaluaciones</h1><p class="error">{words}</p>')
        return answer(request, "Evaluaciones", home.home_html(settings, request, _DONE.get(hecho, "")))

    @router.post("/correr")
    def run(
        request: Request, suite: Many = [], modelo: Field = "", plantilla: Field = "", limite: Field = "",  # noqa: B006
    ) -> Response:  # fmt: skip
        try:
            start(request, suite, modelo, plantilla, limite)
        except CopilotError as error:
            return answer(request, "Evaluaciones", home.home_html(settings, request, error=str(error)), 400)
        return RedirectResponse("/evaluacion/?hecho=en-marcha", 303)

    @router.get("/estado")
    def state() -> JSONResponse:
        """How far the run at work is; the page asks on its own, so it is no sign that someone is at work."""
        from eval import background, runs
        from eval.tasks import SUITES

        name = background.running(settings)
        if not name:
            return JSONResponse({"corrida": ""})
        far = background.progress(runs.home(settings) / name)
        title = SUITES[far.suite].title if far.suite in SUITES else "Preparando el informe"
        words = home.progress_words(far, title)
        return JSONResponse({"corrida": name, "hechos": far.done, "total": far.total, "paso": words})

    @router.get("/comparar")
    def compared(request: Request, a: str = "", b: str = "") -> Response:
        one, two = folder_of(settings, a), folder_of(settings, b)
        if one == two:
            words = "Elija dos corridas distintas."
            return answer(request, "Evaluaciones", home.home_html(settings, request, error=words), 400)
        return answer(request, "Comparación", results.compare_html(settings, one, two))

    def covered(request: Request, folder: Path) -> HTMLResponse | None:
        """A page instead of what would tell a reviewer what guard or colleague think of the sentences."""
        if not review.blind(folder):
            return None
        from eval import runs

        words = (
            f'{run_head(runs.load(folder), "resultados", settings.timezone)}<p class="vacio">Hay una revisión ciega en '
            "curso: el informe y los casos de esta corrida se abren cuando las dos personas terminen su hoja. "
            f'<a href="/evaluacion/{folder.name}/revision">Ir a la revisión</a></p>'
        )
        return answer(request, "Revisión en curso", words, 403)

    @router.get("/{name}/")
    def shown(request: Request, name: str) -> Response:
        from eval import background, runs

        folder = folder_of(settings, name)
        if (cover := covered(request, folder)) is not None:
            return cover
        stands = home.state_of(settings, folder, runs.load(folder), background.running(settings))
        body = results.results_html(settings, folder, stands, background.trouble(folder))
        return answer(request, f"Corrida {name}", body)

    @router.get("/{name}/informe.html")
    def report(request: Request, name: str) -> Response:
        folder = folder_of(settings, name)
        if (cover := covered(request, folder)) is not None:
            return cover
        data = results.report_file(folder).read_bytes()
        attached = f'attachment; filename="informe-{name}.html"'
        headers = {"Content-Disposition": attached, **PRIVATE}
        return Response(data, media_type="text/html; charset=utf-8", headers=headers)

    @router.get("/{name}/casos")
    def cases(request: Request, name: str, suite: str = "", ver: str = "", pagina: int = 1) -> Response:
        folder = folder_of(settings, name)
        cover = covered(request, folder)
        return cover or answer(request, "Casos", results.cases_html(settings, folder, suite, ver, pagina))

    @router.get("/{name}/caso")
    def case(request: Request, name: str, suite: str = "", id: str = "") -> Response:
        folder = folder_of(settings, name)
        return covered(request, folder) or answer(request, "Caso", results.case_html(settings, folder, suite, id))

    @router.post("/{name}/cancelar")
    def cancel(request: Request, name: str) -> Response:
        from eval import background

        folder = folder_of(settings, name)
        note(request, "cancel_requested", run=folder.name)
        background.cancel(settings, name)
        return RedirectResponse("/evaluacion/?hecho=cancelada", 303)

    @router.post("/{name}/continuar")
    def resume(request: Request, name: str) -> Response:
        from eval import background, runs

        try:
            background.start(settings, runs.load(folder_of(settings, name)), identity_of(request).name)
        except CopilotError as error:
            return answer(request, "Evaluaciones", home.home_html(settings, request, error=str(error)), 400)
        return RedirectResponse("/evaluacion/?hecho=en-marcha", 303)

    @router.get("/{name}/revision")
    def reviewing(request: Request, name: str, pagina: int = 0, hecho: str = "") -> Response:
        return page_of_run(request, folder_of(settings, name), page=pagina, done=_DONE.get(hecho, ""))

    @router.post("/{name}/revision/muestra")
    def sample(request: Request, name: str, frases: Field = "60") -> Response:
        folder = folder_of(settings, name)
        try:
            if not (frases.isascii() and frases.isdigit() and 2 <= int(frases) <= 1000):
                raise UsageError("La muestra debe tener entre 2 y 1000 frases.")
            note(request, "review_sampled", run=name, size=int(frases))
            review.draw(folder, int(frases))
        except CopilotError as error:
            return page_of_run(request, folder, str(error))
        return RedirectResponse(f"/evaluacion/{name}/revision?hecho=muestra", 303)

    async def fields(request: Request) -> dict[str, str]:
        form = await request.form(max_fields=200)
        return {key: value for key, value in form.items() if isinstance(value, str)}

    @router.post("/{name}/revision")
    async def judged(request: Request, name: str) -> Response:
        folder, given = folder_of(settings, name), await fields(request)
        page = int(given["pagina"]) if given.get("pagina", "").isdecimal() else 0
        try:
            kept = review.save(folder, identity_of(request).name, given)
            note(request, "reviewed", run=name, sentences=kept)
        except CopilotError as error:
            return page_of_run(request, folder, str(error), page)
        return RedirectResponse(f"/evaluacion/{name}/revision?hecho=guardado", 303)

    @router.post("/{name}/revision/dejar")
    def left(request: Request, name: str) -> Response:
        folder = folder_of(settings, name)
        note(request, "review_left", run=name)
        review.give_up(folder)
        return RedirectResponse(f"/evaluacion/{name}/revision", 303)

    @router.post("/{name}/revision/conciliar")
    async def settled(request: Request, name: str) -> Response:
        folder, given = folder_of(settings, name), await fields(request)
        try:
            kept = review.settle(folder, identity_of(request).name, given)
            note(request, "review_settled", run=name, sentences=kept)
        except CopilotError as error:
            return page_of_run(request, folder, str(error))
        return RedirectResponse(f"/evaluacion/{name}/revision?hecho=conciliado", 303)

    return router
