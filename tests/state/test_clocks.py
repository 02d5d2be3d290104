"""Machines whose clocks differ, and clocks that were set wrong: the store says what was first, and what is over."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import mcp
import pytest

from harvest_mcp import server
from harvest_mcp.changes import Wanted
from harvest_mcp.config import settings
from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.state import State
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.tools.tool import Call, Desk
from tests.conftest import Talk
from tests.patience import PATIENCE
from tests.state.kit import statement

pytestmark = pytest.mark.anyio
NOW = 1_800_000_000.0
DAY = 86_400.0
YEAR = 365 * DAY


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "state.db") if request.param == "sqlite" else str(request.getfixturevalue("database"))


def desk_at(sandbox: Sandbox, place: str, clock: Callable[[], float]) -> Desk:
    account = server.sandbox_account()
    return server.desk(settings.read({}), [account], server.in_process(sandbox), state=State(place), clock=clock)


@asynccontextmanager
async def machine(sandbox: Sandbox, place: str, ahead: float) -> AsyncIterator[Talk]:
    """A server on a machine whose clock is that many seconds ahead."""
    desk = desk_at(sandbox, place, lambda: NOW + ahead)
    try:
        async with mcp.Client(server.build(settings.read({"toolsets": "all"}), desk)) as client:
            yield Talk(client, sandbox, [])
    finally:
        await desk.aclose()


async def said_by(talk: Talk, tool: str, **arguments: Any) -> str:
    return (await talk.call(tool, **arguments)).text


@pytest.mark.parametrize("skew", [30.0, -30.0, YEAR, -YEAR])
async def test_machines_whose_clocks_differ_lose_no_change_to_a_list(sandbox: Sandbox, place: str, skew: float) -> None:
    """Each sends the list whole, so a reading that is older than the other's write must not be written from."""
    line = {"invoice_id": 7060, "kind": "Product", "quantity": "1", "unit_price": "1"}
    told = dict[str, str]()
    async with machine(sandbox, place, 0.0) as one, machine(sandbox, place, skew) as other:

        async def add(talk: Talk, words: str) -> None:
            told[words] = await said_by(talk, "add_invoice_line", **line, description=words)

        async with anyio.create_task_group() as together:
            together.start_soon(add, one, "Line of one")
            together.start_soon(add, other, "Line of the other")
        there = await one.ok("get_invoice", invoice_id=7060)
    added = {words for words, text in told.items() if text.startswith("Added")}
    assert {words for words in told if words in there} == added != set()
    assert all("Nothing was" in text for words, text in told.items() if words not in added)


@pytest.mark.parametrize("skew", [-3600.0, YEAR, -YEAR])
async def test_a_machine_whose_clock_differs_writes_to_what_another_has_written_to(
    sandbox: Sandbox, place: str, skew: float
) -> None:
    async with machine(sandbox, place, 0.0) as one, machine(sandbox, place, skew) as other:
        for number in range(3):
            for talk in (one, other):
                with anyio.fail_after(PATIENCE):
                    await talk.ok("toggle_client", client_id=11076, active=bool(talk is other))
                    await talk.ok("update_contact", contact_id=9, title=f"Title {number}")


async def test_what_a_machine_is_at_is_waited_for_whatever_its_clock_says(sandbox: Sandbox, place: str) -> None:
    """An action twice would be none, and so the second finds it done."""
    sandbox.fail(Fault("delay", "0.5", method="POST", commit="before"))
    async with machine(sandbox, place, YEAR) as one, machine(sandbox, place, -YEAR) as other:
        told: list[str] = []

        async def archive(talk: Talk) -> None:
            told.append(await said_by(talk, "toggle_client", client_id=11076, active=False))

        async with anyio.create_task_group() as together:
            together.start_soon(archive, one)
            together.start_soon(archive, other)
    assert sum(seen.method == "POST" for seen in sandbox.seen) == 1
    assert next(row["active"] for row in sandbox.rows(HARVEST.resource("client")) if row["id"] == 11076) is False


async def test_a_write_made_in_a_wrong_year_locks_nothing(sandbox: Sandbox, place: str) -> None:
    async with machine(sandbox, place, 70 * YEAR) as wrong:
        await wrong.ok("update_contact", contact_id=9, title="From the future")
        await wrong.ok("create_client", name="Harbour Nine")
    wrong_by = "clock = 'another'" if place.endswith(".db") else "stamp = stamp + 2000000000"
    statement(place, f"UPDATE changes SET outcome = 'intended', holder = 'elsewhere:1', {wrong_by} WHERE id = 1")  # noqa: S608 - ours
    async with machine(sandbox, place, 0.0) as right:
        with anyio.fail_after(PATIENCE):
            assert (await right.ok("update_contact", contact_id=9, title="Today")).startswith("Updated contact")
            assert "harbour nine" in (await right.error("create_client", name="Harbour  Nine")).lower()


async def test_what_was_said_on_a_machine_ahead_is_not_done_twice(sandbox: Sandbox, place: str) -> None:
    async with machine(sandbox, place, YEAR) as one, machine(sandbox, place, 0.0) as other:
        await one.ok("create_client", name="Harbour Nine")
        assert "An identical create ran a moment ago" in await other.ok("create_client", name="Harbour Nine")
        assert "An identical create ran a moment ago" in await one.ok("create_client", name="Harbour Nine")
    assert sum(seen.method == "POST" for seen in sandbox.seen) == 1


@pytest.mark.parametrize("ahead", [200 * DAY, YEAR])
async def test_a_start_with_a_clock_ahead_prunes_nothing(sandbox: Sandbox, place: str, ahead: float) -> None:
    async with machine(sandbox, place, 0.0) as talk:
        for number in range(3):
            await talk.ok("update_contact", contact_id=9, title=f"Title {number}")
    for skew in (ahead, -ahead, ahead):
        desk = desk_at(sandbox, place, lambda skew=skew: NOW + skew)  # type: ignore[misc]  # bound at once
        async with mcp.Client(server.build(settings.read({}), desk)) as client:
            await server.prune(desk, 90)
            await Talk(client, sandbox, []).ok("update_contact", contact_id=9, title=f"Ahead {skew}")
            await server.prune(desk, 90)
            assert len(await Call(desk, "test").journal(HARVEST).find(Wanted())) >= 4
        await desk.aclose()
    assert statement(place, "SELECT count(*) FROM changes")[0][0] == 6


async def test_a_wrong_clock_never_prunes_everything_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    """Nor what is a year old by the newest change, where that may be the one that is wrong."""
    place = str(tmp_path / "state.db")
    async with machine(sandbox, place, 0.0) as talk:
        for number in range(4):
            await talk.ok("update_contact", contact_id=9, title=f"Title {number}")
    statement(place, "UPDATE changes SET clock = 'another'")
    desk = desk_at(sandbox, place, lambda: NOW + YEAR)
    async with mcp.Client(server.build(settings.read({}), desk)) as client:
        await Talk(client, sandbox, []).ok("update_contact", contact_id=9, title="Ahead")
        await server.prune(desk, 90)
    await desk.aclose()
    assert [row[0] for row in statement(place, "SELECT id FROM changes ORDER BY id")] == [4, 5]
