"""The count of an account's calls and its gate, and the version of a single process."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from pyrate_limiter import AbstractBucket, InMemoryBucket, Rate

from harvest_mcp.spec import Plan

T = TypeVar("T")

LONGEST_PAUSE = 300.0
"""The longest lockout in seconds, whatever the vendor says; then one call probes."""
LEASE = 65.0
"""Seconds a probe has, a little more than any call may take, in case its process died."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Until when an account takes no calls, and who probes whether it does again; in seconds on the book's clock."""

    closed_at: float = 0.0
    closed_until: float = 0.0
    strikes: int = 0
    probe_until: float = 0.0

    def closed_for(self, now: float) -> float:
        """Return seconds until it opens; 0 if the clock was restarted since."""
        until = min(self.closed_until, self.closed_at + LONGEST_PAUSE)
        return max(0.0, until - now) if now >= self.closed_at else 0.0

    def probing(self, now: float) -> bool:
        return now < self.probe_until <= now + LEASE

    def closed(self, seconds: float, window: float, *, now: float) -> "Gate":
        """Return it closed for the time told, at least a window, doubled for each refusal before."""
        pause, strikes, still = min(max(seconds, window), LONGEST_PAUSE), self.strikes, self.closed_for(now)
        if not still:  # otherwise it was refused at the same time as the call that closed it
            pause, strikes = min(pause * 2 ** min(strikes, 8), LONGEST_PAUSE), strikes + 1
        return replace(self, closed_at=now, closed_until=now + max(still, pause), strikes=strikes)

    def moved(self, by: float) -> "Gate":
        """Return the same on a clock that is so many seconds ahead."""
        return replace(
            self,
            closed_at=self.closed_at + by,
            closed_until=self.closed_until + by,
            probe_until=self.probe_until + by,
        )


@dataclass(slots=True)
class BookPage:
    """An account's count and gate, held exclusively; `now` is the book's clock."""

    bucket: AbstractBucket
    gate: Gate
    now: float


Work = Callable[[BookPage], T]


class Book(Protocol):
    """Gives one caller after the other exclusive access to an account's page."""

    async def hold(self, work: Work[T]) -> T:
        """Return what `work` returns, storing a gate it puts on the page; it may be called again, and must not wait."""
        ...

    async def aclose(self) -> None: ...


def rate(plan: Plan, *, slack: float = 0.0) -> Rate:
    return Rate(plan.calls, round((plan.seconds + slack) * 1000))


@dataclass(slots=True)
class Own:
    """A book of this process alone; its work never waits, so that it needs no lock."""

    plan: Plan
    clock: Callable[[], float] = time.monotonic
    gate: Gate = field(default_factory=Gate)
    _bucket: InMemoryBucket = field(init=False)

    def __post_init__(self) -> None:
        self._bucket = InMemoryBucket([rate(self.plan)])

    async def hold(self, work: Work[T]) -> T:
        page = BookPage(self._bucket, self.gate, self.clock())
        self._bucket.leak(round(page.now * 1000))
        result = work(page)
        self.gate = page.gate
        return result

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""
