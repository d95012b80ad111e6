"""A signed note to read: what was signed, by whom, what had been proposed, and the addenda."""

from __future__ import annotations

from copilot.auditing import differences
from copilot.export.blocks import Block, addendum_rows, blocks, head_rows, signature_rows
from copilot.labels import section_label, type_label
from copilot.notes import SignedNote
from copilot.notes.proposal import flat
from copilot.web.marks import safe
from copilot.web.view import ways_html

_OPS = {"add": "Agregó", "remove": "Quitó", "replace": "Cambió", "move": "Movió"}


def signed_html(note: SignedNote) -> str:
    """The whole note for the reader of «Mis notas»."""
    document = note.document
    state = (
        '<p class="firmada"><strong>Nota firmada.</strong> Ya no se modifica; lo que falte se agrega como adenda.</p>'
        if note.intact
        else '<p class="mensaje error" role="alert"><strong>El contenido guardado no corresponde a la firma.</strong> '
        "No se use; avise a soporte.</p>"
    )
    return (
        f'<article class="nota" aria-label="Nota firmada">{state}'
        f"<header><div><h2>{safe(type_label(document.note.note_type))}</h2></div>"
        f'<div class="acciones">{ways_html()}'
        '<button type="button" data-adenda="1">Agregar adenda…</button></div></header>'
        + _facts(head_rows(document))
        + "".join(map(_block, blocks(document)))
        + f'<section class="bloque"><h3>Firma</h3>{_facts(signature_rows(document))}</section>'
        + "".join(
            f'<section class="bloque adenda"><h3>Adenda {one.number}</h3>'
            f"{''.join(f'<p>{safe(line)}</p>' for line in one.text.splitlines() if line.strip())}"
            f"{_facts(addendum_rows(one))}</section>"
            for one in document.addenda
        )
        + _changes(note)
        + "</article>"
    )


def _facts(rows: list[tuple[str, str]]) -> str:
    lines = "".join(f"<dt>{safe(label)}</dt><dd>{safe(value)}</dd>" for label, value in rows)
    return f'<dl class="datos">{lines}</dl>' if rows else ""


def _block(one: Block) -> str:
    if one.rows:
        heads = "".join(f'<th scope="col">{safe(head)}</th>' for head in one.heads)
        rows = "".join("<tr>" + "".join(f"<td>{safe(cell)}</td>" for cell in row) + "</tr>" for row in one.rows)
        body = f'<div class="rueda"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    else:
        body = "<ul>" + "".join(f"<li>{safe(line)}</li>" for line in one.lines) + "</ul>"
    return f'<section class="bloque"><h3>{safe(one.title)}</h3>{body}</section>'


def _changes(note: SignedNote) -> str:
    """What was proposed beside what was signed."""
    proposed = {str(key): [flat(s.text) for s in value] for key, value in note.proposal.note.sections.items()}
    signed = {str(key): [flat(s.text) for s in value] for key, value in note.document.note.sections.items()}
    rows = []
    for one in differences(proposed, signed):
        after = section_label(one.after) if one.op == "move" else one.after
        rows.append(
            f"<tr><td>{_OPS.get(one.op, one.op)}</td><td>{safe(section_label(one.section))}</td>"
            f"<td>{safe(one.before) or '—'}</td><td>{safe(after) or '—'}</td></tr>"
        )
    if not rows:
        return '<section class="bloque"><h3>Lo propuesto y lo firmado</h3><p>Se firmó como se propuso.</p></section>'
    return (
        '<section class="bloque"><details><summary>Lo propuesto y lo firmado '
        f"({len(rows)} {'cambio' if len(rows) == 1 else 'cambios'})</summary>"
        '<div class="rueda"><table><thead><tr><th scope="col">Qué hizo</th><th scope="col">Apartado</th>'
        '<th scope="col">Se propuso</th><th scope="col">Se firmó</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></details></section>"
    )
