"""What is owed, invoiced, left, unbilled, worked: each one call, and to the cent what plain SQL makes of it."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harvest_mcp.sandbox import MANAGER, MEMBER, Sandbox, open_account
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2
from tests.bulk.kit import table
from tests.conftest import talking
from tests.harvest_v2.kit import conversing
from tests.tools.kit import account

pytestmark = pytest.mark.anyio
AS_OF = re.compile(r"# As of (\d{4}-\d\d-\d\d)")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "account.db"


@pytest.fixture
def sandbox(place: Path) -> Iterator[Sandbox]:
    with open_account() as usual:  # a copy takes no time, a new file a tenth of a second
        place.write_bytes(usual.store.image())
    with open_account(str(place)) as opened:
        yield opened


def sql(place: Path, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """Rows of a query, whose amounts are in cents."""
    with closing(sqlite3.connect(place)) as database:
        database.create_function("hundredths", 1, lambda value: None if value is None else int(Decimal(value) * 100))
        return [tuple(row) for row in database.execute(query, values)]


def cents(value: int | None) -> str:
    return str((Decimal(value or 0) / 100).quantize(Decimal("0.01")))


OWED = """
SELECT client_id, substr(currency, -3), SUM(hundredths(due_amount)), COUNT(*),
  SUM(CASE WHEN due_at < :today THEN hundredths(due_amount) ELSE 0 END), SUM(due_at < :today), MIN(due_at)
FROM invoices WHERE state IN ('open', 'partial') GROUP BY 1, 2
"""


async def test_what_is_owed_and_overdue_by_client_and_currency(sandbox: Sandbox, place: Path) -> None:
    async with talking(sandbox, toolsets="insight") as talk:
        answer = await talk.ok("report_invoices")
    found = AS_OF.match(answer)
    assert found is not None
    late = ("overdue_invoices", "due_first")
    rows = [
        (int(row["client_id"]), *(row[name] for name in ("currency", "owed", "invoices", "overdue", *late)))
        for row in table(answer)
    ]
    there = sql(place, OWED, today=found[1])
    assert len(there) > 5
    assert sorted(rows) == sorted((a, b, cents(c), str(d), cents(e), str(f), g) for a, b, c, d, e, f, g in there)
    totals = Counter[str]()
    for _, currency, owed, *_ in there:
        totals[currency] += owed
    assert all(f"{cents(total)} {currency} owed" in answer.partition("\n")[0] for currency, total in totals.items())


INVOICED = """
SELECT client_id, substr(currency, -3), SUM(hundredths(amount)), COUNT(*)
FROM invoices WHERE state <> 'draft' AND issued_at BETWEEN :first AND :last GROUP BY 1, 2
"""


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026-02", "2026-02-01", "2026-02-28"),
    ],
)
async def test_what_was_invoiced_by_client_in_a_period(
    sandbox: Sandbox, place: Path, period: str, first: str, last: str
) -> None:
    async with talking(sandbox, toolsets="insight") as talk:
        answer = await talk.ok("report_invoices", of="invoiced", period=period)
    rows = [(int(row["client_id"]), row["currency"], row["invoiced"], int(row["invoices"])) for row in table(answer)]
    there = sql(place, INVOICED, first=first, last=last)
    assert there
    assert sorted(rows) == sorted((a, b, cents(c), d) for a, b, c, d in there)


PAID = """
SELECT client_id, COUNT(*), MIN(days), MAX(days), SUM(days) FROM (
  SELECT i.client_id, CAST(julianday(substr(MAX(p.paid_at), 1, 10)) - julianday(i.issued_at) AS INTEGER) AS days
  FROM invoices i JOIN invoice_payments p ON p.invoice_id = i.id
  WHERE i.state = 'paid' AND i.issued_at BETWEEN '2026-01-01' AND '2026-03-31' GROUP BY i.id
) GROUP BY 1
"""


async def test_how_many_days_people_take_to_pay(sandbox: Sandbox, place: Path) -> None:
    async with talking(sandbox, toolsets="insight") as talk:
        answer = await talk.ok("report_invoices", of="days_to_pay", period="2026-Q1")
    rows = {
        int(row["client_id"]): (int(row["invoices"]), int(row["fewest"]), int(row["most"]), row["days"])
        for row in table(answer)
    }
    there = sql(place, PAID)
    assert there
    assert rows == {
        client: (many, fewest, most, str((Decimal(days) / many).quantize(Decimal("0.1"), "ROUND_HALF_UP")))
        for client, many, fewest, most, days in there
    }


BUDGETS = """
SELECT p.id, hundredths(p.budget),
  COALESCE((SELECT SUM(hundredths(h.hours)) FROM hours h WHERE h.project_id = p.id), 0)
FROM projects p WHERE p.active AND p.budget_by = 'project'
"""


async def test_what_is_left_of_each_budget_over_all_time(sandbox: Sandbox, place: Path) -> None:
    async with talking(sandbox, toolsets="insight") as talk:
        answer = await talk.ok("report_work")
    rows = {int(row["project_id"]): (row["budget"], row["spent"], row["left"]) for row in table(answer)}
    there = {id: (cents(budget), cents(spent), cents(budget - spent)) for id, budget, spent in sql(place, BUDGETS)}
    assert len(there) > 5
    assert rows == there


UNBILLED = """
WITH told AS (
  SELECT p.client_id AS client, substr(c.currency, -3) AS currency, CAST(ROUND(h.hours * 100) AS INTEGER) AS cents,
    CAST(julianday(:today) - julianday(h.spent_at) AS INTEGER) AS days,
    CAST(ROUND((CASE p.bill_by WHEN 'Tasks' THEN ta.hourly_rate WHEN 'People' THEN ua.hourly_rate
      WHEN 'Project' THEN p.hourly_rate END) * 100) AS INTEGER) AS price
  FROM hours h JOIN projects p ON p.id = h.project_id JOIN clients c ON c.id = p.client_id
  LEFT JOIN task_assignments ta ON ta.project_id = h.project_id AND ta.task_id = h.task_id
  LEFT JOIN user_assignments ua ON ua.project_id = h.project_id AND ua.user_id = h.user_id
  WHERE NOT h.is_billed AND COALESCE(p.billable, 0) AND COALESCE(ta.billable, 0)
)
SELECT client, currency, SUM(CASE WHEN days <= 30 THEN cents * price ELSE 0 END),
  SUM(CASE WHEN days BETWEEN 31 AND 60 THEN cents * price ELSE 0 END),
  SUM(CASE WHEN days BETWEEN 61 AND 90 THEN cents * price ELSE 0 END),
  SUM(CASE WHEN days > 90 THEN cents * price ELSE 0 END), SUM(cents * price)
FROM told WHERE price IS NOT NULL GROUP BY 1, 2
"""


async def test_what_is_unbilled_by_age(sandbox: Sandbox, place: Path) -> None:
    async with talking(sandbox, toolsets="insight") as talk:
        answer = await talk.ok("report_work", of="unbilled")
    found = AS_OF.match(answer)
    assert found is not None
    ages = ("to_30_days", "to_60_days", "to_90_days", "older", "total")
    rows = [
        (int(row["client_id"]), row["currency"], *(row[age] for age in ages))
        for row in table(answer)
        if row["what"] == "time"
    ]
    there = sql(place, UNBILLED, today=found[1])
    assert len(there) > 3
    assert sorted(rows) == sorted((a, b, *(cents(each // 100) for each in rest)) for a, b, *rest in there)


UTILISED = """
SELECT h.user_id, SUM(CAST(ROUND(h.hours * 100) AS INTEGER)),
  SUM(CASE WHEN h.is_billed OR (COALESCE(p.billable, 0) AND COALESCE(ta.billable, 0))
    THEN CAST(ROUND(h.hours * 100) AS INTEGER) ELSE 0 END), MAX(u.weekly_capacity)
FROM hours h JOIN projects p ON p.id = h.project_id JOIN people u ON u.id = h.user_id
LEFT JOIN task_assignments ta ON ta.project_id = h.project_id AND ta.task_id = h.task_id
WHERE h.spent_at BETWEEN '2026-10-01' AND '2026-10-31' GROUP BY 1
"""


async def test_how_busy_people_are_against_their_capacity(sandbox: Sandbox, place: Path) -> None:
    async with talking(sandbox, toolsets="insight") as talk:
        answer = await talk.ok("report_work", of="utilisation", period="2026-10")
    assert answer.startswith("# 2026-10-01 to 2026-10-31: 22 weekdays; capacity is a fifth of the weekly one for each;")
    rows = {
        int(row["person_id"]): (row["hours"], row["billable_hours"], row["capacity"], row["billable_pct"])
        for row in table(answer)
        if row["hours"] != "0.00"
    }
    there = sql(place, UTILISED)
    assert there
    assert rows == {
        person: (cents(hours), cents(billable), cents(22 * seconds * 100 // 18_000), _pct(billable, seconds))
        for person, hours, billable, seconds in there
    }


def _pct(billable: int, seconds: int) -> str:
    capacity = (Decimal(22 * seconds) / 18_000).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    return str((Decimal(billable) / capacity).quantize(Decimal("0.1"), "ROUND_HALF_UP"))


IDLE = """
SELECT id FROM projects WHERE active
AND id NOT IN (SELECT project_id FROM hours WHERE spent_at BETWEEN '2026-10-01' AND '2026-10-31')
"""


async def test_which_projects_have_no_time(sandbox: Sandbox, place: Path) -> None:
    async with talking(sandbox, toolsets="insight") as talk:
        answer = await talk.ok("report_work", of="without_time", period="2026-10")
    there = sorted(id for (id,) in sql(place, IDLE))
    assert there
    assert sorted(int(row["project_id"]) for row in table(answer)) == there


CALLS = [
    ("report_invoices", {}),
    ("report_invoices", {"of": "invoiced", "period": "2026"}),
    ("report_work", {}),
    ("report_work", {"of": "unbilled"}),
    ("report_work", {"of": "utilisation", "period": "2026-10"}),
]


async def test_both_apis_of_one_account_answer_the_same() -> None:
    with open_account(calls=None) as one, open_harvest_v2() as other:
        talk_v1 = talking(one, toolsets="insight", account=account())  # a budget that nothing here waits for
        async with talk_v1 as v1, conversing(other, toolsets="insight") as v2:
            for tool, given in CALLS:
                assert await v1.ok(tool, **given) == await v2.ok(tool, **given), (tool, given)


async def test_an_answer_over_what_a_manager_sees_says_so() -> None:
    with open_harvest_v2() as account_:
        async with conversing(account_, login=MANAGER, toolsets="insight") as talk:
            head = (await talk.ok("report_work", of="utilisation", period="2026-02")).splitlines()[0]
    assert "; only of what this user sees, a manager: has their own time, and that of the projects" in head


async def test_no_answer_is_given_over_a_part(sandbox: Sandbox) -> None:
    """One page of the invoices alone is read here, and a member sees the time of some projects only."""
    async with talking(sandbox, toolsets="insight", account=replace(account(), most_pages=1)) as talk:
        refused = await talk.error("report_invoices")
    assert refused.startswith("The list of invoices could not be read:")
    assert "no total is given over a part" in refused
    async with talking(sandbox, toolsets="insight", account=account(MEMBER)) as talk:
        assert "administrators" in await talk.error("report_work", of="unbilled")


async def test_a_period_is_asked_where_one_is_needed_and_refused_where_none_is(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="insight") as talk:
        assert (await talk.error("report_invoices", of="invoiced")).startswith("invoiced takes a period.")
        assert (await talk.error("report_work", period="2026")).startswith("budget_left is over all time,")
