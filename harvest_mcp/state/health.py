"""Examine a state store: whether it is intact, what it holds, and what cannot be read."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from harvest_mcp.errors import Damaged, StateError
from harvest_mcp.state import sql
from harvest_mcp.state.rows import Row, values, whole
from harvest_mcp.state.sqlite import DatabaseError
from harvest_mcp.state.transaction import Transaction
from harvest_mcp.state.words import MEND

WALKS = ("SELECT id FROM changes NOT INDEXED", "SELECT id FROM changes INDEXED BY changes_by_account")


@dataclass(frozen=True, slots=True)
class Health:
    """What was found in a usable store."""

    version: int
    changes: int
    damaged: tuple[int, ...] = ()
    """The number of unreadable changes."""


LEFT_OUT = """
SELECT 1 FROM (SELECT {0} FROM changes NOT INDEXED EXCEPT SELECT {0} FROM changes INDEXED BY {1}) LIMIT 1
"""
"""Selects changes that an index lacks, or has under other values."""
INDICES = {"changes_by_record": "id, account, noun, record", "changes_by_account": "id, account"}
"""What the indexes serve: writes to a record, and the newest of an account."""
BY_TABLE = """
SELECT max(id), sum(account = :of) FROM (SELECT id, account FROM changes NOT INDEXED WHERE id >= :entry LIMIT 200)
"""
BY_INDEX = """
SELECT count(*) FROM changes INDEXED BY changes_by_account
WHERE account = :of AND id >= :entry AND (:last IS NULL OR id <= :last)
"""
"""Counts an account's changes from one on."""


def mend_indices(connection: Transaction) -> None:
    """Rebuild an index of a SQLite file that misses changes, since writes and lists use it."""
    if connection.remote:
        return
    for index, columns in INDICES.items():
        with suppress(DatabaseError):  # an unreadable file is reported where it is used
            if connection.value(LEFT_OUT.format(columns, index)):
                connection.execute(f"REINDEX {index}")


def examine(connection: Transaction, shown: str) -> Health:
    """Return what a store holds, after a test write.

    Raises:
        StateError: it is damaged.
    """
    if not connection.remote and connection.value("PRAGMA integrity_check(1)") != "ok":
        raise StateError(f"The state store at {shown} is damaged.", next=MEND)
    connection.execute("UPDATE meta SET value = value")
    count = connection.value("SELECT count(*) FROM changes")
    return Health(connection.value(sql.VERSION), count, damaged(connection))


def salvaged(connection: Transaction, query: str, given: Mapping[str, object], limit: int) -> Iterator[Row | int]:
    """Yield the rows of a damaged SQLite file, newest first; for an unreadable one, its id.

    Ids come from the table, as far as it can be walked, and from an index, which lies in other pages.
    """
    ids = set[int]()
    for walk in WALKS:
        with suppress(DatabaseError):
            ids.update(row[0] for row in connection.execute(walk) if whole(row[0]))
    taken = 0
    for id in sorted(ids, reverse=True):
        if taken == limit:
            return
        try:
            row = connection.row(query + sql.WITH_ID, {**given, "entry": id})
        except DatabaseError:
            yield id
            continue
        if row is not None:
            taken += 1
            yield row
        elif connection.value(sql.THERE, {"entry": id}) is None:
            yield id


def uneven(connection: Transaction, account: str, since: int) -> bool:
    """Return whether table and index of a SQLite file differ in the number of an account's changes, among the next 200.

    Such damage raises no error.
    """
    if connection.remote:
        return False
    given = {"of": account, "entry": since}
    last, count = connection.execute(BY_TABLE, given).fetchone()
    return bool(connection.value(BY_INDEX, {**given, "last": last}) != (count or 0))


def damaged(connection: Transaction) -> tuple[int, ...]:
    """Return the ids of all unreadable rows; 0 for one whose id is damaged too."""
    found = list[int]()
    for row in connection.rows(sql.ALL_ENTRIES):
        try:
            values(row)
        except Damaged as error:
            found.append(error.change or 0)
    return tuple(found)
