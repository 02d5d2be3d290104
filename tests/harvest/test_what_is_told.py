"""What a person is told before something goes that matters, and what is said of it once it was taken back."""

import json
from collections.abc import Iterator

import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.spec import Era as Profile
from harvest_mcp.systems.harvest import CLIENTS, INVOICE_PAYMENTS, INVOICES
from tests.conftest import Era, talking
from tests.harvest.test_time import LATEST
from tests.sandbox.kit import Clock
from tests.tools.kit import ACME, writes

pytestmark = pytest.mark.anyio

EUROS, DOLLARS = "currency Euro - EUR.", "currency United States Dollar - USD."
FREED = "Any hours and expenses imported into it count as unbilled again."
GONE = "Undo recreates it under a new id."


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The account as of 5 March 2018, noon."""
    with open_account(clock=Clock(), calls=None) as account:
        yield account


async def test_an_invoice_is_told_by_whose_it_is_and_what_it_stands_at_before_it_goes(
    sandbox: Sandbox, era: Era
) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="decline") as talk:
        await talk.error("delete_invoice", invoice_id=7034)
        assert talk.asked == [
            'Delete invoice "1034" (7034)? It has client "Kestrel & Sons", state paid, amount 2393.39, '
            f"due_amount 0.00, {EUROS} 1 message goes with it. 1 payment of 2393.39 goes with it. {FREED} "
            "Undo recreates it, without its message and payment, and under a new id."
        ]


async def test_payments_that_go_along_are_told_in_sum(sandbox: Sandbox, era: Era) -> None:
    for amount in ("100.10", "0.00"):
        sandbox.put(INVOICE_PAYMENTS, invoice_id=7034, amount=amount, paid_at="2018-01-01T00:00:00Z")
    async with talking(sandbox, era=era, toolsets="invoices", reply="decline") as talk:
        await talk.error("delete_invoice", invoice_id=7034)
        assert " 3 payments of 2493.49 in all go with it. " in talk.asked[0]


async def test_a_deleted_invoice_is_told_as_the_draft_it_is_made_again_as(sandbox: Sandbox, era: Era) -> None:
    """27: new, IN-3, draft."""
    async with talking(sandbox, era=era, toolsets="invoices,changes", reply="yes") as talk:
        assert await talk.ok("delete_invoice", invoice_id=7034) == (
            'Deleted invoice "1034" (7034) and its 1 message, 1 payment of 2393.39. '
            "undo_change(change_id=1) makes it again, without its message and payment, and under a new id."
        )
        kept = json.loads(await talk.ok("get_change", change_id=1))
        assert kept["beside"] == ["1 message", "1 payment of 2393.39"]
        assert set(kept["fields"]) <= set(INVOICES.record.model_fields)
        head, stored = (await talk.ok("undo_change", change_id=1)).split("\n")
        assert head == (
            'Undid change 1: invoice "1034" (7061) is made again under the new id 7061. That is change 2. '
            "Otherwise than before: state 'draft' (was 'paid'), due_amount 2393.39 (was 0.00). "
            f"Gone: 1 message, 1 payment of 2393.39. {FREED}"
        )
        assert json.loads(stored)["state"] == "draft"


async def test_what_could_not_be_counted_may_be_gone(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="crm,changes", reply="yes") as talk:
        await talk.ok("delete_client", client_id=ACME)
        head = (await talk.ok("undo_change", change_id=1)).split("\n")[0]
        assert head == (
            'Undid change 1: client "Acme" (11113) is made again under the new id 11113. That is change 2. '
            "Gone: 3 contacts."
        )


@pytest.mark.parametrize("profile", ["classic", "docs"])
async def test_the_client_is_looked_up_where_bodies_do_not_name_it(profile: Profile, era: Era) -> None:
    """22: `client-name` is late."""
    with open_account(clock=Clock(), profile=profile) as account:
        async with talking(account, era=era, toolsets="invoices", reply="decline") as talk:
            await talk.error("close_invoice", invoice_id=7054)
            assert talk.wire()[:2] == ["GET /invoices/7054", "GET /clients/11080"]
            assert 'It has client "BluePeak", state open, amount 1912.50, due_amount 1912.50,' in talk.asked[0]


@pytest.mark.parametrize(
    ("invoice", "client", "word"),
    [
        ("1034", "Kestrel & Sons", "It is paid already."),
        ("1048", "Peña y Asociados", "It is written off, and stays so."),
    ],
)
async def test_a_mail_about_what_is_settled_says_so(
    sandbox: Sandbox, era: Era, invoice: str, client: str, word: str
) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="decline") as talk:
        await talk.error("send_invoice", invoice=invoice, recipients="a@x.example")
        assert f'The invoice has client "{client}", state ' in talk.asked[0]
        assert f" {word} The last was sent on 2017-" in talk.asked[0]


async def test_what_was_said_before_may_be_insisted_on(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk:
        for tool, given in (
            ("send_invoice", {"recipients": "a@x.example"}),
            ("create_invoice_payment", {"amount": "1", "paid_at": "2018-03-05"}),
        ):
            await talk.ok(tool, invoice="1054", **given)
            again = (await talk.ok(tool, invoice="1054", **given)).split("\n")[0]
            assert again.startswith("Already ")
            assert again.endswith(" allow_duplicate=true does it once more.")
            await talk.ok(tool, invoice="1054", **given, allow_duplicate=True)
            assert len(writes(talk)) == 1


async def test_a_payment_of_nothing_has_a_name(sandbox: Sandbox, era: Era) -> None:
    id = sandbox.put(INVOICE_PAYMENTS, invoice_id=7054, amount="0.00", paid_at="2018-01-01T00:00:00Z")
    async with talking(sandbox, era=era, toolsets="invoices", reply="decline") as talk:
        await talk.error("delete_invoice_payment", invoice="1054", invoice_payment_id=id)
        assert talk.asked[0].startswith(
            f'Delete invoice payment "0.00" ({id}) of invoice "1054" (7054), paid at 2018-01-01? '
        )


@pytest.mark.parametrize(
    ("tool", "given", "text"),
    [
        (
            "delete_person",
            {"person_id": 42},
            'person "Ivy Nakagawa" (42), email "ivy@kestrel.example", department "Design"? If it has hours, {} '
            f"{GONE[:-1]}, and sets off the invitation again.",
        ),
        (
            "delete_project",
            {"project_id": 301},
            'project "Website relaunch" (301), client "SuprCorp", code "SC-01"? 5 user assignments go with it. '
            "4 task assignments go with it. "
            "It has hours or expenses since 2017-03-06, so {} "
            "Undo recreates it, without its user assignments and task assignments, and under a new id.",
        ),
        (
            "delete_expense_category",
            {"expense_category_id": 604},
            f'expense category "Transportation" (604)? If it has expenses, {{}} {GONE}',
        ),
    ],
)
async def test_what_the_vendor_may_refuse_to_delete_is_told(
    sandbox: Sandbox, era: Era, tool: str, given: dict[str, int], text: str
) -> None:
    """8.3: a person and a project without hours, a category without expenses."""
    async with talking(sandbox, era=era, toolsets="all", reply="decline") as talk:
        await talk.error(tool, **given)
        assert talk.asked == [f"Delete {text.format('Harvest will probably refuse.')}"]


async def test_the_invitation_is_spoken_of_where_it_was_just_sent(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="all", reply="yes") as talk:
        await talk.ok("create_person", email="n@kestrel.example", first_name="New", last_name="One")
        await talk.ok("undo_change", change_id=1)
        assert talk.asked[-1].endswith(
            "This takes back its record, not the invitation. It can be made again under a new id."
        )


async def test_a_timer_that_was_stopped_by_the_way_is_named_when_that_is_undone(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="time,changes", reply="yes") as talk:
        await talk.ok("start_timer", project="Website relaunch", task="Design")
        await talk.ok("start_timer", project="Website relaunch", task="Research")
        first = sandbox.rows(HOURS, LATEST)[-2]["id"]
        assert (await talk.ok("undo_change", change_id=2)).endswith(
            f'The timer of "Website relaunch Design 2018-03-05" ({first}) was stopped by it and stays so; '
            f"start_timer(time_entry_id={first}) starts it."
        )
        await talk.ok("start_timer", time_entry_id=first)
        assert [row["id"] for row in sandbox.rows(HOURS, ("timer_started_at", "<>", ""))] == [first]


async def test_a_task_that_was_made_along_stays_and_is_told(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="projects,changes", reply="yes") as talk:
        made = json.loads((await talk.ok("create_task_in_project", project=301, name="Sketching")).split("\n")[1])
        assert (await talk.ok("undo_change", change_id=1)).endswith(
            f"The new task stays; delete_task(task_id={made['task_id']}) deletes it."
        )
        await talk.ok("delete_task", task_id=made["task_id"])


async def test_a_refusal_tells_as_much_of_a_value_as_a_person_reads(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="crm,changes") as talk:
        await talk.ok("update_client", client_id=ACME, details="x" * 5000)
        sandbox.store.update(CLIENTS, ACME, {"details": "y" * 10_000})
        assert await talk.error("undo_change", change_id=1) == (
            f"Client {ACME} changed since: details was left as '{'x' * 199}… (5,002 characters)"
            f" and is now '{'y' * 199}… (10,002 characters). Nothing was undone."
            " If list_changes has a later change of it, undo that first; else decide which is right, and"
            " update the record yourself."
        )


async def test_a_question_within_an_undo_speaks_of_no_other(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices,changes", reply="yes") as talk:
        await talk.ok("mark_invoice_draft", invoice_id=7054)
        assert (await talk.ok("undo_change", change_id=1)).startswith(
            'Undid change 1: invoice "1054" (7054) is as it was. That is change 2.'
        )
        assert talk.asked == [
            'Undo change 1: mark invoice "1054" (7054) as sent? Harvest then counts it as owed by the client. '
            f'It has client "BluePeak", state draft, amount 1912.50, due_amount 1912.50, {DOLLARS} '
            "It can be made draft again."
        ]
