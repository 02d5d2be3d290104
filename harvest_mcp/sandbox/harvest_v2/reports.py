"""The ten reports: sums by whatever they are named for, in the vendor's own order (harvest-v2 22)."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from harvest_mcp.sandbox.asgi import Answer
from harvest_mcp.sandbox.harvest_v2 import locks, rates
from harvest_mcp.sandbox.harvest_v2.crud import answered
from harvest_mcp.sandbox.harvest_v2.lists import Filter, cut, envelope, fitting
from harvest_mcp.sandbox.harvest_v2.receive import BadValue, day, read
from harvest_mcp.sandbox.harvest_v2.refusal import invalid
from harvest_mcp.sandbox.harvest_v2.rights import may, sees
from harvest_mcp.sandbox.harvest_v2.shapes.money import lines
from harvest_mcp.sandbox.harvest_v2.shapes.nested import code_of
from harvest_mcp.sandbox.harvest_v2.tables import (
    CLIENTS,
    ENTRIES,
    EXPENSE_CATEGORIES,
    EXPENSES,
    INVOICES,
    PEOPLE,
    PROJECTS,
    TASK_ASSIGNMENTS,
    TASKS,
    USER_ASSIGNMENTS,
)
from harvest_mcp.sandbox.harvest_v2.visit import Visit, full_name, number, of
from harvest_mcp.sandbox.store import Row, Test
from harvest_mcp.spec import Record, Resource
from harvest_mcp.systems.harvest.invoicing.invoice_totals import worth

NOUGHT = Decimal(0)
LONGEST = 365
Group = dict[str, object]


@dataclass(frozen=True, slots=True)
class By:
    """What a report sums by: the fields that say whose a row is, and those that come after the sums."""

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


def coded(project: Row) -> str:
    return f"[{project['code']}] {project['name']}" if project["code"] else str(project["name"])


def time(visit: Visit, by: str) -> Answer:
    """RT2-1 to RT2-4; money and currency are null for people without the right to see rates."""
    may(visit, "time_reports", write=False)
    span, fixed, shown = _span(visit), _truth(visit, "include_fixed_fee", False), visit.caller.has("billable_rates_manager")
    groups: dict[tuple[object, ...], Group] = {}
    for row in _rows(visit, "time_entries", ENTRIES, span):
        group = _group(visit, groups, TIME[by], row, ("total_hours", "billable_hours"), "billable_amount", shown=shown)
        hours = locks.hours(visit, row)
        group["total_hours"] = of(Decimal, group["total_hours"]) + hours
        if rates.billable_of(visit, row):
            group["billable_hours"] = of(Decimal, group["billable_hours"]) + hours
            if shown and (fixed or not visit.row(PROJECTS, row["project_id"])["is_fixed_fee"]):
                amount = hours * (rates.billable_rate(visit, row) or NOUGHT)
                group["billable_amount"] = of(Decimal, group["billable_amount"]) + amount
    for group in groups.values():
        if group["billable_amount"] is not None:
            group["billable_amount"] = of(Decimal, group["billable_amount"]).quantize(locks.CENT)
        if by == "team":
            group |= TIME[by].more(visit.row(PEOPLE, group["user_id"]))
    return _page(visit, groups.values())


def expenses(visit: Visit, by: str) -> Answer:
    """RX2-1 to RX2-4."""
    may(visit, "expense_reports", write=False)
    groups: dict[tuple[object, ...], Group] = {}
    for row in _rows(visit, "expenses", EXPENSES, _span(visit)):
        group = _group(visit, groups, EXPENSE[by], row, ("total_amount", "billable_amount"), "", shown=True)
        group["total_amount"] = of(Decimal, group["total_amount"]) + of(Decimal, row["total_cost"])
        if row["billable"]:
            group["billable_amount"] = of(Decimal, group["billable_amount"]) + of(Decimal, row["total_cost"])
    return _page(visit, groups.values())


def _group(
    visit: Visit,
    groups: dict[tuple[object, ...], Group],
    by: By,
    row: Row,
    sums: Sequence[str],
    amount: str,
    *,
    shown: bool,
) -> Group:
    """The row of a report that a record belongs to; rows are split by currency."""
    project = visit.row(PROJECTS, row["project_id"])
    client = visit.row(CLIENTS, project["client_id"])
    head, currency = by.head(visit, row, project, client), code_of(client["currency"])
    key = (*head.values(), currency)
    if key not in groups:
        money: Group = {amount: NOUGHT if shown else None} if amount else {}
        groups[key] = {**head, **dict.fromkeys(sums, NOUGHT), "currency": currency if shown else None, **money}
    return groups[key]


def uninvoiced(visit: Visit) -> Answer:
    """RU2-1: every active billable project has a row; of a fixed fee, what is left of it."""
    may(visit, "uninvoiced_report", write=False)
    span, fixed = _span(visit), _truth(visit, "include_fixed_fee", True)
    entries = _by_project(_rows(visit, "time_entries", ENTRIES, span))
    spent = _by_project(_rows(visit, "expenses", EXPENSES, span))
    billed = _invoiced(visit)
    found = []
    for project in visit.rows(PROJECTS).values():
        if not (project["active"] and project["billable"] is not False and sees(visit, "projects", project)):
            continue
        if project["is_fixed_fee"] and not fixed:
            continue
        client = visit.row(CLIENTS, project["client_id"])
        id = number(project["id"])
        open_ = [row for row in entries.get(id, ()) if rates.billable_of(visit, row) and not row["is_billed"]]
        costs = sum(
            (of(Decimal, row["total_cost"]) for row in spent.get(id, ()) if row["billable"] and not row["is_billed"]),
            NOUGHT,
        )
        worked = sum((locks.hours(visit, row) * (rates.billable_rate(visit, row) or NOUGHT) for row in open_), NOUGHT)
        amount = worked + costs
        if project["is_fixed_fee"]:
            amount = of(Decimal, project["fee"] or NOUGHT) - billed.get(id, NOUGHT)
        found.append(
            {
                "client_id": client["id"],
                "client_name": client["name"],
                "project_id": id,
                "project_name": project["name"],
                "currency": code_of(client["currency"]),
                "total_hours": _short(sum((locks.hours(visit, row) for row in entries.get(id, ())), NOUGHT)),
                "uninvoiced_hours": _short(sum((locks.hours(visit, row) for row in open_), NOUGHT)),
                "uninvoiced_expenses": _short(costs),
                "uninvoiced_amount": _short(amount.quantize(locks.CENT)),
            }
        )
    return _page(visit, found)


def project_budget(visit: Visit) -> Answer:
    """RB2-1: projects with a budget; no days, a monthly one counts the current month."""
    may(visit, "budget_report", write=False)
    active = Filter("is_active", "bool", fits=lambda visit, row, on: bool(row["active"]) == on)
    found = []
    for project in fitting(visit, PROJECTS, (active,)):
        by = str(project["budget_by"] or "none")
        if by == "none" or not _may_see(visit, project, by):
            continue
        client = visit.row(CLIENTS, project["client_id"])
        budget, spent = _budget(visit, project, by), _spent(visit, project, by)
        found.append(
            {
                "project_id": project["id"],
                "project_name": project["name"],
                "client_id": client["id"],
                "client_name": client["name"],
                "budget_is_monthly": bool(project["budget_is_monthly"]),
                "budget_by": by,
                "is_active": bool(project["active"]),
                "budget": budget,
                "budget_spent": spent,
                "budget_remaining": budget - spent,
            }
        )
    return _page(visit, found)


def _may_see(visit: Visit, project: Row, by: str) -> bool:
    """Managed ones, and assigned ones that show it to everybody; money only with the right to see rates."""
    if visit.caller.administrator:
        return True
    if by in ("project_cost", "task_fees") and not visit.caller.has("billable_rates_manager"):
        return False
    id = project["id"]
    managed = visit.caller.manager and id in visit.managed
    return managed or (bool(project["show_budget_to_all"]) and id in visit.assigned)


def _budget(visit: Visit, project: Row, by: str) -> Decimal:
    if by == "project_cost":
        return of(Decimal, project["cost_budget"] or project["budget"] or NOUGHT)
    table = {"person": USER_ASSIGNMENTS, "task": TASK_ASSIGNMENTS, "task_fees": TASK_ASSIGNMENTS}.get(by)
    if table is None:
        return of(Decimal, project["budget"] or NOUGHT)
    rows = [row for row in visit.rows(table).values() if row["project_id"] == project["id"]]
    return sum((of(Decimal, row["budget"] or NOUGHT) for row in rows), NOUGHT)


def _spent(visit: Visit, project: Row, by: str) -> Decimal:
    where: list[Test] = [("project_id", "=", number(project["id"]))]
    if project["budget_is_monthly"]:
        where.append(("spent_at", ">=", visit.today().replace(day=1)))
    rows = visit.store.rows(ENTRIES, where)
    if by in ("project", "task", "person"):
        return sum((locks.hours(visit, row) for row in rows), NOUGHT)
    spent = sum((locks.hours(visit, row) * (rates.billable_rate(visit, row) or NOUGHT) for row in rows), NOUGHT)
    if project["cost_budget_include_expenses"]:
        spent += sum((of(Decimal, row["total_cost"]) for row in visit.store.rows(EXPENSES, where)), NOUGHT)
    return spent.quantize(locks.CENT)


def _invoiced(visit: Visit) -> dict[int, Decimal]:
    """What was invoiced on each project."""
    found: dict[int, Decimal] = {}
    for invoice in visit.rows(INVOICES).values():
        for line in lines(invoice):
            if line.project_id is not None:
                found[line.project_id] = found.get(line.project_id, NOUGHT) + worth(line)
    return found


def _rows(visit: Visit, name: str, table: Resource[Record], span: tuple[date, date]) -> list[Row]:
    where: list[Test] = [("spent_at", ">=", span[0]), ("spent_at", "<=", span[1])]
    return [row for row in visit.store.rows(table, where) if sees(visit, name, row)]


def _by_project(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(number(row["project_id"]), []).append(row)
    return found


def _span(visit: Visit) -> tuple[date, date]:
    """Both days, at most 365 apart."""
    found: list[date] = []
    problems = []
    for name in ("from", "to"):
        text = visit.call.asked(name)
        if not text:
            problems.append(f"{name.capitalize()} can't be blank")
            continue
        try:
            found.append(day(text))
        except BadValue:
            problems.append(f"Invalid {name}: {text}")
    if problems:
        raise invalid(*problems)
    if (found[1] - found[0]).days > LONGEST:
        raise invalid(f"From and to must be at most {LONGEST} days apart")
    return found[0], found[1]


def _truth(visit: Visit, name: str, default: bool) -> bool:
    text = visit.call.asked(name)
    try:
        return default if not text else bool(read("bool", text))
    except BadValue:
        raise invalid(f"Invalid {name}: {text}") from None


def _short(value: Decimal) -> Decimal | int:
    """Nought without a point, as it was recorded."""
    return value if value else 0


def _page(visit: Visit, groups: Iterable[Group]) -> Answer:
    rows: list[Row] = sorted(groups, key=_in_order)  # type: ignore[arg-type,assignment]
    at = cut(visit, rows, "P")
    return answered(envelope(visit, "results", rows[at.start : at.stop], rows, at))


def _in_order(group: Group) -> tuple[object, ...]:
    """By the names in a row as a person reads them; the id last."""
    names = [_read(str(value)) for name, value in group.items() if name.endswith("_name")]
    return (*names, str(next(iter(group.values()))), str(group.get("currency")))


def _read(text: str) -> list[tuple[bool, str]]:
    """Signs before letters, marks on letters passed over."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return [(letter.isalnum(), letter) for letter in plain if not unicodedata.combining(letter)]
