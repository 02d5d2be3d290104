"""The rates of entries, by how the project bills, and the rates of people over time (harvest-v2 18, 21)."""

from datetime import date, timedelta
from decimal import Decimal

from harvest_mcp.sandbox.harvest_v2.shapes import nested
from harvest_mcp.sandbox.harvest_v2.shapes.work import uses_default
from harvest_mcp.sandbox.harvest_v2.tables import BILLABLE_RATES, COST_RATES, PEOPLE, PROJECTS
from harvest_mcp.sandbox.harvest_v2.visit import Visit, number, of
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Record, Resource

CURRENT: dict[str, str] = {"billable_rates": "default_hourly_rate", "cost_rates": "cost_rate"}
"""The column of a person with the current rate."""


def billable_of(visit: Visit, row: Row) -> bool:
    """Return whether an entry is billable: its project and its task assignment are."""
    project = visit.rows(PROJECTS).get(number(row["project_id"]))
    task = nested.TASK_ASSIGNMENT(visit, row)
    return bool(project and project["billable"] is not False and task and task["billable"])


def shown_rate(visit: Visit, row: Row) -> Decimal | None:
    """Return the billable rate of an entry, None where the caller may not see it."""
    return billable_rate(visit, row) if visit.caller.has("billable_rates_manager") else None


def shown_cost(visit: Visit, row: Row) -> Decimal | None:
    """Return the cost rate of an entry, None where the caller may not see it."""
    return cost_rate(visit, row) if visit.caller.administrator else None


def billable_rate(visit: Visit, row: Row) -> Decimal | None:
    """Return the rate stored with an entry, else the one of its day; None if not billable."""
    if not billable_of(visit, row):
        return None
    if (kept := row["billable_rate"]) is not None:
        return of(Decimal, kept)
    project = visit.row(PROJECTS, row["project_id"])
    by = project["bill_by"]
    if by == "Project":
        return of(Decimal, project["hourly_rate"])
    if by == "Tasks":
        task = nested.TASK_ASSIGNMENT(visit, row)
        return of(Decimal, task["hourly_rate"]) if task else None
    if by == "People":
        return _persons(visit, row)
    return None


def cost_rate(visit: Visit, row: Row) -> Decimal | None:
    if (kept := row["cost_rate"]) is not None:
        return of(Decimal, kept)
    return at(visit, COST_RATES, row)


def _persons(visit: Visit, row: Row) -> Decimal | None:
    found = nested.USER_ASSIGNMENT(visit, row)
    if found is None:
        return None
    return at(visit, BILLABLE_RATES, row) if uses_default(found) else of(Decimal, found["hourly_rate"])


def at(visit: Visit, table: Resource[Record], entry: Row) -> Decimal | None:
    """Return the rate of an entry's person on its day."""
    day = of(date, entry["spent_at"])
    for rate in ordered(visit, table, number(entry["user_id"])):
        begins, ends = of(date, rate["start_date"] or day), of(date, rate["end_date"] or day)
        if begins <= day <= ends:
            return of(Decimal, rate["amount"])
    person = visit.rows(PEOPLE).get(number(entry["user_id"]))
    return of(Decimal, person[CURRENT[table.plural]]) if person else None


def ordered(visit: Visit, table: Resource[Record], person: int) -> list[Row]:
    """Return the rates of a person, oldest start first."""
    return visit.groups(table, "user_id", _by_start).get(person, [])


def _by_start(row: Row) -> tuple[bool, str, int]:
    return row["start_date"] is not None, str(row["start_date"]), number(row["id"])


def replace_rates(visit: Visit, table: Resource[Record], person: int, amount: Decimal, start: date | None) -> int:
    """Add a rate; delete those that start on its day or later, and end the one before the day before (21.1)."""
    store = visit.store
    for row in ordered(visit, table, person):
        begun = row["start_date"]
        if start is None or (begun is not None and of(date, begun) >= start):
            store.delete(table, number(row["id"]))
        elif row["end_date"] is None or of(date, row["end_date"]) >= start:
            store.update(table, number(row["id"]), {"end_date": start - timedelta(days=1)})
    id = store.insert(table, {"user_id": person, "amount": amount, "start_date": start, "end_date": None})
    store.update(PEOPLE, person, {CURRENT[table.plural]: amount})
    visit.forget()
    return id
