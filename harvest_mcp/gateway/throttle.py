"""Keeps an account's calls within its plan, and holds everybody back while the vendor throttles.

Calls are counted in a sliding window by a pyrate-limiter bucket; the vendor restarts its lockout with every call
made during it, so a refusal closes the gate for the whole account, and one probe opens it again.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast

import anyio
from pyrate_limiter import AbstractBucket, InMemoryBucket, Rate, RateItem

from harvest_mcp.errors import CallFailed, GateClosed, Throttled, TooSlow, Unavailable, Unreachable
from harvest_mcp.gateway.account import Waiting
from harvest_mcp.spec import Plan

LONGEST_PAUSE = 300.0
TELL_EVERY = 5.0
PROBE_EVERY = 0.25
UNANSWERED = (Throttled, Unreachable, Unavailable, TooSlow)
"""Failures of a probe that do not tell that the vendor takes calls again."""


class Throttle:
    """One account's budget. `bucket` is where calls are counted; share it, and a clock, to share the budget."""

    def __init__(
        self,
        plan: Plan,
        *,
        bucket: AbstractBucket | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self.plan = plan
        self._bucket = bucket or InMemoryBucket([Rate(plan.calls, round(plan.seconds * 1000))])
        self._clock, self._sleep = clock, sleep
        self._closed_until = 0.0
        self._strikes = 0
        self._probing = False

    @asynccontextmanager
    async def turn(self, *, patience: float, waiting: Waiting) -> AsyncIterator[None]:
        """Holds for one call; `Throttled` raised inside closes the gate for everybody.

        Raises:
            GateClosed: the wait would be longer than `patience` seconds; nothing was sent.
        """
        await self._wait(patience, waiting)
        probe, opens = self._strikes > 0, False
        self._probing = probe
        try:
            yield
            opens = True
        except CallFailed as failure:
            if isinstance(failure, Throttled):
                self._close(failure.seconds)
            opens = not isinstance(failure, UNANSWERED)
            raise
        finally:
            if probe:
                self._probing = False
                if opens and not self.closed_for():
                    self._strikes = 0

    def left(self) -> int:
        """Calls the plan still has in this window."""
        self._bucket.leak(self._now())
        return max(0, self.plan.calls - cast(int, self._bucket.count()))

    def closed_for(self) -> float:
        """Seconds until the gate opens; 0 when it is open."""
        return max(0.0, self._closed_until - self._clock())

    def _now(self) -> int:
        return round(self._clock() * 1000)

    def _close(self, seconds: float) -> None:
        """Close for the time told, at least a window, doubled for each refusal before; never shorter than told."""
        pause = max(seconds, self.plan.seconds)
        if not self.closed_for():  # otherwise refused together with the call that closed it
            pause = max(pause, min(pause * 2 ** min(self._strikes, 8), LONGEST_PAUSE))
            self._strikes += 1
        self._closed_until = max(self._closed_until, self._clock() + pause)

    async def _wait(self, patience: float, waiting: Waiting) -> None:
        give_up = self._clock() + patience
        while seconds := self._seconds():
            if self._clock() + seconds > give_up:
                shown = max(1, round(seconds))
                raise GateClosed(
                    f"The call budget of this account is used up for {shown} s.",
                    seconds=seconds,
                    next=f"Wait {shown} seconds and call again.",
                )
            await waiting(seconds)
            await self._sleep(min(seconds, TELL_EVERY))

    def _seconds(self) -> float:
        """How long until a call may leave; 0 takes the place in the window."""
        if closed := self.closed_for():
            return closed
        if self._probing:
            return PROBE_EVERY
        item = RateItem("call", self._now())
        self._bucket.leak(item.timestamp)
        if self._bucket.put(item):
            return 0.0
        return max(cast(int, self._bucket.waiting(item)) / 1000, 0.001)
