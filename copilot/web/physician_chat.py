"""Routes of the chat: one turn as a stream of JSON lines, a change accepted or dropped, an answer rated, a passage."""

from __future__ import annotations

import json
import logging
import queue
import threading
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from copilot.assistant import Answer
from copilot.assistant.conversation import TurnResult
from copilot.assistant.types import AnswerEvent, Citation
from copilot.errors import CopilotError
from copilot.labels import section_label
from copilot.notes.errors import NoteConflict, NoteMissing
from copilot.notes.talk import UNDO, PageTalk, Talks
from copilot.web.auth import actor_of, identity_of
from copilot.web.private import PRIVATE, private
from copilot.web.work import UNEXPECTED
from guardrails.audit import Role

_log = logging.getLogger("copilot.web")


class TurnBody(BaseModel):
    """A message, and the draft it is about ("" for none)."""

    model_config = ConfigDict(extra="forbid")
    message: str = Field(max_length=20_000)
    draft: str = Field("", max_length=32)


class DecideBody(BaseModel):
    """Whether the proposed change is made, and the revision of the draft that it was proposed for."""

    model_config = ConfigDict(extra="forbid")
    draft: str = Field(max_length=32)
    accept: bool
    rev: int


class RateBody(BaseModel):
    """What the physician thinks of an answer."""

    model_config = ConfigDict(extra="forbid")
    entry: str = Field(max_length=80)
    useful: bool
    comment: str = Field("", max_length=2000)


def citation_row(one: Citation) -> dict[str, Any]:
    """A citation for the page, with the passage it opens."""
    return one.row() | {"passage": one.passage}


def answer_row(answer: Answer) -> dict[str, Any]:
    """The whole answer."""
    return answer.row() | {"citations": [citation_row(one) for one in answer.citations]}


def turn_row(result: TurnResult, talk: PageTalk) -> dict[str, Any]:
    """The end of a turn."""
    changes = [
        {
            "op": one.op,
            "section": section_label(one.section),
            "before": " ".join(one.before.split()),
            "after": " ".join(one.after.split()),
            "to": section_label(one.to) if one.to is not None else "",
        }
        for one in result.changes
    ]
    return {
        "tipo": "fin",
        "clase": str(result.kind),
        "mensaje": result.message,
        "cambios": changes,
        "pendiente": result.pending,
        "rev": talk.rev,
        "deshacer": UNDO in result.options,
        "opciones": [] if UNDO in result.options else list(result.options),
        "citas_nota": [" ".join(text.split()) for text, _ in result.quotes],
        "respuesta": answer_row(result.answer) if result.answer is not None else None,
    }


def chat_router(talks: Talks) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/notas", include_in_schema=False)
    work = talks.work

    @router.post("/charla")
    def turn(body: TurnBody, request: Request) -> Response:
        account, actor = identity_of(request).account, actor_of(request, Role.PHYSICIAN)
        draft = work.shelf.draft(account, body.draft) if body.draft else None
        name = draft.id if draft is not None and draft.proposal is not None else ""
        talk = talks.of(account, name, actor)
        told: queue.Queue[dict[str, Any] | None] = queue.Queue()

        def event(one: AnswerEvent) -> None:
            if one.kind == "citations":
                told.put({"tipo": "citas", "citas": [citation_row(c) for c in one.citations]})
            elif one.kind == "text":
                told.put({"tipo": "texto", "texto": one.text})

        def run() -> None:
            try:
                with talk.lock:
                    talk.actor, talk.tell = actor, event
                    if name and draft is not None:
                        talk.about(work, draft)
                    told.put(turn_row(talk.turn(body.message), talk))
            except CopilotError as error:
                told.put({"tipo": "error", "error": str(error)})
            except Exception as error:  # its message may quote the note
                _log.error("Error inesperado en la charla: %s", type(error).__name__)
                told.put({"tipo": "error", "error": UNEXPECTED})
            finally:
                told.put(None)

        threading.Thread(target=run, daemon=True).start()
        return StreamingResponse(_lines(told), media_type="application/x-ndjson", headers=PRIVATE)

    @router.post("/charla/decidir")
    def decide(body: DecideBody, request: Request) -> Response:
        account, actor = identity_of(request).account, actor_of(request, Role.PHYSICIAN)
        draft = work.shelf.draft(account, body.draft)
        talk = talks.of(account, draft.id, actor)
        with talk.lock:
            talk.actor = actor
            if not body.accept:
                return private({"mensaje": talk.discard().message})
            if talk.rev != body.rev or draft.rev != body.rev:
                talk.pending = None
                raise NoteConflict("La nota cambió después de la propuesta; pida el cambio de nuevo.")
            rows = talk.statements()
            message = talk.accept().message
            talk.note = None  # read anew once the page has saved the change
        return private({"mensaje": message, "statements": rows})

    @router.post("/charla/valorar")
    def rate(body: RateBody, request: Request) -> Response:
        account, actor = identity_of(request).account, actor_of(request, Role.PHYSICIAN)
        talks.rate(account, body.entry, body.useful, body.comment, actor)
        return private({})

    @router.get("/pasaje/{name}")
    def passage(name: str) -> Response:
        found = work.pilot.answerer.retriever.store.get([name[:40]]).get(name[:40])
        if found is None:
            raise NoteMissing
        return JSONResponse(
            {
                "titulo": found.title,
                "lugar": found.locator,
                "texto": found.text,
                "clave": found.key,
                "grado": f"{found.grade} ({found.scale})" if found.grade and found.scale else found.grade,
                "anio": found.year,
                "ficha": found.origin == "ficha",
            }
        )

    return router


def _lines(told: queue.Queue[dict[str, Any] | None]) -> Iterator[str]:
    while (one := told.get()) is not None:
        yield json.dumps(one, ensure_ascii=True) + "\n"
