"""What each tool costs over v2: calls of those that make no operation of their own, and what all of them may cost."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from .operations import DRAFT, LINE, LOGGED, OFFER, OFFERED, PAID, SENT, Offered, of

TABLE = Path(__file__).with_name("calls.txt")
"""A line for each tool with its calls: `RENEW=1 pytest tests/harvest_v2/test_calls.py` writes it."""

SPENT = (
    "create_expense",
    {"project": "301", "expense_category": "602", "spent_at": "2026-02-27", "total_cost": "12.50"},
)
PICTURE = {
    "file_name": "a.png",
    "data": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
}
OTHER = {**LINE, "unit_price": "81"}
ESTIMATED = ("mark_estimate_sent", {"estimate_id": 3007})
MORE: tuple[Offered, ...] = (
    of("get_rate_limit_status", ""),
    of("search_records", "", query="suprcorp"),
    of("update_client", "", client_id=11073, details="b"),
    of("archive_client", "", client_id=11073),
    of("restore_client", "", ("archive_client", {"client_id": 11073}), client_id=11073),
    of("update_project", "", project_id=301, notes="b"),
    of("restore_project", "", ("archive_project", {"project_id": 306}), project_id=306),
    of("update_task", "", task_id=501, default_hourly_rate="81"),
    of("restore_task", "", ("archive_task", {"task_id": 501}), task_id=501),
    of("create_task_in_project", "", project="301", name="Tidy"),
    of("list_running_timers", ""),
    of("list_time_entries", "", since="2026-02-01"),
    of("archive_person", "", person_id=33),
    of("restore_person", "", ("archive_person", {"person_id": 33}), person_id=33),
    of("attach_receipt", "", SPENT, expense_id=40254, **PICTURE),
    of("get_receipt", "", SPENT, ("attach_receipt", {"expense_id": 40254, **PICTURE}), expense_id=40254),
    of("update_invoice", "", DRAFT, invoice_id=7061, notes="n"),
    of("add_invoice_line", "", DRAFT, invoice_id=7061, **OTHER),
    of("remove_invoice_line", "", (DRAFT[0], {**DRAFT[1], "line_items": [LINE, OTHER]}), invoice_id=7061, line_id=5),
    of("mark_invoice_sent", "", DRAFT, invoice_id=7061),
    of("mark_invoice_draft", "", DRAFT, SENT, invoice_id=7061),
    of("reopen_invoice", "", DRAFT, SENT, ("close_invoice", {"invoice_id": 7061}), invoice_id=7061),
    of("send_invoice", "", DRAFT, invoice="id 7061", recipients="a@b.example"),
    of("get_invoice_message", "", invoice="id 7004", invoice_message_id=6004),
    of("get_invoice_payment", "", DRAFT, SENT, PAID, invoice="id 7061", invoice_payment_id=5057),
    of("list_estimates", "", client="id 11072"),
    of("add_estimate_line", "", OFFER, estimate_id=3007, **OTHER),
    of("update_estimate_line", "", OFFER, estimate_id=3007, line_id=9, unit_price="81"),
    of("remove_estimate_line", "", (OFFER[0], {**OFFER[1], "line_items": [LINE, OTHER]}), estimate_id=3007, line_id=9),
    of("mark_estimate_sent", "", OFFER, estimate_id=3007),
    of("accept_estimate", "", OFFER, ESTIMATED, estimate_id=3007),
    of("decline_estimate", "", OFFER, ESTIMATED, estimate_id=3007),
    of("reopen_estimate", "", OFFER, ESTIMATED, ("accept_estimate", {"estimate_id": 3007}), estimate_id=3007),
    of("get_estimate_message", "", estimate="id 3001", estimate_message_id=3501),
    of("report_time", "", period="2026-01", group_by=["person"]),
    of("report_expenses", "", period="2026-01", group_by=["category"]),
    of("list_changes", "", LOGGED),
    of("get_change", "", LOGGED, change_id=1),
    of("undo_change", "", ("update_contact", {"contact_id": 9, "title": "Owner"}), change_id=1),
)

WHO = ("GET /v2/users/me", "GET /v2/company")
MOST = {
    **dict.fromkeys(("get_rate_limit_status", "list_changes", "get_change"), 0),
    **{"who_am_i": 2, "get_receipt": 2, "get_timesheet": 2, "delete_client": 12, "delete_project": 14},
    **dict.fromkeys(("delete_invoice", "delete_user_assignment"), 8),
    **dict.fromkeys(("send_", "delete_invoice_", "delete_estimate", "create_invoice_payment"), 7),
    **dict.fromkeys(("delete_task_assignment", "create_billable_rate", "create_cost_rate"), 6),
    **{"create_task_in_project": 5, "update_team": 7},
    **dict.fromkeys(("update_task_assignment", "create_person", "start_timer", "stop_timer"), 4),
    **dict.fromkeys(("mark_invoice_sent", "close_invoice"), 4),
    "log_time": 3,
    **dict.fromkeys(("report_uninvoiced", "report_budgets"), 1),
    **dict.fromkeys(("list_", "get_"), 1),
    **dict.fromkeys(("delete_", "report_"), 4),
    "search_records": 9,
    "": 3,
}
"""Calls that a tool may make at most, of the longest of these that its name begins with (harvest-v2 28): those that ask
who calls are made once in ten minutes, and not counted."""


def asked() -> Mapping[str, Offered]:
    """One call of each tool."""
    found: dict[str, Offered] = {}
    for each in (*MORE, *OFFERED.values()):
        found.setdefault(each.tool, each)
    return found


def plain(wire: Sequence[str]) -> str:
    """Calls without what differs from one to the next."""
    return " · ".join(re.sub(r"(?<=/)[0-9]+", "{id}", call.partition("?")[0]) for call in wire)


def table() -> list[tuple[str, list[str]]]:
    """Each tool with its calls, as they were written down."""
    lines = [line.split(" | ") for line in TABLE.read_text("utf-8").splitlines()]
    return [(tool, [call for call in calls.split(" · ") if call]) for tool, calls in lines]


def hold(tool: str, wire: Sequence[str]) -> None:
    """Compare the calls of a tool with its row; with RENEW in the environment they are written down instead."""
    calls = plain([line for line in wire if tool == "who_am_i" or line not in WHO])
    rows = dict(line.split(" | ") for line in TABLE.read_text("utf-8").splitlines())
    if "RENEW" in os.environ:
        TABLE.write_text("".join(f"{name} | {told}\n" for name, told in sorted({**rows, tool: calls}.items())), "utf-8")
    else:
        assert rows[tool] == calls


def most(tool: str) -> int:
    """Return how many calls a tool may make."""
    return next(MOST[name] for name in sorted(MOST, key=len, reverse=True) if tool.startswith(name))
