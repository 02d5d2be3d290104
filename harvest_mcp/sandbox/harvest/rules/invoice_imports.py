"""Hours and expenses imported into an invoice: as lines, and then marked as billed (harvest-v1 22)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.sandbox.harvest.rules import locking
from harvest_mcp.sandbox.store import Row, Store, Test
from harvest_mcp.spec import Record, Resource
from harvest_mcp.systems.harvest import (
    EXPENSES,
    INVOICE_ITEM_CATEGORIES,
    PEOPLE,
    PROJECTS,
    TASK_ASSIGNMENTS,
    TASKS,
    USER_ASSIGNMENTS,
)
from harvest_mcp.systems.harvest.invoicing.invoice_totals import InvoiceLine

# By `kind`: the columns that the rows of one line share; detailed is one line per row.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "project": ("project_id",),
    "task": ("project_id", "task_id"),
    "people": ("project_id", "user_id"),
    "detailed": ("project_id", "id"),
}


PULLED = -1
"""Placeholder for the id of the invoice being created."""


@dataclass(frozen=True, slots=True)
class Source:
    """A table to import from: the units and the price of a row, and how it is marked as billed.

    `imports` and `period` are the elements of an invoice with the choice and the days; `default` is the column
    that marks the category of its lines.
    """

    table: Resource[Record]
    imports: str
    period: tuple[str, str]
    default: str
    units: Callable[[Row], Decimal]
    price: Callable[[Store, Row], Decimal | None]
    billed: Row
    free: Callable[[Row], Row]


def _rate(store: Store, row: Row) -> Decimal | None:
    """Return the rate of an hour, by how the project bills (13); None if not billable."""
    project = store.get(PROJECTS, int(str(row["project_id"]))) or {}
    at: Test = ("project_id", "=", row["project_id"])
    task = next(iter(store.rows(TASK_ASSIGNMENTS, [at, ("task_id", "=", row["task_id"])])), {})
    person = next(iter(store.rows(USER_ASSIGNMENTS, [at, ("user_id", "=", row["user_id"])])), {})
    if not task.get("billable"):
        return None
    by = {"Tasks": task, "People": person, "Project": project}.get(str(project.get("bill_by")), {})
    return cast("Decimal | None", by.get("hourly_rate")) or Decimal(0)


SOURCES: tuple[Source, ...] = (
    Source(
        table=HOURS,
        imports="import_hours",
        period=("period_start", "period_end"),
        default="use_as_service",
        units=lambda row: cast(Decimal, row["hours"]),
        price=_rate,
        billed={"is_billed": True},
        free=lambda row: {"is_billed": False},
    ),
    Source(  # money, at a price of 1
        table=EXPENSES,
        imports="import_expenses",
        period=("expense_period_start", "expense_period_end"),
        default="use_as_expense",
        units=lambda row: cast(Decimal, row["total_cost"]),
        price=lambda store, row: Decimal(1) if row["billable"] else None,
        billed={"is_billed": True, **locking(closed=False, invoiced=True)},
        free=lambda row: {"is_billed": False, **locking(closed=bool(row["is_closed"]), invoiced=False)},
    ),
)


def pull(store: Store, invoice: Row) -> list[InvoiceLine]:
    """Return the lines of the hours and expenses to import, and mark those as billed."""
    kind = str(invoice.get("kind") or "free_form").replace("-", "_")
    if kind not in GROUPS:
        return []
    return [line for source in SOURCES for line in _pulled(store, source, invoice, GROUPS[kind])]


def owned(store: Store, invoice: int) -> None:
    """Store the invoice's id in the rows imported into it (harvest-v1 20)."""
    for source in SOURCES:
        for row in store.rows(source.table, [("invoice_id", "=", PULLED)]):
            store.update(source.table, int(str(row["id"])), {"invoice_id": invoice})


def released(store: Store, invoice: Row, hand: object) -> None:
    """Mark the rows of a deleted invoice as not billed [inferred]."""
    for source in SOURCES:
        for row in store.rows(source.table, [("invoice_id", "=", invoice["id"])]):
            store.update(source.table, int(str(row["id"])), {**source.free(row), "invoice_id": 0})


def _pulled(store: Store, source: Source, invoice: Row, group: tuple[str, ...]) -> Iterator[InvoiceLine]:
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in _wanted(store, source, invoice):
        if (price := source.price(store, row)) is None:
            continue
        groups.setdefault((*(row[column] for column in group), price), []).append(row)
    category = next(iter(store.rows(INVOICE_ITEM_CATEGORIES, [(source.default, "=", True)])), {})
    for (*_, at), rows in groups.items():
        for row in rows:
            store.update(source.table, int(str(row["id"])), {**source.billed, "invoice_id": PULLED})
        yield InvoiceLine(
            kind=str(category.get("name") or "Service"),
            description=_described(store, rows[0], group),
            quantity=sum(map(source.units, rows), Decimal(0)),
            unit_price=cast(Decimal, at),
            project_id=int(str(rows[0]["project_id"])),
        )


def _wanted(store: Store, source: Source, invoice: Row) -> Iterator[Row]:
    """Yield the unbilled rows of the named projects, of all days or of the period."""
    how = str(invoice.get(source.imports) or "no")
    if how not in ("all", "yes"):
        return
    named = {part.strip() for part in str(invoice.get("projects_to_invoice") or "").split(",")}
    theirs = store.rows(PROJECTS, [("client_id", "=", invoice["client_id"])])  # only of the invoice's client [inferred]
    where: list[Test] = []
    if how == "yes":
        first, last = (invoice.get(name) for name in source.period)
        where += [("spent_at", ">=", first)] if first else []
        where += [("spent_at", "<=", last)] if last else []
    on: list[Test] = [("project_id", "=", each["id"]) for each in theirs if str(each["id"]) in named]
    found = [row for test in on for row in store.rows(source.table, [*where, test])]
    yield from (row for row in sorted(found, key=lambda row: int(str(row["id"]))) if not row["is_billed"])


def _described(store: Store, row: Row, group: tuple[str, ...]) -> str:
    tables: Mapping[str, Resource[Record]] = {"project_id": PROJECTS, "task_id": TASKS, "user_id": PEOPLE}
    names = []
    for column in group:
        if column in tables and (named := store.get(tables[column], int(str(row[column])))):
            resource = tables[column]
            names.append(resource.name_of(resource.record.model_validate(named)))
    return " - ".join(names) if "id" not in group else f"{row['spent_at']} {row['notes']}".strip()
