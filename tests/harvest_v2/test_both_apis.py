"""One behaviour over both APIs: the same call, the same answer, the same end in the account."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2, over_v1
from harvest_mcp.sandbox.harvest_v2.tables import (
    CLIENTS,
    CONTACTS,
    ENTRIES,
    EXPENSE_CATEGORIES,
    EXPENSES,
    INVOICE_ITEM_CATEGORIES,
    INVOICE_PAYMENTS,
    INVOICES,
    PEOPLE,
    PROJECTS,
    TASK_ASSIGNMENTS,
    TASKS,
    USER_ASSIGNMENTS,
)
from harvest_mcp.systems.harvest.invoicing.invoice_totals import InvoiceLine

from ..conftest import Talk, talking
from ..stored import differing, image
from .kit import conversing

pytestmark = pytest.mark.anyio
Over = Literal["v1", "v2"]
NOW = 1_772_442_000.0
TABLES = (
    *(CLIENTS, CONTACTS, PROJECTS, TASKS, PEOPLE, USER_ASSIGNMENTS, TASK_ASSIGNMENTS, ENTRIES),
    *(EXPENSE_CATEGORIES, EXPENSES, INVOICES, INVOICE_PAYMENTS, INVOICE_ITEM_CATEGORIES),
)
OWN = (
    *("created_at", "updated_at", "statement_key", "client_key", "timer_started_at", "cache_version"),
    *("currency_symbol", "budget_is_monthly", "invoice_recipient_status", "billable_rate", "cost_rate"),
    *("use_default_rates", "access_roles", "last_invoice_kind", "sent_at", "paid_at", "paid_date", "closed_at"),
    *("payment_options", "hourly_rate", "company_id"),
)
"""What one of the two does not know, or keeps in another way; v1 copies rates that v2 looks up."""


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


LEADS = "is_project_manager"
"""Who comes onto a new project by themselves leads it over v2 if they manage anything."""


def ends(one: Sandbox, other: Sandbox, without: str = "") -> list[list[dict[str, Any]]]:
    """What either account holds in rows that differ: an empty text is none there, and a no nothing."""
    touched = differing(image(one), image(other))
    return [
        [
            {name: kept(value) for name, value in row.items() if name not in (*OWN, without)}
            for table in TABLES
            for id in sorted(touched.get(table.plural, ()))
            for row in sandbox.store.rows(table, [("id", "=", id)])
        ]
        for sandbox in (one, other)
    ]


def kept(value: Any) -> Any:
    """A value as either API keeps it; lines of an invoice by what they say."""
    if isinstance(value, tuple):
        said = ("kind", "description", "quantity", "unit_price")
        return [[getattr(line, name) for name in said] for line in value if isinstance(line, InvoiceLine)]
    return value or None


def told(answer: str) -> str:
    """What an answer begins with: without its undo, which each API has its own words for, and money to the cent.

    Over v2 an invoice that is paid in part stays open, an assignment tells names, and a tool may take arguments more.
    """
    answer = re.sub(r"(?<= takes: )[^.]+", "…", answer)
    line = re.sub(r" undo_change\(.*?\.(?= |$)", "", answer.partition("\n")[0])
    line = re.sub(r"(?<![\w.-])\d+\.\d(?![\w.])|(?<=amount )0(?= )", lambda found: f"{float(found[0]):.2f}", line)
    line = re.sub(r'(?<= assignment) "[^"]+"', "", line)
    return re.sub(r" It has 1 line now\.| -> partial", "", line)


WRITES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "client": [
        ("create_client", {"name": "Neu", "currency": "EUR"}),
        ("update_client", {"client_id": 11073, "details": "2 Desert Road"}),
        ("toggle_client", {"client_id": 11073}),
    ],
    "contact": [
        ("create_contact", {"client": "Acme", "first_name": "Maya", "last_name": "Lindqvist"}),
        ("update_contact", {"contact_id": 9, "phone_mobile": "555-0142"}),
        ("delete_contact", {"contact_id": 10}),
    ],
    "undone": [("update_contact", {"contact_id": 9, "fax": "1"}), ("undo_change", {"change_id": 1})],
    "refused": [
        ("update_contact", {"contact_id": 99_999, "fax": "1"}),
        ("create_client", {"name": "SuprCorp"}),
        ("update_client", {"client_id": 11073, "nmae": "x"}),
        ("log_time", {"project": "Website relaunch", "task": "Design", "hours": "25", "day": "2026-02-27"}),
    ],
    "delete": [("delete_client", {"client_id": 11073})],
    "project": [
        ("create_project", {"client": "SuprCorp", "name": "Site 2", "bill_by": "Tasks", "billable": True}),
        ("update_project", {"project_id": 301, "notes": "new"}),
        ("archive_project", {"project_id": 306}),
    ],
    "task": [
        ("create_task", {"name": "Tidy"}),
        ("update_task", {"task_id": 501, "default_hourly_rate": "81.50"}),
        ("delete_task", {"task_id": 513}),
    ],
    "assignments": [
        ("create_user_assignment", {"project": "306", "person": "33"}),
        ("create_task_assignment", {"project": "306", "task": "505"}),
        ("update_user_assignment", {"user_assignment_id": 8003, "project": "301", "is_project_manager": True}),
        ("update_task_assignment", {"task_assignment_id": 9001, "project": "301", "billable": False}),
    ],
    "people": [
        ("create_person", {"first_name": "Nils", "last_name": "Holm", "email": "nils@kestrel.example"}),
        ("update_person", {"person_id": 32, "first_name": "Mig", "timezone": "London"}),
    ],
    "expenses": [
        (
            "create_expense",
            {
                "project": "301",
                "expense_category": "Meals",
                "spent_at": "2026-02-27",
                "total_cost": "12.50",
                "notes": "lunch",
            },
        ),
        ("update_expense", {"expense_id": 40234, "notes": "dinner"}),
        ("delete_expense", {"expense_id": 40234}),
    ],
    "categories": [
        ("create_expense_category", {"name": "Taxi"}),
        ("update_expense_category", {"expense_category_id": 602, "name": "Food"}),
        ("create_invoice_item_category", {"name": "Hosting"}),
        ("update_invoice_item_category", {"invoice_item_category_id": 4003, "name": "Trips"}),
    ],
    "invoices": [
        ("create_invoice", {"client": "SuprCorp", "subject": "Site", "due_at_human_format": "NET 30"}),
        (
            "add_invoice_line",
            {"invoice_id": 7061, "kind": "Service", "description": "Proofs", "quantity": "2", "unit_price": "50.00"},
        ),
        ("update_invoice", {"invoice_id": 7061, "notes": "With thanks"}),
        ("mark_invoice_sent", {"invoice_id": 7061}),
        ("close_invoice", {"invoice_id": 7061}),
        ("reopen_invoice", {"invoice_id": 7061}),
        ("create_invoice_payment", {"invoice": "7061", "amount": "40.00", "paid_at": "2026-03-01"}),
    ],
    "mails": [("send_invoice", {"invoice": "7011", "recipients": "jane@kestrel.example", "body": "Here it is."})],
    "time": [
        ("log_time", {"project": "Website relaunch", "task": "Design", "hours": "1:30", "day": "2026-02-27"}),
        ("log_time", {"project": "301", "task": "502", "hours": "0.25", "notes": "x", "day": "yesterday"}),
        ("update_time_entry", {"time_entry_id": 28984, "notes": "later", "hours": "2"}),
        ("delete_time_entry", {"time_entry_id": 28985}),
    ],
    "timers": [("start_timer", {"project": "301", "task": "501"}), ("stop_timer", {})],
}


@pytest.mark.parametrize("name", WRITES)
async def test_the_same_calls_have_the_same_answers_and_leave_the_account_the_same(name: str) -> None:
    said = []
    with open_harvest_v2(clock=lambda: NOW) as one, open_harvest_v2(clock=lambda: NOW) as other:
        accounts: list[tuple[Over, Sandbox]] = [("v1", one), ("v2", other)]
        for api, sandbox in accounts:
            async with talk_over(api, sandbox) as talk:
                answers = [await talk.call(tool, **arguments) for tool, arguments in WRITES[name]]
            said.append([(answer.is_error, told(answer.text)) for answer in answers])
        v1, v2 = ends(one, other, LEADS if name == "project" else "")
    assert said[0] == said[1]
    assert all(failed is (name == "refused") for failed, _ in said[0]), said[0]
    assert v1 == v2


ONE_BY_THE_OTHER: list[tuple[str, dict[str, Any], str, dict[str, Any], str]] = [
    ("create_client", {"name": "Neu"}, "list_clients", {"query": "Neu", "fields": ["name"]}, "Neu"),
    ("update_contact", {"contact_id": 9, "fax": "55"}, "get_contact", {"contact_id": 9}, '"fax":"55"'),
    ("archive_project", {"project_id": 306}, "get_project", {"project_id": 306}, '"active":false'),
    ("create_task", {"name": "Tidy"}, "list_tasks", {"query": "Tidy", "fields": ["name"]}, "Tidy"),
    (
        "log_time",
        {"project": "301", "task": "501", "hours": "1.5", "day": "2026-02-27", "notes": "told twice"},
        "get_timesheet",
        {"day": "2026-02-27"},
        "told twice",
    ),
    (
        "create_expense",
        {"project": "301", "expense_category": "Meals", "spent_at": "2026-02-27", "total_cost": "7.25"},
        "report_expenses",
        {"since": "2026-02-27", "until": "2026-02-27", "group_by": ["category"]},
        "7.25",
    ),
    ("mark_invoice_sent", {"invoice_id": 7006}, "get_invoice", {"invoice_id": 7006}, '"state":"open"'),
    (
        "create_invoice_payment",
        {"invoice": "7004", "amount": "9.62", "paid_at": "2026-03-01"},
        "get_invoice",
        {"invoice_id": 7004},
        '"due_amount":"2300.0',
    ),
    ("update_person", {"person_id": 32, "first_name": "Mig"}, "get_person", {"person_id": 32}, '"Mig"'),
]


@pytest.mark.parametrize("first", ["v1", "v2"])
@pytest.mark.parametrize(("writes", "given", "reads", "asked", "shows"), ONE_BY_THE_OTHER)
async def test_a_write_by_one_is_read_by_the_other(
    first: Over, writes: str, given: dict[str, Any], reads: str, asked: dict[str, Any], shows: str
) -> None:
    with open_harvest_v2(clock=lambda: NOW) as sandbox:
        async with talk_over(first, sandbox) as writer, talk_over("v2" if first == "v1" else "v1", sandbox) as reader:
            assert shows not in (await reader.call(reads, **asked)).text.partition("\n")[2]
            await writer.ok(writes, **given)
            assert shows in await reader.ok(reads, **asked)


READS: list[tuple[str, dict[str, Any]]] = [
    ("list_projects", {"client": "SuprCorp"}),
    ("list_projects", {"active": False, "fields": ["name", "code"]}),
    ("list_tasks", {"deactivated": False, "fields": ["name"]}),
    ("list_clients", {"query": "acme", "fields": ["name", "active"]}),
    ("list_contacts", {"client": "SuprCorp", "fields": ["first_name", "email"]}),
    ("list_people", {"is_active": True, "fields": ["first_name", "email"]}),
    ("list_invoice_item_categories", {"fields": ["name"]}),
    ("list_invoice_payments", {"invoice": "7003", "fields": ["amount", "notes"]}),
    ("list_invoices", {"client": "SuprCorp", "fields": ["number", "issued_at"]}),
    ("list_task_assignments", {"project": "301", "fields": ["task_id", "billable"]}),
    ("search_records", {"query": "suprcrop", "kinds": ["clients"]}),
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


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_a_figure_of_a_project_that_does_not_count_as_it_stands_is_told(api: Over, sandbox: Sandbox) -> None:
    """A budget without budget_by is stored, and counts for nothing: neither vendor nor report says so."""
    async with talk_over(api, sandbox) as talk:
        made = await talk.ok("create_project", client="Acme", name="Rocket", budget="120", fee="5000")
        assert made.splitlines()[0].endswith(
            " and the default tasks. Its budget_by is none: budget counts only with "
            'update_project(project_id=327, budget_by="project"). Its is_fixed_fee is false: fee counts only with '
            "update_project(project_id=327, is_fixed_fee=true)."
        )
        counting = await talk.ok("update_project", project_id=327, budget="130", budget_by="project")
        assert "counts only" not in counting
        billed = await talk.ok("update_project", project_id=301, hourly_rate="100", cost_budget="900")
        assert billed.splitlines()[0].endswith(
            "Its budget_by is project: cost_budget counts only with "
            'update_project(project_id=301, budget_by="project_cost"). Its bill_by is Tasks: hourly_rate counts only '
            'with update_project(project_id=301, bill_by="Project").'
        )


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_a_new_rate_of_a_task_is_told_to_leave_the_projects_that_have_it(api: Over, sandbox: Sandbox) -> None:
    async with talk_over(api, sandbox) as talk:
        says = "Projects that have the task keep their rate; update_task_assignment changes one."
        changed = await talk.ok("update_task", task_id=501, default_hourly_rate="95")
        assert changed.splitlines()[0].endswith(f" takes it back. {says}")
        assert says not in await talk.ok("create_task", name="Lettering", default_hourly_rate="70")
