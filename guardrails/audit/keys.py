"""The two secrets of the log, each in a file of its own that only its owner can read.

``audit-pseudonym.key``: 32 random bytes (base64) for HMAC pseudonyms and commitments. ``audit-checkpoint.key``:
Ed25519 private key (PKCS 8, PEM). ``audit-checkpoint.pub`` holds the verifier key for the commission. Keys are
made only together with a new log: a log whose key is missing is not written to.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hmac
import os
import secrets
import unicodedata
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guardrails.audit.errors import AuditKeyError, AuditUnavailable
from guardrails.audit.note import Signer

PSEUDONYM_FILE = "audit-pseudonym.key"
CHECKPOINT_FILE = "audit-checkpoint.key"
PUBLIC_FILE = "audit-checkpoint.pub"
HEAD_FILE = "audit-head.txt"
_NEW = ".new"


class Pseudonyms:
    """Keyed one-way names and commitments. Without the key a guessed NSS can't be tried out."""

    def __init__(self, secret: bytes) -> None:
        names = hmac.digest(secret, b"imss-copilot pseudonym", "sha256")
        self._names = _Keyed(names)
        self._texts = _Keyed(hmac.digest(secret, b"imss-copilot commitment", "sha256"))
        self.name = lru_cache(maxsize=4096)(self._name)
        """Pseudonym (32 hex digits) of the value of a kind (user, session, encounter); "" stays ""."""
        self.key_id = sha256(b"imss-copilot pseudonym key id\n" + names).hexdigest()[:16]
        """Public name of the key, recorded in the log."""

    def _name(self, kind: str, value: str) -> str:
        text = unicodedata.normalize("NFC", value.strip())
        if not text:
            return ""
        return self._names.digest(f"{kind}\n{text}".encode("utf-8", "surrogatepass"))[:16].hex()

    def commitment(self, text: str) -> str:
        """Keyed commitment (64 hex digits) to an original text."""
        return self._texts.digest(text.encode("utf-8", "surrogatepass")).hex()


class _Keyed:
    """HMAC-SHA256 (RFC 2104) with the key's two first blocks hashed once."""

    def __init__(self, key: bytes) -> None:
        block = key.ljust(64, b"\0")  # a block of SHA-256; the keys here have 32 bytes
        self._inner = sha256(bytes(one ^ 0x36 for one in block))
        self._outer = sha256(bytes(one ^ 0x5C for one in block))

    def digest(self, data: bytes) -> bytes:
        """HMAC of the data, 32 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(data)
        outer.update(inner.digest())
        return outer.digest()


class Keys:
    """Both secrets as loaded from a folder."""

    def __init__(self, pseudonyms: Pseudonyms, signer: Signer) -> None:
        self.pseudonyms = pseudonyms
        self.signer = signer


def create(folder: Path, origin: str) -> None:
    """Make the keys that are missing; existing ones stay."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (folder / PSEUDONYM_FILE).exists():
            _write_new(folder / PSEUDONYM_FILE, base64.b64encode(secrets.token_bytes(32)) + b"\n")
        if not (folder / CHECKPOINT_FILE).exists():
            _write_new(folder / CHECKPOINT_FILE, private_pem(Ed25519PrivateKey.generate()))
    except OSError as error:
        raise AuditUnavailable(
            f"No se pudieron crear las llaves de la bitácora ({error.strerror})."
        ) from None
    publish(folder, load(folder, origin).signer)


def load(folder: Path, origin: str) -> Keys:
    """Read both keys; raises :class:`AuditKeyError` where one is missing, damaged or readable by others."""
    try:
        secret = base64.b64decode(_read(folder / PSEUDONYM_FILE), validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) != 32:
        raise AuditKeyError(f"La llave «{PSEUDONYM_FILE}» está dañada. Restáurela de su copia de resguardo.")
    try:
        private = serialization.load_pem_private_key(_read(folder / CHECKPOINT_FILE), None)
    except (ValueError, TypeError):
        private = None  # type: ignore[assignment]
    if not isinstance(private, Ed25519PrivateKey):
        raise AuditKeyError(f"La llave «{CHECKPOINT_FILE}» está dañada. Restáurela de su copia de resguardo.")
    return Keys(Pseudonyms(secret), Signer(origin, private))


def private_pem(private: Ed25519PrivateKey) -> bytes:
    """The key file's content."""
    form = serialization.PrivateFormat.PKCS8
    return private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def publish(folder: Path, signer: Signer) -> None:
    """Write the verifier key beside the private one, for the commission to copy."""
    path = folder / PUBLIC_FILE
    try:
        if not path.exists() or path.read_text(encoding="utf-8").strip() != str(signer.verifier):
            path.write_text(f"{signer.verifier}\n", encoding="utf-8")
    except OSError as error:
        raise AuditUnavailable(f"No se pudo escribir la llave pública ({error.strerror}).") from None


def prepare(folder: Path, origin: str, *, checkpoint: bool, pseudonyms: bool) -> Keys:
    """Write the next keys beside those in force (``*.new``); returns them."""
    try:
        for name in (PSEUDONYM_FILE, CHECKPOINT_FILE):
            (folder / (name + _NEW)).unlink(missing_ok=True)
        secret, private = secrets.token_bytes(32), Ed25519PrivateKey.generate()
        if pseudonyms:
            _write_new(folder / (PSEUDONYM_FILE + _NEW), base64.b64encode(secret) + b"\n")
        if checkpoint:
            _write_new(folder / (CHECKPOINT_FILE + _NEW), private_pem(private))
    except OSError as error:
        raise AuditUnavailable(f"No se pudo escribir la llave nueva ({error.strerror}).") from None
    return Keys(Pseudonyms(secret), Signer(origin, private))


def install(folder: Path, old: Keys) -> None:
    """Put the prepared keys in force; the old pseudonym key is kept under its id, the old checkpoint key is not."""
    try:
        new = folder / (PSEUDONYM_FILE + _NEW)
        if new.exists():
            kept = folder / f"audit-pseudonym-{old.pseudonyms.key_id}.key"
            if not kept.exists():
                os.link(folder / PSEUDONYM_FILE, kept)
            new.replace(folder / PSEUDONYM_FILE)
        new = folder / (CHECKPOINT_FILE + _NEW)
        if new.exists():
            new.replace(folder / CHECKPOINT_FILE)
        _sync(folder)
    except OSError as error:
        raise AuditUnavailable(f"No se pudo instalar la llave nueva ({error.strerror}).") from None


def finish_rotation(folder: Path, named: dict[str, str]) -> None:
    """After a crash in a rotation: install the prepared keys if the log names them, else drop them."""
    waiting = [name for name in (PSEUDONYM_FILE, CHECKPOINT_FILE) if (folder / (name + _NEW)).exists()]
    if not waiting or not named:
        return
    old = load(folder, named.get("checkpoint", "").split("+")[0])
    accepted = True
    for name in waiting:
        data = _read(folder / (name + _NEW))
        if name == PSEUDONYM_FILE:
            accepted &= Pseudonyms(base64.b64decode(data)).key_id == named.get("pseudonym")
        else:
            private = serialization.load_pem_private_key(data, None)
            assert isinstance(private, Ed25519PrivateKey)
            accepted &= str(Signer(old.signer.verifier.name, private).verifier) == named.get("checkpoint")
    if accepted:
        install(folder, old)
        publish(folder, load(folder, old.signer.verifier.name).signer)


def all_pseudonyms(folder: Path, current: Pseudonyms) -> list[Pseudonyms]:
    """The pseudonym key in force and those before it."""
    found = [current]
    for path in sorted(folder.glob("audit-pseudonym-*.key")):
        found.append(Pseudonyms(base64.b64decode(_read(path))))
    return found


def write_head(folder: Path, note: str) -> None:
    """Keep the newest head beside the keys; a failure is of no consequence to the entry already durable."""
    path = folder / HEAD_FILE
    temporary = path.with_name(f".{HEAD_FILE}.{os.getpid()}")
    with contextlib.suppress(OSError):
        temporary.write_text(note, encoding="utf-8")
        temporary.replace(path)


def read_head(folder: Path) -> str | None:
    """The head kept beside the keys, None where there is none."""
    path = folder / HEAD_FILE
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else None
    except (OSError, UnicodeDecodeError) as error:
        raise AuditUnavailable(f"No se pudo leer «{HEAD_FILE}» ({type(error).__name__}).") from None


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        if os.name == "posix" and mode & 0o077:
            raise AuditKeyError(
                f"La llave «{path.name}» puede ser leída por otros usuarios del equipo. "
                f"Restrinja sus permisos (chmod 600) antes de continuar."
            )
        return path.read_bytes().strip()
    except FileNotFoundError:
        raise AuditKeyError(
            f"Falta la llave «{path.name}» de la bitácora. Restáurela de su copia de resguardo; "
            f"no se genera otra porque las entradas anteriores dejarían de corresponder."
        ) from None
    except OSError as error:
        raise AuditKeyError(f"No se pudo leer la llave «{path.name}» ({error.strerror}).") from None


def _write_new(path: Path, data: bytes) -> None:
    """Create a file with mode 0600 that appears whole or not at all, and durably."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(temporary, path)  # unlike a rename, never replaces another process's key
        except FileExistsError:
            return
    finally:
        temporary.unlink(missing_ok=True)
    _sync(path.parent)
