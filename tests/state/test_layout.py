"""Versions of the tables: an older store is brought up to date in one go or not at all, a newer one is left alone."""

import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect

from harvest_mcp.errors import StateError
from harvest_mcp.state import State, schema, steps
from harvest_mcp.state import sqlite as in_file
from tests.state import fresh_file
from tests.state.kit import statement

TODAY = steps.STEPS
ADDED = ("ALTER TABLE said ADD COLUMN words TEXT NOT NULL DEFAULT ''", "CREATE INDEX said_by_words ON said (words)")
WIDER = ("ALTER TABLE changes ADD COLUMN note TEXT", "UPDATE changes SET note = tool")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "state.db") if request.param == "sqlite" else str(request.getfixturevalue("database"))


def version(monkeypatch: pytest.MonkeyPatch, *taken: Sequence[str]) -> None:
    """A later version of this package, with these steps behind it."""
    monkeypatch.setattr(steps, "STEPS", (*TODAY, *taken))
    for module in (steps, in_file):
        monkeypatch.setattr(module, "VERSION", 1 + len(TODAY) + len(taken))


def columns(place: str, table: str) -> set[str]:
    with closing(State(place)) as state:
        schema_ = "harvest_mcp" if state.remote else None
        return {column["name"] for column in inspect(state.engine()).get_columns(table, schema=schema_)}


ENTRY = """
INSERT INTO changes (at, principal, system, account, tool, verb, noun, sent, outcome, holder)
VALUES (1, 'jane', 'harvest', 'harvest:x', 'create_client', 'create', 'client', '{}', 'applied', 'here:1')
"""


def test_an_older_store_is_brought_up_to_date_with_what_it_holds(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    statement(place, ENTRY)
    version(monkeypatch, ADDED)
    assert statement(place, "SELECT value FROM meta WHERE name = 'version'")[0][0] == 2 + len(TODAY)
    version(monkeypatch, ADDED, WIDER)
    assert [tuple(row) for row in statement(place, "SELECT id, tool, note FROM changes")] == [
        (1, "create_client", "create_client")
    ]
    assert "words" in columns(place, "said")
    assert statement(place, "SELECT value FROM meta WHERE name = 'version'")[0][0] == 3 + len(TODAY)


def test_two_steps_are_taken_one_after_the_other(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    statement(place, ENTRY)
    version(monkeypatch, ADDED, ("UPDATE said SET words = 'a'", "ALTER TABLE said RENAME COLUMN words TO said_words"))
    assert "said_words" in columns(place, "said")


def test_a_step_that_fails_leaves_the_store_as_it_was(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    statement(place, ENTRY)
    version(monkeypatch, ADDED, ("ALTER TABLE no_such_table ADD COLUMN x TEXT",))
    with closing(State(place)) as state, pytest.raises(StateError, match="is not laid out as it should be"):
        state.do(lambda connection: None)
    version(monkeypatch)
    assert "words" not in columns(place, "said")
    assert statement(place, "SELECT value FROM meta WHERE name = 'version'")[0][0] == 1 + len(TODAY)


def test_a_newer_store_is_left_alone(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    version(monkeypatch, ADDED)
    statement(place, ENTRY)
    version(monkeypatch)
    with closing(State(place)) as state, pytest.raises(StateError) as refused:
        state.engine()
    assert str(refused.value) == (
        f"The state store at {state.shown} was made by a newer harvest-mcp. "
        "Upgrade this one, or name another store with HARVEST_MCP_STATE. Reading goes on."
    )


def test_the_version_counts_the_steps() -> None:
    assert len(steps.STEPS) + 1 == steps.VERSION


def test_the_tables_of_a_new_store_are_those_of_the_schema(place: str) -> None:
    for table in schema.tables.sorted_tables:
        assert columns(place, table.name) == {column.name for column in table.columns}


def test_the_steps_lead_from_the_first_version_to_the_tables_of_today(tmp_path: Path) -> None:
    """`version_1.sql` is what `python -m tests.state` printed for the first release, and stays that."""
    file = tmp_path / "state.db"
    file.touch(0o600)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((Path(__file__).parent / "version_1.sql").read_text("utf-8"))
        connection.execute("INSERT INTO meta (name, value) VALUES ('version', 1)")
        connection.commit()
    assert {table.name: columns(str(file), table.name) for table in schema.tables.sorted_tables} == {
        table.name: {column.name for column in table.columns} for table in schema.tables.sorted_tables
    }


def test_a_new_file_is_laid_out_without_the_sql_library_as_with_it(tmp_path: Path) -> None:
    assert in_file.FRESH.read_text("utf-8") == fresh_file.content(), "run python -m tests.documents"
    light, heavy = (State(str(tmp_path / f"{name}.db")) for name in ("light", "heavy"))
    with closing(light), closing(heavy):
        light.light().close()
        heavy.engine()
        assert made(light.place) == made(heavy.place)


def made(place: str) -> tuple[set[str], list[object]]:
    """The definitions of a file's tables and indexes, blanks aside, and what stands in it from the start."""
    with closing(sqlite3.connect(place)) as connection:
        said = {" ".join(str(sql).split()) for (sql,) in connection.execute("SELECT sql FROM sqlite_master")}
        return said, connection.execute("SELECT name, value FROM meta ORDER BY name").fetchall()


def test_two_that_lay_a_file_out_at_once_leave_one_layout(tmp_path: Path) -> None:
    states = [State(str(tmp_path / "state.db")) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        for connection in threads.map(State.light, states):
            connection.close()
    assert made(states[0].place)[1] == [("tick", 0), ("version", steps.VERSION)]
