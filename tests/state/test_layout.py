"""Versions of the tables: an older store is brought up to date in one go or not at all, a newer one is left alone."""

import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from harvest_mcp.errors import StateError
from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.state import State, steps
from harvest_mcp.state import sqlite as in_file
from tests.patience import until
from tests.state.kit import served, statement

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
        return set(state.do(lambda on: [each[0] for each in on.execute(f"SELECT * FROM {table}").description]))  # noqa: S608 - ours


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
        state.open()
    assert str(refused.value) == (
        f"The state store at {state.shown} was made by a newer harvest-mcp. "
        "Upgrade this one, or name another store with HARVEST_MCP_STATE. Reading goes on."
    )


OUTDATED = "A newer version of harvest-mcp has changed the state store since this server started."
ANEW = "Start this server again, in that version. Reading goes on."


def overtake(place: str) -> None:
    """Do as a newer server does that starts."""
    with closing(State(place)) as state:
        taken = (*ADDED, "UPDATE meta SET value = value + 1 WHERE name = 'version'")
        state.do(lambda connection: [connection.execute(each) for each in taken])


@pytest.mark.anyio
async def test_a_server_that_a_newer_one_overtook_sends_no_write_and_says_to_start_it_again(
    place: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(sandbox, place) as talk:
        await talk.ok("update_contact", contact_id=9, title="First")
        sandbox.fail(Fault("delay", "3600", method="PUT", commit="before"))
        texts: list[str] = []

        async def overtaken() -> None:
            texts.append(await talk.ok("update_contact", contact_id=9, title="Second"))

        async with anyio.create_task_group() as together:
            together.start_soon(overtaken)
            await until(lambda: [call.method for call in sandbox.seen].count("PUT") == 2)
            await anyio.to_thread.run_sync(overtake, place)
            sandbox.calm()
        noted = "This outcome is noted with the next write. undo_change(change_id=2) takes it back."
        assert texts[0].startswith(f'Updated contact "Jane Doe" (9). {OUTDATED} {noted}\n')
        sent = len(sandbox.seen)
        assert await talk.error("create_client", name="Harbour Works") == f"{OUTDATED} Nothing was created. {ANEW}"
        assert await talk.error("list_changes") == f"{OUTDATED} {ANEW}"
        assert [call.method for call in sandbox.seen[sent:] if call.method != "GET"] == []
        assert '"Jane"' in await talk.ok("get_contact", contact_id=9)
    version(monkeypatch, ADDED)
    with closing(State(place)) as newer:  # whose next look settles it
        assert newer.do(lambda on: on.value("SELECT outcome FROM changes WHERE id = 2")) == "intended"


def test_the_version_counts_the_steps() -> None:
    assert len(steps.STEPS) + 1 == steps.VERSION


def test_the_steps_lead_from_the_first_version_to_the_tables_of_today(tmp_path: Path) -> None:
    """`version_1.sql` is how the first release laid a file out, and stays that."""
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    old.touch(0o600)
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript((Path(__file__).parent / "version_1.sql").read_text("utf-8"))
        connection.execute("INSERT INTO meta (name, value) VALUES ('version', 1)")
        connection.commit()
    assert held(old) == held(new)


def held(file: Path) -> tuple[dict[str, set[str]], set[tuple[str, str]]]:
    """The columns of each table, and what each index is over, as a store of today has them."""
    tables = [name for (name,) in statement(str(file), "SELECT name FROM sqlite_master WHERE type = 'table'")]
    indices = statement(str(file), "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    return {table: columns(str(file), table) for table in tables}, {(name, sql) for name, sql in indices}


def test_two_that_lay_a_file_out_at_once_leave_one_layout(tmp_path: Path) -> None:
    states = [State(str(tmp_path / "state.db")) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        for connection in threads.map(State.light, states):
            connection.close()
    for state in states:
        state.close()
    assert statement(states[0].place, "SELECT name, value FROM meta ORDER BY name") == [
        ("tick", 0),
        ("version", steps.VERSION),
    ]
