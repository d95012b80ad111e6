"""Signing in through an identity provider: a small one of our own on loopback, with real keys and signatures.

Mostly what must not let anyone in: forged, stale, foreign or replayed answers.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.testclient import TestClient

from copilot.auditing import open_log
from copilot.errors import UsageError
from copilot.settings import Settings
from copilot.users import open_site
from copilot.users.oidc import open_provider
from copilot.users.site import Site
from copilot.web.auth import AuthGate, identity_of
from copilot.web.login import login_router
from copilot.web.oidc import oidc_router
from guardrails.audit import AuditLog, Role

CLIENT, SECRET = "copiloto", "un-secreto"
KEY = RSAKey.generate_key(2048, {"kid": "una", "use": "sig", "alg": "RS256"})
OTHER = RSAKey.generate_key(2048, {"kid": "una", "use": "sig", "alg": "RS256"})


class Idp:
    """What the provider will say next; a test changes what it wants to be wrong."""

    def __init__(self) -> None:
        self.asked: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {"preferred_username": "Dra.Ruiz"}
        self.signer: Any = KEY
        self.alg = "RS256"
        self.raw = ""
        self.issuer_said = ""
        self.down = False
        idp = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Quiet."""

            def answer(self, value: object, status: int = 200) -> None:
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                if idp.down:
                    self.answer({}, 503)
                elif path == "/.well-known/openid-configuration":
                    self.answer(
                        {
                            "issuer": idp.issuer_said or idp.issuer,
                            "authorization_endpoint": f"{idp.issuer}/authorize",
                            "token_endpoint": f"{idp.issuer}/token",
                            "jwks_uri": f"{idp.issuer}/jwks",
                        }
                    )
                elif path == "/authorize":  # a person who agrees to everything at once
                    asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                    answer = urlencode(idp.consent(self.path))
                    self.send_response(303)
                    self.send_header("Location", f"{asked['redirect_uri']}?{answer}")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                elif path == "/jwks":
                    self.answer({"keys": [KEY.as_dict(private=False)]})
                else:
                    self.answer({}, 404)

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                asked = idp.asked.pop(form.get("code", [""])[0], None)
                basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
                challenge = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
                held = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
                proven = self.headers["Authorization"] == f"Basic {basic}"
                if asked is None or not proven or held != asked["code_challenge"]:
                    self.answer({"error": "invalid_grant"}, 400)
                    return
                token = {"access_token": "x", "token_type": "Bearer", "id_token": idp.token(asked["nonce"])}
                self.answer(token)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self, nonce: str) -> str:
        """The identity token."""
        if self.raw:
            return self.raw
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "1", "exp": now + 300, "iat": now, "nonce": nonce}
        claims["auth_time"] = now
        claims |= self.claims
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": self.alg, "kid": "una"}, kept, self.signer, algorithms=[self.alg])

    def consent(self, address: str) -> dict[str, str]:
        """What the person's visit to the provider brings back: state and code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["code_challenge_method"] == "S256" and asked["response_type"] == "code"
        code = hashlib.sha256(asked["state"].encode()).hexdigest()
        self.asked[code] = asked
        return {"state": asked["state"], "code": code}


@pytest.fixture(scope="module")
def provider() -> Iterator[Idp]:
    one = Idp()
    yield one
    one.server.shutdown()


@pytest.fixture
def idp(provider: Idp) -> Idp:
    """The provider, honest again."""
    provider.claims = {"preferred_username": "Dra.Ruiz"}
    provider.signer, provider.alg, provider.raw, provider.issuer_said, provider.down = KEY, "RS256", "", "", False
    return provider


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("oidc")


@pytest.fixture(scope="module")
def log(folder: Path) -> Iterator[AuditLog]:
    with open_log(Settings(data_dir=folder)) as log:
        yield log


def settings(idp: Idp, folder: Path) -> Settings:
    return Settings(data_dir=folder, oidc_issuer=idp.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET)


@pytest.fixture(scope="module")
def site(provider: Idp, log: AuditLog, folder: Path) -> Iterator[Site]:
    """One physician is known here and one was dismissed."""
    site = open_site(settings(provider, folder), lambda: log)
    site.accounts.add("jefa", [Role.ADMIN])
    site.accounts.add("dra.ruiz", [Role.PHYSICIAN])
    site.accounts.add("dr.lara", [Role.PHYSICIAN])
    site.accounts.set_active("dr.lara", False, by=None)
    yield site
    site.accounts.store.close()


@pytest.fixture
def web(idp: Idp, site: Site, folder: Path) -> Iterator[TestClient]:
    """The sign-in alone, behind the real gate, and a new browser."""
    app = FastAPI()
    app.add_middleware(AuthGate, site=site)
    app.include_router(login_router(site, None, "Entrar con la cuenta institucional"))
    app.include_router(oidc_router(site, open_provider(settings(idp, folder))))

    @app.get("/medico/")
    def who(request: Request) -> dict[str, object]:
        found = identity_of(request)
        return {"name": found.name, "roles": sorted(found.roles)}

    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client


def go(web: TestClient) -> httpx.Response:
    """Out to the provider; its answer is where the browser was sent."""
    answer = web.get("/entrar/institucional", params={"siguiente": "/medico/"})
    assert answer.status_code == 303, answer.text
    return answer


def inside(web: TestClient) -> bool:
    return web.get("/medico/").status_code == 200


def test_who_is_known_here_enters_with_the_roles_of_here(web: TestClient, idp: Idp) -> None:
    idp.claims["roles"] = ["administrador"]  # what the provider thinks of roles does not count
    assert "Entrar con la cuenta institucional" in web.get("/entrar").text
    back = web.get("/entrar/regreso", params=idp.consent(go(web).headers["location"]))
    assert back.status_code == 303 and back.headers["location"] == "/medico/"
    assert web.get("/medico/").json() == {"name": "dra.ruiz", "roles": ["medico"]}


def wrong_nonce(idp: Idp) -> None:
    idp.claims["nonce"] = "otro"


def no_nonce(idp: Idp) -> None:
    idp.claims["nonce"] = None


def other_audience(idp: Idp) -> None:
    idp.claims["aud"] = "otro-programa"


def many_audiences(idp: Idp) -> None:
    idp.claims["aud"] = [CLIENT, "otro-programa"]


def other_issuer(idp: Idp) -> None:
    idp.claims["iss"] = "https://otro.example"


def expired(idp: Idp) -> None:
    idp.claims["exp"] = int(time.time()) - 3600


def no_expiry(idp: Idp) -> None:
    idp.claims["exp"] = None


def other_key(idp: Idp) -> None:
    idp.signer = OTHER


def shared_secret(idp: Idp) -> None:
    """The client's secret as the key of a symmetric signature."""
    idp.signer, idp.alg = OctKey.import_key(SECRET.ljust(32, "x")), "HS256"


def part(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def forged(idp: Idp, head: dict[str, str]) -> str:
    now = int(time.time())
    said = {"iss": idp.issuer, "aud": CLIENT, "sub": "1", "exp": now + 300, "iat": now, "nonce": "?"}
    return f"{part(head)}.{part(said | {'preferred_username': 'dra.ruiz'})}"


def public_key_as_secret(idp: Idp) -> None:
    """The old confusion: HS256 with the published key."""
    body = forged(idp, {"alg": "HS256", "kid": "una"})
    idp.raw = f"{body}.{part(hmac.digest(KEY.as_pem(private=False), body.encode(), 'sha256'))}"


def unsigned(idp: Idp) -> None:
    idp.raw = forged(idp, {"alg": "none"}) + "."


def garbage(idp: Idp) -> None:
    idp.raw = "no.soy.token"


def stranger(idp: Idp) -> None:
    idp.claims["preferred_username"] = "alguien"


def dismissed(idp: Idp) -> None:
    idp.claims["preferred_username"] = "dr.lara"


def nameless(idp: Idp) -> None:
    idp.claims["preferred_username"] = None


def name_as_list(idp: Idp) -> None:
    idp.claims["preferred_username"] = ["dra.ruiz"]


@pytest.mark.parametrize("harm", [
    wrong_nonce, no_nonce, other_audience, many_audiences, other_issuer, expired, no_expiry, other_key, shared_secret,
    public_key_as_secret, unsigned, garbage, stranger, dismissed, nameless, name_as_list,
])  # fmt: skip
def test_what_does_not_hold_lets_nobody_in(web: TestClient, idp: Idp, log: AuditLog, harm: Any) -> None:
    size = log.size
    harm(idp)
    back = web.get("/entrar/regreso", params=idp.consent(go(web).headers["location"]))
    assert back.status_code == 403
    assert 'role="alert"' in back.text
    assert not inside(web)
    assert log.size == size + 1, "the attempt is in the log"


def test_an_answer_holds_once_and_for_the_browser_that_asked(web: TestClient, idp: Idp) -> None:
    answer = idp.consent(go(web).headers["location"])
    stolen = dict(answer)
    mine = web.cookies.get("copiloto_ida")
    web.cookies.clear()
    assert web.get("/entrar/regreso", params=stolen).status_code == 403, "another browser"
    web.cookies.set("copiloto_ida", mine or "")
    assert web.get("/entrar/regreso", params=answer).status_code == 403, "used up by the attempt"
    assert not inside(web)
    again = idp.consent(go(web).headers["location"])
    assert web.get("/entrar/regreso", params=again).status_code == 303
    assert web.get("/entrar/regreso", params=again).status_code == 403


@pytest.mark.parametrize("given", [
    {}, {"state": "x", "code": "y"}, {"error": "access_denied", "state": "x"}, {"state": "", "code": ""},
])  # fmt: skip
def test_made_up_answers_are_refused(web: TestClient, given: dict[str, str]) -> None:
    assert web.get("/entrar/regreso", params=given).status_code == 403
    assert not inside(web)


def test_another_providers_answer_is_refused(web: TestClient, idp: Idp) -> None:
    answer = idp.consent(go(web).headers["location"]) | {"iss": "https://otro.example"}
    assert web.get("/entrar/regreso", params=answer).status_code == 403


def test_a_wish_for_another_site_is_not_followed(web: TestClient, idp: Idp) -> None:
    for wish in ("https://otro.example/", "//otro.example", "/usuarios"):
        address = web.get("/entrar/institucional", params={"siguiente": wish}).headers["location"]
        back = web.get("/entrar/regreso", params=idp.consent(address))
        assert back.headers["location"] == "/medico/"


def test_a_provider_that_is_down_or_lies_about_itself_is_told_in_spanish(web: TestClient, idp: Idp) -> None:
    idp.down = True
    assert "no responde" in web.get("/entrar/institucional").text
    idp.down, idp.issuer_said = False, "https://otro.example"
    assert web.get("/entrar/institucional").status_code == 503


def test_the_one_time_password_is_void_after_entering_through_the_institution(
    web: TestClient, idp: Idp, site: Site
) -> None:
    once = site.accounts.reset_password("dra.ruiz", by=None).password
    web.get("/entrar/regreso", params=idp.consent(go(web).headers["location"]))
    assert inside(web), "nothing to change: the password is the institution's"
    form = {"usuario": "dra.ruiz", "contrasena": once}
    assert web.post("/entrar", data=form).status_code == 401


def again(web: TestClient) -> httpx.Response:
    """The small window: who is signed in is asked for their proof anew."""
    answer = web.get("/entrar/institucional", params={"de_nuevo": "1"})
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["prompt"] == ["login"] and asked["max_age"] == ["0"]
    return answer


def test_a_locked_session_goes_on_after_the_provider_asked_anew(web: TestClient, idp: Idp, site: Site) -> None:
    web.get("/entrar/regreso", params=idp.consent(go(web).headers["location"]))
    site.sessions.lock(web.cookies["copiloto_sesion"])
    assert not inside(web)
    back = web.get("/entrar/regreso", params=idp.consent(again(web).headers["location"]))
    assert back.headers["location"] == "/entrar/listo"
    assert inside(web)
    assert web.get("/sesion").json()["institucional"] is True


@pytest.mark.parametrize("said", [None, 0, "hoy", True, -3600], ids=str)
def test_an_old_proof_at_the_provider_does_not_unlock(web: TestClient, idp: Idp, site: Site, said: object) -> None:
    """A provider that keeps its own session and does not ask again is not believed."""
    web.get("/entrar/regreso", params=idp.consent(go(web).headers["location"]))
    site.sessions.lock(web.cookies["copiloto_sesion"])
    idp.claims["auth_time"] = int(time.time()) + said if said == -3600 and isinstance(said, int) else said
    assert web.get("/entrar/regreso", params=idp.consent(again(web).headers["location"])).status_code == 403
    assert not inside(web)


def test_somebody_else_does_not_unlock(web: TestClient, idp: Idp, site: Site) -> None:
    if not any(one.name == "dr.sosa" for one in site.accounts.all()):
        site.accounts.add("dr.sosa", [Role.PHYSICIAN])
    web.get("/entrar/regreso", params=idp.consent(go(web).headers["location"]))
    site.sessions.lock(web.cookies["copiloto_sesion"])
    idp.claims["preferred_username"] = "dr.sosa"
    back = web.get("/entrar/regreso", params=idp.consent(again(web).headers["location"]))
    assert back.status_code == 403 and "no es la cuenta de esta sesión" in back.text
    assert not inside(web)


@pytest.mark.parametrize("address", ["http://idp.imss.example", "ftp://127.0.0.1", "idp.imss.example"])
def test_settings_that_would_send_identities_in_the_clear_are_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="https"):
        open_provider(Settings(data_dir=tmp_path, oidc_issuer=address, oidc_client_id=CLIENT))


def test_without_settings_there_is_no_such_door(tmp_path: Path) -> None:
    assert open_provider(Settings(data_dir=tmp_path)) is None
