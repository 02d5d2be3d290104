"""What three people ask, and the calls that it may take at most: one, each time."""

from collections.abc import Iterator

import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.systems.harvest import CONTACTS
from tests.conftest import talking
from tests.incwo.test_both_systems import both
from tests.sandbox.kit import Clock

pytestmark = pytest.mark.anyio


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The account as of 5 March 2018, noon."""
    with open_account(clock=Clock(), calls=None) as opened:
        yield opened


def head(said: str) -> str:
    return said.partition("\n")[0]


async def test_who_has_no_email_address_by_client(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        said = await talk.ok("list_contacts", empty="email", fields="client_id,first_name,last_name,email")
        assert head(said) == "# 5 contacts"
        assert "\n30,11076,Café Zoë,François,Hérault,\n" in said
        assert len(talk.wire()) == 2  # the contacts, and the clients' names once


async def test_what_is_priyas_direct_line_at_suprcorp(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        said = await talk.ok("search_records", query="Priya SuprCorp")
        assert "priya.raman@suprcorp.example; 212.555.0114; 917.555.0139; Product Owner" in said


async def test_is_anybodys_timer_running(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        assert head(await talk.ok("list_running_timers")).startswith("# No timer runs: looked at the entries since ")


async def test_add_twenty_percent_vat_to_that_draft(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="invoices") as talk:
        said = await talk.ok("update_invoice", invoice_id="7060", tax="20", tax_lines="true")
        assert "tax_amount 180.00 -> 240.00" in said


async def test_from_when_to_when_for_somebody_else_or_all_that_is_lacking(sandbox: Sandbox) -> None:
    async with talking(sandbox, clock=Clock()) as talk:
        given = {"project": "Packaging", "task": "illustration", "hours": "13:15 to 17:00", "person": "Ana"}
        said = await talk.error("log_time", **given)
        assert "create_user_assignment(project=307, person=34) puts it there" in said
        assert "create_task_assignment(project=307, task=504) puts it there" in said
        await talk.ok("create_user_assignment", project=307, person=34)
        await talk.ok("create_task_assignment", project=307, task=504)
        assert '"hours":"3.75"' in await talk.ok("log_time", **given)


async def test_everything_about_dupont_in_both_systems() -> None:
    async with both("auto") as (talk, harvest):
        harvest.put(CONTACTS, client_id=11072, first_name="Luc", last_name="Dupont")
        said = await talk.ok("search_records", query="Dupont", kinds=["all"], limit=100)
        found = {tuple(line.split(",")[:2]) for line in said.splitlines()[2:]}
        assert found >= {("harvest", "contact"), ("incwo", "contact"), ("incwo", "lead"), ("incwo", "task")}


async def test_which_invoices_are_overdue_per_currency(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="invoices") as talk:
        said = head(await talk.ok("list_invoices", status="pastdue"))
        assert "; due_amount " in said
        assert {code for code in ("CHF", "DKK", "EUR", "GBP", "USD") if code in said.partition("; due_amount ")[2]}


async def test_which_projects_had_no_time_in_three_weeks(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="reports", clock=Clock()) as talk:
        said = head(await talk.ok("report_time", period="last 3 weeks", group_by=["project"]))
        assert said.startswith("# 2018-02-13 to 2018-03-05: ")
        assert '; no hours: "Packaging" (307)' in said


async def test_travel_mileage_and_lodging_this_quarter_by_project(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="reports", clock=Clock()) as talk:
        said = await talk.ok(
            "report_expenses",
            period="this quarter",
            group_by="project",
            category=["transportation", "mileage", "lodging"],
        )
        assert head(said).startswith("# 2018-01-01 to 2018-03-31: ")
        assert said.splitlines()[1].startswith("project_id,project,")
