"""Work that becomes lines of an invoice: what is billed with it, and what is not."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.sandbox.store import Row
from harvest_mcp.systems.harvest import EXPENSES, PROJECTS
from tests.conftest import Era, talking
from tests.harvest.test_invoices import record
from tests.sandbox.kit import Clock
from tests.tools.kit import document, writes

pytestmark = pytest.mark.anyio


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The account as of 5 March 2018, noon."""
    with open_account(clock=Clock()) as opened:
        yield opened


async def test_hours_of_projects_become_lines_and_are_billed(sandbox: Sandbox, era: Era) -> None:
    """22: `kind`, `projects-to-invoice`, `import-hours`; what is pulled in becomes billed."""
    given = {"client": "SuprCorp", "kind": "task", "projects_to_invoice": ["Website relaunch"], "import_hours": "all"}
    open_hours = hours_of_301(sandbox)
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        made = record(await talk.ok("create_invoice", **given))
        assert writes(talk)[0][2] == document(
            "invoice",
            '<client-id type="integer">11072</client-id>',
            "<kind>task</kind>",
            "<projects-to-invoice>301</projects-to-invoice>",
            "<import-hours>all</import-hours>",
        )
        lines = {line["description"]: (Decimal(line["quantity"]), line["unit_price"]) for line in made["line_items"]}
        assert lines == {
            "Website relaunch - Design": (open_hours[501], "80.00"),
            "Website relaunch - Project Management": (open_hours[502], "95.00"),
            "Website relaunch - Development": (open_hours[503], "90.00"),
            "Website relaunch - Research": (open_hours[506], "85.00"),
        }
        assert Decimal(made["amount"]) == sum(quantity * Decimal(price) for quantity, price in lines.values())
        again = record(await talk.ok("create_invoice", **given, allow_duplicate=True))
        assert (again["line_items"], again["amount"]) == ([], "0.00")


def hours_of_301(sandbox: Sandbox, first: date = date.min, last: date = date.max) -> dict[Any, Decimal]:
    """Hours of project 301 on no invoice yet, by task."""
    hours: dict[Any, Decimal] = {}
    rows: list[dict[str, Any]] = sandbox.rows(HOURS, ("project_id", "=", 301), ("is_billed", "=", False))
    for row in rows:
        if first <= row["spent_at"] <= last:
            hours[row["task_id"]] = hours.get(row["task_id"], Decimal(0)) + row["hours"]
    return hours


async def test_only_hours_of_the_period_are_pulled_in(sandbox: Sandbox, era: Era) -> None:
    """22: `yes` uses the period elements."""
    within = hours_of_301(sandbox, date(2018, 2, 20), date(2018, 3, 2))
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        made = record(
            await talk.ok(
                "create_invoice",
                **{"client": "SuprCorp", "kind": "project", "projects_to_invoice": ["301"], "import_hours": "yes"},
                **{"period_start": "2018-02-20", "period_end": "2018-03-02"},
            )
        )
        assert sum(Decimal(line["quantity"]) for line in made["line_items"]) == sum(within.values()) > 0
        kept = record(await talk.ok("create_invoice", client="SuprCorp", kind="project", projects_to_invoice=["301"]))
        assert kept["line_items"] == []


async def test_expenses_of_projects_become_a_line_and_are_on_the_invoice(sandbox: Sandbox, era: Era) -> None:
    """22: `import-expenses`; 20: `invoice-id` of what is billed."""
    project = next(row["project_id"] for row in sandbox.rows(EXPENSES) if row["billable"] and not row["is_billed"])
    client = next(row["client_id"] for row in sandbox.rows(PROJECTS) if row["id"] == project)
    rows: list[dict[str, Any]] = sandbox.rows(EXPENSES)
    before = {row["id"]: row["total_cost"] for row in rows if _open(row, project)}
    given = {"client": client, "kind": "project", "projects_to_invoice": [project], "import_expenses": "all"}
    columns = ("is_billed", "is_locked", "locked_reason", "invoice_id")
    was = {row["id"]: [row[name] for name in columns] for row in rows}
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        made = record(await talk.ok("create_invoice", **given))
        on_it = {row["id"]: row["invoice_id"] for row in sandbox.rows(EXPENSES) if row["id"] in before}
        await talk.ok("delete_invoice", invoice_id=made["id"])
    assert {row["id"]: [row[name] for name in columns] for row in sandbox.rows(EXPENSES)} == was
    (line,) = made["line_items"]
    assert (line["kind"], Decimal(line["quantity"]), line["unit_price"]) == ("Product", sum(before.values()), "1.00")
    assert on_it == dict.fromkeys(before, made["id"])


def _open(row: Row, project: object) -> bool:
    return row["project_id"] == project and bool(row["billable"]) and not row["is_billed"]


async def test_what_was_on_a_deleted_invoice_can_be_billed_again(sandbox: Sandbox, era: Era) -> None:
    given = {"client": "SuprCorp", "kind": "task", "projects_to_invoice": ["301"], "import_hours": "all"}
    before = hours_of_301(sandbox)
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        made = record(await talk.ok("create_invoice", **given))
        assert hours_of_301(sandbox).keys() == before.keys() - {501, 502, 503, 506}
        await talk.ok("delete_invoice", invoice_id=made["id"])
    assert hours_of_301(sandbox) == before


async def test_nobody_elses_work_comes_onto_an_invoice(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        given = {"kind": "task", "projects_to_invoice": ["301"], "import_hours": "all"}
        assert record(await talk.ok("create_invoice", client="BluePeak", **given))["line_items"] == []
