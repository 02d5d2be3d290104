"""A call ends in time, whatever the other side does: at its deadline."""

import asyncio
import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from time import monotonic

import anyio
import pytest

from harvest_mcp.errors import CallFailed, GateClosed, InDoubt, TooSlow, Unavailable, Unreachable
from harvest_mcp.gateway.client import Gateway, Limits
from harvest_mcp.gateway.throttle import Throttle
from harvest_mcp.spec import Plan
from harvest_mcp.spec.exchange import Method, Request
from tests.patience import PATIENCE, until

from .line import CALM, DEADLINES, OK, READ, REQUESTS, Act, Time, dripping, hang_up, reaching, serving, silence

pytestmark = pytest.mark.anyio
TOTAL = 0.3
LIMITS = Limits(connections=10, connect=3600, read=3600, total=TOTAL, wait=3600)
BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"


@contextmanager
def taking(least: float) -> Iterator[None]:
    """A block that takes so many seconds or more, and ends, though the other side would go on for an hour."""
    began = monotonic()
    with anyio.fail_after(PATIENCE):
        yield
    assert least <= monotonic() - began


def port_of(listener: anyio.abc.Listener[anyio.abc.SocketStream]) -> int:
    return listener.extra(anyio.abc.SocketAttribute.local_port)  # noqa: S610 - no query set


async def failing(gateway: Gateway, request: Request, *kinds: type[CallFailed]) -> None:
    with pytest.raises(kinds) as failure:
        await gateway(request)
    assert re.search("took too long to answer|did not take the call in time", str(failure.value))


async def ends(gateway: Gateway, *requests: Request) -> list[type[CallFailed]]:
    """What each of several calls at once ends with."""
    told: dict[Request, type[CallFailed]] = {}

    async def end(request: Request) -> None:
        with pytest.raises(CallFailed) as failure:
            await gateway(request)
        assert re.search("took too long to answer|did not take the call in time", str(failure.value))
        told[request] = type(failure.value)

    async with anyio.create_task_group() as group:
        for request in requests:
            group.start_soon(end, request)
    return [told[request] for request in requests]


async def never_reads(writer: asyncio.StreamWriter) -> None:
    writer.transport.pause_reading()  # type: ignore[attr-defined]  # the transport of a stream is a reading one too
    await asyncio.sleep(3600)


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
    for total in DEADLINES:
        limits = replace(LIMITS, total=total)
        async with serving(SLOW[manner]) as served, reaching(served.url, limits=limits) as gateway:
            with taking(total):
                told = await ends(gateway, READ, REQUESTS["POST"])
        if len(served.lines) == 2:
            break
    assert sorted(served.lines) == ["GET /clients", "POST /clients"]
    assert told == [TooSlow, InDoubt]


async def test_a_server_that_only_accepts_is_left_at_the_deadline() -> None:
    """Nobody attends to the connection; the system alone completes it."""
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with listener:
        for total in DEADLINES:
            url = f"http://127.0.0.1:{port_of(listener)}"
            async with reaching(url, limits=replace(LIMITS, total=total)) as gateway:
                with taking(total):
                    told = await ends(gateway, READ)
            if told == [TooSlow]:
                break
    assert told == [TooSlow]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpcore leaves closing to the end
async def test_a_handshake_that_never_ends_is_left_knowing_that_nothing_was_sent() -> None:
    async def left(method: Method) -> None:
        async with reaching(f"https://127.0.0.1:{port_of(listener)}", limits=LIMITS) as gateway:
            with taking(TOTAL), pytest.raises(Unreachable, match="did not take the call in time"):
                await gateway(REQUESTS[method])

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with listener, anyio.create_task_group() as at_once:
        for method in REQUESTS:
            at_once.start_soon(left, method)
    gc.collect()


async def test_a_write_that_gets_no_connection_in_time_is_known_to_be_unsent() -> None:
    limits = replace(LIMITS, total=3600)
    async with (
        serving(silence) as served,
        reaching(served.url, limits=limits) as gateway,
        anyio.create_task_group() as group,
    ):
        for _ in range(10):
            group.start_soon(gateway, REQUESTS["POST"])
        await until(lambda: len(served.lines) == 10)
        gateway.limits = LIMITS
        with taking(TOTAL):
            await failing(gateway, REQUESTS["PUT"], InDoubt, Unreachable)
        assert set(served.lines) == {"POST /clients"}
        group.cancel_scope.cancel()


async def test_a_pause_between_two_reads_is_limited_on_its_own() -> None:
    limits = replace(LIMITS, read=0.1, total=3600)
    async with serving(silence) as served, reaching(served.url, limits=limits) as gateway:
        with taking(0.1), pytest.raises(TooSlow):
            await gateway(READ)


async def test_the_deadline_counts_every_attempt_and_the_waits_between() -> None:
    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.4)
        await hang_up(writer)

    limits = replace(LIMITS, total=1)
    async with serving(late) as served, reaching(served.url, limits=limits) as gateway:
        with taking(0.9), pytest.raises((TooSlow, Unreachable, Unavailable)):  # on a hop, or between two
            await gateway(READ)
    assert len(served.requests) <= 3


async def test_the_deadline_counts_every_hop_of_a_redirect() -> None:
    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.12)
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /clients\r\nContent-Length: 0\r\n\r\n")

    async with serving(late) as served, reaching(served.url, limits=LIMITS) as gateway:
        with taking(TOTAL), pytest.raises((TooSlow, Unreachable)):  # on a hop, or between two
            await gateway(READ)
    assert len(served.requests) <= 3


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_deadline_counts_queueing_for_the_budget(method: Method) -> None:
    """The wait for a place would end after the deadline, so it is not begun, and nothing is sent."""
    throttle, limits = Throttle(Plan(calls=1, seconds=3600, pause=3601)), replace(LIMITS, total=PATIENCE)
    async with serving(OK) as served, reaching(served.url, limits=limits, throttle=throttle) as gateway:
        await gateway(READ)
        with taking(0), pytest.raises(GateClosed):
            await gateway(REQUESTS[method])
    assert len(served.requests) == 1


async def test_time_spent_queueing_for_the_budget_is_missing_afterwards() -> None:
    """An hour of it, by a clock of our own: a fraction of a second is left, by the machine's."""
    clock, plan = Time(), Plan(calls=1, seconds=3600, pause=3601)
    throttle, limits = Throttle(plan, clock=clock, sleep=clock.skip), replace(LIMITS, total=3600 + TOTAL, wait=7200)
    async with (
        serving(OK, silence) as served,
        reaching(served.url, limits=limits, throttle=throttle, clock=clock) as gateway,
    ):
        await gateway(READ)
        with taking(TOTAL - 0.1), pytest.raises((TooSlow, Unreachable)):
            await gateway(READ)


async def test_the_deadline_counts_queueing_for_a_connection() -> None:
    """Ten connections are all there are; whoever waits for one ends with the others."""
    async with serving(silence) as served, reaching(served.url, limits=LIMITS) as gateway:
        with taking(TOTAL):
            async with anyio.create_task_group() as group:
                for _ in range(25):
                    group.start_soon(failing, gateway, READ, TooSlow, Unreachable)
                await asyncio.sleep(TOTAL / 2)
                assert served.connections <= 10


async def test_a_progress_listener_that_hangs_does_not_outlast_the_patience_of_its_caller() -> None:
    """Waiting is told in line: who listens slowly waits longer, but can always leave."""
    throttle, limits = Throttle(Plan(calls=1, seconds=1800, pause=1801)), replace(LIMITS, total=3600)
    hears = anyio.Event()

    async def slow(seconds: float) -> None:
        hears.set()
        await asyncio.sleep(3600)

    async with serving(OK) as served, reaching(served.url, limits=limits, throttle=throttle) as gateway:
        await gateway(READ)
        with anyio.fail_after(PATIENCE):
            async with anyio.create_task_group() as group:
                group.start_soon(partial(gateway, READ, waiting=slow))
                await hears.wait()
                group.cancel_scope.cancel()
    assert len(served.requests) == 1


async def test_calls_at_the_deadline_leave_the_gateway_usable() -> None:
    silent = True

    async def act(writer: asyncio.StreamWriter) -> None:
        if silent:
            await silence(writer)
        writer.write(OK)

    async with serving(act) as served, reaching(served.url, limits=LIMITS) as gateway:
        async with anyio.create_task_group() as group:
            for request in (READ, REQUESTS["POST"]) * 6:
                group.start_soon(failing, gateway, request, TooSlow, InDoubt, Unreachable)
        silent, gateway.limits = False, CALM
        assert (await gateway(READ)).status == 200
        assert (await gateway(REQUESTS["POST"])).status == 200
