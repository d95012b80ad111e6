"""The two secrets of the log, each in a file of its own that only its owner can read.

``audit-pseudonym.key``: 32 random bytes (base64) for HMAC pseudonyms and commitments. ``audit-checkpoint.key``:
Ed25519 private key (PKCS 8, PEM). ``audit-checkpoint.pub`` holds the verifier key for the commission. Keys are
made only together with a new log: a log whose key is missing is not written to.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
import unicodedata
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guardrails.audit.errors import AuditKeyError, AuditUnavailable
from guardrails.audit.note import Signer

PSEUDONYM_FILE = "audit-pseudonym.key"
CHECKPOINT_FILE = "audit-checkpoint.key"
PUBLIC_FILE = "audit-checkpoint.pub"


class Pseudonyms:
    """Keyed one-way names and commitments. Without the key a guessed NSS can't be tried out."""

    def __init__(self, secret: bytes) -> None:
        self._names = hmac.digest(secret, b"imss-copilot pseudonym", "sha256")
        self._texts = hmac.digest(secret, b"imss-copilot commitment", "sha256")
        self.key_id = sha256(b"imss-copilot pseudonym key id\n" + self._names).hexdigest()[:16]
        """Public name of the key, recorded in the log."""

    def name(self, kind: str, value: str) -> str:
        """Pseudonym (32 hex digits) of a user, session or encounter; "" stays ""."""
        text = unicodedata.normalize("NFC", value.strip())
        if not text:
            return ""
        return hmac.digest(self._names, f"{kind}\n{text}".encode("utf-8", "surrogatepass"), "sha256")[
            :16
        ].hex()

    def commitment(self, text: str) -> str:
        """Keyed commitment (64 hex digits) to an original text."""
        return hmac.digest(self._texts, text.encode("utf-8", "surrogatepass"), "sha256").hex()


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
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
