"""The pace incwo is called at: never two calls at once, a quarter of a second between their starts, per account."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, cast

import anyio
import mcp
import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.gateway import Account
from harvest_mcp.sandbox import INCWO_LOGIN, Fault, Sandbox, running
from harvest_mcp.state import State
from harvest_mcp.systems.incwo import INCWO
from tests.incwo.commands import client
from tests.incwo.kit import ANNE, LACAZE, opened

pytestmark = pytest.mark.anyio

APART = 0.25
ARRIVING = 0.15
"""Seconds by which a call may arrive earlier after the one before than it left, on a busy machine."""


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

    def kept_the_pace(self, calls: int) -> None:
        starts = sorted(began for began, _ in self.spans)
        assert len(starts) == calls
        pairs = combinations(enumerate(starts), 2)
        early = [(i, j) for (i, one), (j, other) in pairs if other - one < (j - i) * APART - ARRIVING]
        assert early == [], "however many lie between"

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


async def test_ten_calls_at_once_go_one_by_one_a_quarter_of_a_second_apart(tmp_path: Path) -> None:
    with served() as (watched, url):
        async with connected(url, tmp_path / "state.db") as caller:
            watched.sandbox.fail(Fault("delay", "0.4", times=1))
            async with anyio.create_task_group() as group:
                group.start_soon(reads, caller, 7)
                group.start_soon(
                    lambda: caller.call_tool("update_incwo_contact", {"contact_id": ANNE, "country": "France"})
                )
        watched.kept_the_pace(10)  # a change reads, writes and reads again
        watched.never_at_once()


async def test_one_account_does_not_slow_another(tmp_path: Path) -> None:
    with served() as (one, first), served() as (two, second):
        state = tmp_path / "state.db"
        async with connected(first, state) as a, connected(second, state) as b, anyio.create_task_group() as group:
            group.start_soon(reads, a, 4)
            group.start_soon(reads, b, 4)
        spans = [*one.spans, *two.spans]
        one.kept_the_pace(4)
        two.kept_the_pace(4)
        assert max(ended for _, ended in spans) - min(began for began, _ in spans) < 7 * APART - ARRIVING


async def test_two_processes_on_one_state_file_share_the_pace(tmp_path: Path) -> None:
    with served() as (watched, url):
        state = str(tmp_path / "state.db")
        async with client(url, state) as a, client(url, state) as b, anyio.create_task_group() as group:
            group.start_soon(reads, a, 4)
            group.start_soon(reads, b, 4)
        watched.kept_the_pace(8)
