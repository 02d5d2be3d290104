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
YEAR = {"since": "2025-03-02", "until": "2026-03-02"}

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
            assert talk.wire() == ["GET /v2/reports/uninvoiced?from=2025-03-02&to=2026-03-02"]
            table = rows(said)
            (hours,) = sandbox.store._db.execute(OPEN_HOURS).fetchone()
    assert sum(Decimal(row["uninvoiced_hours"]) for row in table) == Decimal(str(hours)).quantize(Decimal("0.01"))
    assert f"uninvoiced_hours {Decimal(str(hours)):.2f}" in said.splitlines()[0]
    by_currency: dict[str, Decimal] = {}
    for row in table:
        by_currency[row["currency"]] = by_currency.get(row["currency"], Decimal(0)) + Decimal(row["uninvoiced_amount"])
    told = "; ".join(f"{value:.2f} {code}" for code, value in sorted(by_currency.items()))
    assert f"uninvoiced_amount {told}" in said.splitlines()[0]
    told_of = ("uninvoiced_hours", "uninvoiced_expenses", "uninvoiced_amount")
    assert all(any(Decimal(row[name]) for name in told_of) for row in table)


async def test_what_is_not_invoiced_is_the_same_added_up_from_entries() -> None:
    with open_harvest_v2(clock=lambda: NOW) as sandbox:
        fixed = {str(row["id"]) for row in sandbox.rows(PROJECTS) if row["is_fixed_fee"]}
        async with conversing(sandbox, toolsets="all", clock=lambda: NOW) as talk:
            ready = await figures(talk, "report_uninvoiced", include_fixed_fee=False, **YEAR)
            same = dict(**YEAR, billable=True, billed=False, group_by=["project"])
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
        assert talk.wire() == ["GET /v2/reports/project_budget?is_active=true"]
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
        assert (await talk.ok("report_budgets")).startswith("# now: ")
