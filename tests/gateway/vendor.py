"""A sandbox over a socket that notes when every call arrives, and refuses, delays or hangs where it is told."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import anyio

from harvest_mcp.sandbox import Sandbox, open_account, running


@dataclass(slots=True)
class Arrival:
    """A call: when it came and when its answer went, on the clock all processes of this machine read the same."""

    came: float
    status: int = 0
    went: float = 0.0


@dataclass(slots=True)
class Vendor:
    """An ASGI application around a sandbox. `refuses` is which call, counted from 1, is told to wait how long.

    The first call after that time is answered `slowly` seconds late, so that others could come meanwhile.
    """

    sandbox: Sandbox
    refuses: Mapping[int, int] = field(default_factory=dict)
    slowly: float = 0.5
    arrivals: list[Arrival] = field(default_factory=list)
    reopens: float = 0.0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        noted = Arrival(time.monotonic())
        self.arrivals.append(noted)

        async def telling(message: Any) -> None:
            if message["type"] == "http.response.start":
                noted.status, noted.went = message["status"], time.monotonic()
            await send(message)

        if seconds := self.refuses.get(len(self.arrivals)):
            self.reopens = noted.came + seconds
            headers = [(b"retry-after", str(seconds).encode()), (b"content-length", b"0")]
            await telling({"type": "http.response.start", "status": 503, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        if self.reopens and noted.came >= self.reopens:
            self.reopens = 0.0
            await anyio.sleep(self.slowly)
        await self.sandbox(scope, receive, telling)


@contextmanager
def vendor(refuses: Mapping[int, int] | None = None) -> Iterator[tuple[Vendor, str]]:
    """A vendor and its address."""
    with open_account(calls=None) as sandbox:
        made = Vendor(sandbox, refuses or {})
        with running(cast("Sandbox", made)) as url:
            yield made, url


def most_in_a_window(times: list[float], seconds: float) -> int:
    """The most calls any window of this length holds; the busiest one begins with a call."""
    times, first, most = sorted(times), 0, 0
    for last, time_ in enumerate(times):
        while times[first] <= time_ - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
