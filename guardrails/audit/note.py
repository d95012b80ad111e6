"""Signed notes and checkpoints in the C2SP forms (signed-note, tlog-checkpoint) with Ed25519.

A checkpoint is five lines: origin, size, root in base64, a blank line, and ``— NAME BASE64(key id || signature)``.
A verifier key is ``NAME+KEYID+BASE64(0x01 || public key)``.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"


class NoteError(ValueError):
    """A note, key or signature that does not hold (message in Spanish)."""


@dataclass(frozen=True)
class VerifierKey:
    """Public half of a checkpoint key."""

    name: str
    public: bytes
    """32 bytes."""

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256(name || LF || 0x01 || public key)."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read ``NAME+KEYID+BASE64``; raises :class:`NoteError`."""
        parts = text.strip().split("+", 2)
        try:
            name, key_id, encoded = parts
            raw = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            raise NoteError("La llave pública no tiene la forma NOMBRE+ID+BASE64.") from None
        if len(raw) != 33 or raw[:1] != _ED25519 or not name or any(c.isspace() for c in name):
            raise NoteError("La llave pública no es Ed25519.")
        key = cls(name, raw[1:])
        if key.key_id.hex() != key_id:
            raise NoteError("El identificador de la llave pública no corresponde a la llave.")
        return key

    def holds(self, text: bytes, signature: bytes) -> bool:
        """Whether ``signature`` (64 bytes) is this key's signature of ``text``."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer:
    """A checkpoint key with its name (the log's origin)."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.verifier = VerifierKey(name, private.public_key().public_bytes_raw())

    def sign(self, text: bytes) -> bytes:
        """Raw signature, 64 bytes."""
        return self._private.sign(text)


@dataclass(frozen=True)
class Checkpoint:
    """What the log commits to at one moment."""

    origin: str
    size: int
    root: bytes

    def body(self) -> bytes:
        """The signed text, its last line feed included."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n".encode()


def format_note(checkpoint: Checkpoint, verifier: VerifierKey, signature: bytes) -> str:
    """The signed checkpoint as text."""
    line = base64.b64encode(verifier.key_id + signature).decode()
    return f"{checkpoint.body().decode()}\n\u2014 {verifier.name} {line}\n"


def parse_note(text: str) -> tuple[Checkpoint, list[tuple[str, bytes, bytes]]]:
    """Checkpoint and its signatures as (name, key id, signature); raises :class:`NoteError`."""
    head, separator, tail = text.rpartition("\n\n")
    lines = head.split("\n")
    if not separator or len(lines) < 3 or not tail.endswith("\n") or not lines[0]:
        raise NoteError("El punto de control está incompleto.")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error:
        raise NoteError("La raíz del punto de control no es base64.") from None
    size = lines[1]
    if not size.isascii() or not size.isdigit() or (size != "0" and size[0] == "0") or len(size) > 20:
        raise NoteError("El tamaño del punto de control no es un número.")
    if len(root) != 32 or base64.b64encode(root).decode() != lines[2]:
        raise NoteError("La raíz del punto de control no mide 32 bytes.")
    if len(lines) > 3:
        raise NoteError("El punto de control trae líneas que esta bitácora no escribe.")
    signatures = []
    for line in tail[:-1].split("\n"):
        parts = line.split(" ")
        try:
            dash, name, encoded = parts
            raw = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            raise NoteError("Una línea de firma está dañada.") from None
        if dash != "\u2014" or not name or len(raw) < 5:
            raise NoteError("Una línea de firma está dañada.")
        signatures.append((name, raw[:4], raw[4:]))
    return Checkpoint(lines[0], int(size), root), signatures


def open_note(text: str, keys: list[VerifierKey]) -> tuple[Checkpoint, VerifierKey]:
    """The checkpoint and the first known key that signed it; raises :class:`NoteError`.

    A wrong signature that names a known key is refused even where another signature holds.
    """
    checkpoint, signatures = parse_note(text)
    found: VerifierKey | None = None
    for name, key_id, signature in signatures:
        for key in keys:
            if key.name == name and key.key_id == key_id:
                if not key.holds(checkpoint.body(), signature):
                    raise NoteError("La firma del punto de control no es válida.")
                found = found or key
    if found is None:
        raise NoteError("Ninguna llave conocida firmó este punto de control.")
    return checkpoint, found
