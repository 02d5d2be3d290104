"""Invoices through the real client: lists without totals, lines as rows, figures, and numbers that look like ids."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from harvest_mcp.sandbox import MANAGER, MEMBER, Fault, Sandbox, open_account
from harvest_mcp.sandbox.harvest.switches import Switches
from harvest_mcp.sandbox.store import Row
from harvest_mcp.systems.harvest import CLIENTS, INVOICE_MESSAGES, INVOICE_PAYMENTS, INVOICES
from harvest_mcp.systems.harvest.invoicing.invoices import Invoice
from tests.conftest import Era, talking
from tests.sandbox.kit import Clock
from tests.tools.kit import account, document, undo, writes

pytestmark = pytest.mark.anyio

HEADER = "kind,description,quantity,unit_price,amount,taxed,taxed2,project_id\n"
GONE = "Undo recreates it under a new id."


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The account as of 5 March 2018, noon."""
    with open_account(clock=Clock()) as opened:
        yield opened


def record(text: str) -> dict[str, Any]:
    """The record behind the first line."""
    stored: dict[str, Any] = json.loads(text.rsplit("\n", 1)[1])
    return stored


def first(text: str) -> str:
    return text.split("\n", 1)[0]


async def test_the_list_ends_at_a_short_page_since_nobody_tells_a_total(sandbox: Sandbox, era: Era) -> None:
    """8.1: no total and no next link; stop at fewer than 50 rows or an empty page."""
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        one = await talk.ok("list_invoices")
        head, columns, newest, *_ = one.splitlines()
        assert head.startswith("# 50 invoices, page 1 of at least 2; next: cursor=")
        assert columns == "id,client_id,client_name,number,state,issued_at,due_at,amount,due_amount,currency,subject"
        assert newest == (
            "7060,11103,Te Awa Wines,1060,draft,2018-02-27,2018-03-29,1380.00,1380.00,New Zealand Dollar - NZD,"
            "Harvest posters"
        )
        two = await talk.ok("list_invoices", cursor=head.rpartition("cursor=")[2])
        assert first(two) == "# 10 invoices, page 2 of 2"
        assert talk.wire() == ["GET /invoices?page=2"]
        some = await talk.ok("list_invoices", limit=3)
        assert first(some).startswith("# 3 invoices, part of page 1 of at least 2; next: cursor=")
        whole = await talk.ok("list_invoices", limit=100, fields=["number"])
        assert talk.wire() == ["GET /invoices", "GET /invoices?page=2"]
        assert [line.split(",")[1] for line in whole.splitlines()[2:]] == [str(n) for n in range(1060, 1000, -1)]


async def test_a_list_of_exactly_fifty_is_followed_by_an_empty_page(era: Era) -> None:
    """8.1: stop at fewer than 50 rows or an empty page."""
    with open_account(clock=Clock(), seeded=False) as sandbox:
        for id in range(1, 51):
            sandbox.put(INVOICES, id=id, client_id=1, number=str(id), state="open")
        async with talking(sandbox, era=era, toolsets="invoices") as talk:
            assert first(await talk.ok("list_invoices", limit=100, fields=["number"])) == "# 50 invoices"
            assert talk.wire() == ["GET /invoices", "GET /invoices?page=2"]


async def test_filters_are_the_vendors_and_combine(sandbox: Sandbox, era: Era) -> None:
    """22: `from` and `to` by issue date, inclusive; `unpaid` is open or partial, `pastdue` due before today (27)."""
    async with talking(sandbox, era=era, toolsets="invoices") as talk:

        async def numbers(**where: str) -> list[str]:
            rows = (await talk.ok("list_invoices", fields=["number"], **where)).splitlines()[2:]
            return [row.split(",")[1] for row in rows]

        assert await numbers(status="partial") == ["1050", "1044", "1003"]
        assert await numbers(status="unpaid", client="SuprCorp") == ["1057", "1004", "1003"]
        assert talk.wire() == ["GET /clients", "GET /invoices?client=11072&status=unpaid"]
        assert await numbers(since="2018-02-15", until="2018-02-27") == ["1060", "1059", "1058"]
        assert await numbers(status="closed", until="2017-12-31") == ["1048", "1025", "1009"]
        assert talk.wire() == ["GET /invoices?status=closed&to=20171231"]
        assert await numbers(status="pastdue", since="2018-01-01") == ["1056", "1055", "1053", "1052"]
        assert (await talk.error("list_invoices", status="late")).startswith("status takes only 'open', 'partial',")


async def test_the_old_names_of_a_period_are_taken_but_not_beside_the_new(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        await talk.ok("list_invoices", **{"from": "2018-02-15", "to": "2018-02-27"})
        assert talk.wire() == ["GET /invoices?from=20180215&to=20180227"]
        said = await talk.error("list_invoices", **{"from": "2018-02-15", "since": "2018-02-15"})
        assert said.startswith("since was given twice, since from is its old name. Nothing was sent. list_invoices ")
        assert talk.wire() == []


async def test_lines_go_out_as_csv_and_come_back_as_rows(sandbox: Sandbox, era: Era) -> None:
    """22: fields with commas are quoted; an unknown project leaves the last field empty but keeps its comma."""
    lines = [
        {"kind": "Service", "description": 'Drafting, "sheet 4"\nand 5', "quantity": "2.5", "unit_price": "80.00",
         "taxed": True, "project": "Harbour map"},
        {"kind": "Product", "quantity": 1, "unit_price": "12.50"},
    ]  # fmt: skip
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        answer = await talk.ok("create_invoice", client="Acme", tax="10", line_items=lines)
        assert first(answer) == f'Created invoice "1061" (7061). {undo(1)}'
        assert writes(talk) == [
            (
                "POST",
                "/invoices",
                document(
                    "invoice",
                    '<client-id type="integer">11073</client-id>',
                    '<tax type="decimal">10</tax>',
                    f'<csv-line-items>{HEADER}Service,"Drafting, ""sheet 4""\nand 5",2.5,80.00,,true,false,304\n'
                    "Product,,1,12.50,,false,false,\n</csv-line-items>",
                ),
            )
        ]
        made = record(answer)
        told = {name: made[name] for name in ("number", "state", "issued_at", "due_at", "amount", "tax_amount")}
        assert told == {
            **{"number": "1061", "state": "draft", "issued_at": "2018-03-05", "due_at": "2018-03-05"},
            **{"amount": "232.50", "tax_amount": "20.00"},
        }
        assert made["line_items"] == [
            {
                **{"id": 1, "kind": "Service", "description": 'Drafting, "sheet 4"\nand 5', "quantity": "2.5"},
                **{"unit_price": "80.00", "amount": "200.00", "taxed": True, "taxed2": False, "project_id": 304},
            },
            {
                **{"id": 2, "kind": "Product", "quantity": "1", "unit_price": "12.50", "amount": "12.50"},
                **{"taxed": False, "taxed2": False},
            },
        ]


async def test_one_line_is_changed_by_its_place_and_the_others_stay(sandbox: Sandbox, era: Era) -> None:
    """22: a PUT with `csv-line-items` replaces all lines; without it lines stay."""
    async with talking(sandbox, era=era, toolsets="invoices,changes") as talk:
        before = json.loads(await talk.ok("get_invoice", invoice_id=7058))["line_items"]
        added = record(await talk.ok("add_invoice_line", invoice_id=7058, kind="Product", quantity="2", unit_price="5"))
        assert [(line["id"], line["amount"]) for line in added["line_items"]] == [(3, "10.00")]
        turned = record(await talk.ok("update_invoice_line", invoice_id=7058, line_id=2, quantity="1"))["line_items"]
        assert [(line["id"], line["quantity"]) for line in turned] == [(2, "1")]
        changed = json.loads(await talk.ok("get_invoice", invoice_id=7058))["line_items"]
        assert changed == [before[0], *turned, *added["line_items"]]
        removed = await talk.ok("remove_invoice_line", invoice_id=7058, line_id=1)
        assert first(removed) == (
            f'Removed the line of invoice "1058" (7058). {undo(3)} It has state draft, amount 1123.03 -> 110.23, '
            "due_amount 1123.03 -> 110.23, currency United States Dollar - USD. "
            "With it: tax_amount 58.03 -> 5.23. It has 2 lines now."
        )
        left = json.loads(await talk.ok("get_invoice", invoice_id=7058))["line_items"]
        assert [line["quantity"] for line in left] == ["1", "2"]
        await talk.ok("undo_change", change_id=3)
        await talk.ok("update_invoice", invoice_id=7058, subject="Summer")  # no lines in it
        assert json.loads(await talk.ok("get_invoice", invoice_id=7058))["line_items"] == changed
        assert (await talk.error("remove_invoice_line", invoice_id=7058, line_id=4)).startswith(
            "line_id 4 is none of invoice 7058, which has 1, 2, 3."
        )
        assert "line_items is no argument" in await talk.error("update_invoice", invoice_id=7058, line_items=[])


async def test_the_last_line_can_go_and_an_empty_list_is_read_as_one(sandbox: Sandbox, era: Era) -> None:
    """22: an empty list reads back as an empty element or none."""
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        left = record(await talk.ok("remove_invoice_line", invoice_id=7060, line_id=1))
        assert (left["line_items"], left["amount"]) == ([], "0.00")
        assert writes(talk)[0][2] == document("invoice", f"<csv-line-items>{HEADER}</csv-line-items>")


async def test_a_line_whose_answer_is_lost_is_seen_and_not_added_twice(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        sandbox.fail(Fault("drop", method="PUT", commit="after"))
        answer = await talk.ok("add_invoice_line", invoice_id=7060, kind="Product", quantity="1", unit_price="1")
        assert "Harvest's answer was lost, but the change is there." in first(answer)
        assert "It has 2 lines now." in first(answer)
        assert [call[0] for call in writes(talk)] == ["PUT"]


async def test_a_line_that_stands_there_already_is_not_added_again(sandbox: Sandbox, era: Era) -> None:
    line = {"kind": "Product", "description": "Poster"}
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        await talk.ok("add_invoice_line", invoice_id=7060, quantity="1", unit_price="2.5", **line)
        talk.wire()
        for same in (
            {"quantity": "1", "unit_price": "2.5"},
            {"quantity": "1.00", "unit_price": "2.50", "taxed": False},
        ):
            assert await talk.error("add_invoice_line", invoice_id=7060, **line, **same) == (
                "This line is there already: line_id 2. Nothing was created. Use or update that one."
            )
        assert writes(talk) == []
        await talk.ok("add_invoice_line", invoice_id=7060, quantity="2", unit_price="2.5", **line)


async def test_figures_that_do_not_add_up_are_told_with_the_invoice(sandbox: Sandbox, era: Era) -> None:
    """22: amount = quantity x unit price; the amount includes tax, after the discount."""
    row = sandbox.store.get(INVOICES, 7002)
    assert row is not None
    one, *others = Invoice.model_validate(row).line_items or ()
    broken = (one.model_copy(update={"amount": Decimal("961.00")}), *others)
    values: Row = {"line_items": broken, "tax_amount": Decimal("174.42"), "due_amount": row["amount"]}
    with sandbox.store.writing():
        sandbox.store.update(INVOICES, 7002, values)
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        assert first(await talk.ok("get_invoice", invoice_id=7002)) == (
            "# Does not add up: line 1: 12 × 80.00 is 960.00, not 961.00; "
            "tax_amount: the lines come to 169.42, not 174.42; "
            "due_amount: 2078.42 of 2078.42 does not fit the state paid."
        )
        assert json.loads((await talk.ok("get_invoice", invoice_id=7002)).split("\n")[1])["id"] == 7002
        assert (await talk.ok("get_invoice", invoice_id=7003)).startswith("{")
        with sandbox.store.writing():
            sandbox.store.update(INVOICES, 7054, {"amount": Decimal("1912.51")})
        assert (await talk.ok("mark_invoice_draft", invoice_id=7054)).split("\n")[1] == (
            "# Does not add up: amount: the lines come to 1912.50, not 1912.51, which rounding may explain."
        )


@pytest.mark.parametrize(
    ("terms", "due", "stored"),
    [
        ("NET 10", "2014-01-11", "NET 10"),
        ("net 45", "2014-02-15", "NET 45"),
        ("30 days", "2014-01-31", "NET 30"),
        ("upon receipt", "2014-01-01", "upon receipt"),
        ("Due upon receipt", "2014-01-01", "upon receipt"),
    ],
)
async def test_terms_make_the_due_date(sandbox: Sandbox, terms: str, due: str, stored: str) -> None:
    """22: `NET 10` issued 2014-01-01 is due 2014-01-11; 29 row 11: take both words, ignore case."""
    async with talking(sandbox, toolsets="invoices") as talk:
        made = record(
            await talk.ok("create_invoice", client="11073", issued_at="2014-01-01", due_at_human_format=terms)
        )
    assert (made["due_at"], made["due_at_human_format"]) == (due, stored)


async def test_due_dates_and_states_are_not_written_directly(sandbox: Sandbox, era: Era) -> None:
    """22: `due-at` is read only in effect, direct values of `state` are ignored."""
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        for name, value in (("due_at", "2018-04-01"), ("state", "paid"), ("amount", "1")):
            assert f"{name} is no argument" in await talk.error("update_invoice", invoice_id=7058, **{name: value})


async def test_days_at_the_ends_of_the_calendar_are_stored_or_refused(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices,expenses", reply="yes") as talk:
        paid = await talk.ok("create_invoice_payment", invoice="id 7054", amount="1", paid_at="0001-01-01")
        assert '"paid_at":"0001-01-01T00:00:00Z"' in paid
        refused = await talk.error(
            "update_invoice", invoice_id=7054, issued_at="9999-12-31", due_at_human_format="NET 30"
        )
        assert "lead past the calendar" in refused
        given = {"project": "301", "expense_category": "601", "total_cost": "1", "spent_at": "9999-12-31"}
        assert '"spent_at":"9999-12-31"' in await talk.ok("create_expense", **given)


async def test_a_payment_of_nothing_is_no_missing_one(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        assert (
            "required"
            not in (await talk.call("create_invoice_payment", invoice="id 7054", amount="0", paid_at="2018-03-05")).text
        )


async def test_an_unknown_currency_is_refused_and_the_clients_is_the_default(sandbox: Sandbox, era: Era) -> None:
    """22: a currency outside appendix A answers 400; the default is the client's."""
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        assert record(await talk.ok("create_invoice", client="Zürcher Uhrwerk"))["currency"] == "Swiss Franc - CHF"
        said = await talk.error("create_invoice", client="11073", currency="Thaler")
        assert said.startswith('Harvest refused this (400): "currency must be one of the account')
        assert said.endswith("Nothing was created.")


async def test_an_invoice_goes_with_its_messages_and_payments_after_a_yes(sandbox: Sandbox, era: Era) -> None:
    """30: deletion of an invoice's messages and payments: cascade."""
    async with talking(sandbox, era=era, toolsets="invoices,changes", reply="yes") as talk:
        assert await talk.ok("delete_invoice", invoice_id=7003) == (
            'Deleted invoice "1003" (7003) and its 1 message, 1 payment of 1862.31. '
            "undo_change(change_id=1) makes it again, without its message and payment, and under a new id."
        )
        assert talk.asked == [
            'Delete invoice "1003" (7003)? It has client "SuprCorp", state partial, amount 4655.77, '
            "due_amount 2793.46, currency United States Dollar - USD. 1 message goes with it. "
            "1 payment of 1862.31 goes with it. "
            "Any hours and expenses imported into it count as unbilled again. "
            "Undo recreates it, without its message and payment, and under a new id."
        ]
        for resource in (INVOICE_MESSAGES, INVOICE_PAYMENTS):
            assert [row for row in sandbox.rows(resource) if row["invoice_id"] == 7003] == []
        answer = await talk.ok("undo_change", change_id=1)
        again = record(answer)
        assert (again["number"], again["state"], len(again["line_items"])) == ("1003", "draft", 3)
        assert "Gone: 1 message, 1 payment of 1862.31." in first(answer)
        assert " state 'draft' (was 'partial')," in first(answer)  # nobody marks it as sent again unasked


async def test_invoices_still_keep_their_client(sandbox: Sandbox, era: Era) -> None:
    """8.3: a client goes with no projects and no invoices."""
    async with talking(sandbox, era=era, reply="yes") as talk:
        assert '"This client has 1 invoice."' in await talk.error("delete_client", client_id=11095)
    assert sandbox.store.get(CLIENTS, 11095) is not None


async def test_digits_are_a_number_or_an_id_and_never_a_guess(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        by_number = await talk.ok("list_invoice_payments", invoice="1003")
        assert talk.wire() == ["GET /invoices", "GET /invoices?page=2", "GET /invoices/7003/payments"]
        assert await talk.ok("list_invoice_payments", invoice="number 1003") == by_number
        assert await talk.ok("list_invoice_payments", invoice="id 7003") == by_number
        assert talk.wire() == ["GET /invoices/7003/payments"]
        assert await talk.ok("list_invoice_payments", invoice=7003) == by_number
        await talk.ok("create_invoice", client="Acme", number="7003")
        assert await talk.error("list_invoice_payments", invoice="7003") == (
            '\'7003\' fits 2 invoices by number or id: "1003" (7003); "7003" (7061). '
            'Say which: invoice="id 7003" or invoice="id 7061".'
        )
        assert first(await talk.ok("list_invoice_payments", invoice="number 7003")) == "# 0 invoice payments"
        assert talk.wire()[-1] == "GET /invoices/7061/payments"
        assert (await talk.error("list_invoice_payments", invoice="999")).startswith("No invoice named exactly '999'.")
        assert json.loads(await talk.ok("get_invoice", invoice_id=1003))["id"] == 7003
        assert json.loads(await talk.ok("get_invoice", invoice_id=7003))["number"] == "1003"
        assert await talk.error("get_invoice", invoice_id=999) == (
            "No invoice 999 in this account, or this user may not see it. "
            'Call list_invoices for ids; if 999 is its number, call list_invoices(query="999").'
        )


async def test_a_second_invoice_of_that_number_is_asked_about(sandbox: Sandbox, era: Era) -> None:
    """30: duplicate numbers are allowed by the vendor; here they are insisted on."""
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        assert 'This invoice may already be there: "1002" (7002).' in await talk.error(
            "create_invoice", client="SuprCorp", number="1002"
        )
        made = record(await talk.ok("create_invoice", client="SuprCorp", number="1002", allow_duplicate=True))
        assert (made["id"], made["number"]) == (7061, "1002")
        assert "'number 1002' fits 2 invoices by number or id" in await talk.error(
            "list_invoice_payments", invoice="number 1002"
        )


async def test_a_create_whose_answer_is_lost_is_found_by_its_lines(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        sandbox.fail(Fault("drop", method="POST", commit="after"))
        line = {"kind": "Service", "quantity": "2", "unit_price": "3"}
        answer = await talk.ok("create_invoice", client="Acme", subject="Lost", line_items=[line])
        assert first(answer) == (
            f'Created invoice "1061" (7061). Harvest\'s answer was lost, but the change is there. {undo(1)}'
        )
        assert [call[0] for call in writes(talk)] == ["POST"]
    assert len(sandbox.rows(INVOICES)) == 61


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"kind": "Service", "quantity": "1", "unit_price": "x"}, "line_items[0].unit_price takes an amount"),
        ({"kind": "Service", "quantity": None, "unit_price": "1"}, "line_items[0].quantity is missing"),
        ({"kind": "Service", "unit_price": "1"}, "line_items[0].quantity is missing"),
        (
            {"kind": "Service", "quantity": "1", "unit_price": "1", "amount": "1"},
            "amount is no field of line_items[0], which takes kind, description, quantity, unit_price, taxed, taxed2, ",
        ),
        ({"kind": "Ser\nvice", "quantity": "1", "unit_price": "1"}, "line_items[0].kind takes one line"),
        ({"kind": "Service", "quantity": "1", "unit_price": "1", "description": "⟦U+202E⟧"}, "line_items[0].desc"),
        ({"kind": "Service", "quantity": "1", "unit_price": "1", "project": "Nowhere"}, "No project named exactly"),
    ],
)
async def test_a_line_that_cannot_be_is_refused_before_anything_is_sent(
    sandbox: Sandbox, line: dict[str, Any], says: str
) -> None:
    async with talking(sandbox, toolsets="invoices") as talk:
        assert (await talk.error("create_invoice", client="11073", line_items=[line])).startswith(says)
        assert writes(talk) == []


async def test_more_than_the_account_can_count_is_refused_and_nothing_changes(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        before = await talk.ok("get_invoice", invoice_id=7060)
        huge = {"kind": "Service", "quantity": "9" * 15, "unit_price": "9" * 15}
        said = await talk.error("add_invoice_line", invoice_id=7060, **huge)
        assert said == (
            'Harvest refused this (400): "The amount is larger than this account can count." (Harvest\'s words). '
            "Nothing was changed."
        )
        assert await talk.ok("get_invoice", invoice_id=7060) == before


@pytest.mark.parametrize(
    "text", ["=1+1", "a,b;c\td", '"', "''", "kind,description", "</csv-line-items>", "שלום ☃ ½", "x" * 9_999]
)
async def test_any_text_is_one_description(sandbox: Sandbox, text: str) -> None:
    async with talking(sandbox, toolsets="invoices") as talk:
        told = await talk.ok(
            "add_invoice_line", invoice_id=7060, kind="Service", quantity="1", unit_price="1", description=text
        )
        assert [line.get("description") for line in record(told)["line_items"]] == [text]


async def test_a_list_that_was_not_read_whole_names_only_what_was_seen(sandbox: Sandbox, era: Era) -> None:
    """8.1: nobody tells a total, so what was read may not be all."""
    short = replace(account(), most_pages=1)
    async with talking(sandbox, era=era, toolsets="invoices", account=short) as talk:
        assert await talk.error("list_invoice_payments", invoice="1004") == (
            "Not every invoice could be looked through for '1004': only page 1 of at least 2 read. "
            'Pass the id as invoice="id 1".'
        )
        await talk.ok("list_invoice_payments", invoice="1054")
        assert talk.wire()[-1] == "GET /invoices/7054/payments"


async def test_who_may_not_see_invoices_is_told_so(sandbox: Sandbox, era: Era) -> None:
    """7: 404 for lack of a right, a manager's without `can-create-invoices` too."""
    for login in (MANAGER, MEMBER):
        async with talking(sandbox, era=era, toolsets="invoices", account=account(login), reply="yes") as talk:
            assert await talk.error("list_invoices") == (
                "Harvest shows this user no invoices (404). Call who_am_i: the role, "
                "and whether the module invoices is on, decide what is seen."
            )
            assert "shows this user no invoices (404)" in await talk.error("get_invoice", invoice_id=7001)
            assert "Nothing was recorded." in await talk.error(
                "create_invoice_payment", invoice="id 7054", amount="1", paid_at="2018-03-05"
            )
            assert talk.asked == []


async def test_a_manager_with_the_right_writes_invoices(era: Era) -> None:
    """7: with `can-create-invoices`."""
    with open_account(clock=Clock(), switches=Switches(grants=frozenset({"can_create_invoices"}))) as sandbox:
        async with talking(sandbox, era=era, toolsets="invoices", account=account(MANAGER)) as talk:
            made = record(await talk.ok("create_invoice", client="Acme"))
            assert made["id"] == 7061
            assert sandbox.rows(INVOICES)[-1]["created_by_id"] == 32
