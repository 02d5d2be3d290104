"""Run the independent calls of one tool at the same time, at most six, and return results in order."""

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
    """Ignore progress."""


@dataclass(slots=True)
class Lanes:
    """The concurrency limit of one tool's calls. `reads` lets one large body be parsed at a time, to bound memory."""

    calls: anyio.Semaphore = field(default_factory=lambda: anyio.Semaphore(AT_ONCE, fast_acquire=True))
    reads: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))
    telling: object = None
    """The lane whose call reports waiting for the budget."""

    async def read(self, read: Callable[[Response], T], answer: Response, *, at_once: bool) -> T:
        """Parse a response, in place or in a thread."""
        if at_once:
            return read(answer)
        return await anyio.to_thread.run_sync(read, answer, limiter=self.reads)

    def lane(self, waiting: Waiting) -> "Lane":
        """Hold one of the lanes; of several calls waiting for the budget at once, only one reports it."""
        return Lane(self, waiting)


@dataclass(slots=True, eq=False)
class Lane:
    """One lane, held by one call."""

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
    """Run two of different types and return both results."""
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
    """Run jobs at the same time and return their results in order; one after the other if `in_turn`.

    The first failure in that order is raised, as if they had run one by one: later jobs are cancelled, earlier ones
    finish.
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
