"""Another key for the notes: every sealed value is opened with its old key and sealed with the new one.

One transaction holds it all; the triggers that guard signed notes are taken away and made again inside it, so nobody
else ever sees the tables without them. What was signed stays what it was: the clear bytes are the same, and so is the
hash. A server that is running notices the new key by itself.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, Table, select, update

from copilot.notes import schema
from copilot.notes.cipher import Cipher
from copilot.notes.errors import NotesUnavailable
from copilot.notes.shelf import notes_url
from copilot.settings import Settings
from copilot.users.store import Store

SEALED: tuple[tuple[Table, str, tuple[str, ...]], ...] = (
    (schema.draft, "draft", ("proposal", "working")),
    (schema.signed, "signed", ("card", "body")),
    (schema.addendum, "addendum", ("body",)),
)
"""Tables, the name under which their values are sealed, and the sealed columns."""


class Rekeyed(NamedTuple):
    """What a change of key did."""

    values: int
    """Sealed values that now lie under the new key."""
    kept: str
    """File of the key before, which older backups still need."""


def rekey(settings: Settings) -> Rekeyed:
    """Change the key and seal everything anew. Raises :class:`NotesUnavailable`; then no row has changed.

    A value that does not open stops it: what is damaged must be seen, not carried over.
    """
    store = Store(notes_url(settings), schema.migrate, NotesUnavailable)
    try:
        cipher = Cipher(settings.ensure_data_dir() / "keys", may_create=False)
        kept = cipher.change()
        count = 0
        # Twice: a draft saved by a running server between the new key and the first pass may lie under the old one.
        for _ in range(2):
            with store.write() as connection:
                count += _seal_again(connection, cipher)
        return Rekeyed(count, kept)
    finally:
        store.close()


def _seal_again(connection: Connection, cipher: Cipher) -> int:
    dialect, count = connection.dialect.name, 0
    for statement in schema.unguards(dialect):
        connection.exec_driver_sql(statement)
    for table, name, columns in SEALED:
        key = table.c.id
        for row in connection.execute(select(key, table.c.account, *(table.c[one] for one in columns))).all():
            fresh = {}
            for column in columns:
                old = getattr(row, column)
                if old is not None and not cipher.current(bytes(old)):
                    place = f"{name}.{column}:{row.id}"
                    fresh[column] = cipher.seal(row.account, place, cipher.open(row.account, place, bytes(old)))
            if fresh:
                connection.execute(update(table).where(key == row.id).values(fresh))
                count += len(fresh)
    for statement in schema.guards(dialect):
        connection.exec_driver_sql(statement)
    return count
