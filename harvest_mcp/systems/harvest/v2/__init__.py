"""Harvest, by its v2 JSON API: the records of v1, spelled as v2 has them, and what v2 alone has."""

from harvest_mcp import __version__
from harvest_mcp.spec import Plan, System
from harvest_mcp.systems.harvest.v2.account import WHO_AM_I
from harvest_mcp.systems.harvest.v2.clients import CLIENTS
from harvest_mcp.systems.harvest.v2.contacts import CONTACTS
from harvest_mcp.wire.json_wires import JsonDialect

AGENT = f"harvest-mcp/{__version__} (https://harvest-mcp.example)"

HARVEST_V2 = System(
    name="harvest_v2",
    title="Harvest",
    website="https://www.getharvest.com",
    dialect=JsonDialect(AGENT),
    # The vendor allows 100 calls per 15 s; a refusal without a time means 15 s (harvest-v2 3.3).
    plan=Plan(calls=80, seconds=15, pause=15),
    resources=(CLIENTS, CONTACTS),
    identity=WHO_AM_I,
    views=(WHO_AM_I,),
    toolsets=(
        ("account", "who this server is in the account"),
        ("crm", "clients and contacts"),
        ("changes", "the journal of changes, and undo"),
    ),
    default_toolsets=("account", "crm", "changes"),
    beside=("account", "crm", "changes"),
)

__all__ = ["CLIENTS", "CONTACTS", "HARVEST_V2", "WHO_AM_I"]
