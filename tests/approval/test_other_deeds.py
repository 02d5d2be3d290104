"""What is asked besides deletes, in its own words everywhere: the form, the page, the terminal, after the answer."""

import re
from typing import Any

import mcp
import mcp_types as types
import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.consent.question import doing
from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.systems.harvest import INVOICE_MESSAGES, INVOICE_PAYMENTS, INVOICES, PEOPLE
from tests.approval.kit import heading, person
from tests.approval.test_page import Page
from tests.approval.test_terminal import run, typed
from tests.conftest import Era, Talk, talking

pytestmark = pytest.mark.anyio

SEND: dict[str, Any] = {"invoice": "id 7054", "recipients": "sam@bluepeak.example", "body": "Due."}
PAY: dict[str, Any] = {"invoice": "id 7054", "amount": "5", "paid_at": "2018-03-05"}
INVITE: dict[str, Any] = {"first_name": "Jo", "last_name": "Day", "email": "jo@day.example"}
CALLS: list[tuple[str, dict[str, Any], str]] = [
    ("send_invoice", SEND, 'Yes, send invoice message "sam@bluepeak.example" of invoice "1054" (7054)'),
    ("create_invoice_payment", PAY, 'Yes, record invoice payment "5" of invoice "1054" (7054)'),
    ("create_person", INVITE, 'Yes, create person "Jo Day"'),
    ("mark_invoice_sent", {"invoice_id": 7058}, 'Yes, mark invoice "1058" (7058) as sent'),
    ("close_invoice", {"invoice_id": 7054}, 'Yes, write invoice "1054" (7054) off'),
    ("update_invoice", {"invoice_id": 7054, "tax": "9"}, 'Yes, change invoice "1054" (7054)'),
    ("delete_invoice", {"invoice_id": 7058}, 'Yes, delete invoice "1058" (7058)'),
]


def test_a_deed_stands_around_what_it_is_done_to() -> None:
    assert [doing(does, "it") for does in ("delete", "mark as sent", "write off")] == [
        *("delete it", "mark it as sent", "write it off")
    ]


@pytest.mark.parametrize(("tool", "arguments", "box"), CALLS, ids=[case[0] for case in CALLS])
@pytest.mark.eras
async def test_the_box_of_a_form_says_what_a_tick_allows(
    sandbox: Sandbox, era: Era, tool: str, arguments: dict[str, Any], box: str
) -> None:
    titles: list[str] = []

    async def form(context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
        assert isinstance(params, types.ElicitRequestFormParams)
        titles.append(params.requested_schema["properties"]["confirm"]["title"])
        return types.ElicitResult(action="decline")

    chosen = settings.read({"toolsets": "all"})
    desk = server.desk(
        chosen,
        [server.sandbox_account()],
        server.in_process(sandbox),
        state=server.sandbox_state(chosen, sandbox),
    )
    try:
        async with mcp.Client(server.build(chosen, desk), mode=era, elicitation_callback=form) as client:
            await client.call_tool(tool, arguments)
    finally:
        await desk.aclose()
    assert titles == [box]


async def refused(talk: Talk, tool: str, arguments: dict[str, Any]) -> tuple[str, str, str]:
    """The code, the link and the whole refusal of a call that needs an approval."""
    text = await talk.error(tool, **arguments)
    link = re.search(r"http://127\.0\.0\.1:\d+/[\w-]{32}", text)
    code = re.search(r'confirm="([2-9B-Z]{4}-[2-9B-Z]{4})"', text)
    assert link is not None
    assert code is not None
    return code[1], link[0], text


async def test_a_mail_is_approved_on_the_page_in_its_own_words(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices") as talk, person() as someone:
        code, link, text = await refused(talk, "send_invoice", SEND)
        assert text.endswith("Nothing was sent.")
        words = " ".join(" ".join(Page((await someone.see(link)).text).words).split())
        for part in (
            "Send this invoice message? sam@bluepeak.example Invoice message (new) in Harvest at",
            "What it sets off Harvest mails it to sam@bluepeak.example, which nothing takes back.",
            'The invoice has client "BluePeak", state open, amount 1912.50, due_amount 1912.50,',
            "The record invoice id 7054 recipients sam@bluepeak.example body Due.",
            "Decline Approve Approve: send it. Otherwise nothing happens. Open until",
        ):
            assert part in words, words
        assert "delete" not in words.lower()
        await someone.approve(link)
        told = " ".join(" ".join(Page((await someone.see(link)).text).words).split())
        assert "The assistant may now send invoice message “ sam@bluepeak.example ” (new): once," in told
        assert (await talk.ok("send_invoice", **SEND, confirm=code)).startswith("Sent invoice message")
    assert len(sandbox.rows(INVOICE_MESSAGES)) == 56


async def test_a_declined_page_says_what_was_not_done(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices") as talk, person() as someone:
        code, link, _ = await refused(talk, "mark_invoice_sent", {"invoice_id": 7058})
        page = (await someone.see(link)).text
        assert heading(page) == "Mark this invoice as sent?"
        assert "<title>Mark invoice “1058” as sent? – harvest-mcp</title>" in page
        await someone.decline(link)
        told = " ".join(" ".join(Page((await someone.see(link)).text).words).split())
        assert "Nothing was changed. The assistant was not allowed to mark invoice “ 1058 ” (7058) as sent" in told
        assert (await talk.error("mark_invoice_sent", invoice_id=7058, confirm=code)) == (
            "The person declined. Nothing was changed."
        )


async def test_the_page_says_that_time_is_billed_before_it_is_deleted(sandbox: Sandbox, era: Era) -> None:
    """harvest-v1 18: no column of an entry tells."""
    billed = sandbox.rows(HOURS, ("user_id", "=", 31), ("is_billed", "=", True), ("is_closed", "=", True))[0]
    async with talking(sandbox, era=era) as talk, person() as someone:
        _, link, _ = await refused(talk, "delete_time_entry", {"time_entry_id": billed["id"]})
        words = " ".join(" ".join(Page((await someone.see(link)).text).words).split())
    assert "It is billed: an invoice that it is on keeps its amount. It is approved. Made again, it is not" in words


async def test_a_changed_line_is_approved_on_the_page_in_its_own_words(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices") as talk, person() as someone:
        given = {"invoice_id": 7054, "kind": "Service", "quantity": "2", "unit_price": "5"}
        code, link, text = await refused(talk, "add_invoice_line", given)
        assert text.endswith("Nothing was changed.")
        words = " ".join(" ".join(Page((await someone.see(link)).text).words).split())
        for part in (
            "Change this invoice? 1054 Invoice 7054 in Harvest at",
            'It has client "BluePeak", state open, amount 1912.50, due_amount 1912.50, currency United States Dollar - '
            "USD. Harvest changes what the client owes.",
            'line_items: with "kind Service, quantity 2, unit_price 5.00, taxed False, taxed2 False". An undo puts it',
            "Decline Approve Approve: change it. Otherwise nothing happens.",
        ):
            assert part in words, words
        await someone.approve(link)
        assert (await talk.ok("add_invoice_line", **given, confirm=code)).startswith("Added the line to invoice")


async def test_a_deleted_message_is_shown_as_gone_for_good(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices") as talk, person() as someone:
        given = {"invoice": "id 7001", "invoice_message_id": 6001}
        _, link, _ = await refused(talk, "delete_invoice_message", given)
        words = " ".join(" ".join(Page((await someone.see(link)).text).words).split())
    assert "What cannot be brought back The invoice message itself. Nothing brings it back." in words
    assert "Undo can make" not in words


async def test_a_new_person_is_approved_in_a_terminal(sandbox: Sandbox, place: str) -> None:
    async with talking(sandbox, toolsets="people", state=place) as talk:
        code, _, text = await refused(talk, "create_person", INVITE)
        assert text.endswith("Nothing was created.")
        status, seen = await typed("approve", code, keys="y\n", place=place)
        assert status == 0
        question = (
            'Create person "Jo Day"? Harvest mails an invitation with a password link to jo@day.example, '
            "which nothing takes back."
        )
        assert f"{question} Approve? [y/N]: " in seen
        assert "  first name  Jo\n" in seen
        assert "Undo can make" not in seen
        assert (await talk.ok("create_person", **INVITE, confirm=code)).startswith('Created person "Jo Day"')
    assert len(sandbox.rows(PEOPLE)) == 13


async def test_a_payment_declined_in_a_terminal_is_not_recorded(sandbox: Sandbox, place: str) -> None:
    async with talking(sandbox, toolsets="invoices", state=place) as talk:
        code, _, _ = await refused(talk, "create_invoice_payment", PAY)
        done = await run("approve", code, "--decline", place=place)
        assert done.out.endswith("Declined. Nothing was recorded.\n")
        assert 'Record invoice payment "5" of invoice "1054" (7054)?' in done.out
        assert await talk.error("create_invoice_payment", **PAY, confirm=code) == (
            "The person declined. Nothing was recorded."
        )
    assert len(sandbox.rows(INVOICE_PAYMENTS)) == 56


async def test_an_approval_dies_when_the_invoice_was_paid_meanwhile(sandbox: Sandbox, place: str) -> None:
    async with talking(sandbox, toolsets="invoices", state=place, reply=None) as talk:
        code, _, _ = await refused(talk, "create_invoice_payment", PAY)
        assert (await run("approve", code, "--yes", place=place)).status == 0
        with sandbox.store.writing():
            sandbox.store.update(INVOICES, 7054, {"due_amount": "3"})
        assert (await talk.error("create_invoice_payment", **PAY, confirm=code)).startswith(
            "This confirmation was given for something else, or the record changed since. It is used up."
        )


async def test_instructions_speak_of_more_than_deletes_where_more_asks(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        assert "Deletes and all else that takes confirm need the user's approval;" in (talk.client.instructions or "")
