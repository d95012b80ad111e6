"""Tables of a structured note as HTML. All that comes from the note passes through ``safe``."""

from __future__ import annotations

from collections.abc import Callable

from copilot.cie10 import title
from copilot.domain import Alert, Diagnosis, LabValue, Medication, Vital
from copilot.export.lines import laboratory_label
from copilot.labels import vital_label
from copilot.notes.working import ChosenCode
from copilot.web.marks import safe

_CERTAINTY = {"confirmado": "", "probable": "Probable", "descartado": "Descartado"}

Key = Callable[[str, int], str]
"""Kind and position of an item → what it lights (keys as in :mod:`copilot.web.marks`, several apart by a blank)."""


def own_key(kind: str, position: int) -> str:
    """The item's own mark in the source."""
    return f"{kind}{position}"


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
