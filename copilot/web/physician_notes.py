"""Routes of the physician's page about drafts and signed notes (JSON, session and CSRF token; no API key).

Each of them reads and changes only what belongs to the account of the session: see :class:`copilot.notes.Shelf`.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from copilot.errors import InputError
from copilot.export import Exported
from copilot.facade import Actor
from copilot.intake_documents import MAX_BYTES, read_document
from copilot.labels import type_label
from copilot.notes import Draft, NoteError, Working
from copilot.notes.shelf import Card
from copilot.notes.signing import full_name, moment, signer
from copilot.notes.work import NoteWork
from copilot.notes.working import check
from copilot.web.auth import actor_of, identity_of
from copilot.web.physician_draft import rows_of, shown_pieces
from copilot.web.physician_signed import signed_html
from copilot.web.private import PRIVATE, private
from copilot.web.proof import Proof
from guardrails.audit import Role


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewBody(_Body):
    """A draft of text alone."""

    text: str = Field(max_length=2_000_000)


class SaveBody(_Body):
    """The newest state of a draft; ``rev`` is the revision it was made from."""

    rev: int
    working: Working


class ContinueBody(_Body):
    """The draft whose place this one takes."""

    before: str = Field(max_length=32)


class SignBody(_Body):
    """Signature of a draft."""

    rev: int
    name: str = Field("", max_length=200)
    cedula: str = Field("", max_length=40)
    read: bool
    """The physician says to have read the note."""


class ExportBody(_Body):
    """A format of :data:`copilot.export.FORMATS`."""

    form: str = Field(max_length=10)


class AddendumBody(_Body):
    """An addendum and who signs it."""

    text: str = Field(max_length=40_000)
    name: str = Field("", max_length=200)
    cedula: str = Field("", max_length=40)


def _who(request: Request) -> tuple[int, Actor]:
    return identity_of(request).account, actor_of(request, Role.PHYSICIAN)


def _file(made: Exported) -> Response:
    named = {"content-disposition": f'attachment; filename="{made.name}"', "x-nombre": made.name}
    return Response(made.data, media_type=made.media, headers=PRIVATE | named)


def notes_router(work: NoteWork, proof: Proof) -> APIRouter:
    """The routes; ``proof`` says whether whoever signs must prove first who they are."""
    router = APIRouter(prefix="/notas", include_in_schema=False)
    shelf, zone = work.shelf, work.pilot.settings.timezone

    def clock(at: int | None = None) -> str:
        return f"{moment(zone, at):%H:%M}"

    def saved(account: int, name: str, body: SaveBody) -> Draft:
        draft = shelf.draft(account, name)
        if len(body.working.text) > work.pilot.settings.web_max_chars:
            raise InputError("El texto es demasiado largo para guardarlo como borrador.")
        if draft.proposal is not None:
            check(draft.proposal, body.working)
        elif body.working.statements:
            raise InputError("El borrador no tiene la forma esperada; vuelva a cargar la página.")
        rev = shelf.save(account, name, body.rev, body.working)
        return Draft(name, account, rev, draft.updated, body.working, draft.proposal)

    # --- drafts ---------------------------------------------------------------------------------------------

    @router.post("/borrador")
    def create(body: NewBody, request: Request) -> Response:
        account, _ = _who(request)
        if not body.text.strip() or len(body.text) > work.pilot.settings.web_max_chars:
            raise InputError("El texto está vacío o es demasiado largo para guardarlo como borrador.")
        draft = shelf.create(account, Working(text=body.text))
        return private({"id": draft.id, "rev": draft.rev, "hora": clock()})

    @router.put("/borrador/{name}")
    def save(name: str, body: SaveBody, request: Request) -> Response:
        draft = saved(_who(request)[0], name, body)
        return private({"rev": draft.rev, "hora": clock()})

    @router.post("/borrador/{name}/revisar")
    def review(name: str, body: SaveBody, request: Request) -> Response:
        account, actor = _who(request)
        draft = saved(account, name, body)
        note, revised = work.review(draft, actor)
        shown = shown_pieces(draft, note, revised)
        return private({"rev": draft.rev, "hora": clock(), "trozos": shown})

    @router.post("/borrador/{name}/continuar")
    def go_on(name: str, body: ContinueBody, request: Request) -> Response:
        account, _ = _who(request)
        draft, kept = work.go_on(shelf.draft(account, name), body.before)
        codes = [one.model_dump() for one in draft.working.codes]
        now = {"statements": rows_of(draft.working), "codes": codes, "done": list(draft.working.done)}
        return private({"rev": draft.rev, "conservados": kept, **now})

    @router.post("/borrador/{name}/descartar")
    def discard(name: str, request: Request) -> Response:
        account, actor = _who(request)
        work.discard(shelf.draft(account, name), actor)
        return private({})

    @router.post("/borrador/{name}/recuperar")
    def recover(name: str, request: Request) -> Response:
        draft = shelf.recover(_who(request)[0], name)
        return private({"rev": draft.rev})

    @router.post("/borrador/{name}/exportar")
    def export_draft(name: str, body: ExportBody, request: Request) -> Response:
        account, actor = _who(request)
        return _file(work.export_draft(shelf.draft(account, name), body.form, actor))

    @router.post("/borrador/{name}/firmar")
    def sign(name: str, body: SignBody, request: Request) -> Response:
        account, actor = _who(request)
        if not body.read:
            raise NoteError("Marque que leyó la nota antes de firmarla.")
        proof.check(request)
        mine = identity_of(request)
        who = signer(body.name, body.cedula, mine.full_name, mine.cedula)
        draft = shelf.draft(account, name)
        if draft.rev != body.rev:
            raise NoteError("La nota cambió mientras firmaba; revise lo último y firme de nuevo.")
        return private({"id": work.sign(draft, who, actor)})

    @router.post("/archivo")
    async def open_file(request: Request) -> Response:
        if int(request.headers.get("content-length", "0") or 0) > MAX_BYTES:
            raise InputError(f"El archivo es demasiado grande (máximo {MAX_BYTES // 1_000_000} MB).")
        text = await anyio.to_thread.run_sync(read_document, await request.body())
        return private({"texto": text})

    @router.get("/firma")
    def about_signing(request: Request) -> Response:
        mine = identity_of(request)
        now = moment(zone)
        known = {"nombre": full_name(mine.full_name), "cedula": mine.cedula, "comprobar": proof.needed(request)}
        return private(known | {"ahora": f"{now:%d/%m/%Y %H:%M}"})

    # --- signed notes ---------------------------------------------------------------------------------------

    @router.get("/lista")
    def listed(request: Request, q: Annotated[str, Query(max_length=200)] = "") -> Response:
        cards = shelf.cards(_who(request)[0], q)
        return private({"notas": [_card(one, ZoneInfo(zone)) for one in cards]})

    @router.get("/firmada/{name}")
    def signed(name: str, request: Request) -> Response:
        note = shelf.signed(_who(request)[0], name)
        return private({"id": name, "html": signed_html(note)})

    @router.post("/firmada/{name}/exportar")
    def export_signed(name: str, body: ExportBody, request: Request) -> Response:
        account, actor = _who(request)
        return _file(work.export_signed(shelf.signed(account, name), body.form, actor))

    @router.post("/firmada/{name}/adenda")
    def add(name: str, body: AddendumBody, request: Request) -> Response:
        account, actor = _who(request)
        proof.check(request)
        mine = identity_of(request)
        who = signer(body.name, body.cedula, mine.full_name, mine.cedula)
        number = work.add(shelf.signed(account, name), account, body.text, who, actor)
        return private({"numero": number})

    return router


def _card(one: Card, zone: ZoneInfo) -> dict[str, Any]:
    when = datetime.datetime.fromtimestamp(one.at, zone)
    return {
        "id": one.id,
        "clase": one.kind,
        "cuando": f"{when:%d/%m/%Y %H:%M}",
        "titulo": one.title,
        "tipo": type_label(one.note_type) if one.note_type else "Texto sin estructurar",
        "extracto": one.excerpt,
        "adendas": one.addenda,
    }


