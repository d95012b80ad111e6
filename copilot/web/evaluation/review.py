"""Blind review in the page: two people, each with a sheet of their own; kappa; what they differ on is settled together.

Who opens a sheet first keeps it. Nobody sees the other's sheet, nor what the automatic judge said, before both have
judged everything.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from starlette.requests import Request

from copilot.errors import UsageError
from copilot.settings import Settings
from copilot.web.evaluation.frame import notice, run_head, table
from copilot.web.login import csrf_of
from copilot.web.login_html import hidden

RATERS_FILE = "personas.json"
GIVEN_UP = "dejada"
"""File that says that the review was given up."""
PAGE = 10
"""Sentences on one page of a sheet."""
_LEFT = "Esta revisión se dejó sin terminar: el informe ya está a la vista, así que sus hojas no se llenan más."
_lock = threading.Lock()


class Place(NamedTuple):
    """Where a person stands in the review of a run."""

    sheet: str
    """The sheet's name with its letter; empty where both sheets belong to others."""
    rows: list[dict[str, Any]]
    """Rows of the sheet: number, note, sentence."""
    said: dict[int, Any]
    """Own verdicts by row."""


def sheet_of(folder: Path) -> str:
    """Name of the newest sample drawn from this run; empty where none was."""
    from eval import runs
    from eval.review.sheets import KEY

    names = [str(row["sheet"]).rsplit("-", 1)[0] for row in runs.read_rows(folder / "revision" / KEY)]
    return names[-1] if names else ""


def draw(folder: Path, size: int) -> None:
    """Draw the sample once; both sheets at once. Raises :class:`UsageError` where there is nothing to review."""
    from eval.review import sheets

    with _lock:
        if not sheet_of(folder):
            sheets.write(folder, size, seed=7)


def raters(folder: Path) -> dict[str, str]:
    """Letter of the sheet → account."""
    try:
        found: dict[str, str] = json.loads((folder / "revision" / RATERS_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def place_of(folder: Path, user: str, claim: bool = True) -> Place:
    """The person's sheet; the first two who come get one each."""
    from eval.review.sheets import RATERS, candidates, key_of
    from eval.review.verdicts import load

    name = sheet_of(folder)
    with _lock:
        known = raters(folder)
        letter = next((one for one, who in known.items() if who == user), "")
        if not letter and claim:
            letter = next((one for one in RATERS if one not in known), "")
            if letter:
                known[letter] = user
                (folder / "revision" / RATERS_FILE).write_text(json.dumps(known), encoding="utf-8")
    if not letter:
        return Place("", [], {})
    sheet = f"{name}-{letter}"
    texts = {one["unit"]: one for one in candidates(folder)}
    key = key_of(folder, sheet)
    rows = [{"row": n, **texts[one["unit"]]} for n, one in sorted(key.items()) if one["unit"] in texts]
    numbers = {one["unit"]: n for n, one in key.items()}
    mine = [v for v in load(folder) if v.rater == user and not v.settled and v.unit in numbers]
    return Place(sheet, rows, {numbers[v.unit]: v for v in mine})


def save(folder: Path, user: str, form: Mapping[str, str]) -> int:
    """Keep the verdicts of one page of the person's sheet; returns how many. Raises :class:`UsageError`."""
    from eval.review.sheets import keep

    if (folder / "revision" / GIVEN_UP).exists():
        raise UsageError(_LEFT)
    place = place_of(folder, user, claim=False)
    if not place.sheet:
        raise UsageError("Las dos hojas de esta revisión son de otras personas.")
    rows = []
    for one in place.rows:
        n = one["row"]
        if f"s{n}" in form:
            rows.append(_row(n, form))
    with _lock:
        return keep(folder, place.sheet, rows, user, settled=False)


def _row(n: int, form: Mapping[str, str]) -> dict[str, str]:
    return {
        "renglon": str(n),
        "sostenida": form.get(f"s{n}", ""),
        "clase": form.get(f"k{n}", ""),
        "gravedad": form.get(f"g{n}", ""),
        "comentario": form.get(f"c{n}", "")[:500],
    }


def differing(folder: Path) -> list[dict[str, Any]]:
    """Sentences on which the two differ and nothing was settled; only once both have judged everything."""
    from eval.review.sheets import candidates
    from eval.review.verdicts import load

    if not _complete(folder):
        return []
    by: dict[str, list[Any]] = {}
    for one in load(folder):
        by.setdefault(one.unit, []).append(one)
    texts = {one["unit"]: one for one in candidates(folder)}
    return [
        {**texts[unit], "given": said}
        for unit, said in sorted(by.items())
        if unit in texts and not any(v.settled for v in said) and len({v.bad for v in said}) > 1
    ]


def _complete(folder: Path) -> bool:
    known = raters(folder)
    if len(known) < 2:
        return False
    places = [place_of(folder, who, claim=False) for who in known.values()]
    return all(one.rows and len(one.said) >= len(one.rows) for one in places)


def blind(folder: Path) -> bool:
    """Whether a review is under way: until both sheets are full (or it was given up) nobody sees report or cases of
    the run, which tell what the guard said and, as they come in, what the other person said."""
    return bool(sheet_of(folder)) and not (folder / "revision" / GIVEN_UP).exists() and not _complete(folder)


def give_up(folder: Path) -> None:
    """End a review that will not be finished: the report opens, the sheets close for good."""
    with _lock:
        if sheet_of(folder):
            (folder / "revision" / GIVEN_UP).touch()


def settle(folder: Path, user: str, form: Mapping[str, str]) -> int:
    """Keep what the two agreed on for the sentences they differed on. Raises :class:`UsageError`."""
    from eval.review.sheets import keep, key_of

    if user not in raters(folder).values():
        raise UsageError("Concilian sólo las dos personas que juzgaron.")
    allowed = {one["unit"] for one in differing(folder)}
    sheet = f"{sheet_of(folder)}-a"
    rows = [_row(n, form) for n, one in key_of(folder, sheet).items() if one["unit"] in allowed and f"s{n}" in form]
    with _lock:
        return keep(folder, sheet, rows, user, settled=True)


# --- pages ----------------------------------------------------------------------------------------------------------


def review_html(settings: Settings, folder: Path, request: Request, user: str, page: int, done: str, error: str) -> str:
    """The tab of the human review."""
    from eval import runs
    from eval.review.sheets import agreement_text, candidates
    from eval.review.verdicts import load

    manifest = runs.load(folder)
    out = run_head(manifest, "revision", settings.timezone) + notice(done, error)
    if not sheet_of(folder):
        if not candidates(folder):
            return out + (
                '<p class="vacio">Se revisan las frases que escribió el modelo, y esta corrida no tiene: '
                "corra la prueba «Alucinación al redactar» con un modelo de lenguaje.</p>"
            )
        return out + _draw_form(folder, request)
    if (folder / "revision" / GIVEN_UP).exists():
        return out + f"<p>{_LEFT}</p><p>{escape(agreement_text(folder))}</p>"
    place = place_of(folder, user)
    if not place.sheet:
        return out + (_give_up_form(folder, request) if blind(folder) else "") + (
            "<p>Las dos hojas de esta revisión son de otras personas.</p>"
            f"<p>{escape(agreement_text(folder))}</p>"
        )
    out += (
        f'<p><strong>Hoja {escape(place.sheet[-1].upper())}</strong>: {len(place.said)} de {len(place.rows)} frases '
        f'juzgadas. <progress max="{max(len(place.rows), 1)}" value="{len(place.said)}" '
        'aria-label="Frases juzgadas"></progress></p>'
    )
    both = _complete(folder)
    if both:
        out += f'<p class="hecho">{escape(agreement_text(folder))}</p>'
        out += _settle_form(folder, request)
    elif len(place.said) >= len(place.rows):
        out += '<p class="hecho">Terminó su hoja. El acuerdo (kappa) se muestra cuando la otra persona termine.</p>'
    out += _sheet_form(folder, request, place, page)
    out += _give_up_form(folder, request) if blind(folder) else ""
    settled = sum(one.settled for one in load(folder))
    return out + (f'<p class="tenue">{settled} frases conciliadas.</p>' if settled else "")


def _give_up_form(folder: Path, request: Request) -> str:
    return (
        '<p class="tenue">Mientras las dos hojas no estén completas, el informe y los casos de esta corrida no se '
        "muestran a nadie.</p>"
        f'<form method="post" action="/evaluacion/{folder.name}/revision/dejar">{hidden(csrf_of(request))}'
        "<button>Dejar la revisión sin terminar</button></form>"
    )


def _draw_form(folder: Path, request: Request) -> str:
    return (
        "<p>Dos personas juzgan por separado si la nota sostiene cada frase que escribió el modelo. La muestra toma "
        "más de las que el guardián señaló; los pesos lo corrigen. Ninguna hoja dice qué opinó el guardián.</p>"
        f'<form class="alta" method="post" action="/evaluacion/{folder.name}/revision/muestra">'
        f'{hidden(csrf_of(request))}<div><label for="r-n">Frases de la muestra</label><input id="r-n" name="frases" '
        'value="60" inputmode="numeric" maxlength="4"></div><button class="principal">Sacar la muestra</button></form>'
    )


def _judge(n: int, said: Any) -> str:
    """The fields of one sentence."""
    from guardrails.grounding import ErrorKind

    def box(value: str, words: str, on: bool) -> str:
        return (
            f'<label class="casilla"><input type="radio" name="s{n}" value="{value}"{" checked" if on else ""}> '
            f"{words}</label>"
        )

    def choose(name: str, words: str, values: list[str], on: str) -> str:
        inside = "".join(
            f'<option value="{escape(v)}"{" selected" if v == on else ""}>{escape(v.replace("_", " ")) or "—"}</option>'
            for v in ["", *values]
        )
        return f'<label class="casilla">{words} <select name="{name}{n}">{inside}</select></label>'

    kinds = [str(one) for one in ErrorKind if one]
    return (
        f'<fieldset class="juicio"><legend class="oculto">Juicio de la frase {n}</legend>'
        + box("si", "Sostenida", said is not None and not said.bad)
        + box("no", "No sostenida", said is not None and said.bad)
        + choose("k", "Clase", kinds, said.kind if said else "")
        + choose("g", "Gravedad", ["mayor", "menor"], said.severity if said else "")
        + f'</fieldset><input name="c{n}" aria-label="Comentario de la frase {n}" placeholder="Comentario (opcional)" '
        f'maxlength="500" value="{escape(said.comment) if said else ""}">'
    )


def _sheet_form(folder: Path, request: Request, place: Place, page: int) -> str:
    pages = max(1, -(-len(place.rows) // PAGE))
    if page < 1:  # where the person left off
        open_ = [at for at, one in enumerate(place.rows) if one["row"] not in place.said]
        page = open_[0] // PAGE + 1 if open_ else 1
    page = min(page, pages)
    boxes = ""
    for one in place.rows[(page - 1) * PAGE : page * PAGE]:
        n = one["row"]
        boxes += (
            f'<div class="frase-juzgar"><p><span class="tenue">{n} de {len(place.rows)}</span><br>'
            f"<strong>{escape(one['text'])}</strong></p><details open><summary>Nota (datos personales sustituidos)"
            f'</summary><blockquote class="fuente">{escape(one["note"])}</blockquote></details>'
            f"{_judge(n, place.said.get(n))}</div>"
        )
    links = "".join(
        f'<a href="/evaluacion/{folder.name}/revision?pagina={at}"{" aria-current=page" if at == page else ""}>'
        f"{at}</a> "
        for at in range(1, pages + 1)
    )
    return (
        "<p>¿Todo lo que dice la frase está en la nota, sin cambiar nada? Redactar distinto o desatar una abreviatura "
        "es fiel; un dato, una certeza o un sentido que la nota no tiene, no. <strong>Mayor</strong>: sin corregir "
        "podría cambiar el diagnóstico o el manejo.</p>"
        f'<form method="post" action="/evaluacion/{folder.name}/revision">{hidden(csrf_of(request))}'
        f'<input type="hidden" name="pagina" value="{page}">{boxes}'
        f'<button class="principal">Guardar y seguir</button></form><nav class="pestanas" aria-label="Páginas de la '
        f'hoja">{links}</nav>'
    )


def _settle_form(folder: Path, request: Request) -> str:
    from eval.review.sheets import key_of

    rows = differing(folder)
    if not rows:
        return ""
    numbers = {one["unit"]: n for n, one in key_of(folder, f"{sheet_of(folder)}-a").items()}
    boxes = ""
    for one in rows[:PAGE]:
        said = table(
            ("Juicio", "Clase", "Gravedad", "Comentario"),
            [
                (
                    [
                        "No sostenida" if v.bad else "Sostenida",
                        escape(v.kind.replace("_", " ")),
                        escape(v.severity),
                        escape(v.comment),
                    ],
                    v.bad,
                )
                for v in one["given"]
            ],
        )
        boxes += (
            f'<div class="frase-juzgar"><p><strong>{escape(one["text"])}</strong></p><details><summary>Nota</summary>'
            f'<blockquote class="fuente">{escape(one["note"])}</blockquote></details>{said}'
            f"{_judge(numbers[one['unit']], None)}</div>"
        )
    return (
        f"<h2>Conciliar</h2><p>Difieren en {len(rows)} frases. Véanlas juntos; mientras no se concilien cuentan como "
        f'no sostenidas.</p><form method="post" action="/evaluacion/{folder.name}/revision/conciliar">'
        f'{hidden(csrf_of(request))}{boxes}<button class="principal">Guardar lo conciliado</button></form>'
        "<h2>Su hoja</h2>"
    )

