"""Looks at a state store that is there: whether it is whole, can be written, and what it holds."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text, update

from harvest_mcp.errors import StateError
from harvest_mcp.state import rows, schema
from harvest_mcp.state.words import MEND


@dataclass(frozen=True, slots=True)
class Health:
    """What was found in a store that can be used."""

    version: int
    changes: int
    damaged: tuple[int, ...] = ()
    """Changes whose entries cannot be read."""


def examine(connection: Connection, shown: str) -> Health:
    """What a store holds, after writing to it what it held before.

    Raises:
        StateError: it is damaged.
    """
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA integrity_check(1)")).scalar() != "ok":
        raise StateError(f"The state store at {shown} is damaged.", next=MEND)
    meta = schema.meta.c
    connection.execute(update(schema.meta).values(value=meta.value))
    version = connection.execute(select(meta.value).where(meta.name == "version")).scalar_one()
    count = connection.execute(select(func.count()).select_from(schema.changes)).scalar_one()
    return Health(version, count, rows.damaged(connection))
