"""Calls of one tool that do not rest on each other, side by side: six at once, and what comes of them in order."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import anyio
import anyio.to_thread

from harvest_mcp.spec.exchange import Response

T = TypeVar("T")
U = TypeVar("U")
AT_ONCE = 6
"""Calls of one tool that are under way at once, whatever it reads side by side and within that."""
Done = Callable[[int], Awaitable[None]]
"""Told how many are done, before the first and after each but the last."""
Waiting = Callable[[float], Awaitable[None]]


async def unseen(done: int) -> None:
    """Nobody looks."""


@dataclass(slots=True)
class Lanes:
    """The ways that the calls of one tool take. `reads` lets one long answer be parsed at a time, for its memory."""

    calls: anyio.Semaphore = field(default_factory=lambda: anyio.Semaphore(AT_ONCE, fast_acquire=True))
    reads: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))
    telling: object = None
    """Which of them tells that it waits."""

    async def read(self, read: Callable[[Response], T], answer: Response, *, at_once: bool) -> T:
        """Return what is read of an answer: at once, or in a thread."""
        if at_once:
            return read(answer)
        return await anyio.to_thread.run_sync(read, answer, limiter=self.reads)

    def lane(self, waiting: Waiting) -> "Lane":
        """Hold a lane; of calls that wait for the account's budget at once, one says so."""
        return Lane(self, waiting)


@dataclass(slots=True, eq=False)
class Lane:
    """One of them, for one call."""

    lanes: Lanes
    waiting: Waiting

    async def __aenter__(self) -> Waiting:
        await self.lanes.calls.acquire()
        return self._told

    async def __aexit__(self, *_: object) -> None:
        if self.lanes.telling is self:
            self.lanes.telling = None
        self.lanes.calls.release()

    async def _told(self, seconds: float) -> None:
        self.lanes.telling = self.lanes.telling or self
        if self.lanes.telling is self:
            await self.waiting(seconds)


async def both(
    one: Callable[[], Awaitable[T]], other: Callable[[], Awaitable[U]], *, in_turn: bool = False
) -> tuple[T, U]:
    """Return what two of different kinds return."""
    first, second = list[T](), list[U]()

    async def begin() -> None:
        first.append(await one())

    async def end() -> None:
        second.append(await other())

    await side_by_side((begin, end), in_turn=in_turn)
    return first[0], second[0]


async def side_by_side(
    jobs: Sequence[Callable[[], Awaitable[T]]], *, done: Done = unseen, in_turn: bool = False
) -> list[T]:
    """Return what these return, in their order; `in_turn` begins each when the one before it has ended.

    The error is that of the first which fails, as if they had gone in turn: those behind it are given up, and those
    before it end.
    """
    if in_turn or len(jobs) < 2:
        found = []
        for at, job in enumerate(jobs):
            await done(at)
            found.append(await job())
        return found
    return await _at_once(jobs, done)


async def _at_once(jobs: Sequence[Callable[[], Awaitable[T]]], done: Done) -> list[T]:
    found: dict[int, T] = {}
    failed: dict[int, Exception] = {}
    scopes = [anyio.CancelScope() for _ in jobs]

    async def run(at: int) -> None:
        with scopes[at]:
            try:
                found[at] = await jobs[at]()
                if len(found) < len(jobs):
                    await done(len(found))
            except Exception as why:
                failed[at] = why
                for later in scopes[at + 1 :]:
                    later.cancel()

    await done(0)
    async with anyio.create_task_group() as group:
        for at in range(len(jobs)):
            group.start_soon(run, at)
    if failed:
        raise failed[min(failed)]
    return [found[at] for at in range(len(jobs))]
