"""Encryption at rest: AES-256-GCM (NIST SP 800-38D) under a key of each account, derived from the site's key by HKDF.

A sealed value is ``version (1) | key id (8) | nonce (12) | ciphertext and tag``. What it belongs to (table, row,
account) is authenticated with it: a value moved to another row or another person does not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from copilot.notes.errors import NotesUnavailable

KEY_FILE = "notes.key"
_VERSION = b"\x01"
_HEAD = 1 + 8 + 12


class Cipher:
    """Seals under the key in force; opens what any key of the folder sealed (``notes-*.key``: earlier ones)."""

    def __init__(self, folder: Path, *, may_create: bool) -> None:
        self._folder, path = folder, folder / KEY_FILE
        if not path.exists():
            if not may_create:
                raise NotesUnavailable(
                    f"Falta la llave «{KEY_FILE}». Restáurela de su copia de resguardo: sin ella las notas guardadas "
                    "no se pueden leer."
                )
            _create(path)
        self._load()

    def _load(self) -> None:
        path = self._folder / KEY_FILE
        seen, current = path.stat().st_ino, _read(path)
        keys = {_key_id(current): current}
        for old in self._folder.glob("notes-*.key"):
            secret = _read(old)
            keys.setdefault(_key_id(secret), secret)
        self._seen, self._current, self._keys = seen, _key_id(current), keys

    def seal(self, account: int, place: str, data: bytes) -> bytes:
        """Encrypt ``data``; ``place`` names table, column and row."""
        with suppress(OSError):
            if (self._folder / KEY_FILE).stat().st_ino != self._seen:  # another process changed the key
                self._load()
        key, nonce = self._current, secrets.token_bytes(12)
        return _VERSION + key + nonce + self._box(key, account).encrypt(nonce, data, _context(account, place))

    def current(self, sealed: bytes) -> bool:
        """Whether a sealed value is under the key in force."""
        return sealed[:1] == _VERSION and sealed[1:9] == self._current

    def change(self) -> str:
        """Put a new key in force and keep the one before as ``notes-ID.key``; returns the name of that file."""
        path = self._folder / KEY_FILE
        kept = self._folder / f"notes-{self._current.hex()}.key"
        fresh = self._folder / f".{KEY_FILE}.{secrets.token_hex(4)}"
        _create(fresh)
        try:
            if not kept.exists():
                os.link(path, kept)
            fresh.replace(path)  # from here on the new one; the old one is beside it
        except OSError as error:
            raise NotesUnavailable(f"No se pudo cambiar la llave de las notas ({error.strerror}).") from None
        self._load()
        return kept.name

    def open(self, account: int, place: str, sealed: bytes) -> bytes:
        """The data; raises :class:`NotesUnavailable` where key, place, person or bytes are not those of the seal."""
        key, nonce = sealed[1:9], sealed[9:_HEAD]
        if sealed[:1] == _VERSION and key not in self._keys:
            self._load()  # a key that another process has just made
        if sealed[:1] != _VERSION or key not in self._keys:
            raise NotesUnavailable("Una nota guardada no se puede abrir: falta la llave con que se cifró.")
        try:
            return self._box(key, account).decrypt(nonce, sealed[_HEAD:], _context(account, place))
        except (InvalidTag, ValueError):
            raise NotesUnavailable("Una nota guardada está dañada o fue alterada; no se muestra.") from None

    def _box(self, key: bytes, account: int) -> AESGCM:
        derived = HKDF(SHA256(), 32, salt=None, info=b"imss-copilot notes account %d" % account)
        return AESGCM(derived.derive(self._keys[key]))


def _context(account: int, place: str) -> bytes:
    return f"imss-copilot\n{account}\n{place}".encode()


def _key_id(secret: bytes) -> bytes:
    return hashlib.sha256(b"imss-copilot notes key id\n" + secret).digest()[:8]


def _create(path: Path) -> None:
    """A new key of mode 0600 that appears whole or not at all; another process's key is never replaced."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(base64.b64encode(secrets.token_bytes(32)) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise NotesUnavailable(f"No se pudo crear la llave de las notas ({error.strerror}).") from None


def _read(path: Path) -> bytes:
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise NotesUnavailable(
                f"La llave «{path.name}» puede ser leída por otros usuarios del equipo. Restrinja sus permisos "
                "(chmod 600) antes de continuar."
            )
        secret = base64.b64decode(path.read_bytes().strip(), validate=True)
    except OSError as error:
        raise NotesUnavailable(f"No se pudo leer la llave «{path.name}» ({error.strerror}).") from None
    except binascii.Error:
        secret = b""
    if len(secret) != 32:
        raise NotesUnavailable(f"La llave «{path.name}» está dañada. Restáurela de su copia de resguardo.")
    return secret
