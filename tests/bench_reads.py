"""Reads of many calls at 150 ms a call, against the same calls one by one, and a warm search; for `tests.bench`.

`apart` waits for the vendor, and counts seconds. `search` waits for nothing, and counts the processor's.
"""

import gc
import json
import statistics
import sys
import time
from dataclasses import replace
from typing import Any

import anyio
import httpx
import mcp

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.gateway import Account
from harvest_mcp.gateway.client import Gateway
from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2
from harvest_mcp.spec import Plan
from harvest_mcp.systems.harvest import CONTACTS

UNHURRIED = Plan(calls=1_000_000, seconds=15, pause=16)
TRIP, MANY = 0.15, 10_000
READS: dict[str, tuple[str, dict[str, Any]]] = {
    "a search over 8 lists": ("search_records", {"query": "suprcorp"}),
    "a week's sheet": ("get_timesheet", {"week": True}),
    "a month's report": ("report_time", {"period": "last month", "group_by": ["person"]}),
    "running timers": ("list_running_timers", {}),
    "budgets left": ("report_work", {"of": "budget_left"}),
}
"""What is asked, by what it is called."""
MEASURED = (
    *(("harvest", name) for name in READS if name != "budgets left"),
    *(("harvest_v2", name) for name in ("a search over 8 lists", "a week's sheet")),
)
"""Of which system: over v2 a report is two calls, and all timers are one; budgets are slices that follow each other."""


def opened(system: str) -> Sandbox:
    return open_account(calls=None) if system == "harvest" else open_harvest_v2(calls=None)


class Kept(httpx.AsyncBaseTransport):
    """The account at so many seconds from here, as it answered the first time: what it costs itself is not counted."""

    def __init__(self, account: Sandbox, seconds: float) -> None:
        self.way, self.seconds = httpx.ASGITransport(account), seconds
        self.kept: dict[httpx.URL, tuple[httpx.Headers, bytes]] = {}
        self.asked: list[httpx.URL] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        if request.url not in self.kept:
            answer = await self.way.handle_async_request(request)
            assert answer.status_code == 200, request.url
            self.kept[request.url] = answer.headers, await answer.aread()
        elif self.seconds:
            await anyio.sleep(self.seconds)
        headers, body = self.kept[request.url]
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))

    async def aclose(self) -> None:
        """Nothing is open."""


def caller(system: str) -> Account:
    who = server.sandbox_account(system)
    return replace(who, system=replace(who.system, plan=UNHURRIED, budgets=()))


def served(account: Sandbox, system: str, way: Kept) -> Any:
    """A server over the account, with all its tools; and what is open for it."""
    chosen = settings.read({"system": system, "toolsets": ["all"]})
    desk = server.desk(
        chosen,
        [caller(system)],
        lambda who: Gateway(who, version="bench", transport=way),
        state=server.sandbox_state(chosen, account),
    )
    return server.build(chosen, desk), desk


async def apart(system: str, name: str, times: int) -> tuple[float, float, int]:
    """Return the seconds that a tool takes and those that its calls take one by one, and how many they are."""
    tool, arguments = READS[name]
    took = list[tuple[float, float]]()
    with opened(system) as account:
        way = Kept(account, TRIP)
        for _ in range(times + 1):
            built, desk = served(account, system, way)  # nothing is remembered
            async with mcp.Client(built) as client:
                await client.call_tool("get_timesheet", {})  # who calls is, for ten minutes
                way.asked.clear()
                began = time.perf_counter()
                result = await client.call_tool(tool, arguments)
                ours = time.perf_counter() - began
            assert not result.is_error, result.content
            await desk.aclose()
            calls, began = way.asked.copy(), time.perf_counter()
            async with httpx.AsyncClient(transport=way) as bare:
                for url in calls:
                    await bare.get(url)
            took.append((ours, time.perf_counter() - began))
    ours, bare_took = (statistics.median(each) for each in zip(*took[1:], strict=True))
    return ours, bare_took, len(calls)


async def search(times: int) -> float:
    """Return the processor's seconds of a search over so many contacts that was made before."""
    took = []
    with open_account(calls=None) as account:
        for at in range(MANY):
            account.put(
                CONTACTS,
                client_id=11072 + at % 4,
                first_name=f"Jane {at}",
                last_name=f"Doe & Daughters {at % 700}",
                email=f"jane.doe.{at}@suprcorp.example",
                phone_office=f"555.555.{at:05}",
                title="President",
            )
        built, desk = served(account, "harvest", Kept(account, 0))
        async with mcp.Client(built) as client:
            gc.freeze()  # as a server does once it has started
            for _ in range(times + 2):
                await client.call_tool("get_timesheet", {})  # who calls is remembered for ten minutes
                began = time.process_time()
                result = await client.call_tool("search_records", {"query": "daughters 555.555.00417"})
                took.append(time.process_time() - began)
                assert "1 hit" in result.content[0].model_dump()["text"], result.content
        await desk.aclose()
    return statistics.median(took[2:])


async def main() -> None:
    """Print `apart SYSTEM NAME TIMES` as two times in seconds and a number of calls, or `search TIMES`."""
    what, *more = sys.argv[1:]
    print(json.dumps(await (search(int(more[0])) if what == "search" else apart(more[0], more[1], int(more[2])))))


if __name__ == "__main__":
    anyio.run(main)
