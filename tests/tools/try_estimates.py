"""Call the tools of estimates against the sandbox; run in a copy of the package that has that one resource more.

python -m tests.tools.try_estimates     # prints each [answer, wire, writes], and the state of that invoice
"""

import json
import sys

import anyio

from harvest_mcp.sandbox import open_account
from harvest_mcp.systems.harvest import HARVEST, INVOICES
from tests.conftest import talking
from tests.sandbox.kit import Clock
from tests.tools.kit import writes

ESTIMATES = HARVEST.resource("estimate")
DRAFT, STATELESS = 7058, 7059
"""Ids of estimates: of one that is also that of an invoice, a draft; and of one without a state."""
CALLS: tuple[tuple[str, dict[str, object]], ...] = (
    ("list_estimates", {}),
    ("list_estimates", {"state": "open"}),
    ("list_estimates", {"client": "Acme"}),
    ("create_estimate", {"client": "Acme", "number": "E-7", "amount": "80,00"}),
    ("create_estimate", {"client": "Acme", "number": "e-7"}),
    ("update_estimate", {"estimate_id": DRAFT, "amount": "90", "client": "SuprCorp"}),
    ("add_estimate_cost_line", {"estimate_id": DRAFT, "description": "By rail", "amount": "10", "day": "yesterday"}),
    ("accept_estimate", {"estimate_id": DRAFT}),
    ("decline_estimate", {"estimate_id": DRAFT}),
    ("accept_estimate", {"estimate_id": STATELESS}),
    ("search_records", {"query": "e-7 acme", "kinds": ["estimates", "clients"]}),
    ("delete_estimate", {"estimate_id": DRAFT}),
    ("get_estimate", {"estimate_id": DRAFT}),
)


async def attempt() -> None:
    told, clock = [], Clock()
    with open_account(clock=clock, calls=None) as sandbox:
        sandbox.put(ESTIMATES, id=DRAFT, client_id=11073, number="E-5", state="draft")
        sandbox.put(ESTIMATES, id=STATELESS, client_id=11073, number="E-6")
        async with talking(sandbox, reply="yes", toolsets="estimates,crm,invoices", clock=clock) as talk:
            for tool, arguments in CALLS:
                said = await talk.call(tool, **arguments)
                sent = [[method, path, body.decode()] for method, path, body in writes(talk)]
                told.append([said.text, talk.wire(), sent])
        states = [row["state"] for row in sandbox.rows(INVOICES) if row["id"] == DRAFT]
    json.dump([told, states], sys.stdout)


if __name__ == "__main__":
    anyio.run(attempt)
