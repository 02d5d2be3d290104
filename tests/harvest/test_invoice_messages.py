"""Mail about invoices, and what moves their state: each asks where it mails or counts as money, and says what stays."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harvest_mcp.sandbox import Fault, Sandbox, open_account
from harvest_mcp.systems.harvest import INVOICE_MESSAGES, INVOICES
from tests.conftest import Era, Talk, talking
from tests.sandbox.kit import Clock
from tests.tools.kit import code, document, undo, writes

pytestmark = pytest.mark.anyio

DRAFT, OPEN, CLOSED, PAID, PARTIAL = 7058, 7054, 7009, 7001, 7003
OF_DRAFT = "state draft, amount 1488.87, due_amount 1488.87, currency United States Dollar - USD."
GIVEN: dict[str, Any] = {"invoice": "id 7054", "recipients": "sam@bluepeak.example", "body": "Due on Monday."}
FIGURES = "state open, amount 1912.50, due_amount 1912.50, currency United States Dollar - USD."
STANDS = f'The invoice has client "BluePeak", {FIGURES}'
LAST = 'The last was sent on 2018-01-22: "Tessa Nakamura <tessa@bluepeak.example>".'
MAILED = "undo_change(change_id=1) deletes it again; the mail cannot be taken back."
ASKED = (
    'Send invoice message "sam@bluepeak.example" of invoice "1054" (7054)? Harvest mails it to sam@bluepeak.example, '
    f'which nothing takes back. {STANDS} With body "Due on Monday.". {LAST}'
)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The account as of 5 March 2018, noon."""
    with open_account(clock=Clock()) as account:
        yield account


def state(sandbox: Sandbox, id: int) -> object:
    row = sandbox.store.get(INVOICES, id)
    assert row is not None
    return row["state"]


def posts(talk: Talk) -> list[str]:
    return [path for method, path, _ in writes(talk) if method == "POST"]


async def test_an_invoice_is_mailed_after_a_yes_to_exactly_this(sandbox: Sandbox, era: Era) -> None:
    """23, IM-3: `invoice-message` with `recipients`."""
    async with talking(sandbox, era=era, toolsets="invoices,changes", reply="yes") as talk:
        head, sent = (await talk.ok("send_invoice", **GIVEN)).split("\n")
        assert head == f'Sent invoice message "sam@bluepeak.example" (6056). {MAILED} The invoice has {FIGURES}'
        assert talk.asked == [ASKED]
        assert writes(talk) == [
            (
                "POST",
                "/invoices/7054/messages",
                document(
                    "invoice-message",
                    "<recipients>sam@bluepeak.example</recipients>",
                    "<body>Due on Monday.</body>",
                ),
            )
        ]
        assert json.loads(sent)["subject"] == "Invoice 1054 from Kestrel Studio"


@pytest.mark.eras
async def test_the_form_says_send_and_a_no_sends_nothing(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="decline") as talk:
        assert await talk.error("send_invoice", **GIVEN) == "The person declined. Nothing was sent."
        assert talk.asked == [ASKED]
        assert posts(talk) == []


async def test_a_draft_is_open_once_it_was_mailed(sandbox: Sandbox, era: Era) -> None:
    """27: draft, IM-3, open."""
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        said = await talk.ok("send_invoice", invoice="1058", recipients="a@x.example")
        assert "The invoice has state draft -> open, amount 1488.87, due_amount 1488.87, currency" in said
        assert talk.asked[0].endswith(f'The invoice has client "Casco Bay Ferries", {OF_DRAFT} That makes it open.')
    assert state(sandbox, DRAFT) == "open"


async def test_a_message_whose_answer_is_lost_is_never_sent_twice(sandbox: Sandbox, era: Era) -> None:
    """The mail may have gone out: it is settled by looking, and the same said again is answered with it."""
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        sandbox.fail(Fault("drop", method="POST", commit="after"))
        head = (await talk.ok("send_invoice", **GIVEN)).split("\n")[0]
        assert head.startswith(
            'Sent invoice message "sam@bluepeak.example" (6056). Harvest\'s answer was lost, but the change is there.'
        )
        assert posts(talk) == ["/invoices/7054/messages"]
        again = await talk.ok("send_invoice", **GIVEN)
        assert again.startswith(
            'Already sent invoice message "sam@bluepeak.example" (6056). An identical create ran a moment'
        )
        assert posts(talk) == []
        assert len(talk.asked) == 1
    assert len([row for row in sandbox.rows(INVOICE_MESSAGES) if row["invoice_id"] == OPEN]) == 2


async def test_a_message_that_never_arrived_is_not_sent_again_blindly(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        sandbox.fail(Fault("drop", method="POST", commit="never"))
        said = await talk.error("send_invoice", **GIVEN)
        assert "It was not sent a second time. It is change 1 in the journal." in said
        assert posts(talk) == ["/invoices/7054/messages"]


async def test_the_same_is_sent_again_only_if_insisted_on(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        await talk.ok("send_invoice", **GIVEN)
        await talk.ok("send_invoice", **GIVEN, allow_duplicate=True)
        assert posts(talk) == ["/invoices/7054/messages"]
        assert len(talk.asked) == 2


async def test_an_undo_deletes_the_record_and_says_that_the_mail_stays(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices,changes", reply="yes") as talk:
        await talk.ok("send_invoice", **GIVEN)
        assert await talk.ok("undo_change", change_id=1) == (
            "Undid change 1: deleted invoice message 6056. That is change 2. The mail cannot be taken back. "
            f"The invoice has {FIGURES}"
        )
        assert talk.asked[-1] == (
            'Undo change 1: delete invoice message "sam@bluepeak.example" (6056) of invoice "1054" (7054), created at '
            '2018-03-05T12:00:00Z, subject "Invoice 1054 from Kestrel Studio", sent by "Ada Kestrel"? '
            f"{STANDS} This takes back its record, not the mail. Nothing brings it back."
        )
        assert await talk.error("undo_change", change_id=2) == (
            "An invoice message cannot be created again: its recipients cannot be read back, and it would be sent"
            " again. Nothing was undone."
        )


async def test_a_token_is_for_one_message_to_these_people(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", confirm="token") as talk:
        asks = await talk.error("send_invoice", **GIVEN)
        assert asks.startswith(
            f"This needs a person's yes: {ASKED} Ask them, and only if they agree call send_invoice("
        )
        assert asks.endswith("Nothing was sent.")
        other = await talk.error("send_invoice", **{**GIVEN, "recipients": "eve@x.example"}, confirm=code(asks))
        assert other.startswith("This confirmation was given for something else")
        fresh = code(await talk.error("send_invoice", **GIVEN))
        assert (await talk.ok("send_invoice", **GIVEN, confirm=fresh)).startswith("Sent invoice message")


async def test_a_message_goes_to_whom_the_last_one_went(sandbox: Sandbox, era: Era) -> None:
    """23: `full-recipient-list` is `Name <mail>` items, `recipients` are mail addresses."""
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        row = (await talk.ok("list_invoice_messages", invoice="id 7034")).splitlines()[2]
        to = row.split(",")[3]
        assert to == "Heinrich Kestrel <heinrich@kestrel-sons.example>"
        said = await talk.ok("send_invoice", invoice="id 7034", recipients=f"{to}; a@x.example")
        assert b"<recipients>heinrich@kestrel-sons.example, a@x.example</recipients>" in writes(talk)[0][2]
        assert json.loads(said.split("\n")[1])["full_recipient_list"] == f"{to}, a@x.example"


@pytest.mark.parametrize(
    "wrong", ["a@x.example <b@x.example>", "A <a@x.example> <b@x.example>", "A <a@x.example", "<nobody>", "A <>"]
)
async def test_a_name_before_an_address_is_no_second_address(sandbox: Sandbox, era: Era, wrong: str) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        assert (await talk.error("send_invoice", invoice="id 7054", recipients=wrong)).startswith("recipients ")
        assert (talk.wire(), talk.asked) == ([], [])


@pytest.mark.parametrize("wrong", ["nobody", "a@x.example\nBcc: eve@x.example", "a@x, ", ""])
async def test_only_addresses_are_written_to(sandbox: Sandbox, era: Era, wrong: str) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        assert (await talk.error("send_invoice", invoice="id 7054", recipients=wrong)).startswith("recipients ")
        assert talk.wire() == []
        assert talk.asked == []


async def test_messages_are_read_from_a_root_of_their_own_name(sandbox: Sandbox, era: Era) -> None:
    """23, 5.1: the root is `invoice-message type="array"`, empty or not."""
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        assert await talk.ok("list_invoice_messages", invoice="id 7001") == (
            "# 1 invoice message\nid,subject,sent_by,full_recipient_list,created_at\n"
            "6001,Invoice 1001 from Kestrel Studio,Ada Kestrel,Jane Doe <janedoe@example.com>,2017-03-10T10:00:00Z\n"
        )
        assert await talk.ok("list_invoice_messages", invoice="id 7058") == "# 0 invoice messages"
        one = json.loads(await talk.ok("get_invoice_message", invoice="id 7001", invoice_message_id=6001))
        assert (one["invoice_id"], one["body"]) == (7001, "Please find our invoice attached.\n\nAda Kestrel")


async def test_a_draft_is_marked_as_sent_after_a_yes_and_made_one_again(sandbox: Sandbox, era: Era) -> None:
    """27: draft, IM-5, open; open, IM-8, draft."""
    async with talking(sandbox, era=era, toolsets="invoices,changes", reply="yes") as talk:
        head = (await talk.ok("mark_invoice_sent", invoice_id=DRAFT, body="By post")).split("\n")[0]
        assert head == f'Now open: invoice "1058" (7058). {undo(1)} It has {OF_DRAFT.replace("draft", "draft -> open")}'
        assert talk.asked == [
            'Mark invoice "1058" (7058) as sent? Harvest then counts it as owed by the client. '
            f'It has client "Casco Bay Ferries", {OF_DRAFT} '
            'With it goes the note "By post", which an undo leaves. An undo makes it draft again.'
        ]
        assert await talk.ok("mark_invoice_sent", invoice_id=DRAFT) == (
            'Invoice "1058" (7058) is already open. Nothing was changed.'
        )
        assert len(talk.asked) == 1
        await talk.ok("undo_change", change_id=1)
        assert posts(talk) == ["/invoices/7058/messages/mark_as_draft"]
        assert state(sandbox, DRAFT) == "draft"
        await talk.ok("undo_change", change_id=2)
        assert talk.asked[1].startswith('Undo change 2: mark invoice "1058" (7058) as sent? Harvest then counts it')
        assert state(sandbox, DRAFT) == "open"


async def test_an_invoice_is_written_off_after_a_yes_and_reopened(sandbox: Sandbox, era: Era) -> None:
    """27: open, IM-6, closed; closed, IM-7, open without a message."""
    async with talking(sandbox, era=era, toolsets="invoices,changes", reply="yes") as talk:
        await talk.ok("close_invoice", invoice_id=OPEN)
        assert talk.asked == [
            'Write invoice "1054" (7054) off? Harvest then no longer expects the money. '
            f'It has client "BluePeak", {FIGURES} An undo makes it open again.'
        ]
        assert len([row for row in sandbox.rows(INVOICE_MESSAGES) if row["invoice_id"] == OPEN]) == 2
        head = (await talk.ok("reopen_invoice", invoice_id=OPEN)).split("\n")[0]
        assert head == (
            f'Now open: invoice "1054" (7054). {undo(2)} It has {FIGURES.replace("open", "closed -> open")}'
        )
        assert (len(talk.asked), state(sandbox, OPEN)) == (1, "open")
        await talk.ok("undo_change", change_id=2)
        assert (len(talk.asked), state(sandbox, OPEN)) == (2, "closed")
        assert len([row for row in sandbox.rows(INVOICE_MESSAGES) if row["invoice_id"] == OPEN]) == 3


@pytest.mark.parametrize(
    ("tool", "id", "text"),
    [
        ("mark_invoice_sent", PAID, 'while state is draft; invoice "1001" (7001) is paid. Nothing was changed.'),
        ("close_invoice", PARTIAL, 'while state is open; invoice "1003" (7003) is partial. Nothing was changed.'),
        (
            "close_invoice",
            DRAFT,
            'while state is open; invoice "1058" (7058) is draft. Nothing was changed. '
            "Call mark_invoice_sent(invoice_id=7058) first, if that is meant.",
        ),
        (
            "mark_invoice_draft",
            CLOSED,
            'while state is open; invoice "1009" (7009) is closed. Nothing was changed. '
            "Call reopen_invoice(invoice_id=7009) first, if that is meant.",
        ),
        ("reopen_invoice", PAID, 'while state is closed; invoice "1001" (7001) is paid. Nothing was changed.'),
    ],
)
async def test_from_any_other_state_nothing_is_sent_or_asked(
    sandbox: Sandbox, era: Era, tool: str, id: int, text: str
) -> None:
    """23: a transition from the wrong state is not documented: read first."""
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        assert await talk.error(tool, invoice_id=id) == f"This is possible only {text}"
        assert talk.wire() == [f"GET /invoices/{id}"]
        assert talk.asked == []


@pytest.mark.parametrize(("tool", "id"), [("mark_invoice_sent", DRAFT), ("close_invoice", OPEN)])
async def test_a_no_leaves_the_state(sandbox: Sandbox, era: Era, tool: str, id: int) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="unticked") as talk:
        before = state(sandbox, id)
        assert await talk.error(tool, invoice_id=id) == "The person did not tick the box. Nothing was changed."
        assert (posts(talk), state(sandbox, id)) == ([], before)


async def test_a_step_whose_answer_is_lost_is_seen_and_not_repeated(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        sandbox.fail(Fault("drop", method="POST", commit="after"))
        head = (await talk.ok("mark_invoice_sent", invoice_id=DRAFT)).split("\n")[0]
        assert head == (
            f'Now open: invoice "1058" (7058). Harvest\'s answer was lost, but the change is there. {undo(1)} '
            f"It has {OF_DRAFT.replace('draft', 'draft -> open')}"
        )
        assert posts(talk) == ["/invoices/7058/messages/mark_as_sent"]


async def test_messages_of_an_invoice_that_is_not_there_point_to_the_invoices(sandbox: Sandbox, era: Era) -> None:
    """6.1: what is not there and what may not be seen answer alike."""
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        assert await talk.error("list_invoice_messages", invoice="id 99") == (
            "Harvest shows this user no invoice messages of invoice 99 (404). Check that id with list_invoices. "
            "Call who_am_i: the role, and whether the module invoices is on, decide what is seen."
        )
