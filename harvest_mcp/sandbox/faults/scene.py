"""A fault about to be played: everything a play may look at."""

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
    """A fault about to be played: on which call and line, over what answer (None: it is never carried out), and when.

    `count` is how many writes the account had seen before the call was carried out.
    """

    fault: Fault
    call: HttpCall
    line: Connection
    world: World
    store: Store
    promise: Future[HttpAnswer] | None
    now: float
    count: int

    async def answer(self) -> HttpAnswer | None:
        """Return the true answer, once there is one."""
        if self.promise is None:
            return None
        while not self.promise.done():  # noqa: ASYNC110 - a thread fulfils it, and may outlive this event loop
            await asyncio.sleep(0.005)
        return self.promise.result()

    async def tell(self, answer: HttpAnswer | None) -> None:
        """Send an answer; where there is none, hang up."""
        await (self.line.answer(answer) if answer else self.line.hang_up())
