"""Reads share connections; a write gets one of its own, so that an idle one cannot die under it."""

import anyio
import pytest

from harvest_mcp.gateway.client import Limits
from harvest_mcp.spec.exchange import Method, Request

from .line import CLIENTS, OK, READ, REQUESTS, hang_up, http, reaching, serving

pytestmark = pytest.mark.anyio


async def test_reads_share_a_connection() -> None:
    async with serving(OK) as served, reaching(served.url) as gateway:
        for _ in range(10):
            await gateway(READ)
    assert (served.connections, len(served.requests)) == (1, 10)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_every_write_gets_a_fresh_connection(method: Method) -> None:
    async with serving(OK) as served, reaching(served.url) as gateway:
        for _ in range(5):
            await gateway(REQUESTS[method])
    assert (served.connections, len(served.requests)) == (5, 5)


async def test_writes_between_reads_leave_the_connection_of_the_reads_alone() -> None:
    async with serving(OK) as served, reaching(served.url) as gateway:
        for _ in range(5):
            await gateway(READ)
            await gateway(REQUESTS["POST"])
    assert (served.connections, len(served.requests)) == (1 + 5, 10)


async def test_reads_at_once_use_no_more_connections_than_there_may_be() -> None:
    async with serving(OK) as served, reaching(served.url, limits=Limits(connections=20)) as gateway:
        async with anyio.create_task_group() as group:
            for _ in range(50):
                group.start_soon(gateway, READ)
        assert served.connections <= 20
    assert len(served.requests) == 50


async def test_an_idle_connection_the_server_closed_never_fails_a_write() -> None:
    """The read's connection dies; the write does not notice."""
    async with serving(OK, hang_up, OK) as served, reaching(served.url) as gateway:
        await gateway(READ)
        assert (await gateway(READ)).status == 200
        assert (await gateway(REQUESTS["POST"])).status == 200
    assert served.lines == ["GET /clients"] * 3 + ["POST /clients"]


async def test_what_leaves_is_exactly_what_was_asked_for() -> None:
    request = Request("GET", "/clients", (("updated_since", "2018-01-31 09:00"),))
    async with serving(OK) as served, reaching(served.url) as gateway:
        for each in (request, *REQUESTS.values(), Request("POST", "/clients/5/toggle")):
            await gateway(each)
    host = served.url.removeprefix("http://")
    heads = [one.partition(b"\r\n\r\n")[0].decode().split("\r\n") for one in served.requests]
    bodies = [one.partition(b"\r\n\r\n")[2] for one in served.requests]
    assert served.lines == [
        "GET /clients?updated_since=2018-01-31+09%3A00",
        "GET /clients",
        "POST /clients",
        "PUT /clients/5",
        "DELETE /clients/5",
        "POST /clients/5/toggle",
    ]
    assert bodies == [b"", b"", REQUESTS["POST"].body, REQUESTS["PUT"].body, REQUESTS["DELETE"].body, b""]
    always = {
        f"Host: {host}",
        "Accept: application/xml",
        "Content-Type: application/xml",
        "User-Agent: harvest-mcp/0",
        "Accept-Encoding: gzip",
        "Connection: keep-alive",
        "Authorization: Basic amFuZUBzdXByY29ycC5leGFtcGxlOm9wZW4rLz1zZXNhbWU=",
    }
    length = {"Content-Length: 38"}
    assert [set(head[1:]) - always for head in heads] == [set(), set(), length, length, set(), {"Content-Length: 0"}]
    assert all(always <= set(head) for head in heads)


async def test_a_connection_with_bytes_left_over_is_not_used_again() -> None:
    """They would be taken for the answer to the next call."""
    stray = OK + http(200, b"<clients><client><id>666</id></client></clients>")
    async with serving(stray) as served, reaching(served.url) as gateway:
        bodies = {(await gateway(READ)).body for _ in range(5)}
    assert (served.connections, len(served.requests), bodies) == (5, 5, {CLIENTS})
