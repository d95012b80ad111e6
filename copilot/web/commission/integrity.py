"""Is the log whole? Verify it now, say up to where it was verified before, make checkpoints. Each is itself logged."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from copilot.auditing import audit_url
from copilot.errors import CopilotError
from copilot.facade import Copilot, spanish_errors
from copilot.web.commission import words
from copilot.web.marks import safe
from copilot.web.work import UNEXPECTED
from guardrails.audit import AuditError, AuditLog, Reader
from guardrails.audit.keys import HEAD_FILE, read_head
from guardrails.audit.store import Store
from guardrails.audit.verify import Verification, trusted_keys, verify_store

VERIFIED, CHECKPOINT = "verificación", "punto de control"
_SHOWN = 50


@dataclass(frozen=True)
class Past:
    """An earlier verification or checkpoint, as the log tells it."""

    index: int
    time: str
    size: int
    findings: int = 0


def verify(pilot: Copilot, reader: Reader, kept: str = "") -> Iterator[float | Verification]:
    """Shares of the work done, then what was found. ``kept``: a checkpoint the commission kept outside.

    Raises :class:`CopilotError` where the log can't be read.
    """
    told: queue.Queue[float | Verification | BaseException] = queue.Queue()

    def work() -> None:
        try:
            folder = pilot.settings.data_dir / "keys"
            notes = [("el punto de control pegado", kept.strip() + "\n")] if kept.strip() else []
            head = read_head(folder)
            if head is not None:
                notes.append((f"el último punto visto en este equipo («{HEAD_FILE}»)", head))
            store = Store(audit_url(pilot.settings), create=False)
            try:
                size = max(1, store.size())
                told.put(verify_store(store, trusted=trusted_keys(folder), checkpoints=notes,
                                      progress=lambda index: told.put(index / size)))  # fmt: skip
            finally:
                store.close()
        except BaseException as error:  # handed to the waiting side, whatever it is
            told.put(error)

    threading.Thread(target=work, daemon=True).start()
    while True:
        one = told.get()
        if isinstance(one, AuditError):
            raise CopilotError(str(one)) from None
        if isinstance(one, BaseException):
            raise CopilotError(UNEXPECTED) from None
        if isinstance(one, Verification):
            try:
                with spanish_errors():
                    pilot.log.append(
                        reader.entry(VERIFIED, findings=one.count, size=one.size, with_checkpoint=bool(kept.strip()))
                    )
            except CopilotError:
                if one.ok:
                    raise  # a log in doubt must still be verifiable; a sound one must take the entry
            yield one
            return
        yield one


def make_checkpoint(log: AuditLog, reader: Reader) -> str:
    """A signed checkpoint that covers its own entry."""
    with spanish_errors():
        log.append(reader.entry(CHECKPOINT, size=log.size + 1))
        return log.checkpoint()


def last(log: AuditLog, what: str) -> Past | None:
    """The newest verification or checkpoint that the log tells of."""
    from guardrails.audit.reading import RECORD_COLUMNS, record

    pattern = f'%"what":"{what}"%'
    with spanish_errors():
        rows = log.store.rows(RECORD_COLUMNS, 0, log.size, " AND action = ? AND content LIKE ?",
                              ("audit_read", pattern), newest_first=True)  # fmt: skip
        for row in rows:
            one = record(row)
            detail = json.loads(one.content_text or "{}").get("detail", {})
            return Past(one.index, one.time, int(detail.get("size", 0)), int(detail.get("findings", 0)))
    return None


def panel_html(log: AuditLog, zone: ZoneInfo) -> str:
    """Where things stand."""
    with spanish_errors():
        size = log.size
    done, kept = last(log, VERIFIED), last(log, CHECKPOINT)
    if done is None:
        state = '<p class="aviso-caja">La bitácora no se ha verificado desde estas páginas ni desde la terminal.</p>'
    elif done.findings:
        state = (
            f'<p class="grave-caja" role="alert">La última verificación ({words.local(done.time, zone)}) encontró '
            f"{words.number(done.findings)} hallazgos.</p>"
        )
    else:
        since = size - done.size
        more = f" Entradas desde entonces: {words.number(since)}." if since > 0 else ""
        state = (
            f'<p class="bien-caja">Verificada hasta la entrada {words.number(done.size - 1)} el '
            f"{words.local(done.time, zone)}, sin hallazgos.{more}</p>"
        )
    if kept is None:
        point = "Ninguno todavía. Haga uno y guárdelo fuera de este equipo."
    else:
        point = f"{words.local(kept.time, zone)}, {words.number(kept.size)} entradas."
    return (
        f"{state}<dl><div><dt>Entradas</dt><dd>{words.number(size)}</dd></div>"
        f"<div><dt>Último punto de control</dt><dd>{point}</dd></div>"
        f'<div><dt>Llave pública</dt><dd class="codigo">{safe(str(log.verifier_key))}</dd></div></dl>'
        '<p class="acciones"><a class="boton" href="/auditoria/punto-de-control.txt" download>'
        'Hacer y descargar punto de control</a> <a class="boton" href="/auditoria/verificador.zip" download>'
        'Descargar verificador y llave</a></p>'
        '<p class="tenue">Guarde los puntos de control fuera de este equipo: solo contra ellos se nota si alguien con '
        "acceso total cortó el final de la bitácora.</p>"
    )


def result_html(found: Verification, kept: bool) -> str:
    """What a verification found, in words."""
    if found.ok:
        outside = (
            "Concuerda también con el punto de control pegado."
            if kept
            else "Sin un punto de control guardado fuera no se descarta la pérdida de las últimas entradas."
        )
        erased = f" Borradas con orden: {words.number(found.erased)}." if found.erased else ""
        return (
            f'<p class="bien-caja" role="status"><strong>Todo concuerda.</strong> {words.number(found.size)} entradas '
            f"verificadas.{erased} {outside}</p>"
        )
    rows = "".join(
        f"<tr><td>{'—' if one.index is None else one.index}</td><td>{safe(words.plain(one.kind))}</td>"
        f"<td>{safe(one.message)}</td></tr>"
        for one in found.findings[:_SHOWN]
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Entrada", "Tipo", "Hallazgo"))
    return (
        f'<p class="grave-caja" role="alert"><strong>La bitácora no concuerda.</strong> {words.number(found.count)} '
        f"hallazgos en {words.number(found.size)} entradas. No apague ni restaure el equipo; avise a la Comisión.</p>"
        f'<div class="rueda"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )
