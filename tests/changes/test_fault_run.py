"""A long run of writes over a line that breaks in every way: no effect twice, none lost, none told wrongly."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
import httpx
import pytest

from harvest_mcp.api import Api
from harvest_mcp.changes import Changes, Timing
from harvest_mcp.errors import CallFailed, InDoubt
from harvest_mcp.gateway import Account
from harvest_mcp.gateway.client import Gateway, Limits
from harvest_mcp.gateway.throttle import Throttle
from harvest_mcp.sandbox import ADMIN, Sandbox, open_account, running
from harvest_mcp.spec import Plan
from harvest_mcp.systems.harvest import HARVEST

from .kit import KINDS, Write, journal, outcomes

pytestmark = pytest.mark.anyio
LIMITS = Limits(connect=5, read=0.25, total=2, wait=5, first_wait=0.001)
AFTER_LATE_COMMITS = Timing(lag=1.0, looks=(0.3, 0.1, 0.15))
"""No commit is later than half a second here, and no read lags."""
COUNT, WORKERS = 100, 25
SETTLED = 0.7
"""Seconds after which whatever will be committed has been."""

WRITE_FAULTS = (
    *("drop", "drop=reset", "drop; commit=before", "drop=reset; commit=before", "drop; commit=after; after=0.25"),
    *("delay=0.6", "delay=0.6; commit=never", "delay=0.6; commit=after; after=0.5", "delay=0.05"),
    *("status=502", "status=502 html; commit=before", "status=500; commit=after; after=0.2", "status=504 empty"),
    *("status=400", "status=401", "status=404", "status=422", "status=200 empty; commit=before"),
    *(
        "status=201 empty; commit=before",
        "throttle=0",
        "throttle=date 0",
        "throttle=none",
        "throttle=none; commit=before",
    ),
    *("truncate=1", "truncate; commit=never", "garbage", "html", "html; commit=before"),
    *("redirect", "redirect; commit=before", "gzip=1", "gzip-gzip=1", "gzip-gzip=1; commit=never", "many-headers=3000"),
    *("drip=0.001", "drip=0.3", "huge=1"),
)
READ_FAULTS = (
    "drop",
    "drop=reset",
    "status=502",
    "throttle=0",
    "truncate=10",
    "garbage",
    "html",
    "gzip-gzip=1",
    "delay=0.6",
)


class Breaking(httpx.AsyncHTTPTransport):
    """A line with a fault on half of all writes and a fifth of all reads, chosen by a die.

    No fault claims a success there was not: told so, and unable to read back, no client could know better.
    """

    def __init__(self, dice: random.Random) -> None:
        super().__init__(limits=httpx.Limits(max_connections=40, max_keepalive_connections=0))
        self._dice = dice

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        reads = request.method == "GET"
        if self._dice.random() < (0.2 if reads else 0.5):
            request.headers["x-sandbox-fault"] = self._dice.choice(READ_FAULTS if reads else WRITE_FAULTS)
        return await super().handle_async_request(request)


@dataclass(slots=True)
class Run:
    """What a run came to; every list holds the writes it is about."""

    told: Counter[str]
    journalled: Counter[str]
    duplicates: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    failed_though_applied: list[str] = field(default_factory=list)
    sent_again: list[str] = field(default_factory=list)
    """Sent again although the answer before was not the throttle's."""

    def __str__(self) -> str:
        told = ", ".join(f"{count} {what}" for what, count in sorted(self.told.items()))
        return (
            f"{self.told.total()} writes: {told}; {len(self.duplicates)} duplicates, {len(self.lost)} lost, "
            f"{len(self.failed_though_applied)} failed though applied, {len(self.sent_again)} sent again"
        )


@asynccontextmanager
async def broken_line(sandbox: Sandbox, dice: random.Random) -> AsyncIterator[Changes]:
    with running(sandbox) as url:
        own = Account.basic(HARVEST, url, ADMIN.email, ADMIN.password)
        throttle = Throttle(Plan(calls=1_000_000, seconds=0.01, pause=0.01))
        gateway = Gateway(own, version="0", transport=Breaking(dice), limits=LIMITS, throttle=throttle)
        try:
            with journal() as kept:
                yield Changes(Api(HARVEST, gateway), kept, "test", timing=AFTER_LATE_COMMITS)
        finally:
            await gateway.aclose()


async def carried_out(count: int, seed: int) -> Run:
    """So many writes by several workers; what was told is then compared with what is stored."""
    dice, told = random.Random(seed), dict[int, str]()
    with open_account(calls=None, seeded=False) as sandbox:
        every = [KINDS[dice.choice(list(KINDS))](sandbox, f"Write {number:05}") for number in range(count)]
        left = iter(range(count))
        async with broken_line(sandbox, dice) as changes:

            async def work() -> None:
                for number in left:
                    told[number] = await outcome(changes, every[number])

            async with anyio.create_task_group() as group:
                for _ in range(WORKERS):
                    group.start_soon(work)
            await anyio.sleep(SETTLED)
            journalled = Counter(await outcomes(changes))
        return compared(sandbox, every, told, journalled)


async def outcome(changes: Changes, write: Write) -> str:
    try:
        change = await write.do(changes)
    except InDoubt:
        return "in doubt"
    except CallFailed:
        return "failed"
    if change.unseen:
        return "not shown"
    if change.settled:
        return "settled"
    return "done" if not change.differs else "done otherwise"


def compared(sandbox: Sandbox, every: list[Write], told: dict[int, str], journalled: Counter[str]) -> Run:
    run = Run(Counter(told.values()), journalled)
    for number, write in enumerate(every):
        effects, said, statuses = write.effects(), told[number], write.statuses(sandbox)
        wrong = {
            "duplicates": effects > 1,
            "lost": effects == 0 and said in ("done", "settled"),
            "failed_though_applied": effects > 0 and said == "failed",
            "sent_again": any(status != 503 for status in statuses[:-1]),
        }
        for what in (what for what, so in wrong.items() if so):
            getattr(run, what).append(f"{write.method} {write.path}: told {said}, answered {statuses}")
    return run


async def check(seed: int) -> None:
    run = await carried_out(COUNT, seed)
    print(run)
    assert run.told.total() == COUNT
    assert [run.duplicates, run.lost, run.failed_though_applied, run.sent_again] == [[], [], [], []]
    kept = {"accepted": "open", "in doubt": "open"}
    meant = {"not shown": "open", "in doubt": "open", "failed": "refused"}
    assert Counter(kept.get(outcome, outcome) for outcome in run.journalled.elements()) == Counter(
        meant.get(told, "applied") for told in run.told.elements()
    )
    assert run.told["settled"] > 0, "the run met doubts that could be settled"


async def test_a_hundred_writes_over_a_breaking_line_are_all_told_as_they_are() -> None:
    await check(0)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1_000, 1_200))
async def test_twenty_thousand_writes_over_a_breaking_line_are_all_told_as_they_are(seed: int) -> None:
    await check(seed)
