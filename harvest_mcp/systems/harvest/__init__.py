"""Harvest, by its v1 XML API."""

from harvest_mcp.spec import Plan, System
from harvest_mcp.systems.harvest.account import RATE_LIMIT, WHO_AM_I
from harvest_mcp.systems.harvest.clients import CLIENTS
from harvest_mcp.systems.harvest.contacts import CONTACTS
from harvest_mcp.systems.harvest.invoice_item_categories import INVOICE_ITEM_CATEGORIES
from harvest_mcp.systems.harvest.invoice_messages import INVOICE_MESSAGES
from harvest_mcp.systems.harvest.invoice_payments import INVOICE_PAYMENTS
from harvest_mcp.systems.harvest.invoices import INVOICES
from harvest_mcp.systems.harvest.people import PEOPLE
from harvest_mcp.systems.harvest.projects import PROJECTS
from harvest_mcp.systems.harvest.task_assignments import TASK_ASSIGNMENTS
from harvest_mcp.systems.harvest.tasks import TASKS
from harvest_mcp.systems.harvest.user_assignments import USER_ASSIGNMENTS

HARVEST = System(
    name="harvest",
    title="Harvest",
    dialect="rails",
    # The vendor allows 100 calls per 15 s and account; a missing Retry-After means 16 s (harvest-v1 4).
    plan=Plan(calls=80, seconds=15, pause=16),
    resources=(
        *(CLIENTS, CONTACTS, PROJECTS, TASKS, USER_ASSIGNMENTS, TASK_ASSIGNMENTS, PEOPLE, INVOICES),
        *(INVOICE_MESSAGES, INVOICE_PAYMENTS, INVOICE_ITEM_CATEGORIES),
    ),
    identity=WHO_AM_I,
    views=(WHO_AM_I, RATE_LIMIT),
    toolsets=(
        ("account", "who this server is in the account, and the call budget"),
        ("crm", "clients and contacts"),
        ("projects", "projects, tasks, and who and what is on them"),
        ("people", "who works in the account"),
        ("invoices", "invoices with their messages and payments, and categories of their lines"),
        ("changes", "the journal of changes, and undo"),
    ),
    default_toolsets=("account", "crm", "projects", "changes"),
    beside=("account", "crm", "changes"),
)

__all__ = [
    "CLIENTS", "CONTACTS", "HARVEST", "INVOICES",
    "INVOICE_ITEM_CATEGORIES", "INVOICE_MESSAGES", "INVOICE_PAYMENTS",
    "PEOPLE", "PROJECTS", "RATE_LIMIT", "TASKS", "TASK_ASSIGNMENTS",
    "USER_ASSIGNMENTS", "WHO_AM_I",
]  # fmt: skip
