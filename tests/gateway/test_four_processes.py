"""A hundred tasks in four processes on one budget: what leaves them, and what arrives at the vendor."""

import json
import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from tests import forks
from tests.gateway.callers import Order
from tests.gateway.vendor import Vendor, most_in_a_window, vendor

PROCESSES, TASKS = 4, 25
ON_THE_WAY = 1.5
"""Seconds in which calls that had left before a refusal may still arrive, on a machine with much else to do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all processes did together: when calls left and gates closed by the budget's clock, and how calls ended."""

    left: list[tuple[float, bool, bool]]
    closed: list[tuple[float, float]]
    ends: Mapping[str, int]


def run(order: Order) -> Outcome:
    """Start four processes, let them go at once, and wait for all of them."""
    command = [forks.python(), "-m", "tests.gateway.callers", json.dumps(asdict(order))]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)
    ]
    try:
        for each in started:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        said = [json.loads(out) for out in _answers(started)]
    finally:
        for each in started:
            each.kill()
            each.communicate()
    ends = sum((Counter(each["ends"]) for each in said), Counter[str]())
    left, closed = ([tuple(one) for each in said for one in each[name]] for name in ("left", "closed"))
    return Outcome(sorted(left), sorted(closed), ends)


def _answers(started: list[subprocess.Popen[str]]) -> list[str]:
    for each in started:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    return [each.communicate(timeout=3600)[0] for each in started]


def within_the_plan(outcome: Outcome, account: Vendor, order: Order) -> dict[str, float]:
    """Check every window of calls that left; what was counted. Calls may arrive closer together on a busy machine."""
    arrived = [each.came for each in account.arrivals]
    left_most = most_in_a_window([now for now, _, _ in outcome.left], order.plan_seconds)
    arrived_most = most_in_a_window(arrived, order.plan_seconds)
    assert left_most <= order.plan_calls
    assert outcome.ends["answered"] == PROCESSES * order.tasks * order.calls
    return {
        "calls": len(arrived),
        "most that left in a window": left_most,
        "most that arrived in a window": arrived_most,
        "seconds": round(max(arrived) - min(arrived), 1),
    }


def nothing_leaves_while_closed(outcome: Outcome) -> dict[str, int]:
    """Check every closed gate by the budget's own clock: silence until it lifts, then one probe; what was counted."""
    counted: Counter[str] = Counter()
    for number, (closed, lifts) in enumerate(outcome.closed):
        until = outcome.closed[number + 1][0] if number + 1 < len(outcome.closed) else float("inf")
        after = [(now, probe) for now, probe, _ in outcome.left if closed < now < until]
        counted["closed gates"] += 1
        counted["calls that left while closed"] += sum(now < lifts for now, _ in after)
        counted["probes"] += sum(probe for _, probe in after)
        assert after[0][1], "the first that leaves is a probe"
    assert not any(shut for _, _, shut in outcome.left)
    assert (counted["calls that left while closed"], counted["probes"]) == (0, counted["closed gates"])
    return dict(counted)


def nothing_comes_while_closed(account: Vendor, window: float) -> dict[str, int]:
    """The same as the vendor sees it, but for calls that were on the way when it refused one."""
    calls, counted = account.arrivals, Counter[str]()
    shut = [each for each in calls if each.status == 503]
    for refused, seconds in zip(shut, account.refuses.values(), strict=True):
        lifts = refused.went + max(seconds, window) - 0.01
        after = [each for each in calls if each.came > refused.went]
        probe = min((each for each in after if each.came >= lifts), key=lambda each: each.came)
        counted["calls on the way"] += sum(each.came <= refused.went + ON_THE_WAY for each in after)
        counted["calls that came while closed"] += sum(refused.went + ON_THE_WAY < each.came < lifts for each in after)
        counted["calls that came beside the probe"] += sum(probe.came < each.came < probe.went for each in after)
    assert counted["calls that came while closed"] == counted["calls that came beside the probe"] == 0
    return dict(counted)


PLACES = ["sqlite", pytest.param("postgresql", id="postgresql")]


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the state is: a file, and a real database server."""
    return str(tmp_path / "state.db") if request.param == "sqlite" else str(request.getfixturevalue("database"))


def count(order: Order, account: Vendor) -> dict[str, float]:
    outcome = run(order)
    return {**within_the_plan(outcome, account, order), **nothing_leaves_while_closed(outcome)}


def test_a_hundred_tasks_in_four_processes_never_exceed_the_plan_and_heed_a_refusal(place: str) -> None:
    """A small plan, so that it takes seconds; the full one is below."""
    with vendor(refuses={60: 2}) as (account, url):
        counted = count(Order(url, place, TASKS, 1, plan_calls=40, plan_seconds=0.5), account)
    print(counted)
    assert (counted["calls"], counted["closed gates"]) == (101, 1)


@pytest.mark.soak
def test_the_full_plan_holds_for_a_thousand_calls_and_three_refusals(place: str) -> None:
    with vendor(refuses={150: 5, 400: 16, 700: 20}) as (account, url):
        order = Order(url, place, TASKS, 10, plan_calls=80, plan_seconds=15)
        counted = {**count(order, account), **nothing_comes_while_closed(account, order.plan_seconds)}
    print(counted)
    assert counted["most that arrived in a window"] <= order.plan_calls
    assert (counted["calls"], counted["closed gates"]) == (1003, 3)
