"""Receipts over v2: sent as a part of an update, and fetched from the account's own host (harvest-v2 11)."""

import base64
import re

import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest.receipts import kept
from harvest_mcp.sandbox.harvest_v2 import Settings, open_harvest_v2
from harvest_mcp.sandbox.harvest_v2.tables import EXPENSES

from .kit import conversing

pytestmark = pytest.mark.anyio
PNG, GIF = b"\x89PNG\r\n\x1a\n rest", b"GIF89a rest"
TAXI = {"file_name": "taxi.png", "data": base64.b64encode(PNG).decode()}
PAPER = {"file_name": "paper.gif", "data": base64.b64encode(GIF).decode()}


def bare(account: Sandbox) -> int:
    """An expense of the administrator's without a receipt."""
    return next(
        int(str(row["id"])) for row in account.rows(EXPENSES) if not row["has_receipt"] and not row["invoice_id"]
    )


async def test_a_receipt_goes_up_as_a_part_of_an_update(sandbox: Sandbox) -> None:
    id = bare(sandbox)
    async with conversing(sandbox, toolsets="expenses") as talk:
        said = await talk.ok("attach_receipt", expense_id=id, **TAXI)
        wire, sent = talk.wire(), sandbox.seen[talk.seen_before + 1]
    assert said.splitlines()[0].endswith("undo_change(change_id=1) takes it back.")
    assert wire == [f"GET /v2/expenses/{id}", f"PATCH /v2/expenses/{id}", f"GET /v2/expenses/{id}"]
    boundary = sent.headers["content-type"].removeprefix("multipart/form-data; boundary=")
    head = 'Content-Disposition: form-data; name="receipt"; filename="taxi.png"\r\nContent-Type: image/png\r\n\r\n'
    assert sent.body == f"--{boundary}\r\n{head}".encode() + PNG + f"\r\n--{boundary}--\r\n".encode()
    assert kept(sandbox.store, id) == ("image/png", PNG)


async def test_a_receipt_is_fetched_from_the_accounts_own_host_without_a_token(sandbox: Sandbox) -> None:
    id = bare(sandbox)
    async with conversing(sandbox, toolsets="expenses") as talk:
        await talk.ok("attach_receipt", expense_id=id, **TAXI)
        said = await talk.call("get_receipt", expense_id=id)
        wire, last = talk.wire(), sandbox.seen[-1]
    assert said.text == f"Receipt of expense {id}: image/png, {len(PNG)} bytes."
    assert [base64.b64decode(file.data) for file in said.files if file.type == "image"] == [PNG]
    assert wire == [f"GET /v2/expenses/{id}", f"GET /expenses/{id}/receipt"]
    assert not {"authorization", "harvest-account-id"} & {*last.headers}
    assert last.headers["host"] == "kestrel.localhost"


async def test_a_receipt_is_taken_off_again_once_a_person_agreed(sandbox: Sandbox) -> None:
    id = bare(sandbox)
    async with conversing(sandbox, toolsets="expenses", reply="yes") as talk:
        await talk.ok("attach_receipt", expense_id=id, **TAXI)
        said = await talk.ok("undo_change", change_id=1)
        assert [seen.body for seen in sandbox.seen if seen.method == "PATCH"][-1] == b'{"delete_receipt":true}'
        assert (await talk.error("get_receipt", expense_id=id)).startswith(
            f"Expense {id} has no receipt. attach_receipt adds one."
        )
    assert "deletes the receipt" in talk.asked[0]
    assert "is as it was" in said.splitlines()[0]
    assert kept(sandbox.store, id) is None


async def test_a_receipt_that_replaced_another_stays(sandbox: Sandbox) -> None:
    id = bare(sandbox)
    async with conversing(sandbox, toolsets="expenses", reply="yes") as talk:
        await talk.ok("attach_receipt", expense_id=id, **TAXI)
        said = await talk.ok("attach_receipt", expense_id=id, **PAPER)
        refused = await talk.error("undo_change", change_id=2)
    assert "The receipt it has is destroyed, and nothing brings it back." in talk.asked[0]
    assert "undo_change" not in said
    assert refused.startswith("The receipt it had before is gone. Nothing was undone.")
    assert kept(sandbox.store, id) == ("image/gif", GIF)


async def test_a_receipt_behind_a_sign_in_is_told_with_its_address() -> None:
    with open_harvest_v2(settings=Settings(receipts_sign_in=True)) as account:
        id = bare(account)
        async with conversing(account, toolsets="expenses") as talk:
            await talk.ok("attach_receipt", expense_id=id, **TAXI)
            said = await talk.error("get_receipt", expense_id=id)
    assert re.match(
        rf"The file lies behind the sign-in of kestrel\.localhost, which takes no token\..* "
        rf"Open http://kestrel\.localhost/expenses/{id}/receipt in a browser that is signed in to Harvest\.",
        said,
    )
