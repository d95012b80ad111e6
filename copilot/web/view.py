"""A structured note as HTML for the physician's page. All that comes from the note passes through ``safe``."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count

from copilot.cie10 import title
from copilot.domain import Alert, Diagnosis, LabValue, Medication, MissingElement, Note, Vital
from copilot.export.lines import laboratory_label
from copilot.labels import section_label, vital_label
from copilot.nom004.check import section_of
from copilot.notes.working import ChosenCode
from copilot.web.marks import safe

DISCLAIMER = (
    "Esta herramienta ordena lo que usted escribió; no diagnostica ni prescribe. "
    "Revise cada renglón contra el texto fuente antes de usarlo."
)
_CERTAINTY = {"confirmado": "", "probable": "Probable", "descartado": "Descartado"}


BY_SIGNING = frozenset({"fecha", "hora", "autor_nombre_completo", "firma", "autor_cedula_profesional"})
"""Elements of the norm that the signature itself supplies."""
Key = Callable[[str, int], str]
"""Kind and position of an item → what it lights (keys as in :mod:`copilot.web.marks`, several apart by a blank)."""


def own_key(kind: str, position: int) -> str:
    """The item's own mark in the source."""
    return f"{kind}{position}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _linked(key: str, tag: str = "tr") -> str:
    """Opening tag of a row that lights its source."""
    return f'<{tag} class="enlace" data-k="{key}" tabindex="0">'


def _table(name: str, title: str, heads: tuple[str, ...], rows: list[str]) -> str:
    if not rows:
        return ""
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return (
        f'<section class="bloque" id="{name}"><h3>{title}</h3><div class="rueda"><table><thead><tr>{top}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></section>"
    )


def _cell(value: str, absent: str = "—") -> str:
    return f"<td>{safe(value) if value else absent}</td>"


def vitals_html(vitals: tuple[Vital, ...], key: Key = own_key) -> str:
    """Vital signs as a table."""
    rows = [
        f"{_linked(key('v', i))}<th scope='row'>{safe(vital_label(v.name))}</th>{_cell(v.value)}{_cell(v.unit)}</tr>"
        for i, v in enumerate(vitals)
    ]
    return _table("signos", "Signos vitales y somatometría", ("Signo", "Valor", "Unidad"), rows)


def laboratory_html(values: tuple[LabValue, ...], key: Key = own_key) -> str:
    """Laboratory values as a table; a unit the physician didn't write is said to be missing, not guessed."""
    rows = [
        f"{_linked(key('l', i))}<th scope='row'>{safe(laboratory_label(v.name))}</th>{_cell(v.value)}"
        f"{_cell(v.unit, '<span class=tenue>sin unidad</span>')}</tr>"
        for i, v in enumerate(values)
    ]
    return _table("laboratorio", "Laboratorio", ("Estudio", "Resultado", "Unidad"), rows)


def medications_html(drugs: tuple[Medication, ...], key: Key = own_key) -> str:
    """Medications as a table; missing dose, route or frequency is marked (NOM-004 numeral 6.2.6)."""
    rows = []
    for i, drug in enumerate(drugs):
        dose = " ".join(part for part in (drug.dose, drug.unit) if part)
        lacking = set(drug.missing)

        def cell(value: str, name: str, lacking: set[str] = lacking) -> str:
            return _cell(value, '<span class="falta">falta</span>' if name in lacking else "—")

        status = "Negado" if drug.negated else drug.status.capitalize()
        tag = f' <span class="etiqueta">{safe(status)}</span>' if status else ""
        rows.append(
            f"{_linked(key('m', i))}<th scope='row'>{safe(drug.name)}{tag}</th>{cell(dose, 'dosis')}"
            f"{cell(drug.route, 'vía')}{cell(drug.frequency, 'periodicidad')}{_cell(drug.duration)}</tr>"
        )
    heads = ("Medicamento", "Dosis", "Vía", "Periodicidad", "Duración")
    return _table("medicamentos", "Medicamentos", heads, rows)


def diagnoses_html(
    diagnoses: tuple[Diagnosis, ...], key: Key = own_key, codes: tuple[ChosenCode, ...] = ()
) -> str:
    """Diagnoses with their CIE-10 candidates; only the physician takes one."""
    if not diagnoses and not codes:
        return ""
    parts = []
    named = {" ".join(one.text.split()) for one in diagnoses}
    # The patient's own first; a relative's disease seldom is what one codes.
    for i, one in sorted(enumerate(diagnoses), key=lambda row: row[1].subject == "familiar"):
        words = [_CERTAINTY.get(one.certainty, one.certainty), one.laterality]
        words.append("Familiar" if one.subject == "familiar" else "")
        tags = "".join(f'<span class="etiqueta">{safe(w)}</span>' for w in words if w)
        words_of = " ".join(one.text.split())
        mine = {c.code for c in codes if c.diagnosis == words_of}
        rows = "".join(_candidate(c.code, c.title, words_of, c.code in mine) for c in one.candidates)
        listed = f'<ul class="codigos">{rows}</ul>' if rows else '<p class="tenue">Sin código sugerido.</p>'
        parts.append(f"{_linked(key('d', i), 'li')}<strong>{safe(one.text)}</strong> {tags}{listed}</li>")
    for taken in codes:
        if taken.diagnosis not in named:  # its words were corrected since: it stays until the physician drops it
            row = _candidate(taken.code, title(taken.code), taken.diagnosis, True)
            parts.append(f'<li><strong>{safe(taken.diagnosis)}</strong><ul class="codigos">{row}</ul></li>')
    return (
        '<section class="bloque" id="cie"><h3>Diagnósticos y códigos CIE-10 sugeridos</h3>'
        '<p class="tenue">Son sugerencias, en orden de parecido: ninguna entra en la nota si usted no la elige.</p>'
        f'<ul class="diagnosticos">{"".join(parts)}</ul></section>'
    )


def _candidate(code: str, title: str, diagnosis: str, taken: bool) -> str:
    words = "Quitar" if taken else "Usar"
    return (
        f'<li class="{"tomado" if taken else ""}"><button type="button" class="menudo" data-codigo="{safe(code)}" '
        f'data-diagnostico="{safe(diagnosis)}" aria-pressed="{"true" if taken else "false"}" '
        f'aria-label="{words} {safe(code)} {safe(title)}">{words}</button> '
        f'<span class="codigo">{safe(code)}</span> {safe(title)}</li>'
    )


def alerts_html(alerts: tuple[Alert, ...], key: Key = own_key) -> str:
    """Alerts, the grave ones first."""
    if not alerts:
        return ""
    order = sorted(range(len(alerts)), key=lambda i: alerts[i].severity != "grave")
    rows = []
    for i in order:
        grave = alerts[i].severity == "grave"
        word = "Grave" if grave else "Aviso"
        rows.append(
            f"{_linked(key('a', i), 'li')}<span class='severidad {'grave' if grave else 'aviso'}'>{word}</span> "
            f"<span>{safe(alerts[i].message)}</span></li>"
        )
    return f'<section class="bloque" id="alertas"><h3>Alertas</h3><ul class="alertas">{"".join(rows)}</ul></section>'


def missing_html(
    missing: tuple[MissingElement, ...], first: tuple[MissingElement, ...] = (), done: tuple[str, ...] = ()
) -> str:
    """What the norm demands and the note lacks, as a checklist: mandatory first, then «si aplica».

    ``first``: what was missing in the proposal; what is there by now is shown ticked. ``done``: ticked by hand.
    """
    still = {one.element for one in missing}
    filled = [one for one in first if one.element not in still]
    signing = [one for one in missing if one.element in BY_SIGNING]
    missing = tuple(one for one in missing if one.element not in BY_SIGNING)
    numbers = count()

    def line(one: MissingElement, here: bool) -> str:
        n = next(numbers)
        state = " checked disabled" if here else " checked" if one.element in done else ""
        add = (
            '<span class="listo">ya está</span>'
            if here
            else f'<button type="button" class="menudo" data-agregar="{safe(str(section_of(one.element)))}" '
            f'data-elemento="{safe(one.label)}" aria-label="Agregar: {safe(one.label)}">Agregar</button>'
        )
        return (
            f'<li><input type="checkbox" id="falta-{n}" data-falta="{safe(one.element)}"{state}>'
            f'<label for="falta-{n}">{safe(one.label)} <span class="numeral">numeral {safe(one.numeral)}</span></label>'
            f"{add}</li>"
        )

    def group(title: str, rows: list[MissingElement], here: bool = False) -> str:
        lines = "".join(line(one, here) for one in rows)
        return f'<h4>{title}</h4><ul class="faltantes">{lines}</ul>' if rows else ""

    if missing:
        head = (
            "<h3>Falta según la NOM-004-SSA3-2012</h3>"
            '<p class="tenue">«Agregar» pone un renglón en su apartado; lo que usted escriba tacha el pendiente.</p>'
        )
    else:
        head = (
            "<h3>NOM-004-SSA3-2012</h3>"
            '<p class="completo">No se detectaron elementos faltantes para este tipo de nota.</p>'
        )
    return (
        f'<section class="bloque" id="faltantes">{head}'
        + group("Obligatorio", [one for one in missing if one.mandatory])
        + group("Si aplica", [one for one in missing if not one.mandatory])
        + group("Atendido", filled, here=True)
        + (f"<h4>Se completa al firmar</h4><p>{safe(', '.join(one.label for one in signing))}.</p>" if signing else "")
        + "</section>"
    )


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
        + ways_html()
        + '<button type="button" data-descartar="1">Descartar</button>'
        '<button type="button" class="principal" data-firmar="1">Firmar…</button></div></header>'
        + piece("fichas")
        + piece("alertas")
        + '<div id="apartados"></div>'
        + "".join(map(piece, ("signos", "laboratorio", "medicamentos", "cie", "faltantes")))
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
    "<p>Nada sale de este equipo. Lo que no encaje en un apartado queda en «Otros datos»; nada se pierde.</p></div>"
)
