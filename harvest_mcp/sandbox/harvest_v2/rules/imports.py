"""Time and expenses imported into an invoice: as lines, and then marked as billed and locked (harvest-v2 12.3)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from harvest_mcp.sandbox.harvest_v2.rules import locks, rates
from harvest_mcp.sandbox.harvest_v2.rules.trade import default_category
from harvest_mcp.sandbox.harvest_v2.tables import (
    ENTRIES,
    EXPENSE_CATEGORIES,
    EXPENSES,
    PEOPLE,
    PROJECTS,
    TASKS,
)
from harvest_mcp.sandbox.harvest_v2.visit import Visit, full_name, number, of
from harvest_mcp.sandbox.harvest_v2.wire.receive import BadValue, day
from harvest_mcp.sandbox.harvest_v2.wire.refusal import invalid
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Record, Resource
from harvest_mcp.systems.harvest.invoicing.invoice_totals import InvoiceLine

PULLED = -1
"""Placeholder for the id of the invoice being created."""
NOTHING = "There is nothing to invoice for these projects."
RUNNING = "A timer is running on one of these projects."
Key = tuple[object, ...]
GROUPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "time": {
        "project": ("project_id",),
        "task": ("project_id", "task_id"),
        "people": ("project_id", "user_id"),
        "detailed": ("project_id", "id"),
    },
    "expenses": {
        "project": ("project_id",),
        "category": ("project_id", "expense_category_id"),
        "people": ("project_id", "user_id"),
        "detailed": ("project_id", "id"),
    },
}


def pulled(visit: Visit, said: object, client: int) -> tuple[list[InvoiceLine], Row]:
    """Return the imported lines and the period of the invoice, and mark the rows as billed.

    Raises:
        Refusal: 422 for an invalid import, a running timer, or nothing to import.
    """
    if not isinstance(said, dict):
        raise invalid("Line items import is invalid")
    projects = _projects(visit, said.get("project_ids"), client)
    made: list[InvoiceLine] = []
    spans: list[tuple[date, date]] = []
    for name, table in (("time", ENTRIES), ("expenses", EXPENSES)):
        if (wanted := said.get(name)) is not None:
            found, span = _taken(visit, name, table, wanted, projects)
            made += found
            spans += [span] if span else []
    if not made:
        raise invalid(NOTHING)
    if not spans:
        return made, {}
    return made, {"period_start": min(each[0] for each in spans), "period_end": max(each[1] for each in spans)}


def _projects(visit: Visit, ids: object, client: int) -> list[int]:
    if not isinstance(ids, list) or not ids:
        raise invalid("Line items import project ids can't be blank")
    found = [number(each) if str(each).isdigit() else 0 for each in ids]
    for id in found:
        project = visit.rows(PROJECTS).get(id)
        if project is None or project["client_id"] != client:
            raise invalid("Line items import project ids are not projects of the client")
    return found


def _taken(
    visit: Visit, name: str, table: Resource[Record], wanted: object, projects: list[int]
) -> tuple[list[InvoiceLine], tuple[date, date] | None]:
    if not isinstance(wanted, dict) or wanted.get("summary_type") not in GROUPS[name]:
        raise invalid(f"Line items import {name} summary type is not included in the list")
    first, last = _period(name, wanted)
    rows = [row for id in projects for row in visit.store.rows(table, [("project_id", "=", id)])]
    rows = [row for row in rows if _free(row) and _within(row, first, last)]
    if name == "time" and any(row["timer_started_at"] is not None for row in rows):
        raise invalid(RUNNING)
    worth = _hours if name == "time" else _costs
    groups: dict[Key, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (str(row["spent_at"]), number(row["id"]))):
        if worth(visit, row) is not None:
            groups.setdefault(tuple(row[column] for column in GROUPS[name][wanted["summary_type"]]), []).append(row)
    made = [line for group in groups.values() for line in _lines(visit, name, wanted["summary_type"], group, worth)]
    for group in groups.values():
        for row in group:
            visit.store.update(table, number(row["id"]), {"is_billed": True, "invoice_id": PULLED, **_locking(name)})
    return made, (first, last) if first and last and groups else None


def _period(name: str, wanted: Mapping[str, object]) -> tuple[date | None, date | None]:
    """Return both days or none."""
    if ("from" in wanted) != ("to" in wanted):
        raise invalid(f"Line items import {name} needs both from and to")
    if "from" not in wanted:
        return None, None
    try:
        return day(wanted["from"]), day(wanted["to"])
    except BadValue:
        raise invalid(f"Line items import {name} has an invalid date") from None


def _free(row: Row) -> bool:
    return not row["is_billed"]


def _within(row: Row, first: date | None, last: date | None) -> bool:
    spent = of(date, row["spent_at"])
    return (first is None or spent >= first) and (last is None or spent <= last)


def _hours(visit: Visit, row: Row) -> tuple[Decimal, Decimal] | None:
    """Return the rounded hours and their rate; None if not billable."""
    if not rates.billable_of(visit, row):
        return None
    return locks.rounded(visit, row), rates.billable_rate(visit, row) or Decimal(0)


def _costs(visit: Visit, row: Row) -> tuple[Decimal, Decimal] | None:
    return (Decimal(1), of(Decimal, row["total_cost"])) if row["billable"] else None


Worth = Callable[[Visit, Row], "tuple[Decimal, Decimal] | None"]


def _lines(visit: Visit, name: str, summary: str, rows: list[Row], worth: Worth) -> Iterable[InvoiceLine]:
    """Yield one line per group; for hours one per rate."""
    by_price: dict[Decimal, Decimal] = {}
    for row in rows:
        quantity, price = cast("tuple[Decimal, Decimal]", worth(visit, row))
        if name == "expenses":
            quantity, price = price, Decimal(1)
        by_price[price] = by_price.get(price, Decimal(0)) + quantity
    for price, quantity in by_price.items():
        count, each = (quantity, price) if name == "time" else (Decimal(1), quantity)
        yield InvoiceLine(
            kind=default_category(visit, "use_as_service" if name == "time" else "use_as_expense"),
            description=_text(visit, summary, rows),
            quantity=count,
            unit_price=each.quantize(Decimal("0.01"), ROUND_HALF_UP) if name == "expenses" else each,
            project_id=number(rows[0]["project_id"]),
        )


def _text(visit: Visit, summary: str, rows: list[Row]) -> str:
    """Return `[CODE] Project: Task (first day - last day)`, with the company's date format."""
    row = rows[0]
    project = visit.row(PROJECTS, row["project_id"])
    head = f"[{project['code']}] {project['name']}" if project["code"] else str(project["name"])
    days = [of(date, each["spent_at"]) for each in rows]
    span = f"({min(days):%d/%m/%Y} - {max(days):%d/%m/%Y})"
    if summary == "detailed":
        who = full_name(visit.row(PEOPLE, row["user_id"]))
        notes = f" / {row['notes']}" if row["notes"] else ""
        return f"{head}: {days[0]:%d/%m/%Y} / {who}{notes}"
    names: Mapping[str, Callable[[], object]] = {
        "task": lambda: visit.row(TASKS, row["task_id"])["name"],
        "people": lambda: full_name(visit.row(PEOPLE, row["user_id"])),
        "category": lambda: visit.row(EXPENSE_CATEGORIES, row["expense_category_id"])["name"],
    }
    return f"{head}: {names[summary]()} {span}" if summary in names else f"{head} {span}"


def _locking(name: str) -> Row:
    """Return v1's columns for the lock of an expense."""
    return {"is_locked": True, "locked_reason": "Expense invoiced and locked."} if name == "expenses" else {}


def owned(visit: Visit, id: int) -> None:
    """Store the invoice of the entries and expenses that were imported into it."""
    for table in (ENTRIES, EXPENSES):
        for row in visit.store.rows(table, [("invoice_id", "=", PULLED)]):
            visit.store.update(table, number(row["id"]), {"invoice_id": id})


def released(visit: Visit, id: int) -> None:
    """Mark the entries and expenses of an invoice as uninvoiced and unlocked."""
    for table, none in ((ENTRIES, None), (EXPENSES, 0)):
        for row in visit.store.rows(table, [("invoice_id", "=", id)]):
            free: Row = {"is_billed": False, "invoice_id": none}
            if table is EXPENSES:
                free |= {"is_locked": bool(row["is_closed"]), "locked_reason": None}
            visit.store.update(table, number(row["id"]), free)
