"""What all pages of the evaluator share: the frame, the run's tabs, small pieces of HTML."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse

from copilot.errors import UsageError
from copilot.settings import Settings
from copilot.web.auth import identity_of
from copilot.web.login import csrf_of
from copilot.web.login_html import hidden, leave_form, shell
from copilot.web.private import PRIVATE

if TYPE_CHECKING:
    from eval.runs import Manifest

_NAME = re.compile(r"\d{8}-\d{6}(-\d{1,2})?")
_HEAD = (
    '<link rel="stylesheet" href="/recursos/evaluacion.css"><link rel="stylesheet" href="/recursos/sesion.css">'
    '<script defer src="/recursos/sesion.js"></script><script defer src="/recursos/evaluacion.js"></script>'
)
TABS = (("", "Resultados"), ("casos", "Casos"), ("revision", "Revisión humana"))


def answer(request: Request, title: str, body: str, status: int = 200) -> HTMLResponse:
    """A whole page; never kept by the browser."""
    who = leave_form(identity_of(request), csrf_of(request))
    page = shell(title, body, wide=True, who=who).replace("</head>", _HEAD + "</head>", 1)
    return HTMLResponse(page, status, headers=PRIVATE)


def folder_of(settings: Settings, name: str) -> Path:
    """The folder of a run named in an address. Raises :class:`UsageError` (404) for what is not one."""
    from eval import runs

    folder = runs.home(settings) / name
    if not _NAME.fullmatch(name) or not (folder / runs.MANIFEST).is_file():
        error = UsageError("No existe esa corrida.")
        error.status = 404  # type: ignore[attr-defined]
        raise error
    return folder


def all_runs(settings: Settings) -> list[Path]:
    """Folders of all runs, newest first."""
    from eval import runs

    found = (path.parent for path in runs.home(settings).glob(f"*/{runs.MANIFEST}"))
    return sorted((one for one in found if _NAME.fullmatch(one.name)), reverse=True)


def notice(done: str = "", error: str = "") -> str:
    """What came of the last action."""
    if error:
        return f'<p class="error" role="alert">{escape(error)}</p>'
    return f'<p class="hecho" role="status">{escape(done)}</p>' if done else ""


def run_head(manifest: Manifest, at: str, zone: str) -> str:
    """Title and tabs of one run; ``at``: the tab that is open."""
    links = "".join(
        f'<a href="/evaluacion/{manifest.run}/{path}"{" aria-current=page" if path == at else ""}>{label}</a>'
        for path, label in TABS
    )
    return (
        f'<p class="miga"><a href="/evaluacion/">Evaluaciones</a></p><h1>Corrida {manifest.run}</h1>'
        f'<p class="tenue">{escape(manifest.title())} · {when(manifest.started, zone)}</p>'
        f'<nav class="pestanas" aria-label="Corrida">{links}</nav>'
    )


def when(stamp: str, zone: str) -> str:
    """A UTC time of the manifest as the site's clock shows it."""
    try:
        return f"{datetime.datetime.fromisoformat(stamp).astimezone(ZoneInfo(zone)):%d/%m/%Y %H:%M}"
    except ValueError:
        return "—"


def button(request: Request, action: str, label: str, css: str = "") -> str:
    """A form of one button."""
    return (
        f'<form class="uno" method="post" action="{escape(action)}">{hidden(csrf_of(request))}'
        f'<button class="{css}">{escape(label)}</button></form>'
    )


def select(name: str, label: str, pairs: Iterable[tuple[str, str]], chosen: str = "") -> str:
    """A labelled list to choose from."""
    inside = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(text)}</option>'
        for value, text in pairs
    )
    return f'<div><label for="e-{name}">{label}</label><select id="e-{name}" name="{name}">{inside}</select></div>'


def table(columns: Iterable[str], rows: Iterable[tuple[Iterable[str], bool]], caption: str = "") -> str:
    """A table of cells that are already HTML; a row that is true is marked as an error."""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in columns)
    body = "".join(
        f"<tr{' class=falla' if bad else ''}>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        for cells, bad in rows
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    inside = f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="rueda" tabindex="0">{inside}</div>'
