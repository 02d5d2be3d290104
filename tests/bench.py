"""`python -m tests.bench`: cost of the package as ratios, each against something bare in the same run.

Ratios, because machines differ; every pair is timed alternately, and the median is compared. The peak is the memory
a child process grew by, over what it took once everything was imported and the bytes were made.
"""

import json
import os
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from tempfile import TemporaryDirectory

import anyio
import mcp
from mcp.client.stdio import StdioServerParameters

from harvest_mcp import server
from harvest_mcp.api import Api
from harvest_mcp.changes import Changes, Journal
from harvest_mcp.gateway import nobody
from harvest_mcp.gateway.shared import shared
from harvest_mcp.gateway.throttle import Throttle
from harvest_mcp.protocol.sdk import weight
from harvest_mcp.sandbox import ADMIN, Sandbox, open_account, running
from harvest_mcp.spec import Plan, Scope
from harvest_mcp.state import State
from harvest_mcp.systems.harvest import CLIENTS, HARVEST
from harvest_mcp.tools.registry import everything
from harvest_mcp.vault.ring import Ring
from harvest_mcp.vault.store import Vault
from harvest_mcp.vault.tickets import Principal
from tests import bench_reads, bench_start

STARTS, CALLS, PARSES = 9, 41, 7
ACQUISITIONS, CREATES = 500, 10
UNHURRIED = Plan(calls=1_000_000, seconds=15, pause=16)

ONE_TOOL = """
import anyio, mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

TOOL = types.Tool(name="list_clients", description="List clients.", input_schema={"type": "object"})

async def tools(ctx, params):
    return types.ListToolsResult(tools=[TOOL])

async def call(ctx, params):
    import os, httpx
    from lxml import etree
    global client
    if "client" not in globals():
        client = httpx.AsyncClient(
            base_url=os.environ["HARVEST_URL"], auth=(os.environ["HARVEST_EMAIL"], os.environ["HARVEST_PASSWORD"]),
            headers={"Accept": "application/xml", "Content-Type": "application/xml"})
    root = etree.fromstring((await client.get("/clients")).content)
    rows = [{child.tag: child.text for child in row} for row in root]
    text = "\\n".join(",".join((row["id"], row["name"], row["active"])) for row in rows)
    return types.CallToolResult(content=[types.TextContent(text=text)])

async def main():
    server = Server("one", on_list_tools=tools, on_call_tool=call)
    async with stdio_server() as (reads, writes):
        await server.run(reads, writes, server.create_initialization_options())

anyio.run(main)
"""
ONE_DECORATED = """
from mcp.server.mcpserver import MCPServer

server = MCPServer("one")

@server.tool()
def list_clients(limit: int) -> str:
    return str(limit)

server.run()
"""
HELLO = json.dumps(
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "bench", "version": "1"},
        },
    }
)

PARSE = """
import json, resource, statistics, sys, time
from lxml import etree
from harvest_mcp.systems.harvest import CONTACTS
from harvest_mcp.tools.records.lists import Whole, whole_list_answer
from harvest_mcp.spec import Scope
from harvest_mcp.spec.exchange import Response

NOTE = "Met at the harbour fair and promised to send the catalogue after the holidays. " * 8
ROW = (
    '<contact><id type="integer">%d</id><client-id type="integer">11072</client-id><first-name>Jane</first-name>'
    "<last-name>Doe &amp; Daughters</last-name><email>jane.doe@suprcorp.example</email>"
    "<phone-office>555.555.5555</phone-office><phone-mobile>555.555.7777</phone-mobile><fax>555.555.9999</fax>"
    '<title>President</title><created-at type="dateTime">2008-04-09T12:07:56Z</created-at>'
    '<updated-at type="dateTime">2018-03-05T09:12:44Z</updated-at><note>%s</note></contact>'
)
BODY = ('<?xml version="1.0" encoding="UTF-8"?><contacts type="array">'
        + "".join(ROW % (n, NOTE) for n in range(1, 10001)) + "</contacts>").encode()
ANSWER, LISTING = Response(200, {}, BODY), CONTACTS.wire.list(Scope(CONTACTS))

def bare():
    return [{child.tag: child.text for child in row} for row in etree.fromstring(BODY)]

def ours():
    rows = sorted(LISTING.read(ANSWER).rows, key=lambda row: row.id)
    return whole_list_answer("list_contacts", CONTACTS, Whole(rows), {}, after=0)

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024

if sys.argv[1] == "peak":
    before = peak()
    ours()
    print(json.dumps([peak() - before, len(BODY)]))
else:
    times = {bare: [], ours: []}
    for _ in range(int(sys.argv[2])):
        for run in times:
            began = time.perf_counter()
            run()
            times[run].append(time.perf_counter() - began)
    print(json.dumps([statistics.median(times[run]) for run in (ours, bare)]))
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure and the most it may be."""

    name: str
    value: float
    most: float
    unit: str
    detail: str = ""

    def line(self) -> str:
        verdict = "reached" if self.value <= self.most else "MISSED"
        return f"{self.name:58} {self.value:9.2f} {self.unit:6} at most {self.most:<7g} {verdict}  {self.detail}"


def main() -> int:
    """Print every figure; 1 when one is missed."""
    with open_account(calls=None) as account, TemporaryDirectory() as folder:
        _hundred_clients(account)
        with running(account) as url:
            environment = _environment(url) | {"HARVEST_MCP_STATE": f"{folder}/state.db"}
            figures = [*quick_start(), *cold_start(environment), *list_of_100(environment)]
    figures += [*ten_thousand(), *a_year(), *over_v2(), *side_by_side(), *warm_search()]
    figures += [*acquisitions(), *persons_rows(), *journalled(), *writes(), *long_journal()]
    print("\n".join(figure.line() for figure in figures))
    return int(any(figure.value > figure.most for figure in figures))


def quick_start() -> list[Figure]:
    """From starting the process to its answers to `initialize` and `tools/list`, against an empty Python."""
    return [
        Figure(f"{name} / an empty Python", ratio, 2.5, "x", detail) for name, ratio, detail in bench_start.measured()
    ]


def cold_start(environment: dict[str, str]) -> list[Figure]:
    """From starting the process to its answer to `initialize`, where no start before it has kept one.

    Two thirds of it are the SDK's import, on both sides; a third of the rest is making the records and the tools.
    """
    commands = (
        [sys.executable, "-m", "harvest_mcp"],
        [sys.executable, "-c", ONE_TOOL],
        [sys.executable, "-c", ONE_DECORATED],
    )
    ours, low, high = _alternately([partial(_start, command, environment) for command in commands], STARTS)
    detail = f"{ours * 1000:.0f} ms against {low * 1000:.0f} ms"
    return [
        Figure("cold start / one-tool server, low-level", ours / low, 1.4, "x", detail),
        Figure("cold start / one-tool server, decorated", ours / high, 1.4, "x", f"against {high * 1000:.0f} ms"),
    ]


def list_of_100(environment: dict[str, str]) -> list[Figure]:
    """A call of list_clients over stdio, and the bytes of what comes back."""

    async def measure() -> tuple[float, float, int, int, int]:
        ours = StdioServerParameters(command=sys.executable, args=["-m", "harvest_mcp"], env=environment)
        bare = StdioServerParameters(command=sys.executable, args=["-c", ONE_TOOL], env=environment)
        async with mcp.Client(ours) as one, mcp.Client(bare) as other:
            times: dict[str, list[float]] = {"ours": [], "bare": []}
            for at in range(CALLS + 2):
                for name, client, arguments in (("ours", one, {"limit": 100}), ("bare", other, {})):
                    began = time.perf_counter()
                    result = await client.call_tool("list_clients", arguments)
                    if at > 1:
                        times[name].append(time.perf_counter() - began)
                    if name == "ours":
                        answer = result.content[0].model_dump()["text"]
            listed = await one.list_tools()
            size = len(listed.model_dump_json(by_alias=True, exclude_none=True, include={"tools"}).encode())
            ours_took, bare_took = statistics.median(times["ours"]), statistics.median(times["bare"])
            return ours_took, bare_took, len(answer.encode()), size, len(listed.tools)

    ours, bare, answer, size, number = anyio.run(measure)
    return [
        Figure(
            "list_clients of 100 / a bare tool over the same bytes",
            ours / bare,
            1.5,
            "x",
            f"{ours * 1000:.1f} ms against {bare * 1000:.1f} ms",
        ),
        Figure("100 clients in default fields", answer, 4000, "bytes"),
        Figure("tools/list by default", size, 20_000, "bytes", f"{number} tools, {size / number:.0f} each"),
        _every_tool(),
    ]


def _every_tool() -> Figure:
    """All toolsets of Harvest; what nobody asks for weighs nothing, so only the average is bounded."""
    weights = [weight(tool) for tool in everything((HARVEST,))]
    note = f"{sum(weights)} bytes for {len(weights)} tools"
    return Figure("tools/list of all toolsets, on average", sum(weights) / len(weights), 500, "bytes", note)


def ten_thousand() -> list[Figure]:
    """10,000 contacts from bytes to the first page, against a bare lxml loop over the children."""
    ours, bare = json.loads(_child(PARSE, "time", str(PARSES)))
    peak, size = json.loads(_child(PARSE, "peak"))
    return [
        Figure(
            f"10,000 contacts ({size / 1e6:.1f} MB) / bare lxml loop",
            ours / bare,
            2.5,
            "x",
            f"{ours * 1000:.0f} ms against {bare * 1000:.0f} ms",
        ),
        Figure("10,000 contacts, peak of memory", peak, 200, "MB"),
    ]


def a_year() -> list[Figure]:
    """A report over 9,000 entries of a year, against a bare fetch and lxml loop over the same bodies."""
    ours, bare = json.loads(_module("tests.bench_reports", "time", str(PARSES)))
    peak, size = json.loads(_module("tests.bench_reports", "peak"))
    return [
        Figure(
            f"a year report of 9,000 entries ({size / 1e6:.1f} MB) / bare",
            ours / bare,
            2.4,
            "x",
            f"{ours * 1000:.0f} ms against {bare * 1000:.0f} ms",
        ),
        Figure("a year report of 9,000 entries, peak of memory", peak, 250, "MB"),
    ]


def over_v2() -> list[Figure]:
    """The same over v2, whose pages are JSON, against a bare fetch and `json.loads` loop over them."""
    figures = []
    for case, name, most in (("contacts", "10,000 contacts", 2.0), ("year", "a year report of 9,000 entries", 2.5)):
        ours, bare = json.loads(_module("tests.bench_json", "time", case, str(PARSES)))
        peak, size = json.loads(_module("tests.bench_json", "peak", case))
        detail = f"{ours * 1000:.0f} ms against {bare * 1000:.0f} ms"
        figures += [
            Figure(f"v2: {name} ({size / 1e6:.1f} MB) / bare json.loads loop", ours / bare, most, "x", detail),
            Figure(f"v2: {name}, peak of memory", peak, 150, "MB"),
        ]
    return figures


def side_by_side() -> list[Figure]:
    """Reads of many calls at 150 ms a call, against the same calls one by one."""
    figures = []
    for system, name in bench_reads.MEASURED:
        ours, bare, calls = json.loads(_module("tests.bench_reads", "apart", system, name, "3"))
        detail = f"{ours * 1000:.0f} ms against {bare * 1000:.0f} ms for {calls} calls"
        figures.append(Figure(f"{system}: {name} / its calls one by one", ours / bare, 0.35, "x", detail))
    return figures


def warm_search() -> list[Figure]:
    """A search over 10,000 contacts that were read before, in processor time, the answers of the account ready."""
    took = json.loads(_module("tests.bench_reads", "search", str(PARSES)))
    return [Figure("search_records over 10,000 contacts, warm", took * 1000, 300, "ms")]


def acquisitions() -> list[Figure]:
    """A place in the account's budget: counted in this process, and in a file that several processes share."""
    account = replace(server.sandbox_account(), system=replace(HARVEST, plan=UNHURRIED))

    async def measure(folder: str) -> tuple[float, float]:
        state = State(f"{folder}/state.db")
        throttles = Throttle(UNHURRIED), Throttle(UNHURRIED, book=shared(state, account))
        times: tuple[list[float], list[float]] = ([], [])
        for at in range(ACQUISITIONS + 2):
            for throttle, taken in zip(throttles, times, strict=True):
                began = time.perf_counter()
                async with throttle.turn(patience=0, waiting=nobody):
                    taken.extend([time.perf_counter() - began] if at > 1 else [])
        await throttles[1].aclose()
        state.close()
        return statistics.median(times[0]) * 1e6, statistics.median(times[1]) * 1e6

    with TemporaryDirectory() as folder:
        own, file = anyio.run(measure, folder)
    detail = f"{file / own:.0f} times as long"
    return [
        Figure("a place in the budget, in process", own, 50, "us"),
        Figure("a place in the budget, shared in a file", file, 1000, "us", detail),
    ]


def persons_rows() -> list[Figure]:
    """What a person connected, as each of their calls reads it, against a transaction that does nothing."""

    async def measure(folder: str) -> tuple[float, float]:
        state, person = State(f"{folder}/state.db"), Principal("https://login.example", "ana")
        vault = Vault(state, Ring({"a": bytes(32)}))
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(ACQUISITIONS):
            began = time.perf_counter()
            await vault.of(person)
            read = time.perf_counter()
            await state.run(nothing)
            times[0].append(read - began)
            times[1].append(time.perf_counter() - read)
        state.close()
        return statistics.median(times[0]), statistics.median(times[1])

    def nothing(connection: object) -> None:
        """Leave it as it is."""

    with TemporaryDirectory() as folder:
        read, empty = anyio.run(measure, folder)
    detail = f"{read * 1e6:.0f} us against {empty * 1e6:.0f}"
    return [Figure("a person's accounts in the vault / an empty transaction", read / empty, 0.8, "x", detail)]


def journalled() -> list[Figure]:
    """A create and its read over an account in this process: as it is, and with the journal around it.

    What the journal adds is also held against the two commits to the disk that it cannot do without.
    """

    async def measure(folder: str, account: Sandbox) -> list[float]:
        state, line = State(f"{folder}/state.db"), server.in_process(account)(server.sandbox_account())
        api = Api(HARVEST, line)
        changes = Changes(api, Journal(state, system="harvest", account="bench", principal="bench"), "create_client")
        disk = _committing(f"{folder}/bare.db")

        async def bare(name: str) -> None:
            await api.get(Scope(CLIENTS), await api.create(Scope(CLIENTS), {"name": f"Bare {name}"}) or 0)

        async def ours(name: str) -> None:
            await changes.create(Scope(CLIENTS), {"name": f"Journalled {name}"}, above=0)

        async def commits(name: str) -> None:
            for _ in range(2):
                disk.execute("INSERT INTO rows VALUES (?)", (name * 100,))

        times = []
        for at in range(CREATES + 2):
            row = []
            for run in (bare, ours, commits):
                began = time.perf_counter()
                await run(str(at))
                row.append(time.perf_counter() - began)
            times.append(row)
        await line.aclose()
        state.close()
        disk.close()
        return [statistics.median(column) for column in zip(*times[2:], strict=True)]

    with TemporaryDirectory() as folder, open_account(calls=None) as account:
        bare, ours, commits = anyio.run(measure, folder, account)
    detail = f"{ours * 1000:.1f} ms against {bare * 1000:.1f} ms"
    beyond = f"{(ours - bare) * 1000:.1f} ms against {commits * 1000:.1f} ms"
    return [
        Figure("a create with the journal / without", ours / bare, 20, "x", detail),
        Figure("what the journal adds / two bare commits", (ours - bare) / commits, 8, "x", beyond),
    ]


def writes() -> list[Figure]:
    """A write, and a hundred reads at once, over stdio, against a bare handler on the same SDK that calls the same."""
    figures = []
    for tool in ("update_client", "create_client"):
        (ours, bare), (spent, bare_spent) = json.loads(_module("tests.bench_writes", tool))
        detail = f"{spent * 1000:.1f} ms against {bare_spent * 1000:.1f} ms; by the clock {ours / bare:.1f} x"
        name = f"{tool} / a bare handler, time of the processor"
        figures.append(Figure(name, spent / bare_spent, 2.0, "x", detail))
    (half, ours), (bare_half, bare) = json.loads(_module("tests.bench_writes", "at_once"))
    detail = f"{ours * 1000:.0f} ms against {bare * 1000:.0f} ms; half of them {half / bare_half:.1f} x"
    return [*figures, Figure("100 reads at once, 200 ms away, p99 / bare", ours / bare, 1.5, "x", detail)]


def long_journal() -> list[Figure]:
    """The newest changes of 100,000, against a bare query, and the file once three quarters of them are dropped."""
    ours, bare, before, after = json.loads(_module("tests.bench_journal"))
    detail = f"{ours * 1000:.2f} ms against {bare * 1000:.2f} ms"
    return [
        Figure("the newest 50 of 100,000 changes / a bare query", ours / bare, 3.5, "x", detail),
        Figure(
            "a journal pruned to a quarter / before", after / before, 0.3, "x", f"{after:.0f} MB of {before:.0f} MB"
        ),
    ]


def _committing(path: str) -> sqlite3.Connection:
    """A database that has every commit on the disk before it goes on."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE rows (text)"):
        connection.execute(statement)
    return connection


def _alternately(runs: list[Callable[[], float]], times: int) -> list[float]:
    measured = [[run() for run in runs] for _ in range(times + 1)][1:]
    return [statistics.median(column) for column in zip(*measured, strict=True)]


def _start(command: list[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(HELLO.encode() + b"\n")
        process.stdin.flush()
        assert b'"result"' in process.stdout.readline()
        elapsed = time.perf_counter() - began
        process.stdin.close()
    return elapsed


def _child(code: str, *arguments: str) -> str:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, check=True, text=True).stdout


def _module(name: str, *arguments: str) -> str:
    return subprocess.run([sys.executable, "-m", name, *arguments], capture_output=True, check=True, text=True).stdout


def _environment(url: str) -> dict[str, str]:
    """The shell's own, without what makes Python starts look slow or leads to another account."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONDONTWRITEBYTECODE" and not name.startswith("HARVEST_")
    }
    kept["XDG_CACHE_HOME"] = os.devnull
    return {**kept, "HARVEST_URL": url, "HARVEST_EMAIL": ADMIN.email, "HARVEST_PASSWORD": ADMIN.password}


def _hundred_clients(account: Sandbox) -> None:
    for number in range(100 - len(account.rows(CLIENTS))):
        account.put(CLIENTS, name=f"Harbour Works Number {number}", active=True)


if __name__ == "__main__":
    sys.exit(main())
