"""The list of entries and one interaction in full, as HTML. All that comes from the log passes through ``safe``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from copilot.domain import Section
from copilot.labels import section_label, type_label
from copilot.web.commission import words
from copilot.web.commission.search import Page
from copilot.web.marks import safe
from guardrails.audit import Record


def _chip(value: str) -> str:
    tone = "grave" if value in words.GRAVE else "aviso" if value in ("abstained", "provisional") else "bien"
    return f'<span class="chip {tone if value else ""}">{safe(words.outcome(value))}</span>'


def short(pseudonym: str) -> str:
    """Enough of a pseudonym to tell people apart on a page."""
    return pseudonym[:10]


def list_html(page: Page, zone: ZoneInfo, chosen: str = "") -> str:
    """A page of entries as a table; each row opens by click or Enter."""
    if not page.total:
        return (
            '<div class="vacio"><h2>Nada coincide</h2><p>Ninguna interacción cumple con estos filtros. Amplíe el '
            "periodo o quite alguno.</p></div>"
        )
    rows = []
    for one in page.records:
        context, model = one.context, (one.decision or {}).get("model", {}).get("name", "")
        actor = str(context.get("actor", ""))
        here = ' aria-current="true"' if one.id == chosen else ""
        erased = ' <span class="chip aviso">Borrada</span>' if one.erased_by is not None else ""
        phase = str(context.get("phase", "event"))
        note = f' <span class="tenue">({words.PHASES["request"].lower()})</span>' if phase == "request" else ""
        rows.append(
            f'<tr data-abrir="{safe(one.id)}"{here}><td><button type="button" class="liga" data-abrir="{safe(one.id)}">'
            f"{one.index}</button></td><td>{words.local(one.time, zone)}</td>"
            f"<td>{safe(words.action(one.action))}{note}</td>"
            f"<td>{_chip(str(context.get('outcome', '')))}{erased}</td>"
            f"<td>{safe(words.ROLES.get(str(context.get('role', 'sistema')), ''))} {_filter(actor)}</td>"
            f"<td>{safe(model) or '—'}</td></tr>"
        )
    heads = "".join(
        f'<th scope="col">{head}</th>' for head in ("Núm.", "Fecha y hora", "Acción", "Resultado", "Usuario", "Modelo")
    )
    count = words.number(page.total)
    return (
        f'<p class="cuenta" role="status">{count} {"entrada" if page.total == 1 else "entradas"} · '
        f'página {page.page + 1} de {words.number(page.pages)}</p>'
        f'<div class="rueda"><table class="lista"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _filter(actor: str) -> str:
    if not actor:
        return ""
    return (
        f'<button type="button" class="codigo seudonimo" data-actor="{safe(actor)}" '
        f'aria-label="Filtrar por el seudónimo {safe(short(actor))}">{safe(short(actor))}</button>'
    )


def _block(title: str, body: str) -> str:
    return f'<section class="bloque"><h3>{title}</h3>{body}</section>' if body else ""


def _facts(pairs: Iterable[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in pairs if value) + "</dl>"


def _raw(title: str, value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    return f"<details><summary>{title}</summary><pre>{safe(text)}</pre></details>"


def _text(text: str) -> str:
    return f'<div class="texto" tabindex="0">{safe(text)}</div>' if text else ""


def _output(output: Any) -> str:
    """What was proposed, in the shape it had on the physician's screen."""
    if not output:
        return ""
    if isinstance(output, str):
        return _text(output)
    if isinstance(output, dict) and isinstance(output.get("sections"), dict):
        return _sections({key: [one["text"] for one in value] for key, value in output["sections"].items()})
    if isinstance(output, dict) and "answer" in output:
        cites = "".join(
            f"<li><strong>{safe(str(one.get('key', '')))}</strong> {safe(str(one.get('locator', '')))}: "
            f"«{safe(str(one.get('quote', '')))}»</li>"
            for one in output.get("citations", [])
        )
        return _text(str(output["answer"])) + (f'<ul class="citas">{cites}</ul>' if cites else "")
    if isinstance(output, dict) and all(isinstance(one, list) for one in output.values()):
        return _sections(output)
    return f"<pre>{safe(json.dumps(output, ensure_ascii=False, indent=1))}</pre>"


def _sections(sections: dict[str, list[str]]) -> str:
    parts = []
    order = [str(one) for one in Section]
    for key, texts in sorted(sections.items(), key=lambda one: order.index(one[0]) if one[0] in order else 99):
        try:
            title = section_label(key)
        except KeyError:
            title = words.plain(key)
        lines = "".join(f"<li>{safe(' '.join(str(one).split()))}</li>" for one in texts)
        parts.append(f"<h4>{safe(title)}</h4><ul>{lines}</ul>")
    return "".join(parts)


def _verdict(one: dict[str, Any]) -> str:
    score = "" if one.get("score") is None else words.number(one["score"], 2)
    cells = (
        str(int(one["statement"]) + 1),
        _chip("supported" if one["supported"] else "unsupported"),
        score,
        safe(words.plain(one.get("kind", ""))),
        safe(words.plain(one.get("severity", ""))),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _guards(guards: dict[str, Any], output: Any) -> str:
    parts = []
    redaction = guards.get("redaction", {})
    found = ", ".join(f"{safe(words.REDACTIONS.get(k, k))}: {n}" for k, n in sorted(redaction.items()))
    parts.append(("Datos personales retirados", found or "Ninguno"))
    if guards.get("scope"):
        reason = f" — {safe(str(guards.get('scope_reason', '')))}" if guards.get("scope_reason") else ""
        parts.append(("Alcance", safe(words.SCOPE.get(guards["scope"], words.plain(guards["scope"]))) + reason))
    parts.append(("Instrucciones incrustadas", str(guards.get("injections", 0))))
    verdicts = guards.get("grounding", [])
    if verdicts:
        rows = "".join(_verdict(one) for one in verdicts)
        heads = "".join(f'<th scope="col">{h}</th>' for h in ("Enunciado", "Dictamen", "Puntaje", "Tipo", "Gravedad"))
        table = f'<div class="rueda"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
        parts.append(("Fundamentación", table))
    dropped = guards.get("dropped", [])
    if dropped:
        parts.append(("Generado y no mostrado", "<br>".join(safe(str(one)) for one in dropped)))
    labels = {}
    if isinstance(output, dict):
        labels = {one.get("element"): f"{one.get('label')} ({one.get('numeral')})" for one in output.get("missing", [])}
    missing = [safe(str(labels.get(one, words.missing(one)))) for one in guards.get("missing", [])]
    if missing:
        parts.append(("Faltantes de la NOM-004", "<br>".join(missing)))
    alerts = [safe(words.alert(one)) for one in guards.get("alerts", [])]
    if alerts:
        parts.append(("Alertas", ", ".join(alerts)))
    return _facts(parts)


def changes_html(changes: Sequence[dict[str, str]]) -> str:
    """What the physician changed, statement by statement."""
    rows = []
    for one in changes:
        try:
            where = section_label(one.get("section", ""))
        except KeyError:
            where = words.plain(one.get("section", ""))
        before = f"<del>{safe(one['before'])}</del>" if one.get("before") else ""
        after = f"<ins>{safe(one['after'])}</ins>" if one.get("after") else ""
        if one.get("op") == "move":
            after = f"<ins>→ {safe(words.plain(one.get('after', '')))}</ins>"
        rows.append(
            f"<tr><td>{safe(words.CHANGES.get(one.get('op', ''), ''))}</td><td>{safe(where)}</td>"
            f"<td>{before} {after}</td></tr>"
        )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Cambio", "Apartado", "Antes y después"))
    table = f'<div class="rueda"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    return table if rows else ""


def detail_html(one: Record, request: Record | None, later: Sequence[Record], zone: ZoneInfo) -> str:
    """One interaction: its request, its result, and what was done with it afterwards."""
    context, content, decision = one.context, one.content, one.decision
    asked = (request.content or {}) if request else {}
    head = _facts(
        [
            ("Entrada", f'<span class="codigo">{safe(one.id)}</span>'),
            ("Fecha y hora", words.local(one.time, zone)),
            ("Resultado", _chip(str(context.get("outcome", "")))),
            ("Usuario", _who(context)),
            ("Unidad", safe(str(context.get("unit", "")))),
            ("Tipo de nota", _type(str(context.get("note_type", "")))),
            ("Solicitud", _open(request.id, str(request.index)) if request else ""),
            ("Versión", safe(str(context.get("version", "")))),
            ("Tiempo", f"{words.number((decision or {}).get('latency_ms', 0) / 1000, 2)} s" if decision and
             decision.get("latency_ms") is not None else ""),
        ]
    )  # fmt: skip
    top = (
        f'<article class="detalle" aria-label="Interacción {one.index}"><header>'
        f'<h2>{safe(words.action(one.action))}</h2>'
        f'<div class="acciones"><a class="boton" href="/auditoria/prueba/{safe(one.id)}.jsonl" download>'
        "Descargar prueba</a></div></header>"
    )
    if content is None or decision is None:
        words_ = (
            f"El contenido se borró con orden ({_open(str(one.erased_by), str(one.erased_by))}); la hoja permanece."
        )
        return top + head + f'<p class="aviso-caja">{words_}</p></article>'
    given = str(content.get("input", "") or asked.get("input", ""))
    model = decision.get("model", {})
    used = _facts(
        [
            ("Modelo", safe(model.get("name", "")) + _hash(model.get("file_hash", ""))),
            ("Plantillas", "<br>".join(
                f"{safe(p['id'])} {safe(p.get('version', ''))}{_hash(p.get('hash', ''))}"
                for p in decision.get("prompts", [])
            )),
            ("Ajustes", safe(json.dumps(decision["decoding"], ensure_ascii=False)) if decision.get("decoding") else ""),
            ("Pasajes", "<br>".join(
                f"{safe(p['key'])} {safe(p.get('locator', ''))} "
                f"({words.number(p.get('score') or 0, 2)}{', citado' if p.get('cited') else ''})"
                for p in decision.get("passages", [])
            )),
        ]
    )  # fmt: skip
    output = content.get("output")
    follow = "".join(
        f"<h4>{safe(words.action(r.action))} · {words.local(r.time, zone)} · {_open(r.id, str(r.index))}</h4>"
        + (changes_html((r.content or {}).get("changes", [])) or _note(r))
        for r in later
    )
    known = {"input", "output", "changes", "commitments", "detail"}
    detail = content.get("detail", {})
    return (
        top
        + head
        + _block("Texto de entrada, sin datos personales", _text(given))
        + _block("Lo que se propuso" if one.action != "sign" else "Lo que se firmó", _output(output))
        + _block("Lo que cambió el médico", changes_html(content.get("changes", [])))
        + _block("Lo que decidió cada guardián", _guards(decision["guards"], output) if "guards" in decision else "")
        + _block("Con qué se hizo", used if used != "<dl></dl>" else "")
        + _block("Detalle", _details(detail))
        + _block("Después", follow)
        + _raw("Entrada completa (JSON)", {"context": context, "content": content, "decision": decision})
        + (_raw("Otros campos", {k: v for k, v in content.items() if k not in known}) if set(content) - known else "")
        + "</article>"
    )


def _note(record: Record) -> str:
    detail = (record.content or {}).get("detail", {})
    if record.action == "sign":
        return "<p>Firmada sin cambios sobre lo propuesto.</p>"
    return f"<p>{safe(words.plain(str(detail.get('form', ''))))}</p>" if detail.get("form") else ""


def _details(detail: Any) -> str:
    if not isinstance(detail, dict):
        return ""
    return (
        _facts(
            (safe(words.plain(key)), safe(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))
            for key, value in detail.items()
        )
        if detail
        else ""
    )


def _who(context: dict[str, Any]) -> str:
    role = safe(words.ROLES.get(str(context.get("role", "sistema")), ""))
    return f'{role} <span class="codigo">{safe(short(str(context.get("actor", ""))))}</span>'


def _type(key: str) -> str:
    try:
        return safe(type_label(key)) if key else ""
    except KeyError:
        return safe(key)


def _open(identifier: str, label: str) -> str:
    return f'<button type="button" class="liga" data-abrir="{safe(identifier)}">{safe(label)}</button>'


def _hash(value: str) -> str:
    return f' <span class="codigo tenue" title="SHA-256 {safe(value)}">{safe(value[:12])}…</span>' if value else ""


CHOOSE = (
    '<div class="vacio"><h2>Elija una interacción</h2><p>Aquí verá el texto de entrada sin datos personales, lo que se '
    "propuso, lo que decidió cada guardián y lo que cambió el médico.</p><p>Cada consulta suya queda "
    "registrada.</p></div>"
)


def problem_html(message: str) -> str:
    """An expected failure."""
    return f'<div class="mensaje error" role="alert"><strong>No se pudo consultar.</strong> {safe(message)}</div>'
