"""Tables of accounts, sessions, API tokens and failed attempts. Times are whole seconds since 1970 (UTC).

Of sessions and tokens only the SHA-256 is kept: who reads the database can't use them.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Connection, ForeignKey, Integer, MetaData, String, Table, inspect

metadata = MetaData()

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("full_name", String(200), nullable=False, default=""),
    Column("cedula", String(40), nullable=False, default=""),
    Column("roles", String(100), nullable=False),
    Column("password", String(300), nullable=False),
    Column("password_until", BigInteger),
    Column("must_change", Boolean, nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    Column("created", BigInteger, nullable=False),
    Column("signed_in", BigInteger),
)

session = Table(
    "account_session",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("account", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("institutional", Boolean, nullable=False, default=False),
    Column("proved", BigInteger, nullable=False, default=0),
)
"""``institutional``: begun through the identity provider. ``proved``: when the person last proved who they are."""

token = Table(
    "account_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("label", String(100), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("used", BigInteger),
)

attempt = Table(
    "login_attempt",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("fails", Integer, nullable=False),
    Column("last", BigInteger, nullable=False),
)
"""Failed sign-ins by what they have in common; the key is a hash (people type passwords into the name field)."""


def _version_1(connection: Connection) -> None:
    metadata.create_all(connection)


def _version_2(connection: Connection) -> None:
    """Sessions remember how and when the person proved who they are; those of before ask again."""
    there = {column["name"] for column in inspect(connection).get_columns("account_session")}
    if "proved" not in there:  # a new database has them from version 1 on
        connection.exec_driver_sql("DELETE FROM account_session")
        false = "0" if connection.dialect.name == "sqlite" else "false"
        add = "ALTER TABLE account_session ADD COLUMN"
        connection.exec_driver_sql(f"{add} institutional BOOLEAN NOT NULL DEFAULT {false}")
        connection.exec_driver_sql(f"{add} proved BIGINT NOT NULL DEFAULT 0")


MIGRATIONS = (_version_1, _version_2)
"""Version n of the schema is reached by the function at position n - 1."""


def migrate(connection: Connection) -> None:
    """Bring the schema to the newest version inside the caller's transaction."""
    if not inspect(connection).has_table("users_version"):
        connection.exec_driver_sql("CREATE TABLE users_version (version INTEGER NOT NULL)")
    found = connection.exec_driver_sql("SELECT max(version) FROM users_version").scalar() or 0
    for number, step in enumerate(MIGRATIONS, start=1):
        if number > found:
            step(connection)
            connection.exec_driver_sql(f"INSERT INTO users_version (version) VALUES ({number})")  # noqa: S608
