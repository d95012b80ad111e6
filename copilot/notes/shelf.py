"""The shelf of one site: drafts and signed notes, each opened for its author alone.

Every call names the account; a row of another account is as good as absent (:class:`NoteMissing`).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from copilot.export.document import Document, Signature, SignedAddendum
from copilot.folding import fold
from copilot.notes import schema
from copilot.notes.cipher import Cipher
from copilot.notes.errors import NoteConflict, NoteMissing, NotesUnavailable
from copilot.notes.proposal import Proposal
from copilot.notes.signing import digest, document_of
from copilot.notes.working import Working
from copilot.settings import Settings
from copilot.users.store import Store, now

KEPT_S = 24 * 3600
"""Seconds that a discarded draft can be taken back."""
_SHOWN = 300


@dataclass(frozen=True)
class Draft:
    """A draft as it was saved last."""

    id: str
    account: int
    rev: int
    updated: int
    working: Working = field(repr=False)
    proposal: Proposal | None = field(default=None, repr=False)
    discarded: bool = False


@dataclass(frozen=True)
class SignedNote:
    """A final note with what was proposed."""

    id: str
    document: Document = field(repr=False)
    proposal: Proposal = field(repr=False)
    intact: bool
    """The hash of the content is the one that was signed, here and in every addendum."""


@dataclass(frozen=True)
class Card:
    """A line of «Mis notas»."""

    id: str
    kind: str
    """``borrador`` or ``firmada``."""
    at: int
    title: str = field(repr=False)
    note_type: str
    excerpt: str = field(repr=False)
    addenda: int = 0


def notes_url(settings: Settings) -> str:
    """SQLAlchemy address of the notes."""
    return settings.notes_url or f"sqlite:///{settings.ensure_data_dir() / 'notes' / 'notes.sqlite'}"


def open_shelf(settings: Settings) -> Shelf:
    """Open or create the shelf; raises :class:`NotesUnavailable` (also where notes are there and their key is not)."""
    store = Store(notes_url(settings), schema.migrate, NotesUnavailable)
    with store.read() as connection:
        empty = all(connection.execute(select(t.c.id).limit(1)).first() is None for t in (schema.draft, schema.signed))
    return Shelf(store, Cipher(settings.ensure_data_dir() / "keys", may_create=empty))


class Shelf:
    """Drafts and signed notes; safe under threads and processes."""

    def __init__(self, store: Store, cipher: Cipher) -> None:
        self.store = store
        self._cipher = cipher

    # --- drafts ---------------------------------------------------------------------------------------------

    def create(self, account: int, working: Working, proposal: Proposal | None = None) -> Draft:
        """Keep a new draft."""
        at, name = now(), secrets.token_urlsafe(15)
        values = {
            "id": name, "account": account, "created": at, "updated": at, "rev": 1,
            "proposal": None if proposal is None else self._seal(account, f"draft.proposal:{name}", proposal.row()),
            "working": self._seal(account, f"draft.working:{name}", working.model_dump(mode="json")),
        }  # fmt: skip
        with self.store.write() as connection:
            old = schema.draft.c.discarded < at - KEPT_S
            connection.execute(delete(schema.draft).where(old))
            connection.execute(insert(schema.draft).values(values))
        return Draft(name, account, 1, at, working, proposal)

    def draft(self, account: int, name: str) -> Draft:
        """A draft of this account; raises :class:`NoteMissing`."""
        with self.store.read() as connection:
            return self._draft(self._row(connection, schema.draft, account, name))

    def latest(self, account: int) -> Draft | None:
        """The draft worked on last."""
        table = schema.draft
        query = select(table).where(table.c.account == account, table.c.discarded.is_(None))
        with self.store.read() as connection:
            row = connection.execute(query.order_by(table.c.updated.desc(), table.c.created.desc()).limit(1)).first()
        return None if row is None else self._draft(row)

    def save(self, account: int, name: str, rev: int, working: Working) -> int:
        """Keep the draft's newest state; returns its revision. Raises :class:`NoteConflict` where it has moved on."""
        sealed = self._seal(account, f"draft.working:{name}", working.model_dump(mode="json"))
        with self.store.write() as connection:
            row = self._row(connection, schema.draft, account, name)
            _same(row.rev, rev)
            self._update(connection, name, working=sealed, rev=rev + 1, updated=now(), discarded=None)
        return rev + 1

    def discard(self, account: int, name: str, log: Callable[[], object]) -> None:
        """Put a draft away; it can be taken back for a day. ``log`` runs in the transaction: no log, no change."""
        with self.store.write() as connection:
            self._row(connection, schema.draft, account, name)
            self._update(connection, name, discarded=now())
            log()

    def recover(self, account: int, name: str) -> Draft:
        """Take a discarded draft back."""
        with self.store.write() as connection:
            row = self._row(connection, schema.draft, account, name)
            self._update(connection, name, discarded=None, updated=now())
            return replace(self._draft(row), discarded=False)

    def remove(self, account: int, name: str) -> None:
        """Delete a draft whose words live on in another one."""
        table = schema.draft
        with self.store.write() as connection:
            connection.execute(delete(table).where(table.c.id == name, table.c.account == account))

    # --- signed notes ---------------------------------------------------------------------------------------

    def sign(
        self, draft: Draft, content: dict[str, Any], title: str, at: int, log: Callable[[str, str], str]
    ) -> str:
        """Make the draft a final note. ``log(id, hash)`` gives the log's entry inside the transaction."""
        assert draft.proposal is not None
        name, sealed_hash = secrets.token_urlsafe(15), digest(content)
        body = {"content": content, "proposal": draft.proposal.row(), "working": draft.working.model_dump(mode="json")}
        sections = content["note"]["sections"].values()
        words = [one["text"] for section in sections for one in section]
        card = {
            "title": title,
            "note_type": content["note"]["note_type"],
            "excerpt": " ".join(" ".join(words).split())[:160],
            "find": fold(" ".join([title, *words, *(value for _, value in content["patient"])])),
        }
        with self.store.write() as connection:
            row = self._row(connection, schema.draft, draft.account, draft.id)
            _same(row.rev, draft.rev)
            connection.execute(delete(schema.draft).where(schema.draft.c.id == draft.id))
            values = {
                "id": name, "account": draft.account, "signed": at, "hash": sealed_hash,
                "card": self._seal(draft.account, f"signed.card:{name}", card),
                "body": self._seal(draft.account, f"signed.body:{name}", body),
            }  # fmt: skip
            connection.execute(insert(schema.signed).values({**values, "entry": log(name, sealed_hash)}))
        return name

    def add_addendum(
        self, account: int, note: str, at: int, make: Callable[[str, str, int], dict[str, Any]],
        log: Callable[[str, int], str],
    ) -> int:  # fmt: skip
        """Add to a signed note; ``make(note hash, hash before, number)`` gives the content. Returns its number."""
        table = schema.addendum
        with self.store.write() as connection:
            row = self._row(connection, schema.signed, account, note)
            last = connection.execute(select(table).where(table.c.note == note).order_by(table.c.number.desc())).first()
            number = 1 if last is None else last.number + 1
            content = make(row.hash, "" if last is None else last.hash, number)
            name, sealed_hash = secrets.token_urlsafe(15), digest(content)
            values = {
                "id": name, "note": note, "account": account, "number": number, "signed": at, "hash": sealed_hash,
                "body": self._seal(account, f"addendum.body:{name}", content),
            }  # fmt: skip
            connection.execute(insert(table).values({**values, "entry": log(sealed_hash, number)}))
        return number

    def signed(self, account: int, name: str) -> SignedNote:
        """A signed note of this account with its addenda; raises :class:`NoteMissing`."""
        table = schema.addendum
        with self.store.read() as connection:
            row = self._row(connection, schema.signed, account, name)
            later = connection.execute(select(table).where(table.c.note == name).order_by(table.c.number)).all()
        body = self._open(account, f"signed.body:{name}", row.body)
        content, intact, before = body["content"], digest(body["content"]) == row.hash, ""
        addenda = []
        for number, one in enumerate(later, start=1):
            said = self._open(account, f"addendum.body:{one.id}", one.body)
            tied = said["note_hash"] == row.hash and said["before"] == before and said["number"] == number
            intact &= tied and digest(said) == one.hash
            before = one.hash
            addenda.append(SignedAddendum(one.number, said["text"], _signature(said, one)))
        document = document_of(content, _signature(content, row), tuple(addenda))
        return SignedNote(name, document, Proposal.of(body["proposal"]), intact)

    # --- the list -------------------------------------------------------------------------------------------

    def cards(self, account: int, words: str = "") -> list[Card]:
        """Drafts and signed notes, newest first, that hold all the words (case and accents don't matter)."""
        asked = fold(words).split()
        drafts, signed, later = schema.draft, schema.signed, schema.addendum
        with self.store.read() as connection:
            open_ones = connection.execute(
                select(drafts).where(drafts.c.account == account, drafts.c.discarded.is_(None))
            ).all()
            final = connection.execute(
                select(signed.c.id, signed.c.signed, signed.c.card).where(signed.c.account == account)
            ).all()
            added = connection.execute(select(later.c.note).where(later.c.account == account)).scalars().all()
        found = []
        for row in open_ones:
            draft = self._draft(row)
            text = " ".join(draft.working.text.split())
            if not all(word in fold(text) for word in asked):
                continue
            kind = str(draft.working.note_type or "")
            found.append(Card(row.id, "borrador", row.updated, "", kind if draft.proposal else "", text[:160]))
        for row in final:
            card = self._open(account, f"signed.card:{row.id}", row.card)
            if all(word in card["find"] for word in asked):
                found.append(
                    Card(row.id, "firmada", row.signed, card["title"], card["note_type"], card["excerpt"],
                         added.count(row.id))
                )  # fmt: skip
        return sorted(found, key=lambda one: -one.at)[:_SHOWN]

    # --- help -----------------------------------------------------------------------------------------------

    def _row(self, connection: Connection, table: Any, account: int, name: str) -> Row[Any]:
        row = connection.execute(select(table).where(table.c.id == name, table.c.account == account)).first()
        if row is None:
            raise NoteMissing
        return row

    def _update(self, connection: Connection, name: str, **values: Any) -> None:
        connection.execute(update(schema.draft).where(schema.draft.c.id == name).values(values))

    def _draft(self, row: Row[Any]) -> Draft:
        working = Working.model_validate(self._open(row.account, f"draft.working:{row.id}", row.working))
        proposal = None
        if row.proposal is not None:
            proposal = Proposal.of(self._open(row.account, f"draft.proposal:{row.id}", row.proposal))
        return Draft(row.id, row.account, row.rev, row.updated, working, proposal, row.discarded is not None)

    def _seal(self, account: int, place: str, value: dict[str, Any]) -> bytes:
        return self._cipher.seal(account, place, json.dumps(value, ensure_ascii=True).encode("ascii"))

    def _open(self, account: int, place: str, sealed: bytes) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._cipher.open(account, place, sealed))
        return found


def _same(found: int, expected: int) -> None:
    if found != expected:
        raise NoteConflict("Este borrador cambió en otra ventana; vuelva a cargar la página para ver lo último.")


def _signature(content: dict[str, Any], row: Row[Any]) -> Signature:
    who = content["signer"]
    return Signature(who["name"], who["cedula"], content["signed_at"], row.hash, row.entry)


