"""Harvest through its v1 XML API."""

from harvest_mcp.spec import Plan, System
from harvest_mcp.systems.harvest.account import RATE_LIMIT, WHO_AM_I
from harvest_mcp.systems.harvest.assignments.task_assignments import TASK_ASSIGNMENTS
from harvest_mcp.systems.harvest.assignments.user_assignments import USER_ASSIGNMENTS
from harvest_mcp.systems.harvest.clients import CLIENTS
from harvest_mcp.systems.harvest.contacts import CONTACTS
from harvest_mcp.systems.harvest.day_entries import DAY_ENTRIES
from harvest_mcp.systems.harvest.expense_categories import EXPENSE_CATEGORIES
from harvest_mcp.systems.harvest.expenses import EXPENSES
from harvest_mcp.systems.harvest.invoicing.invoice_item_categories import INVOICE_ITEM_CATEGORIES
from harvest_mcp.systems.harvest.invoicing.invoice_messages import INVOICE_MESSAGES
from harvest_mcp.systems.harvest.invoicing.invoice_payments import INVOICE_PAYMENTS
from harvest_mcp.systems.harvest.invoicing.invoices import INVOICES
from harvest_mcp.systems.harvest.people import PEOPLE
from harvest_mcp.systems.harvest.projects import PROJECTS
from harvest_mcp.systems.harvest.reports import EXPENSE_ROWS, SPENDING, TIME
from harvest_mcp.systems.harvest.tasks import TASKS
from harvest_mcp.systems.harvest.time_entries import TIME_ENTRIES, TIMESHEET
from harvest_mcp.wire.rails_wires import RailsDialect

HARVEST = System(
    name="harvest",
    title="Harvest",
    website="https://www.getharvest.com",
    dialect=RailsDialect(),
    # The vendor allows 100 calls per 15 s and account; a missing Retry-After means 16 s (harvest-v1 4).
    plan=Plan(calls=80, seconds=15, pause=16),
    resources=(
        *(CLIENTS, CONTACTS, PROJECTS, TASKS, USER_ASSIGNMENTS, TASK_ASSIGNMENTS, TIME_ENTRIES, PEOPLE),
        *(EXPENSE_CATEGORIES, EXPENSES),
        *(INVOICES, INVOICE_MESSAGES, INVOICE_PAYMENTS, INVOICE_ITEM_CATEGORIES),
    ),
    identity=WHO_AM_I,
    others=(("harvest_v2", "v2"),),
    moved="move to API v2: make a token at id.getharvest.com/developers, set HARVEST_ACCESS_TOKEN, and take"
    " HARVEST_URL, HARVEST_EMAIL and HARVEST_PASSWORD out.",
    views=(WHO_AM_I, RATE_LIMIT),
    reports=(TIME, SPENDING),
    toolsets=(
        ("account", "who this server is in the account, and the call budget"),
        ("crm", "clients and contacts"),
        ("projects", "projects, tasks, and who and what is on them"),
        ("time", "timesheets and timers"),
        ("people", "who works in the account"),
        ("expenses", "expenses, their receipts and categories"),
        ("invoices", "invoices with their messages and payments, and categories of their lines"),
        ("reports", "hours and money of a period, added up"),
        ("insight", "what is owed, left and unbilled, how busy people are"),
        ("bulk", "what is there twice, merges, imports, exports, and many changes at once"),
        ("changes", "the journal of changes, and undo"),
    ),
    default_toolsets=("account", "crm", "projects", "time", "changes"),
    beside=("account", "crm", "time", "changes"),
)

__all__ = [
    "CLIENTS", "CONTACTS", "DAY_ENTRIES", "EXPENSES", "EXPENSE_CATEGORIES", "EXPENSE_ROWS", "HARVEST", "INVOICES",
    "INVOICE_ITEM_CATEGORIES", "INVOICE_MESSAGES", "INVOICE_PAYMENTS", "PEOPLE", "PROJECTS", "RATE_LIMIT", "SPENDING",
    "TASKS", "TASK_ASSIGNMENTS", "TIME", "TIMESHEET", "TIME_ENTRIES",
    "USER_ASSIGNMENTS", "WHO_AM_I",
]  # fmt: skip
