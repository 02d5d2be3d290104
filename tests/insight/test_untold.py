"""What a row does not tell is never calmly left out of a sum: the head of the answer says which, and why."""

import json
import re
from typing import Any

import pytest

from harvest_mcp.sandbox import Fault
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2
from tests.harvest_v2.kit import conversing
from tests.incwo.kit import at

pytestmark = pytest.mark.anyio
INVOICE = {
    **{"id": 1, "state": "open", "client": {"id": 11072}, "amount": 10.0, "due_amount": 10.0, "currency": "EUR"},
    **{"issue_date": "2018-02-01", "due_date": "2018-03-01", "paid_date": None},
}
PROJECT = {"id": 301, "name": "Hut", "is_active": True, "client": {"id": 11072}, "budget_by": "project", "budget": 5.0}
PERIOD = {"period": "2018"}


def listed(plural: str, *rows: dict[str, Any]) -> Fault:
    """A list of these rows in place of the account's."""
    body = json.dumps({plural: rows, "links": {"next": None}}).encode()
    path = f"/v2/{plural}"
    return Fault("garbage", "200", path=path, body=body, content_type="application/json", times=None)


@pytest.mark.parametrize(
    ("cells", "asked", "sum_", "told"),
    [
        ({"state": "frozen"}, {"of": "owed"}, "10.00 EUR owed, 10.00 overdue", "1 invoice of a state not known here"),
        ({"due_date": None}, {"of": "owed"}, "20.00 EUR owed, 10.00 overdue", "1 invoice without a due date"),
        ({"state": None}, {"of": "invoiced", **PERIOD}, "10.00 EUR invoiced", "1 invoice of a state not known here"),
        ({"issue_date": None}, {"of": "invoiced", **PERIOD}, "10.00 EUR invoiced", "1 invoice without a day of issue"),
        ({"issue_date": "soon"}, {"of": "days_to_pay", **PERIOD}, "none is paid", "1 invoice without a day of issue"),
    ],
)
async def test_an_invoice_that_counts_for_nothing_is_told(
    cells: dict[str, Any], asked: dict[str, str], sum_: str, told: str
) -> None:
    with open_harvest_v2() as sandbox:
        sandbox.fail(listed("invoices", INVOICE, {**INVOICE, "id": 2, **cells}))
        async with conversing(sandbox, toolsets="insight") as talk:
            head = (await talk.ok("report_invoices", **asked)).splitlines()[0]
    assert sum_ in head
    assert re.search(f"; {told} not counted( as overdue)?: 2$", head)


async def test_a_cell_that_a_sum_goes_by_and_that_cannot_be_read_is_told() -> None:
    with open_harvest_v2() as sandbox:
        sandbox.fail(listed("invoices", INVOICE, {**INVOICE, "id": 2, "due_date": "0000-00-00"}))
        rows = [{**PROJECT, "id": 302, "budget": "much"}, {**PROJECT, "id": 303, "budget_by": "moon"}]
        sandbox.fail(listed("projects", PROJECT, *rows))
        async with conversing(sandbox, toolsets="insight") as talk:
            owed = (await talk.ok("report_invoices")).splitlines()[0]
            left = (await talk.ok("report_work")).splitlines()[0]
    assert owed.endswith("20.00 EUR owed, 10.00 overdue; 2 open invoices; unreadable: due_at of 2")
    assert left.endswith(
        "; 0 active projects without one; unreadable: budget of 302; 1 project with a budget of a kind not known here"
        " not counted: 303"
    )


async def test_a_payment_of_no_sheet_and_a_bill_without_a_day_are_told() -> None:
    async with at(toolsets="insight") as talk:
        one = (
            "<pagination><current_page>1</current_page><total_pages>1</total_pages>"
            "<current_page_items_count>1</current_page_items_count></pagination>"
        )
        bills = (
            f"<bill_sheets>{one}<bill_sheet><id>1</id><sheet_type>invoice</sheet_type><firm_id>500005</firm_id>"
            "<vat_exl_total>10.0</vat_exl_total><vat_inc_total>12.0</vat_inc_total></bill_sheet></bill_sheets>"
        )
        talk.sandbox.fail(Fault("garbage", "200", path="*/bill_sheets.xml", body=bills.encode(), times=None))
        paid = (
            f"<cash_deposits>{one}<cash_deposit><id>7</id><amount_ttc>12.0</amount_ttc></cash_deposit></cash_deposits>"
        )
        talk.sandbox.fail(Fault("garbage", "200", path="*/cash_deposits.xml", body=paid.encode(), times=None))
        owed = (await talk.ok("report_incwo_invoices")).splitlines()[0]
        invoiced = (await talk.ok("report_incwo_invoices", of="invoiced", **PERIOD)).splitlines()[0]
    assert "12.00 euros owed with tax, 1 invoice;" in owed
    assert owed.endswith("; 1 cash deposit that names no sheet not counted: 7")
    assert invoiced.endswith("; 1 invoice without a billing date not counted: 1")


async def test_money_of_no_client_is_of_no_known_currency() -> None:
    spent = {"id": 1, "spent_date": "2018-02-01", "total_cost": 5.0, "billable": True, "is_billed": False}
    with open_harvest_v2() as sandbox:
        sandbox.fail(listed("expenses", {**spent, "client": None, "project": {"id": 301}, "user": {"id": 31}}))
        async with conversing(sandbox, toolsets="reports") as talk:
            told = await talk.ok("report_expenses", period="2018-02", group_by=["project"])
    assert "5.00 of no client" in told


async def test_a_sum_under_a_list_says_what_it_lacks_though_the_column_is_not_shown() -> None:
    with open_harvest_v2() as sandbox:
        sandbox.fail(listed("invoices", INVOICE, {**INVOICE, "id": 2, "amount": "much"}))
        async with conversing(sandbox, toolsets="invoices") as talk:
            head = (await talk.ok("list_invoices", fields=["number"])).splitlines()[0]
    assert head == "# 2 invoices; amount 10.00 EUR, without 2; due_amount 20.00 EUR"
