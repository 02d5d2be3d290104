"""A throttle answer closes the gate for everybody; one probe opens it again (harvest-v1 4)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import format_datetime

import anyio
import anyio.lowlevel
import pytest

from harvest_mcp.errors import CallFailed, GateClosed, NotFound, Throttled, TooSlow, Unavailable, Unreachable
from harvest_mcp.gateway import nobody
from harvest_mcp.gateway.book import Gate, Own
from harvest_mcp.gateway.client import Limits
from harvest_mcp.gateway.throttle import TELL_EVERY, Throttle
from harvest_mcp.systems.harvest import HARVEST

from .line import OK, READ, Time, http, reaching, serving

pytestmark = pytest.mark.anyio
PATIENT = Limits(total=3000, wait=2000)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def throttle(time: Time) -> Throttle:
    return Throttle(HARVEST.plan, clock=time, sleep=time.sleep)


async def failing(throttle: Throttle, failure: Exception, *, took: Awaitable[None] | None = None) -> None:
    """A call that leaves when it may, and fails."""
    async with throttle.turn(patience=100 if took else 0, waiting=nobody):
        if took:
            await took
        raise failure


async def refused(throttle: Throttle, seconds: float, *, took: Awaitable[None] | None = None) -> None:
    """One call that leaves when it may, and is refused."""
    with pytest.raises(Throttled) as refusal:
        await failing(throttle, Throttled("busy", seconds=seconds, next=""), took=took)
    assert not isinstance(refusal.value, GateClosed), "the call had to leave"


async def answered(throttle: Throttle) -> None:
    async with throttle.turn(patience=0, waiting=nobody):
        pass


@pytest.mark.parametrize(("told", "closed"), [(0, 15), (1, 15), (15, 15), (16, 16), (40, 40), (299, 299), (900, 300)])
async def test_the_gate_closes_as_long_as_told_and_a_window_at_least(
    throttle: Throttle, told: float, closed: float
) -> None:
    await refused(throttle, told)
    assert await throttle.closed_for() == closed


async def test_refusals_in_a_row_double_the_pause_up_to_five_minutes(throttle: Throttle, time: Time) -> None:
    pauses = []
    for _ in range(8):
        await refused(throttle, 1)
        pauses.append(await throttle.closed_for())
        time.now += await throttle.closed_for()
    assert pauses == [15, 30, 60, 120, 240, 300, 300, 300]


async def test_no_time_told_closes_the_gate_for_more_than_five_minutes(throttle: Throttle, time: Time) -> None:
    """One wrong answer closes an account for everybody; after five minutes one call finds out."""
    pauses = []
    for seconds in (200, 200, 999_999):
        await refused(throttle, seconds)
        pauses.append(await throttle.closed_for())
        time.now += await throttle.closed_for()
    assert pauses == [200, 300, 300]
    async with throttle.turn(patience=0, waiting=nobody):
        with pytest.raises(GateClosed):
            await answered(throttle)


async def test_a_gate_kept_by_an_earlier_version_opens_after_five_minutes_too(time: Time) -> None:
    book = Own(HARVEST.plan, time, Gate(closed_at=time(), closed_until=time() + 999_999, strikes=1))
    throttle = Throttle(HARVEST.plan, book=book, clock=time, sleep=time.sleep)
    assert await throttle.closed_for() == 300
    time.now += 300
    await answered(throttle)


async def test_a_gate_that_is_lifted_is_open_at_once_for_who_waited_too(time: Time) -> None:
    """Another process lifts it, so who waits asks again every few seconds."""
    book = Own(HARVEST.plan, time)
    waiting, lifting = (Throttle(HARVEST.plan, book=book, clock=time, sleep=time.skip) for _ in range(2))
    await refused(waiting, 250)
    with pytest.raises(GateClosed):
        await answered(waiting)
    assert await lifting.lift() == 250
    time.now += TELL_EVERY
    await answered(waiting)
    assert (await waiting.closed_for(), await lifting.lift()) == (0, 0)


async def test_an_answer_ends_the_doubling(throttle: Throttle, time: Time) -> None:
    for _ in range(3):
        await refused(throttle, 1)
        time.now += await throttle.closed_for()
    await answered(throttle)
    await refused(throttle, 1)
    assert await throttle.closed_for() == 15


async def test_calls_refused_together_close_the_gate_once_for_the_longest_time_told(
    throttle: Throttle, time: Time
) -> None:
    def call(seconds: float) -> Callable[[], Awaitable[None]]:
        return lambda: refused(throttle, seconds, took=time.sleep(seconds / 100))

    await time.run(call(1), call(120), call(20))
    assert await throttle.closed_for() == pytest.approx(120, abs=1.3)
    time.now += await throttle.closed_for()
    await refused(throttle, 1)
    assert await throttle.closed_for() == 30, "together they were one strike"


async def test_nobody_leaves_while_the_gate_is_closed_and_one_probe_opens_it(throttle: Throttle, time: Time) -> None:
    left, done = list[float](), list[float]()

    async def call() -> None:
        async with throttle.turn(patience=100, waiting=nobody):
            left.append(time() - start)
            await time.sleep(3)
        done.append(time() - start)

    await refused(throttle, 40)
    start = time()
    await time.run(*[call] * 30)
    probe, *others = sorted(left)
    assert probe == 40
    assert min(done) == 43
    assert min(others) >= 43
    assert max(others) <= 43.5, "once it is open, nobody is held back"


class Stop(Exception):
    """Nothing of the vendor's."""


@pytest.mark.parametrize(
    "failure",
    [Unreachable("no way"), TooSlow("no answer"), Unavailable("broken off"), Stop()],
    ids=lambda failure: type(failure).__name__,
)
async def test_a_probe_without_an_answer_leaves_the_opening_to_the_next_probe(
    throttle: Throttle, time: Time, failure: Exception
) -> None:
    left: list[float] = []

    async def probe() -> None:
        with pytest.raises(type(failure)):
            await failing(throttle, failure, took=time.sleep(2))

    async def call() -> None:
        await time.sleep(1)
        async with throttle.turn(patience=100, waiting=nobody):
            left.append(time() - start)
            await time.sleep(2)

    await refused(throttle, 15)
    time.now += 15
    start = time()
    await time.run(probe, *[call] * 10)
    first, second, *_ = sorted(left)
    assert 2 <= first <= 2.5
    assert second >= first + 2, "the next was alone as well"


async def test_a_cancelled_probe_leaves_the_opening_to_the_next_probe(throttle: Throttle, time: Time) -> None:
    left: list[float] = []
    start = 0.0

    async def probe() -> None:
        with anyio.CancelScope() as scope:
            async with throttle.turn(patience=100, waiting=nobody):
                scope.cancel()
                await anyio.lowlevel.checkpoint()

    async def call() -> None:
        async with throttle.turn(patience=100, waiting=nobody):
            left.append(time() - start)
            await time.sleep(2)

    await refused(throttle, 15)
    time.now += 15
    start = time()
    await probe()
    await time.run(*[call] * 10)
    first, second, *_ = sorted(left)
    assert (first, second >= 2) == (0, True)


@pytest.mark.parametrize("failure", [NotFound("no such client"), CallFailed("odd")])
async def test_any_answer_of_the_vendors_opens_the_gate(throttle: Throttle, time: Time, failure: CallFailed) -> None:
    await refused(throttle, 15)
    time.now += 15
    with pytest.raises(CallFailed):
        async with throttle.turn(patience=0, waiting=nobody):
            raise failure
    for _ in range(2):
        await answered(throttle)
    await refused(throttle, 1)
    assert await throttle.closed_for() == 15


async def test_a_probe_that_succeeds_while_an_older_call_is_refused_does_not_open_the_gate(
    throttle: Throttle, time: Time
) -> None:
    async def old() -> None:
        await refused(throttle, 1, took=time.sleep(20))

    async def probe() -> None:
        await time.sleep(18)
        async with throttle.turn(patience=0, waiting=nobody):
            await time.sleep(4)

    async def young() -> None:
        await time.sleep(1)
        await refused(throttle, 1)

    await time.run(old, young, probe)
    assert await throttle.closed_for() == pytest.approx(28)
    time.now += await throttle.closed_for()
    await refused(throttle, 1)
    assert await throttle.closed_for() > 15, "the refusals still count as a row"


async def test_waiting_for_a_probe_beyond_patience_is_told_in_whole_seconds(throttle: Throttle, time: Time) -> None:
    await refused(throttle, 15)
    time.now += 15
    async with throttle.turn(patience=0, waiting=nobody):
        with pytest.raises(GateClosed) as closed:
            await answered(throttle)
    assert str(closed.value) == "The call budget of this account is used up for 1 s. Wait 1 seconds and call again."


def retry_after(value: str) -> bytes:
    return http(503, b"", ("Retry-After", value))


@asynccontextmanager
async def told(*answers: bytes) -> AsyncIterator[tuple[Throttle, list[str]]]:
    """A read, and the gate it left behind; the throttle's clock is the world's, so that dates can be told."""
    throttle = Throttle(HARVEST.plan, clock=datetime.now(UTC).timestamp)
    async with serving(*answers) as served:
        async with reaching(served.url, throttle=throttle) as gateway:
            with pytest.raises(GateClosed):
                await gateway(READ)
        yield throttle, served.lines


@pytest.mark.parametrize(
    ("value", "closed"),
    [("40", 40), ("0", 15), ("", 16), ("soon", 16), ("-5", 16), ("1.5", 16), ("999999999", 300), ("9" * 40, 16)],
)
async def test_seconds_told_by_the_vendor_close_the_gate(value: str, closed: float) -> None:
    async with told(retry_after(value)) as (throttle, lines):
        assert (await throttle.closed_for(), lines) == (closed, ["GET /clients"])


async def test_a_missing_time_closes_the_gate_for_sixteen_seconds() -> None:
    async with told(http(503)) as (throttle, lines):
        assert (await throttle.closed_for(), lines) == (16, ["GET /clients"])


async def test_a_date_told_by_the_vendor_closes_the_gate_until_then() -> None:
    then = datetime.fromtimestamp(datetime.now(UTC).timestamp() + 120, UTC)
    async with told(retry_after(format_datetime(then, usegmt=True))) as (throttle, _):
        assert await throttle.closed_for() == pytest.approx(120, abs=2)


async def test_a_date_that_has_passed_closes_the_gate_for_a_window() -> None:
    async with told(retry_after("Wed, 21 Oct 2015 07:28:00 GMT")) as (throttle, _):
        assert await throttle.closed_for() == 15


async def test_a_refused_call_waits_tells_its_waiting_and_probes_itself(time: Time) -> None:
    told: list[float] = []

    async def waiting(seconds: float) -> None:
        told.append(seconds)

    throttle = Throttle(HARVEST.plan, clock=time, sleep=time.skip)
    async with (
        serving(retry_after("30"), OK) as served,
        reaching(served.url, throttle=throttle, limits=PATIENT) as gateway,
    ):
        await gateway(READ, waiting=waiting)
    assert (time() - 1000, served.lines) == (30, ["GET /clients"] * 2)
    assert told == [30, 25, 20, 15, 10, 5]
    assert await throttle.closed_for() == 0


async def test_a_refused_call_gives_up_at_once_when_the_pause_is_beyond_its_patience(time: Time) -> None:
    throttle = Throttle(HARVEST.plan, clock=time, sleep=time.skip)
    async with (
        serving(retry_after("30"), OK) as served,
        reaching(served.url, throttle=throttle, limits=Limits(wait=20)) as gateway,
    ):
        for _ in range(5):
            with pytest.raises(GateClosed) as closed:
                await gateway(READ)
            assert closed.value.seconds == 30
    assert (time() - 1000, served.lines) == (0, ["GET /clients"])
