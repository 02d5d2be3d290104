"""A loopback server that answers as it is told and notes what it gets, a gateway to it, and a clock of our own."""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from time import monotonic

import anyio
import anyio.lowlevel

from harvest_mcp.gateway import Account
from harvest_mcp.gateway.client import Gateway, Limits
from harvest_mcp.gateway.throttle import Throttle
from harvest_mcp.spec import Plan
from harvest_mcp.spec.exchange import Method, Request
from harvest_mcp.systems.harvest import HARVEST
from tests.patience import PATIENCE

EMAIL, PASSWORD, TOKEN = "jane@suprcorp.example", "open+/=sesame", "a+b/c=d"
CLIENTS = b'<?xml version="1.0" encoding="UTF-8"?>\n<clients type="array"/>'
REQUESTS: dict[Method, Request] = {
    "GET": Request("GET", "/clients"),
    "POST": Request("POST", "/clients", body=b"<client><name>SuprCorp</name></client>"),
    "PUT": Request("PUT", "/clients/5", body=b"<client><name>SuprCorp</name></client>"),
    "DELETE": Request("DELETE", "/clients/5"),
}
READ = REQUESTS["GET"]
CALM = Limits(connect=PATIENCE, read=PATIENCE, total=2 * PATIENCE, wait=2)
SHORT = replace(CALM, read=0.25)
"""For servers that say nothing."""
DEADLINES = (0.3, 3.0, 30.0)
"""Seconds for a whole call; a busy machine may need more than the first for a call to arrive at all."""

Act = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""Something a server does instead of a plain answer."""


@dataclass(slots=True)
class Served:
    """What a server got: how many connections, and every request, head and body, as it came."""

    url: str = ""
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """The first line of every request, without the protocol."""
        return [request.partition(b"\r\n")[0].removesuffix(b" HTTP/1.1").decode() for request in self.requests]


def http(status: int, body: bytes = b"", *headers: tuple[str, str], kind: str = "application/xml") -> bytes:
    """An answer as bytes; a Content-Length given takes the place of the true one."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {kind}", *(f"{name}: {value}" for name, value in headers)]
    if not any(name == "Content-Length" for name, _ in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


OK = http(200, CLIENTS)


@asynccontextmanager
async def serving(
    *answers: bytes | Act, tls: ssl.SSLContext | None = None, listener: socket.socket | None = None
) -> AsyncIterator[Served]:
    """A server that gives one answer after the other, the last one for ever."""
    served, tasks, left = Served(), set[asyncio.Task[None]](), list(answers)

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Known from now on, and closed at the end whether or not it was attended to before."""
        served.connections += 1
        tasks.add(task := asyncio.create_task(attend(reader, writer)))
        task.add_done_callback(lambda _: writer.transport.abort())
        task.add_done_callback(tasks.discard)

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            while not writer.is_closing():
                served.requests.append(await _request(reader))
                answer = left.pop(0) if len(left) > 1 else left[0]
                if isinstance(answer, bytes):
                    writer.write(answer)
                    await writer.drain()
                else:
                    await answer(writer)

    bound = listener or _listener()
    server = await asyncio.start_server(connected, sock=bound, ssl=tls)
    served.url = f"{'https' if tls else 'http'}://127.0.0.1:{bound.getsockname()[1]}"
    try:
        yield served
    finally:
        server.close()
        await anyio.lowlevel.checkpoint()  # whoever was just let in is known then
        for task in (ending := list(tasks)):
            task.cancel()
        await asyncio.wait_for(asyncio.gather(*ending, return_exceptions=True), PATIENCE)


def _listener() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return head + await reader.readexactly(int(length[1]) if length else 0)


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Close the connection without a word."""
    writer.close()


async def reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection off as a crashed machine does."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


async def silence(writer: asyncio.StreamWriter) -> None:
    """Say nothing for far longer than anybody waits."""
    await asyncio.sleep(3600)


def partly(said: bytes) -> Act:
    """Say this much, then close the connection."""

    async def act(writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        writer.close()

    return act


def dripping(said: bytes, every: float) -> Act:
    """Say it byte by byte."""

    async def act(writer: asyncio.StreamWriter) -> None:
        for byte in said:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(every)

    return act


def account(url: str) -> Account:
    return Account.basic(HARVEST, url, EMAIL, PASSWORD)


@asynccontextmanager
async def reaching(
    to: str | Account,
    *,
    limits: Limits = CALM,
    throttle: Throttle | None = None,
    first_wait: float = 0.001,
    clock: Callable[[], float] = monotonic,
) -> AsyncIterator[Gateway]:
    """A gateway to an address or an account, closed at the end, that does not wait long between attempts."""
    gateway = Gateway(
        account(to) if isinstance(to, str) else to,
        version="0",
        limits=replace(limits, first_wait=first_wait),
        throttle=throttle or unhurried(),
        clock=clock,
    )
    try:
        yield gateway
    finally:
        await gateway.aclose()


def unhurried() -> Throttle:
    """A throttle nobody notices: pauses of the vendor's pass in no time."""
    return Throttle(Plan(calls=1_000_000, seconds=0.001, pause=0.001))


class Time:
    """A clock that moves only when everybody it runs is asleep; then straight to the next waking."""

    def __init__(self, now: float = 1_000.0) -> None:
        self.now, self._alive, self._asleep = now, 0, list[tuple[float, int, anyio.Event]]()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = anyio.Event()
        entry = (self.now + seconds, id(woken), woken)
        heappush(self._asleep, entry)
        try:
            await woken.wait()
        finally:
            if entry in self._asleep:
                self._asleep.remove(entry)

    async def skip(self, seconds: float) -> None:
        """A sleep for one caller alone: over at once."""
        self.now += seconds
        await anyio.lowlevel.checkpoint()

    async def run(self, *jobs: Callable[[], Awaitable[None]]) -> None:
        """Run jobs side by side until all are done."""

        async def one(job: Callable[[], Awaitable[None]]) -> None:
            try:
                await job()
            finally:
                self._alive -= 1

        self._alive = len(jobs)
        with anyio.fail_after(PATIENCE):
            async with anyio.create_task_group() as group:
                for job in jobs:
                    group.start_soon(one, job)
                while self._alive:
                    await anyio.lowlevel.checkpoint()
                    if self._asleep and len(self._asleep) == self._alive:
                        self.now, _, woken = heappop(self._asleep)
                        woken.set()
