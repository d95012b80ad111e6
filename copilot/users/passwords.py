"""Passwords: argon2id hashes (RFC 9106, second recommended option), one-time passwords, what is too weak.

Length and a list of what people here really choose, no rules of composition (NIST SP 800-63B, 3.1.1.2).
"""

from __future__ import annotations

import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from copilot.folding import fold
from copilot.users.errors import AccountError

MIN_LENGTH = 12
MAX_LENGTH = 256
_HASHER = PasswordHasher()  # argon2id, 64 MiB, 3 passes, 4 lanes
_AT_ONCE = threading.Semaphore(2)
"""A hash takes 64 MiB: a storm of sign-ins must not take the memory of the model."""
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_COMMON = (
    "contrasena", "password", "qwerty", "asdfgh", "123456", "654321", "111111", "imss", "hospital", "mexico",
    "doctor", "medico", "administrador", "copiloto", "bienvenido", "clave", "seguro", "clinica", "guadalupe",
)  # fmt: skip


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """The encoded argon2id hash."""
    with _AT_ONCE:
        return _HASHER.hash(_normal(password))


def verify_password(encoded: str, password: str) -> bool:
    """Whether the password is the hashed one; takes as long where there is no account (``encoded`` empty)."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(encoded or _nobody(), _normal(password[: MAX_LENGTH * 4])) and bool(encoded)
        except (VerificationError, InvalidHashError):
            return False


_NOBODY: list[str] = []


def _nobody() -> str:
    if not _NOBODY:
        _NOBODY.append(_HASHER.hash(secrets.token_urlsafe()))
    return _NOBODY[0]


def needs_rehash(encoded: str) -> bool:
    """Whether the parameters have moved on since the hash was made."""
    return _HASHER.check_needs_rehash(encoded)


def one_time_password() -> str:
    """Sixteen letters and digits that can't be mistaken for one another, in groups of four (79 bits)."""
    letters = [secrets.choice(_ALPHABET) for _ in range(16)]
    return "-".join("".join(letters[i : i + 4]) for i in range(0, 16, 4))


def check_policy(password: str, *about: str) -> None:
    """Raises :class:`AccountError` in words where the password is too weak; ``about``: names it must not hold."""
    text = _normal(password)
    if len(text) < MIN_LENGTH:
        raise AccountError(f"La contraseña debe tener al menos {MIN_LENGTH} caracteres; sirve una frase de 4 palabras.")
    if len(text) > MAX_LENGTH:
        raise AccountError(f"La contraseña puede tener hasta {MAX_LENGTH} caracteres.")
    plain = fold(text).replace(" ", "")
    for name in about:
        for part in [fold(name), *fold(name).split()]:
            if len(part) >= 3 and part in plain:
                raise AccountError("La contraseña no debe contener su nombre ni su usuario.")
    rest = plain
    for word in _COMMON:
        rest = rest.replace(word, "")
    if len(set(rest)) < 5 or len(rest) < 8:
        raise AccountError("La contraseña es demasiado común o repetitiva; use una frase propia.")
