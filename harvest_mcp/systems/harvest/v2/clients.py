"""Harvest clients over v2: CL2-1 to CL2-5 (harvest-v2 7)."""

from dataclasses import replace

from harvest_mcp.spec import Dependent
from harvest_mcp.systems.harvest.clients import CLIENTS as V1
from harvest_mcp.systems.harvest.clients import Client
from harvest_mcp.systems.harvest.v2.currencies import CURRENCY
from harvest_mcp.systems.harvest.v2.from_v1 import asking
from harvest_mcp.wire.json.records import Spelled
from harvest_mcp.wire.json.wires import JsonWire

CLIENTS = replace(
    V1,
    wire=JsonWire("/clients", (Spelled("active", "is_active"), Spelled("details", "address"), CURRENCY)),
    filters=asking(V1.filters, active="is_active"),
    dependents=(
        Dependent(noun="contact", by="client_id", fate="goes", words="contact"),
        # 422 while it has any of these (harvest-v2 29.1); in v1 only active projects matter.
        Dependent(noun="project", by="client_id", fate="blocks", words="project"),
        Dependent(noun="invoice", by="client_id", fate="blocks", words="invoice"),
        Dependent(noun="estimate", by="client_id", fate="blocks", words="estimate"),
    ),
)

__all__ = ["CLIENTS", "Client"]
