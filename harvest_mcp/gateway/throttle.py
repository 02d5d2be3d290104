"""Keep an account's calls within its plan, and hold all of them back while the vendor throttles.

Calls are counted in a sliding window by a pyrate-limiter bucket. The vendor restarts its lockout with every call made
during it, so a refusal closes the gate for the whole account, and one probe opens it again.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import cast

import anyio
from pyrate_limiter import RateItem

from harvest_mcp import counters
from harvest_mcp.errors import CallFailed, GateClosed, Throttled, TooSlow, Unavailable, Unreachable
from harvest_mcp.gateway.account import Waiting
from harvest_mcp.gateway.book import LEASE, Book, BookPage, Gate, Own
from harvest_mcp.spec import Plan, System

TELL_EVERY = 5.0
PROBE_EVERY = 0.25
UNANSWERED = (Throttled, Unreachable, Unavailable, TooSlow)
"""Failures that do not show that the vendor accepts calls again."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Permission to send one call, or the seconds to `wait` for it; for a probe, when its time is up."""

    wait: float = 0.0
    probe: float = 0.0


class Throttle:
    """One account's budget.

    `book` stores it: several throttles over one book share the budget. `apart` are separate budgets for calls to some
    paths.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        book: Book | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        apart: "Sequence[Throttle]" = (),
    ) -> None:
        self.plan, self.apart = plan, tuple(apart)
        self._book = book or Own(plan, clock)
        self._clock, self._sleep = clock, sleep
        self._calling = anyio.Lock(fast_acquire=True)
        self._one, self._not_before = anyio.Lock(fast_acquire=True), float("-inf")
        self._ask_again = float("-inf")

    def of(self, path: str) -> "Throttle":
        """Return the budget that a call to this path counts against."""
        return next((each for each in self.apart if path.startswith(each.plan.path)), self)

    @asynccontextmanager
    async def turn(self, *, patience: float, waiting: Waiting) -> AsyncIterator[None]:
        """Hold a place for one call; `Throttled` raised inside closes the gate for everybody.

        Raises:
            GateClosed: the wait would be longer than `patience` seconds; nothing was sent.
        """
        began, alone = self._clock(), self.plan.one_at_a_time
        left = await self._alone(patience) if alone else patience
        try:
            place = await self._place(left, waiting)
            counters.HERE.add(counters.WAITED, by=max(0.0, self._clock() - began))
            failure: BaseException | None = None
            try:
                yield
            except BaseException as raised:
                failure = raised
                raise
            finally:
                if place.probe or isinstance(failure, Throttled):
                    with anyio.CancelScope(shield=True):
                        await self._book.hold(lambda page: self._ended(page, place, failure))
        finally:
            if alone:
                self._calling.release()

    async def _alone(self, patience: float) -> float:
        """Wait for the call before, of a plan that allows one at a time; return the patience that is left."""
        began = self._clock()
        try:
            with anyio.fail_after(patience):
                await self._calling.acquire()
        except TimeoutError:
            raise self._closed(patience) from None
        return max(0.0, patience - (self._clock() - began))

    async def left(self) -> int:
        """Return how many calls the plan still allows in this window."""
        return await self._book.hold(self._left)

    async def closed_for(self) -> float:
        """Return seconds until the gate opens; 0 when it is open."""
        return await self._book.hold(lambda page: page.gate.closed_for(page.now))

    async def lift(self) -> float:
        """Open the gate for everybody, for a person who knows better; return the seconds it would have stayed
        closed."""
        self._ask_again = float("-inf")
        return await self._book.hold(_lifted)

    async def aclose(self) -> None:
        for each in (*self.apart, self):
            await each._book.aclose()

    async def _place(self, patience: float, waiting: Waiting) -> Slot:
        give_up = self._clock() + patience
        while (place := await self._asked()).wait:
            if self._clock() + place.wait > give_up:
                raise self._closed(place.wait)
            await waiting(place.wait)
            await self._sleep(min(place.wait, TELL_EVERY))
        return place

    async def _asked(self) -> Slot:
        """Return a place, or a wait; one caller asks for all who wait here, and soon again, as a person may open the
        gate."""
        async with self._one:
            if self._clock() < self._ask_again and (wait := self._not_before - self._clock()) > 0:
                return Slot(wait=wait)
            place = await self._book.hold(_taken)
            if place.wait:
                self._not_before = self._clock() + place.wait
                self._ask_again = self._clock() + min(place.wait, TELL_EVERY)
            return place

    def _ended(self, page: BookPage, place: Slot, failure: BaseException | None) -> None:
        """Open or close the gate after a refusal, or after a probe however it ended."""
        if isinstance(failure, Throttled):
            page.gate = page.gate.closed(failure.seconds, self.plan.least, now=page.now)
        if not place.probe:
            return
        if page.gate.probe_until == place.probe:  # otherwise its time was up, and another probe is under way
            page.gate = replace(page.gate, probe_until=0.0)
        answered = failure is None or (isinstance(failure, CallFailed) and not isinstance(failure, UNANSWERED))
        if answered and not page.gate.closed_for(page.now):
            page.gate = replace(page.gate, strikes=0)

    def _left(self, page: BookPage) -> int:
        page.bucket.leak(_milliseconds(page))
        return max(0, self.plan.calls - cast(int, page.bucket.count()))

    def _closed(self, seconds: float) -> GateClosed:
        shown, of = max(1, round(seconds)), f" for {self.plan.name}" if self.plan.name else ""
        return GateClosed(
            f"The call budget of this account{of} is used up for {shown} s.",
            seconds=seconds,
            next=f"Wait {shown} seconds and call again.",
        )


def budgets(system: System, book: Callable[[Plan], Book | None] = lambda plan: None) -> Throttle:
    """Return the budgets of an account of this system, each with its own book."""
    apart = [Throttle(plan, book=book(plan)) for plan in system.budgets]
    return Throttle(system.plan, book=book(system.plan), apart=apart)


def _taken(page: BookPage) -> Slot:
    """Return a place in the window, or how long to wait before asking again."""
    if closed := page.gate.closed_for(page.now):
        return Slot(wait=closed)
    if page.gate.probing(page.now):
        return Slot(wait=PROBE_EVERY)
    item = RateItem("call", _milliseconds(page))
    if not page.bucket.put(item):
        return Slot(wait=max(cast(int, page.bucket.waiting(item)) / 1000, 0.001))
    if not page.gate.strikes:
        return Slot()
    page.gate = replace(page.gate, probe_until=page.now + LEASE)
    return Slot(probe=page.gate.probe_until)


def _lifted(page: BookPage) -> float:
    closed, page.gate = page.gate.closed_for(page.now), Gate()
    return closed


def _milliseconds(page: BookPage) -> int:
    return round(page.now * 1000)
