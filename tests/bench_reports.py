"""A report over a year of 9,000 entries, against a bare fetch and lxml loop over the same bodies; run by `tests.bench`.

Both fetch the 12 bodies of a year's entries by person over the same transport, from memory; the processor's time is
counted, since nothing is waited for.
"""

import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import anyio
import httpx
from lxml import etree

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.gateway.client import Gateway
from harvest_mcp.spec import Plan
from harvest_mcp.systems.harvest import HARVEST, TIME
from harvest_mcp.tools.arguments.tolerance import parse
from harvest_mcp.tools.reports import report_tool
from harvest_mcp.tools.tool import Answer, Call

PEOPLE, ENTRIES = 12, 750
UNHURRIED = Plan(calls=1_000_000, seconds=15, pause=16)
NOTE = "Met at the harbour fair and drew the second round of proofs. "
ENTRY = (
    '<day-entry><id type="integer">{id}</id><notes>{note}</notes><spent-at type="date">2025-{month:02}-{day:02}'
    '</spent-at><hours type="decimal">{hours}</hours><user-id type="integer">{person}</user-id>'
    '<project-id type="integer">{project}</project-id><task-id type="integer">{task}</task-id>'
    '<is-billed type="boolean">{billed}</is-billed><is-closed type="boolean">true</is-closed>'
    '<adjustment-record type="boolean">false</adjustment-record><timer-started-at type="dateTime" nil="true"/>'
    '<hours-with-timer type="NilClass"></hours-with-timer><billable type="boolean">true</billable>'
    '<billable-rate type="decimal">80.00</billable-rate><cost-rate type="decimal" nil="true"/>'
    '<created-at type="dateTime">2025-04-09T12:07:56Z</created-at>'
    '<updated-at type="dateTime">2025-04-09T12:07:56Z</updated-at></day-entry>'
)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def body(person: int) -> bytes:
    """A year of one person's entries."""
    rows = (
        ENTRY.format(
            id=person * 10_000 + at,
            note=NOTE * 3,
            month=at % 12 + 1,
            day=at % 28 + 1,
            hours=f"{at % 8}.{at % 100:02}",
            person=person,
            project=301 + at % 26,
            task=501 + at % 12,
            billed=("false", "true")[at % 2],
        )
        for at in range(ENTRIES)
    )
    return f'{HEAD}<day-entries type="array">{"".join(rows)}</day-entries>'.encode()


def listed(root: str, one: str, rows: list[str]) -> bytes:
    return f'{HEAD}<{root} type="array">{"".join(f"<{one}>{row}</{one}>" for row in rows)}</{root}>'.encode()


IDS = range(31, 31 + PEOPLE)
BODIES = {f"/people/{id}/entries": body(id) for id in IDS} | {
    "/people": listed("users", "user", [f"<id>{id}</id><first-name>Ana {id}</first-name>" for id in IDS]),
    "/projects": listed(
        "projects", "project", [f"<id>{id}</id><client-id>9</client-id><name>Map {id}</name>" for id in range(301, 327)]
    ),
    "/clients": listed("clients", "client", ["<id>9</id><name>Acme</name><currency>Euro - EUR</currency>"]),
}


async def account(scope: Any, receive: Any, send: Any) -> None:
    """Answers every path with its body."""
    headers = [(b"content-type", b"application/xml")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODIES[scope["path"]]})


Run = Callable[[], Awaitable[None]]


@asynccontextmanager
async def runs() -> AsyncIterator[tuple[Run, Run]]:
    """Ours and the bare one, both with their line open."""
    transport = httpx.ASGITransport(account)
    connect = partial(Gateway, version="bench", transport=transport)
    who = replace(server.sandbox_account(), system=replace(HARVEST, plan=UNHURRIED))
    desk = server.desk(settings.read({}), [who], connect, state=server.sandbox_state(settings.read({})))
    tool = report_tool(HARVEST, TIME)
    given = {"since": "2025-01-01", "until": "2025-12-31", "group_by": ["person", "month"]}
    arguments = parse(tool.name, tool.arguments, given)

    async def ours() -> None:
        told = Answer.of(await tool.run(Call(desk, tool.name), arguments)).text
        assert f": {PEOPLE * ENTRIES} day entries" in told.splitlines()[0]

    async def bare() -> None:
        for id in IDS:
            answer = await http.get(f"/people/{id}/entries?from=20250101&to=20251231")
            rows = [{child.tag: child.text for child in row} for row in etree.fromstring(answer.content)]
            assert len(rows) == ENTRIES

    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.localhost") as http:
        yield ours, bare
    await desk.aclose()


def peak() -> float:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


async def main() -> None:
    async with runs() as both:
        ours, _ = both
        if sys.argv[1] == "peak":
            before = peak()
            await ours()
            print(json.dumps([peak() - before, sum(map(len, BODIES.values()))]))
            return
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(int(sys.argv[2])):
            for run, took in zip(both, times, strict=True):
                began = time.process_time()
                await run()
                took.append(time.process_time() - began)
        print(json.dumps([statistics.median(took) for took in times]))


if __name__ == "__main__":
    anyio.run(main)
