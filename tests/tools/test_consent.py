"""Nothing is deleted unless a person agreed: what is read to ask them, and every way a form can go wrong."""

import re
from collections.abc import Callable
from typing import Any

import anyio
import mcp
import mcp_types as types
import pytest
from mcp.client.session import ClientSession
from mcp.shared.exceptions import MCPError

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.consent.policy import QUICK, UNSEEN, Answer, Policy
from harvest_mcp.protocol import elicitation
from harvest_mcp.sandbox import Sandbox
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, INVOICES
from tests.approval.kit import ARGUMENTS, ASKED, DECLINED, OLD_FORM, OTHER_FORM, UNKNOWN_FORM, person, refusal, there
from tests.approval.made import UNTOUCHED
from tests.conftest import REPLIES, Era, Reply, Talk, talking
from tests.sandbox.kit import Clock
from tests.tools.kit import ACME, WILE, writes

pytestmark = [pytest.mark.anyio, pytest.mark.eras]

LOOKS = {
    "delete_contact": ["GET /contacts/17", "GET /clients/11073"],
    "delete_client": ["GET /clients/11073", "GET /clients/11073/contacts", "GET /projects?client=11073"],
}


@pytest.mark.parametrize("tool", ARGUMENTS)
@pytest.mark.parametrize(
    ("policy", "reply"), [("ask", "decline"), ("strict", "cancel"), ("ask", None), ("token", None)]
)
async def test_to_ask_reads_the_record_and_what_hangs_on_it_and_sends_nothing_else(
    sandbox: Sandbox, era: Era, policy: Policy, reply: Reply | None, tool: str
) -> None:
    async with talking(sandbox, era=era, reply=reply, confirm=policy) as talk:
        await talk.error(tool, **ARGUMENTS[tool])
        assert talk.wire() == LOOKS[tool]
    assert there(sandbox, tool)


def exchange(account: Sandbox) -> None:
    """One contact goes, another comes: as many as before."""
    account.store.delete(CONTACTS, WILE)
    account.put(CONTACTS, client_id=ACME, first_name="A", last_name="B")


MEANWHILE: dict[str, tuple[str, Callable[[Sandbox], object]]] = {
    "renamed": ("delete_contact", lambda account: account.store.update(CONTACTS, WILE, {"first_name": "Will"})),
    "changed": ("delete_contact", lambda account: account.store.update(CONTACTS, WILE, {"fax": "1"})),
    "moved": ("delete_contact", lambda account: account.store.update(CONTACTS, WILE, {"client_id": 11072})),
    "archived": ("delete_client", lambda account: account.store.update(CLIENTS, ACME, {"active": False})),
    "gained": ("delete_client", lambda account: account.put(CONTACTS, client_id=ACME, first_name="A", last_name="B")),
    "lost": ("delete_client", lambda account: account.store.delete(CONTACTS, WILE)),
    "exchanged": ("delete_client", exchange),
    "rewritten below": ("delete_client", lambda account: account.store.update(CONTACTS, WILE, {"fax": "1"})),
}


@pytest.mark.parametrize("what", MEANWHILE)
async def test_a_record_that_changes_while_the_form_is_open_is_not_deleted(
    sandbox: Sandbox, era: Era, what: str
) -> None:
    tool, change = MEANWHILE[what]

    def reply(question: str) -> Reply:
        change(sandbox)
        return "yes"

    async with talking(sandbox, era=era, reply=reply) as talk:
        assert await talk.error(tool, **ARGUMENTS[tool]) == OTHER_FORM
        assert writes(talk) == []
    assert there(sandbox, tool)


async def test_a_record_that_is_deleted_while_the_form_is_open_is_not_deleted_again(sandbox: Sandbox, era: Era) -> None:
    def reply(question: str) -> Reply:
        sandbox.store.delete(CONTACTS, WILE)
        return "yes"

    async with talking(sandbox, era=era, reply=reply) as talk:
        assert await talk.error("delete_contact", contact_id=WILE) == (
            "No contact 17 in this account, or this user may not see it. Nothing was deleted."
            " Call list_contacts for ids."
        )
        assert writes(talk) == []


async def test_a_form_answered_after_five_minutes_deletes_nothing(sandbox: Sandbox, era: Era) -> None:
    clock = Clock()

    def reply(question: str) -> Reply:
        clock.turn(300.1)
        return "yes"

    async with talking(sandbox, era=era, reply=reply, clock=clock) as talk:
        assert await talk.error("delete_contact", contact_id=WILE) == OLD_FORM
        assert writes(talk) == []


async def test_a_record_that_is_not_there_is_not_asked_about(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes") as talk:
        assert await talk.error("delete_client", client_id=5) == (
            "No client 5 in this account, or this user may not see it. Nothing was deleted. Call list_clients for ids."
        )
        assert talk.wire() == ["GET /clients/5"]
    assert talk.asked == []


async def legacy(sandbox: Sandbox, form: Any, *, reading: float = 0.0, **flags: Any) -> str:
    """The answer to a delete at a client of the older protocols that shows its own form."""
    chosen = settings.read(flags)
    desk = server.desk(
        chosen,
        [server.sandbox_account()],
        server.in_process(sandbox),
        state=server.sandbox_state(chosen, sandbox),
        reading=reading,
    )
    async with mcp.Client(server.build(chosen, desk), mode="legacy", elicitation_callback=form) as client:
        (content,) = (await client.call_tool("delete_contact", {"contact_id": WILE})).content
    await desk.aclose()
    assert isinstance(content, types.TextContent)
    assert {call.method for call in sandbox.seen} == {"GET"}
    return content.text


async def fails(context: object, params: object) -> types.ErrorData:
    return types.ErrorData(code=types.INTERNAL_ERROR, message="No window.")


async def nonsense(context: object, params: object) -> types.ElicitResult:
    return types.ElicitResult.model_construct(action="perhaps")  # type: ignore[arg-type]  # nonsense on purpose


async def hangs(context: object, params: object) -> types.ElicitResult:
    await anyio.sleep(1)
    return REPLIES["yes"]


@pytest.mark.parametrize(
    ("form", "said"),
    [(fails, "failed"), (nonsense, "failed"), (hangs, "silent")],
    ids=["an error", "nonsense", "late"],
)
async def test_a_form_that_reaches_nobody_is_told_and_the_page_asks_instead(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, form: Any, said: Answer
) -> None:
    if said == "silent":
        monkeypatch.setattr(elicitation, "LIFETIME", 0.05)
    asks = refusal(await legacy(sandbox, form))
    assert asks.what == f"{UNSEEN[said]} This needs a person's approval: {ASKED['delete_contact']}"
    assert asks.link


async def test_a_form_that_reaches_nobody_is_the_end_of_it_where_only_forms_count(sandbox: Sandbox) -> None:
    assert await legacy(sandbox, fails, confirm="strict") == (
        f"{UNSEEN['failed']} Use a client whose forms reach a person, such as Claude Code, VS Code or Cursor, or have"
        f" this server started with --confirm ask. {UNTOUCHED}"
    )


NO_ANSWER: list[tuple[dict[str, Any] | None, Answer]] = [
    (None, "empty"),
    ({}, "empty"),
    ({"confirm": None}, "empty"),
    ({"confirm": "true"}, "unreadable"),
    ({"confirm": 1}, "unreadable"),
    ({"confirm": ["true"]}, "unreadable"),
    ({"yes": True}, "unreadable"),
]


@pytest.mark.parametrize(("content", "said"), NO_ANSWER)
async def test_only_a_ticked_box_is_a_yes_and_only_one_left_a_no(
    sandbox: Sandbox, content: dict[str, Any] | None, said: Answer
) -> None:
    async def form(context: object, params: object) -> types.ElicitResult:
        return types.ElicitResult.model_construct(action="accept", content=content)

    asks = refusal(await legacy(sandbox, form))
    assert asks.what == f"{UNSEEN[said]} This needs a person's approval: {ASKED['delete_contact']}"


@pytest.mark.parametrize("reply", ["decline", "cancel", "unticked"])
async def test_a_no_sooner_than_anybody_reads_is_the_clients_own(sandbox: Sandbox, era: Era, reply: Reply) -> None:
    async with talking(sandbox, era=era, reply=reply, reading=3600.0) as talk, person() as someone:
        asks = refusal(await talk.error("delete_contact", contact_id=WILE))
        said = re.sub(r"after \d+\.\d s", "after {:.1f} s", asks.what)
        assert said == f"{QUICK} This needs a person's approval: {ASKED['delete_contact']}"
        waits = refusal(await talk.error("delete_contact", contact_id=WILE, confirm=asks.code))
        assert waits.what == f"Nobody has decided about {asks.code} yet."
        await someone.approve(asks.link)
        assert (await talk.ok("delete_contact", contact_id=WILE, confirm=asks.code)).startswith("Deleted ")
        assert len(talk.asked) == 1


async def test_an_invented_code_gets_a_form_as_none_does(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="decline") as talk:
        assert await talk.error("delete_contact", contact_id=WILE, confirm="KX4T-9QWM") == DECLINED
        assert talk.asked == [ASKED["delete_contact"]]


async def state_of_a_form(talk: Talk) -> str:
    """The requestState of a question that waits for its answer."""
    asked = await talk.client.session.call_tool("delete_contact", {"contact_id": WILE}, allow_input_required=True)
    assert isinstance(asked, types.InputRequiredResult)
    assert asked.request_state is not None
    return asked.request_state


@pytest.mark.parametrize("tool", ["delete_contact", "list_clients"])
async def test_an_altered_or_unknown_state_is_a_protocol_error(sandbox: Sandbox, tool: str) -> None:
    async with talking(sandbox, reply="yes") as talk:
        state = await state_of_a_form(talk)
        for wrong in ("", "x", "é", f"{state}x", state[1:], state.swapcase(), state.partition(".")[0], "x" * 4000):
            with pytest.raises(MCPError) as refused:
                await talk.client.session.call_tool(
                    tool, ARGUMENTS["delete_contact"], request_state=wrong, input_responses={"confirm": REPLIES["yes"]}
                )
            assert (refused.value.error.code, writes(talk)) == (types.INVALID_PARAMS, [])
    assert there(sandbox, "delete_contact")


async def test_a_used_or_old_state_is_told_in_words(sandbox: Sandbox) -> None:
    clock = Clock()

    async def answered(talk: Talk, state: str) -> str:
        result = await talk.client.session.call_tool(
            "delete_contact",
            ARGUMENTS["delete_contact"],
            request_state=state,
            input_responses={"confirm": REPLIES["yes"]},
        )
        (content,) = result.content
        assert isinstance(content, types.TextContent)
        return content.text

    async with talking(sandbox, reply="yes", clock=clock) as talk:
        state = await state_of_a_form(talk)
        clock.turn(300.1)
        assert [await answered(talk, state) for _ in range(2)] == [OLD_FORM, UNKNOWN_FORM]
        assert writes(talk) == []


async def test_by_page_no_form_is_shown_whatever_the_client_can_show(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes", confirm="page") as talk, person() as someone:
        asks = refusal(await talk.error("delete_contact", contact_id=WILE))
        assert asks.what == f"This needs a person's approval: {ASKED['delete_contact']}"
        await someone.approve(asks.link)
        await talk.ok("delete_contact", contact_id=WILE, confirm=asks.code)
        assert talk.asked == []


@pytest.mark.parametrize(
    ("declared", "asks"),
    [
        (types.ElicitationCapability(url=types.UrlElicitationCapability()), False),
        (types.ElicitationCapability(), True),
        (types.ElicitationCapability(form=types.FormElicitationCapability()), True),
    ],
    ids=["addresses only", "undetailed", "forms"],
)
async def test_what_a_client_declares_decides_how_it_is_asked(
    sandbox: Sandbox, era: Era, monkeypatch: pytest.MonkeyPatch, declared: types.ElicitationCapability, asks: bool
) -> None:
    def capabilities(session: ClientSession, version: str) -> types.ClientCapabilities:
        return types.ClientCapabilities(elicitation=declared)

    monkeypatch.setattr(ClientSession, "_build_capabilities", capabilities)
    async with talking(sandbox, era=era, reply="decline") as talk:
        text = await talk.error("delete_contact", contact_id=WILE)
    if asks:
        assert (text, talk.asked) == (DECLINED, [ASKED["delete_contact"]])
    else:
        assert refusal(text).what == f"This needs a person's approval: {ASKED['delete_contact']}"
        assert talk.asked == []
    assert there(sandbox, "delete_contact")


def retitle(account: Sandbox) -> None:
    for id, title in ((WILE, "CEO"), (18, "CTO")):
        account.store.update(CONTACTS, id, {"title": title})


CONTENT: dict[str, tuple[str, dict[str, Any], Callable[[Sandbox], object]]] = {
    "a contact that goes along got another telephone": (
        "delete_client",
        {"client_id": ACME},
        lambda account: account.store.update(CONTACTS, WILE, {"phone_mobile": "1"}),
    ),
    "two contacts that go along got other titles": (
        "delete_client",
        {"client_id": ACME},
        retitle,
    ),
    "the invoice of a mail got other notes": (
        "send_invoice",
        {"invoice": "id 7054", "recipients": "sam@bluepeak.example"},
        lambda account: account.store.update(INVOICES, 7054, {"notes": "Pay to DE00"}),
    ),
    "an invoice that is written off got another subject": (
        "close_invoice",
        {"invoice_id": 7054},
        lambda account: account.store.update(INVOICES, 7054, {"subject": "Rebranding"}),
    ),
}


@pytest.mark.parametrize("what", CONTENT)
async def test_a_yes_is_to_all_that_was_read_for_it(sandbox: Sandbox, what: str) -> None:
    tool, given, change = CONTENT[what]

    def reply(question: str) -> Reply:
        change(sandbox)
        return "yes"

    async with talking(sandbox, toolsets="all", reply=reply) as talk:
        said = await talk.error(tool, **given)
        assert said.startswith("This confirmation was given for something else, or the record changed since.")
        assert writes(talk) == []
