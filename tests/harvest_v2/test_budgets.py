"""The two budgets of v2: reports have one of their own, each is shared between processes (harvest-v2 3.3)."""

from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from harvest_mcp.errors import GateClosed, Throttled
from harvest_mcp.gateway import nobody
from harvest_mcp.gateway.shared import shared
from harvest_mcp.gateway.throttle import Throttle, budgets
from harvest_mcp.state import State
from harvest_mcp.systems.harvest.v2 import HARVEST_V2

from .kit import account

pytestmark = pytest.mark.anyio
REPORT, LIST = "/reports/uninvoiced", "/clients"


async def call(throttle: Throttle, path: str, failure: Exception | None = None) -> None:
    """One call that leaves at once, or is refused here."""
    async with throttle.of(path).turn(patience=0, waiting=nobody):
        if failure:
            raise failure


async def test_processes_on_one_store_share_both_budgets(tmp_path: Path) -> None:
    who = account(system=HARVEST_V2)
    with ExitStack() as stack:
        states = [stack.enter_context(closing(State(str(tmp_path / "state.db")))) for _ in range(2)]
        one, two = (budgets(HARVEST_V2, lambda plan, at=state: shared(at, who, plan)) for state in states)  # type: ignore[misc]  # two states make two
        for path in (REPORT, REPORT, LIST):
            await call(one, path)
        left = [(await each.left(), await each.apart[0].left()) for each in (one, two)]
        for each in (one, two):
            await each.aclose()
    assert left == [(79, 78), (79, 78)]


async def test_a_report_that_is_refused_holds_back_reports_alone() -> None:
    throttle = budgets(HARVEST_V2)
    with pytest.raises(Throttled):
        await call(throttle, REPORT, Throttled("busy", seconds=0, next=""))
    with pytest.raises(GateClosed, match="The call budget of this account for reports is used up for 60 s"):
        await call(throttle, REPORT)
    await call(throttle, LIST)


async def test_a_used_up_budget_of_reports_leaves_the_other() -> None:
    throttle = budgets(HARVEST_V2)
    for _ in range(80):
        await call(throttle, REPORT)
    with pytest.raises(GateClosed, match=r"for reports is used up for (900|899) s"):
        await call(throttle, REPORT)
    assert await throttle.left() == 80
