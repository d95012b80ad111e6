# ruff: noqa: S608  (statements are built from the constants of this file alone)
"""Tables of drafts, signed notes and addenda. Times are whole seconds since 1970 (UTC); every body is sealed.

Signed notes and addenda are guarded by triggers: the database itself refuses to change or delete them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    inspect,
)

metadata = MetaData()

draft = Table(
    "note_draft",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", Integer, nullable=False, index=True),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("discarded", BigInteger),
    Column("rev", Integer, nullable=False),
    Column("proposal", LargeBinary),
    Column("working", LargeBinary, nullable=False),
)

signed = Table(
    "note_signed",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", Integer, nullable=False, index=True),
    Column("signed", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("entry", String(80), nullable=False),
    Column("card", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

addendum = Table(
    "note_addendum",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("note", String(32), ForeignKey("note_signed.id"), nullable=False, index=True),
    Column("account", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("signed", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("entry", String(80), nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("note", "number"),
)

_GUARDED = ("note_signed", "note_addendum")


def guards(dialect: str) -> list[str]:
    """Statements that make the triggers."""
    words = "una nota firmada no se cambia ni se borra"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            for table in _GUARDED
            for verb in ("update", "delete")
        ]
    function = (
        "CREATE OR REPLACE FUNCTION note_is_final() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{words}'; END $$ LANGUAGE plpgsql"
    )
    triggers = [
        f"CREATE TRIGGER {table}_final BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION note_is_final()"
        for table in _GUARDED
    ]
    return [function, *triggers]


def unguards(dialect: str) -> list[str]:
    """Statements that take the triggers away: only inside the transaction of a new key, which makes them again."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_no_{verb}" for table in _GUARDED for verb in ("update", "delete")]
    return [f"DROP TRIGGER {table}_final ON {table}" for table in _GUARDED]


def _version_1(connection: Connection) -> None:
    metadata.create_all(connection)
    for statement in guards(connection.dialect.name):
        connection.exec_driver_sql(statement)


MIGRATIONS = (_version_1,)
"""Version n of the schema is reached by the function at position n - 1."""


def migrate(connection: Connection) -> None:
    """Bring the schema to the newest version inside the caller's transaction."""
    if not inspect(connection).has_table("notes_version"):
        connection.exec_driver_sql("CREATE TABLE notes_version (version INTEGER NOT NULL)")
    found = connection.exec_driver_sql("SELECT max(version) FROM notes_version").scalar() or 0
    for number, step in enumerate(MIGRATIONS, start=1):
        if number > found:
            step(connection)
            connection.exec_driver_sql(f"INSERT INTO notes_version (version) VALUES ({number})")
