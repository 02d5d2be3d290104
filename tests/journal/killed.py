"""Kills writes at every journal step and looks what is left: `python -m tests.journal.killed URL PLACE ROUNDS`.

It forks, so it runs as a process of its own with one thread; the account is served by another. Prints counts as JSON.
"""

import functools
import json
import os
import sys
import time
import traceback
from typing import Any

import anyio
import anyio._backends._asyncio
import httpcore  # noqa: F401 - same
import httpx

from harvest_mcp.changes import Timing
from harvest_mcp.gateway import client, shared  # noqa: F401 - same
from harvest_mcp.state import layout, postgresql, sqlite  # noqa: F401 - same
from tests.journal.kit import Steps, at_desk, entries, id_in, kill, tools_of, use

httpx.create_ssl_context = functools.cache(httpx.create_ssl_context)
httpx.create_ssl_context()  # made once, and so are the tools, for every child
tools_of("harvest")
SOON = Timing(lag=0.1)  # the account here shows a write at once, or never

Write = tuple[str, dict[str, Any]]


def in_child(work: Any) -> int:
    """Run work in a forked child; its exit code, or minus the signal that ended it."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            anyio.run(work)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def attempt(url: str, place: str, write: Write, at: int) -> int:
    async def work() -> None:
        async with at_desk(url, place, Steps(at, kill), timing=SOON) as desk:
            await use(desk, write[0], **write[1])

    return in_child(work)


def result_of(path: str, work: Any) -> Any:
    async def told() -> None:
        with open(path, "w") as file:  # noqa: ASYNC230 - a child that does nothing else
            json.dump(await work(), file)

    if in_child(told) != 0:
        raise SystemExit("a child that nobody killed failed")
    with open(path) as file:
        return json.load(file)


def main(url: str, place: str, rounds: int) -> None:
    counts = {"kills": 0, "finished": 0, "duplicates": 0, "lost": 0, "wrong": 0, "open": 0, "seconds": 0.0}
    began = time.monotonic()
    number = 0
    while counts["kills"] < rounds:
        number += 1
        step, kinds = 0, list(WRITES)
        while kinds and counts["kills"] < rounds:
            step += 1
            kinds = [kind for kind in kinds if round_of(url, place, kind, f"{number}-{step}-{kind}", step, counts)]
    counts["seconds"] = round(time.monotonic() - began, 1)
    print(json.dumps(counts))


def round_of(url: str, place: str, kind: str, mark: str, step: int, counts: dict[str, Any]) -> int:
    """Kill one write at a step, do the next write to the same record, and compare journal and account."""
    made = result_of(f"{place}.told", lambda: prepared(url, place, kind, mark))
    write = WRITES[kind](made, mark)
    ended = attempt(url, place, write, step)
    counts["finished" if ended == 0 else "kills"] += 1
    found = result_of(f"{place}.told", lambda: aftermath(url, place, kind, made, mark, write))
    for name, value in found.items():
        counts[name] += value
    return ended


WRITES: dict[str, Any] = {
    "create": lambda key, mark: ("create_client", {"name": f"New {mark}"}),
    "update": lambda key, mark: ("update_client", {"client_id": key, "details": f"Sent {mark}"}),
    "toggle": lambda key, mark: ("toggle_client", {"client_id": key, "active": False}),
    "delete": lambda key, mark: ("delete_client", {"client_id": key}),
}


async def prepared(url: str, place: str, kind: str, mark: str) -> int:
    if kind == "create":
        return 0
    async with at_desk(url, place, timing=SOON) as desk:
        return id_in((await use(desk, "create_client", name=f"Old {kind} {mark}", allow_duplicate=True))[0])


async def aftermath(url: str, place: str, kind: str, id: int, mark: str, write: Write) -> dict[str, int]:
    """What the kill left, once the next write to the record was made, which is refused while the first may come yet."""
    await anyio.sleep(SOON.lag)
    async with at_desk(url, place, timing=SOON) as desk:
        _, error = await use(desk, write[0], **write[1])
        rows = (await use(desk, "list_clients", query=mark, limit=1000, fields=["name", "active", "details"]))[0]
        journal = [each for each in await entries(desk) if each.record == id or mark in json.dumps(each.sent)]
        applied = sum(each.outcome == "applied" and each.verb == VERB[kind] for each in journal)
        lines = [line for line in rows.splitlines()[2:] if line]
        counts = {"duplicates": 0, "lost": 0, "wrong": 0, "open": sum(each.outcome == "intended" for each in journal)}
        if kind == "create":
            counts["duplicates"], counts["lost"] = max(0, len(lines) - 1), int(not lines)
            counts["wrong"] = int(error or applied != 1)
        elif kind == "delete":
            counts["lost"] = len(lines)
            counts["wrong"] = int(applied != 1)
        else:
            wanted = f"Sent {mark}" if kind == "update" else ",false,"
            counts["lost"] = int(not any(wanted in line for line in lines))
            counts["wrong"] = int(error or applied < 1)
        return counts


VERB = {"create": "create", "update": "update", "toggle": "toggle", "delete": "delete"}

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
