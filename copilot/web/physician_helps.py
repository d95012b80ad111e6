"""Routes of what helps beside the note: the norm's checklist while the text grows, abbreviations, guidelines."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from copilot.assistant.guidance import Suggestion
from copilot.domain import NoteType
from copilot.errors import InputError
from copilot.labels import type_label
from copilot.notes.helps import Helps, shorts, written_out
from copilot.notes.work import NoteWork
from copilot.web.auth import actor_of, identity_of
from copilot.web.checklist import live_html
from copilot.web.physician_chat import citation_row
from copilot.web.private import private
from guardrails.audit import Role

_Word = Annotated[str, Field(max_length=200)]


class LivingBody(BaseModel):
    """The text as it stands, and the name of the type chosen for it (none of ours: to be recognised)."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(max_length=2_000_000)
    kind: str = Field("", max_length=200)


class ShortBody(BaseModel):
    """Readings by statement and short form; without them the abbreviations are only listed."""

    model_config = ConfigDict(extra="forbid")
    choices: dict[Annotated[str, Field(max_length=10)], dict[_Word, _Word]] | None = None


def helps_router(work: NoteWork) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/notas", include_in_schema=False)
    helps = Helps(work.pilot)

    @router.post("/avance")
    def living(body: LivingBody, request: Request) -> Response:
        chosen = next((kind for kind in NoteType if type_label(kind) == body.kind), None)
        try:
            found = helps.living(body.text, chosen, actor_of(request, Role.PHYSICIAN))
        except InputError:  # said where the note is asked for, not while it is being written
            return private({"html": ""})
        return private({"html": live_html(found.kind, chosen is not None, found.there, found.missing)})

    @router.post("/borrador/{name}/abreviaturas")
    def abbreviations(name: str, body: ShortBody, request: Request) -> Response:
        draft = work.shelf.draft(identity_of(request).account, name)
        statements = draft.working.statements
        if body.choices is None:
            rows = [
                {"corta": one.short, "lecturas": one.readings, "pregunta": one.ambiguous, "sugerida": one.suggestion,
                 "renglones": one.statements}
                for one in shorts(statements)
            ]  # fmt: skip
            return private({"abreviaturas": rows})
        made = written_out(statements, body.choices)
        return private({"rev": draft.rev, "textos": {one.id: one.text for one in made}})

    @router.post("/borrador/{name}/guias")
    def guidelines(name: str, request: Request) -> Response:
        account, actor = identity_of(request).account, actor_of(request, Role.PHYSICIAN)
        return private({"guias": [_suggestion(one) for one in work.guidance(work.shelf.draft(account, name), actor)]})

    return router


def _suggestion(one: Suggestion) -> dict[str, Any]:
    return {
        "tema": one.about,
        "citas": [citation_row(c) for c in one.citations],
        "titulos": [f"{c.key} · {c.title}" for c in one.catalogue],
    }
