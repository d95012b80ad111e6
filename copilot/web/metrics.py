"""Prometheus metrics: counts and times of routes. No name, no text, no label taken from a request's content."""

from __future__ import annotations

import time

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from copilot.web.auth_rules import RULES
from copilot.web.work import Readiness

_KNOWN = tuple(sorted((rule.path for rule in RULES), key=len, reverse=True))


def route_label(path: str) -> str:
    """One of the paths of the rules; anything else is «otra» (a label must not be chosen by who asks)."""
    for known in _KNOWN:
        if path == known or (known.endswith("/") and known != "/" and path.startswith(known)):
            return known
    return "otra"


class Metrics:
    """The registry of one application."""

    def __init__(self, ready: Readiness) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.requests = Counter(
            "copiloto_solicitudes", "Solicitudes atendidas", ["ruta", "metodo", "codigo"], registry=self.registry
        )
        self.seconds = Histogram(
            "copiloto_solicitud_segundos",
            "Duración hasta el primer byte",
            ["ruta"],
            buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64),
            registry=self.registry,
        )
        self.open = Gauge("copiloto_solicitudes_en_curso", "Solicitudes abiertas", registry=self.registry)
        self.sign_ins = Counter(
            "copiloto_accesos", "Intentos de acceso por resultado", ["resultado"], registry=self.registry
        )
        state = Gauge("copiloto_lista", "1 cuando los modelos están cargados", registry=self.registry)
        state.set_function(lambda: float(ready.state == "lista"))

    def answer(self) -> Response:
        """The text that Prometheus reads."""
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)


class Metered:
    """ASGI middleware that counts."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count, time, pass on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, method = scope["path"], scope["method"]
        label = route_label(path)
        method = method if method in ("GET", "POST", "HEAD") else "otro"
        started = time.perf_counter()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                status = int(message["status"])
                self.metrics.requests.labels(label, method, str(status)).inc()
                self.metrics.seconds.labels(label).observe(time.perf_counter() - started)
                if label == "/entrar" and method == "POST":
                    outcome = {200: "logrado", 303: "logrado", 401: "fallido", 429: "frenado"}.get(status, "otro")
                    self.metrics.sign_ins.labels(outcome).inc()
            await send(message)

        self.metrics.open.inc()
        try:
            await self.app(scope, receive, counted)
        finally:
            self.metrics.open.dec()
