"""Calls side by side: six at once, in order, with the error that would have come first."""

from collections.abc import Awaitable, Callable
from functools import partial

import anyio
import pytest

from harvest_mcp.lanes import Lanes, both, side_by_side
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio


async def nobody(seconds: float) -> None: ...


async def test_what_comes_of_them_is_in_their_order_whoever_ends_first() -> None:
    order, told = list[int](), list[int]()
    gates = [anyio.Event() for _ in range(4)]

    async def job(at: int) -> str:
        if at < 3:
            await gates[at + 1].wait()  # the last ends first
        order.append(at)
        gates[at].set()
        return f"job {at}"

    async def done(many: int) -> None:
        told.append(many)

    assert await side_by_side([partial(job, at) for at in range(4)], done=done) == [f"job {at}" for at in range(4)]
    assert (order, told) == ([3, 2, 1, 0], [0, 1, 2, 3])


async def test_six_hold_a_lane_at_once_however_deep_they_are_asked_for() -> None:
    lanes, held, most = Lanes(), 0, 0

    async def call() -> None:
        nonlocal held, most
        async with lanes.lane(nobody):
            held += 1
            most = max(most, held)
            await anyio.lowlevel.checkpoint()
            held -= 1

    async def some() -> None:
        await side_by_side([call] * 5)

    await both(partial(side_by_side, [some] * 5), some)
    assert (most, held) == (6, 0)


async def test_the_first_error_is_told_those_before_it_end_and_those_behind_it_are_given_up() -> None:
    ended, behind = list[str](), anyio.Event()

    async def first() -> None:
        await behind.wait()
        ended.append("first")
        raise ValueError("the first")

    async def second() -> None:
        behind.set()
        raise ValueError("the second")

    async def third() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("third")

    with anyio.fail_after(PATIENCE), pytest.raises(ValueError, match="the first"):
        await side_by_side([first, second, third])
    assert sorted(ended) == ["first", "third"]


async def test_in_turn_none_begins_before_the_one_before_it_has_ended() -> None:
    seen = list[str]()

    async def job(name: str) -> None:
        seen.append(f"{name} begins")
        await anyio.lowlevel.checkpoint()
        seen.append(f"{name} ends")

    await side_by_side([partial(job, "a"), partial(job, "b")], in_turn=True)
    assert seen == ["a begins", "a ends", "b begins", "b ends"]


async def test_a_call_that_is_cancelled_ends_all_that_is_under_way() -> None:
    ended, lanes = list[int](), Lanes()

    async def job(at: int) -> None:
        async with lanes.lane(nobody):
            try:
                await anyio.sleep_forever()
            finally:
                ended.append(at)

    with anyio.move_on_after(0.01) as scope:
        await side_by_side([partial(job, at) for at in range(9)])
    assert (scope.cancelled_caught, sorted(ended), lanes.calls.value) == (True, [0, 1, 2, 3, 4, 5], 6)


async def test_of_calls_that_wait_for_the_budget_at_once_one_says_so() -> None:
    said, lanes = list[int](), Lanes()

    def waiting(at: int) -> Callable[[float], Awaitable[None]]:
        async def told(seconds: float) -> None:
            said.append(at)

        return told

    async def job(at: int) -> None:
        async with lanes.lane(waiting(at)) as tell:
            for _ in range(2):
                await tell(5)
                await anyio.lowlevel.checkpoint()

    await side_by_side([partial(job, at) for at in range(3)])
    assert said == [0, 0]
