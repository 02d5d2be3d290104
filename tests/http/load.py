"""Many connections that call at a pace, at two servers in turn: what they were answered, and after how long."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.http.kit import modern

MOST_HEADERS = 65_536


@dataclass(slots=True)
class Answers:
    """Of one kind of call: seconds until each was answered, and how many ended how."""

    took: list[float] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)

    def at(self, part: float) -> float:
        """The time within which this part of them was answered."""
        return sorted(self.took)[min(len(self.took) - 1, int(len(self.took) * part))]


@dataclass(frozen=True, slots=True)
class Load:
    """One kind of call at a server, from so many connections, each so many seconds after the one before."""

    url: str
    sent: Mapping[str, Any]
    connections: int
    every: float
    tokens: Sequence[str] = ()
    """Of those who call, in turn; none where nobody signs in."""

    def request(self, number: int) -> bytes:
        """The bytes of it, from the connection of this number."""
        body, way = json.dumps(self.sent).encode(), urlsplit(self.url)
        told = {"host": way.netloc, **modern(self.sent), "content-length": str(len(body))}
        if self.tokens:
            told["authorization"] = f"Bearer {self.tokens[number % len(self.tokens)]}"
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        return f"POST {way.path} HTTP/1.1\r\n{head}\r\n".encode() + body


async def press(loads: Sequence[Load], seconds: float) -> list[Answers]:
    """Call for so many seconds, all kinds at the same time."""
    found, until = [Answers() for _ in loads], time.monotonic() + seconds
    async with asyncio.TaskGroup() as group:
        for load, answers in zip(loads, found, strict=True):
            for number in range(load.connections):
                group.create_task(_connection(load, number, answers, until))
    return found


async def _connection(load: Load, number: int, answers: Answers, until: float) -> None:
    chance, way, request = random.Random(), urlsplit(load.url), load.request(number)
    await asyncio.sleep(chance.uniform(0, load.every))
    reader, writer = await asyncio.open_connection(way.hostname, way.port, limit=MOST_HEADERS)
    due = time.monotonic()
    while due < until:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        began = time.monotonic()
        writer.write(request)
        answers.ends[_end(*await _answer(reader))] += 1
        answers.took.append(time.monotonic() - began)
        due = max(began + load.every * chance.uniform(0.5, 1.5), due)
    writer.close()
    await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = next((line for line in head.split("\r\n") if line.startswith("content-length:")), "")
    if length:
        body = await reader.readexactly(int(length.partition(":")[2]))
    else:
        body = b""
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    return int(head.split(" ", 2)[1]), body


def _end(status: int, body: bytes) -> str:
    """`ok`, or how it failed."""
    if status != 200:
        return str(status)
    result = json.loads(body.decode().rpartition("data: ")[2])["result"]
    return "ok" if not result.get("isError") else str(result["content"][0]["text"])[:46]
