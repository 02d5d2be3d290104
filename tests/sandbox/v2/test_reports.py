"""The ten reports, against sums over the account's own rows (harvest-v2 22)."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

import httpx
import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest_v2 import tables

from .kit import SUPRCORP, TODAY, WEBSITE, ok, refused

pytestmark = pytest.mark.anyio
FIRST, LAST = "2026-01-01", "2026-03-02"
SPAN = f"from={FIRST}&to={LAST}"
D = Decimal


def work(sandbox: Sandbox, table: Any) -> list[Any]:
    return [row for row in sandbox.rows(table) if FIRST <= str(row["spent_at"]) <= LAST]


@pytest.mark.parametrize(
    ("by", "column", "field"),
    [("projects", "project_id", "project_id"), ("team", "user_id", "user_id"), ("tasks", "task_id", "task_id")],
)
async def test_hours_are_the_sum_of_the_entries(
    sandbox: Sandbox, http: httpx.AsyncClient, by: str, column: str, field: str
) -> None:
    expected: dict[object, Decimal] = defaultdict(Decimal)
    for row in work(sandbox, tables.ENTRIES):
        expected[row[column]] += row["hours"]
    told: dict[object, Decimal] = defaultdict(Decimal)
    for row in ok(await http.get(f"/reports/time/{by}?{SPAN}"))["results"]:
        told[row[field]] += row["total_hours"]
    assert told == expected


async def test_amounts_are_hours_at_the_rates_of_the_entries(http: httpx.AsyncClient) -> None:
    expected: dict[object, Decimal] = defaultdict(Decimal)
    for row in ok(await http.get(f"/time_entries?{SPAN}"))["time_entries"]:
        if row["billable"]:
            expected[row["client"]["id"]] += row["hours"] * (row["billable_rate"] or 0)
    rows = ok(await http.get(f"/reports/time/clients?{SPAN}"))["results"]
    assert {row["client_id"]: row["billable_amount"] for row in rows if row["billable_amount"]} == {
        id: amount.quantize(D("0.01")) for id, amount in expected.items() if amount
    }
    assert {row["currency"] for row in rows} > {"USD", "EUR"}


@pytest.mark.parametrize(
    ("by", "column"), [("projects", "project_id"), ("categories", "expense_category_id"), ("team", "user_id")]
)
async def test_costs_are_the_sum_of_the_expenses(
    sandbox: Sandbox, http: httpx.AsyncClient, by: str, column: str
) -> None:
    expected: dict[object, list[Decimal]] = defaultdict(lambda: [D(0), D(0)])
    for row in work(sandbox, tables.EXPENSES):
        expected[row[column]][0] += row["total_cost"]
        expected[row[column]][1] += row["total_cost"] if row["billable"] else 0
    told: dict[object, list[Decimal]] = defaultdict(lambda: [D(0), D(0)])
    for row in ok(await http.get(f"/reports/expenses/{by}?{SPAN}"))["results"]:
        told[row[column]][0] += row["total_amount"]
        told[row[column]][1] += row["billable_amount"]
    assert told == expected


async def test_names_carry_codes_only_in_time_and_expenses(http: httpx.AsyncClient) -> None:
    for path, name in (
        (f"time/projects?{SPAN}", "[SC-01] Website relaunch"),
        (f"expenses/projects?{SPAN}", "[SC-01] Website relaunch"),
        (f"uninvoiced?{SPAN}", "Website relaunch"),
        ("project_budget", "Website relaunch"),
    ):
        rows = ok(await http.get(f"/reports/{path}"))["results"]
        assert [row["project_name"] for row in rows if row["project_id"] == WEBSITE] == [name]


async def test_rows_come_in_the_order_a_person_reads_names(http: httpx.AsyncClient) -> None:
    for name in ("ätna", "Zoo", "(in brackets)", "apple"):
        made = ok(await http.post("/projects", json={"client_id": SUPRCORP, "name": name, "budget_by": "project"}), 201)
        assert made["name"] == name
    names = [row["project_name"] for row in ok(await http.get("/reports/project_budget"))["results"]]
    places = [names.index(name) for name in ("(in brackets)", "apple", "ätna", "Website relaunch", "Zoo")]
    assert places == sorted(places)
    assert places[0] == 0


async def test_a_fixed_fee_counts_only_when_asked_and_may_be_overdrawn(http: httpx.AsyncClient) -> None:
    body = {"client_id": SUPRCORP, "name": "Fixed job", "is_fixed_fee": True, "fee": 100, "bill_by": "Tasks"}
    made = ok(await http.post("/projects", json=body), 201)["id"]
    ok(
        await http.post("/time_entries", json={"project_id": made, "task_id": 501, "spent_date": TODAY, "hours": 2}),
        201,
    )
    task = ok(await http.get(f"/projects/{made}/task_assignments"))["task_assignments"][-1]
    ok(await http.patch(f"/projects/{made}/task_assignments/{task['id']}", json={"hourly_rate": 10}))
    line = {"kind": "Service", "unit_price": 350, "project_id": made}
    ok(await http.post("/invoices", json={"client_id": SUPRCORP, "line_items": [line]}), 201)

    async def row(path: str) -> Any:
        rows = ok(await http.get(f"/reports/{path}{SPAN}"))["results"]
        return next((row for row in rows if row["project_id"] == made), None)

    assert (await row("time/projects?"))["billable_amount"] == 0
    assert (await row("time/projects?include_fixed_fee=true&"))["billable_amount"] == 20
    assert await row("uninvoiced?") == {
        **{"client_id": SUPRCORP, "client_name": "SuprCorp", "project_id": made, "project_name": "Fixed job"},
        **{"currency": "USD", "total_hours": D(2), "uninvoiced_hours": D(2), "uninvoiced_expenses": 0},
        "uninvoiced_amount": D(-250),
    }
    assert await row("uninvoiced?include_fixed_fee=false&") is None


async def test_every_active_billable_project_is_in_what_is_not_invoiced(http: httpx.AsyncClient) -> None:
    projects = ok(await http.get("/projects?is_active=true"))["projects"]
    rows = ok(await http.get(f"/reports/uninvoiced?from={TODAY}&to={TODAY}"))
    assert {row["project_id"] for row in rows["results"]} == {row["id"] for row in projects if row["is_billable"]}
    assert '"total_hours":0,' in (await http.get(f"/reports/uninvoiced?from={TODAY}&to={TODAY}")).text


async def test_budgets_count_hours_or_money_and_the_month_where_monthly(
    sandbox: Sandbox, http: httpx.AsyncClient
) -> None:
    rows = {row["project_id"]: row for row in ok(await http.get("/reports/project_budget?from=x"))["results"]}
    budgeted = {row["id"] for row in sandbox.rows(tables.PROJECTS) if row["budget_by"] != "none"}
    assert rows.keys() == budgeted
    spent = sum(D(str(row["hours"])) for row in sandbox.rows(tables.ENTRIES) if row["project_id"] == WEBSITE)
    assert (rows[WEBSITE]["budget"], rows[WEBSITE]["budget_spent"]) == (D(40), spent)
    assert rows[WEBSITE]["budget_remaining"] == 40 - spent < 0
    ok(await http.patch(f"/projects/{WEBSITE}", json={"budget_is_monthly": True}))
    ok(
        await http.post("/time_entries", json={"project_id": WEBSITE, "task_id": 501, "spent_date": TODAY, "hours": 2}),
        201,
    )
    rows = {row["project_id"]: row for row in ok(await http.get("/reports/project_budget?is_active=true"))["results"]}
    assert (rows[WEBSITE]["budget_spent"], rows[WEBSITE]["budget_remaining"]) == (D(2), D(38))
    body = {"budget_by": "project_cost", "cost_budget": 1000, "cost_budget_include_expenses": True}
    ok(await http.patch(f"/projects/{WEBSITE}", json=body))
    cost = {"project_id": WEBSITE, "expense_category_id": 602, "spent_date": TODAY, "total_cost": 15}
    ok(await http.post("/expenses", json=cost), 201)
    rows = {row["project_id"]: row for row in ok(await http.get("/reports/project_budget"))["results"]}
    assert (rows[WEBSITE]["budget"], rows[WEBSITE]["budget_spent"]) == (D(1000), D(175))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "From can't be blank, To can't be blank"),
        ("from=20260101", "To can't be blank"),
        ("from=x&to=2026-01-01", "Invalid from: x"),
        ("from=2025-01-01&to=2026-01-02", "From and to must be at most 365 days apart"),
        ("from=20260101&to=20260201&include_fixed_fee=1", "Invalid include_fixed_fee: 1"),
    ],
)
async def test_a_report_needs_two_days_at_most_a_year_apart(http: httpx.AsyncClient, query: str, words: str) -> None:
    assert refused(await http.get(f"/reports/time/team?{query}")) == words


async def test_a_year_of_365_days_apart_is_one_report_walked_by_pages(http: httpx.AsyncClient) -> None:
    path = "/reports/expenses/projects?from=20250301&to=20260301"
    whole = ok(await http.get(path))["results"]
    first = ok(await http.get(f"{path}&per_page=3"))
    assert (first["total_entries"], first["page"], first["next_page"]) == (len(whole), 1, 2)
    rows, url = first["results"], first["links"]["next"]
    while url:
        page = ok(await http.get(url))
        rows, url = rows + page["results"], page["links"]["next"]
    assert rows == whole


async def test_a_manager_reports_on_managed_projects_and_their_own_time(manager: httpx.AsyncClient) -> None:
    rows = ok(await manager.get(f"/reports/time/projects?{SPAN}"))["results"]
    assert {row["project_id"] for row in rows} <= {301, 302, 305, 309}
    assert {(row["currency"], row["billable_amount"]) for row in rows} == {(None, None)}
    budgets = ok(await manager.get("/reports/project_budget"))["results"]
    assert {row["project_id"] for row in budgets} == {301, 305, 309}
