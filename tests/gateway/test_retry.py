"""What is sent again and what is not, counted on the server's side of a real line."""

import asyncio
import logging
import socket
from dataclasses import dataclass, replace

import pytest

from harvest_mcp.errors import (
    CallFailed,
    GateClosed,
    InDoubt,
    Malformed,
    NotFound,
    NotTheApi,
    Refused,
    Throttled,
    TooSlow,
    Unauthorized,
    Unavailable,
    Unreachable,
)
from harvest_mcp.gateway.client import Limits
from harvest_mcp.gateway.retry import RETRY, Credit, Patience, decide, settle
from harvest_mcp.spec.exchange import Method, Request
from tests.patience import PATIENCE

from .line import CALM, OK, READ, REQUESTS, SHORT, Act, hang_up, http, partly, reaching, reset, serving, silence

pytestmark = pytest.mark.anyio
WRITE = REQUESTS["POST"]
BUSY = http(503, b"", ("Retry-After", "0"))
PAGE = http(200, b"<!DOCTYPE html><html><body>Sign in</body></html>", kind="text/html")


@dataclass(frozen=True, slots=True)
class Fate:
    """How often a call reaches the server that always answers so, and how it ends."""

    read: tuple[int, type[CallFailed] | None]
    write: tuple[int, type[CallFailed] | None]


AGAIN_UNLESS_WRITTEN = Fate((3, Unavailable), (1, InDoubt))
TABLE: dict[str, tuple[bytes | Act, Fate]] = {
    "a good answer": (OK, Fate((1, None), (1, None))),
    "a created record": (http(201, b"", ("Location", "/clients/7")), Fate((1, None), (1, None))),
    "closed without a word": (hang_up, AGAIN_UNLESS_WRITTEN),
    "reset": (reset, AGAIN_UNLESS_WRITTEN),
    "closed within the status line": (partly(b"HTTP/1.1 20"), AGAIN_UNLESS_WRITTEN),
    "closed within the headers": (partly(b"HTTP/1.1 200 OK\r\nContent-Le"), AGAIN_UNLESS_WRITTEN),
    "closed before the body": (partly(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n"), AGAIN_UNLESS_WRITTEN),
    "closed within the body": (partly(OK[:-5]), AGAIN_UNLESS_WRITTEN),
    "not HTTP": (partly(b"SSH-2.0-OpenSSH_9.9\r\n"), AGAIN_UNLESS_WRITTEN),
    "two lengths": (http(200, b"", ("Content-Length", "1"), ("Content-Length", "2")), AGAIN_UNLESS_WRITTEN),
    "500": (http(500), AGAIN_UNLESS_WRITTEN),
    "500 with a web page": (http(500, b"<html>", kind="text/html"), AGAIN_UNLESS_WRITTEN),
    "502": (http(502), AGAIN_UNLESS_WRITTEN),
    "504": (http(504), AGAIN_UNLESS_WRITTEN),
    "503 with a time": (BUSY, Fate((3, Throttled), (1, Throttled))),
    "503 without": (http(503), Fate((1, GateClosed), (1, InDoubt))),
    "silence": (silence, Fate((1, TooSlow), (1, InDoubt))),
    "half a body, then silence": (
        http(200, b"<cli", ("Content-Length", "99")),
        Fate((1, TooSlow), (1, InDoubt)),
    ),
    "broken gzip": (http(200, b"no gzip", ("Content-Encoding", "gzip")), Fate((1, Malformed), (1, InDoubt))),
    "a coding nobody asked for": (http(200, b"..", ("Content-Encoding", "br")), Fate((1, Malformed), (1, InDoubt))),
    "a web page": (PAGE, Fate((1, NotTheApi), (1, InDoubt))),
    "a redirect elsewhere": (http(302, b"", ("Location", "http://other.example/")), Fate((1, NotTheApi), (1, InDoubt))),
    "400": (http(400), Fate((1, Refused), (1, Refused))),
    "400 with a web page": (http(400, b"<html>", kind="text/html"), Fate((1, Refused), (1, Refused))),
    "401": (http(401), Fate((1, Unauthorized), (1, Unauthorized))),
    "404": (http(404), Fate((1, NotFound), (1, NotFound))),
    "422": (http(422), Fate((1, Refused), (1, Refused))),
}


@pytest.mark.parametrize("method", REQUESTS)
@pytest.mark.parametrize("outcome", TABLE)
async def test_every_outcome_is_met_with_exactly_its_attempts(outcome: str, method: Method) -> None:
    answer, fate = TABLE[outcome]
    attempts, ends = fate.read if method == "GET" else fate.write
    limits = SHORT if "silence" in outcome else CALM
    async with serving(answer) as served, reaching(served.url, limits=limits) as gateway:
        if ends is None:
            await gateway(REQUESTS[method])
        else:
            with pytest.raises(CallFailed) as failure:
                await gateway(REQUESTS[method])
            assert type(failure.value) is ends
    assert len(served.requests) == attempts
    assert set(served.lines) == {f"{method} {REQUESTS[method].path}"}


@pytest.mark.parametrize("method", REQUESTS)
async def test_a_server_that_is_not_there_is_tried_three_times(
    method: Method, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "harvest_mcp.gateway")
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and never listens
        async with reaching(f"http://127.0.0.1:{bound.getsockname()[1]}") as gateway:
            with pytest.raises(Unreachable) as failure:
                await gateway(REQUESTS[method])
    attempts = [one.getMessage() for one in caplog.records if one.name == "harvest_mcp.gateway"]
    assert len(attempts) == 3
    assert str(failure.value) == (
        f"{gateway.account.host} cannot be reached. Check the address and your network with `harvest-mcp doctor`."
    )


@pytest.mark.parametrize("method", REQUESTS)
async def test_a_server_that_never_finishes_the_handshake_is_tried_three_times(method: Method) -> None:
    connections: list[asyncio.StreamWriter] = []

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)

    server = await asyncio.start_server(attend, "127.0.0.1", 0)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, reaching(url, limits=replace(CALM, connect=0.1)) as gateway:
        with pytest.raises(Unreachable):
            await gateway(REQUESTS[method])
        for writer in connections:
            writer.close()
    assert len(connections) == 3


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_write_that_never_connected_is_sent_again(method: Method) -> None:
    """The port belongs to us and refuses, until the first refusal is logged."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", 0))

    class Listens(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            refused.append(record.getMessage())
            bound.listen()
            listens.set()

    refused, listens = list[str](), asyncio.Event()
    log, handler = logging.getLogger("harvest_mcp.gateway"), Listens()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        async with reaching(f"http://127.0.0.1:{bound.getsockname()[1]}") as gateway:
            connecting = asyncio.create_task(gateway(REQUESTS[method]))
            await asyncio.wait_for(listens.wait(), PATIENCE)
            async with serving(OK, listener=bound) as served:
                await asyncio.wait_for(connecting, PATIENCE)
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
    assert (served.lines, len(refused)) == ([f"{method} {REQUESTS[method].path}"], 2)
    assert "failed Unreachable" in refused[0]


async def test_a_read_refused_by_the_throttle_is_sent_again() -> None:
    async with serving(BUSY, BUSY, OK) as served, reaching(served.url) as gateway:
        assert (await gateway(READ)).status == 200
    assert len(served.requests) == 3
    assert len(set(served.requests)) == 1, "the same bytes every time"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_write_refused_by_the_throttle_is_not_sent_again_before_somebody_looked(method: Method) -> None:
    async with serving(BUSY, OK) as served, reaching(served.url) as gateway:
        with pytest.raises(Throttled):
            await gateway(REQUESTS[method])
    assert len(served.requests) == 1


async def test_a_read_gets_its_answer_at_the_third_attempt() -> None:
    async with serving(hang_up, http(502), OK) as served, reaching(served.url) as gateway:
        assert (await gateway(READ)).status == 200
    assert len(served.requests) == 3


async def test_a_connection_that_closes_while_idle_costs_a_read_nothing_but_another_connection() -> None:
    async def once(writer: asyncio.StreamWriter) -> None:
        await partly(OK)(writer)

    async with serving(once) as served, reaching(served.url) as gateway:
        for _ in range(5):
            await gateway(READ)
            await asyncio.sleep(0.01)
    assert (served.connections, len(served.requests)) == (5, 5)


async def test_an_in_doubt_write_says_that_it_was_sent_once_and_what_happened() -> None:
    async with serving(hang_up) as served, reaching(served.url) as gateway:
        with pytest.raises(InDoubt) as doubt:
            await gateway(WRITE)
    host = gateway.account.host
    assert str(doubt.value) == (f"The request was sent once, but its fate is unknown. {host} broke the connection off.")
    assert len(served.requests) == 1


async def test_the_retry_budget_keeps_a_failing_vendor_from_being_asked_three_times_as_often() -> None:
    """Ten retries at hand and one more for every ten calls."""
    async with serving(hang_up) as served, reaching(served.url) as gateway:
        for _ in range(60):
            with pytest.raises(Unavailable):
                await gateway(READ)
    assert len(served.requests) == 60 + 10 + 5


async def test_a_call_that_fails_for_good_costs_the_budget_only_the_retries_made() -> None:
    async with serving(hang_up) as served, reaching(served.url) as gateway:
        for _ in range(5):
            with pytest.raises(Unavailable):
                await gateway(READ)
    assert len(served.requests) == 15, "five calls of three attempts are the ten retries at hand"


async def test_good_calls_earn_retries_back_and_never_more_than_ten() -> None:
    credit = Credit()
    while credit.spend():
        pass
    for _ in range(10_000):
        credit.earn()
    assert [credit.spend() for _ in range(11)] == [True] * 10 + [False]


async def test_no_attempt_begins_after_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    limits = Limits(total=PATIENCE, longest_wait=3600.0)
    async with serving(hang_up) as served, reaching(served.url, limits=limits, first_wait=3600.0) as gateway:
        with pytest.raises(Unavailable):
            await gateway(READ)
    assert len(served.requests) == 1


@pytest.mark.parametrize("method", REQUESTS)
async def test_a_call_without_time_left_is_not_sent(method: Method) -> None:
    async with serving(OK) as served, reaching(served.url, limits=Limits(total=0.0)) as gateway:
        with pytest.raises(Unreachable, match="There was no time left"):
            await gateway(REQUESTS[method])
    assert served.requests == []


WAITS = (Limits().first_wait, Limits().longest_wait)


def test_waits_between_attempts_are_jittered_and_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: low + high / 2)
    patience = Patience(READ, Credit(), left=lambda: 60.0, waits=WAITS)
    assert [patience(Unavailable("broken off")) for _ in range(3)] == [0.25, 0.5, None]


def test_a_write_is_sent_again_only_when_it_was_certainly_not_carried_out() -> None:
    assert {(kind, what.__name__): decision for (kind, what), decision in RETRY.items()} == {
        ("read", "Unreachable"): "again",
        ("read", "Unavailable"): "again",
        ("read", "Throttled"): "again",
        ("write", "Unreachable"): "again",
        ("write", "Unavailable"): "in doubt",
        ("write", "TooSlow"): "in doubt",
        ("write", "Malformed"): "in doubt",
    }


@pytest.mark.parametrize("request_", [READ, WRITE], ids=["read", "write"])
def test_a_closed_gate_is_not_tried_again(request_: Request) -> None:
    closed = GateClosed("used up", seconds=20, next="")
    assert decide(request_, closed) == "no"
    assert settle(request_, closed) is closed
