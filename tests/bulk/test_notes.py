"""Notes: a dated line on top, what is there stays, two at once lose neither, each is undone by itself."""

import json

import anyio
import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2
from tests.conftest import Talk, talking
from tests.harvest_v2.kit import conversing
from tests.incwo.kit import ANNE, at

pytestmark = pytest.mark.anyio
ADDRESS = "1 Desert Road\nTucson, AZ 85701\nUSA"


async def details(talk: Talk) -> str:
    return str(json.loads(await talk.ok("get_client", client_id=11073))["details"])


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_a_note_goes_on_top_with_the_date_and_what_is_there_stays(api: str) -> None:
    with open_account() if api == "v1" else open_harvest_v2() as sandbox:
        opened = talking if api == "v1" else conversing
        async with opened(sandbox, toolsets="crm,bulk") as talk:
            answer = await talk.ok("add_note", record="Acme", text="Wants a new quote")
            assert answer.startswith('Noted on client "Acme" (11073). undo_change(change_id=1) takes it back.\n')
            dated, _, rest = (await details(talk)).partition(": Wants a new quote\n")
            assert (len(dated), rest) == (len("2018-03-05"), ADDRESS)
            await talk.ok("undo_change", change_id=1)
            assert await details(talk) == ADDRESS


async def test_the_same_note_said_again_is_not_put_there_twice(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="crm,bulk") as talk:
        await talk.ok("add_note", record=11073, text="Wants a quote")
        again = await talk.ok("add_note", record=11073, text="Wants a quote")
        assert again == 'Client "Acme" (11073) has this note of today already.'
        assert (await details(talk)).count("Wants a quote") == 1


async def test_two_at_once_lose_neither_and_each_is_undone_by_itself(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="crm,bulk") as talk:
        async with anyio.create_task_group() as group:
            for text in ("one", "two", "three", "four"):
                group.start_soon(talk.client.call_tool, "add_note", {"record": 11073, "text": text})
        lines = (await details(talk)).splitlines()
        assert sorted(line.partition(": ")[2] for line in lines[:4]) == ["four", "one", "three", "two"]
        assert "\n".join(lines[4:]) == ADDRESS
        for change in (2, 1, 4, 3):
            await talk.ok("undo_change", change_id=change)
        assert await details(talk) == ADDRESS


async def test_an_undo_does_not_take_away_what_somebody_wrote_into_the_note(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="crm,bulk") as talk:
        await talk.ok("add_note", record=11073, text="Wants a quote")
        await talk.ok("update_client", client_id=11073, details=(await details(talk)).replace("a quote", "two quotes"))
        assert (await talk.error("undo_change", change_id=1)).startswith(
            "Client 11073 changed since: details was left as"
        )


async def test_an_incwo_comment_takes_notes_too() -> None:
    async with at(toolsets="all") as talk:
        await talk.ok("add_incwo_note", record=ANNE, text="Rappeler")
        comment = json.loads(await talk.ok("get_incwo_contact", contact_id=ANNE))["comment"]
        assert comment.partition(": ")[2] == "Rappeler\nL’appeler le matin.\nPortail vert."


async def test_an_empty_note_is_not_put_there(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="crm,bulk") as talk:
        for text in ("", " \n"):
            assert (await talk.error("add_note", record="Acme", text=text)).startswith(
                "text is empty. Nothing was sent."
            )
        assert await details(talk) == ADDRESS
