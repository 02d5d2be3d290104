"""Looks at a state store that is there: whether it is whole, what it holds, and what of it cannot be read."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select, text, update

from harvest_mcp.errors import Damaged, StateError
from harvest_mcp.state import schema, sql
from harvest_mcp.state.rows import Row, values, whole
from harvest_mcp.state.words import MEND

WALKS = ("SELECT id FROM changes NOT INDEXED", "SELECT id FROM changes INDEXED BY changes_by_time ORDER BY at")


@dataclass(frozen=True, slots=True)
class Health:
    """What was found in a store that can be used."""

    version: int
    changes: int
    damaged: tuple[int, ...] = ()
    """Changes whose entries cannot be read."""


LEFT_OUT = """
SELECT 1 FROM (SELECT id, account, noun, record FROM changes NOT INDEXED
EXCEPT SELECT id, account, noun, record FROM changes INDEXED BY changes_by_record) LIMIT 1
"""
"""Changes that the index by record lacks, or has under another record."""


def mend_index(connection: Connection) -> None:
    """Make the index by record of a SQLite file anew where it leaves changes out: writes look into it."""
    with suppress(sql.DatabaseError):  # a file that cannot be read through says so where it is used
        if connection.exec_driver_sql(LEFT_OUT).first():
            connection.exec_driver_sql("REINDEX changes_by_record")


def examine(connection: Connection, shown: str) -> Health:
    """Return what a store holds, after writing to it what it held before.

    Raises:
        StateError: it is damaged.
    """
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA integrity_check(1)")).scalar() != "ok":
        raise StateError(f"The state store at {shown} is damaged.", next=MEND)
    meta = schema.meta.c
    connection.execute(update(schema.meta).values(value=meta.value))
    version = connection.execute(select(meta.value).where(meta.name == "version")).scalar_one()
    count = connection.execute(select(func.count()).select_from(schema.changes)).scalar_one()
    return Health(version, count, damaged(connection))


def salvaged(connection: Connection, query: Select[Any], limit: int) -> Iterator[Row | int]:
    """Yield the rows of a SQLite file that is damaged, newest first; of one that cannot be read, its id.

    The ids are those of the table, as far as it can be walked, and of an index, which lies in other pages.
    """
    ids = set[int]()
    for walk in WALKS:
        with suppress(sql.DatabaseError):
            ids.update(row[0] for row in connection.exec_driver_sql(walk) if whole(row[0]))
    taken = 0
    for id in sorted(ids, reverse=True):
        if taken == limit:
            return
        try:
            row = connection.execute(sql.with_id(query, id)).mappings().first()
        except sql.DatabaseError:
            yield id
            continue
        if row is not None:
            taken += 1
            yield row
        elif connection.execute(sql.THERE, {"entry": id}).first() is None:
            yield id


def uneven(connection: Connection) -> bool:
    """Return whether a SQLite file has another number of changes by its table than by an index.

    Such damage raises no error.
    """
    if connection.dialect.name != "sqlite":
        return False
    counts = {connection.exec_driver_sql(f"SELECT count(*) FROM ({walk})").scalar() for walk in WALKS}  # noqa: S608 - ours
    return len(counts) > 1


def damaged(connection: Connection) -> tuple[int, ...]:
    """Return the ids of all rows that cannot be read; of one whose id is damaged too, 0."""
    found = list[int]()
    for row in connection.execute(sql.ALL_ENTRIES).mappings():
        try:
            values(row)
        except Damaged as error:
            found.append(error.change or 0)
    return tuple(found)
