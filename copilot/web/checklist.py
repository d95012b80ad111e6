"""What the norm demands: the checklist of a note, and the one that fills while the text is written."""

from __future__ import annotations

from itertools import count

from copilot.domain import MissingElement, NoteType
from copilot.labels import type_label
from copilot.nom004.check import section_of
from copilot.nom004.norm import Element
from copilot.web.marks import safe

BY_SIGNING = frozenset({"fecha", "hora", "autor_nombre_completo", "firma", "autor_cedula_profesional"})
"""Elements of the norm that the signature itself supplies."""


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


def live_html(kind: NoteType, chosen: bool, there: tuple[Element, ...], missing: tuple[MissingElement, ...]) -> str:
    """What the text on the left already supplies, and what not yet; before the note is made."""
    open_ones = [one for one in missing if one.element not in BY_SIGNING]
    must = [one for one in open_ones if one.mandatory]
    how = "tipo elegido" if chosen else "por lo que lleva escrito"

    def rows(names: list[str], mark: str, cls: str) -> str:
        return "".join(f'<li class="{cls}"><span aria-hidden="true">{mark}</span> {safe(one)}</li>' for one in names)

    also = [one.label for one in open_ones if not one.mandatory]
    return (
        f'<h3>NOM-004: {safe(type_label(kind))}</h3><p class="tenue">{how.capitalize()}. '
        f"Va {len(there)} de {len(there) + len(must)}; la lista completa sale con la nota.</p>"
        f'<progress max="{max(1, len(there) + len(must))}" value="{len(there)}" aria-label="Elementos de la norma">'
        f'</progress><ul class="va">{rows([one.label for one in must], "○", "pende")}'
        f'{rows([one.label for one in there], "✓", "esta")}</ul>'
        + (f'<p class="tenue">Si aplica: {safe(", ".join(also))}.</p>' if also else "")
    )
