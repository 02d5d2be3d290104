"""What each tool costs over v2: calls of those that make no operation of their own, and what all of them may cost."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .operations import DRAFT, LINE, LOGGED, OFFER, OFFERED, SENT, TRACKED, Offered, of

TABLE = Path(__file__).with_name("calls.txt")
"""A line for each tool with its calls: `RENEW=1 pytest tests/harvest_v2/test_calls.py` writes it."""

AFTER_EXPENSE = (
    "create_expense",
    {"project": "301", "expense_category": "602", "spent_at": "2026-02-27", "total_cost": "12.50"},
)
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

MORE: tuple[Offered, ...] = (
    of("get_rate_limit_status", ""),
    of("search_records", "", query="suprcorp"),
    of("update_client", "", client_id=11073, details="b"),
    of("update_project", "", project_id=301, notes="b"),
    of("restore_project", "", ("archive_project", {"project_id": 306}), project_id=306),
    of("update_task", "", task_id=501, default_hourly_rate="81"),
    of("restore_task", "", ("archive_task", {"task_id": 501}), task_id=501),
    of("create_task_in_project", "", project="301", name="Tidy"),
    of("update_task_assignment", "", project="301", task_assignment_id=9001, budget="10.5"),
    of("list_running_timers", ""),
    of("list_time_entries", "", since="2026-02-01"),
    of("archive_person", "", person_id=33),
    of("restore_person", "", ("archive_person", {"person_id": 33}), person_id=33),
    of("update_expense_category", "", expense_category_id=602, deactivated=True),
    of("attach_receipt", "", AFTER_EXPENSE, expense_id=40254, file_name="a.png", data=PIXEL),
    of(
        "get_receipt",
        "",
        AFTER_EXPENSE,
        ("attach_receipt", {"expense_id": 40254, "file_name": "a.png", "data": PIXEL}),
        expense_id=40254,
    ),
    of("update_invoice", "", DRAFT, invoice_id=7061, notes="n"),
    of("add_invoice_line", "", DRAFT, invoice_id=7061, **LINE),
    of(
        "remove_invoice_line",
        "",
        ("create_invoice", {**DRAFT[1], "line_items": [LINE, LINE]}),
        invoice_id=7061,
        line_id=5,
    ),
    of("mark_invoice_sent", "", DRAFT, invoice_id=7061),
    of("mark_invoice_draft", "", DRAFT, SENT, invoice_id=7061),
    of("reopen_invoice", "", DRAFT, SENT, ("close_invoice", {"invoice_id": 7061}), invoice_id=7061),
    of("send_invoice", "", DRAFT, invoice="id 7061", recipients="a@b.example"),
    of("get_invoice_message", "", invoice="id 7004", invoice_message_id=6004),
    of("get_invoice_payment", "", invoice="id 7004", invoice_payment_id=5004),
    of("add_estimate_line", "", OFFER, estimate_id=3007, **LINE),
    of("update_estimate_line", "", OFFER, estimate_id=3007, line_id=1, unit_price="81"),
    of(
        "remove_estimate_line",
        "",
        ("create_estimate", {**OFFER[1], "line_items": [LINE, LINE]}),
        estimate_id=3007,
        line_id=1,
    ),
    of("mark_estimate_sent", "", OFFER, estimate_id=3007),
    of("accept_estimate", "", OFFER, ("mark_estimate_sent", {"estimate_id": 3007}), estimate_id=3007),
    of("decline_estimate", "", OFFER, ("mark_estimate_sent", {"estimate_id": 3007}), estimate_id=3007),
    of(
        "reopen_estimate",
        "",
        OFFER,
        ("mark_estimate_sent", {"estimate_id": 3007}),
        ("accept_estimate", {"estimate_id": 3007}),
        estimate_id=3007,
    ),
    of("get_estimate_message", "", estimate="id 3001", estimate_message_id=3501),
    of("report_time", "", period="2026-01", group_by=["person"]),
    of("report_expenses", "", period="2026-01", group_by=["category"]),
    of("list_changes", "", LOGGED),
    of("get_change", "", LOGGED, change_id=1),
    of("undo_change", "", ("update_contact", {"contact_id": 9, "title": "Owner"}), change_id=1),
)


def asked() -> Mapping[str, Offered]:
    """One call of each tool."""
    found: dict[str, Offered] = {}
    for each in (*OFFERED.values(), *MORE):
        found.setdefault(each.tool, each)
    return found


def plain(wire: Sequence[str]) -> str:
    """Calls without what differs from one to the next."""
    return " · ".join(re.sub(r"(?<=/)[0-9]+", "{id}", call.partition("?")[0]) for call in wire)
