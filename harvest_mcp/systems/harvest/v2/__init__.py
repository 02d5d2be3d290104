"""Harvest through its v2 JSON API: the records of v1 with v2's names, and those that only v2 has."""

from harvest_mcp.spec import Plan, System
from harvest_mcp.systems.harvest.v2.account import RATE_LIMIT, WHO_AM_I
from harvest_mcp.systems.harvest.v2.assignments import TASK_ASSIGNMENTS, USER_ASSIGNMENTS
from harvest_mcp.systems.harvest.v2.clients import CLIENTS
from harvest_mcp.systems.harvest.v2.contacts import CONTACTS
from harvest_mcp.systems.harvest.v2.expense_categories import EXPENSE_CATEGORIES
from harvest_mcp.systems.harvest.v2.expenses import EXPENSES
from harvest_mcp.systems.harvest.v2.invoicing.estimates import (
    ESTIMATE_ITEM_CATEGORIES,
    ESTIMATE_MESSAGES,
    ESTIMATES,
)
from harvest_mcp.systems.harvest.v2.invoicing.invoice_parts import (
    INVOICE_ITEM_CATEGORIES,
    INVOICE_MESSAGES,
    INVOICE_PAYMENTS,
    MESSAGE_DRAFT,
)
from harvest_mcp.systems.harvest.v2.invoicing.invoices import INVOICES
from harvest_mcp.systems.harvest.v2.people import PEOPLE
from harvest_mcp.systems.harvest.v2.projects import PROJECTS
from harvest_mcp.systems.harvest.v2.rates_and_roles import BILLABLE_RATES, COST_RATES, ROLES, TEAMS
from harvest_mcp.systems.harvest.v2.reports import BUDGETS, SPENDING, TIME, UNINVOICED
from harvest_mcp.systems.harvest.v2.tasks import TASKS
from harvest_mcp.systems.harvest.v2.time_entries import TIME_ENTRIES
from harvest_mcp.wire.json.wires import JsonDialect

HARVEST_V2 = System(
    name="harvest_v2",
    title="Harvest",
    website="https://www.getharvest.com",
    dialect=JsonDialect(),
    # The vendor allows 100 calls per 15 s; a refusal without a time means 15 s (harvest-v2 3.3).
    plan=Plan(calls=80, seconds=15, pause=15),
    # Reports have 100 per 15 min of their own.
    budgets=(Plan(calls=80, seconds=900, pause=60, path="/reports/"),),
    resources=(
        *(CLIENTS, CONTACTS, PROJECTS, TASKS, USER_ASSIGNMENTS, TASK_ASSIGNMENTS, TIME_ENTRIES, PEOPLE),
        *(EXPENSE_CATEGORIES, EXPENSES),
        *(INVOICES, INVOICE_MESSAGES, INVOICE_PAYMENTS, INVOICE_ITEM_CATEGORIES),
        *(ESTIMATES, ESTIMATE_MESSAGES, ESTIMATE_ITEM_CATEGORIES),
        *(BILLABLE_RATES, COST_RATES, ROLES, TEAMS),
    ),
    identity=WHO_AM_I,
    views=(WHO_AM_I, RATE_LIMIT, MESSAGE_DRAFT),
    reports=(TIME, SPENDING),
    ready=(UNINVOICED, BUDGETS),
    toolsets=(
        ("account", "who this server is in the account, and the call budget"),
        ("crm", "clients and contacts"),
        ("projects", "projects, tasks, and who and what is on them"),
        ("time", "timesheets and timers"),
        ("people", "who works in the account, their rates and roles"),
        ("expenses", "expenses and their categories"),
        ("invoices", "invoices with their messages and payments, and categories of their lines"),
        ("estimates", "estimates with their messages, and categories of their lines"),
        ("reports", "hours and money of a period, added up"),
        ("insight", "what is owed, left and unbilled, how busy people are"),
        ("bulk", "what is there twice, merges, imports, exports, and many changes at once"),
        ("changes", "the journal of changes, and undo"),
    ),
    default_toolsets=("account", "crm", "projects", "time", "changes"),
    numbered=True,
    others=(("harvest", "v1"),),
    beside=("account", "crm", "time", "changes"),
)

__all__ = [
    "BILLABLE_RATES", "CLIENTS", "CONTACTS", "COST_RATES", "ESTIMATES", "ESTIMATE_ITEM_CATEGORIES",
    "ESTIMATE_MESSAGES", "EXPENSES", "EXPENSE_CATEGORIES", "HARVEST_V2", "INVOICES", "INVOICE_ITEM_CATEGORIES",
    "INVOICE_MESSAGES", "INVOICE_PAYMENTS", "PEOPLE", "PROJECTS", "RATE_LIMIT", "ROLES", "TASKS", "TASK_ASSIGNMENTS",
    "TEAMS", "TIME_ENTRIES", "USER_ASSIGNMENTS", "WHO_AM_I",
]  # fmt: skip
