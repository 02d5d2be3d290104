"""The fields of clients, contacts, projects, tasks and assignments (harvest-v2 7, 8, 16, 17, 19, 21.3)."""

from decimal import Decimal

from harvest_mcp.sandbox.harvest_v2.shapes import nested
from harvest_mcp.sandbox.harvest_v2.shapes.fields import ABSENT, Field, told
from harvest_mcp.sandbox.harvest_v2.tables import CLIENTS, PEOPLE, PROJECTS, TASK_ASSIGNMENTS, TASKS, USER_ASSIGNMENTS
from harvest_mcp.sandbox.harvest_v2.visit import Visit, of
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Value

BILL_BY = ("Project", "Tasks", "People", "none")
BUDGET_BY = ("project", "project_cost", "task", "task_fees", "person", "none")
RECIPIENT = ("none", "recipient", "cc", "bcc")


def _address(visit: Visit, row: Row) -> object:
    """Return the address: null if never set, empty if cleared."""
    return row["details"] or (None if row["address"] is None else "")


def _currency(visit: Visit, row: Row) -> object:
    return nested.code_of(row["currency"])


def _rates(visit: Visit, row: Row) -> object:
    return row["hourly_rate"] if visit.caller.has("billable_rates_manager") else ABSENT


def _assigned_rate(visit: Visit, row: Row) -> object:
    """Return the custom rate, or the person's if the default is used."""
    if not visit.caller.has("billable_rates_manager"):
        return None
    return assigned_rate(visit, row)


def assigned_rate(visit: Visit, row: Row) -> Value:
    """Return the hourly rate of an assigned person."""
    if not uses_default(row):
        return row["hourly_rate"]
    person = visit.rows(PEOPLE).get(int(str(row["user_id"])))
    return person["default_hourly_rate"] if person else None


def uses_default(row: Row) -> bool:
    """Return the stored choice; a row that v1 wrote uses the default if it has no rate."""
    return row["hourly_rate"] is None if row["use_default_rates"] is None else bool(row["use_default_rates"])


def _budget(visit: Visit, row: Row) -> object:
    """Return the budget; with `person` the sum of the budgets of the assigned people."""
    if row["budget_by"] != "person":
        return row["budget"]
    on = (each for each in visit.rows(USER_ASSIGNMENTS).values() if each["project_id"] == row["id"])
    return sum((of(Decimal, each["budget"] or 0) for each in on), Decimal(0))


def _shown_rate(visit: Visit, row: Row) -> object:
    return row["hourly_rate"] if visit.caller.has("billable_rates_manager") else None


CLIENT = (
    Field("id", "int"),
    Field("name", "text", "cu!"),
    Field("is_active", "bool", "cu", column="active", fresh=True),
    Field("address", "text", "cu", show=_address),
    Field("statement_key", "text"),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
    Field("currency", "text", "cu", show=_currency),
)
CONTACT = (
    Field("id", "int"),
    Field("title", "text", "cu", show=lambda visit, row: row["title"] or None),
    Field("first_name", "text", "cu!"),
    Field("last_name", "text", "cu"),
    Field("email", "text", "cu", null=""),
    Field("phone_office", "text", "cu", null=""),
    Field("phone_mobile", "text", "cu", null=""),
    Field("fax", "text", "cu", null=""),
    Field("invoice_recipient_status", "text", "cu", fresh="none", null="none", choices=RECIPIENT, form="2026"),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
    Field("client_id", "int", "cu!", written=True),
    Field("client", "raw", show=nested.client()),
)
PROJECT = (
    Field("id", "int"),
    Field("name", "text", "cu!"),
    Field("code", "text", "cu"),
    Field("is_active", "bool", "cu", column="active", fresh=True),
    Field("is_billable", "bool", "cu", column="billable", fresh=True),
    Field("is_fixed_fee", "bool", "cu", fresh=False),
    Field("bill_by", "text", "cu", fresh="none", null="none", choices=BILL_BY),
    Field("budget", "dec", "cu", show=_budget),
    Field("budget_by", "text", "cu", fresh="none", null="none", choices=BUDGET_BY),
    Field("budget_is_monthly", "bool", "cu", fresh=False),
    Field("notify_when_over_budget", "bool", "cu", fresh=False),
    Field("over_budget_notification_percentage", "dec", "cu", fresh=Decimal("80.0"), null=Decimal("80.0")),
    Field("show_budget_to_all", "bool", "cu", fresh=False),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
    Field("starts_on", "date", "cu"),
    Field("ends_on", "date", "cu"),
    Field("over_budget_notification_date", "date", column="over_budget_notified_at"),
    Field(
        "currency",
        "text",
        form="2026",
        show=lambda visit, row: nested.code_of(visit.row(CLIENTS, row["client_id"])["currency"]),
    ),
    Field("notes", "text", "cu"),
    Field("cost_budget", "dec", "cu"),
    Field("cost_budget_include_expenses", "bool", "cu", fresh=False),
    Field("hourly_rate", "dec", "cu", show=_rates),
    Field("fee", "dec", "cu"),
    Field("client_id", "int", "cu!", written=True),
    Field("client", "raw", show=nested.client("currency")),
)
TASK = (
    Field("id", "int"),
    Field("name", "text", "cu!"),
    Field("billable_by_default", "bool", "cu", fresh=True),
    Field("default_hourly_rate", "dec", "cu"),
    Field("is_default", "bool", "cu", fresh=False),
    Field("is_active", "bool", "cu", column="deactivated", flip=True, fresh=True),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
)
USER_ASSIGNMENT_WITHIN = (
    Field("id", "int"),
    Field("is_project_manager", "bool", "cu"),
    Field("is_active", "bool", "cu", column="deactivated", flip=True, fresh=True),
    Field("use_default_rates", "bool", "cu", fresh=True, show=lambda visit, row: uses_default(row)),
    Field("budget", "dec", "cu"),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
    Field("hourly_rate", "dec", "cu", show=_assigned_rate),
)
USER_ASSIGNMENT = (
    *USER_ASSIGNMENT_WITHIN,
    Field("user_id", "int", "c!", written=True),
    Field("project", "raw", show=nested.project()),
    Field("user", "raw", show=nested.USER),
)
TASK_ASSIGNMENT_WITHIN = (
    Field("id", "int"),
    Field("billable", "bool", "cu"),
    Field("is_active", "bool", "cu", column="deactivated", flip=True, fresh=True),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
    Field("hourly_rate", "dec", "cu", show=_shown_rate),
    Field("budget", "dec", "cu"),
)
TASK_ASSIGNMENT = (
    *TASK_ASSIGNMENT_WITHIN,
    Field("task_id", "int", "c!", written=True),
    Field("project", "raw", show=nested.project()),
    Field("task", "raw", show=nested.TASK),
)
TASK_TO_TRACK = (*TASK_ASSIGNMENT_WITHIN, Field("task", "raw", show=nested.TASK))


def _project_to_track(visit: Visit, row: Row) -> object:
    project = visit.row(PROJECTS, row["project_id"])
    return {
        "id": project["id"],
        "name": project["name"],
        "code": project["code"],
        "is_billable": bool(project["billable"]),
    }


def _tasks_to_track(visit: Visit, row: Row) -> object:
    """Return the active tasks of a project, sorted by name."""
    on = [
        each
        for each in visit.rows(TASK_ASSIGNMENTS).values()
        if each["project_id"] == row["project_id"] and not each["deactivated"]
    ]
    on.sort(key=lambda each: str(visit.row(TASKS, each["task_id"])["name"]).lower())
    return [told(TASK_TO_TRACK, visit, each) for each in on]


PROJECT_ASSIGNMENT = (
    *USER_ASSIGNMENT_WITHIN,
    Field("project", "raw", show=_project_to_track),
    Field("client", "raw", show=nested.clients_of_project),
    Field("task_assignments", "raw", show=_tasks_to_track),
)
