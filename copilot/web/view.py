"""A structured note as HTML for the physician's page. All that comes from the note passes through ``safe``."""

from __future__ import annotations

from itertools import count

from copilot.domain import Alert, Diagnosis, LabValue, Medication, MissingElement, Note, Vital
from copilot.export.lines import laboratory_label
from copilot.labels import section_label, type_label, vital_label
from copilot.web.marks import safe

DISCLAIMER = (
    "Esta herramienta ordena lo que usted escribió; no diagnostica ni prescribe. "
    "Revise cada renglón contra el texto fuente antes de usarlo."
)
_CERTAINTY = {"confirmado": "", "probable": "Probable", "descartado": "Descartado"}


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


def vitals_html(vitals: tuple[Vital, ...]) -> str:
    """Vital signs as a table."""
    rows = [
        f"{_linked(f'v{i}')}<th scope='row'>{safe(vital_label(v.name))}</th>{_cell(v.value)}{_cell(v.unit)}</tr>"
        for i, v in enumerate(vitals)
    ]
    return _table("signos", "Signos vitales y somatometría", ("Signo", "Valor", "Unidad"), rows)


def laboratory_html(values: tuple[LabValue, ...]) -> str:
    """Laboratory values as a table; a unit the physician didn't write is said to be missing, not guessed."""
    rows = [
        f"{_linked(f'l{i}')}<th scope='row'>{safe(laboratory_label(v.name))}</th>{_cell(v.value)}"
        f"{_cell(v.unit, '<span class=tenue>sin unidad</span>')}</tr>"
        for i, v in enumerate(values)
    ]
    return _table("laboratorio", "Laboratorio", ("Estudio", "Resultado", "Unidad"), rows)


def medications_html(drugs: tuple[Medication, ...]) -> str:
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
            f"{_linked(f'm{i}')}<th scope='row'>{safe(drug.name)}{tag}</th>{cell(dose, 'dosis')}"
            f"{cell(drug.route, 'vía')}{cell(drug.frequency, 'periodicidad')}{_cell(drug.duration)}</tr>"
        )
    heads = ("Medicamento", "Dosis", "Vía", "Periodicidad", "Duración")
    return _table("medicamentos", "Medicamentos", heads, rows)


def diagnoses_html(diagnoses: tuple[Diagnosis, ...]) -> str:
    """Diagnoses with their CIE-10 candidates; none is chosen."""
    if not diagnoses:
        return ""
    parts = []
    for i, one in enumerate(diagnoses):
        words = [_CERTAINTY.get(one.certainty, one.certainty), one.laterality]
        words.append("Familiar" if one.subject == "familiar" else "")
        tags = "".join(f'<span class="etiqueta">{safe(w)}</span>' for w in words if w)
        codes = "".join(f'<li><span class="codigo">{safe(c.code)}</span> {safe(c.title)}</li>' for c in one.candidates)
        listed = f'<ul class="codigos">{codes}</ul>' if codes else '<p class="tenue">Sin código sugerido.</p>'
        parts.append(f"{_linked(f'd{i}', 'li')}<strong>{safe(one.text)}</strong> {tags}{listed}</li>")
    return (
        '<section class="bloque" id="cie"><h3>Diagnósticos y códigos CIE-10 sugeridos</h3>'
        '<p class="tenue">Ningún código está elegido: son sugerencias, en orden de parecido.</p>'
        f'<ul class="diagnosticos">{"".join(parts)}</ul></section>'
    )


def alerts_html(alerts: tuple[Alert, ...]) -> str:
    """Alerts, the grave ones first."""
    if not alerts:
        return ""
    order = sorted(range(len(alerts)), key=lambda i: alerts[i].severity != "grave")
    rows = []
    for i in order:
        grave = alerts[i].severity == "grave"
        word = "Grave" if grave else "Aviso"
        rows.append(
            f"{_linked(f'a{i}', 'li')}<span class='severidad {'grave' if grave else 'aviso'}'>{word}</span> "
            f"<span>{safe(alerts[i].message)}</span></li>"
        )
    return f'<section class="bloque" id="alertas"><h3>Alertas</h3><ul class="alertas">{"".join(rows)}</ul></section>'


def missing_html(missing: tuple[MissingElement, ...]) -> str:
    """What the norm demands and the note lacks, as a checklist: mandatory first, then «si aplica»."""
    if not missing:
        return (
            '<section class="bloque" id="faltantes"><h3>NOM-004-SSA3-2012</h3>'
            '<p class="completo">No se detectaron elementos faltantes para este tipo de nota.</p></section>'
        )
    numbers = count()

    def group(title: str, rows: list[MissingElement]) -> str:
        if not rows:
            return ""
        lines = "".join(
            f'<li><input type="checkbox" id="falta-{n}"><label for="falta-{n}">{safe(one.label)} '
            f'<span class="numeral">numeral {safe(one.numeral)}</span></label></li>'
            for one in rows
            for n in (next(numbers),)
        )
        return f'<h4>{title}</h4><ul class="faltantes">{lines}</ul>'

    return (
        '<section class="bloque" id="faltantes"><h3>Falta según la NOM-004-SSA3-2012</h3>'
        '<p class="tenue">Marque lo que ya atendió. Lo que agregue al texto desaparece de la lista al estructurar '
        "de nuevo.</p>"
        + group("Obligatorio", [one for one in missing if one.mandatory])
        + group("Si aplica", [one for one in missing if not one.mandatory])
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
    must = sum(m.mandatory for m in note.missing)
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


def note_html(note: Note, recognised: bool, plain: str, markdown: str) -> str:
    """The whole right side. ``plain`` and ``markdown`` are the exports, kept hidden for copy and download:
    so that no file with personal data is ever written on the server."""
    how = "tipo reconocido; puede cambiarlo y estructurar de nuevo" if recognised else "tipo elegido por usted"
    return (
        '<article class="nota" id="nota-lista" aria-label="Nota estructurada">'
        '<p class="borrador"><strong>Borrador sin firmar.</strong> ' + DISCLAIMER + "</p>"
        f'<header><div><h2>{safe(type_label(note.note_type))}</h2><p class="tenue">{how}</p></div>'
        '<div class="acciones"><button type="button" data-copiar="txt">Copiar</button>'
        '<button type="button" data-bajar="txt">Descargar .txt</button>'
        '<button type="button" data-bajar="md">Descargar .md</button></div></header>'
        + _summary(note)
        + alerts_html(note.alerts)
        + sections_html(note)
        + vitals_html(note.vitals)
        + laboratory_html(note.laboratory)
        + medications_html(note.medications)
        + diagnoses_html(note.diagnoses)
        + missing_html(note.missing)
        + f'<pre hidden id="salida-txt">{safe(plain)}</pre><pre hidden id="salida-md">{safe(markdown)}</pre>'
        "</article>"
    )


def provisional_html(note: Note) -> str:
    """The sections as they are before the model has been asked about the unclear statements: to read, not to use."""
    return (
        '<article class="nota provisional" aria-busy="true" aria-label="Nota en preparación">'
        '<p class="borrador"><strong>En preparación.</strong> Algunas frases pueden cambiar de apartado.</p>'
        f"{sections_html(note)}{vitals_html(note.vitals)}{medications_html(note.medications)}</article>"
    )


def error_html(message: str) -> str:
    """An expected failure; the text stays where it was."""
    return (
        f'<div class="mensaje error" role="alert"><strong>No se pudo estructurar.</strong> {safe(message)} '
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
