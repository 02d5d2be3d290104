"""The account's budget: never more calls in any window than the plan has, whoever makes them."""

import asyncio
import inspect
import random
import time
from dataclasses import replace

import anyio
import pytest

from harvest_mcp.errors import GateClosed
from harvest_mcp.gateway import nobody
from harvest_mcp.gateway.throttle import Throttle
from harvest_mcp.spec import Plan
from harvest_mcp.systems.harvest import HARVEST
from tests.patience import PATIENCE

from .line import CALM, OK, READ, Time, reaching, serving

pytestmark = pytest.mark.anyio
PLAN = HARVEST.plan


def most_in_a_window(times: list[float], seconds: float) -> int:
    """The most calls any half-open window of this length holds; the busiest one begins with a call."""
    times = sorted(times)
    return max(sum(start <= other < start + seconds for other in times) for start in times)


async def test_the_plan_is_eighty_calls_in_fifteen_seconds() -> None:
    assert Plan(calls=80, seconds=15, pause=16) == PLAN


@pytest.mark.parametrize("seed", range(2))
async def test_a_hundred_tasks_never_exceed_the_plan_in_any_window(seed: int) -> None:
    clock, dice, left = Time(), random.Random(seed), list[float]()
    throttle = Throttle(PLAN, clock=clock, sleep=clock.sleep)

    async def caller() -> None:
        for _ in range(5):
            await clock.sleep(dice.expovariate(1 / 3))
            async with throttle.turn(patience=1000, waiting=nobody):
                left.append(clock())
                await clock.sleep(dice.uniform(0.01, 2))

    await clock.run(*[caller] * 100)
    assert (len(left), most_in_a_window(left, PLAN.seconds)) == (500, PLAN.calls)
    assert max(left) - min(left) < 8 * PLAN.seconds, "the budget is used, not only kept"


async def test_a_burst_takes_the_whole_budget_at_once_and_the_next_call_a_window_later() -> None:
    clock, left = Time(), list[float]()
    throttle = Throttle(PLAN, clock=clock, sleep=clock.sleep)

    async def caller() -> None:
        async with throttle.turn(patience=100, waiting=nobody):
            left.append(clock() - 1000)

    await clock.run(*[caller] * 81)
    assert left == [0.0] * 80 + [pytest.approx(15.0, abs=0.01)]


async def test_what_is_left_counts_down_and_comes_back() -> None:
    clock = Time()
    throttle = Throttle(PLAN, clock=clock, sleep=clock.sleep)
    assert await throttle.left() == 80
    for _ in range(3):
        async with throttle.turn(patience=0, waiting=nobody):
            pass
    assert await throttle.left() == 77
    clock.now += 15.1
    assert await throttle.left() == 80


async def test_waits_are_told_every_five_seconds_with_what_is_left_of_them() -> None:
    clock, told = Time(), list[float]()
    throttle = Throttle(Plan(calls=1, seconds=15, pause=16), clock=clock, sleep=clock.sleep)

    async def waiting(seconds: float) -> None:
        told.append(seconds)

    async def caller() -> None:
        async with throttle.turn(patience=20, waiting=waiting):
            pass

    await clock.run(caller, caller)
    assert [round(seconds) for seconds in told] == [15, 10, 5, 0]


async def test_a_wait_beyond_patience_is_an_error_that_tells_the_seconds() -> None:
    clock = Time()
    throttle = Throttle(Plan(calls=1, seconds=15, pause=16), clock=clock, sleep=clock.sleep)
    async with throttle.turn(patience=14, waiting=nobody):
        pass
    clock.now += 0.5
    with pytest.raises(GateClosed) as closed:
        async with throttle.turn(patience=14, waiting=nobody):
            pytest.fail("the call must not leave")
    assert closed.value.seconds == pytest.approx(14.5, abs=0.01)
    assert str(closed.value) == "The call budget of this account is used up for 15 s. Wait 15 seconds and call again."


async def test_a_call_beyond_patience_sends_nothing() -> None:
    async with serving(OK) as served:
        throttle = Throttle(Plan(calls=1, seconds=15, pause=16))
        async with reaching(served.url, throttle=throttle) as gateway:
            await gateway(READ)
            with pytest.raises(GateClosed):
                await gateway(READ)
    assert len(served.requests) == 1


async def test_a_caller_who_gives_up_waiting_takes_no_place() -> None:
    waits, clock = anyio.Event(), Time()

    async def told(seconds: float) -> None:
        waits.set()

    throttle = Throttle(Plan(calls=1, seconds=15, pause=16), clock=clock, sleep=clock.sleep)
    async with throttle.turn(patience=20, waiting=nobody):
        pass

    async def wait() -> None:
        async with throttle.turn(patience=20, waiting=told):
            pytest.fail("too early")

    with anyio.fail_after(PATIENCE):
        async with anyio.create_task_group() as group:
            group.start_soon(wait)
            await waits.wait()
            group.cancel_scope.cancel()
    clock.now += 16
    async with throttle.turn(patience=0, waiting=nobody):
        assert await throttle.left() == 0


def test_the_default_clock_is_one_that_nobody_sets_back() -> None:
    """With the time of day, a laptop whose clock is corrected by an hour would wait an hour."""
    assert inspect.signature(Throttle).parameters["clock"].default is time.monotonic


async def test_every_hop_of_a_redirect_is_a_call_of_its_own() -> None:
    async def redirected(count: int) -> int:
        hops = [b"HTTP/1.1 302 Found\r\nLocation: /clients\r\nContent-Length: 0\r\n\r\n"] * count
        async with serving(*hops, OK) as served:
            throttle = Throttle(PLAN)
            async with reaching(served.url, throttle=throttle) as gateway:
                await gateway(READ)
            assert len(served.requests) == count + 1
            return await throttle.left()

    assert [await redirected(count) for count in (0, 1, 3)] == [79, 78, 76]


async def test_a_call_whose_connection_never_comes_about_counts_as_well() -> None:
    """The window errs on the side of the vendor's."""
    throttle = Throttle(PLAN)
    async with serving(OK) as served:
        gone = served.url
    async with reaching(gone, throttle=throttle) as gateway:
        with anyio.fail_after(PATIENCE), pytest.raises(Exception, match="cannot be reached"):
            await gateway(READ)
    assert await throttle.left() == 77


async def test_many_callers_over_a_socket_stay_within_the_plan() -> None:
    """The same over a real line and a real clock, with a smaller plan: no call arrives before it may leave."""
    plan, times = Plan(calls=20, seconds=0.5, pause=1), list[float]()

    async def noted(writer: asyncio.StreamWriter) -> None:
        times.append(time.monotonic() - began)
        writer.write(OK)

    patient = replace(CALM, wait=PATIENCE)
    async with serving(noted) as served, reaching(served.url, limits=patient, throttle=Throttle(plan)) as gateway:
        began = time.monotonic()
        with anyio.fail_after(PATIENCE):
            async with anyio.create_task_group() as group:
                for _ in range(60):
                    group.start_soon(gateway, READ)
    times.sort()
    assert len(times) == 60
    assert (times[20] >= 0.5, times[40] >= 1.0) == (True, True)
