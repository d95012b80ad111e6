"""Every path as every role and as nobody: what is not allowed is refused by the server, not hidden by the page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from copilot.web.auth_rules import EVERYONE, RULES, rule_of
from guardrails.audit import Role

from .conftest import PEOPLE, sign_in

ROLE_OF = {name: roles[0] for name, roles in PEOPLE.items()}
HERE = {"/medico/": Role.PHYSICIAN, "/comision/": Role.COMMISSION}
"""Where Gradio pages are mounted."""
GRADIO = (
    "", "config", "theme.css", "gradio_api/info", "gradio_api/startup-events", "gradio_api/queue/data?session_hash=a1",
    "gradio_api/app_id", "gradio_api/login_check", "gradio_api/user", "gradio_api/token", "gradio_api/openapi.json",
    "gradio_api/heartbeat/a2", "gradio_api/call/structure/e1", "gradio_api/file=/etc/passwd", "gradio_api/upload",
    "gradio_api/runs", "monitoring", "manifest.json", "robots.txt", "login", "logout",
)  # fmt: skip
POSTS = ("gradio_api/queue/join", "gradio_api/run/structure", "gradio_api/api/structure", "gradio_api/call/structure",
         "gradio_api/cancel", "gradio_api/reset", "gradio_api/upload", "gradio_api/vibe-edit", "login")  # fmt: skip


@pytest.fixture(scope="module")
def clients(server: str) -> Iterator[dict[str, httpx.Client]]:
    made = {name: sign_in(server, name) for name in PEOPLE}
    made[""] = httpx.Client(base_url=server, trust_env=False, timeout=30)
    yield made
    for one in made.values():
        one.close()


def routes_of(app: object) -> Iterator[tuple[str, set[str]]]:
    """Every route of the application with its methods, those of mounted applications included."""
    for route in app.routes:  # type: ignore[attr-defined]
        nested = getattr(route, "original_router", None)  # a router that was included
        if nested is not None:
            prefix = getattr(route.include_context, "prefix", "")
            yield from ((prefix + path, methods) for path, methods in routes_of(nested))
            continue
        methods = set(getattr(route, "methods", None) or {"GET"})
        inner = getattr(route, "app", None)
        if hasattr(inner, "routes") and not getattr(route, "methods", None):
            for path, found in routes_of(inner):
                yield f"{route.path}{path}", found
        elif getattr(route, "path", None) is not None:
            yield route.path, methods


def allowed(name: str, path: str) -> bool:
    rule = rule_of(path.partition("?")[0])
    if rule is None:
        return False
    return rule.roles is None or (name != "" and ROLE_OF[name] in rule.roles)


@pytest.fixture(scope="module")
def every_route(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, set[str]]]:
    """All routes of the program, as it is built (parameters filled in with a harmless value)."""
    import copilot.web.work as work
    from copilot.facade import Copilot
    from copilot.settings import Settings
    from copilot.web import build_app

    patch = pytest.MonkeyPatch()
    patch.setattr(work.Readiness, "_load", lambda *_: None)  # the routes alone: no model is needed
    pilot = Copilot(Settings(data_dir=tmp_path_factory.mktemp("rutas"), use_llm=False))
    app = build_app(pilot)
    patch.undo()
    found = [(re.sub(r"\{[^}]*\}", "x", path), methods) for path, methods in routes_of(app)]
    assert len(found) > 80, "FastAPI's and Gradio's own routes"
    return found


@pytest.mark.parametrize("name", ["", *PEOPLE])
def test_every_route_refuses_who_has_no_business_there(
    clients: dict[str, httpx.Client], every_route: list[tuple[str, set[str]]], name: str
) -> None:
    client = clients[name]
    wrong = []
    for path, methods in every_route:
        if allowed(name, path):
            continue
        for method in sorted(methods - {"HEAD", "OPTIONS"}):
            answer = client.request(method, path, headers={"accept": "application/json"})
            if answer.status_code not in (401, 403, 404):
                wrong.append((method, path, answer.status_code))
            assert "gradio_config" not in answer.text
    assert wrong == []


@pytest.mark.parametrize("name", ["", *PEOPLE])
@pytest.mark.parametrize("root", HERE)
def test_gradio_itself_answers_only_its_role(clients: dict[str, httpx.Client], root: str, name: str) -> None:
    """Pages, configuration, events and everything Gradio brings along, used or not."""
    client = clients[name]
    if name and ROLE_OF[name] is HERE[root]:
        assert client.get(root).status_code == 200
        assert client.get(f"{root}config").status_code == 200
        return
    for path in GRADIO:
        answer = client.get(root + path, headers={"accept": "application/json"})
        assert answer.status_code in (401, 403, 404), path
    for path in POSTS:
        body = {"data": ["texto", ""], "fn_index": 0, "session_hash": "a3"}
        answer = client.post(root + path, json=body)
        assert answer.status_code in (401, 403, 404), path


@pytest.mark.parametrize(("path", "body"), [
    ("/api/v1/structure", {"text": "Tos."}), ("/api/v1/ask", {"question": "¿?"}), ("/api/v1/export", {"text": "Tos."}),
    ("/api/v1/verify", {"source": "Tos.", "statement": "Tos."}), ("/api/v1/dictate", {}),
])  # fmt: skip
@pytest.mark.parametrize("name", ["", "comisionada", "administra"])
def test_the_api_is_shut_to_who_does_not_treat_patients(
    clients: dict[str, httpx.Client], path: str, body: dict[str, str], name: str
) -> None:
    answer = clients[name].post(path, json=body)
    assert answer.status_code == (403 if name else 401)
    assert set(answer.json()) == {"error"}


def test_pages_send_strangers_to_the_sign_in(clients: dict[str, httpx.Client]) -> None:
    for path in ("/", "/medico/", "/comision/", "/usuarios", "/inicio", "/clave", "/nada-de-esto"):
        answer = clients[""].get(path, headers={"accept": "text/html"})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/entrar")


def test_what_no_rule_names_is_refused() -> None:
    assert rule_of("/nueva") is None
    assert rule_of("/medicos") is None
    assert rule_of("/api/v1/borrar") is None
    assert all(rule.roles is None or rule.roles <= EVERYONE for rule in RULES)
    open_to_all = {rule.path for rule in RULES if rule.roles is None}
    assert open_to_all == {
        "/healthz", "/readyz", "/recursos/", "/entrar", "/entrar/institucional", "/entrar/regreso", "/entrar/listo",
    }  # fmt: skip


def test_nobody_listens_to_another_persons_events(server: str, clients: dict[str, httpx.Client]) -> None:
    """Gradio's session name belongs to the first person who used it."""
    mine = clients["medica"]
    with mine.stream("GET", "/medico/gradio_api/heartbeat/s3cr3t") as answer:
        assert answer.status_code == 200
        other = sign_in(server, "otra.medica")
        for path in ("queue/data?session_hash=s3cr3t", "heartbeat/s3cr3t"):
            assert other.get(f"/medico/gradio_api/{path}").status_code == 403
        body = {"data": [], "fn_index": 0, "session_hash": "s3cr3t", "event_id": "e"}
        assert other.post("/medico/gradio_api/queue/join", json=body).status_code == 403
        assert other.post("/medico/gradio_api/cancel", json=body).status_code == 403
        other.close()
