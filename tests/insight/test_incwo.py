"""What customers of an incwo account owe, were billed and took to pay: to the cent what plain sums make of its rows."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.systems.incwo import CASH_DEPOSITS, FIRMS, INVOICES, PROJECTS, TIMESHEETS
from tests.bulk.kit import table
from tests.conftest import Talk
from tests.incwo.kit import LACAZE, account, at

pytestmark = pytest.mark.anyio
CENT = Decimal("0.01")
VAT = {"607": Decimal("1.2"), "552": Decimal("1.1")}
Money = dict[int, Decimal]


def stored(sandbox: Sandbox, resource: Any) -> list[dict[str, Any]]:
    """Rows as the account keeps them."""
    return [dict(row) for row in sandbox.rows(resource)]


def with_more(sandbox: Sandbox) -> None:
    """A second bill of one firm, paid in two parts, and a third of which a part is paid."""
    first = next(row for row in stored(sandbox, INVOICES) if row["sheet_type"] == "invoice")
    deposit = next(row for row in stored(sandbox, CASH_DEPOSITS) if row["sheet_name"] == "bill_sheets")
    for day, parts in ((date(2018, 1, 2), ("7000", "680")), (date(2018, 1, 3), ("1000.01",))):
        bill = sandbox.store.insert(INVOICES, {**first, "id": None, "firm_id": LACAZE, "billing_date": day})
        for at_, part in enumerate(parts):
            on = day.replace(day=20 + at_)
            paid: dict[str, Any] = {"sheet_id": bill, "amount_ttc": Decimal(part), "deposit_date": on}
            sandbox.store.insert(CASH_DEPOSITS, {**deposit, "id": None, **paid})


def expected(sandbox: Sandbox) -> tuple[Money, Money, dict[int, list[int]]]:
    """What each customer owes, was billed in 2018 and took to pay, line by line of what is stored."""
    owed, billed, in_ = (defaultdict[int, Decimal](Decimal) for _ in range(3))
    days, last = defaultdict[int, list[int]](list), dict[int, date]()
    for row in stored(sandbox, CASH_DEPOSITS):
        if (row["kind"], row["sheet_name"]) == ("deposit", "bill_sheets"):
            in_[row["sheet_id"]] += row["amount_ttc"]
            last[row["sheet_id"]] = max(row["deposit_date"], last.get(row["sheet_id"], row["deposit_date"]))
    for row in stored(sandbox, INVOICES):
        if row["sheet_type"] != "invoice":
            continue
        lines = [line.quantity * line.unit_price * VAT[line.vat_value_id] for line in row["bill_lines"]]
        total, who = sum((each.quantize(CENT) for each in lines), Decimal()), row["firm_id"] or row["contact_id"]
        if total > in_[row["id"]]:
            owed[who] += total - in_[row["id"]]
        if row["billing_date"].year == 2018:
            billed[who] += total
            if total <= in_[row["id"]]:
                days[who].append((last[row["id"]] - row["billing_date"]).days)
    return owed, billed, days


async def asked(talk: Talk, **given: Any) -> tuple[str, list[dict[str, str]]]:
    answer = await talk.ok("report_incwo_invoices", **given)
    return answer.partition("\n")[0], table(answer)


async def test_what_is_owed_invoiced_and_paid_is_what_the_rows_come_to() -> None:
    async with at(toolsets="insight") as talk:
        with_more(talk.sandbox)
        owed, billed, days = expected(talk.sandbox)
        head, rows = await asked(talk)
        assert {int(row["customer_id"]): Decimal(row["owed"]) for row in rows} == owed
        assert (
            f": {sum(owed.values())} euros owed with tax, {sum(int(row['invoices']) for row in rows)} invoices;" in head
        )
        assert "10.50 euros more came in than was billed, and is in no sum; 1 credit note or other sheet not c" in head
        names = {row["id"]: row["name"] for row in stored(talk.sandbox, FIRMS)}
        assert all(row["customer"] == names[int(row["customer_id"])] for row in rows)

        head, rows = await asked(talk, of="invoiced", period="2018")
        assert {int(row["customer_id"]): Decimal(row["with_tax"]) for row in rows} == billed
        assert f"{sum(billed.values())} with tax" in head

        _, rows = await asked(talk, of="days_to_pay", period="2018")
        told = {int(row["customer_id"]): (row["days"], row["fewest"], row["most"]) for row in rows}
        assert told == {
            who: (f"{Decimal(sum(each)) / len(each):.1f}", str(min(each)), str(max(each))) for who, each in days.items()
        }
        assert LACAZE in told


@pytest.mark.parametrize("rows", ["present", "absent"])
async def test_what_is_left_of_budgets_of_time_counts_every_line_of_every_month(rows: str) -> None:
    async with at(f"nested_in_rows={rows}", toolsets="insight") as talk:
        spent, used = defaultdict[tuple[int, str], Decimal](Decimal), set[int]()
        for sheet in stored(talk.sandbox, TIMESHEETS):
            for line in sheet["timesheet_lines"]:
                spent[line.project_id, sheet["unit"]] += line.duration
                used |= {line.project_id} if str(sheet["period"]).startswith("2018-02") else set()
        told = table(await talk.ok("report_incwo_work"))
        idle = table(await talk.ok("report_incwo_work", of="without_time", period="2018-02"))
        active = {row["id"]: row for row in stored(talk.sandbox, PROJECTS) if row["status_id"] == "1"}
    assert sum(bool(each) for each in spent.values()) > 2
    assert {int(row["project_id"]): Decimal(row["spent_hours"]) for row in told} == {
        id: spent[id, "530"] for id, row in active.items() if row["budget_hours"]
    }
    assert all(Decimal(row["budget_hours"]) - Decimal(row["spent_hours"]) == Decimal(row["left_hours"]) for row in told)
    assert {int(row["project_id"]) for row in idle} == active.keys() - used


async def test_no_sum_of_incwos_is_given_over_a_part() -> None:
    async with at("page_size=3", toolsets="insight", caller=account(most_pages=1)) as talk:
        for tool in ("report_incwo_invoices", "report_incwo_work"):
            assert (await talk.error(tool)).endswith(
                "could not be read: it goes on behind the pages that one call reads. only page 1 of 3 read; no total is"
                " given over a part. Raise their number, a setting (INCWO_MAX_PAGES)."
            )
