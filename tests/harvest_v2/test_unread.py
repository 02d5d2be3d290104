"""What cannot be read of a record is said before it is deleted: it may be what should have stopped that."""

import json
from typing import Any

import pytest

from harvest_mcp.sandbox import Fault, Sandbox

from .kit import conversing

pytestmark = pytest.mark.anyio


def reads(path: str, row: dict[str, Any]) -> Fault:
    """One record in place of the account's."""
    body = json.dumps(row).encode()
    return Fault("garbage", "200", method="GET", path=path, body=body, content_type="application/json", times=None)


async def test_whether_time_is_billed_or_approved_may_be_unknown(sandbox: Sandbox) -> None:
    entry = {"id": 29009, "spent_date": "2026-11-27", "hours": 1.25, "is_billed": "perhaps", "is_locked": False}
    sandbox.fail(reads("/v2/time_entries/29009", entry))
    async with conversing(sandbox) as talk:
        said = await talk.error("delete_time_entry", time_entry_id=29009)
        assert "Whether it is billed or approved could not be read." in said


async def test_an_amount_may_be_unreadable(sandbox: Sandbox) -> None:
    invoice = {"id": 7057, "number": "1057", "state": "open", "amount": 10.0, "due_amount": "much", "currency": "EUR"}
    sandbox.fail(reads("/v2/invoices/7057", invoice))
    async with conversing(sandbox, toolsets="invoices") as talk:
        said = await talk.error("delete_invoice", invoice_id=7057)
        assert "It has state open, amount 10.0, due_amount unreadable, currency " in said
