"""The institution's own identity provider (OpenID Connect): authorisation code with PKCE, through Authlib (BSD-3).

The provider says who someone is; what they may do stays here: only accounts that an administrator made may enter, with
the roles they have here. Nothing is asked of the provider before someone chooses to sign in through it.

Sources: OpenID Connect Core 1.0 §3.1.3.7 (validation of the identity token), RFC 7636 (PKCE), RFC 9700 (best practice:
state and nonce of one use, exact issuer, asymmetric signatures only), RFC 9207 (issuer in the answer).
"""

from __future__ import annotations

import secrets
import ssl
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from copilot.errors import UsageError
from copilot.settings import Settings
from copilot.users.accounts import fold_name
from copilot.users.errors import SignInRefused

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"]
"""Signatures accepted: none that a shared secret (or no key at all) could make."""
WAIT_S = 600
"""Seconds that someone may take at the provider."""
LEEWAY_S = 60
_TIMEOUT_S = 10.0
_KNOWN = 2000
_AWAY = "El servicio de identidad de la institución no responde. Entre con su contraseña o intente más tarde."
_REFUSED = "El servicio de identidad no confirmó quién es usted. Intente de nuevo."


@dataclass(frozen=True)
class Pending:
    """A sign-in that has gone to the provider and not come back."""

    browser: str
    """Secret in the cookie of the browser that began it."""
    nonce: str
    verifier: str
    redirect: str
    then: str
    until: float
    since: int = 0
    """Where the provider must ask for the person's proof anew: the second from which one counts."""


def open_provider(settings: Settings) -> Provider | None:
    """The provider of the settings; None where none is set. Raises :class:`UsageError` for settings that don't fit."""
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client_id:
        raise UsageError("Falta COPILOT_OIDC_CLIENT_ID.")
    _check_address(settings.oidc_issuer, "COPILOT_OIDC_ISSUER")
    return Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        settings.oidc_claim,
    )


def _check_address(address: str, what: str) -> None:
    parts = urlsplit(address)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise UsageError(f"{what} debe empezar con https://.")


class Provider:
    """One identity provider. Its addresses and keys are read on first use and kept for an hour."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, claim: str) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self.client_secret = client_secret
        self.claim = claim
        self._lock = threading.Lock()
        self._pending: OrderedDict[str, Pending] = OrderedDict()
        self._about: tuple[float, dict[str, Any]] = (0.0, {})
        self._keys: tuple[float, KeySet | None] = (0.0, None)

    def begin(self, browser: str, redirect: str, then: str, *, again: bool = False) -> str:
        """Address to which the browser is sent. ``again``: the provider is to ask for the proof anew, whatever session
        it keeps (OpenID Connect Core §3.1.2.1: ``prompt=login``, ``max_age=0``).

        Raises :class:`SignInRefused` where the provider can't be reached.
        """
        about = self._metadata()
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        more = {"prompt": "login", "max_age": "0"} if again else {}
        with self._client(redirect) as client:
            address, state = client.create_authorization_url(
                about["authorization_endpoint"], code_verifier=verifier, nonce=nonce, **more
            )
        until, since = time.monotonic() + WAIT_S, int(time.time()) if again else 0
        with self._lock:
            self._pending[state] = Pending(browser, nonce, verifier, redirect, then, until, since)
            while len(self._pending) > _KNOWN:
                self._pending.popitem(last=False)
        return str(address)

    def finish(self, browser: str, state: str, code: str, issuer: str = "") -> tuple[str, str, bool]:
        """Name of the user, the page they wanted, and whether they proved themselves anew. Each state holds once and
        for the browser that began.

        Raises :class:`SignInRefused` for whatever does not hold; its message names no reason that would help forge.
        """
        with self._lock:
            kept = self._pending.pop(state, None)
        if kept is None or kept.until < time.monotonic() or not browser or not secrets.compare_digest(
            kept.browser.encode(), browser.encode()
        ):
            raise SignInRefused("El intento de entrar caducó o empezó en otro navegador. Intente de nuevo.")
        if not code or (issuer and issuer != self.issuer):
            raise SignInRefused(_REFUSED)
        about = self._metadata()
        try:
            with self._client(kept.redirect) as client:
                token = client.fetch_token(about["token_endpoint"], code=code, code_verifier=kept.verifier)
        except httpx.HTTPError:
            raise SignInRefused(_AWAY) from None
        except (AuthlibBaseError, ValueError, KeyError):
            raise SignInRefused(_REFUSED) from None
        return self._user(token.get("id_token"), kept.nonce, kept.since), kept.then, bool(kept.since)

    def _user(self, token: Any, nonce: str, since: int = 0) -> str:
        """The user named by a valid identity token; where ``since`` is given, of a proof not older than that."""
        if not isinstance(token, str):
            raise SignInRefused(_REFUSED)
        claims = self._claims(token)
        several = isinstance(claims.get("aud"), list) and len(claims["aud"]) > 1
        if several and claims.get("azp") != self.client_id:
            raise SignInRefused(_REFUSED)
        given = claims.get("nonce")
        if not isinstance(given, str) or not secrets.compare_digest(given.encode(), nonce.encode()):
            raise SignInRefused(_REFUSED)
        proved = claims.get("auth_time")
        if since and (not isinstance(proved, int) or isinstance(proved, bool) or proved < since - LEEWAY_S):
            raise SignInRefused("El servicio de identidad no volvió a pedirle su contraseña. Salga y entre de nuevo.")
        name = claims.get(self.claim)
        unproven = self.claim == "email" and claims.get("email_verified") is not True
        if not isinstance(name, str) or not name.strip() or unproven:
            raise SignInRefused("El servicio de identidad no dijo su nombre de usuario. Avise a quien administra.")
        return fold_name(name)

    def _claims(self, token: str) -> dict[str, Any]:
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )
        for fresh in (False, True):  # a key not known may be a new one: ask once more
            try:
                read = jwt.decode(token, self._key_set(fresh=fresh), algorithms=ALGORITHMS)
                registry.validate(read.claims)
                return dict(read.claims)
            except (JoseError, ValueError, KeyError, TypeError):
                continue
        raise SignInRefused(_REFUSED)

    # --- what the provider publishes ------------------------------------------------------------------------

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """The certificate authorities of the system (the institute's own among them); reading them takes long."""
        return ssl.create_default_context()

    def _client(self, redirect: str) -> OAuth2Client:
        method = "client_secret_basic" if self.client_secret else "none"
        return OAuth2Client(
            self.client_id, self.client_secret or None, scope="openid profile email", redirect_uri=redirect,
            code_challenge_method="S256", token_endpoint_auth_method=method, timeout=_TIMEOUT_S, trust_env=False,
            verify=self._trust,
        )  # fmt: skip

    def _read(self, address: str) -> dict[str, Any]:
        try:
            answer = httpx.get(address, timeout=_TIMEOUT_S, trust_env=False, verify=self._trust)
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError):
            raise SignInRefused(_AWAY) from None
        if not isinstance(found, dict):
            raise SignInRefused(_AWAY)
        return found

    def _metadata(self) -> dict[str, Any]:
        until, about = self._about
        if until < time.monotonic():
            about = self._read(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if about.get("issuer") != self.issuer:
                raise SignInRefused(_AWAY)
            try:
                for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                    _check_address(str(about.get(name, "")), name)
            except UsageError:
                raise SignInRefused(_AWAY) from None
            self._about = time.monotonic() + 3600, about
        return about

    def _key_set(self, *, fresh: bool) -> KeySet:
        until, keys = self._keys
        if keys is None or fresh or until < time.monotonic():
            found = self._read(self._metadata()["jwks_uri"])
            public = [one for one in found.get("keys", []) if isinstance(one, dict) and one.get("kty") in ("RSA", "EC")]
            keys = KeySet.import_key_set({"keys": public})
            self._keys = time.monotonic() + 3600, keys
        return keys
