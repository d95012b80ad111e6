"""The right side of the physician's page: a structured note, its frame, and what stands there before one.

All that comes from the note passes through ``safe``.
"""

from __future__ import annotations

import json
from itertools import count

from copilot.domain import MissingElement, Note
from copilot.labels import section_label
from copilot.notes.working import ChosenCode
from copilot.web.checklist import BY_SIGNING, missing_html
from copilot.web.marks import safe
from copilot.web.tables import (
    Key,
    alerts_html,
    diagnoses_html,
    laboratory_html,
    medications_html,
    own_key,
    vitals_html,
)

DISCLAIMER = (
    "Esta herramienta ordena lo que usted escribió; no diagnostica ni prescribe. "
    "Revise cada renglón contra el texto fuente antes de usarlo."
)
def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def sections_html(note: Note) -> str:
    """The sections with their statements, each of which lights its source."""
    numbers = count()
    parts = []
    for key, statements in note.sections.items():
        lines = "".join(
            f'<li><span class="frase enlace" data-k="s{next(numbers)}" tabindex="0" role="button" '
            f'aria-pressed="false">{safe(" ".join(one.text.split()))}</span></li>'
            for one in statements
        )
        parts.append(f'<section class="apartado"><h3>{safe(section_label(key))}</h3><ul>{lines}</ul></section>')
    return "".join(parts)


def _summary(note: Note) -> str:
    """Buttons that go to each block, with what is in it."""
    grave = sum(a.severity == "grave" for a in note.alerts)
    must = sum(m.mandatory and m.element not in BY_SIGNING for m in note.missing)
    lacking = sum(bool(m.missing) for m in note.medications)
    buttons = [
        ("alertas", _count(len(note.alerts), "alerta", "alertas"), "grave" if grave else "", bool(note.alerts)),
        ("faltantes", _count(must, "obligatorio falta", "obligatorios faltan"), "aviso" if must else "", True),
        ("signos", "Signos vitales", "", bool(note.vitals)),
        ("laboratorio", "Laboratorio", "", bool(note.laboratory)),
        (
            "medicamentos",
            "Medicamentos" + (f" ({_count(lacking, 'incompleto', 'incompletos')})" if lacking else ""),
            "aviso" if lacking else "",
            bool(note.medications),
        ),
        ("cie", "CIE-10", "", bool(note.diagnoses)),
        ("guias", "Guías", "", bool(note.diagnoses or note.medications)),
    ]
    shown = "".join(
        f'<button type="button" class="ficha {tone}" data-ir="{where}">{label}</button>'
        for where, label, tone, there in buttons
        if there
    )
    return f'<nav class="fichas" aria-label="Ir a">{shown}</nav>'


def pieces(
    note: Note,
    key: Key = own_key,
    first: tuple[MissingElement, ...] = (),
    codes: tuple[ChosenCode, ...] = (),
    done: tuple[str, ...] = (),
) -> dict[str, str]:
    """The parts of the right side that are read anew while the physician corrects, by name."""
    return {
        "fichas": _summary(note),
        "alertas": alerts_html(note.alerts, key),
        "signos": vitals_html(note.vitals, key),
        "laboratorio": laboratory_html(note.laboratory, key),
        "medicamentos": medications_html(note.medications, key),
        "cie": diagnoses_html(note.diagnoses, key, codes),
        "faltantes": missing_html(note.missing, first, done),
    }


_WAYS = (
    ("docx", "Word (.docx)"),
    ("pdf", "PDF"),
    ("txt", "Texto (.txt)"),
    ("md", "Markdown (.md)"),
    ("fhir", "FHIR R4 (.json)"),
)


def ways_html() -> str:
    """The ways a note leaves, as one menu and the copy beside it."""
    rows = "".join(f'<button type="button" data-bajar="{form}">{label}</button>' for form, label in _WAYS)
    return (
        '<button type="button" data-copiar="copia">Copiar</button>'
        f'<details class="menu"><summary>Descargar</summary><div>{rows}</div></details>'
    )


_GUIDES = (
    '<section class="bloque" id="guias"><h3>Lo que dicen las guías</h3><p class="tenue">Se buscan pasajes sobre los '
    "diagnósticos y los medicamentos de esta nota. No forman parte de ella.</p>"
    '<div id="guias-lista" role="status"></div>'
    '<button type="button" data-guias="1">Buscar en las guías</button></section>'
)


def note_html(shown: dict[str, str], data: dict[str, object], kinds: list[tuple[str, str]]) -> str:
    """The whole right side. ``data`` is the draft for ``nota.js``, which shows the sections and changes them."""
    how = "tipo elegido por usted" if data["chosen"] else "tipo reconocido; puede cambiarlo"
    kind = data["note_type"]
    options = "".join(
        f'<option value="{safe(one)}"{" selected" if one == kind else ""}>{safe(label)}</option>'
        for one, label in kinds
    )

    def piece(name: str) -> str:
        return f'<div data-trozo="{name}">{shown[name]}</div>'

    return (
        '<article class="nota" id="nota-lista" aria-label="Nota estructurada">'
        '<p class="borrador"><strong>Borrador sin firmar.</strong> ' + DISCLAIMER + "</p>"
        f'<header><div><label class="oculto" for="tipo-nota">Tipo de nota</label>'
        f'<select id="tipo-nota">{options}</select><p class="tenue">{how}</p></div>'
        '<div class="acciones"><button type="button" data-deshacer="1" disabled>Deshacer</button>'
        '<button type="button" data-rehacer="1" disabled>Rehacer</button>'
        + '<button type="button" data-abreviaturas="1" title="Desarrollar abreviaturas">Abreviaturas</button>'
        + ways_html()
        + '<button type="button" data-descartar="1">Descartar</button>'
        '<button type="button" class="principal" data-firmar="1">Firmar…</button></div></header>'
        + piece("fichas")
        + piece("alertas")
        + '<div id="apartados"></div>'
        + "".join(map(piece, ("signos", "laboratorio", "medicamentos", "cie", "faltantes")))
        + _GUIDES
        + f'<pre hidden id="borrador-datos">{safe(json.dumps(data, ensure_ascii=True))}</pre>'
        "</article>"
    )


def provisional_html(note: Note) -> str:
    """The sections as they are before the model has been asked about the unclear statements: to read, not to use."""
    return (
        '<article class="nota provisional" aria-busy="true" aria-label="Nota en preparación">'
        '<p class="borrador"><strong>En preparación.</strong> Algunas frases pueden cambiar de apartado.</p>'
        f"{sections_html(note)}{vitals_html(note.vitals)}{medications_html(note.medications)}</article>"
    )


def text_html(name: str, rev: int, text: str, empty: str) -> str:
    """The right side for a draft that has not been structured yet."""
    data = json.dumps({"id": name, "rev": rev, "text": text}, ensure_ascii=True)
    return f'{empty}<pre hidden id="borrador-datos">{safe(data)}</pre>'


def error_html(message: str, what: str = "No se pudo estructurar.") -> str:
    """An expected failure; the text stays where it was."""
    return (
        f'<div class="mensaje error" role="alert"><strong>{what}</strong> {safe(message)} '
        "Su texto sigue a la izquierda.</div>"
    )


def progress_html(message: str, share: float) -> str:
    """A step of the work; ``share`` in 0..1."""
    percent = round(100 * min(max(share, 0.0), 1.0))
    return (
        f'<div class="mensaje avance" role="status"><span>{safe(message)}…</span>'
        f'<progress max="100" value="{percent}" aria-label="Avance">{percent} %</progress></div>'
    )


EMPTY = (
    '<div class="vacio"><h2>Aquí aparecerá la nota</h2><p>Escriba o pegue el texto a la izquierda y oprima '
    "<strong>Estructurar</strong> (Ctrl + Enter). Cada frase de la nota señalará de dónde salió.</p>"
    "<p>Nada sale de este equipo. Lo que no encaje en un apartado queda en «Otros datos»; nada se pierde.</p>"
    '<div id="lista-viva"></div></div>'
)
