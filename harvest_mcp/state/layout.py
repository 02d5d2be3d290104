"""Lays the tables of the state store out, or brings them up to this version."""

from sqlalchemy import Connection, insert, inspect, select, text, update
from sqlalchemy.schema import CreateSchema

from harvest_mcp.errors import StateError
from harvest_mcp.state import schema, steps
from harvest_mcp.state.postgresql import SCHEMA
from harvest_mcp.state.words import MEND

LOCK = "SELECT pg_advisory_xact_lock(720714)"


def lay_out(connection: Connection, shown: str) -> None:
    """Lay all tables out in the transaction of this connection.

    Raises:
        StateError: a newer version of this server made the tables, or another program did.
    """
    there = _tables(connection)
    if not there:
        schema.tables.create_all(connection, checkfirst=False)
        connection.execute(insert(schema.meta).values(name="version", value=steps.VERSION))
        connection.execute(insert(schema.meta).values(name="tick", value=0))
        return
    found = _version(connection) if "meta" in there else None
    if not isinstance(found, int):  # SQLite keeps what it is given, whatever the column's type
        raise StateError(f"The database at {shown} is not a state store; it was left as it is.", next=MEND)
    if found > steps.VERSION:
        raise StateError(
            f"The state store at {shown} was made by a newer harvest-mcp.",
            next="Upgrade this one, or name another store with HARVEST_MCP_STATE. Reading goes on.",
        )
    if found < steps.VERSION:
        _step(connection, found)


def _tables(connection: Connection) -> list[str]:
    """Return the tables that are there, and let nobody else add one; SQLite's transactions are one at a time anyway."""
    if connection.dialect.name == "sqlite":
        return inspect(connection).get_table_names()
    connection.execute(text(LOCK))
    if SCHEMA not in (found := inspect(connection)).get_schema_names():
        connection.execute(CreateSchema(SCHEMA))
    return found.get_table_names(schema=SCHEMA)


def _version(connection: Connection) -> object:
    return connection.execute(select(schema.meta.c.value).where(schema.meta.c.name == "version")).scalar()


def _step(connection: Connection, found: int) -> None:
    for step in steps.STEPS[found - 1 :]:
        for statement in step:
            connection.execute(text(statement))
    connection.execute(update(schema.meta).where(schema.meta.c.name == "version").values(value=steps.VERSION))
