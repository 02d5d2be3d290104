"""One budget for all processes on a state store: the count, the gate, the probe, in a file and in PostgreSQL."""

import logging
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from pyrate_limiter import PostgresBucket

from harvest_mcp.errors import GateClosed, Throttled
from harvest_mcp.gateway import Account, nobody
from harvest_mcp.gateway.book import LEASE
from harvest_mcp.gateway.shared import ALONE_FOR, SLACK, shared
from harvest_mcp.gateway.throttle import Throttle
from harvest_mcp.spec import Plan
from harvest_mcp.state import State, sqlite
from harvest_mcp.systems.harvest import HARVEST
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio
WINDOW = HARVEST.plan.seconds
LETTER = b"Dear Jane, " * 1000


class Clock:
    """Stands until it is turned; a sleep turns it."""

    def __init__(self, now: float = 100_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await anyio.lowlevel.checkpoint()


Open = Callable[..., Throttle]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """One clock for every process there is, the database server's included."""
    made = Clock()
    monkeypatch.setattr(PostgresBucket, "now", lambda bucket: round(made() * 1000))
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "state.db") if request.param == "sqlite" else str(request.getfixturevalue("database"))


@pytest.fixture
def opened(clock: Clock) -> Iterator[Open]:
    """Opens throttles that have nothing in common but the place, as those of several processes."""
    states = []

    def throttle(place: str, *, url: str = "https://suprcorp.harvestapp.com", calls: int = 80) -> Throttle:
        states.append(State(place))
        system = replace(HARVEST, plan=Plan(calls=calls, seconds=WINDOW, pause=16))
        account = Account.basic(system, url, "jane@suprcorp.example", "sesame")
        return Throttle(system.plan, book=shared(states[-1], account, clock=clock), clock=clock, sleep=clock.sleep)

    yield throttle
    for state in states:
        state.close()


async def call(throttle: Throttle, *, patience: float = 0) -> None:
    async with throttle.turn(patience=patience, waiting=nobody):
        pass


async def refused(throttle: Throttle, seconds: float) -> None:
    """One call that leaves, and is refused by the vendor."""
    with pytest.raises(Throttled) as refusal:
        async with throttle.turn(patience=0, waiting=nobody):
            raise Throttled("busy", seconds=seconds, next="")
    assert not isinstance(refusal.value, GateClosed)


def laid_out(file: Path) -> None:
    """A store with nothing in it, all of it in one file."""
    with closing(State(str(file))) as state:
        state.open()


def spoil(file: Path) -> None:
    for end in ("", "-wal"):
        Path(f"{file}{end}").write_bytes(LETTER)


def remove(file: Path) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{file}{end}").unlink()


async def waits(throttle: Throttle) -> float:
    """The seconds a call is told to wait, without having left."""
    with pytest.raises(GateClosed) as closed:
        await call(throttle)
    return closed.value.seconds


async def test_calls_of_all_servers_count_together(place: str, opened: Open, clock: Clock) -> None:
    servers = [opened(place, calls=8) for _ in range(4)]
    for _ in range(2):
        for each in servers:
            await call(each)
    assert [await each.left() for each in servers] == [0, 0, 0, 0]
    assert [await waits(each) for each in servers] == [pytest.approx(WINDOW + SLACK, abs=0.002)] * 4
    clock.now += WINDOW + SLACK + 0.002
    assert [await each.left() for each in servers] == [8, 8, 8, 8]
    for each in servers:
        await each.aclose()


async def test_two_accounts_do_not_slow_each_other(place: str, opened: Open) -> None:
    one, other = opened(place, calls=1), opened(place, calls=1, url="https://acme.harvestapp.com")
    await call(one)
    await refused(other, 40)
    assert await waits(one) == pytest.approx(WINDOW + SLACK, abs=0.002)
    assert (await one.closed_for(), await other.closed_for()) == (0, 40)
    await one.aclose()
    await other.aclose()


async def test_a_refusal_seen_by_one_closes_the_gate_for_all(place: str, opened: Open, clock: Clock) -> None:
    one, other = opened(place), opened(place)
    await refused(one, 40)
    assert await waits(other) == 40
    clock.now += 39
    assert (await waits(one), await waits(other)) == (1, 1)
    assert await other.left() == 80, "a call that did not leave takes no place"
    await one.aclose()
    await other.aclose()


async def test_one_probe_in_all_processes_opens_the_gate(place: str, opened: Open, clock: Clock) -> None:
    one, other = opened(place), opened(place)
    await refused(one, 1)
    clock.now += 15
    async with other.turn(patience=0, waiting=nobody):
        assert await waits(one) == 0.25
    clock.now += 0.25
    async with one.turn(patience=0, waiting=nobody):
        await call(other)
    await one.aclose()
    await other.aclose()


async def test_refusals_of_probes_double_the_pause_whoever_sends_them(place: str, opened: Open, clock: Clock) -> None:
    servers, pauses = [opened(place), opened(place)], []
    for turn in range(7):
        await refused(servers[turn % 2], 1)
        pauses.append(await servers[0].closed_for())
        clock.now += pauses[-1]
    assert pauses == [15, 30, 60, 120, 240, 300, 300]
    for each in servers:
        await each.aclose()


DIES = """
import os, sys, anyio
from harvest_mcp.gateway import Account, nobody
from harvest_mcp.gateway.shared import shared
from harvest_mcp.gateway.throttle import Throttle
from harvest_mcp.state import State
from harvest_mcp.systems.harvest import HARVEST

async def main():
    account = Account.basic(HARVEST, "https://suprcorp.harvestapp.com", "jane@suprcorp.example", "sesame")
    async with Throttle(HARVEST.plan, book=shared(State(sys.argv[1]), account)).turn(patience=0, waiting=nobody):
        os._exit(9)

anyio.run(main)
"""


async def test_a_probe_whose_process_dies_expires(tmp_path: Path, opened: Open, clock: Clock) -> None:
    place, throttle = str(tmp_path / "state.db"), opened(str(tmp_path / "state.db"))
    clock.now = time.monotonic() - 20
    await refused(throttle, 15)
    assert (await anyio.run_process([sys.executable, "-c", DIES, place], check=False)).returncode == 9
    clock.now = time.monotonic() + 1
    assert await waits(throttle) == 0.25
    clock.now += LEASE
    await call(throttle)
    assert await throttle.closed_for() == 0
    await throttle.aclose()


async def test_a_probe_that_comes_late_does_not_end_the_one_that_followed_it(
    place: str, opened: Open, clock: Clock
) -> None:
    one, other, third = opened(place), opened(place), opened(place)
    await refused(one, 15)
    clock.now += 15
    late = one.turn(patience=0, waiting=nobody)
    await late.__aenter__()
    clock.now += LEASE + 1
    async with other.turn(patience=0, waiting=nobody):
        assert not await late.__aexit__(TimeoutError, TimeoutError("it never came"), None)
        assert await waits(third) == 0.25
    for each in (one, other, third):
        await each.aclose()


async def test_a_machine_started_anew_forgets_what_its_old_clock_said(
    tmp_path: Path, opened: Open, clock: Clock
) -> None:
    place = str(tmp_path / "state.db")
    for seconds in (3600, 1):  # the gate, then only the count
        before = opened(place, calls=2)
        await call(before)
        await refused(before, seconds)
        await before.aclose()
        clock.now -= 90_000
        after = opened(place, calls=2)
        assert (await after.closed_for(), await after.left()) == (0, 2)
        await call(after)
        await after.aclose()
        clock.now += 1_000_000


async def test_what_left_the_window_is_dropped_from_the_store(tmp_path: Path, opened: Open, clock: Clock) -> None:
    throttle = opened(str(tmp_path / "state.db"), calls=10)
    for _ in range(100):
        await call(throttle)
        clock.now += 1.6
    await throttle.aclose()
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'calls_%'")]
        ((rows,),) = connection.execute(f"SELECT count(*) FROM {names[0]}")  # noqa: S608 - its own name
    assert len(names) == 1
    assert rows <= 20


async def test_a_caller_who_gives_up_waiting_takes_no_place(tmp_path: Path, opened: Open, clock: Clock) -> None:
    throttle = opened(str(tmp_path / "state.db"), calls=1)
    await call(throttle)
    with anyio.CancelScope() as given_up:

        async def leave(seconds: float) -> None:
            given_up.cancel()
            await anyio.lowlevel.checkpoint()

        async with throttle.turn(patience=2 * WINDOW, waiting=leave):
            pytest.fail("too early")
    assert given_up.cancelled_caught
    clock.now += WINDOW + 1
    await call(throttle)
    await throttle.aclose()


async def test_the_event_loop_goes_on_while_another_process_holds_the_store(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LIGHT_BUSY_FOR", PATIENCE)
    throttle, let_go = opened(str(tmp_path / "state.db")), False
    await call(throttle)
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")

    async def ticks() -> None:
        nonlocal let_go
        for _ in range(20):
            await anyio.sleep(0.01)
        let_go = True
        other.execute("COMMIT")

    async with anyio.create_task_group() as group:
        group.start_soon(ticks)
        await call(throttle)
        assert let_go, "a loop that waits is held up for as long as the store is, and counts alone then"
    other.close()
    await throttle.aclose()


async def test_a_table_the_database_tidies_is_waited_for(database: str, opened: Open) -> None:
    import psycopg  # noqa: PLC0415 - only where a server is

    throttle = opened(database, calls=2)
    await call(throttle)
    with psycopg.connect(database) as other:
        ((name,),) = other.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'ratelimit%'").fetchall()
        other.execute(f"LOCK TABLE harvest_mcp.{name} IN SHARE UPDATE EXCLUSIVE MODE")  # as autovacuum does

        async def let_go() -> None:
            await anyio.sleep(0.1)
            await anyio.to_thread.run_sync(other.rollback)

        async with anyio.create_task_group() as group:
            group.start_soon(let_go)
            await call(throttle)
    assert await throttle.left() == 0
    await throttle.aclose()


async def test_a_table_kept_for_long_is_not_waited_for(
    database: str, opened: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import psycopg  # noqa: PLC0415 - only where a server is

    monkeypatch.setattr("harvest_mcp.gateway.shared.TRIES", 3)
    throttle = opened(database)
    await call(throttle)
    with psycopg.connect(database) as other:
        ((name,),) = other.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'ratelimit%'").fetchall()
        other.execute(f"LOCK TABLE harvest_mcp.{name} IN SHARE UPDATE EXCLUSIVE MODE")
        with anyio.fail_after(PATIENCE):
            await call(throttle)
    assert "keeps its table of calls to itself" in caplog.text
    await throttle.aclose()


async def test_calls_go_on_alone_while_the_store_fails_and_together_when_it_is_mended(
    tmp_path: Path, opened: Open, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "state.db"
    laid_out(file)
    whole = file.read_bytes()
    file.write_bytes(LETTER)
    throttle = opened(str(file), calls=2)
    with caplog.at_level(logging.INFO, "harvest_mcp"):
        for _ in range(2):
            await call(throttle)
        assert await waits(throttle) == pytest.approx(WINDOW, abs=0.002)
        clock.now += ALONE_FOR
        await call(throttle)
    said = (
        f"This process counts its calls alone. The state store at {file} cannot be used: the file is not a state "
        "store, or is damaged. Repair it or name another with HARVEST_MCP_STATE; `harvest-mcp doctor` checks it. "
        "Reading goes on."
    )
    assert [record.getMessage() for record in caplog.records] == [said]
    file.write_bytes(whole)
    clock.now += ALONE_FOR
    await call(throttle)
    other = opened(str(file), calls=2)
    assert await other.left() == 1
    await other.aclose()
    await throttle.aclose()


async def test_a_gate_closed_before_the_store_failed_stays_closed(tmp_path: Path, opened: Open, clock: Clock) -> None:
    file = tmp_path / "state.db"
    throttle = opened(str(file))
    await refused(throttle, 40)
    await throttle.aclose()
    spoil(file)
    clock.now += 30
    assert await waits(throttle) == 10
    clock.now += 10
    await call(throttle)
    await throttle.aclose()


async def test_a_gate_closed_alone_is_opened_alone(tmp_path: Path, opened: Open, clock: Clock) -> None:
    file = tmp_path / "state.db"
    file.write_bytes(LETTER)
    throttle = opened(str(file))
    await refused(throttle, 2 * ALONE_FOR)
    file.unlink()
    clock.now += ALONE_FOR + 1
    assert await waits(throttle) == ALONE_FOR - 1
    clock.now += ALONE_FOR
    await call(throttle)
    await call(throttle)
    assert file.exists()
    await throttle.aclose()


async def test_a_store_taken_away_is_made_anew(tmp_path: Path, opened: Open) -> None:
    file = tmp_path / "state.db"
    throttle = opened(str(file), calls=2)
    await call(throttle)
    remove(file)
    await call(throttle)
    assert (await throttle.left(), file.stat().st_mode & 0o777) == (1, 0o600)
    await throttle.aclose()


async def test_waiting_for_the_store_ends(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sqlite, "LIGHT_BUSY_FOR", 0.1)
    throttle = opened(str(tmp_path / "state.db"))
    await call(throttle)
    with closing(sqlite3.connect(tmp_path / "state.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with anyio.fail_after(PATIENCE):
            await call(throttle)
    assert "another process keeps it busy" in caplog.text
    await throttle.aclose()
