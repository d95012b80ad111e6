# ruff: noqa: S608  (statements are built from the constants of this file alone)
"""Tables of the store and their migrations: numbered functions, applied in order, each once.

One row of ``entry`` holds one entry with its leaf, the tree nodes that it completes (its leaf hash first, then the
inner nodes of RFC 6962, 32 bytes each) and the signature of the checkpoint over everything up to it. Row
``((i + 1) << level) - 1`` so holds node ``(level, i)`` at byte ``32 * level``: an append is one insert.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    inspect,
)

from guardrails.audit.errors import AuditUnavailable

metadata = MetaData()
_Number = BigInteger().with_variant(Integer(), "sqlite")

entry = Table(
    "entry",
    metadata,
    Column("idx", _Number, primary_key=True, autoincrement=False),
    Column("time_us", _Number, nullable=False),
    Column("action", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("session", Text, nullable=False),
    Column("encounter", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("leaf", Text, nullable=False),
    Column("nodes", LargeBinary, nullable=False),
    Column("sig", LargeBinary, nullable=False),
    Column("erased_by", _Number),
    Column("context", Text, nullable=False),
    Column("content", Text),
    Column("decision", Text),
    Index("entry_action", "action", "idx"),
    Index("entry_actor", "actor", "idx"),
    Index("entry_encounter", "encounter", "idx"),
)

erasure = Table(
    "erasure",
    metadata,
    Column("target", _Number, primary_key=True, autoincrement=False),
    Column("entry", _Number, nullable=False),
)
"""Which entry of action ``erase`` ordered the erasure of which target; filled in its transaction only."""

COLUMNS = tuple(column.name for column in entry.columns)
_KEPT = [name for name in COLUMNS if name not in ("erased_by", "content", "decision")]


def _version_1(connection: Connection) -> None:
    metadata.create_all(connection)
    if connection.dialect.name == "sqlite":
        for statement in _sqlite_triggers():
            connection.exec_driver_sql(statement)
    else:
        for statement in _postgresql_triggers():
            connection.exec_driver_sql(statement)


MIGRATIONS = (_version_1,)
"""Version n of the schema is reached by the function at position n - 1."""


def locks(dialect: str) -> dict[str, str]:
    """What guards the tables, by name: text of each trigger (SQLite), of each trigger and function (PostgreSQL).

    Blanks are folded, as in :meth:`guardrails.audit.store.Store.locks`, which reads what the database has.
    """
    if dialect == "sqlite":
        return {text.split()[2]: " ".join(text.split()) for text in _sqlite_triggers()}
    found = {}
    for text in _postgresql_triggers():
        words = text.split()
        if words[1] == "FUNCTION":
            found[words[2].removesuffix("()")] = " ".join(text.split("$$")[1].split())
        else:
            kind = 31 if "ROW" in words else 34  # pg_trigger.tgtype: before each row's change; before a TRUNCATE
            found[words[2]] = f"{kind} {words[-1].removesuffix('()')}"
    return found


def migrate(connection: Connection) -> int:
    """Bring the schema to the newest version inside the caller's transaction; returns the version found before.

    Raises :class:`AuditUnavailable` for a log that a newer version of the software has written.
    """
    if not inspect(connection).has_table("schema_version"):  # a service that may create no tables can start
        connection.exec_driver_sql("CREATE TABLE schema_version (version INTEGER NOT NULL)")
    found = connection.exec_driver_sql("SELECT max(version) FROM schema_version").scalar() or 0
    if found > len(MIGRATIONS):
        raise AuditUnavailable("La bitácora la escribió una versión más nueva del programa; actualícelo.")
    for number, step in enumerate(MIGRATIONS, start=1):
        if number > found:
            step(connection)
            connection.exec_driver_sql(f"INSERT INTO schema_version (version) VALUES ({number})")
    return int(found)


def _same(columns: list[str], operator: str) -> str:
    return " OR ".join(f"NEW.{name} {operator} OLD.{name}" for name in columns)


_ORDERED_SQLITE = """EXISTS (
  SELECT 1 FROM entry e, json_each(e.context, '$.erasure.entries') r
  WHERE e.idx = NEW.entry AND e.action = 'erase'
    AND NEW.target BETWEEN json_extract(r.value, '$[0]') AND json_extract(r.value, '$[1]'))"""
_ORDERED_POSTGRESQL = """EXISTS (
  SELECT 1 FROM entry e, jsonb_array_elements(e.context::jsonb -> 'erasure' -> 'entries') r
  WHERE e.idx = NEW.entry AND e.action = 'erase'
    AND NEW.target BETWEEN (r -> 0)::bigint AND (r -> 1)::bigint)"""


def _sqlite_triggers() -> list[str]:
    refuse = "SELECT RAISE(ABORT, 'bitacora: operacion prohibida')"
    changed = _same(_KEPT, "IS NOT")
    return [
        # INSERT OR REPLACE would delete without firing the delete trigger: the index must be the next one.
        f"""CREATE TRIGGER entry_insert BEFORE INSERT ON entry
            WHEN NEW.idx <> (SELECT coalesce(max(idx) + 1, 0) FROM entry) OR NEW.erased_by IS NOT NULL
              OR NEW.content IS NULL OR NEW.decision IS NULL
            BEGIN {refuse}; END""",
        f"CREATE TRIGGER entry_delete BEFORE DELETE ON entry BEGIN {refuse}; END",
        f"""CREATE TRIGGER entry_update BEFORE UPDATE ON entry
            WHEN {changed} OR OLD.erased_by IS NOT NULL OR NEW.content IS NOT NULL OR NEW.decision IS NOT NULL
              OR NEW.erased_by IS NULL
              OR NOT EXISTS (SELECT 1 FROM erasure WHERE target = OLD.idx AND entry = NEW.erased_by)
            BEGIN {refuse}; END""",
        f"""CREATE TRIGGER erasure_insert BEFORE INSERT ON erasure
            WHEN NEW.target >= NEW.entry OR NOT {_ORDERED_SQLITE}
              OR EXISTS (SELECT 1 FROM erasure WHERE target = NEW.target)
            BEGIN {refuse}; END""",
        f"CREATE TRIGGER erasure_delete BEFORE DELETE ON erasure BEGIN {refuse}; END",
        f"CREATE TRIGGER erasure_update BEFORE UPDATE ON erasure BEGIN {refuse}; END",
    ]


def _postgresql_triggers() -> list[str]:
    changed = _same(_KEPT, "IS DISTINCT FROM")
    raise_ = "RAISE EXCEPTION 'bitacora: operacion prohibida'"
    return [
        f"""CREATE FUNCTION bitacora_entry() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            IF NEW.idx <> (SELECT coalesce(max(idx) + 1, 0) FROM entry) OR NEW.erased_by IS NOT NULL
               OR NEW.content IS NULL OR NEW.decision IS NULL THEN {raise_}; END IF;
            RETURN NEW;
          ELSIF TG_OP = 'UPDATE' THEN
            IF {changed} OR OLD.erased_by IS NOT NULL OR NEW.content IS NOT NULL
               OR NEW.decision IS NOT NULL OR NEW.erased_by IS NULL
               OR NOT EXISTS (SELECT 1 FROM erasure WHERE target = OLD.idx AND entry = NEW.erased_by)
               THEN {raise_}; END IF;
            RETURN NEW;
          END IF;
          {raise_};
        END $$""",
        """CREATE TRIGGER entry_guard BEFORE INSERT OR UPDATE OR DELETE ON entry
           FOR EACH ROW EXECUTE FUNCTION bitacora_entry()""",
        "CREATE TRIGGER entry_truncate BEFORE TRUNCATE ON entry EXECUTE FUNCTION bitacora_entry()",
        f"""CREATE FUNCTION bitacora_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            IF NEW.target >= NEW.entry OR NOT {_ORDERED_POSTGRESQL} THEN {raise_}; END IF;
            RETURN NEW;
          END IF;
          {raise_};
        END $$""",
        """CREATE TRIGGER erasure_guard BEFORE INSERT OR UPDATE OR DELETE ON erasure
           FOR EACH ROW EXECUTE FUNCTION bitacora_erasure()""",
        "CREATE TRIGGER erasure_truncate BEFORE TRUNCATE ON erasure EXECUTE FUNCTION bitacora_erasure()",
    ]
