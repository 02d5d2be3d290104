"""What an answer's body may be: capped, unpacked in bounded steps, or refused."""

import asyncio
import gzip
import zlib
from dataclasses import replace

import anyio
import pytest

from harvest_mcp.errors import (
    CallFailed,
    Malformed,
    NotFound,
    NotTheApi,
    Refused,
    TooSlow,
    Unauthorized,
    Unavailable,
    Unreachable,
)
from harvest_mcp.spec.exchange import Response
from tests.patience import PATIENCE

from .line import CALM, CLIENTS, DEADLINES, OK, READ, Act, http, partly, reaching, serving

pytestmark = pytest.mark.anyio
CAP = 100_000
LIMITS = replace(CALM, body=CAP)
GZIP = ("Content-Encoding", "gzip")
PACKED = gzip.compress(CLIENTS)


async def read(answer: bytes | Act, *, attempts: int = 1) -> Response:
    async with serving(answer) as served, reaching(served.url, limits=LIMITS) as gateway:
        try:
            return await gateway(READ)
        finally:
            assert len(served.requests) == attempts


async def code(answer: bytes | Act) -> str:
    """The code of the Malformed a read ends in."""
    with pytest.raises(Malformed) as failure:
        await read(answer)
    return failure.value.code


def chunked(*chunks: bytes, headers: str = "") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{headers}\r\n".encode()
    return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))


async def test_a_plain_body_is_read_as_it_is() -> None:
    answer = await read(http(200, CLIENTS, ("X-Runtime", "0.1")))
    assert (answer.status, answer.body, answer.headers["x-runtime"]) == (200, CLIENTS, "0.1")


async def test_only_gzip_is_asked_for() -> None:
    async with serving(OK) as served, reaching(served.url) as gateway:
        await gateway(READ)
    (request,) = served.requests
    assert b"\r\nAccept-Encoding: gzip\r\n" in request


@pytest.mark.parametrize("coding", ["gzip", "GZIP", " gzip "])
async def test_a_gzipped_body_is_unpacked(coding: str) -> None:
    assert (await read(http(200, PACKED, ("Content-Encoding", coding)))).body == CLIENTS


@pytest.mark.parametrize("coding", ["", "identity"])
async def test_a_body_that_names_no_coding_is_not_unpacked(coding: str) -> None:
    assert (await read(http(200, CLIENTS, ("Content-Encoding", coding)))).body == CLIENTS


async def test_a_gzipped_body_in_chunks_of_one_byte_is_unpacked() -> None:
    pieces = [PACKED[place : place + 1] for place in range(len(PACKED))]
    assert (await read(chunked(*pieces, headers="Content-Encoding: gzip\r\n"))).body == CLIENTS


async def test_a_gzipped_body_as_large_as_may_be_is_unpacked_whole() -> None:
    text = bytes(range(256)) * (CAP // 256)
    assert (await read(http(200, gzip.compress(text), GZIP))).body == text


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "gzip, gzip", "gzip, identity", "x-gzip", "nonsense"])
async def test_any_other_coding_is_refused(coding: str) -> None:
    assert await code(http(200, PACKED, ("Content-Encoding", coding))) == "content-coding"


async def test_a_coding_given_in_two_headers_is_refused() -> None:
    assert await code(http(200, gzip.compress(PACKED), GZIP, GZIP)) == "content-coding"


@pytest.mark.parametrize("size", [CAP, CAP + 1])
@pytest.mark.parametrize("form", ["plain", "chunked", "gzipped", "gzipped chunks"])
async def test_a_body_of_just_the_cap_is_read_and_one_byte_more_is_refused(form: str, size: int) -> None:
    text = b"<" + b" " * (size - 1)
    packed = gzip.compress(text)
    answer = {
        "plain": http(200, text),
        "chunked": chunked(text[:50], text[50:]),
        "gzipped": http(200, packed, GZIP),
        "gzipped chunks": chunked(packed[:20], packed[20:], headers="Content-Encoding: gzip\r\n"),
    }[form]
    if size == CAP:
        assert (await read(answer)).body == text
    else:
        assert await code(answer) == "too-large"


async def test_a_body_without_end_is_left_at_the_cap() -> None:
    said: list[int] = []

    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(b" " * 10_000)
            said.append(10_000)
            await writer.drain()

    assert await code(endless) == "too-large"
    assert sum(said) < 20_000_000, "what the systems buffer, and no more"


@pytest.mark.parametrize("cut", [1, 5, 12, -9, -8, -1])
async def test_a_gzipped_body_cut_short_is_refused(cut: int) -> None:
    assert await code(http(200, PACKED[:cut], GZIP)) == "gzip-cut-short"


async def test_a_gzipped_answer_without_a_body_is_empty() -> None:
    assert (await read(http(200, b"", GZIP))).body == b""


@pytest.mark.parametrize(
    "body",
    [b"no gzip at all", zlib.compress(CLIENTS), PACKED[:10] + b"\xff" * 30, PACKED[:-8] + bytes(8)],
    ids=["text", "zlib", "broken inside", "wrong checksum"],
)
async def test_a_broken_gzipped_body_is_refused(body: bytes) -> None:
    assert await code(http(200, body, GZIP)) == "gzip-broken"


@pytest.mark.parametrize("more", [b"\0", b"trailing", PACKED], ids=["a byte", "text", "another member"])
async def test_anything_after_the_gzipped_body_is_refused(more: bytes) -> None:
    """Passing over it would lose text without a word, and keeping it would know no cap."""
    assert await code(http(200, PACKED + more, GZIP)) == "gzip-broken"
    assert await code(chunked(PACKED, more, headers="Content-Encoding: gzip\r\n")) == "gzip-broken"


async def test_an_end_without_end_after_the_gzipped_body_is_left_at_once() -> None:
    said: list[int] = []

    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + PACKED)
        while True:
            writer.write(b" " * 10_000)
            said.append(10_000)
            await writer.drain()

    assert await code(endless) == "gzip-broken"
    assert sum(said) < 20_000_000


@pytest.mark.parametrize(
    "answer",
    [
        http(200, CLIENTS[:20], ("Content-Length", str(len(CLIENTS))), ("Connection", "close")),
        chunked(CLIENTS).removesuffix(b"0\r\n\r\n"),
        chunked(CLIENTS)[:-1],
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 99999 What\r\n\r\n",
        b"HTTP/two 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
    ],
    ids=[
        "fewer bytes than told",
        "no last chunk",
        "last chunk cut",
        "no chunk size",
        "no length",
        "a negative length",
        "no status",
        "no protocol",
        "no header",
        "another protocol",
    ],
)
async def test_an_answer_cut_short_or_not_http_is_a_broken_connection(answer: bytes) -> None:
    with pytest.raises(Unavailable, match="broke the connection off"):
        await read(partly(answer), attempts=3)


async def test_two_hundred_thousand_headers_are_refused() -> None:
    answer = http(200, CLIENTS, *((f"X-{number}", "filler") for number in range(200_000)))
    with pytest.raises(Unavailable):
        await read(answer, attempts=3)


async def test_a_hundred_headers_are_read() -> None:
    answer = http(200, CLIENTS, *((f"X-{number}", "filler") for number in range(100)))
    assert (await read(answer)).body == CLIENTS


BODIES = {
    "html": (b"<!DOCTYPE html>\n<html><body>Please sign in</body></html>", "text/html"),
    "json": (b'{"error":"invalid_grant"}', "application/json"),
    "empty": (b"", "application/xml"),
    "broken xml": (b"<clients><client>", "application/xml"),
    "binary": (bytes(range(256)), "application/octet-stream"),
}
ENDS: dict[int, type[CallFailed] | None] = {
    200: None,
    201: None,
    204: None,
    301: NotTheApi,
    400: Refused,
    401: Unauthorized,
    403: Refused,
    404: NotFound,
    410: Refused,
    418: Refused,
    422: Refused,
    500: Unavailable,
    502: Unavailable,
    599: Unavailable,
}


@pytest.mark.parametrize("status", ENDS)
@pytest.mark.parametrize("kind", BODIES)
async def test_any_body_under_any_status_is_an_outcome_that_does_not_quote_it(kind: str, status: int) -> None:
    """A read's 2xx is handed up as it is, for the wire to read; a web page never is."""
    body, content_type = BODIES[kind] if status != 204 else (b"", "text/html")
    ends = ENDS[status]
    if body and kind == "html" and status < 400:
        ends = NotTheApi
    attempts = 3 if ends is Unavailable else 1
    answer = http(status, body, kind=content_type)
    if ends is None:
        assert (await read(answer)).body == body
        return
    with pytest.raises(CallFailed) as failure:
        await read(answer, attempts=attempts)
    assert type(failure.value) is ends
    for word in ("sign in", "invalid_grant", "<", "\x00"):
        assert word not in str(failure.value) + repr(failure.value)


async def refused_with(body: bytes) -> str:
    async with serving(http(400, body)) as served, reaching(served.url) as gateway:
        with pytest.raises(Refused) as refusal:
            await gateway(READ)
    return refusal.value.hint


async def test_an_error_document_is_quoted_shortly_and_not_read_when_it_is_huge() -> None:
    """Reading megabytes of it would hold everybody up."""
    body = b"<error><message>No name</message>%s</error>"
    assert await refused_with(body % b"") == "No name"
    assert await refused_with(body % (b"<x/>" * 1_000)) == "No name"
    assert await refused_with(body % (b"<x/>" * 100_000)) == ""


async def test_a_slow_trickle_of_a_gzipped_body_ends_at_the_deadline() -> None:
    """Empty blocks unpack to nothing, for ever."""

    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + PACKED[:10])
        while True:
            writer.write(b"\x00\x00\x00\xff\xff" * 2_000)
            await writer.drain()
            await asyncio.sleep(0.005)

    for total in DEADLINES:
        async with serving(endless) as served, reaching(served.url, limits=replace(LIMITS, total=total)) as gateway:
            with anyio.fail_after(PATIENCE), pytest.raises((TooSlow, Unreachable)):
                await gateway(READ)
        if served.requests:
            break
    assert len(served.requests) == 1
