"""Two budgets of 100 calls, one for reports (harvest-v2 3.3)."""

from collections.abc import Iterator

import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest_v2 import Settings, open_harvest_v2

from .kit import TODAY, Clock, caller

pytestmark = pytest.mark.anyio
REPORT = f"/reports/expenses/team?from={TODAY}&to={TODAY}"


@pytest.fixture
def limited(clock: Clock) -> Iterator[Sandbox]:
    with open_harvest_v2(clock=clock) as sandbox:
        yield sandbox


async def test_the_101st_call_in_15_seconds_is_refused_and_says_how_long(limited: Sandbox, clock: Clock) -> None:
    async with caller(limited) as http:
        for _ in range(100):
            assert (await http.get("/roles")).status_code == 200
        clock.turn(4.5)
        refused = await http.post("/tasks", json={"name": "Listening"})
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "11")
        assert refused.json() == {"message": "Too many requests.", "retry_after": 11}
        assert refused.headers["content-type"] == "application/json; charset=utf-8"
        assert (await http.get(REPORT)).status_code == 200
        clock.turn(10.5)
        assert "Listening" not in (await http.get("/tasks")).text


async def test_reports_have_a_budget_of_15_minutes(limited: Sandbox, clock: Clock) -> None:
    async with caller(limited) as http:
        for _ in range(100):
            assert (await http.get(REPORT)).status_code == 200
        clock.turn(15)
        assert (await http.get(REPORT)).headers["retry-after"] == "885"
        assert (await http.get("/roles")).status_code == 200
        clock.turn(885)
        assert (await http.get(REPORT)).status_code == 200


async def test_the_bare_form_once_recorded_is_a_setting(clock: Clock) -> None:
    with open_harvest_v2(clock=clock, calls=0, settings=Settings(bare_429=True)) as sandbox:
        async with caller(sandbox) as http:
            answer = await http.get("/roles")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (429, b"", "text/html")
    assert "retry-after" not in answer.headers
