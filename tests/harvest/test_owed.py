"""Changing what a client owes already: a person is asked, and only then; drafts are changed freely (22)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.systems.harvest import INVOICES
from harvest_mcp.systems.harvest.invoicing.invoices import Invoice
from tests.conftest import Era, talking
from tests.harvest.spending import first, stored
from tests.sandbox.kit import Clock
from tests.tools.kit import code, undo, writes

pytestmark = pytest.mark.anyio

OPEN, DRAFT = 7054, 7058
STANDS = (
    'It has client "BluePeak", state open, amount 1912.50, due_amount 1912.50, currency United States Dollar - USD. '
    "Harvest changes what the client owes."
)
BACK = "An undo puts it back."
SERVICE = 'with "kind Service, quantity 1, unit_price 10.00, taxed False, taxed2 False"'
LINE = {"invoice_id": OPEN, "kind": "Service", "quantity": "1", "unit_price": "10"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The account as of 5 March 2018, noon."""
    with open_account(clock=Clock()) as account:
        yield account


def row(sandbox: Sandbox, id: int) -> dict[str, Any]:
    return next(dict(each) for each in sandbox.rows(INVOICES) if each["id"] == id)


async def test_a_discount_on_an_open_invoice_is_given_after_a_yes(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices,changes", reply="yes") as talk:
        answer = await talk.ok("update_invoice", invoice_id=OPEN, discount="10", subject="Less")
        money = "amount 1912.50 -> 1721.25, due_amount 1912.50 -> 1721.25, currency United States Dollar - USD."
        figures = f"{money} With it: discount_amount 0.00 -> 191.25."
        assert first(answer) == f'Updated invoice "1054" (7054). {undo(1)} It has state open, {figures}'
        (asked,) = talk.asked
        assert asked.startswith(f'Change invoice "1054" (7054)? {STANDS} ')
        assert asked.endswith(f" discount: nothing becomes 10. {BACK}")
        assert talk.wire() == [f"GET /invoices/{OPEN}"] * 2 + [f"PUT /invoices/{OPEN}", f"GET /invoices/{OPEN}"]


@pytest.mark.parametrize(
    ("tool", "given", "turned"),
    [
        ("add_invoice_line", LINE, SERVICE),
        ("update_invoice_line", {"invoice_id": OPEN, "line_id": 1, "quantity": "1"}, 'without "kind '),
        ("remove_invoice_line", {"invoice_id": OPEN, "line_id": 1}, 'without "kind '),
    ],
)
async def test_a_line_of_an_open_invoice_is_changed_after_a_yes_and_by_no_other_answer(
    sandbox: Sandbox, era: Era, tool: str, given: dict[str, Any], turned: str
) -> None:
    before = row(sandbox, OPEN)
    async with talking(sandbox, era=era, toolsets="invoices", reply="decline") as talk:
        assert await talk.error(tool, **given) == "The person declined. Nothing was changed."
        assert talk.asked[0].startswith(f'Change invoice "1054" (7054)? {STANDS} line_items: {turned}')
        assert writes(talk) == []
    assert row(sandbox, OPEN) == before
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        assert stored(await talk.ok(tool, **given))["amount"] != "1912.50"


@pytest.mark.parametrize(
    "given",
    [
        {"invoice_id": OPEN, "subject": "Rebranding", "notes": "Thank you", "purchase_order": "9"},
        {"invoice_id": OPEN, "currency": "United States Dollar - USD"},
        {"invoice_id": DRAFT, "discount": "50", "tax": "1"},
    ],
)
async def test_nobody_is_asked_about_a_draft_or_what_changes_no_figure(
    sandbox: Sandbox, era: Era, given: dict[str, Any]
) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="decline") as talk:
        already = " already has these values." in await talk.ok("update_invoice", **given)
        assert talk.asked == []
        assert (already, len(talk.wire())) == (("currency" in given), 1 if "currency" in given else 3)


async def test_a_line_that_is_not_there_is_refused_before_anybody_is_asked(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        said = await talk.error("remove_invoice_line", invoice_id=OPEN, line_id=9)
        assert said.startswith("line_id 9 is none of invoice 7054, which has 1")
        assert talk.asked == []


async def test_a_yes_to_an_invoice_that_changed_meanwhile_counts_for_nothing(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="invoices", confirm="token") as talk:
        asked = await talk.error("add_invoice_line", **LINE)
        assert 'add_invoice_line(invoice_id=7054, kind="Service", quantity="1", unit_price="10", confirm=' in asked
        sandbox.store.update(INVOICES, OPEN, {"notes": "Somebody else's"})
        assert "Nothing was changed." in await talk.error("add_invoice_line", **LINE, confirm=code(asked))
        assert writes(talk) == []
        again = await talk.error("add_invoice_line", **LINE)
        assert "It has 2 lines now." in first(await talk.ok("add_invoice_line", **LINE, confirm=code(again)))


@pytest.mark.eras
async def test_an_undo_of_it_asks_too_and_puts_it_back(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices,changes", reply="yes") as talk:
        before = json.loads(await talk.ok("get_invoice", invoice_id=OPEN))
        await talk.ok("add_invoice_line", **LINE)
        await talk.ok("undo_change", change_id=1)
        assert talk.asked[-1].startswith('Undo change 1: change invoice "1054" (7054)? It has client "BluePeak", ')
        assert f"line_items: {SERVICE.replace('with', 'without', 1)}. It can be put back." in talk.asked[-1]
        after = json.loads(await talk.ok("get_invoice", invoice_id=OPEN))
        assert (after["line_items"], after["amount"]) == (before["line_items"], before["amount"])


async def test_an_undo_that_nobody_agrees_to_changes_nothing_and_can_be_tried_again(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices,changes", confirm="token") as talk:
        asked = await talk.error("update_invoice", invoice_id=OPEN, discount="10")
        await talk.ok("update_invoice", invoice_id=OPEN, discount="10", confirm=code(asked))
        back = await talk.error("undo_change", change_id=1)
        assert back.endswith("Nothing was undone.")
        assert row(sandbox, OPEN)["discount"] == 10
        await talk.ok("undo_change", change_id=1, confirm=code(back))
        assert row(sandbox, OPEN)["discount"] is None


async def test_an_undo_over_somebody_elses_change_is_refused_before_anybody_is_asked(
    sandbox: Sandbox, era: Era
) -> None:
    async with talking(sandbox, era=era, toolsets="invoices,changes", reply="yes") as talk:
        await talk.ok("update_invoice", invoice_id=OPEN, discount="10")
        sandbox.store.update(INVOICES, OPEN, {"discount": 20})
        assert "Invoice 7054 changed since" in await talk.error("undo_change", change_id=1)
        assert len(talk.asked) == 1


async def test_the_client_of_an_open_invoice_is_asked_about_by_name(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="decline") as talk:
        await talk.error("update_invoice", invoice_id=OPEN, client="Acme")
        assert 'client "BluePeak" becomes client "Acme".' in talk.asked[0]


async def test_one_of_two_lines_alike_is_told_when_it_goes(sandbox: Sandbox, era: Era) -> None:
    row = sandbox.store.get(INVOICES, OPEN)
    assert row is not None
    line = (Invoice.model_validate(row).line_items or ())[0]
    sandbox.store.update(INVOICES, OPEN, {"line_items": (line, line.model_copy(update={"id": 2}))})
    async with talking(sandbox, era=era, toolsets="invoices", reply="decline") as talk:
        await talk.error("remove_invoice_line", invoice_id=OPEN, line_id=2)
        assert talk.asked[0].count('without "kind ') == 1
