"""One call of each tool of Harvest, in an order in which all of them succeed on the seeded account."""

from collections.abc import Mapping
from typing import Any, cast

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.systems.harvest import EXPENSES, HARVEST, INVOICES
from harvest_mcp.systems.harvest.invoicing.invoice_totals import InvoiceLine
from tests.made_calls import made
from tests.sandbox.kit import Clock

Lines = tuple[InvoiceLine, ...]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
"""A PNG of one pixel."""


def account(**settings: Any) -> Sandbox:
    """The account these calls are for: as of 5 March 2018, noon, whenever it is asked."""
    return open_account(clock=Clock(), calls=None, **settings)


with account() as studio:  # made of the calendar, so which is the newest or still open depends on the day
    ENTRY = studio.rows(HOURS, ("user_id", "=", 31))[-1]["id"]
    *_, spent = (row for row in studio.rows(EXPENSES) if row["user_id"] == 31 and not row["is_locked"])
    EXPENSE, SPENT = spent["id"], str(spent["spent_at"])
    billed = studio.rows(INVOICES)
    OWED = [row["id"] for row in billed if row["state"] == "open"]
    DRAFT = [row["id"] for row in billed if row["state"] == "draft"]
    LINES = [line.id for row in billed if row["id"] == DRAFT[0] for line in cast(Lines, row["line_items"])]
WRITTEN: Mapping[str, dict[str, Any]] = {
    "who_am_i": {},
    "get_rate_limit_status": {},
    "search_records": {"query": "suprcorp"},
    "list_clients": {},
    "get_client": {"client_id": 11072},
    "create_client": {"name": "New {number}"},
    "update_client": {"client_id": 11074, "details": "Changed {number}"},
    "toggle_client": {"client_id": 11076},
    "archive_client": {"client_id": 11076},
    "restore_client": {"client_id": 11083},
    "delete_client": {"client_id": 11073},
    "list_contacts": {"client": "SuprCorp"},
    "get_contact": {"contact_id": 9},
    "create_contact": {"client": "11072", "first_name": "New", "last_name": "{number}"},
    "update_contact": {"contact_id": 9, "title": "Changed {number}"},
    "delete_contact": {"contact_id": 10},
    "list_projects": {"client": "SuprCorp"},
    "get_project": {"project_id": 301},
    "create_project": {"client": "11072", "name": "New {number}"},
    "update_project": {"project_id": 301, "notes": "Changed {number}"},
    "archive_project": {"project_id": 309},
    "restore_project": {"project_id": 302},
    "delete_project": {"project_id": 326},
    "list_tasks": {},
    "get_task": {"task_id": 501},
    "create_task": {"name": "New {number}"},
    "update_task": {"task_id": 501, "name": "Changed {number}"},
    "restore_task": {"task_id": 511},
    "delete_task": {"task_id": 510},
    "list_user_assignments": {"project": "301"},
    "get_user_assignment": {"project": "301", "user_assignment_id": 8001},
    "create_user_assignment": {"project": "301", "person": "42"},
    "update_user_assignment": {"project": "301", "user_assignment_id": 8001, "hourly_rate": "{number}"},
    "delete_user_assignment": {"project": "301", "user_assignment_id": 8002},
    "list_task_assignments": {"project": "301"},
    "get_task_assignment": {"project": "301", "task_assignment_id": 9001},
    "create_task_assignment": {"project": "301", "task": "504"},
    "create_task_in_project": {"project": "301", "name": "Newest {number}"},
    "update_task_assignment": {"project": "301", "task_assignment_id": 9001, "budget": "{number}"},
    "delete_task_assignment": {"project": "301", "task_assignment_id": 9002},
    "get_timesheet": {},
    "list_running_timers": {},
    "log_time": {"project": "301", "task": "501", "hours": "1:30", "notes": "New {number}"},
    "start_timer": {"project": "301", "task": "501", "notes": "New {number}"},
    "stop_timer": {},
    "update_time_entry": {"time_entry_id": ENTRY, "notes": "Changed {number}"},
    "get_time_entry": {"time_entry_id": ENTRY},
    "delete_time_entry": {"time_entry_id": ENTRY},
    "list_people": {},
    "get_person": {"person_id": 32},
    "create_person": {"email": "new{number}@kestrel.example", "first_name": "New", "last_name": "{number}"},
    "update_person": {"person_id": 42, "department": "Changed {number}"},
    "archive_person": {"person_id": 38},
    "restore_person": {"person_id": 37},
    "delete_person": {"person_id": 43},  # the one created before, as the category is
    "list_expense_categories": {},
    "get_expense_category": {"expense_category_id": 601},
    "create_expense_category": {"name": "New {number}"},
    "update_expense_category": {"expense_category_id": 608, "name": "Changed {number}"},
    "delete_expense_category": {"expense_category_id": 610},
    "list_expenses": {},
    "get_expense": {"expense_id": EXPENSE},
    "create_expense": {
        "project": "301",
        "expense_category": "605",
        "total_cost": "{number}",
        "notes": "New {number}",
        "spent_at": SPENT,
    },
    "update_expense": {"expense_id": EXPENSE, "notes": "Changed {number}"},
    "attach_receipt": {"expense_id": EXPENSE, "data": PIXEL, "file_name": "{number}.png"},
    "get_receipt": {"expense_id": EXPENSE},
    "delete_expense": {"expense_id": EXPENSE},
    "list_invoices": {},
    "get_invoice": {"invoice_id": 7001},
    "create_invoice": {"client": "11072", "subject": "New {number}"},
    "update_invoice": {"invoice_id": DRAFT[0], "subject": "Changed {number}"},
    "mark_invoice_sent": {"invoice_id": DRAFT[1]},
    "mark_invoice_draft": {"invoice_id": DRAFT[1]},
    "close_invoice": {"invoice_id": OWED[0]},
    "reopen_invoice": {"invoice_id": OWED[0]},
    "add_invoice_line": {
        "invoice_id": DRAFT[0],
        "kind": "Service",
        "description": "New {number}",
        "quantity": "1",
        "unit_price": "{number}",
    },
    "update_invoice_line": {"invoice_id": DRAFT[0], "line_id": LINES[0], "description": "Changed {number}"},
    "remove_invoice_line": {"invoice_id": DRAFT[0], "line_id": LINES[1]},
    "delete_invoice": {"invoice_id": DRAFT[2]},
    "list_invoice_messages": {"invoice": "id 7001"},
    "get_invoice_message": {"invoice": "id 7001", "invoice_message_id": 6001},
    "send_invoice": {"invoice": f"id {OWED[1]}", "recipients": "new{number}@example.com"},
    "delete_invoice_message": {"invoice": "id 7001", "invoice_message_id": 6001},
    "list_invoice_payments": {"invoice": "id 7001"},
    "get_invoice_payment": {"invoice": "id 7001", "invoice_payment_id": 5001},
    "create_invoice_payment": {"invoice": f"id {OWED[1]}", "amount": "{number}", "paid_at": "2018-01-31"},
    "delete_invoice_payment": {"invoice": "id 7001", "invoice_payment_id": 5001},
    "list_invoice_item_categories": {},
    "create_invoice_item_category": {"name": "New {number}"},
    "update_invoice_item_category": {"invoice_item_category_id": 4005, "name": "Changed {number}"},
    "delete_invoice_item_category": {"invoice_item_category_id": 4005},
    "report_time": {"period": "2018-02", "group_by": ["person"]},
    "report_expenses": {"period": "2018-02", "group_by": ["category"]},
    "report_invoices": {"of": "owed"},
    "report_work": {"of": "budget_left"},
    "find_duplicates": {"kind": "contacts"},
    "merge_contacts": {"keep": 11, "other": 12, "take": ["title"]},
    "import_contacts": {"rows": [{"name": "Ana New", "company": "11074", "email": "ana.new@kestrel.example"}]},
    "log_week": {"entries": [{"project": "301", "task": "501", "hours": "0.25", "notes": "A new note"}]},
    "update_many": {"kind": "contacts", "records": ["13", "14"], "set": ["title=Changed"]},
    "export_records": {"kind": "contacts", "of": "11074"},
    "export_client": {"client_id": 11074, "period": "2018-02"},
    "add_note": {"record": 11074, "text": "Changed {number}"},
}
MANY = {
    *("find_duplicates", "merge_contacts", "import_contacts", "log_week", "update_many"),
    *("export_records", "export_client"),
}
"""Tools of many records: they write none, or several."""
LAST: Mapping[str, dict[str, Any]] = {
    "list_changes": {},
    "get_change": {"change_id": 1},
    "undo_change": {"change_id": 1},
}
"""`{number}` in a text makes it unlike the one before. What is not written here is made from columns and rows."""
with account() as studio:
    MADE = made(HARVEST, studio, {**WRITTEN, **LAST})
EVERY: Mapping[str, dict[str, Any]] = {**WRITTEN, **MADE, **LAST}


def said(tool: str, number: int) -> dict[str, Any]:
    """The arguments of the call, as the one of this number."""
    named = f"{number:04}"
    return {
        name: value.format(number=named) if isinstance(value, str) else value for name, value in EVERY[tool].items()
    }
