"""Nothing is deleted unless a person agreed: what is read to ask them, and every way a form can go wrong."""

from collections.abc import Callable
from typing import Any

import anyio
import mcp
import mcp_types as types
import pytest
from mcp.client.session import ClientSession

from harvest_mcp import server, settings
from harvest_mcp.sandbox import Sandbox
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from harvest_mcp.tools import sdk
from harvest_mcp.tools.confirm import Policy
from tests.approval.kit import ARGUMENTS, ASKED, DECLINED, OLD, OTHER, refusal, there
from tests.approval.made import UNTOUCHED
from tests.conftest import Era, Reply, talking
from tests.sandbox.kit import Clock
from tests.tools.kit import ACME, WILE, writes

pytestmark = [pytest.mark.anyio, pytest.mark.eras]

LOOKS = {
    "delete_contact": ["GET /contacts/17"],
    "delete_client": ["GET /clients/11073", "GET /clients/11073/contacts", "GET /projects?client=11073"],
}
CANCELLED = f"The person closed the question without an answer. {UNTOUCHED}"
UNTICKED = f"The person did not tick the box. {UNTOUCHED}"


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
        assert await talk.error(tool, **ARGUMENTS[tool]) == OTHER
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
        assert await talk.error("delete_contact", contact_id=WILE) == OLD
        assert writes(talk) == []


async def test_a_record_that_is_not_there_is_not_asked_about(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes") as talk:
        assert await talk.error("delete_client", client_id=5) == (
            "No client 5 in this account, or this user may not see it. Nothing was deleted. Call list_clients for ids."
        )
        assert talk.wire() == ["GET /clients/5"]
    assert talk.asked == []


async def legacy(sandbox: Sandbox, form: Any) -> str:
    """The answer to a delete at a client of the older protocols that shows its own form."""
    chosen = settings.read({})
    desk = server.desk(
        chosen, [server.sandbox_account()], server.in_process(sandbox), state=server.sandbox_state(chosen, sandbox)
    )
    async with mcp.Client(server.build(chosen, desk), mode="legacy", elicitation_callback=form) as client:
        (content,) = (await client.call_tool("delete_contact", {"contact_id": WILE})).content
    await desk.aclose()
    assert isinstance(content, types.TextContent)
    return content.text


async def test_a_form_the_client_fails_to_show_deletes_nothing(sandbox: Sandbox) -> None:
    async def fails(context: object, params: object) -> types.ErrorData:
        return types.ErrorData(code=types.INTERNAL_ERROR, message="No window.")

    assert await legacy(sandbox, fails) == CANCELLED
    assert [call.method for call in sandbox.seen] == ["GET"]


async def test_a_form_answered_with_no_such_answer_deletes_nothing(sandbox: Sandbox) -> None:
    async def form(context: object, params: object) -> types.ElicitResult:
        return types.ElicitResult.model_construct(action="perhaps")  # type: ignore[arg-type]  # nonsense on purpose

    assert await legacy(sandbox, form) == CANCELLED
    assert [call.method for call in sandbox.seen] == ["GET"]


async def test_a_form_nobody_answers_deletes_nothing(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk, "LIFETIME", 0.05)

    async def hangs(context: object, params: object) -> types.ElicitResult:
        await anyio.sleep(1)
        return types.ElicitResult(action="accept", content={"confirm": True})

    assert await legacy(sandbox, hangs) == CANCELLED
    assert [call.method for call in sandbox.seen] == ["GET"]


@pytest.mark.parametrize(
    "content",
    [None, {}, {"confirm": "true"}, {"confirm": 1}, {"confirm": None}, {"yes": True}, {"confirm": ["true"]}],
)
async def test_only_a_ticked_box_is_a_yes(sandbox: Sandbox, content: dict[str, Any] | None) -> None:
    async def form(context: object, params: object) -> types.ElicitResult:
        return types.ElicitResult.model_construct(action="accept", content=content)

    assert await legacy(sandbox, form) == UNTICKED
    assert [call.method for call in sandbox.seen] == ["GET"]


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
