"""Since 2026-07-28 the client calls again with the answer: driven by hand, as a client that cheats would."""

from pathlib import Path
from typing import Any

import anyio
import mcp_types as types
import pytest
from mcp.shared.exceptions import MCPError

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.systems.harvest import CONTACTS
from tests.approval.kit import ASKED, OLD_FORM, OTHER_FORM, UNKNOWN, UNKNOWN_FORM, deletes, refusal
from tests.conftest import REPLIES, Talk, talking
from tests.sandbox.kit import Clock
from tests.tools.kit import SUPRCORP, WILE, account

pytestmark = pytest.mark.anyio

ALREADY = "Contact 17 is deleted already; that was change 1."
YES: types.InputResponses = {"confirm": REPLIES["yes"]}
DELETED = 'Deleted contact "Wile Coyne" (17). undo_change(change_id=1) makes it again under a new id.'


async def asked(talk: Talk, tool: str = "delete_contact", **arguments: Any) -> types.InputRequiredResult:
    """The question to a delete, not answered yet."""
    arguments = arguments or {"contact_id": WILE}
    result = await talk.client.session.call_tool(tool, arguments, allow_input_required=True)
    assert isinstance(result, types.InputRequiredResult)
    return result


async def answered(
    talk: Talk,
    state: str | None,
    responses: types.InputResponses | None,
    tool: str = "delete_contact",
    **arguments: Any,
) -> str:
    """What the call with an answer comes to."""
    result = await talk.client.session.call_tool(
        tool,
        arguments or {"contact_id": WILE},
        input_responses=responses,
        request_state=state,
        allow_input_required=True,
    )
    assert isinstance(result, types.CallToolResult)
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    return content.text


async def test_the_question_is_a_form_with_one_box_that_is_not_ticked(sandbox: Sandbox) -> None:
    async with talking(sandbox, reply="yes") as talk:
        question = await asked(talk, "delete_client", client_id=11073)
        (request,) = (question.input_requests or {}).values()
        assert request.params is not None
        assert request.params.model_dump(exclude_unset=True, by_alias=True) == {
            "mode": "form",
            "message": 'Delete client "Acme" (11073), details "1 Desert Road"? 3 contacts go with it. '
            "Undo recreates it, without its contacts and under a new id.",
            "requestedSchema": {
                "type": "object",
                "properties": {
                    "confirm": {
                        "type": "boolean",
                        "title": 'Yes, delete client "Acme" (11073) and its 3 contacts',
                        "default": False,
                    }
                },
                "required": ["confirm"],
            },
        }
        assert deletes(sandbox) == []


async def test_the_same_question_reads_the_same_every_time(sandbox: Sandbox) -> None:
    async with talking(sandbox, reply="yes") as talk:
        one, two = await asked(talk), await asked(talk)
        assert one.input_requests == two.input_requests
        assert one.request_state != two.request_state


async def test_a_yes_with_its_state_deletes(sandbox: Sandbox) -> None:
    async with talking(sandbox, reply="yes") as talk:
        question = await asked(talk)
        assert await answered(talk, question.request_state, YES) == DELETED
        assert deletes(sandbox) == ["/contacts/17"]


async def test_a_yes_played_again_is_refused(sandbox: Sandbox) -> None:
    async with talking(sandbox, reply="yes") as talk:
        state = (await asked(talk, client_id=SUPRCORP, tool="delete_client")).request_state
        first = await answered(talk, state, YES, "delete_client", client_id=SUPRCORP)
        assert first.startswith("Harvest refused this (400)")
        for _ in range(3):
            assert await answered(talk, state, YES, "delete_client", client_id=SUPRCORP) == UNKNOWN_FORM
        assert deletes(sandbox) == ["/clients/11072"]


async def test_a_no_kills_the_question_for_good(sandbox: Sandbox) -> None:
    async with talking(sandbox, reply="yes") as talk:
        for no in ("unticked", "decline", "cancel"):
            state = (await asked(talk)).request_state
            await answered(talk, state, {"confirm": REPLIES[no]})
            assert await answered(talk, state, YES) == UNKNOWN_FORM
        assert deletes(sandbox) == []


async def test_a_yes_is_for_its_own_record_and_tool(sandbox: Sandbox) -> None:
    sandbox.put(CONTACTS, id=11073, client_id=SUPRCORP, first_name="Acme", last_name="")
    async with talking(sandbox, reply="yes") as talk:
        state = (await asked(talk)).request_state
        assert await answered(talk, state, YES, contact_id=18) == OTHER_FORM
        state = (await asked(talk, contact_id=11073)).request_state
        assert await answered(talk, state, YES, "delete_client", client_id=11073) == OTHER_FORM
        assert deletes(sandbox) == []


async def test_a_yes_that_comes_late_is_refused(sandbox: Sandbox) -> None:
    clock = Clock()
    async with talking(sandbox, reply="yes", clock=clock) as talk:
        state = (await asked(talk)).request_state
        clock.turn(301)
        assert await answered(talk, state, YES) == OLD_FORM
        assert deletes(sandbox) == []


async def test_a_yes_without_its_state_is_refused(sandbox: Sandbox) -> None:
    async with talking(sandbox, reply="yes") as talk:
        await asked(talk)
        assert await answered(talk, None, YES) == UNKNOWN_FORM
        assert deletes(sandbox) == []


async def test_a_state_that_was_never_given_out_is_an_error_of_the_protocol(sandbox: Sandbox) -> None:
    async with talking(sandbox, reply="yes") as talk:
        state = (await asked(talk)).request_state
        for wrong in ("", "x" * 22, "é", "\u202e", "x" * 100_000, f"{state}x"):
            with pytest.raises(MCPError) as refused:
                await answered(talk, wrong, YES)
            assert refused.value.code == types.INVALID_PARAMS
        assert deletes(sandbox) == []


async def test_an_answer_of_another_kind_is_no_yes(sandbox: Sandbox) -> None:
    async with talking(sandbox, reply="yes") as talk:
        state = (await asked(talk)).request_state
        said = await answered(talk, state, {"confirm": types.ListRootsResult(roots=[])})
        assert said.startswith(
            "This client answered the question with something that is neither yes nor no. This needs"
        )
        assert deletes(sandbox) == []


async def test_a_state_without_its_answer_is_asked_again(sandbox: Sandbox) -> None:
    async with talking(sandbox, reply="yes") as talk:
        state = (await asked(talk)).request_state
        others: list[types.InputResponses | None] = [None, {"other": REPLIES["yes"]}]
        for responses in others:
            again = await talk.client.session.call_tool(
                "delete_contact",
                {"contact_id": WILE},
                input_responses=responses,
                request_state=state,
                allow_input_required=True,
            )
            assert isinstance(again, types.InputRequiredResult)
            assert again.request_state != state
        assert deletes(sandbox) == []


async def test_a_forms_own_code_is_asked_about_again_when_it_comes_as_a_code(sandbox: Sandbox) -> None:
    async with talking(sandbox, reply="yes") as talk:
        state = (await asked(talk)).request_state
        result = await talk.client.session.call_tool(
            "delete_contact", {"contact_id": WILE, "confirm": state}, allow_input_required=True
        )
        assert isinstance(result, types.InputRequiredResult)
        assert deletes(sandbox) == []


@pytest.mark.parametrize("policy", ["ask", "token"])
async def test_a_forms_code_is_neither_a_token_nor_an_approval(sandbox: Sandbox, tmp_path: Path, policy: str) -> None:
    place = str(tmp_path / "state.db")
    async with (
        talking(sandbox, reply="yes", state=place) as shows,
        talking(sandbox, confirm=policy, state=place) as talk,
    ):
        state = (await asked(shows)).request_state
        assert await talk.error("delete_contact", contact_id=WILE, confirm=state) == UNKNOWN
        assert deletes(sandbox) == []
        assert await answered(shows, state, YES) == DELETED


async def test_a_client_without_forms_cannot_bring_an_answer_along(sandbox: Sandbox, tmp_path: Path) -> None:
    place = str(tmp_path / "state.db")
    async with talking(sandbox, reply="yes", state=place) as shows:
        state = (await asked(shows)).request_state
    async with talking(sandbox, confirm="strict", state=place) as talk:
        assert (await answered(talk, state, YES)).startswith("This server asks a person in a form, ")
    async with talking(sandbox, state=place) as talk:
        asks = refusal(await answered(talk, state, YES))
        assert asks.what == f"This needs a person's approval: {ASKED['delete_contact']}"
    assert deletes(sandbox) == []


async def test_of_64_replays_at_once_exactly_one_deletes(sandbox: Sandbox) -> None:
    sandbox.fail(Fault("delay", "0.2", method="DELETE", after=0.2))
    texts: list[str] = []
    async with talking(sandbox, reply="yes", account=account()) as talk:
        state = (await asked(talk)).request_state

        async def replay() -> None:
            texts.append(await answered(talk, state, YES))

        async with anyio.create_task_group() as together:
            for _ in range(64):
                together.start_soon(replay)
    assert texts.count(DELETED) == 1
    assert texts.count(UNKNOWN_FORM) + texts.count(ALREADY) == 63  # already, for those that came when it was done
    assert deletes(sandbox) == ["/contacts/17"]
