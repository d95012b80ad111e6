"""The physician's page: free text on the left, the note with its sources on the right.

Gradio carries the events; our own HTML is delivered through ``gr.Markdown``, because ``gr.HTML`` compiles code in the
browser and would need ``'unsafe-eval'``. Its sanitiser is off (it drops ``data-`` attributes): what comes from a note
is escaped by ``safe``, and behind that the Content-Security-Policy runs no inline script or event attribute at all.
What happens on hover, focus and keys is in ``static/medico.js``; the draft that the physician corrects and signs in
``static/nota.js`` over the routes of :mod:`copilot.web.physician_notes`. Drafts and notes are sealed before they touch
the disk; files that are opened and made never do.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import gradio as gr

from copilot.domain import NoteType
from copilot.errors import CopilotError
from copilot.facade import Structured
from copilot.labels import type_label
from copilot.notes.work import NoteWork
from copilot.web.auth import actor_of, identity_of
from copilot.web.marks import note_items, safe, source_html
from copilot.web.physician_draft import first_html, restored_html
from copilot.web.view import EMPTY, error_html, progress_html, provisional_html, text_html
from copilot.web.work import UNEXPECTED, Desk, Provisional
from guardrails.audit import Role

_EXAMPLES = Path(__file__).with_name("examples")
EXAMPLES = (("Consulta", "consulta.txt"), ("Urgencias", "urgencias.txt"), ("Dictado", "dictado.txt"))
RECOGNISE = "Reconocer automáticamente"

Answer = tuple[Any, Any, Any, Any, Any]
"""Status, source, note, run button, cancel button."""


def theme() -> gr.themes.Base:
    """Calm, high contrast, system fonts only (nothing is fetched)."""
    fonts = [gr.themes.Font(name) for name in ("system-ui", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans")]
    mono = [gr.themes.Font(name) for name in ("ui-monospace", "Consolas", "DejaVu Sans Mono", "monospace")]
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.slate,
        font=[*fonts, gr.themes.Font("sans-serif")],
        font_mono=mono,
    )


def _toolbar(limit: int) -> str:
    """``limit``: characters beyond which a text is not kept as a draft."""
    texts = {name: (_EXAMPLES / name).read_text(encoding="utf-8") for _, name in EXAMPLES}
    buttons = "".join(
        f'<button type="button" data-ejemplo="{name}">{escape(label)}</button>' for label, name in EXAMPLES
    )
    hidden = "".join(f'<pre hidden data-texto="{name}">{safe(text)}</pre>' for name, text in texts.items())
    return (
        '<div class="barra"><div role="tablist" aria-label="Texto"><button type="button" role="tab" id="tab-escribir" '
        'data-vista="escribir" aria-selected="true">Texto</button><button type="button" role="tab" id="tab-fuente" '
        'data-vista="fuente" aria-selected="false" disabled>Fuente señalada</button>'
        '<button type="button" role="tab" id="tab-charla" data-vista="charla" aria-selected="false">Asistente</button>'
        "</div>"
        f'<span id="guardado" role="status" data-limite="{limit}"></span>'
        '<div class="utiles"><button type="button" data-abrir="1">Abrir archivo</button>'
        f'<span class="tenue" id="rotulo-ejemplos">Ejemplos:</span>{buttons}</div>{hidden}</div>'
    )


_HEADER = (
    '<header class="cabecera"><div><strong>Copiloto clínico</strong><span class="tenue">Texto libre → nota '
    'NOM-004-SSA3-2012</span></div><div><span class="sello">En este equipo, sin internet</span>'
    '<button type="button" data-nueva="1">Nueva nota</button>'
    '<button type="button" data-mis-notas="1">Mis notas</button>'
    '<button type="button" id="tema" aria-label="Cambiar entre tema claro y oscuro">Claro / oscuro</button></div>'
    "</header>"
)


CHAT = (
    '<div class="asistente"><div id="charla" aria-live="polite" tabindex="0" role="log" aria-label="Conversación">'
    '<div class="vacio" id="vacia-charla"><p>Pregunte a las guías («¿primera línea en cistitis no complicada?»), '
    "pregunte sobre la nota («¿a qué es alérgica?») o pida un cambio («agrega cita en 7 días», «pasa lo de la TA a "
    "exploración»). Verá el cambio antes de que cuente.</p></div></div>"
    '<form id="preguntar"><label class="oculto" for="pregunta">Mensaje para el asistente</label>'
    '<textarea id="pregunta" rows="2" maxlength="20000" placeholder="Escriba su pregunta o el cambio…"></textarea>'
    '<button class="principal">Enviar</button></form></div>'
)


def _markdown(value: str, name: str) -> gr.Markdown:
    return gr.Markdown(value, elem_id=name, latex_delimiters=[], sanitize_html=False, padding=False)


def _choices() -> list[tuple[str, str]]:
    return [(RECOGNISE, ""), *((type_label(kind), str(kind)) for kind in NoteType)]


def _asked(request: gr.Request, name: str) -> str:
    """A parameter of the address in the browser's bar."""
    headers = getattr(request, "headers", None) or {}
    query = parse_qs(urlsplit(headers.get("referer", "")).query)
    return query.get(name, [""])[0][:40]


def may_write(desk: Desk) -> bool:
    """Whether the site's model may reword statements (then the switch «Redactar» is shown, off)."""
    try:
        desk.pilot.check_may_write()
    except CopilotError:
        return False
    return True


def physician_page(desk: Desk, work: NoteWork) -> gr.Blocks:
    """The page as Gradio blocks."""
    writes = may_write(desk)

    def structure(text: str, kind: str, write: bool, request: gr.Request) -> Iterator[Answer]:
        keep = gr.skip()
        busy = (gr.update(interactive=False), gr.update(visible=True))
        idle = (gr.update(interactive=True), gr.update(visible=False))
        actor = actor_of(request, Role.PHYSICIAN)
        yield (progress_html("Enviando", 0.0), keep, keep, *busy)
        try:
            for one in desk.structure(text or "", kind or None, actor, write=bool(write) and writes):
                if isinstance(one, Provisional):
                    early = provisional_html(one.structured.note)
                    yield (progress_html("Consultando al modelo lo dudoso", 0.4), keep, early, *busy)
                elif isinstance(one, Structured):
                    draft = work.keep(identity_of(request).account, text, one, bool(kind))
                    yield ("", source_html(text, note_items(one.note)), first_html(draft), *idle)
                else:
                    yield (progress_html(one.message, one.share), keep, keep, *busy)
        except CopilotError as error:
            yield (error_html(str(error)), keep, keep, *idle)
        except Exception:
            yield (error_html(UNEXPECTED), keep, keep, *idle)

    def restore(request: gr.Request) -> tuple[Any, Any, Any, Any]:
        """The draft worked on last, or the one asked for: text, source, note, status."""
        nothing = (gr.skip(), gr.skip(), gr.skip(), gr.skip())
        if _asked(request, "nueva") or _asked(request, "firmada"):
            return nothing
        try:
            account, name = identity_of(request).account, _asked(request, "borrador")
            draft = work.shelf.draft(account, name) if name else work.shelf.latest(account)
            if draft is None or draft.discarded:
                return nothing
            if draft.proposal is None:
                return draft.working.text, "", text_html(draft.id, draft.rev, draft.working.text, EMPTY), ""
            note, revised = work.review(draft, actor_of(request, Role.PHYSICIAN))
            source = source_html(draft.proposal.source, note_items(draft.proposal.note))
            return draft.working.text, source, restored_html(draft, note, revised), ""
        except CopilotError as error:
            return gr.skip(), gr.skip(), gr.skip(), error_html(str(error), "No se pudo abrir el borrador.")
        except Exception:
            return gr.skip(), gr.skip(), gr.skip(), error_html(UNEXPECTED, "No se pudo abrir el borrador.")

    with gr.Blocks(title="Copiloto clínico · médico", analytics_enabled=False, fill_width=True) as page:
        _markdown(_HEADER, "cabecera")
        with gr.Row(elem_id="mesa", equal_height=False):
            with gr.Column(elem_id="izquierda", min_width=340):
                _markdown(_toolbar(desk.pilot.settings.web_max_chars), "barra")
                text = gr.Textbox(
                    label="Texto del médico",
                    placeholder="Escriba, pegue o dicte aquí, como salga: no necesita apartados ni orden.",
                    lines=8,
                    max_lines=8,
                    elem_id="texto",
                    container=False,
                    show_label=False,
                )
                source = _markdown("", "fuente")
                _markdown(CHAT, "asistente")
                with gr.Row(elem_id="mandos"):
                    kind = gr.Dropdown(
                        _choices(), value="", label="Tipo de nota", elem_id="tipo", filterable=False, min_width=180
                    )
                    write = gr.Checkbox(False, label="Redactar", elem_id="redactar", visible=writes, min_width=110)
                    run = gr.Button("Estructurar", variant="primary", elem_id="estructurar", min_width=120)
                    cancel = gr.Button("Cancelar", visible=False, elem_id="cancelar", min_width=90)
            with gr.Column(elem_id="derecha", min_width=340):
                status = _markdown("", "estado")
                note = _markdown(EMPTY, "nota")
        page.load(
            restore, None, [text, source, note, status], show_progress="hidden", api_visibility="private"
        )
        started = run.click(
            structure,
            [text, kind, write],
            [status, source, note, run, cancel],
            show_progress="hidden",
            api_visibility="private",
            concurrency_limit=None,
            trigger_mode="once",
        )
        cancel.click(
            lambda: ("", gr.update(interactive=True), gr.update(visible=False)),
            None,
            [status, run, cancel],
            cancels=[started],
            queue=False,
            api_visibility="private",
        )
    return page
