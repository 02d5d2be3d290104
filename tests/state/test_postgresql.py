"""The store in a real PostgreSQL server: everything a file does, for several machines."""

import builtins
import logging
import socket
from contextlib import closing
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import anyio
import pytest

from harvest_mcp.errors import Outdated, StateError
from harvest_mcp.sandbox import Sandbox, running
from harvest_mcp.state import State, postgresql
from harvest_mcp.state.steps import VERSION
from harvest_mcp.state.transaction import Transaction
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.tools.tool import Call
from tests.postgresql import PASSWORD
from tests.state.kit import MEND, open_at, refusal, served, served_at, statement

pytestmark = pytest.mark.anyio
CLIENT = {"name": "Harbour Works"}


def run(address: str, sql: str) -> list[Any]:
    """A statement past the package, with the rights of the one who made the database."""
    import psycopg  # noqa: PLC0415 - only where a server is

    with psycopg.connect(address, autocommit=True) as connection:
        cursor = connection.execute(sql)  # type: ignore[arg-type, unused-ignore]  # our own words
        return cursor.fetchall() if cursor.description else []


def shown(address: str) -> str:
    parts = urlsplit(address)
    return f"postgresql://{parts.hostname}{parts.path}"


async def test_a_change_is_journalled_found_by_another_machine_and_undone_there(
    database: str, sandbox: Sandbox
) -> None:
    with running(sandbox) as url:
        async with served_at(url, sandbox, database) as one, served_at(url, sandbox, database) as other:
            await one.ok("update_client", client_id=11072, details="1 Quay\nBremen")
            listed = (await other.ok("list_changes")).splitlines()
            assert listed[0] == "# 1 change, newest first"
            id = listed[2].split(",")[0]
            assert f"Undid change {id}" not in await other.ok("get_change", change_id=int(id))
            assert (await other.ok("undo_change", change_id=int(id))).startswith(f"Undid change {id}: ")
            assert ",undone," in await one.ok("list_changes", outcome=["undone"])


async def test_a_create_said_on_two_machines_at_once_has_one_effect(database: str, sandbox: Sandbox) -> None:
    said: list[str] = []

    async def say(talk: Any) -> None:
        said.append((await talk.call("create_client", **CLIENT)).text)

    with running(sandbox) as url:
        async with (
            served_at(url, sandbox, database) as one,
            served_at(url, sandbox, database) as other,
            anyio.create_task_group() as group,
        ):
            group.start_soon(say, one)
            group.start_soon(say, other)
    assert all("Harbour Works" in each for each in said)  # the second may find the record by its name
    assert len(said) == 2
    assert sum(seen.method == "POST" for seen in sandbox.seen) == 1


async def test_the_budget_is_one_for_both_machines(database: str, sandbox: Sandbox) -> None:
    with running(sandbox) as url:
        left = []
        for _ in range(2):
            desk = open_at(url, database)
            await Call(desk, "test").api(HARVEST).who()
            left.append(await desk.line(HARVEST).throttle.left())
            await desk.aclose()
    assert left == [79, 78]


def test_it_keeps_to_a_schema_of_its_own(database: str) -> None:
    run(database, "CREATE TABLE meta (theirs TEXT)")
    run(database, "CREATE TABLE changes (theirs TEXT)")
    statement(database, "SELECT 1")
    tables = run(database, "SELECT schemaname, tablename FROM pg_tables WHERE tablename IN ('meta', 'changes')")
    assert sorted(tables) == [
        ("harvest_mcp", "changes"),
        ("harvest_mcp", "meta"),
        ("public", "changes"),
        ("public", "meta"),
    ]


def test_a_user_without_the_right_to_make_a_schema_works_in_one_made_for_it(database: str) -> None:
    run(database, "CREATE ROLE clerk LOGIN PASSWORD 'clerk'")
    try:
        clerk = (
            urlsplit(database)._replace(netloc=f"clerk:clerk@{urlsplit(database).netloc.rpartition('@')[2]}").geturl()
        )
        with closing(State(clerk)) as state, pytest.raises(StateError, match="its user may not write there"):
            state.open()
        run(database, "CREATE SCHEMA harvest_mcp AUTHORIZATION clerk")
        assert statement(clerk, "SELECT value FROM meta WHERE name = 'version'")[0][0] == VERSION
    finally:
        run(database, "DROP OWNED BY clerk")
        run(database, "DROP ROLE clerk")


def nowhere() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def stopped(sandbox: Sandbox, address: str, why: str, caplog: pytest.LogCaptureFixture) -> None:
    """Writes stop with these words, reads go on, and no password is anywhere."""
    caplog.set_level(logging.DEBUG, "harvest_mcp")
    async with served(sandbox, address) as talk:
        assert (await talk.ok("list_clients", limit=1)).startswith("# 1 of ")
        assert await talk.error("create_client", **CLIENT) == refusal(shown(address), why)
        assert [line for line in talk.wire() if not line.startswith("GET")] == []
        assert (await talk.ok("list_clients", limit=1)).startswith("# 1 of ")
    alone = [record.getMessage() for record in caplog.records if "alone" in record.getMessage()]
    assert alone == [
        f"This process counts its calls alone. The state store at {shown(address)} cannot be used: {why}. {MEND}"
    ]
    assert not any(secret in caplog.text for secret in (PASSWORD, PASSWORD.replace(" ", "%20"), "open+sesame"))


async def test_a_server_that_is_not_there_stops_writes_and_reads_go_on(
    database: str, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    address = database.replace(f":{urlsplit(database).port}", f":{nowhere()}")
    await stopped(sandbox, address, "the database server cannot be reached", caplog)


async def test_a_wrong_password_stops_writes_and_reads_go_on(
    database: str, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    address = database.replace("open%20sesame", "close%20sesame")
    await stopped(sandbox, address, "the database server does not accept the credentials", caplog)


async def test_a_database_that_is_not_there_stops_writes_and_reads_go_on(
    database: str, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    await stopped(sandbox, f"{database}x", "the database server has no such database", caplog)


async def test_a_read_only_database_stops_writes_and_reads_go_on(
    database: str, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    statement(database, "SELECT 1")
    run(database, f"ALTER DATABASE {urlsplit(database).path[1:]} SET default_transaction_read_only = on")
    await stopped(sandbox, database, "it is read-only", caplog)


async def test_a_store_locked_for_long_stops_writes_and_reads_go_on(
    database: str, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg  # noqa: PLC0415 - only where a server is

    statement(database, "SELECT 1")
    monkeypatch.setattr(postgresql, "BEGIN", postgresql.BEGIN.replace("10s", "200ms"))
    with psycopg.connect(database) as other:
        other.execute("LOCK TABLE harvest_mcp.meta, harvest_mcp.changes, harvest_mcp.gates IN ACCESS EXCLUSIVE MODE")
        await stopped(sandbox, database, "another process keeps it busy", caplog)


async def test_a_server_that_was_started_anew_is_used_again(database: str, sandbox: Sandbox) -> None:
    async with served(sandbox, database) as talk:
        await talk.ok("create_client", **CLIENT)
        run(
            database,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND datname = current_database()",
        )
        await talk.ok("list_clients")
        await talk.ok("create_client", name="Harbour Works 2")
        assert (await talk.ok("list_changes")).startswith("# 2 changes")


async def test_a_query_is_a_transaction_of_its_own_and_is_refused_once_the_tables_are_newer(database: str) -> None:
    named = "SELECT value FROM meta WHERE name = :name"
    begun = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    with closing(State(database)) as state:
        state.open()
        for name, found in (("version", [{"value": VERSION}]), ("it's 5 % :name", [])):
            query = partial(Transaction.rows, statement=named, values={"name": name, "not asked for": 1})
            assert await state.read(query) == found
            assert run(database, begun) == [(0,)]
        run(database, "UPDATE harvest_mcp.meta SET value = value + 1 WHERE name = 'version'")
        with pytest.raises(Outdated):
            await state.read(lambda on: on.rows("SELECT value FROM meta"))
        assert run(database, begun) == [(0,)]


async def test_a_query_finds_what_a_write_kept_whatever_encoding_the_database_gives_its_clients(database: str) -> None:
    run(database, f"ALTER DATABASE {urlsplit(database).path[1:]} SET client_encoding = 'LATIN1'")
    keep = "INSERT INTO meta (name, value) VALUES (:name, :value) RETURNING value"
    found = "SELECT value FROM meta WHERE name = :name"
    kept = {"\u00e9": 1, "\u00c3\u00a9": 2, "\u4f60\\' --": 3}  # the second is what UTF-8 of the first is in Latin-1
    with closing(State(database)) as state:
        state.open()
        for name, value in kept.items():
            await state.run(partial(Transaction.value, statement=keep, values={"name": name, "value": value}))
        for name, value in kept.items():
            assert await state.read(partial(Transaction.value, statement=found, values={"name": name})) == value


async def test_a_missing_driver_is_named_with_how_to_get_it(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    importing = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "psycopg":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return importing(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    async with served(sandbox, "postgresql://harvest@db.example/harvest") as talk:
        await talk.ok("list_clients", limit=1)
        assert await talk.error("create_client", **CLIENT) == (
            "The state store is in PostgreSQL, and the driver for it is not installed. Nothing was created. "
            "Install this package's extra: `pip install '.[postgresql]'` in its clone. Reading goes on."
        )


def test_an_address_that_is_none_is_worded() -> None:
    address = "postgresql://harvest:sesame@db.example:port/harvest"
    with closing(State(address)) as state, pytest.raises(StateError) as refused:
        state.do(lambda connection: None)
    assert str(refused.value) == f"HARVEST_MCP_STATE is not an address of PostgreSQL. {MEND}"


def test_it_is_shown_without_credentials(database: str) -> None:
    with closing(State(database)) as state:
        assert (state.remote, state.exists(), state.shown) == (True, True, shown(database))
