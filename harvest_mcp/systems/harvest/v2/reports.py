"""Reports over v2 (harvest-v2 22, 28): time by TE2-1 and expenses by EX2-1, added up here at the general budget.

What is not invoiced and what is left of budgets the vendor adds up itself, each in one call, at a budget of its own.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import MONEY, SERVER_SET, Filter, ReadyReport, Record, Ref, Report, Resource, Road, Side, percent
from harvest_mcp.systems.harvest import reports as v1
from harvest_mcp.systems.harvest.day_entries import DAY_ENTRIES as V1_ROWS
from harvest_mcp.systems.harvest.v2.expenses import BILLED, PERIOD, SPELLED, UPDATED
from harvest_mcp.systems.harvest.v2.from_v1 import named, names, without
from harvest_mcp.wire.document import Plain
from harvest_mcp.wire.json.records import Spelled
from harvest_mcp.wire.json.wires import JsonWire

OF = (
    Filter(name="person", type=int, query="user_id", ref="person", says=""),
    Filter(name="project", type=int, query="project_id", ref="project", says=""),
    Filter(name="client", type=int, query="client_id", ref="client", says=""),
)
ALL = Road(side="person", by="")
"""All rows at once, as far as the user may see them."""
RUNNING = Filter(name="running", type=bool, query="is_running", says="")
TOLD = {
    "client_id": (Annotated[int | None, Ref("client"), SERVER_SET], None),
    "currency": (Annotated[str | None, SERVER_SET], None),
    **named("client", "project", "person"),
}
"""Names that v2 has within a row, and v1 in other lists."""
INSIDE = (Spelled("currency", "client.currency"), *names(client="client", project="project", person="user"))


def sides(report: Report, **own: str) -> tuple[Side, ...]:
    """Return the sides of a report, each with the column of its name; the client comes from the row itself."""
    told = {"client": "client_name", "project": "project_name", "person": "person_name", **own}
    return tuple(replace(each, through="", named=told[each.name]) for each in report.sides)


DAY_ENTRIES: Resource[Record] = replace(
    V1_ROWS,
    record=without(V1_ROWS.record, "adjustment_record", **TOLD, **named("task")),
    wire=JsonWire(
        "/time_entries",
        (
            *(
                Spelled("spent_at", "spent_date"),
                Spelled("started_at", "started_time"),
                Spelled("ended_at", "ended_time"),
            ),
            *(*INSIDE, *names(task="task")),
        ),
    ),
    filters=(*OF, *PERIOD, replace(OF[0], name="user_id"), replace(OF[1], name="project_id"), BILLED, RUNNING, UPDATED),
)
EXPENSE_ROWS: Resource[Record] = replace(
    v1.EXPENSE_ROWS,
    record=without(v1.EXPENSE_ROWS.record, "company_id", **TOLD, **named("expense_category")),
    wire=JsonWire("/expenses", (*SPELLED, *INSIDE[:2])),
    filters=(*OF, *PERIOD, BILLED, UPDATED),
)
TIME: Report = replace(
    v1.TIME,
    rows=DAY_ENTRIES,
    sides=sides(v1.TIME, task="task_name"),
    coded="currency",
    roads=(
        Road(side="project", by="project", asks=("user_id",)),
        Road(side="person", by="person", asks=("project_id",)),
        Road(side="client", by="client"),
        ALL,
    ),
)
SPENDING: Report = replace(
    v1.SPENDING,
    rows=EXPENSE_ROWS,
    sides=sides(v1.SPENDING, category="expense_category_name"),
    coded="currency",
    roads=(Road(side="project", by="project"), Road(side="person", by="person"), Road(side="client", by="client"), ALL),
)


class Uninvoiced(Record):
    """What of a project is not invoiced yet: RU2-1."""

    project_id: Annotated[int | None, Ref("project")] = None
    project: str | None = None
    client_id: Annotated[int | None, Ref("client")] = None
    client: str | None = None
    currency: str | None = None
    total_hours: Decimal | None = None
    uninvoiced_hours: Decimal | None = None
    uninvoiced_expenses: Annotated[Decimal | None, MONEY] = None
    uninvoiced_amount: Annotated[Decimal | None, MONEY] = None


class ProjectBudget(Record):
    """What is left of a project's budget: RB2-1; a monthly one covers the current month."""

    project_id: Annotated[int | None, Ref("project")] = None
    project: str | None = None
    client_id: Annotated[int | None, Ref("client")] = None
    client: str | None = None
    budget_by: str | None = None
    budget_is_monthly: bool | None = None
    is_active: bool | None = None
    budget: Annotated[Decimal | None, MONEY] = None
    budget_spent: Annotated[Decimal | None, MONEY] = None
    budget_remaining: Annotated[Decimal | None, MONEY] = None
    # Not on the wire.
    unit: str | None = None
    spent_percent: Decimal | None = None


def _of_project(row: dict[str, Plain]) -> dict[str, Plain]:
    """Return a row with its project's id as its own, since it has none."""
    return {**row, "id": row.get("project_id")}


def _of_budget(row: dict[str, Plain]) -> dict[str, Plain]:
    """Return a row with the budget's unit and the percentage spent; money is in the client's currency.

    A budget of zero counts as none (harvest-v2 16).
    """
    unit, budget, spent = "hours", row.get("budget"), row.get("budget_spent")
    if row.get("budget_by") in ("project_cost", "task_fees"):
        unit = "money"
    share: Plain = None
    if isinstance(budget, int | Decimal) and isinstance(spent, int | Decimal) and budget:
        share = percent(Decimal(spent), Decimal(budget))
    return {**_of_project(row), "unit": unit, "spent_percent": share}


NAMED = (
    Spelled("project_id"),
    Spelled("client_id"),
    Spelled("project", "project_name"),
    Spelled("client", "client_name"),
)
SIDES = (
    Side(name="project", noun="project", column="project_id"),
    Side(name="client", noun="client", column="client_id"),
)
UNINVOICED = ReadyReport(
    name="report_uninvoiced",
    says="Hours, expenses and amounts of active billable projects that are on no invoice yet.",
    toolset="reports",
    rows=Resource(
        noun="uninvoiced_project",
        plural="uninvoiced_projects",
        record=Uninvoiced,
        wire=JsonWire("/reports/uninvoiced", NAMED, key="results", prepare=_of_project),
        toolset="reports",
        label=("project",),
        says="what of a project is on no invoice yet",
        filters=(*PERIOD, Filter(name="include_fixed_fee", type=bool, query="include_fixed_fee", says="default true")),
    ),
    sides=SIDES,
    columns=(
        *("project_id", "project", "client_id", "client", "currency"),
        *("total_hours", "uninvoiced_hours", "uninvoiced_expenses", "uninvoiced_amount"),
    ),
    largest="uninvoiced_amount",
    lacks="a project that is archived or not billable has no row",
    shows="shown are projects they manage",
    longest=365,
    sums=("uninvoiced_hours", "uninvoiced_expenses", "uninvoiced_amount"),
    money=("uninvoiced_expenses", "uninvoiced_amount"),
    currency="currency",
    empty=("uninvoiced_hours", "uninvoiced_expenses", "uninvoiced_amount"),
    priced=("uninvoiced_hours", "uninvoiced_amount", "uninvoiced_expenses"),
)
BUDGETS = ReadyReport(
    name="report_budgets",
    says="Project budgets: what is spent and what is left, the most spent first.",
    toolset="reports",
    rows=Resource(
        noun="project_budget",
        plural="project_budgets",
        record=ProjectBudget,
        wire=JsonWire("/reports/project_budget", NAMED, key="results", prepare=_of_budget),
        toolset="reports",
        label=("project",),
        says="what is left of the budget of a project",
        filters=(Filter(name="is_active", type=bool, query="is_active", says=""),),
    ),
    sides=SIDES,
    columns=(
        *("project_id", "project", "client_id", "client", "unit", "budget_by", "budget_is_monthly", "is_active"),
        *("budget", "budget_spent", "budget_remaining", "spent_percent"),
    ),
    largest="spent_percent",
    lacks="a project without a budget has no row",
    # harvest-v2 5.2
    shows=(
        "shown are budgets of projects they manage, and of those they are on that show theirs to everybody;"
        " budgets of money only with billable_rates_manager"
    ),
)
