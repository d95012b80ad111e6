"""What the server lets in and out, in one ASGI middleware in front of everything.

- A strict Content-Security-Policy. Scripts: our own files and, by a nonce of each answer, the inline ones of Gradio's
  index page (its configuration); no ``eval``, so no Gradio feature that compiles code in the browser (``js=``,
  ``gr.HTML``) may be used. Styles need ``'unsafe-inline'``: Gradio's components set style attributes.
- Gradio's index page is put in Spanish, its tags about gradio.app dropped, our files linked.
- Of Gradio's routes only those that the pages use are open: no uploads, no file or proxy route.
- Requests from another origin or for another host name are refused (no rebinding of DNS to loopback).
"""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MAX_BODY = 10_000_000
"""Bytes of the largest request taken."""

_GRADIO = re.compile(
    r"^/[a-z]+/(?:$|config/?$|theme\.css$|assets/|static/|svelte/|gradio_api/(?:info/?$|theme\.css$|startup-events$"
    r"|heartbeat/|queue/(?:join|data)$|cancel$|reset/?$|app_id/?$))"
)
_HEAD = (
    '<title>Copiloto clínico</title><link rel="icon" href="/recursos/icono.svg" type="image/svg+xml">'
    '<script src="/recursos/idioma.js"></script><script src="/recursos/sesion.js"></script>'
    '<script src="/recursos/comun.js"></script>'
    '<link rel="stylesheet" href="/recursos/medico.css"><link rel="stylesheet" href="/recursos/sesion.css">'
)
_OWN = {
    "/medico": '<link rel="stylesheet" href="/recursos/nota.css"><link rel="stylesheet" href="/recursos/dictado.css">'
    '<script defer src="/recursos/dictado.js"></script>'
    + "".join(
        f'<script defer src="/recursos/{one}.js"></script>'
        for one in ("medico", "nota", "renglones", "firma", "misnotas", "asistente", "ayudas")
    ),
    "/comision": '<link rel="stylesheet" href="/recursos/comision.css">'
    '<script defer src="/recursos/comision.js"></script>',
}
"""What each page adds; the look of the physician's page is that of all."""


def policy(nonce: str) -> str:
    """The Content-Security-Policy of one answer."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "frame-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def spanish_index(html: str, nonce: str, root: str = "/medico") -> str:
    """Gradio's index page in Spanish, without its tags about gradio.app, with our files and the nonce."""
    html = re.sub(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>', "", html)
    html = re.sub(r'<link rel="manifest"[^>]*>', "", html)
    html = html.replace('lang="en"', 'lang="es-MX"', 1)
    html = re.sub(r"<script(?=[\s>])", f'<script nonce="{nonce}"', html)
    return html.replace("<head>", "<head>" + _HEAD + _OWN.get(root, ""), 1)


class Gate:
    """ASGI middleware; ``roots`` are the paths at which Gradio pages are mounted."""

    def __init__(self, app: ASGIApp, roots: tuple[str, ...] = (), any_host: bool = False) -> None:
        self.app = app
        self.roots = roots
        self.any_host = any_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse or pass on."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, _with_headers(send, nonce, scope["path"]))
            return
        page = next((one for one in self.roots if scope["method"] == "GET" and scope["path"] == f"{one}/"), "")
        out = _with_headers(send, nonce, scope["path"])
        await self.app(scope, _bounded(receive), _rewritten(out, nonce, page) if page else out)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> Response | None:
        host = urlsplit("//" + headers.get("host", "")).hostname or ""
        if not self.any_host and host not in LOOPBACK:
            return JSONResponse({"error": "Nombre de equipo no permitido."}, 421)
        origin = headers.get("origin")
        if origin and urlsplit(origin).netloc != headers.get("host"):
            return JSONResponse({"error": "La solicitud viene de otro sitio."}, 403)
        if scope["method"] not in ("GET", "HEAD") and headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return JSONResponse({"error": "La solicitud viene de otro sitio."}, 403)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MAX_BODY:
            return JSONResponse({"error": "La solicitud es demasiado grande."}, 413)
        path = scope["path"]
        inside = any(path.startswith(f"{root}/") for root in self.roots)
        if inside and not _GRADIO.match(path):
            return JSONResponse({"error": "No existe."}, 404)
        return None


def _bounded(receive: Receive) -> Receive:
    """Bodies without a stated length end at ``MAX_BODY``."""
    taken = 0

    async def take() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if taken > MAX_BODY else message

    return take


def _with_headers(send: Send, nonce: str, path: str) -> Send:
    # The microphone for dictation, on the physician's page alone.
    microphone = "(self)" if path == "/medico/" else "()"
    fixed = {
        b"content-security-policy": policy(nonce).encode(),
        b"x-content-type-options": b"nosniff",
        b"x-frame-options": b"DENY",
        b"referrer-policy": b"same-origin",
        b"permissions-policy": f"camera=(), geolocation=(), microphone={microphone}, payment=(), usb=()".encode(),
        b"cross-origin-opener-policy": b"same-origin",
        b"cross-origin-resource-policy": b"same-origin",
    }

    async def put(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(k, v) for k, v in message.get("headers", []) if k.lower() not in fixed and k.lower() != b"server"]
            message["headers"] = [*kept, *fixed.items()]
        await send(message)

    return put


def _rewritten(send: Send, nonce: str, root: str) -> Send:
    """Hold an HTML answer back until it is whole, then send it as :func:`spanish_index` makes it."""
    start: Message = {}
    body = bytearray()

    async def put(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            kinds = [v for k, v in message.get("headers", []) if k.lower() == b"content-type"]
            start = message if kinds and kinds[0].startswith(b"text/html") else {}
            if not start:
                await send(message)
        elif not start:
            await send(message)
        else:
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            page = bytes(body)
            if b"gradio_config" in page:
                page = spanish_index(page.decode("utf-8"), nonce, root).encode("utf-8")
            kept = [(k, v) for k, v in start["headers"] if k.lower() not in (b"content-length", b"content-encoding")]
            start["headers"] = [
                *kept,
                (b"content-length", str(len(page)).encode()),
                (b"cache-control", b"no-store"),
            ]
            await send(start)
            await send({"type": "http.response.body", "body": page})

    return put
