"""10,000 contacts and a year of 9,000 entries over v2, against a bare fetch and `json.loads` loop; for `tests.bench`.

Both fetch the same pages over the same transport, from memory; the processor's time is counted in pairs, since nothing
is waited for.
"""

import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import anyio
import httpx

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.gateway.client import Gateway
from harvest_mcp.spec import Plan
from harvest_mcp.systems.harvest.v2 import HARVEST_V2
from harvest_mcp.tools.arguments.tolerance import parse
from harvest_mcp.tools.registry import everything
from harvest_mcp.tools.tool import Answer, Call, Tool

UNHURRIED = Plan(calls=1_000_000, seconds=15, pause=16)
PAGE, CONTACTS, PEOPLE, ENTRIES = 2_000, 10_000, 12, 9_000
STAMPS = {"created_at": "2018-04-09T12:07:56Z", "updated_at": "2018-03-05T09:12:44Z"}
NOTE = "Met at the harbour fair and drew the second round of proofs. "
CLIENT = {"id": 9, "name": "Acme", "currency": "EUR"}
REFERENCE = {"id": "88", "group_id": "4", "account_id": "2", "permalink": "https://tracker.example/88"}
RATES: dict[str, object] = {"use_default_rates": True, "budget": None, "hourly_rate": 80.0}


def contact(at: int) -> dict[str, object]:
    """One as the vendor sends it (harvest-v2 8)."""
    return {
        "id": 10_000 + at,
        "title": "President",
        "first_name": "Jane",
        "last_name": f"Doe & Daughters {at}",
        "email": f"jane.doe.{at}@suprcorp.example",
        "phone_office": "555.555.5555",
        "phone_mobile": "555.555.7777",
        "fax": "555.555.9999",
        **STAMPS,
        "invoice_recipient_status": "none",
        "client": {"id": 11_072 + at % 40, "name": "SuprCorp"},
    }


def entry(at: int) -> dict[str, object]:
    """One as the vendor sends it (harvest-v2 18)."""
    project, task, person = 301 + at % 26, 501 + at % 12, 31 + at % PEOPLE
    hours = at % 8 + at % 100 / 100
    return {
        "id": 3_000_000_000 + at,
        "spent_date": f"2025-{at % 12 + 1:02}-{at % 28 + 1:02}",
        "hours": hours,
        "hours_without_timer": hours,
        "rounded_hours": hours,
        "notes": NOTE * 3,
        "is_locked": True,
        "locked_reason": "Item Invoiced",
        "is_closed": False,
        "approval_status": "unsubmitted",
        "is_billed": at % 2 == 1,
        "timer_started_at": None,
        "started_time": None,
        "ended_time": None,
        "is_running": False,
        "billable": True,
        "budgeted": True,
        "billable_rate": 80.0,
        "cost_rate": None,
        **STAMPS,
        "user": {"id": person, "name": f"Ana {person}"},
        "client": CLIENT,
        "project": {"id": project, "name": f"Map {project}", "code": ""},
        "task": {"id": task, "name": f"Task {task}"},
        "user_assignment": {"id": at, "is_project_manager": False, "is_active": True, **RATES, **STAMPS},
        "task_assignment": {
            "id": at,
            "billable": True,
            "is_active": True,
            "hourly_rate": 80.0,
            "budget": None,
            **STAMPS,
        },
        "invoice": {"id": 900 + at % 7, "number": str(at % 7)} if at % 2 else None,
        "external_reference": REFERENCE if at % 3 == 1 else None,
    }


def pages(plural: str, rows: Sequence[dict[str, object]]) -> dict[str, bytes]:
    """A list's pages by number, each with a link to the next."""
    many = max(1, -(-len(rows) // PAGE))
    told = {}
    for page in range(1, many + 1):
        following = f"http://sandbox.localhost/v2/{plural}?page={page + 1}" if page < many else None
        envelope = {
            plural: rows[(page - 1) * PAGE : page * PAGE],
            "per_page": PAGE,
            "total_pages": many,
            "total_entries": len(rows),
            "next_page": page + 1 if following else None,
            "previous_page": None,
            "page": page,
            "links": {"first": None, "next": following, "previous": None, "last": None},
        }
        told[str(page)] = json.dumps(envelope, separators=(",", ":")).encode()
    return told


def people() -> list[dict[str, object]]:
    return [{"id": 31 + at, "first_name": "Ana", "last_name": str(31 + at), **STAMPS} for at in range(PEOPLE)]


def projects() -> list[dict[str, object]]:
    return [{"id": 301 + at, "name": f"Map {301 + at}", "client": CLIENT, **STAMPS} for at in range(26)]


LISTS = {
    "contacts": pages("contacts", [contact(at) for at in range(CONTACTS)]),
    "time_entries": pages("time_entries", [entry(at) for at in range(ENTRIES)]),
    "clients": pages("clients", [{**CLIENT, "is_active": True, **STAMPS}]),
    "projects": pages("projects", projects()),
    "users": pages("users", people()),
}
ME = b'{"id":31,"first_name":"Ana","email":"ana@kestrel.example","timezone":"UTC","access_roles":["administrator"]}'


async def account(scope: Any, receive: Any, send: Any) -> None:
    """Answers every list page by page."""
    name, query = scope["path"].rpartition("/")[2], parse_qs(scope["query_string"].decode())
    body = LISTS[name][query.get("page", ["1"])[0]] if name in LISTS else ME if name == "me" else b"{}"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body})


Run = Callable[[], Awaitable[None]]
CASES: dict[str, tuple[str, dict[str, object], str, int]] = {
    "contacts": ("list_contacts", {"limit": 50}, "contacts", CONTACTS),
    "year": (
        "report_time",
        {"since": "2025-01-01", "until": "2025-12-31", "group_by": ["person", "month"]},
        "time_entries",
        ENTRIES,
    ),
}


@asynccontextmanager
async def runs(case: str) -> AsyncIterator[tuple[Run, Run]]:
    """Ours and the bare one, both with their line open."""
    name, given, plural, many = CASES[case]
    transport = httpx.ASGITransport(account)
    connect = partial(Gateway, version="bench", transport=transport)
    who = replace(server.sandbox_account("harvest_v2"), system=replace(HARVEST_V2, plan=UNHURRIED))
    desk = server.desk(settings.read({}), [who], connect, state=server.sandbox_state(settings.read({})))
    tool: Tool = next(each for each in everything((HARVEST_V2,)) if each.name == name)
    arguments = parse(tool.name, tool.arguments, given)

    async def ours() -> None:
        told = Answer.of(await tool.run(Call(desk, tool.name), arguments)).text
        assert str(many) in told.splitlines()[0], told[:200]

    async def bare() -> None:
        rows: list[object] = []
        link: str | None = f"/v2/{plural}?from=2025-01-01&to=2025-12-31"
        while link:
            answer = json.loads((await http.get(link)).content)
            rows.extend(answer[plural])
            link = answer["links"]["next"]
        assert len(rows) == many

    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.localhost") as http:
        yield ours, bare
    await desk.aclose()


def peak() -> float:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


async def main() -> None:
    """Print the medians of ours and the bare one for `time CASE TIMES`; megabytes and bytes for `peak CASE`."""
    what, case = sys.argv[1:3]
    async with runs(case) as both:
        ours, _ = both
        if what == "peak":
            before = peak()
            await ours()
            print(json.dumps([peak() - before, sum(map(len, LISTS[CASES[case][2]].values()))]))
            return
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(int(sys.argv[3])):
            for run, took in zip(both, times, strict=True):
                began = time.process_time()
                await run()
                took.append(time.process_time() - began)
        print(json.dumps([statistics.median(took) for took in times]))


if __name__ == "__main__":
    anyio.run(main)
