"""The fields of time entries and expenses (harvest-v2 11, 18)."""

import base64
from urllib.parse import urlsplit

from harvest_mcp.sandbox.harvest_v2.rules import locks
from harvest_mcp.sandbox.harvest_v2.rules.rates import billable_of, shown_cost, shown_rate
from harvest_mcp.sandbox.harvest_v2.shapes import nested, work
from harvest_mcp.sandbox.harvest_v2.shapes.fields import Field, told
from harvest_mcp.sandbox.harvest_v2.tables import PROJECTS, RECEIPTS
from harvest_mcp.sandbox.harvest_v2.visit import Visit, number
from harvest_mcp.sandbox.harvest_v2.wire.receive import read
from harvest_mcp.sandbox.store import Row

REFERENCE = ("id", "group_id", "account_id", "permalink")


def _user_assignment(visit: Visit, row: Row) -> object:
    found = nested.USER_ASSIGNMENT(visit, row)
    if found is None:
        return None
    return visit.fragment(("on", found["id"]), lambda: told(work.USER_ASSIGNMENT_WITHIN, visit, found))


def _task_assignment(visit: Visit, row: Row) -> object:
    found = nested.TASK_ASSIGNMENT(visit, row)
    if found is None:
        return None
    return visit.fragment(("doing", found["id"]), lambda: told(work.TASK_ASSIGNMENT_WITHIN, visit, found))


def _reference(visit: Visit, row: Row) -> object:
    if row["ref_id"] is None and row["ref_permalink"] is None:
        return None
    link = row["ref_permalink"]
    service = urlsplit(str(link)).hostname if link else None
    icon = f"https://proxy.harvestfiles.com/production_harvestapp_public/uploads/platform_icons/{service}.png"
    return {
        **{name: row[f"ref_{name}"] for name in REFERENCE},
        "service": service,
        "service_icon_url": icon if service else None,
    }


def clock_text(visit: Visit, stored: object) -> object:
    """Return a time of day in the account's format, 24 hours; None if durations are tracked."""
    if not stored or not visit.by_clock:
        return None
    minutes = read("clock", stored)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _budgeted(visit: Visit, row: Row) -> bool:
    project = visit.rows(PROJECTS).get(number(row["project_id"]))
    return bool(project and project["budget_by"] not in (None, "none"))


def _receipt(visit: Visit, row: Row) -> object:
    found = visit.rows(RECEIPTS).get(number(row["id"]))
    if found is None:
        return None
    return {
        "url": f"{visit.files}/expenses/{row['id']}/receipt",
        "file_name": found["file_name"],
        "file_size": len(base64.b64decode(str(found["base64"]))),
        "content_type": found["kind"],
    }


ENTRY = (
    Field("id", "int"),
    Field("spent_date", "date", "cu", column="spent_at"),
    Field("hours", "dec", "cu", show=locks.hours),
    Field("hours_without_timer", "dec", show=lambda visit, row: locks.booked(row)),
    Field("rounded_hours", "dec", show=locks.rounded),
    Field("notes", "text", "cu"),
    Field("is_locked", "bool", show=lambda visit, row: locks.of_entry(visit, row) is not None),
    Field("locked_reason", "text", show=locks.of_entry),
    Field("is_explicitly_locked", "bool", show=lambda visit, row: False, form="2026"),
    Field("approval_status", "text", show=lambda visit, row: locks.approval(row), form="2026"),
    Field("is_closed", "bool"),
    Field("is_billed", "bool"),
    Field("timer_started_at", "dt"),
    Field("started_time", "clock", "cu", column="started_at", show=lambda v, row: clock_text(v, row["started_at"])),
    Field("ended_time", "clock", "cu", column="ended_at", show=lambda v, row: clock_text(v, row["ended_at"])),
    Field("is_running", "bool", show=lambda visit, row: row["timer_started_at"] is not None),
    Field("billable", "bool", show=billable_of),
    Field("budgeted", "bool", show=_budgeted),
    Field("billable_rate", "dec", show=shown_rate),
    Field("cost_rate", "dec", show=shown_cost),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
    Field("user_id", "int", "c", written=True),
    Field("project_id", "int", "cu", written=True),
    Field("task_id", "int", "cu", written=True),
    Field("user", "raw", show=nested.USER),
    Field("client", "raw", show=nested.clients_of_project),
    Field("project", "raw", show=nested.project()),
    Field("task", "raw", show=nested.TASK),
    Field("user_assignment", "raw", show=_user_assignment),
    Field("task_assignment", "raw", show=_task_assignment),
    Field("invoice", "raw", show=nested.INVOICE),
    Field("external_reference", "raw", "cu", show=_reference),
)
EXPENSE = (
    Field("id", "int"),
    Field("spent_date", "date", "cu!", column="spent_at"),
    Field("notes", "text", "cu"),
    Field("total_cost", "dec", "cu"),
    Field("units", "dec", "cu"),
    Field("billable", "bool", "cu", fresh=True),
    Field("receipt", "raw", show=_receipt),
    Field("reimbursement", "bool", show=lambda visit, row: False, form="2026"),
    Field("approval_status", "text", show=lambda visit, row: locks.approval(row), form="2026"),
    Field("is_closed", "bool"),
    Field("is_locked", "bool", show=lambda visit, row: locks.of_expense(visit, row) is not None),
    Field("is_billed", "bool"),
    Field("locked_reason", "text", show=locks.of_expense),
    Field("is_explicitly_locked", "bool", show=lambda visit, row: False, form="2026"),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
    Field("user_id", "int", "c", written=True),
    Field("project_id", "int", "cu!", written=True),
    Field("expense_category_id", "int", "cu!", written=True),
    Field("user", "raw", show=nested.USER),
    Field("client", "raw", show=nested.clients_of_project),
    Field("project", "raw", show=nested.project()),
    Field("expense_category", "raw", show=nested.CATEGORY),
    Field("user_assignment", "raw", show=_user_assignment),
    Field("invoice", "raw", show=nested.INVOICE),
)
EXPENSE_CATEGORY = (
    Field("id", "int"),
    Field("name", "text", "cu!"),
    Field("unit_name", "text", "cu"),
    Field("unit_price", "dec", "cu"),
    Field("is_active", "bool", "cu", column="deactivated", flip=True, fresh=True),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
)
