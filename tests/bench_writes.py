"""What a write costs, and a hundred reads at once, each beside a bare handler on the same SDK that calls the same.

The vendor is a process that does next to nothing. `python -m tests.bench` prints it.
"""

import asyncio
import gc
import json
import os
import re
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio
import httpx
import mcp
import mcp_types as types
from lxml import etree
from mcp.client.stdio import StdioServerParameters
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.gateway import Account
from harvest_mcp.protocol.stdio import serve_stdio
from harvest_mcp.sandbox import ADMIN
from harvest_mcp.spec import Plan
from harvest_mcp.state import State
from harvest_mcp.systems.harvest import HARVEST

WRITES, ROUNDS, AT_ONCE, AWAY = 150, 5, 100, 0.2
ID = 11072
ROW = (
    '<?xml version="1.0" encoding="UTF-8"?><client><id type="integer">%d</id><name>%s</name>'
    '<active type="boolean">true</active><currency>Euro - EUR</currency><details>%s</details>'
    '<created-at type="datetime">2024-11-29T05:45:00Z</created-at>'
    '<updated-at type="datetime">2026-10-19T05:45:00Z</updated-at></client>'
)
UNHURRIED = replace(HARVEST, plan=Plan(calls=1_000_000, seconds=15, pause=16))
Handler = Callable[[httpx.AsyncClient, dict[str, Any]], Awaitable[str]]


@dataclass
class Vendor(asyncio.Protocol):
    """Answers after a while: one client that is changed, others that are made."""

    away: float
    rows: dict[int, list[str]]

    def connection_made(self, transport: Any) -> None:
        self.transport, self.got = transport, b""

    def data_received(self, data: bytes) -> None:
        self.got += data
        head, end, body = self.got.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if end and len(body) >= (int(length[1]) if length else 0):
            self.got = b""
            asyncio.get_running_loop().call_later(
                self.away, self.transport.write, self.answer(head.decode(), body.decode())
            )

    def row(self, id: int) -> list[str]:
        return self.rows.setdefault(id, [f"SuprCorp {id}", ""])

    def answer(self, head: str, body: str) -> bytes:
        method, path = head.split(" ")[:2]
        id = int(path.rpartition("/")[2]) if path[-1].isdigit() else 0
        said = {name: found[1] for name in ("name", "details") if (found := re.search(f"<{name}>(.*)</{name}>", body))}
        text, more, status = "", "", "200 OK"
        if method == "POST":
            id = max(self.rows) + 1
            self.rows[id] = [said["name"], ""]
            status, more = "201 Created", f"Location: /clients/{id}\r\n"
        elif method == "PUT":
            self.row(id)[1] = said["details"]
        elif id:
            text = ROW % (id, *self.row(id))
        else:
            text = '<?xml version="1.0" encoding="UTF-8"?><clients type="array"></clients>'
        sized = f"{more}Content-Type: application/xml; charset=utf-8\r\nContent-Length: {len(text)}\r\n\r\n{text}"
        return f"HTTP/1.1 {status}\r\n{sized}".encode()


async def serve(away: float) -> None:
    """Be the vendor."""
    rows = {ID: ["SuprCorp", ""]}
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: Vendor(away, rows), "127.0.0.1", 0, backlog=500)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await listening.serve_forever()


@asynccontextmanager
async def vendor(away: float) -> AsyncIterator[str]:
    async with await anyio.open_process(
        [sys.executable, "-m", "tests.bench_writes", "vendor", str(away)], stderr=None
    ) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(await process.stdout.receive())}"
        finally:
            process.kill()


@asynccontextmanager
async def clients(url: str, folder: str) -> AsyncIterator[tuple[mcp.Client, mcp.Client]]:
    """A client of the server over stdio, with its state in a file, and one of a bare server."""
    ways = [[sys.executable, "-m", "tests.bench_writes", which, url, folder] for which in SERVERS]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    ours, other = (StdioServerParameters(command=way[0], args=way[1:], env=env) for way in ways)
    async with mcp.Client(ours) as one, mcp.Client(other) as two:
        yield one, two


async def serve_ours(url: str, folder: str) -> None:
    """Be the server as people run it, but that no budget stops it."""
    chosen, state = settings.read({}), State(f"{folder}/state.db")
    account = Account.basic(UNHURRIED, url, ADMIN.email, ADMIN.password)
    desk = server.desk(chosen, [account], server.over_http(chosen, state), state=state)
    built = server.build(chosen, desk)
    gc.freeze()  # as the command does
    await serve_stdio(built)
    await desk.aclose()


async def serve_bare(url: str, folder: str) -> None:
    """Be a server that makes the same calls, and nothing else."""
    headers = {"Accept": "application/xml", "Content-Type": "application/xml"}
    async with (
        httpx.AsyncClient(base_url=url, auth=(ADMIN.email, ADMIN.password), headers=headers) as http,
        stdio_server() as (reads, writes),
    ):
        made = bare(http)
        await made.run(reads, writes, made.create_initialization_options())


SERVERS = {"ours": serve_ours, "bare": serve_bare}


def spent(folder: str, which: str) -> float:
    """Return the seconds of the processor that a server has used by now, in all its threads."""
    pid = int(Path(folder, which).read_text("ascii"))
    ticks = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def bare(http: httpx.AsyncClient) -> Server[Any]:
    """A server that calls the vendor as often, and does nothing else."""

    async def tools(ctx: Any, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[types.Tool(name=name, input_schema={"type": "object"}) for name in HANDLERS]
        )

    async def call(ctx: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        text = await HANDLERS[params.name](http, dict(params.arguments or {}))
        return types.CallToolResult(content=[types.TextContent(text=text)])

    return Server("bare", on_list_tools=tools, on_call_tool=call)


def row(content: bytes) -> str:
    return json.dumps({child.tag: child.text for child in etree.fromstring(content)})


async def get(http: httpx.AsyncClient, given: dict[str, Any]) -> str:
    return row((await http.get(f"/clients/{given['client_id']}")).content)


async def update(http: httpx.AsyncClient, given: dict[str, Any]) -> str:
    row((await http.get(f"/clients/{given['client_id']}")).content)
    await http.put(f"/clients/{given['client_id']}", content=f"<client><details>{given['details']}</details></client>")
    return row((await http.get(f"/clients/{given['client_id']}")).content)


async def create(http: httpx.AsyncClient, given: dict[str, Any]) -> str:
    etree.fromstring((await http.get("/clients")).content)
    made = await http.post("/clients", content=f"<client><name>{given['name']}</name></client>")
    return row((await http.get(made.headers["location"])).content)


HANDLERS: dict[str, Handler] = {"get_client": get, "update_client": update, "create_client": create}


async def write(tool: str, count: int) -> tuple[list[float], list[float]]:
    """Return medians of the clock, and means of the processor's time, in seconds: ours, and the bare one's."""
    clock: dict[str, list[float]] = {which: [] for which in SERVERS}
    with TemporaryDirectory() as folder:
        async with vendor(0) as url, clients(url, folder) as both:
            began: list[float] = []
            for at in range(-3, count):
                if at == 0:
                    began = [spent(folder, which) for which in SERVERS]
                for nth, (which, client) in enumerate(zip(SERVERS, both, strict=True)):
                    since = time.perf_counter()
                    result = await client.call_tool(tool, ARGUMENTS[tool](ID + 2 * at + nth))
                    assert not result.is_error, result
                    clock[which] += [time.perf_counter() - since] if at >= 0 else []
            used = [spent(folder, which) - before for which, before in zip(SERVERS, began, strict=True)]
    return [statistics.median(each) for each in clock.values()], [each / count for each in used]


ARGUMENTS: dict[str, Callable[[int], dict[str, Any]]] = {
    "get_client": lambda number: {"client_id": number},
    "update_client": lambda number: {"client_id": number, "details": f"Quay {number}"},
    "create_client": lambda number: {"name": f"Harbour Works {number}"},
}


async def at_once() -> list[list[float]]:
    """Return the median and p99 of a hundred reads that begin together, in seconds: ours, and the bare one's."""
    found: list[list[tuple[float, float]]] = [[], []]
    with TemporaryDirectory() as folder:
        async with vendor(AWAY) as url, clients(url, folder) as both:
            for at in range(ROUNDS + 1):
                for which, client in enumerate(both):
                    took = await together(client)
                    if at:
                        found[which].append((statistics.median(took), statistics.quantiles(took, n=100)[98]))
    return [[statistics.median(column) for column in zip(*each, strict=True)] for each in found]


async def together(client: mcp.Client) -> list[float]:
    took: list[float] = []

    async def one() -> None:
        began = time.perf_counter()
        result = await client.call_tool("get_client", {"client_id": ID})
        assert not result.is_error, result
        took.append(time.perf_counter() - began)

    async with anyio.create_task_group() as group:
        for _ in range(AT_ONCE):
            group.start_soon(one)
    return took


def main(mode: str, *arguments: str) -> None:
    """Measure one thing, or be one of those that are measured."""
    if mode == "vendor":
        asyncio.run(serve(float(arguments[0])))
    elif mode in SERVERS:
        Path(arguments[1], mode).write_text(str(os.getpid()), "ascii")
        url, folder = arguments
        anyio.run(SERVERS[mode], url, folder)
    else:
        print(json.dumps(anyio.run(at_once) if mode == "at_once" else anyio.run(write, mode, WRITES)))


if __name__ == "__main__":
    main(*sys.argv[1:])
