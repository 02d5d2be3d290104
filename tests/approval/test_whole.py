"""Nothing that a person approves is cut: a form shows all of it, or the page does."""

import re

import pytest

from harvest_mcp.consent.policy import MOST_IN_A_FORM
from harvest_mcp.consent.store import Consents
from harvest_mcp.sandbox import Sandbox
from harvest_mcp.state import State
from tests.approval.kit import person
from tests.approval.made import question
from tests.approval.test_page import Page
from tests.approval.test_terminal import typed
from tests.conftest import Era, talking

pytestmark = pytest.mark.anyio

END = "NEW BANK ACCOUNT DE00 1234"
BODY = f"{'Please find our invoice attached. ' * 20}{END}"
LONG = f"{'Please find our invoice attached. ' * 100}{END}"
SEND = {"invoice": "id 7054", "recipients": ", ".join(f"number{at}@bluepeak.example" for at in range(9))}
LINE = {"invoice_id": 7054, "kind": "Service", "quantity": "1", "unit_price": "5"}


async def test_a_form_shows_a_mail_with_its_end_and_every_address(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="decline") as talk:
        await talk.error("send_invoice", **SEND, body=BODY)
        (asked,) = talk.asked
    assert f'With body "{BODY}"' in asked
    assert asked.startswith(f'Send invoice message "{SEND["recipients"]}" of invoice "1054" (7054)?')


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("add_invoice_line", {**LINE, "description": BODY}),
        ("mark_invoice_sent", {"invoice_id": 7058, "body": BODY}),
        ("create_invoice_payment", {"invoice": "id 7054", "amount": "5", "paid_at": "2018-03-05", "notes": BODY}),
    ],
)
async def test_a_line_and_a_note_are_shown_whole_as_well(sandbox: Sandbox, tool: str, given: dict[str, object]) -> None:
    async with talking(sandbox, toolsets="invoices", reply="decline") as talk:
        await talk.error(tool, **given)
        assert BODY in talk.asked[0]


async def test_what_a_form_may_not_show_whole_is_asked_on_the_page(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes") as talk, person() as someone:
        said = await talk.error("send_invoice", **SEND, body=LONG)
        assert talk.asked == []
        assert said.startswith("A form might not show all of this question. This needs a person's approval: Send ")
        assert re.search(r"… \([\d,]+ characters; the person is shown all of them\.\) Ask them to open http", said)
        found = re.search(r"open (\S+) or run .* confirm=\"(\S+)\"\)", said)
        assert found is not None
        assert LONG in " ".join(" ".join(Page((await someone.see(found[1])).text).words).split())
        await someone.approve(found[1])
        assert (await talk.ok("send_invoice", **SEND, body=LONG, confirm=found[2])).startswith("Sent ")
        assert talk.asked == []


async def test_where_only_forms_count_it_is_refused(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices", reply="yes", confirm="strict") as talk:
        said = await talk.error("send_invoice", **SEND, body=LONG)
    assert (talk.asked, said.startswith("A form might not show all of this question. Use a client whose")) == ([], True)
    assert len(LONG) > MOST_IN_A_FORM


async def test_a_terminal_shows_every_value_and_every_name_whole(place: str) -> None:
    names = tuple((f"Contact {at}", at) for at in range(1, 40))
    state = State(place)
    code = await Consents(state).issue(question(fields=(("notes", LONG),), goes=(("39 contacts", names),)), "approval")
    state.close()
    status, seen = await typed("approve", code, keys="n\n", place=place)
    assert (status, LONG in seen, '"Contact 39" (39)' in seen) == (0, True, True)
