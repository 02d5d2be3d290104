"""Payments of invoices: asked about like a delete, told with what is due then, and never recorded twice."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harvest_mcp.sandbox import Fault, Sandbox, open_account
from harvest_mcp.systems.harvest import INVOICE_PAYMENTS
from tests.conftest import Era, talking
from tests.sandbox.kit import Clock
from tests.tools.kit import undo, writes

pytestmark = pytest.mark.anyio

GIVEN: dict[str, Any] = {"invoice": "1054", "amount": "912.50", "paid_at": "2018-03-05"}
USD = "currency United States Dollar - USD."


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The account as of 5 March 2018, noon."""
    with open_account(clock=Clock()) as account:
        yield account


async def test_a_payment_is_recorded_after_a_yes_and_what_is_due_is_told(sandbox: Sandbox, era: Era) -> None:
    """24: both writes recompute `due-amount` and the state; 27: part of an open one makes it partial."""
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        head, stored = (await talk.ok("create_invoice_payment", **GIVEN)).split("\n")
        assert head == (
            f'Recorded invoice payment "912.50" (5057). {undo(1)} '
            f"The invoice has state open -> partial, amount 1912.50, due_amount 1912.50 -> 1000.00, {USD}"
        )
        assert talk.asked == [
            'Record invoice payment "912.50" of invoice "1054" (7054)? Harvest changes what the client owes. '
            'The invoice has client "BluePeak", state open, amount 1912.50, due_amount 1912.50, '
            f"{USD} With paid_at 2018-03-05T00:00:00Z. An undo deletes it again."
        ]
        assert json.loads(stored)["paid_at"] == "2018-03-05T00:00:00Z"
        rest = await talk.ok("create_invoice_payment", invoice="1054", amount="1000", paid_at="2018-03-06T09:12:44Z")
        assert f"The invoice has state partial -> paid, amount 1912.50, due_amount 1000.00 -> 0.00, {USD}" in rest


async def test_more_than_is_due_is_pointed_out_in_the_question(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="decline") as talk:
        assert await talk.error("create_invoice_payment", **{**GIVEN, "amount": "2000"}) == (
            "The person declined. Nothing was recorded."
        )
        assert "That is 87.50 more than its due_amount, 1912.50." in talk.asked[0]
        await talk.error("create_invoice_payment", invoice="1001", amount="1", paid_at="2018-03-05")
        assert "That is 1.00 more than its due_amount, 0.00." in talk.asked[1]
    assert len(sandbox.rows(INVOICE_PAYMENTS)) == 56


async def test_a_closed_invoice_takes_no_payment(sandbox: Sandbox, era: Era) -> None:
    """27: any but `closed`."""
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        assert (await talk.error("create_invoice_payment", **{**GIVEN, "invoice": "1009"})).startswith(
            'Harvest refused this (400): "This invoice is closed."'
        )
        assert "state closed," in talk.asked[0]
        assert " It is written off, so Harvest will probably refuse. " in talk.asked[0]


async def test_a_payment_is_deleted_after_a_yes_and_made_again_after_another(sandbox: Sandbox, era: Era) -> None:
    """24, IP-4; 27: all payments of a sent invoice removed: open."""
    async with talking(sandbox, era=era, toolsets="invoices,changes", reply="yes") as talk:
        assert await talk.ok("delete_invoice_payment", invoice="id 7003", invoice_payment_id=5004) == (
            'Deleted invoice payment "1862.31" (5004) of invoice "1003" (7003). '
            "undo_change(change_id=1) makes it again under a new id. "
            f"The invoice has state partial -> open, amount 4655.77, due_amount 2793.46 -> 4655.77, {USD}"
        )
        assert talk.asked == [
            'Delete invoice payment "1862.31" (5004) of invoice "1003" (7003), notes "Bank transfer", '
            'paid at 2017-04-03, recorded by "Ada Kestrel"? '
            f'The invoice has client "SuprCorp", state partial, amount 4655.77, due_amount 2793.46, {USD} '
            "Undo recreates it under a new id."
        ]
        again = await talk.ok("undo_change", change_id=1)
        assert again.split("\n")[0] == (
            'Undid change 1: invoice payment "1862.31" (5057) is as it was under the new id 5057. That is change 2. '
            f"The invoice has state open -> partial, amount 4655.77, due_amount 4655.77 -> 2793.46, {USD}"
        )
        assert talk.asked[1].startswith('Undo change 1: record invoice payment "1862.31" of invoice "1003" (7003)?')


async def test_an_undo_of_a_payment_deletes_it_after_a_yes(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices,changes", reply="yes") as talk:
        await talk.ok("create_invoice_payment", **GIVEN)
        assert await talk.ok("undo_change", change_id=1) == (
            "Undid change 1: deleted invoice payment 5057. That is change 2. "
            f"The invoice has state partial -> open, amount 1912.50, due_amount 1000.00 -> 1912.50, {USD}"
        )
        assert talk.asked[1].startswith('Undo change 1: delete invoice payment "912.50" (5057) of invoice "1054"')


async def test_there_is_no_update_of_a_payment(sandbox: Sandbox, era: Era) -> None:
    """24: there is no update."""
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        names = {tool.name for tool in (await talk.client.list_tools()).tools}
    assert {name for name in names if "payment" in name} == {
        *("list_invoice_payments", "get_invoice_payment", "create_invoice_payment", "delete_invoice_payment"),
    }


async def test_a_payment_whose_answer_is_lost_is_recorded_once(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        sandbox.fail(Fault("drop", method="POST", commit="after"))
        head = (await talk.ok("create_invoice_payment", **GIVEN)).split("\n")[0]
        assert "Harvest's answer was lost, but the change is there." in head
        assert [path for _, path, _ in writes(talk)] == ["/invoices/7054/payments"]
        again = await talk.ok("create_invoice_payment", **GIVEN)
        assert again.startswith(
            'Already recorded invoice payment "912.50" (5057). An identical create ran a moment ago'
        )
        assert (writes(talk), len(talk.asked)) == ([], 1)
    assert len(sandbox.rows(INVOICE_PAYMENTS)) == 57


async def test_an_equal_payment_is_reported_before_anybody_is_asked(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        twin = {"invoice": "1003", "amount": "1862.31", "paid_at": "2017-03-28"}
        row = json.loads(await talk.ok("get_invoice_payment", invoice="1003", invoice_payment_id=5004))
        twin["paid_at"] = row["paid_at"]
        assert 'may already be there: "1862.31" (5004).' in await talk.error("create_invoice_payment", **twin)
        assert talk.asked == []


@pytest.mark.parametrize("amount", ["0", "0.00", "-912.50", -1, 0])
async def test_a_payment_of_nothing_or_less_is_refused_before_anything_is_sent(
    sandbox: Sandbox, era: Era, amount: object
) -> None:
    """24: nothing is said of refunds; a payment is taken back by its delete."""
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        assert (await talk.error("create_invoice_payment", **{**GIVEN, "amount": amount})).startswith(
            "amount takes an amount above 0. Nothing was sent."
        )
        assert (talk.wire(), talk.asked) == ([], [])


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("amount", "1,500"), ("amount", ""), ("amount", True), ("amount", "NaN"), ("paid_at", "tomorrow"),
     ("paid_at", "2018-02-30"), ("paid_at", "2018-03-05T09:00"), ("paid_at", None)],
)  # fmt: skip
async def test_what_is_no_amount_or_no_time_is_refused(sandbox: Sandbox, era: Era, name: str, wrong: object) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        assert (await talk.error("create_invoice_payment", **{**GIVEN, name: wrong})).startswith(f"{name} ")
        assert (talk.wire(), talk.asked) == ([], [])
