"""Signing in, out and being locked: what must not let anyone in."""

from __future__ import annotations

import httpx
import pytest

from guardrails.audit import Role

from .conftest import PHRASE, sign_in


@pytest.fixture
def nobody(server: str) -> httpx.Client:
    return httpx.Client(base_url=server, trust_env=False, timeout=30)


def test_a_session_is_out_of_reach_of_scripts_and_of_other_sites(server: str, nobody: httpx.Client) -> None:
    answer = nobody.post("/entrar", data={"usuario": "medica", "contrasena": PHRASE})
    cookies = {one.split("=")[0]: one.lower() for one in answer.headers.get_list("set-cookie")}
    assert set(cookies) == {"copiloto_sesion", "copiloto_csrf"}
    assert "httponly" in cookies["copiloto_sesion"]
    assert all("samesite=lax" in one and "path=/" in one for one in cookies.values())
    assert answer.headers["location"] == "/medico/"


def test_behind_tls_the_cookies_are_secure_and_bound_to_the_host(nobody: httpx.Client) -> None:
    answer = nobody.post(
        "/entrar", data={"usuario": "medica", "contrasena": PHRASE}, headers={"X-Forwarded-Proto": "https"}
    )
    for one in answer.headers.get_list("set-cookie"):
        assert one.startswith("__Host-copiloto_")
        assert "secure" in one.lower()


@pytest.mark.parametrize(
    ("name", "phrase"),
    [("medica", "otra frase cualquiera"), ("nadie.nunca", PHRASE), ("", ""), ("medica", ""),
     ("' OR 1=1 --", "frase-inventada")],
)
def test_wrong_pairs_get_one_and_the_same_answer(nobody: httpx.Client, name: str, phrase: str) -> None:
    answer = nobody.post("/entrar", data={"usuario": name, "contrasena": phrase})
    assert answer.status_code == 401
    assert "El usuario o la contraseña no son correctos." in answer.text
    assert "set-cookie" not in answer.headers
    assert phrase not in answer.text or not phrase


def test_what_is_typed_into_the_name_comes_back_escaped(nobody: httpx.Client) -> None:
    answer = nobody.post("/entrar", data={"usuario": '"><script>alert(1)</script>', "contrasena": "x"})
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/",
        "//example.org/",
        "/\\example.org",
        "javascript:alert(1)",
        "/comision/",
        "/nada",
        "/salir\r\nX: 1",
    ],
)
def test_after_the_sign_in_nobody_is_sent_elsewhere(nobody: httpx.Client, target: str) -> None:
    answer = nobody.post("/entrar", data={"usuario": "medica", "contrasena": PHRASE, "siguiente": target})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/medico/"


def test_a_changing_request_needs_the_token_of_its_own_session(server: str) -> None:
    mine, other = sign_in(server, "medica"), sign_in(server, "otra.medica")
    body = {"text": "Tos de 3 días."}
    for given in ("", "x", other.headers["X-CSRF-Token"]):
        for path in ("/api/v1/structure", "/salir", "/sesion", "/medico/gradio_api/queue/join"):
            answer = mine.post(path, json=body, headers={"X-CSRF-Token": given})
            assert answer.status_code == 403, path
    assert mine.get("/sesion").status_code == 200, "and nothing was changed"
    assert mine.post("/salir", data={"csrf": mine.headers.pop("X-CSRF-Token")}).status_code == 303


def test_requests_that_another_site_makes_are_refused(server: str) -> None:
    mine = sign_in(server, "medica")
    for header in ({"Origin": "http://example.org"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert mine.post("/sesion", headers=header).status_code == 403
        assert mine.post("/entrar", data={"usuario": "medica"}, headers=header).status_code == 403


def test_signed_out_is_out_even_with_the_old_cookie(server: str) -> None:
    mine = sign_in(server, "medica")
    kept = dict(mine.cookies)
    assert mine.post("/salir").status_code == 303
    again = httpx.Client(base_url=server, cookies=kept, trust_env=False)
    assert again.get("/sesion").status_code == 401
    assert again.get("/medico/config").status_code == 401


def test_locked_answers_nothing_but_the_password(server: str) -> None:
    mine = sign_in(server, "medica")
    assert mine.post("/sesion/bloquear").status_code == 200
    for path in ("/sesion", "/medico/", "/medico/config", "/api/v1/openapi.json"):
        answer = mine.get(path)
        assert answer.status_code == 401
        assert answer.headers["x-sesion"] == "bloqueada"
    assert mine.post("/sesion").status_code == 401, "activity does not unlock"
    page = mine.get("/entrar")
    assert "Sesión bloqueada" in page.text
    wrong = mine.post("/entrar", data={"usuario": "medica", "contrasena": "no"}, headers={"accept": "application/json"})
    assert wrong.status_code == 401
    right = mine.post(
        "/entrar", data={"usuario": "medica", "contrasena": PHRASE}, headers={"accept": "application/json"}
    )
    assert right.json() == {"estado": "abierta"}
    assert mine.get("/sesion").status_code == 200


def test_a_one_time_password_opens_nothing_but_the_change(server: str) -> None:
    chief = sign_in(server, "administra")
    made = chief.post("/usuarios", data={"accion": "alta", "usuario": "recien", "funcion": "medico"})
    once = made.text.split("<code>")[1].split("</code>")[0]
    assert once not in chief.get("/usuarios").text, "shown once"
    new = sign_in(server, "recien", once)
    assert new.get("/medico/config").status_code == 403
    assert new.get("/medico/", headers={"accept": "text/html"}).headers["location"] == "/clave"
    assert new.post("/api/v1/structure", json={"text": "Tos."}).status_code == 403
    for first, second, why in (
        ("corta", "corta", "12 caracteres"),
        (once, once, "distinta"),
        ("a" * 20, "b" * 20, "iguales"),
    ):
        answer = new.post("/clave", data={"nueva": first, "otra": second})
        assert answer.status_code == 400
        assert why in answer.text
    assert new.post("/clave", data={"nueva": PHRASE, "otra": PHRASE}).headers["location"] == "/medico/"
    assert new.get("/medico/config").status_code == 200


def test_a_voluntary_change_asks_for_the_present_password(server: str) -> None:
    mine = sign_in(server, "otra.medica")
    answer = mine.post(
        "/clave", data={"actual": "no es", "nueva": "frase nueva y larga", "otra": "frase nueva y larga"}
    )
    assert answer.status_code == 400
    assert "actual no es correcta" in answer.text


def test_closing_an_account_ends_its_sessions_at_once(server: str) -> None:
    chief = sign_in(server, "administra")
    made = chief.post("/usuarios", data={"accion": "alta", "usuario": "saliente", "funcion": "comision"})
    gone = sign_in(server, "saliente", made.text.split("<code>")[1].split("</code>")[0])
    assert chief.post("/usuarios", data={"accion": "baja", "usuario": "saliente"}).status_code == 200
    assert gone.get("/sesion").status_code == 401
    refused = chief.post("/usuarios", data={"accion": "baja", "usuario": "administra"})
    assert refused.status_code == 400
    assert "única cuenta de administrador" in refused.text


def test_guessing_is_slowed_down(nobody: httpx.Client) -> None:
    """Four mistakes are free; then each costs twice the wait of the one before."""
    statuses = []
    for i in range(12):  # on a busy machine the first short waits may be over before the next try
        answer = nobody.post("/entrar", data={"usuario": "adivinada", "contrasena": f"intento {i}"})
        statuses.append(answer.status_code)
        if answer.status_code == 429:
            break
    assert statuses[:4] == [401] * 4
    assert statuses[-1] == 429
    assert int(answer.headers["retry-after"]) > 0


def test_tokens_open_the_api_and_nothing_else(server: str, data_dir: object) -> None:
    from pathlib import Path

    from copilot.auditing import open_log
    from copilot.settings import Settings
    from copilot.users import open_site

    settings = Settings(data_dir=Path(str(data_dir)))
    with open_log(settings) as log:
        site = open_site(settings, lambda: log)
        physician = site.tokens.make("medica", "prueba")
        chief = site.tokens.make("administra", "prometheus")
        site.accounts.store.close()
    client = httpx.Client(
        base_url=server, trust_env=False, headers={"Authorization": f"Bearer {physician}"}, timeout=60
    )
    assert client.get("/api/v1/openapi.json").status_code == 200
    assert client.post("/api/v1/structure", json={"text": ""}).status_code == 400
    for path in ("/medico/", "/medico/config", "/sesion", "/clave", "/usuarios"):
        assert client.get(path).status_code == 401
    assert client.get("/metrics").status_code == 403
    metrics = httpx.get(f"{server}/metrics", headers={"Authorization": f"Bearer {chief}"}, trust_env=False)
    assert metrics.status_code == 200
    assert "copiloto_solicitudes_total" in metrics.text
    for word in ("medica", "administra", "saliente", "adivinada"):
        assert word not in metrics.text
    for bad in ("Bearer", "Bearer copiloto_falsa", "Basic bWVkaWNhOng=", f"bearer {physician[:-1]}"):
        answer = httpx.get(f"{server}/api/v1/openapi.json", headers={"Authorization": bad}, trust_env=False)
        assert answer.status_code == 401


def test_every_door_is_in_the_log(server: str, data_dir: object) -> None:
    from pathlib import Path

    from copilot.auditing import open_log
    from copilot.settings import Settings
    from guardrails.audit import Filters, Reader

    with open_log(Settings(data_dir=Path(str(data_dir)))) as log:
        reader = Reader("prueba", role=Role.SYSTEM)
        before = log.stats(Filters(), reader=reader).by_action
        mine = sign_in(server, "medica")
        mine.post("/salir")
        httpx.post(f"{server}/entrar", data={"usuario": "medica", "contrasena": "no es"}, trust_env=False)
        after = log.stats(Filters(), reader=reader).by_action
    for action in ("login", "logout", "login_failed"):
        assert after[action] == before.get(action, 0) + 1
