"""Who sends slowly is waited for, who never ends is not, and holds up nobody."""

import logging
from urllib.parse import urlsplit

import anyio
import pytest
from anyio.abc import SocketStream

from harvest_mcp.protocol.http.limits import bodies, connections
from harvest_mcp.sandbox import Sandbox
from tests.http.kit import NOBODY, Hosted, hosted

pytestmark = pytest.mark.anyio

PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'


def head(host: Hosted, length: int = len(PING), name: str = "") -> bytes:
    own = name or urlsplit(host.url).netloc
    lines = ("POST /mcp HTTP/1.1", f"host: {own}", "accept: */*", "content-type: application/json")
    return "\r\n".join([*lines, "mcp-protocol-version: 2025-11-25", f"content-length: {length}", "", ""]).encode()


async def connected(host: Hosted) -> SocketStream:
    place = urlsplit(host.url)
    return await anyio.connect_tcp(str(place.hostname), int(place.port or 0))


async def left(stream: SocketStream) -> bytes:
    """What comes until the server closes the connection."""
    said = b""
    with anyio.fail_after(60):
        try:
            while True:
                said += await stream.receive()
        except (anyio.EndOfStream, anyio.BrokenResourceError):
            return said


async def test_a_head_or_a_body_that_never_ends_is_waited_for_only_so_long(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is nothing at all; the second head begins after an answer; and what is refused is not read for ever."""
    live = b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n"
    async with hosted(sandbox, NOBODY) as host, await connected(host) as kept:
        await kept.send(live)
        assert (await kept.receive()).startswith(b"HTTP/1.1 200")
        monkeypatch.setattr(connections, "HEAD", 0.01)
        monkeypatch.setattr(connections, "BODY", 0.01)
        for begun in (b"", head(host)[:40], head(host) + PING[:9], head(host, name="evil.example") + PING[:9]):
            async with await connected(host) as stream:
                await stream.send(begun or b"\r")
                assert b"HTTP/1.1 200" not in await left(stream)
        await kept.send(live[:20])
        assert await left(kept) == b""


async def test_who_sends_byte_by_byte_is_answered(sandbox: Sandbox) -> None:
    async with hosted(sandbox, NOBODY) as host, await connected(host) as stream:
        for byte in head(host) + PING:
            await stream.send(bytes([byte]))
        with anyio.fail_after(60):
            assert (await stream.receive()).startswith(b"HTTP/1.1 400")  # no session; it was read whole


async def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(sandbox: Sandbox) -> None:
    async with hosted(sandbox, NOBODY) as host, await connected(host) as stream:
        told = head(host, bodies.LARGEST_BODY + 1)
        await stream.send(told.replace(b"accept:", b"expect: 100-continue\r\naccept:"))
        with anyio.fail_after(60):
            assert (await stream.receive()).startswith(b"HTTP/1.1 413")


async def test_what_is_sent_half_holds_up_no_stop_and_is_no_fault(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connections, "LAST_BODY", 0.01)
    with caplog.at_level(logging.ERROR):
        async with hosted(sandbox, NOBODY) as host, await connected(host) as body, await connected(host) as begun:
            await body.send(head(host) + PING[:9])
            await begun.send(head(host)[:40])
            async with host.http() as client:  # after what was sent before
                assert (await client.get(host.url.replace("/mcp", "/livez"))).text == "live"
            assert host.serving
            host.serving.should_exit = True
            assert (await left(body), await left(begun)) == (b"", b"")
    assert caplog.records == []


async def test_what_is_no_chunk_after_an_answer_is_no_fault(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        async with hosted(sandbox, NOBODY) as host, await connected(host) as stream:
            refused = head(host, name="evil.example").replace(b"content-length: 40", b"transfer-encoding: chunked")
            await stream.send(refused)
            assert (await stream.receive()).startswith(b"HTTP/1.1 421")
            await stream.send(b"no chunk\r\n\r\n")
            await left(stream)
    assert caplog.records == []


async def test_who_sends_much_at_once_is_told_to_wait(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "OWN_BYTES", 2 * len(PING) - 2)

    async def answer(host: Hosted) -> int:
        async with await connected(host) as other:
            await other.send(head(host) + PING)
            return int((await other.receive()).split(b" ")[1])

    async with hosted(sandbox, NOBODY) as host, await connected(host) as stream:
        await stream.send(head(host) + PING[:-1])
        with anyio.fail_after(60):
            while await answer(host) != 429:
                pass  # until the first has come so far
            await stream.send(PING[-1:])
            assert (await stream.receive()).startswith(b"HTTP/1.1 400")
            while await answer(host) != 400:
                pass  # until it is done
