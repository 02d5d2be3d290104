"""What two accounts hold otherwise: SQLite compares their rows, of which ten thousand are alike."""

import sqlite3
from contextlib import closing

from harvest_mcp.sandbox import Sandbox

BOTH = (("main", "other"), ("other", "main"))


def image(sandbox: Sandbox) -> bytes:
    """The whole account, to be compared when it is closed."""
    return sandbox.store.image()


def differing(one: bytes, other: bytes) -> dict[str, set[int]]:
    """The ids by table of every row that is in one of them only, or not alike in both."""
    with closing(sqlite3.connect(":memory:")) as both:
        both.execute("ATTACH ':memory:' AS other")
        both.deserialize(one)
        both.deserialize(other, name="other")
        tables = [name for (name,) in both.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
        found = {
            table: {
                id
                for here, there in BOTH
                for (id, *_) in both.execute(f'SELECT * FROM {here}."{table}" EXCEPT SELECT * FROM {there}."{table}"')  # noqa: S608 - its own names
            }
            for table in tables
            if not table.startswith("sqlite_")
        }
    return {table: ids for table, ids in found.items() if ids}
