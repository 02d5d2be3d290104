"""What a model and its user notice of a budget that other servers use up."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from harvest_mcp.gateway import Account, nobody
from harvest_mcp.gateway.book import BookPage
from harvest_mcp.gateway.shared import shared
from harvest_mcp.gateway.throttle import Throttle
from harvest_mcp.sandbox import ADMIN, Sandbox, running
from harvest_mcp.state import State
from harvest_mcp.systems.harvest import HARVEST
from tests.conftest import Talk
from tests.state.kit import served_at

pytestmark = pytest.mark.anyio


class Neighbour:
    """Another server on the same account and the same store."""

    def __init__(self, url: str, place: str) -> None:
        self.state, self.account = State(place), Account.basic(HARVEST, url, ADMIN.email, ADMIN.password)
        self.book = shared(self.state, self.account)

    async def calls(self, number: int) -> None:
        throttle = Throttle(HARVEST.plan, book=self.book)
        for _ in range(number):
            async with throttle.turn(patience=0, waiting=nobody):
                pass

    async def closes(self, seconds: float) -> None:
        """As a refusal would, but for a time of our choice."""

        def work(page: BookPage) -> None:
            page.gate = replace(page.gate, closed_at=page.now, closed_until=page.now + seconds, strikes=1)

        await self.book.hold(work)

    async def aclose(self) -> None:
        await self.book.aclose()
        self.state.close()


@asynccontextmanager
async def both(sandbox: Sandbox, place: Path) -> AsyncIterator[tuple[Talk, Neighbour]]:
    with running(sandbox) as url:
        async with served_at(url, sandbox, str(place)) as talk:
            neighbour = Neighbour(url, str(place))
            yield talk, neighbour
            await neighbour.aclose()


@pytest.mark.parametrize("tool", ["list_clients", "update_client"])
async def test_a_wait_beyond_twenty_seconds_is_answered_with_the_seconds(
    tool: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    given = {"client_id": 11072, "details": "1 Quay"} if tool == "update_client" else {}
    untouched = r" Nothing was changed\." if tool == "update_client" else ""
    async with both(sandbox, tmp_path / "state.db") as (talk, neighbour):
        await neighbour.closes(40)
        said = await talk.error(tool, **given)
        assert re.fullmatch(
            rf"The call budget of this account is used up for (\d\d) s\.{untouched} Wait \1 seconds and call again\.",
            said,
        )
        assert talk.wire() == []


async def test_a_shorter_wait_is_told_while_it_lasts(sandbox: Sandbox, tmp_path: Path) -> None:
    told: list[tuple[float, str | None]] = []

    async def heard(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, message))

    async with both(sandbox, tmp_path / "state.db") as (talk, neighbour):
        await neighbour.closes(2)
        answer = await talk.client.call_tool("list_clients", {"limit": 1}, progress_callback=heard)
    assert not answer.is_error
    ((done, text),) = told
    assert done == 1
    assert text in ("Waiting 2 s for the account's call budget.", "Waiting 1 s for the account's call budget.")


async def test_the_budget_told_is_what_all_servers_left(sandbox: Sandbox, tmp_path: Path) -> None:
    async with both(sandbox, tmp_path / "state.db") as (talk, neighbour):
        await neighbour.calls(30)
        told = json.loads(await talk.ok("get_rate_limit_status"))
        assert told["this_server"] == {
            "calls_left": 49,
            "calls": 80,
            "per_seconds": 15.0,
            "closed_for_seconds": 0,
        }
        await neighbour.closes(40)
        told = json.loads(await talk.ok("get_rate_limit_status"))
        assert told["harvest"] is None
        assert 30 < told["this_server"]["closed_for_seconds"] <= 40
        assert talk.wire() == [], "asking would make the wait longer"
