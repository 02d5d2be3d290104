"""Create the tables of the state store, or upgrade them to this version."""

from pathlib import Path

from harvest_mcp.errors import StateError
from harvest_mcp.state import sql, steps
from harvest_mcp.state.postgresql import LAYING_OUT, SCHEMA
from harvest_mcp.state.transaction import Transaction
from harvest_mcp.state.words import MEND

TABLES = Path(__file__).with_name("tables.sql")
NUMBERED = ("BIGSERIAL NOT NULL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
"""The type of a row id in the tables file, and in SQLite."""
LOCK = f"SELECT pg_advisory_xact_lock({LAYING_OUT})"
OF_FILE = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
OF_SCHEMA = f"SELECT tablename FROM pg_tables WHERE schemaname = '{SCHEMA}'"  # noqa: S608 - ours
HAS_SCHEMA = f"SELECT 1 FROM pg_namespace WHERE nspname = '{SCHEMA}'"  # noqa: S608 - ours


def lay_out(connection: Transaction, shown: str) -> None:
    """Create or upgrade all tables in this connection's transaction.

    Raises:
        StateError: they are of a newer version, or of another program.
    """
    there = _tables(connection)
    if not there:
        for statement in statements(remote=connection.remote):
            connection.execute(statement)
        for name, value in (("version", steps.VERSION), ("tick", 0)):
            connection.execute("INSERT INTO meta (name, value) VALUES (:name, :value)", {"name": name, "value": value})
        return
    found = connection.value(sql.VERSION) if "meta" in there else None
    if not isinstance(found, int):  # SQLite stores any type in any column
        raise StateError(f"The database at {shown} is not a state store; it was left as it is.", next=MEND)
    if found > steps.VERSION:
        raise StateError(
            f"The state store at {shown} was made by a newer harvest-mcp.",
            next="Upgrade this one, or name another store with HARVEST_MCP_STATE. Reading goes on.",
        )
    if found < steps.VERSION:
        _step(connection, found)


def statements(*, remote: bool) -> list[str]:
    """Return the statements that create today's tables, in one database or the other."""
    lines = (line for line in TABLES.read_text("utf-8").splitlines() if not line.startswith("--"))
    text = "\n".join(lines) if remote else "\n".join(lines).replace(*NUMBERED)
    return [each.strip() for each in text.split(";\n") if each.strip()]


def _tables(connection: Transaction) -> list[str]:
    """Return the existing tables, locking out other creators; SQLite's transactions exclude each other anyway."""
    if connection.remote:
        connection.execute(LOCK)
        if not connection.value(HAS_SCHEMA):
            connection.execute(f"CREATE SCHEMA {SCHEMA}")
    return [row[0] for row in connection.execute(OF_SCHEMA if connection.remote else OF_FILE).fetchall()]


def _step(connection: Transaction, found: int) -> None:
    for step in steps.STEPS[found - 1 :]:
        for statement in step:
            connection.execute(statement)
    connection.execute("UPDATE meta SET value = :version WHERE name = 'version'", {"version": steps.VERSION})
