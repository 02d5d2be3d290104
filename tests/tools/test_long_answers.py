"""What is too long for an answer is cut and said to be, whatever the vendor holds; and cutting costs no stall."""

import gc
import json
import time

import anyio
import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.tools import cut
from tests.conftest import Talk, talking

pytestmark = pytest.mark.anyio
CLIENT = '<client><id type="integer">11072</id><name>SuprCorp</name><details>{}</details></client>'
ITEMS = "kind,description,quantity,unit_price,amount,taxed,taxed2,project_id\n"
INVOICE = (
    '<invoice><id type="integer">7060</id><client-id type="integer">11072</client-id><number>7</number>'
    "<csv-line-items>{}</csv-line-items></invoice>"
)


def answering(sandbox: Sandbox, body: str) -> None:
    sandbox.fail(Fault("status", "200", body=body.encode(), method="GET"))


async def test_a_long_text_is_cut_and_its_length_is_told(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        answering(sandbox, CLIENT.format("word " * 1_900_000))
        text = await talk.ok("get_client", client_id=11072)
        details = json.loads(text)["details"]
        assert details == f"{('word ' * 2_000)}… (cut: 10,000 of 9,500,000 characters)"
        assert len(text) < 11_000
        sandbox.calm()
        assert "longer than 10000" in await talk.error("update_client", client_id=11072, details=details)
        assert "stands for what was cut" in await talk.error("update_client", client_id=11072, details=details[9_000:])


async def test_a_long_list_is_cut_and_its_length_is_told(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="all") as talk:
        answering(sandbox, INVOICE.format(ITEMS + "Service,Work,1.0,10.0,10.0,false,false,\n" * 60_000))
        lines = json.loads((await talk.ok("get_invoice", invoice_id=7060)).splitlines()[-1])["line_items"]
        assert (len(lines), lines[-1]) == (cut.MOST + 1, "… (cut: 200 of 60,000)")


async def test_a_long_cell_of_a_list_is_cut(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        answering(sandbox, f'<clients type="array">{CLIENT.format("word " * 100_000)}</clients>')
        text = await talk.ok("list_clients", fields=["id", "details"])
        assert text.endswith('… (cut: 10,000 of 500,000 characters)"\n')


async def longest_wait(talk: Talk, tool: str, **arguments: object) -> float:
    """Seconds of this process's work for which nothing else had a turn while a tool ran: a ping would have waited."""
    longest, running = 0.0, True

    async def ping() -> None:
        nonlocal longest
        last = time.process_time()
        while running:
            await anyio.sleep(0.002)
            longest, last = max(longest, time.process_time() - last), time.process_time()

    gc.collect()
    gc.freeze()  # as serving does: what was there before is not looked through again
    try:
        async with anyio.create_task_group() as together:
            together.start_soon(ping)
            await talk.call(tool, **arguments)
            running = False
    finally:
        gc.unfreeze()
    return longest


@pytest.mark.no_cover  # tracing takes twice the time that is measured here
async def test_no_answer_however_large_stalls_a_ping(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="all") as talk:
        await talk.ok("list_invoices")  # imports what it needs
        answering(sandbox, INVOICE.format(ITEMS + "Service,Work,1.0,10.0,10.0,false,false,\n" * 150_000))
        assert await longest_wait(talk, "get_invoice", invoice_id=7060) < 0.25
        sandbox.calm()
        row = '<contact><id type="integer">{}</id><first-name>Ann</first-name><last-name>Lee</last-name></contact>'
        rows = "".join(row.format(number) for number in range(1, 40_000))
        answering(sandbox, f'<contacts type="array">{rows}</contacts>')
        assert await longest_wait(talk, "list_contacts", query="ann") < 0.25
