"""Invoices as the account answers for them: the table of states, figures, filters, modules, rights, and its year."""

from collections import Counter
from decimal import Decimal

import httpx
import pytest

from harvest_mcp.sandbox import ADMIN, MANAGER, MEMBER, Sandbox, open_account
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.sandbox.harvest.switches import Switches
from harvest_mcp.spec import Era
from harvest_mcp.systems.harvest import (
    CLIENTS,
    INVOICE_ITEM_CATEGORIES,
    INVOICE_MESSAGES,
    INVOICE_PAYMENTS,
    INVOICES,
)
from harvest_mcp.systems.harvest.invoicing.invoices import Invoice

from .kit import Clock, caller, error, ids, leaves

pytestmark = pytest.mark.anyio

HEADER = "kind,description,quantity,unit_price,amount,taxed,taxed2,project_id"
DRAFT, OPEN, CLOSED, PAID, PARTIAL = 7058, 7054, 7009, 7001, 7003
PATHS = [
    "/invoices",
    "/invoices/7001",
    "/invoices/7001/messages",
    "/invoices/7001/payments",
    "/invoice_item_categories",
]


def state(sandbox: Sandbox, id: int) -> object:
    row = sandbox.store.get(INVOICES, id)
    assert row is not None
    return row["state"]


def paying(amount: object) -> str:
    return f"<payment><amount>{amount}</amount><paid-at>2018-03-05T00:00:00Z</paid-at></payment>"


def due(sandbox: Sandbox, id: int) -> Decimal:
    row = sandbox.store.get(INVOICES, id)
    assert row is not None
    return Decimal(str(row["due_amount"]))


@pytest.mark.parametrize(
    ("step", "id", "after"),
    [
        ("mark_as_sent", DRAFT, "open"),
        ("mark_as_draft", OPEN, "draft"),
        ("mark_as_closed", OPEN, "closed"),
        ("re_open", CLOSED, "open"),
    ],
)
async def test_each_step_leads_from_one_state_and_is_refused_from_the_others(
    http: httpx.AsyncClient, sandbox: Sandbox, step: str, id: int, after: str
) -> None:
    """27; 23: a transition from the wrong state: 400 + `Hint`."""
    answer = await http.post(f"/invoices/{id}/messages/{step}")
    assert (answer.status_code, answer.content, state(sandbox, id)) == (200, b"", after)
    for wrong in {DRAFT, OPEN, CLOSED, PAID, PARTIAL} - {id}:
        before = state(sandbox, wrong)
        refused = await http.post(f"/invoices/{wrong}/messages/{step}")
        assert (refused.status_code, error(refused.content)[0]) == (400, "NotAllowed")
        assert refused.headers["hint"].startswith(f"This invoice is {before}, not ")
        assert state(sandbox, wrong) == before


@pytest.mark.parametrize(
    ("step", "id", "body", "stored"),
    [
        ("mark_as_sent", DRAFT, "", [""]),
        ("mark_as_sent", DRAFT, "<invoice-message><body>By post</body></invoice-message>", ["By post"]),
        ("mark_as_closed", OPEN, "", [""]),
        ("mark_as_draft", OPEN, "", []),
        ("mark_as_draft", OPEN, "<invoice-message><body>Early</body></invoice-message>", ["Early"]),
        ("re_open", CLOSED, "<invoice-message><body>ignored</body></invoice-message>", []),
    ],
)
async def test_which_steps_leave_a_message(
    http: httpx.AsyncClient, sandbox: Sandbox, step: str, id: int, body: str, stored: list[str]
) -> None:
    """23: IM-5 and IM-6 store a message, IM-7 ignores its body (29 row 24)."""
    before = {row["id"] for row in sandbox.rows(INVOICE_MESSAGES)}
    assert (await http.post(f"/invoices/{id}/messages/{step}", content=body)).status_code == 200
    assert [row["body"] for row in sandbox.rows(INVOICE_MESSAGES) if row["id"] not in before] == stored


async def test_a_body_that_is_no_document_changes_no_state(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    assert (await http.post(f"/invoices/{DRAFT}/messages/mark_as_sent", content="<a><b>")).status_code == 400
    assert state(sandbox, DRAFT) == "draft"


async def test_a_mailed_draft_is_open_and_recipients_are_named(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """23: `Name <mail>` items joined by commas; 27: draft, IM-3, open."""
    body = "<invoice-message><recipients>janedoe@example.com, x@y.example</recipients></invoice-message>"
    answer = await http.post(f"/invoices/{DRAFT}/messages", content=body)
    assert (answer.status_code, answer.headers["location"]) == (201, f"/invoices/{DRAFT}/messages/6056")
    assert state(sandbox, DRAFT) == "open"
    told = leaves((await http.get(f"/invoices/{DRAFT}/messages/6056")).content)
    assert told["full-recipient-list"] == ({}, "Jane Doe <janedoe@example.com>, x@y.example")
    assert "recipients" not in told
    assert (await http.post(f"/invoices/{DRAFT}/messages", content="<invoice-message/>")).status_code == 400


async def test_a_list_of_messages_has_the_root_of_one(http: httpx.AsyncClient) -> None:
    """5.1, 23: the root is singular."""
    assert (await http.get(f"/invoices/{DRAFT}/messages")).content.endswith(b'<invoice-message type="array"/>')


@pytest.mark.parametrize(
    ("profile", "id", "part", "after"),
    [
        ("late", OPEN, "12.5", "partial"),
        ("docs", OPEN, "12.5", "partial"),
        ("late", DRAFT, "12.5", "draft"),  # 29 row 13: 2017
        ("docs", DRAFT, "12.5", "partial"),  # until about 2016
        ("late", DRAFT, "all", "paid"),
        ("late", OPEN, "all", "paid"),
    ],
)
async def test_a_payment_moves_what_is_due_and_the_state(profile: Era, id: int, part: str, after: str) -> None:
    """24, 27: nothing left due means paid; part of a draft by era (29 row 13)."""
    with open_account(clock=Clock(), profile=profile) as sandbox:
        async with caller(sandbox) as http:
            before = due(sandbox, id)
            amount = before if part == "all" else Decimal(part)
            answer = await http.post(f"/invoices/{id}/payments", content=paying(amount))
            assert (answer.status_code, answer.headers["location"]) == (201, f"/invoices/{id}/payments/5057")
            assert (due(sandbox, id), state(sandbox, id)) == (before - amount, after)
            assert (await http.delete(f"/invoices/{id}/payments/5057")).status_code == 200
            unsent = {"late": "draft", "docs": "open"}[profile]
            assert (due(sandbox, id), state(sandbox, id)) == (before, "open" if id == OPEN else unsent)


async def test_a_closed_invoice_takes_no_payment_and_there_is_no_put(http: httpx.AsyncClient) -> None:
    """27: any but closed; 24: there is no update."""
    assert (await http.post(f"/invoices/{CLOSED}/payments", content=paying(1))).status_code == 400
    assert (await http.put("/invoices/7001/payments/5001", content=paying(1))).status_code == 404
    for lacking in (
        "<payment><amount>1</amount></payment>",
        "<payment><paid-at>2018-03-05T00:00:00Z</paid-at></payment>",
    ):
        assert (await http.post(f"/invoices/{OPEN}/payments", content=lacking)).status_code == 400


async def test_what_lies_under_another_invoice_is_not_found(http: httpx.AsyncClient) -> None:
    assert (await http.get("/invoices/7002/payments/5001")).status_code == 404
    assert (await http.delete("/invoices/7002/messages/6001")).status_code == 404
    assert (await http.get("/invoices/9999/messages")).status_code == 404


async def test_numbers_go_on_from_the_highest(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """22: chosen automatically when left out; 30: equal numbers are allowed."""
    for number in ("", "<number>1003</number>", "<number>R-7</number>", ""):
        body = f"<invoice><client-id>11073</client-id>{number}</invoice>"
        assert (await http.post("/invoices", content=body)).status_code == 201
    assert [row["number"] for row in sandbox.rows(INVOICES)[-4:]] == ["1061", "1003", "R-7", "1062"]


async def test_what_only_the_account_decides_is_passed_over(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """22: direct values of `state` are ignored; `due-at` is not honoured."""
    body = "<invoice><state>paid</state><due-at>2020-01-01</due-at><amount>1</amount><subject>New</subject></invoice>"
    assert (await http.put(f"/invoices/{DRAFT}", content=body)).status_code == 200
    row = sandbox.store.get(INVOICES, DRAFT)
    assert row is not None
    assert [str(row[name]) for name in ("state", "due_at", "amount", "subject")] == [
        *("draft", "2018-03-17", "1488.87", "New"),
    ]


@pytest.mark.parametrize("header", ["kind,description", HEADER.replace("taxed2", "vat"), ""])
async def test_lines_without_the_intact_header_are_dropped(
    http: httpx.AsyncClient, sandbox: Sandbox, header: str
) -> None:
    """22: without the intact header the line-item change is dropped."""
    before = sandbox.store.get(INVOICES, DRAFT)
    body = f"<invoice><csv-line-items>{header}\nService,x,1,1,,,,\n</csv-line-items></invoice>"
    assert (await http.put(f"/invoices/{DRAFT}", content=body)).status_code == 200
    after = sandbox.store.get(INVOICES, DRAFT)
    assert before is not None
    assert after is not None
    assert after["line_items"] == before["line_items"]


async def test_lines_tax_and_discount_make_the_amount(http: httpx.AsyncClient) -> None:
    """22: the amount includes tax, after the discount; lines only with one invoice (IN-2)."""
    body = (
        "<invoice><client-id>11073</client-id><tax>10</tax><tax2>5</tax2><discount>25.0</discount><csv-line-items>\n"
        f'   {HEADER}\n   Service,"Drafting, sheet 4",2.5,80.00,,true,true,220\n   Product,Paper,1,4.74,,,,\n'
        "</csv-line-items></invoice>"
    )
    at = (await http.post("/invoices", content=body)).headers["location"]
    told = leaves((await http.get(at)).content)
    assert {name: told[name][1] for name in ("amount", "tax-amount", "tax2-amount", "discount-amount")} == {
        **{"amount": "176.05", "tax-amount": "15.00", "tax2-amount": "7.50", "discount-amount": "51.19"},
    }
    assert told["csv-line-items"][1].splitlines()[1:] == [
        'Service,"Drafting, sheet 4",2.5,80.00,200.00,true,true,220',
        "Product,Paper,1,4.74,4.74,false,false,",
    ]
    assert b"csv-line-items" not in (await http.get("/invoices")).content


async def test_a_default_category_stays_and_no_category_has_an_address(
    http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """25: IC-4 400; no single read; 29 row 16: keep the odd `Location`."""
    assert (await http.get("/invoice_item_categories/4003")).status_code == 404
    refused = await http.delete("/invoice_item_categories/4001")
    assert (refused.status_code, refused.headers["hint"]) == (400, "This invoice item category is a default.")
    body = "<invoice-item-category><name>Fonts</name><use-as-expense>true</use-as-expense></invoice-item-category>"
    made = await http.post("/invoice_item_categories", content=body)
    assert (made.status_code, made.headers["location"]) == (201, "/invoice_categories/4006")
    assert (await http.get("/invoice_categories/4006")).status_code == 404
    assert [row["id"] for row in sandbox.rows(INVOICE_ITEM_CATEGORIES) if row["use_as_expense"]] == [4006]
    changed = await http.put("/invoice_item_categories/4006", content=body)
    assert changed.headers["location"] == "/invoice_item_categories/4006"


async def test_days_of_a_filter_are_taken_with_and_without_dashes(http: httpx.AsyncClient) -> None:
    """22: `YYYYMMDD`, `YYYY-MM-DD` also taken; inclusive."""
    for days in ("from=20180221&to=20180227", "from=2018-02-21&to=2018-02-27"):
        assert ids((await http.get(f"/invoices?{days}")).content) == [7060, 7059]
    assert (await http.get("/invoices?from=tomorrow")).status_code == 400


async def test_a_module_that_is_off_answers_as_if_nothing_were_there() -> None:
    """7: with the module off: 404; who_am_i says which are on."""
    with open_account(clock=Clock(), switches=Switches(off=frozenset({"invoices"}))) as sandbox:
        async with caller(sandbox) as http:
            assert [(await http.get(path)).status_code for path in PATHS] == [404] * len(PATHS)
            assert (await http.post(f"/invoices/{DRAFT}/messages/mark_as_sent")).status_code == 404
            assert b'<invoices type="boolean">false</invoices>' in (await http.get("/account/who_am_i")).content
            assert (await http.get("/clients")).status_code == 200
            assert error((await http.delete("/clients/11095")).content)[1] == "This client has 1 invoice."


@pytest.mark.parametrize("granted", [True, False])
async def test_a_manager_needs_the_right_to_create_invoices(granted: bool) -> None:
    """7: project managers with `can-create-invoices`; regular users get 404."""
    rights = frozenset({"can_create_invoices"} if granted else ())
    with open_account(clock=Clock(), switches=Switches(grants=rights)) as sandbox:
        wanted = {ADMIN: 200, MANAGER: 200 if granted else 404, MEMBER: 404}
        for login, status in wanted.items():
            async with caller(sandbox, login=login) as http:
                assert [(await http.get(path)).status_code for path in PATHS] == [status] * len(PATHS)
                told = (await http.get("/account/who_am_i")).content
                right = str(granted and login is MANAGER).lower()
                assert f'<can-create-invoices type="boolean">{right}</can-create-invoices>'.encode() in told
                made = await http.post("/invoices", content="<invoice><client-id>11073</client-id></invoice>")
                assert made.status_code == (201 if status == 200 else 404)


async def test_what_no_resource_has_the_address_of_is_not_there(http: httpx.AsyncClient) -> None:
    """Retainers, of which an invoice tells the id; estimates too (26)."""
    assert [(await http.get(path)).status_code for path in ("/retainers", "/retainers/1")] == [404, 404]


async def test_hours_are_billed_once(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """22: hours pulled in become `is-billed`."""
    body = (
        "<invoice><client-id>11072</client-id><kind>free-form</kind><projects-to-invoice>301</projects-to-invoice>"
        "<import-hours>all</import-hours></invoice>"
    )
    before = {row["id"] for row in sandbox.rows(HOURS) if row["is_billed"]}
    await http.post("/invoices", content=body)
    assert {row["id"] for row in sandbox.rows(HOURS) if row["is_billed"]} == before  # useless on free form
    await http.post("/invoices", content=body.replace("free-form", "people"))
    new = [row for row in sandbox.rows(HOURS) if row["is_billed"] and row["id"] not in before]
    assert {row["project_id"] for row in new} == {301}
    client = sandbox.store.get(CLIENTS, 11072)
    assert client is not None
    assert client["last_invoice_kind"] == "people"


def test_the_year_of_invoices_adds_up(sandbox: Sandbox) -> None:
    """About one every six days, in every state, numbered from 1001, each right to the cent."""
    rows = sandbox.rows(INVOICES)
    assert [row["number"] for row in rows] == [str(1001 + place) for place in range(60)]
    assert Counter(row["state"] for row in rows) == {"paid": 40, "open": 9, "draft": 5, "partial": 3, "closed": 3}
    assert [row["state"] for row in rows[:14]] == [
        *("paid", "paid", "partial", "open", "paid", "draft", "paid", "paid", "closed", "paid", "open", "draft"),
        *("paid", "open"),
    ]
    for row in rows:
        assert Invoice.model_validate(row).doubts() == ()
        paid = [each["amount"] for each in sandbox.rows(INVOICE_PAYMENTS) if each["invoice_id"] == row["id"]]
        assert Decimal(str(row["amount"])) - sum(map(Decimal, map(str, paid)), Decimal(0)) == row["due_amount"]
        mails = [each for each in sandbox.rows(INVOICE_MESSAGES) if each["invoice_id"] == row["id"]]
        assert len(mails) == (row["state"] != "draft")
