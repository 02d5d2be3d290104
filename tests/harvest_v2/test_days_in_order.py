"""Days that mean something together, over both APIs: begin and end, issue and due day, a period and a
state, work and when it was written down."""

import json
from typing import Any

import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2
from harvest_mcp.sandbox.harvest_v2.tables import INVOICES, PROJECTS

from .test_both_apis import NOW, Over, talk_over

pytestmark = pytest.mark.anyio

WORK = {"project": "Website relaunch", "task": "Design", "hours": "1"}
CALLS: list[tuple[str, dict[str, Any], str]] = [
    (
        "create_project",
        {"client": "SuprCorp", "name": "Year's end", "starts_on": "2026-12-30", "ends_on": "2026-01-04"},
        "ends_on 2026-01-04 is before starts_on 2026-12-30.",
    ),
    (
        "create_invoice",
        {"client": "Acme", "period_start": "2026-02-28", "period_end": "2026-02-01"},
        "period_end 2026-02-01 is before period_start 2026-02-28.",
    ),
    (
        "create_invoice",
        {"client": "Acme", "issued_at": "2026-03-01", "due_at_human_format": "2026-02-01"},
        "due_at_human_format takes a day from issued_at on, 2026-03-01, within 999 days.",
    ),
    (
        "create_invoice",
        {"client": "Acme", "issued_at": "2026-02-01", "due_at_human_format": "2026-02-30"},
        "due_at_human_format is not a date of the calendar.",
    ),
]


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_what_would_end_before_it_begins_is_refused_and_not_sent(sandbox: Sandbox, api: Over) -> None:
    async with talk_over(api, sandbox) as talk:
        before = sandbox.rows(PROJECTS), sandbox.rows(INVOICES)
        for tool, given, why in CALLS:
            assert (await talk.error(tool, **given)).startswith(f"{why} Nothing was sent.")
        assert (sandbox.rows(PROJECTS), sandbox.rows(INVOICES)) == before


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_one_new_day_is_held_against_the_one_that_is_kept(sandbox: Sandbox, api: Over) -> None:
    async with talk_over(api, sandbox) as talk:
        await talk.ok("update_project", project_id=310, starts_on="2026-03-20", ends_on="2026-03-20")
        refused = await talk.error("update_project", project_id=310, ends_on="2025-03-31")
        assert refused.startswith("ends_on 2025-03-31 is before starts_on 2026-03-20. Nothing was sent.")
        await talk.ok("update_project", project_id=310, ends_on="2026-03-31")


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_paid_invoices_of_a_period_are_told_as_those_issued_in_it(sandbox: Sandbox, api: Over) -> None:
    async with talk_over(api, sandbox) as talk:
        asked = {"status": "paid", "since": "2126-01-01", "until": "2126-01-31"}
        by = "; since and until go by issued_at, not by when it became paid"
        assert await talk.ok("list_invoices", **asked) == f"# 0 invoices{by}"
        assert "go" not in await talk.ok("list_invoices", since="2126-01-01", status="draft")


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_work_of_a_day_that_lies_ahead_is_told_so(api: Over) -> None:
    ahead = " Thursday 2026-12-31 is 304 days ahead."
    meal = {"project": "Website relaunch", "expense_category": "Meals", "total_cost": "9"}
    with open_harvest_v2(clock=lambda: NOW) as sandbox:
        async with talk_over(api, sandbox) as talk:
            wrong = await talk.ok("log_time", **WORK, day="2026-12-31")
            right = await talk.ok("log_time", **WORK, day="2026-03-02")
            moved = await talk.ok("update_time_entry", time_entry_id=told(right), day="2026-12-31")
            noted = await talk.ok("update_time_entry", time_entry_id=told(right), notes="Sketch")
            week = await talk.ok("log_week", entries=[{**WORK, "day": "2026-12-31", "notes": "Print"}])
            spent = await talk.ok("create_expense", **meal, spent_at="2026-12-31")
            assert all(ahead in each for each in (wrong, moved, week, spent))
            assert not any("ahead" in each for each in (right, noted))


def told(answer: str) -> int:
    """The id of the record that an answer ends with."""
    return int(json.loads(answer.splitlines()[-1])["id"])
