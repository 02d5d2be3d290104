"""The reports of time and expenses, summed by client, project, task and so on (harvest-v2 22)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from harvest_mcp.sandbox.asgi import HttpAnswer
from harvest_mcp.sandbox.harvest_v2.reports.common import NOUGHT, Group, coded, days_of, page, seen, truth
from harvest_mcp.sandbox.harvest_v2.rights import may
from harvest_mcp.sandbox.harvest_v2.rules import locks, rates
from harvest_mcp.sandbox.harvest_v2.shapes.nested import code_of
from harvest_mcp.sandbox.harvest_v2.tables import (
    CLIENTS,
    ENTRIES,
    EXPENSE_CATEGORIES,
    EXPENSES,
    PEOPLE,
    PROJECTS,
    TASKS,
)
from harvest_mcp.sandbox.harvest_v2.visit import Visit, full_name, of
from harvest_mcp.sandbox.store import Row


@dataclass(frozen=True, slots=True)
class By:
    """What a report sums by: the fields that identify a row, and those after the sums."""

    head: Callable[[Visit, Row, Row, Row], Group]
    more: Callable[[Row], Group] = lambda person: {}


def _client(visit: Visit, row: Row, project: Row, client: Row) -> Group:
    return {"client_id": client["id"], "client_name": client["name"]}


def _project(visit: Visit, row: Row, project: Row, client: Row) -> Group:
    return {"project_id": project["id"], "project_name": coded(project)}


def _task(visit: Visit, row: Row, project: Row, client: Row) -> Group:
    return {"task_id": row["task_id"], "task_name": visit.row(TASKS, row["task_id"])["name"]}


def _category(visit: Visit, row: Row, project: Row, client: Row) -> Group:
    id = row["expense_category_id"]
    return {"expense_category_id": id, "expense_category_name": visit.row(EXPENSE_CATEGORIES, id)["name"]}


def _person(visit: Visit, row: Row, project: Row, client: Row) -> Group:
    person = visit.row(PEOPLE, row["user_id"])
    name = full_name(person)
    return {"user_id": person["id"], "user_name": name, "is_contractor": bool(person["is_contractor"])}


def _both(first: Callable[..., Group], second: Callable[..., Group]) -> Callable[[Visit, Row, Row, Row], Group]:
    return lambda *each: {**first(*each), **second(*each)}


HOURS = ("total_hours", "billable_hours", "currency", "billable_amount")
COSTS = ("total_amount", "billable_amount", "currency")
TIME: Mapping[str, By] = {
    "clients": By(_client),
    "projects": By(_both(_project, _client)),
    "tasks": By(_task),
    "team": By(_person, lambda person: {name: person[name] for name in ("weekly_capacity", "avatar_url")}),
}
EXPENSE: Mapping[str, By] = {
    "clients": By(_client),
    "projects": By(_both(_client, _project)),
    "categories": By(_category),
    "team": By(_person),
}


def time(visit: Visit, by: str) -> HttpAnswer:
    """RT2-1 to RT2-4: sum hours; amounts and currency are null for callers without the right to see rates."""
    may(visit, "time_reports", write=False)
    days, fixed = days_of(visit), truth(visit, "include_fixed_fee", default=False)
    groups: dict[tuple[object, ...], Group] = {}
    for row in seen(visit, "time_entries", ENTRIES, days):
        group, hours = _group(visit, groups, TIME[by], row, HOURS), locks.rounded(visit, row)
        _add(group, "total_hours", hours)
        if rates.billable_of(visit, row):
            _add(group, "billable_hours", hours)
            if fixed or not visit.row(PROJECTS, row["project_id"])["is_fixed_fee"]:
                _add(group, "billable_amount", hours * (rates.billable_rate(visit, row) or NOUGHT))
    for group in groups.values():
        group["billable_amount"] = of(Decimal, group["billable_amount"]).quantize(locks.CENT)
        if not visit.caller.has("billable_rates_manager"):
            group.update(currency=None, billable_amount=None)
        if by == "team" and visit.settings.form == "2026":
            group.update(TIME[by].more(visit.row(PEOPLE, group["user_id"])))
    return page(visit, groups.values())


def expenses(visit: Visit, by: str) -> HttpAnswer:
    """RX2-1 to RX2-4: sum expenses."""
    may(visit, "expense_reports", write=False)
    groups: dict[tuple[object, ...], Group] = {}
    for row in seen(visit, "expenses", EXPENSES, days_of(visit)):
        group = _group(visit, groups, EXPENSE[by], row, COSTS)
        _add(group, "total_amount", of(Decimal, row["total_cost"]))
        if row["billable"]:
            _add(group, "billable_amount", of(Decimal, row["total_cost"]))
    return page(visit, groups.values())


def _group(visit: Visit, groups: dict[tuple[object, ...], Group], by: By, row: Row, sums: Sequence[str]) -> Group:
    """Return the report row of a record, one per currency."""
    project = visit.row(PROJECTS, row["project_id"])
    client = visit.row(CLIENTS, project["client_id"])
    head, currency = by.head(visit, row, project, client), code_of(client["currency"])
    key = (*head.values(), currency)
    if key not in groups:
        groups[key] = {**head, **{name: currency if name == "currency" else NOUGHT for name in sums}}
    return groups[key]


def _add(group: Group, name: str, value: Decimal) -> None:
    group[name] = of(Decimal, group[name]) + value
