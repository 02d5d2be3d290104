"""Reports this server adds up: time from RE-1 and RE-2, expenses from RE-3 to RE-5 (harvest-v1 21)."""

from dataclasses import replace

from harvest_mcp.spec import Filter, Record, Report, Resource, Road, Side, Trait
from harvest_mcp.systems.harvest.day_entries import DAY_ENTRIES, NARROWED, PERIOD
from harvest_mcp.systems.harvest.expenses import Expense
from harvest_mcp.wire.rails_wires import Rails

EXPENSE_ROWS: Resource[Record] = Resource(
    noun="expense",
    plural="expenses",
    record=Expense,
    wire=Rails(""),
    toolset="reports",
    label=(),
    says="money spent for a project",
    filters=(
        Filter(name="person", type=int, path="/people/{id}/expenses", ref="person", says=""),
        Filter(name="project", type=int, path="/projects/{id}/expenses", ref="project", says=""),
        Filter(name="client", type=int, path="/clients/{id}/expenses", ref="client", says=""),
        *PERIOD,
        *NARROWED,
    ),
)
"""The records of the week lists, but for any period."""

NARROWS = ("billable", "only_billed", "only_unbilled", "is_closed")
PERSON = Side(name="person", noun="person", column="user_id")
PROJECT = Side(name="project", noun="project", column="project_id")
CLIENT = Side(name="client", noun="client", column="client_id", through="project")
# Late expenses tell their invoice instead, 0 for none (harvest-v1 20).
BILLED = Trait(name="billed", columns=("is_billed", "invoice_id"), yes="only_billed", no="only_unbilled")
CLOSED = Trait(name="closed", columns=("is_closed",), yes="is_closed", no="is_closed")

TIME = Report(
    name="report_time",
    says="Hours and amounts of a period, added up; names exact, or ids.",
    toolset="reports",
    rows=DAY_ENTRIES,
    roads=(
        Road(side="project", by="project", asks=("user_id", *NARROWS)),
        Road(side="person", by="person", asks=("project_id", *NARROWS)),
    ),
    sides=(
        CLIENT,
        replace(PROJECT, missed=True),
        replace(PERSON, missed=True),
        Side(name="task", noun="task", column="task_id"),
    ),
    traits=(Trait(name="billable", columns=("billable",), yes="billable", no="billable"), BILLED, CLOSED),
    day="spent_at",
    measure="hours",
    unit="hours",
    rate="billable_rate",
    currency=("client", "currency"),
    timer=("timer_started_at", "hours_with_timer"),
)

SPENDING = Report(
    name="report_expenses",
    says="Expenses of a period, added up; names exact, or ids.",
    toolset="reports",
    rows=EXPENSE_ROWS,
    roads=(
        Road(side="project", by="project", asks=("is_closed", "only_billed", "only_unbilled")),
        Road(side="person", by="person", asks=("is_closed",)),
        # Not documented (live issue 145): used if a client is named, and skipped if it is missing.
        Road(side="client", by="client", known=False),
    ),
    sides=(CLIENT, PROJECT, PERSON, Side(name="category", noun="expense_category", column="expense_category_id")),
    traits=(Trait(name="billable", columns=("billable",)), BILLED, CLOSED),
    day="spent_at",
    measure="total_cost",
    currency=("client", "currency"),
)
