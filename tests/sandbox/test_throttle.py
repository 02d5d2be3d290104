"""The call budget: harvest-v1 4."""

import httpx
import pytest

from harvest_mcp.sandbox import Sandbox, open_account

from .kit import Clock, caller, error, leaves

pytestmark = pytest.mark.anyio


async def calls(http: httpx.AsyncClient, count: int) -> list[int]:
    return [(await http.get("/account/who_am_i")).status_code for _ in range(count)]


async def budget(http: httpx.AsyncClient) -> dict[str, str]:
    answer = await http.get("/account/rate_limit_status")
    assert answer.status_code == 200
    return {name: text for name, (_, text) in leaves(answer.content).items()}


async def test_the_101st_call_in_15_seconds_is_refused_until_the_first_is_15_seconds_old(
    http: httpx.AsyncClient, clock: Clock
) -> None:
    assert await calls(http, 60) == [200] * 60
    clock.turn(5)
    assert await calls(http, 40) == [200] * 40
    refused = await http.get("/clients")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
    assert error(refused.content) == ("Throttled", "Too many calls; wait.")
    assert "hint" not in refused.headers
    clock.turn(10)
    assert await calls(http, 61) == [200] * 60 + [503]


async def test_the_wait_is_at_least_a_second(http: httpx.AsyncClient, clock: Clock) -> None:
    await calls(http, 100)
    clock.turn(14.9)
    assert (await http.get("/clients")).headers["retry-after"] == "1"


async def test_a_call_while_blocked_restarts_the_wait(http: httpx.AsyncClient, clock: Clock) -> None:
    await calls(http, 101)
    clock.turn(14)
    again = await http.get("/clients")
    assert (again.status_code, again.headers["retry-after"]) == (503, "15")
    clock.turn(14)
    assert await calls(http, 1) == [503]
    clock.turn(15)
    assert await calls(http, 100) == [200] * 100


async def test_a_refused_write_is_not_carried_out(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    await calls(http, 100)
    assert (await http.delete("/contacts/9")).status_code == 503
    assert any(one.path == "/contacts/9" and one.status == 503 for one in sandbox.seen)
    async with caller(sandbox) as other:
        assert (await other.get("/contacts/9")).status_code == 503  # the budget is the account's, not the connection's


async def test_the_budget_itself_neither_counts_nor_is_blocked(http: httpx.AsyncClient) -> None:
    await calls(http, 3)
    expected = {"count": "3", "max-calls": "100", "timeframe-limit": "15", "requests-available": "97"}
    assert [await budget(http) for _ in range(200)] == [expected] * 200
    await calls(http, 98)
    assert await budget(http) == {**expected, "count": "100", "requests-available": "0"}


async def test_a_budget_can_be_smaller_or_none_at_all(clock: Clock) -> None:
    with open_account(clock=clock, calls=2) as sandbox:
        async with caller(sandbox) as http:
            assert await calls(http, 3) == [200, 200, 503]
    with open_account(clock=clock, calls=None) as sandbox:
        async with caller(sandbox) as http:
            assert await calls(http, 300) == [200] * 300
            assert (await budget(http))["requests-available"] == "0"
