"""Print how long one call keeps every other waiting, as JSON: `python -m tests.tools.stalls`, a process of its own."""

import gc
import json
import time

import anyio

from harvest_mcp.sandbox import Fault, open_account
from tests.conftest import Talk, talking
from tests.tools.kit import INVOICE, ITEMS

CONTACT = '<contact><id type="integer">{}</id><first-name>Ann</first-name><last-name>Lee</last-name></contact>'


async def longest_wait(talk: Talk, tool: str, **arguments: object) -> float:
    """Return the seconds of this process's work for which nothing else had a turn: a ping would have waited."""
    longest, running = 0.0, True

    async def ping() -> None:
        nonlocal longest
        last = time.process_time()
        while running:
            await anyio.sleep(0.002)
            longest, last = max(longest, time.process_time() - last), time.process_time()

    async with anyio.create_task_group() as together:
        together.start_soon(ping)
        await talk.ok(tool, **arguments)
        running = False
    return longest


async def measure() -> dict[str, float]:
    """Return the longest wait beside an invoice of 150,000 lines and beside a list of 40,000 contacts."""
    sandbox, waits = open_account(), {}
    async with talking(sandbox, toolsets="all") as talk:
        await talk.ok("list_invoices")  # imports what it needs
        gc.collect()
        gc.freeze()  # as serving does: what was there before is not looked through again
        lines = ITEMS + "Service,Work,1.0,10.0,10.0,false,false,\n" * 150_000
        rows = "".join(map(CONTACT.format, range(1, 40_000)))
        for tool, arguments, body in (
            ("get_invoice", {"invoice_id": 7060}, INVOICE.format(lines)),
            ("list_contacts", {"query": "ann"}, f'<contacts type="array">{rows}</contacts>'),
        ):
            sandbox.calm()
            sandbox.fail(Fault("status", "200", body=body.encode(), method="GET"))
            waits[tool] = await longest_wait(talk, tool, **arguments)
    return waits


if __name__ == "__main__":
    print(json.dumps(anyio.run(measure)))
