"""One behaviour over both APIs: the same call, the same answer, the same end in the account."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2, over_v1
from harvest_mcp.sandbox.harvest_v2.tables import CLIENTS, CONTACTS, ENTRIES, INVOICES, PROJECTS, TASKS

from ..conftest import Talk, talking
from .kit import conversing

pytestmark = pytest.mark.anyio
Over = Literal["v1", "v2"]
NOW = 1_772_442_000.0
TABLES = (CLIENTS, CONTACTS, PROJECTS, TASKS, ENTRIES, INVOICES)
OWN = (
    *("created_at", "updated_at", "statement_key", "client_key", "timer_started_at"),
    *(
        "cache_version",
        "currency_symbol",
        "budget_is_monthly",
        "invoice_recipient_status",
        "billable_rate",
        "cost_rate",
    ),
)
"""What one of the two does not know, or keeps in another way."""


@asynccontextmanager
async def talk_over(api: Over, sandbox: Sandbox, **more: Any) -> AsyncIterator[Talk]:
    """A client of the same account over one of the two."""
    flags = {"reply": "yes", "toolsets": "all", "clock": lambda: NOW, **more}
    if api == "v2":
        async with conversing(sandbox, **flags) as talk:
            yield talk
    else:
        async with talking(over_v1(sandbox), **flags) as talk:
            yield talk


def state(sandbox: Sandbox) -> dict[str, list[dict[str, Any]]]:
    """What is in the account, whether as an empty text or as none."""
    return {
        table.plural: [
            {name: value or None for name, value in row.items() if name not in OWN} for row in sandbox.rows(table)
        ]
        for table in TABLES
    }


WRITES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "client": [("create_client", {"name": "Neu", "currency": "EUR"}), ("toggle_client", {"client_id": 11073})],
    "contact": [
        ("create_contact", {"client": "Acme", "first_name": "Maya", "last_name": "Lindqvist"}),
        ("update_contact", {"contact_id": 9, "phone_mobile": "555-0142"}),
        ("delete_contact", {"contact_id": 10}),
    ],
    "undone": [("update_contact", {"contact_id": 9, "fax": "1"}), ("undo_change", {"change_id": 1})],
    "delete": [("delete_client", {"client_id": 11073})],
    "project": [
        ("create_project", {"client": "SuprCorp", "name": "Site 2", "bill_by": "Tasks", "billable": True}),
        ("update_project", {"project_id": 301, "notes": "new"}),
        ("archive_project", {"project_id": 306}),
    ],
    "task": [("create_task", {"name": "Tidy"}), ("update_task", {"task_id": 501, "default_hourly_rate": "81.50"})],
    "time": [
        ("log_time", {"project": "Website relaunch", "task": "Design", "hours": "1:30", "day": "2026-02-27"}),
        ("log_time", {"project": "301", "task": "502", "hours": "0.25", "notes": "x", "day": "yesterday"}),
    ],
}


@pytest.mark.parametrize("name", WRITES)
async def test_the_same_calls_leave_the_account_the_same(name: str) -> None:
    ends = []
    for api in ("v1", "v2"):
        with open_harvest_v2(clock=lambda: NOW) as sandbox:
            async with talk_over(api, sandbox) as talk:
                for tool, arguments in WRITES[name]:
                    await talk.ok(tool, **arguments)
            ends.append(state(sandbox))
    assert ends[0] == ends[1]


READS: list[tuple[str, dict[str, Any]]] = [
    ("list_projects", {"client": "SuprCorp"}),
    ("list_projects", {"active": False, "fields": ["name", "code"]}),
    ("list_tasks", {"deactivated": False, "fields": ["name"]}),
    ("list_expense_categories", {"fields": ["name", "unit_name"]}),
    ("list_user_assignments", {"project": "301", "fields": ["user_id", "is_project_manager"]}),
    ("get_timesheet", {"day": "2026-02-27", "fields": ["project", "task"]}),
    ("report_time", {"period": "2026-01", "group_by": ["person"]}),
    ("report_time", {"period": "2026-01", "group_by": ["project"], "client": "SuprCorp"}),
    ("report_expenses", {"period": "2026-01", "group_by": ["category"]}),
    ("report_expenses", {"since": "2025-12-01", "until": "2026-02-28", "group_by": ["project"]}),
]


@pytest.mark.parametrize(("tool", "arguments"), READS, ids=lambda value: str(value)[:60])
async def test_the_same_question_has_the_same_answer(tool: str, arguments: dict[str, Any]) -> None:
    with open_harvest_v2(clock=lambda: NOW) as sandbox:
        said = []
        for api in ("v1", "v2"):
            async with talk_over(api, sandbox) as talk:
                said.append(await talk.ok(tool, **arguments))
    assert said[0] == said[1]
