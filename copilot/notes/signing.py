"""Signature: who signs, when (the server's clock), and the hash of exactly what was signed."""

from __future__ import annotations

import datetime
import hashlib
import re
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import rfc8785

from copilot.export.document import Document, Signature, SignedAddendum, TakenCode
from copilot.notes.errors import NoteError
from copilot.notes.serial import note_of
from copilot.rows import note_row

_CEDULA = re.compile(r"[0-9]{5,8}")
"""Cédulas profesionales of the Dirección General de Profesiones: a running number, today of 7 or 8 digits."""
FORMAT = 1
"""Form of the signed content; a later one gets another number, so that old hashes stay checkable."""
MAX_ADDENDUM = 20_000


@dataclass(frozen=True)
class Signer:
    """The physician as the signature names them."""

    name: str = field(repr=False)
    cedula: str = field(repr=False)


def signer(name: str, cedula: str, known_name: str = "", known_cedula: str = "") -> Signer:
    """Who signs; what the account says is not overridden by what the page sends.

    Raises :class:`NoteError` for a missing name, or a cédula that can't be one or isn't the account's.
    """
    on_file = full_name(known_name)
    said = on_file or " ".join(name.split())
    digits = re.sub(r"[\s.-]", "", cedula or known_cedula)
    on_record = re.sub(r"[\s.-]", "", known_cedula)
    if len(said) < 5 or len(said) > 200 or " " not in said or not any(c.isalpha() for c in said):
        raise NoteError("Escriba su nombre completo (nombre y apellidos): la NOM-004 lo pide en toda nota.")
    if not _CEDULA.fullmatch(digits) or len(set(digits)) == 1:
        raise NoteError("La cédula profesional lleva solo cifras, de 5 a 8.")
    if on_record and digits != on_record:
        raise NoteError("La cédula no es la registrada en su cuenta; pida el cambio a quien administra los usuarios.")
    return Signer(said, digits)


def full_name(name: str) -> str:
    """The account's name where it is a full one ("" where it is a nickname or a single word)."""
    words = " ".join(name.split())
    return words if " " in words and len(words) >= 5 else ""


def moment(zone: str, at: int | None = None) -> datetime.datetime:
    """Now (or that second) on the server's clock, in the site's zone, whole seconds."""
    when = datetime.datetime.now(tz=datetime.UTC) if at is None else datetime.datetime.fromtimestamp(at, datetime.UTC)
    return when.astimezone(ZoneInfo(zone)).replace(microsecond=0)


def content_of(document: Document, who: Signer, at: str, proposal_entry: str) -> dict[str, Any]:
    """What is signed, as JSON values: everything that the signed note shows."""
    return {
        "format": FORMAT,
        "note": note_row(document.note),
        "text": document.source,
        "patient": [list(row) for row in document.patient],
        "codes": [list(row) for row in document.codes],
        "changed": document.changed,
        "unit": document.unit,
        "signer": {"name": who.name, "cedula": who.cedula},
        "signed_at": at,
        "proposal": proposal_entry,
    }


def digest(content: dict[str, Any]) -> str:
    """SHA-256 (hex) of the canonical JSON (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(_plain(content))).hexdigest()


def _plain(value: Any) -> Any:
    """Tuples as lists; what a broken paste holds (lone surrogates) so that it has one form in UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def document_of(content: dict[str, Any], signature: Signature, addenda: tuple[SignedAddendum, ...]) -> Document:
    """The signed note as a document."""
    return Document(
        note=note_of(content["note"]),
        source=content["text"],
        unit=content["unit"],
        made=content["signed_at"],
        patient=tuple((label, value) for label, value in content["patient"]),
        codes=tuple(TakenCode(*row) for row in content["codes"]),
        signature=signature,
        addenda=addenda,
        changed=content["changed"],
    )


def addendum_content(text: str, who: Signer, at: str, note_hash: str, before: str, number: int) -> dict[str, Any]:
    """What an addendum signs: its text, tied to the note and to the addendum before it."""
    words = text.strip()
    if not words:
        raise NoteError("Escriba el texto de la adenda.")
    if len(words) > MAX_ADDENDUM:
        raise NoteError(f"La adenda pasa de {MAX_ADDENDUM:,} caracteres.")
    return {
        "format": FORMAT,
        "text": words,
        "note_hash": note_hash,
        "before": before,
        "number": number,
        "signer": {"name": who.name, "cedula": who.cedula},
        "signed_at": at,
    }
