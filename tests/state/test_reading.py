"""One query before a write goes by a connection that only reads."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from harvest_mcp.errors import StateError
from harvest_mcp.state import State, sql
from harvest_mcp.state.transaction import Transaction

pytestmark = pytest.mark.anyio
COUNT_IS = "UPDATE meta SET value = {} WHERE name = 'tick'"


def count(connection: Transaction) -> object:
    return connection.value(sql.COUNT)


def put_in_place(new: str, old: str) -> None:
    """Put one file in the place of another, of which nothing is left."""
    for beside in ("-wal", "-shm"):
        os.unlink(old + beside)
    os.replace(new, old)


async def test_a_query_waits_for_nobodys_write(tmp_path: Path) -> None:
    with closing(State(str(tmp_path / "state.db"))) as state:
        state.do(lambda connection: connection.execute(COUNT_IS.format(7)))
        with closing(sqlite3.connect(state.place, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute(COUNT_IS.format(8))
            assert await state.read(count) == 7
            other.execute("COMMIT")
            assert await state.read(count) == 8


async def test_a_query_reads_the_file_that_was_put_in_the_place_of_another(tmp_path: Path) -> None:
    with closing(State(str(tmp_path / "state.db"))) as state, closing(State(str(tmp_path / "other.db"))) as other:
        state.do(lambda connection: connection.execute(COUNT_IS.format(7)))
        other.do(lambda connection: connection.execute(COUNT_IS.format(9)))
        assert await state.read(count) == 7
        other.close()
        put_in_place(other.place, state.place)
        assert await state.read(count) == 9


async def test_a_query_of_a_file_that_others_may_write_to_is_refused(tmp_path: Path) -> None:
    with closing(State(str(tmp_path / "state.db"))) as state:
        state.open()
        os.chmod(state.place, 0o644)
        with pytest.raises(StateError, match="other users may read or write it"):
            await state.read(count)
