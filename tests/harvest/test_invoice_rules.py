"""When an invoice is due and which of its lines are taxed, as it is understood, sent and told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from tests.conftest import Era, talking
from tests.sandbox.kit import Clock
from tests.tools.kit import document, undo, writes

pytestmark = pytest.mark.anyio

DRAFT, MADE = 7060, 7061
SERVICE = {"kind": "Service", "quantity": "12", "unit_price": "100"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The account as of 5 March 2018, noon."""
    with open_account(clock=Clock(), calls=None) as opened:
        yield opened


def record(text: str) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(text.rsplit("\n", 1)[-1])
    return stored


def first(text: str) -> str:
    return text.split("\n", 1)[0]


@pytest.mark.parametrize(
    ("said", "sent", "due"),
    [
        ("2018-04-30", "NET 62", "2018-04-30"),
        ("2018-02-27", "upon receipt", "2018-02-27"),
        ("net 45", "NET 45", "2018-04-13"),
        ("60 days", "NET 60", "2018-04-28"),
        ("7", "NET 7", "2018-03-06"),
        ("due upon receipt", "upon receipt", "2018-02-27"),
    ],
)
async def test_a_day_becomes_terms_counted_from_the_day_of_issue(
    sandbox: Sandbox, said: str, sent: str, due: str
) -> None:
    """22: issue date + N; setting `due-at` is not honoured. 7060 is of 2018-02-27, due 2018-03-29."""
    async with talking(sandbox, toolsets="invoices", clock=Clock()) as talk:
        answer = await talk.ok("update_invoice", invoice_id=DRAFT, due_at_human_format=said)
        element = f"<due-at-human-format>{sent}</due-at-human-format>"
        assert writes(talk) == [("PUT", f"/invoices/{DRAFT}", document("invoice", element))]
        assert first(answer) == f'Updated invoice "1060" ({DRAFT}). {undo(1)} With it: due_at 2018-03-29 -> {due}.'
        assert record(answer) == {"id": DRAFT, "due_at": due, "due_at_human_format": sent}


@pytest.mark.parametrize("said", ["custom", "end of month", "2018-02-26", "2018-02-30", "NET -5", "31.12.2018"])
async def test_terms_that_harvest_does_not_know_are_refused(sandbox: Sandbox, said: str) -> None:
    async with talking(sandbox, toolsets="invoices") as talk:
        answer = await talk.error("update_invoice", invoice_id=DRAFT, due_at_human_format=said)
        assert answer.startswith("due_at_human_format ")
        assert writes(talk) == []
        made = await talk.error("create_invoice", client="11072", issued_at="2018-03-01", due_at_human_format=said)
        assert made.startswith("due_at_human_format ")
        assert talk.wire() == []


async def test_a_new_invoice_is_due_on_a_day_counted_from_its_own(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", clock=Clock()) as talk:
        answer = await talk.ok(
            "create_invoice", client="11072", subject="A", issued_at="2018-03-01", due_at_human_format="2018-03-31"
        )
        assert {name: record(answer)[name] for name in ("issued_at", "due_at", "due_at_human_format")} == {
            "issued_at": "2018-03-01", "due_at": "2018-03-31", "due_at_human_format": "NET 30"
        }  # fmt: skip
        answer = await talk.ok("create_invoice", client="11072", subject="B", due_at_human_format="2018-03-31")
        assert {name: record(answer)[name] for name in ("issued_at", "due_at", "due_at_human_format")} == {
            "issued_at": "2018-03-05", "due_at": "2018-03-31", "due_at_human_format": "NET 26"
        }  # fmt: skip


async def test_a_tax_that_applies_to_no_line_is_told_and_one_argument_taxes_them_all(
    sandbox: Sandbox, era: Era
) -> None:
    """22: a tax is a percentage on the lines marked for it."""
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        await talk.ok(
            "create_invoice", client="11072", subject="Proofs", line_items=[SERVICE, {**SERVICE, "quantity": "1"}]
        )
        untaxed = await talk.ok("update_invoice", invoice_id=MADE, tax=20)
        assert first(untaxed).endswith(
            "The tax applies to nothing: no line is marked for it. "
            f"update_invoice(invoice_id={MADE}, tax_lines=true) taxes all."
        )
        again = await talk.ok("update_invoice", invoice_id=MADE, tax=20)
        assert "already has these values. Nothing was changed. The tax applies to nothing" in first(again)
        taxed = await talk.ok("update_invoice", invoice_id=MADE, tax_lines=True)
        assert "amount 1300.00 -> 1560.00, due_amount 1300.00 -> 1560.00" in first(taxed)
        assert record(taxed)["tax_amount"] == "260.00"
        await talk.ok("undo_change", change_id=3)
        assert record(await talk.ok("get_invoice", invoice_id=MADE))["amount"] == "1300.00"


async def test_vat_is_added_to_a_draft_in_one_call(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="invoices") as talk:
        await talk.ok("create_invoice", client="11072", subject="Proofs", line_items=[SERVICE])
        refused = await talk.error("update_invoice", invoice_id=MADE, tax_lines=True)
        assert refused.startswith("tax_lines needs a tax, in percent. Nothing was sent.")
        answer = await talk.ok("update_invoice", invoice_id=MADE, tax=20, tax_lines=True)
        assert record(answer)["amount"] == "1440.00"
        second = await talk.ok("update_invoice", invoice_id=MADE, tax2="10", tax_lines=True)
        assert record(second)["amount"] == "1560.00"
        line = {"kind": "Service", "quantity": "2", "unit_price": "50"}
        free = {**line, "description": "Stamps", "taxed": False}
        made = await talk.ok(
            "create_invoice", client="11072", subject="VAT", tax="20", tax_lines=True, line_items=[line, free]
        )
        assert (record(made)["tax_amount"], record(made)["amount"]) == ("20.00", "220.00")
        bare = await talk.ok("create_invoice", client="11072", subject="No line", tax="20")
        assert first(bare).endswith("The tax applies to nothing: there is no line yet. Lines take taxed=true.")


async def test_an_update_answers_with_what_changed_and_nothing_else(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices,crm") as talk:
        line = {"kind": "Service", "quantity": "1", "unit_price": "20.00", "description": "Proofs"}
        answer = await talk.ok("add_invoice_line", invoice_id=DRAFT, **line)
        assert "It has 2 lines now." in first(answer)
        assert record(answer)["line_items"] == [
            {"id": record(answer)["line_items"][0]["id"], "kind": "Service", "description": "Proofs",
             "quantity": "1", "unit_price": "20.00", "amount": "20.00", "taxed": False, "taxed2": False}
        ]  # fmt: skip
        assert set(record(answer)) == {"id", "line_items", "amount", "due_amount"}
        short = await talk.ok("update_client", client_id=11074, details="6 Quay Road\nBremen")
        assert record(short) == {"id": 11074, "details": "6 Quay Road\nBremen"}
        assert len(short.encode()) <= 300
        made = record(await talk.ok("create_client", name="Zander & Barsch", details="Ostkai 3"))
        assert None not in made.values()
        assert "" not in made.values()
        assert "statement_key" not in made
        assert "address" not in made
        got = record(await talk.ok("get_client", client_id=made["id"]))
        assert "statement_key" in got
        assert "address" not in got
