"""What is too long for an answer is cut and said to be, whatever the vendor holds; and cutting costs no stall."""

import json
import subprocess

import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.text import truncation
from tests import forks
from tests.conftest import talking
from tests.tools.kit import INVOICE, ITEMS

pytestmark = pytest.mark.anyio
CLIENT = '<client><id type="integer">11072</id><name>SuprCorp</name><details>{}</details></client>'


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
        assert (len(lines), lines[-1]) == (truncation.MOST + 1, "… (cut: 200 of 60,000)")


async def test_a_long_cell_of_a_list_is_cut(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        answering(sandbox, f'<clients type="array">{CLIENT.format("word " * 100_000)}</clients>')
        text = await talk.ok("list_clients", fields=["id", "details"])
        assert text.endswith('… (cut: 10,000 of 500,000 characters)"\n')


def test_no_answer_however_large_stalls_a_ping() -> None:
    for _ in range(3):  # one quiet moment is enough: what stalls does so each time
        told = subprocess.run(
            [forks.python(), "-m", "tests.tools.stalls"], env=forks.unmeasured(), check=True, capture_output=True
        )
        waits: dict[str, float] = json.loads(told.stdout)
        if max(waits.values()) < 0.25:
            break
    assert {tool: wait for tool, wait in waits.items() if wait >= 0.25} == {}
