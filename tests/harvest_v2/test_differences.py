"""What v2 means otherwise than v1, and asks and tells in its own words (harvest-v2 29)."""

import json
from decimal import Decimal

import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest_v2 import Settings, open_harvest_v2
from harvest_mcp.sandbox.harvest_v2.tables import ENTRIES, EXPENSES, INVOICES

from .kit import conversing

pytestmark = pytest.mark.anyio
ANNUAL_REPORT = 303


async def test_a_project_is_deleted_with_its_hours_and_expenses_counted_first(sandbox: Sandbox) -> None:
    hours = [row["hours"] for row in sandbox.rows(ENTRIES, ("project_id", "=", ANNUAL_REPORT))]
    costs = [row["total_cost"] for row in sandbox.rows(EXPENSES) if row["project_id"] == ANNUAL_REPORT]
    async with conversing(sandbox, reply="yes") as talk:
        said = await talk.ok("delete_project", project_id=ANNUAL_REPORT)
    worked, spent = sum(map(Decimal, map(str, hours))), sum(map(Decimal, map(str, costs)))
    assert f"{len(hours)} time entries of {worked:.2f} hours in all go with it." in talk.asked[0]
    assert f"{len(costs)} expenses of {spent:.2f} in all go with it." in talk.asked[0]
    assert said.startswith('Deleted project "Annual report" (303) and its ')
    assert sandbox.rows(ENTRIES, ("project_id", "=", ANNUAL_REPORT)) == []


async def test_a_task_with_hours_is_refused_and_the_way_to_archive_it_named(sandbox: Sandbox) -> None:
    async with conversing(sandbox, reply="yes") as talk:
        said = await talk.error("delete_task", task_id=501)
    assert said.endswith("Nothing was deleted. To have it archived instead, call archive_task(task_id=501).")


async def test_an_account_by_start_and_end_takes_no_hours_alone() -> None:
    with open_harvest_v2(settings=Settings(by_clock=True)) as account:
        async with conversing(account) as talk:
            refused = await talk.error("log_time", project="301", task="501", hours="1.5", day="yesterday")
            said = await talk.ok("log_time", project="301", task="501", hours="8:00am-1:30pm", day="yesterday")
    assert refused.endswith("Give hours as 8:00am-9:30am.")
    assert "Stored otherwise" not in said
    told = json.loads(said.splitlines()[-1])
    assert (told["started_at"], told["ended_at"], told["running"]) == ("8:00am", "1:30pm", False)


async def test_going_on_with_an_entry_by_start_and_end_makes_a_new_one() -> None:
    with open_harvest_v2(settings=Settings(by_clock=True)) as account:
        async with conversing(account) as talk:
            first = json.loads((await talk.ok("start_timer", project="301", task="501")).splitlines()[-1])["id"]
            await talk.ok("stop_timer")
            second = json.loads((await talk.ok("start_timer", time_entry_id=first)).splitlines()[-1])
    assert (second["id"] > first, second["running"]) == (True, True)


async def test_lines_of_an_invoice_change_one_by_one_whoever_changes_others_meanwhile(sandbox: Sandbox) -> None:
    line = {"kind": "Service", "quantity": 1, "unit_price": "80"}
    async with conversing(sandbox, toolsets="all", reply="yes") as talk, conversing(sandbox, toolsets="all") as other:
        made = json.loads(
            (await talk.ok("create_invoice", client="SuprCorp", line_items=[line, line])).splitlines()[-1]
        )
        id, (first, second) = made["id"], (each["id"] for each in made["line_items"])
        await talk.ok("remove_invoice_line", invoice_id=id, line_id=first)
        assert json.loads(sandbox.seen[talk.seen_before + 1].body) == {"line_items": [{"id": first, "_destroy": True}]}
        added = await other.ok("add_invoice_line", invoice_id=id, kind="Service", quantity=2, unit_price="10")
        assert "undo_change(change_id=1) takes it back." in added
        await talk.ok("update_invoice_line", invoice_id=id, line_id=second, unit_price="81")
        told = json.loads(await talk.ok("get_invoice", invoice_id=id))
    assert [(each["quantity"], each["unit_price"]) for each in told["line_items"]] == [
        ("1.0", "81.00"),
        ("2.0", "10.00"),
    ]


async def test_an_invoice_is_made_of_tracked_time(sandbox: Sandbox) -> None:
    async with conversing(sandbox, toolsets="all") as talk:
        await talk.ok("create_invoice", client="SuprCorp", kind="task", projects_to_invoice="301", import_hours="all")
        (sent,) = [json.loads(seen.body) for seen in sandbox.seen if seen.method == "POST"]
    assert sent == {
        "client_id": 11072,
        "line_items_import": {"project_ids": [301], "time": {"summary_type": "task"}},
    }
    assert len(sandbox.rows(INVOICES)) == 61


async def test_a_payment_mails_nothing_unasked(sandbox: Sandbox) -> None:
    async with conversing(sandbox, toolsets="all", reply="yes") as talk:
        await talk.ok("create_invoice_payment", invoice="id 7004", amount="10", paid_at="2026-03-01")
        (sent,) = [json.loads(seen.body) for seen in sandbox.seen if seen.method == "POST"]
    assert sent["send_thank_you"] is False


@pytest.mark.parametrize("form", ["2021", "2026"])
async def test_lists_are_whole_in_both_forms_of_the_api(form: str) -> None:
    with open_harvest_v2(settings=Settings(form=form)) as account:  # type: ignore[arg-type]  # one of the two
        async with conversing(account) as talk:
            assert (await talk.ok("list_contacts", limit=1)).startswith("# 1 of 149 contacts")
            assert len(talk.wire()) == (2 if form == "2021" else 1)  # names of clients come along


async def test_a_rate_asks_and_promises_no_undo(sandbox: Sandbox) -> None:
    async with conversing(sandbox, toolsets="all", reply="yes") as talk:
        said = await talk.ok("create_billable_rate", person="33", amount="99.50", start_date="2026-02-01")
        refused = await talk.error("undo_change", change_id=1)
    assert talk.asked == [
        'Add billable rate "99.50" of person "Róisín Byrne"? Harvest replaces every rate that begins later, and all of '
        "them without start_date. With start_date 2026-02-01. Nothing takes that back."
    ]
    assert said.startswith('Added billable rate "99.50" (1112). Harvest offers no call that takes it back.')
    assert refused.startswith("The vendor offers no way to delete a billable rate. Nothing was undone.")


async def test_a_tax_of_an_estimate_that_applies_to_no_line_is_told(sandbox: Sandbox) -> None:
    """As that of an invoice: a tax is a percentage on the lines marked for it."""
    line = {"kind": "Service", "quantity": "10", "unit_price": "95"}
    async with conversing(sandbox, toolsets="estimates") as talk:
        bare = await talk.ok("create_estimate", client="Acme", subject="Rocket", tax="19", line_items=[line])
        assert bare.splitlines()[0].endswith(
            "The tax applies to nothing: no line is marked for it. "
            "update_estimate(estimate_id=3007, tax_lines=true) taxes all."
        )
        assert '"amount":"1130.50"' in await talk.ok("update_estimate", estimate_id=3007, tax_lines=True)
