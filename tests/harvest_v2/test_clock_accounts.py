"""Accounts over v2 that keep when work began and ended, where hours alone would start a timer (harvest-v2 4.3, 18)."""

import json
from collections.abc import Iterator

import pytest

from harvest_mcp.sandbox import MEMBER, Sandbox
from harvest_mcp.sandbox.harvest_v2 import Settings, open_harvest_v2
from harvest_mcp.sandbox.harvest_v2.tables import ENTRIES

from .kit import conversing

pytestmark = pytest.mark.anyio
ON = {"project": "301", "task": "501", "day": "2026-02-27"}
SHEET = "Give hours as 8:00am-9:30am."


@pytest.fixture
def clocked() -> Iterator[Sandbox]:
    with open_harvest_v2(settings=Settings(by_clock=True)) as account:
        yield account


def last(said: str) -> dict[str, object]:
    return dict(json.loads(said.splitlines()[-1]))


async def test_hours_alone_are_refused_with_the_right_call_and_times_are_sent(clocked: Sandbox) -> None:
    async with conversing(clocked) as talk:
        assert (await talk.error("log_time", **ON, hours="1.5")).endswith(SHEET)
        made = last(await talk.ok("log_time", **ON, hours="9-10:30"))
        assert (await talk.error("update_time_entry", time_entry_id=made["id"], hours="2")).endswith(SHEET)
        await talk.ok("update_time_entry", time_entry_id=made["id"], hours="from 9 to 11")
        told = last(await talk.ok("get_time_entry", time_entry_id=made["id"]))
        await talk.ok("undo_change", change_id=2)
        back = last(await talk.ok("get_time_entry", time_entry_id=made["id"]))
    bodies = [json.loads(seen.body) for seen in clocked.seen if seen.body]
    assert bodies[0] == {
        "spent_date": "2026-02-27",
        "project_id": 301,
        "task_id": 501,
        "started_time": "9:00am",
        "ended_time": "10:30am",
    }
    assert bodies[1] == {"started_time": "9:00am", "ended_time": "11:00am"}
    assert (told["hours"], told["started_at"], told["ended_at"]) == ("2.0", "9:00am", "11:00am")
    assert (back["hours"], back["ended_at"], back["running"]) == ("1.5", "10:30am", False)


async def test_hours_that_became_a_timer_are_told_where_nobody_says_how_time_is_kept() -> None:
    with open_harvest_v2(settings=Settings(by_clock=True, company_closed=True)) as account:
        async with conversing(account, login=MEMBER, reply="yes") as talk:
            said = await talk.ok("log_time", **ON, hours="1.5")
            await talk.ok("undo_change", change_id=1)
        left = [
            row for row in account.rows(ENTRIES) if row["user_id"] == MEMBER.id and str(row["spent_at"]) == ON["day"]
        ]
    assert "It runs as a timer, without these hours" in said
    assert not [row for row in left if row["timer_started_at"]]
