"""Hostile bodies cost a bounded amount of memory: measured in a process of its own, one for each."""

import asyncio
import zlib
from collections.abc import Callable
from functools import cache

import anyio
import pytest

from harvest_mcp.gateway.client import Limits
from tests import forks
from tests.patience import PATIENCE

from .line import OK, Act, http, serving

pytestmark = pytest.mark.anyio
MEGABYTE = 1024 * 1024
OVER = 32 * MEGABYTE


@cache
def packed(megabytes: int, times: int = 1) -> bytes:
    """So many megabytes of blanks, packed so many times."""
    squeezer = zlib.compressobj(1, wbits=31)
    blanks = b" " * MEGABYTE
    body = b"".join([squeezer.compress(b"<clients>" + blanks) for _ in range(megabytes)]) + squeezer.flush()
    for _ in range(times - 1):
        squeezer = zlib.compressobj(1, wbits=31)
        body = squeezer.compress(body) + squeezer.flush()
    return body


async def endless_after_the_end(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + packed(0))
    while True:
        writer.write(b" " * MEGABYTE)
        await writer.drain()


GZIP = ("Content-Encoding", "gzip")
BOMBS: dict[str, tuple[Callable[[], bytes | Act], str]] = {
    "200 MB in gzip": (lambda: http(200, packed(200), GZIP), "too-large"),
    "200 MB in gzip twice": (lambda: http(200, packed(200, 2), ("Content-Encoding", "gzip, gzip")), "content-coding"),
    "no end after the gzip": (lambda: endless_after_the_end, "gzip-broken"),
    "200,000 headers": (
        lambda: http(200, b"", *((f"X-{number}", "filler") for number in range(200_000))),
        "Unavailable",
    ),
    "just the cap": (lambda: http(200, b" " * Limits().body), "200"),
}
"""How each is made, when it is needed, and what it ends with."""


@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_hostile_answer_takes_at_most_thirty_two_megabytes_over_its_cap(bomb: str) -> None:
    build, ends = BOMBS[bomb]
    async with serving(OK) as calm, serving(build()) as hostile:
        with anyio.fail_after(PATIENCE):
            command = [forks.python(), "-m", "tests.gateway.bomb", calm.url, hostile.url]
            ran = await anyio.run_process(command, env=forks.unmeasured())
    grown, ended = ran.stdout.decode().split()
    print(f"{bomb}: {int(grown) / MEGABYTE:.1f} MB, {ended}")
    assert ended == ends
    assert int(grown) <= OVER + Limits().body
