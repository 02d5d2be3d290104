"""A call ends in time, whatever the other side does: at its deadline, and on a busy machine soon after it."""

import asyncio
import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic

import anyio
import pytest

from harvest_mcp.errors import CallFailed, GateClosed, InDoubt, TooSlow, Unreachable
from harvest_mcp.gateway.client import Gateway, Limits
from harvest_mcp.gateway.throttle import Throttle
from harvest_mcp.spec import Plan
from harvest_mcp.spec.exchange import Method, Request

from .line import OK, READ, REQUESTS, Act, dripping, hang_up, reaching, serving, silence

pytestmark = pytest.mark.anyio
TOTAL = 0.3
LIMITS = Limits(connections=10, connect=30, read=30, total=TOTAL, wait=30)
BUSY = 5.0
"""Seconds a busy machine may take on top; the other side would go on for a minute."""
BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"


@contextmanager
def within(least: float, most: float) -> Iterator[None]:
    """The time a block takes, in seconds; the test ends at most a little later than that."""
    began = monotonic()
    yield
    assert least <= monotonic() - began <= most


def port_of(listener: anyio.abc.Listener[anyio.abc.SocketStream]) -> int:
    return listener.extra(anyio.abc.SocketAttribute.local_port)  # noqa: S610 - no query set


async def failing(gateway: Gateway, request: Request, *kinds: type[CallFailed]) -> None:
    with pytest.raises(kinds) as failure:
        await gateway(request)
    assert re.search("took too long to answer|did not take the call in time", str(failure.value))


async def never_reads(writer: asyncio.StreamWriter) -> None:
    writer.transport.pause_reading()  # type: ignore[attr-defined]  # the transport of a stream is a reading one too
    await asyncio.sleep(60)


async def endless_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: and more\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


async def endless_interim_answers(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 102 Processing\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


async def endless_chunks(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1\r\n \r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


SLOW: dict[str, Act] = {
    "says nothing": silence,
    "drips its headers": dripping(OK, 0.05),
    "drips its body": dripping(BODY + b" " * 1000, 0.01),
    "never ends its headers": endless_headers,
    "never ends its interim answers": endless_interim_answers,
    "never ends its body": endless_chunks,
    "reads nothing more": never_reads,
}


@pytest.mark.parametrize("manner", SLOW)
async def test_a_slow_server_is_left_at_the_deadline(manner: str) -> None:
    async with serving(SLOW[manner]) as served, reaching(served.url, limits=LIMITS) as gateway:
        with within(TOTAL, TOTAL + BUSY):
            async with anyio.create_task_group() as group:
                group.start_soon(failing, gateway, READ, TooSlow)
                group.start_soon(failing, gateway, REQUESTS["POST"], InDoubt)
    assert sorted(served.lines) == ["GET /clients", "POST /clients"]


async def test_a_server_that_only_accepts_is_left_at_the_deadline() -> None:
    """Nobody attends to the connection; the system alone completes it."""
    with anyio.fail_after(5):
        listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
        url = f"http://127.0.0.1:{port_of(listener)}"
        async with listener, reaching(url, limits=LIMITS) as gateway:
            with within(TOTAL, TOTAL + BUSY), pytest.raises(TooSlow):
                await gateway(READ)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpcore leaves closing to the end
async def test_a_handshake_that_never_ends_is_left_knowing_that_nothing_was_sent() -> None:
    async def left(method: Method) -> None:
        async with reaching(f"https://127.0.0.1:{port_of(listener)}", limits=LIMITS) as gateway:
            with within(TOTAL, TOTAL + BUSY), pytest.raises(Unreachable, match="did not take the call in time"):
                await gateway(REQUESTS[method])

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with listener, anyio.create_task_group() as at_once:
        for method in REQUESTS:
            at_once.start_soon(left, method)
    gc.collect()


async def test_a_write_that_gets_no_connection_in_time_is_known_to_be_unsent() -> None:
    limits = replace(LIMITS, total=1)
    async with serving(silence) as served, reaching(served.url, limits=limits) as gateway:
        with within(1, 1 + BUSY):
            async with anyio.create_task_group() as group:
                for _ in range(10):
                    group.start_soon(failing, gateway, REQUESTS["POST"], InDoubt)
                await asyncio.sleep(0.1)
                group.start_soon(failing, gateway, REQUESTS["PUT"], InDoubt, Unreachable)
                await asyncio.sleep(0.15)
                assert set(served.lines) == {"POST /clients"}


async def test_a_pause_between_two_reads_is_limited_on_its_own() -> None:
    limits = replace(LIMITS, read=0.1, total=30)
    async with serving(silence) as served, reaching(served.url, limits=limits) as gateway:
        with within(0.1, 0.1 + BUSY), pytest.raises(TooSlow):
            await gateway(READ)


async def test_the_deadline_counts_every_attempt_and_the_waits_between() -> None:
    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.4)
        await hang_up(writer)

    limits = replace(LIMITS, total=1)
    async with serving(late) as served, reaching(served.url, limits=limits) as gateway:
        with within(1, 1 + BUSY), pytest.raises((TooSlow, Unreachable)):  # on a hop, or between two
            await gateway(READ)
    assert 1 <= len(served.requests) <= 3


async def test_the_deadline_counts_every_hop_of_a_redirect() -> None:
    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.12)
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /clients\r\nContent-Length: 0\r\n\r\n")

    async with serving(late) as served, reaching(served.url, limits=LIMITS) as gateway:
        with within(TOTAL, TOTAL + BUSY), pytest.raises(TooSlow):
            await gateway(READ)
    assert 1 <= len(served.requests) <= 3


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_deadline_counts_queueing_for_the_budget(method: Method) -> None:
    """The wait for a place would end after the deadline, so it is not begun, and nothing is sent."""
    throttle, limits = Throttle(Plan(calls=1, seconds=60, pause=61)), replace(LIMITS, total=30)
    async with serving(OK) as served, reaching(served.url, limits=limits, throttle=throttle) as gateway:
        await gateway(READ)
        with within(0, BUSY), pytest.raises(GateClosed):
            await gateway(REQUESTS[method])
    assert len(served.requests) == 1


async def test_time_spent_queueing_for_the_budget_is_missing_afterwards() -> None:
    throttle, limits = Throttle(Plan(calls=1, seconds=0.7, pause=16)), replace(LIMITS, total=1)
    async with serving(OK, silence) as served, reaching(served.url, limits=limits, throttle=throttle) as gateway:
        await gateway(READ)
        with within(0.95, 1.65), pytest.raises(TooSlow):
            await gateway(READ)
    assert len(served.requests) == 2


async def test_the_deadline_counts_queueing_for_a_connection() -> None:
    """Ten connections are all there are; whoever waits for one ends with the others."""
    async with serving(silence) as served, reaching(served.url, limits=LIMITS) as gateway:
        with within(TOTAL, TOTAL + BUSY):
            async with anyio.create_task_group() as group:
                for _ in range(25):
                    group.start_soon(failing, gateway, READ, TooSlow, Unreachable)
                await asyncio.sleep(TOTAL / 2)
                assert served.connections <= 10


async def test_a_progress_listener_that_hangs_does_not_outlast_the_patience_of_its_caller() -> None:
    """Waiting is told in line: who listens slowly waits longer, but can always leave."""
    throttle = Throttle(Plan(calls=1, seconds=0.2, pause=16))

    async def slow(seconds: float) -> None:
        await asyncio.sleep(60)

    async with serving(OK) as served, reaching(served.url, limits=LIMITS, throttle=throttle) as gateway:
        await gateway(READ)
        with within(0.1, 0.1 + BUSY), anyio.move_on_after(0.1):
            await gateway(READ, waiting=slow)
    assert len(served.requests) == 1


async def test_calls_at_the_deadline_leave_the_gateway_usable() -> None:
    async with serving(*[silence] * 12, OK) as served, reaching(served.url, limits=LIMITS) as gateway:
        async with anyio.create_task_group() as group:
            for request in (READ, REQUESTS["POST"]) * 6:
                group.start_soon(failing, gateway, request, TooSlow, InDoubt)
        assert (await gateway(READ)).status == 200
        assert (await gateway(REQUESTS["POST"])).status == 200
