"""The reports of uninvoiced amounts and of remaining budgets (harvest-v2 22)."""

from decimal import Decimal

from harvest_mcp.sandbox.asgi import HttpAnswer
from harvest_mcp.sandbox.harvest_v2.reports.common import NOUGHT, by_project, days_of, page, seen, truth
from harvest_mcp.sandbox.harvest_v2.rights import may, sees
from harvest_mcp.sandbox.harvest_v2.rules import locks, rates
from harvest_mcp.sandbox.harvest_v2.shapes.money import lines
from harvest_mcp.sandbox.harvest_v2.shapes.nested import code_of
from harvest_mcp.sandbox.harvest_v2.tables import (
    CLIENTS,
    ENTRIES,
    EXPENSES,
    INVOICES,
    PROJECTS,
    TASK_ASSIGNMENTS,
    USER_ASSIGNMENTS,
)
from harvest_mcp.sandbox.harvest_v2.visit import Visit, number, of
from harvest_mcp.sandbox.harvest_v2.wire.lists import Filter, fitting
from harvest_mcp.sandbox.store import Row, Test
from harvest_mcp.systems.harvest.invoicing.invoice_totals import worth


def uninvoiced(visit: Visit) -> HttpAnswer:
    """RU2-1: list the uninvoiced amounts of all active billable projects; of a fixed fee, the rest."""
    may(visit, "uninvoiced_report", write=False)
    span, fixed = days_of(visit), truth(visit, "include_fixed_fee", default=True)
    entries = by_project(seen(visit, "time_entries", ENTRIES, span))
    spent = by_project(seen(visit, "expenses", EXPENSES, span))
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
        worked = sum((locks.rounded(visit, row) * (rates.billable_rate(visit, row) or NOUGHT) for row in open_), NOUGHT)
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
                "total_hours": _short(sum((locks.rounded(visit, row) for row in entries.get(id, ())), NOUGHT)),
                "uninvoiced_hours": _short(sum((locks.rounded(visit, row) for row in open_), NOUGHT)),
                "uninvoiced_expenses": _short(costs),
                "uninvoiced_amount": _short(amount.quantize(locks.CENT)),
            }
        )
    return page(visit, found)


def project_budget(visit: Visit) -> HttpAnswer:
    """RB2-1: list projects with a budget, without a period; a monthly budget counts the current month."""
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
    return page(visit, found)


def _may_see(visit: Visit, project: Row, by: str) -> bool:
    """Return whether the caller may see a budget: managers, and assigned people if shown; money only with rates."""
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
        return sum((locks.rounded(visit, row) for row in rows), NOUGHT)
    spent = sum((locks.rounded(visit, row) * (rates.billable_rate(visit, row) or NOUGHT) for row in rows), NOUGHT)
    if project["cost_budget_include_expenses"]:
        spent += sum((of(Decimal, row["total_cost"]) for row in visit.store.rows(EXPENSES, where)), NOUGHT)
    return spent.quantize(locks.CENT)


def _invoiced(visit: Visit) -> dict[int, Decimal]:
    """Return the invoiced amount by project."""
    found: dict[int, Decimal] = {}
    for invoice in visit.rows(INVOICES).values():
        for line in lines(invoice):
            if line.project_id is not None:
                found[line.project_id] = found.get(line.project_id, NOUGHT) + worth(line)
    return found


def _short(value: Decimal) -> Decimal | int:
    """Return 0 without a decimal point, as recorded."""
    return value if value else 0
