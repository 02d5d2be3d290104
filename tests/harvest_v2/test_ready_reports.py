"""The reports that v2 adds up itself: what is not invoiced, and what is left of budgets (harvest-v2 22)."""

import csv
import io
from decimal import Decimal

import pytest

from harvest_mcp.sandbox import MEMBER, Sandbox
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2
from harvest_mcp.sandbox.harvest_v2.tables import PROJECTS

from ..conftest import Talk
from .kit import conversing

pytestmark = pytest.mark.anyio
NOW = 1_772_442_000.0
"""2026-03-02, in the morning."""
WHO = ["GET /v2/users/me", "GET /v2/company"]
"""Whose role it is, which is remembered."""
YEAR = {"since": "2025-03-02", "until": "2026-03-02"}
QUARTER = {"since": "2025-12-02", "until": "2026-03-02"}

OPEN_HOURS = """
SELECT SUM(h.hours) FROM hours h JOIN projects p ON p.id = h.project_id
JOIN task_assignments t ON t.project_id = h.project_id AND t.task_id = h.task_id
WHERE p.active AND p.billable IS NOT 0 AND t.billable AND NOT h.is_billed
AND h.spent_at BETWEEN '2025-03-02' AND '2026-03-02'
"""


def rows(said: str) -> list[dict[str, str]]:
    """The rows of a table under its head."""
    return list(csv.DictReader(io.StringIO(said.partition("\n")[2])))


async def figures(talk: Talk, tool: str, **asked: object) -> list[dict[str, str]]:
    return rows(await talk.ok(tool, **asked))


async def test_what_is_not_invoiced_is_one_call_of_the_reports_budget() -> None:
    with open_harvest_v2(clock=lambda: NOW) as sandbox:
        async with conversing(sandbox, toolsets="reports", clock=lambda: NOW) as talk:
            said = await talk.ok("report_uninvoiced", **YEAR)
            assert talk.wire() == ["GET /v2/reports/uninvoiced?from=2025-03-02&to=2026-03-02", *WHO]
            table = rows(said)
            (hours,) = sandbox.store._db.execute(OPEN_HOURS).fetchone()
    assert sum(Decimal(row["uninvoiced_hours"]) for row in table) == Decimal(str(hours)).quantize(Decimal("0.01"))
    assert f"uninvoiced_hours {Decimal(str(hours)):.2f}" in said.splitlines()[0]
    by_currency: dict[str, Decimal] = {}
    for row in table:
        by_currency[row["currency"]] = by_currency.get(row["currency"], Decimal(0)) + Decimal(row["uninvoiced_amount"])
    told = "; ".join(f"{value:.2f} {code}" for code, value in sorted(by_currency.items()))
    assert f"uninvoiced_amount {told}" in said.splitlines()[0]
    free = [row for row in table if Decimal(row["uninvoiced_amount"]) == Decimal(row["uninvoiced_expenses"])]
    hours = sum(Decimal(row["uninvoiced_hours"]) for row in free)
    assert len(free) == 4
    assert f"; {hours:.2f} of uninvoiced_hours, of 4 uninvoiced projects, are in no amount; " in said.splitlines()[0]
    told_of = ("uninvoiced_hours", "uninvoiced_expenses", "uninvoiced_amount")
    assert all(any(Decimal(row[name]) for name in told_of) for row in table)


async def test_what_is_not_invoiced_is_the_same_added_up_from_entries() -> None:
    with open_harvest_v2(clock=lambda: NOW) as sandbox:
        fixed = {str(row["id"]) for row in sandbox.rows(PROJECTS) if row["is_fixed_fee"]}
        async with conversing(sandbox, toolsets="all", clock=lambda: NOW) as talk:
            ready = await figures(talk, "report_uninvoiced", include_fixed_fee=False, **QUARTER)
            same = dict(**QUARTER, billable=True, billed=False, group_by=["project"])
            time = await figures(talk, "report_time", **same)
            costs = await figures(talk, "report_expenses", **same)
    assert not fixed & {row["project_id"] for row in ready}
    worked = {row["project_id"]: row["unbilled_hours"] for row in time}
    spent = {row["project_id"]: row["unbilled_amount"].split()[0] for row in costs}
    for row in ready:
        assert Decimal(row["uninvoiced_hours"]) == Decimal(worked.get(row["project_id"], "0"))
        assert Decimal(row["uninvoiced_expenses"]) == Decimal(spent.get(row["project_id"], "0"))


async def test_a_report_is_narrowed_to_clients_and_projects(sandbox: Sandbox) -> None:
    async with conversing(sandbox, toolsets="reports") as talk:
        assert {row["client_id"] for row in await figures(talk, "report_budgets", client=["id 11072"])} == {"11072"}
        (row,) = await figures(talk, "report_budgets", project=["301"])
        missed = await talk.error("report_budgets", project=["999999"])
        long = await talk.error("report_uninvoiced", since="2024-01-01", until="2026-01-01")
        none = await talk.error("report_uninvoiced")
    assert (row["project"], row["unit"]) == ("Website relaunch", "hours")
    assert "999999" in missed
    assert long.startswith("2024-01-01 to 2026-01-01 is more than 365 days, the most that Harvest adds up.")
    assert none.startswith("takes either period, or since and until.")


async def test_budgets_come_with_the_most_spent_first(sandbox: Sandbox) -> None:
    async with conversing(sandbox, toolsets="reports") as talk:
        table = await figures(talk, "report_budgets", is_active=True)
        assert talk.wire() == ["GET /v2/reports/project_budget?is_active=true", *WHO]
    shares = [Decimal(row["spent_percent"] or "0") for row in table]
    assert shares == sorted(shares, reverse=True)
    for row in table:
        assert Decimal(row["budget"]) - Decimal(row["budget_spent"]) == Decimal(row["budget_remaining"])
    spent = {
        str(id): Decimal(str(hours)).quantize(Decimal("0.01"))
        for id, hours in sandbox.store._db.execute(
            "SELECT p.id, COALESCE(SUM(h.hours), 0) FROM projects p LEFT JOIN hours h ON h.project_id = p.id"
            " WHERE p.budget_by IN ('project', 'task', 'person') AND p.active"
            " AND p.budget_is_monthly IS NOT 1 GROUP BY 1"
        )
    }
    assert {row["project_id"]: Decimal(row["budget_spent"]) for row in table if row["unit"] == "hours"} == spent


async def test_a_member_is_told_what_the_role_does_not_show(sandbox: Sandbox) -> None:
    async with conversing(sandbox, login=MEMBER, toolsets="reports") as talk:
        assert "(403)" in await talk.error("report_uninvoiced", period="2026-01")
        said = (await talk.ok("report_budgets")).splitlines()[0]
    assert said.startswith("# now: ")
    assert said.endswith(
        "; a project without a budget has no row; this user is a member: has their own time and expenses; Harvest"
        " hides clients, projects, tasks and people; shown are budgets of projects they manage, and of those they are"
        " on that show theirs to everybody; budgets of money only with billable_rates_manager"
    )


async def test_a_project_without_a_budget_is_named_as_one_that_has_no_row(sandbox: Sandbox) -> None:
    (id, name) = sandbox.store._db.execute("SELECT id, name FROM projects WHERE budget_by = 'none'").fetchone()
    async with conversing(sandbox, toolsets="reports") as talk:
        said = await talk.ok("report_budgets", project=["301", str(id)])
    assert f'; no row for project "{name}" ({id}); a project without a budget has no row' in said.splitlines()[0]
    assert [row["project_id"] for row in rows(said)] == ["301"]


async def test_a_share_is_rounded_as_everywhere(sandbox: Sandbox) -> None:
    sandbox.store.update(PROJECTS, 301, {"budget": Decimal(8), "budget_by": "project", "budget_is_monthly": False})
    sandbox.store._db.execute("UPDATE hours SET hours = '0', timer_started_at = NULL WHERE project_id = 301")
    sandbox.store._db.execute(
        "UPDATE hours SET hours = '161.3' WHERE id = (SELECT MIN(id) FROM hours WHERE project_id = 301)"
    )
    async with conversing(sandbox, toolsets="all") as talk:
        (ready,) = await figures(talk, "report_budgets", project=["301"])
        work = await figures(talk, "report_work", of="budget_left")
    (same,) = [row for row in work if row["project_id"] == "301"]
    assert (ready["spent_percent"], same["spent_pct"]) == ("2016.3", "2016.3")
