"""Rows of reports by the tables of harvest-v1 20 and 21: read, and reproduced."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from harvest_mcp.sandbox import open_account
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.spec import Era, Record, Resource, Scope, Value
from harvest_mcp.spec.exchange import Response
from harvest_mcp.systems.harvest import (
    CLIENTS,
    DAY_ENTRIES,
    EXPENSE_ROWS,
    EXPENSES,
    PEOPLE,
    PROJECTS,
    TASK_ASSIGNMENTS,
    TASKS,
)
from harvest_mcp.systems.harvest.day_entries import DayEntry
from harvest_mcp.systems.harvest.expenses import Expense

from .kit import Clock, caller, shape
from .test_samples import sample

CREATED, UPDATED = datetime(2018, 3, 1, 8, tzinfo=UTC), datetime(2018, 3, 5, 9, 12, 44, tzinfo=UTC)
OLD = DayEntry(
    id=8801,
    notes="Tracing & proofs\nsecond round",
    spent_at=date(2018, 3, 5),
    hours=Decimal("2.06"),
    user_id=31,
    project_id=220,
    task_id=12,
    is_billed=False,
    is_closed=True,
    adjustment_record=False,
    created_at=CREATED,
    updated_at=UPDATED,
)
ENTRY = OLD.model_copy(update={"billable": True, "billable_rate": Decimal("80.00")})
RUNNING = ENTRY.model_copy(
    update={
        "timer_started_at": datetime(2018, 3, 5, 11, tzinfo=UTC),
        "hours_with_timer": Decimal("3.06"),
        "started_at": "12:00pm",
        "ended_at": "",
    }
)
DOCS = Expense(
    id=4711,
    notes="Ferry to the island",
    total_cost=Decimal("1.46"),
    units=Decimal("3.0"),
    project_id=220,
    expense_category_id=61,
    user_id=31,
    billable=True,
    spent_at=date(2018, 3, 5),
    has_receipt=False,
    receipt_url="",
    is_closed=True,
    created_at=CREATED,
    updated_at=UPDATED,
)
CLASSIC = DOCS.model_copy(update={"billable": None, "is_billed": True})
LATE = DOCS.model_copy(
    update={
        "is_locked": True,
        "locked_reason": "Expense invoiced and locked.",
        "invoice_id": 7004,
        "company_id": 2001,
    }
)

Case = tuple[str, Resource[Record], Era, Record]
READ: list[Case] = [
    ("day_entries/classic-list", DAY_ENTRIES, "classic", OLD),
    ("day_entries/docs-list", DAY_ENTRIES, "docs", OLD),
    ("day_entries/late-list", DAY_ENTRIES, "late", ENTRY),
    ("day_entries/late-running-list", DAY_ENTRIES, "late", RUNNING),
    ("expenses/classic-report-list", EXPENSE_ROWS, "classic", CLASSIC),
    ("expenses/docs-report-list", EXPENSE_ROWS, "docs", DOCS),
    ("expenses/late-report-list", EXPENSE_ROWS, "late", LATE),
]
every_body = pytest.mark.parametrize(("name", "rows", "profile", "record"), READ, ids=[case[0] for case in READ])
PLACES: dict[str, tuple[str, ...]] = {
    "day_entry": ("/projects/220/entries", "/people/31/entries"),
    "expense": ("/projects/220/expenses", "/people/31/expenses", "/clients/4101/expenses"),
}


@every_body
def test_the_client_reads_a_documented_body_to_exactly_its_values(
    name: str, rows: Resource[Record], profile: Era, record: Record
) -> None:
    where = [(each, value) for each in rows.filters for value in [{"project": 220}.get(each.name)] if value]
    asked = rows.wire.list(Scope(rows), where)
    (told,) = asked.read(Response(200, {}, sample(name))).rows
    assert told.model_dump(exclude_none=True) == record.model_dump(exclude_none=True)
    assert asked.request.path == PLACES[rows.noun][0]


@every_body
@pytest.mark.anyio
async def test_the_sandbox_reproduces_a_documented_body_element_for_element(
    name: str, rows: Resource[Record], profile: Era, record: Record
) -> None:
    with open_account(profile=profile, clock=Clock(), seeded=False) as sandbox:
        sandbox.put(CLIENTS, id=4101, name="Kestrel & Sons", active=True)
        sandbox.put(PEOPLE, id=31, email="ada@kestrel.example", is_admin=True, is_active=True)
        sandbox.put(PROJECTS, id=220, client_id=4101, name="Harbour map", active=True, billable=True, bill_by="Tasks")
        sandbox.put(TASKS, id=12, name="Drafting")
        sandbox.put(TASK_ASSIGNMENTS, project_id=220, task_id=12, billable=True, hourly_rate=Decimal("80.00"))
        stored = record.model_dump(exclude={"hours_with_timer", "billable_rate", "cost_rate"}, exclude_none=True)
        sandbox.put(HOURS if rows is DAY_ENTRIES else EXPENSES, **_columns(rows, stored))
        async with caller(sandbox) as http:
            for path in PLACES[rows.noun]:
                answer = await http.get(f"{path}?from=20180305&to=20180305")
                assert shape(answer.content) == shape(sample(name))


def _columns(rows: Resource[Record], values: dict[str, Value]) -> dict[str, Value]:
    """Those that the table holds: what is billable of hours follows from elsewhere."""
    return {name: value for name, value in values.items() if rows is not DAY_ENTRIES or name != "billable"}
