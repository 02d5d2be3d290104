"""What the player of a fault needs to know."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeAlias

from harvest_mcp.sandbox.asgi import Connection, HttpAnswer, HttpCall
from harvest_mcp.sandbox.faults import Fault
from harvest_mcp.sandbox.store import Store
from harvest_mcp.sandbox.world import World

Play: TypeAlias = "Callable[[Scene], Awaitable[None]]"


@dataclass(frozen=True, slots=True)
class Scene:
    """A fault to play, with its call, its connection, the true response (None: never carried out) and the time.

    `count` is the number of writes to the account before the call was carried out; `calm` checks whether the faults
    have been disarmed since it came; `hasten` carries out what was to be carried out later.
    """

    fault: Fault
    call: HttpCall
    line: Connection
    world: World
    store: Store
    promise: Future[HttpAnswer] | None
    now: float
    count: int
    calm: Callable[[], bool]
    hasten: Callable[[], None]

    async def answer(self) -> HttpAnswer | None:
        """Wait for the true response and return it; None if the call is never carried out."""
        if self.promise is None:
            return None
        while not self.promise.done():  # noqa: ASYNC110 - a thread sets it, and may outlive this event loop
            await asyncio.sleep(0.005)
        return self.promise.result()

    async def tell(self, answer: HttpAnswer | None) -> None:
        """Send a response; hang up if there is none."""
        await (self.line.answer(answer) if answer else self.line.hang_up())
