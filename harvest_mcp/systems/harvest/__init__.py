"""Harvest, by its v1 XML API."""

from harvest_mcp.spec import Plan, System
from harvest_mcp.systems.harvest.account import RATE_LIMIT, WHO_AM_I
from harvest_mcp.systems.harvest.clients import CLIENTS
from harvest_mcp.systems.harvest.contacts import CONTACTS
from harvest_mcp.systems.harvest.work import INVOICES, PROJECTS

HARVEST = System(
    name="harvest",
    title="Harvest",
    dialect="rails",
    # The vendor allows 100 calls per 15 s and account; a missing Retry-After means 16 s (harvest-v1 4).
    plan=Plan(calls=80, seconds=15, pause=16),
    resources=(CLIENTS, CONTACTS, PROJECTS, INVOICES),
    identity=WHO_AM_I,
    views=(WHO_AM_I, RATE_LIMIT),
    toolsets=(
        ("account", "who this server is in the account, and the call budget"),
        ("crm", "clients and contacts"),
        ("changes", "the journal of changes, and undo"),
    ),
    default_toolsets=("account", "crm", "changes"),
)

__all__ = ["CLIENTS", "CONTACTS", "HARVEST", "INVOICES", "PROJECTS", "RATE_LIMIT", "WHO_AM_I"]
