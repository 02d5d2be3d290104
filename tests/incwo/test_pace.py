"""The pace incwo is called at: never two calls at once, a quarter of a second between their starts, per account."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import anyio
import mcp
import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.gateway import Account, throttle
from harvest_mcp.gateway.book import BookPage
from harvest_mcp.sandbox import INCWO_LOGIN, Fault, Sandbox, running
from harvest_mcp.state import State
from harvest_mcp.systems.incwo import INCWO
from tests.incwo.commands import client
from tests.incwo.kit import ANNE, LACAZE, opened

pytestmark = pytest.mark.anyio

APART = 0.25
ROUNDED = 0.002
"""Seconds by which two calls may be closer, since a budget counts milliseconds."""


@pytest.fixture
def slots(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, float]]:
    """When this process's calls asked for a place, by the budget's clock, and how long each was told to wait."""
    told, taken = list[tuple[float, float]](), throttle._taken

    def noted(page: BookPage) -> throttle.Slot:
        slot = taken(page)
        told.append((page.now, slot.wait))
        return slot

    monkeypatch.setattr(throttle, "_taken", noted)
    return told


class Watched:
    """An account that notes when each call came and when it was answered."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.spans: list[tuple[float, float]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        began = time.monotonic()
        await self.sandbox(scope, receive, send)
        if scope["type"] == "http":
            self.spans.append((began, time.monotonic()))

    def kept_the_pace(self, calls: int, began: float) -> None:
        """Check that none came sooner than it may have left after they began; how much later is the machine's."""
        starts = sorted(began for began, _ in self.spans)
        assert len(starts) == calls
        assert [at for at, start in enumerate(starts) if start - began < at * (APART - ROUNDED)] == []

    def never_at_once(self) -> None:
        spans = sorted(self.spans)
        assert all(ended <= began for (_, ended), (began, _) in pairwise(spans))


@contextmanager
def served() -> Iterator[tuple[Watched, str]]:
    with opened() as sandbox:
        watched = Watched(sandbox)
        with running(cast(Sandbox, watched)) as address:
            yield watched, f"{address}/123456"


@asynccontextmanager
async def connected(url: str, state: Path) -> AsyncIterator[mcp.Client]:
    """A client of a server of its own over an account at this address, with the budget in this file."""
    chosen, store = settings.read({"system": "incwo"}), State(str(state))
    account = Account.basic(INCWO, url, INCWO_LOGIN.email, INCWO_LOGIN.password)
    desk = server.desk(chosen, [account], server.over_http(chosen, store), state=store)
    try:
        async with mcp.Client(server.build(chosen, desk)) as client:
            yield client
    finally:
        await desk.aclose()


async def reads(caller: mcp.Client, times: int) -> None:
    """So many reads at once."""

    async def one() -> None:
        assert not (await caller.call_tool("get_incwo_firm", {"firm_id": LACAZE})).is_error

    async with anyio.create_task_group() as group:
        for _ in range(times):
            group.start_soon(one)


async def test_ten_calls_at_once_go_one_by_one_a_quarter_of_a_second_apart(
    tmp_path: Path, slots: list[tuple[float, float]]
) -> None:
    with served() as (watched, url):
        async with connected(url, tmp_path / "state.db") as caller:
            watched.sandbox.fail(Fault("delay", "0.4", times=1))
            async with anyio.create_task_group() as group:
                group.start_soon(reads, caller, 7)
                group.start_soon(
                    lambda: caller.call_tool("update_incwo_contact", {"contact_id": ANNE, "country": "France"})
                )
        left = [now for now, wait in slots if not wait]
        assert len(left) == len(watched.spans) == 10  # a change reads, writes and reads again
        assert [at for at, (one, next_one) in enumerate(pairwise(left)) if next_one - one < APART - ROUNDED] == []
        watched.never_at_once()


async def test_one_account_does_not_slow_another(tmp_path: Path, slots: list[tuple[float, float]]) -> None:
    with served() as (_, first), served() as (_, second):
        state = tmp_path / "state.db"
        async with connected(first, state) as a, connected(second, state) as b:
            await reads(a, 1)
            await reads(b, 1)
    assert [wait for _, wait in slots] == [0, 0]


async def test_two_processes_on_one_state_file_share_the_pace(tmp_path: Path) -> None:
    with served() as (watched, url):
        state = str(tmp_path / "state.db")
        async with client(url, state) as a, client(url, state) as b:
            began = time.monotonic()
            async with anyio.create_task_group() as group:
                group.start_soon(reads, a, 4)
                group.start_soon(reads, b, 4)
        watched.kept_the_pace(8, began)
