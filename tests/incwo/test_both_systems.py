"""Harvest and incwo in one server: one search, one journal, one undo, and a list of tools that stays small."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import mcp
import mcp_types as types
import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.sandbox import Sandbox, open_account
from tests.conftest import REPLIES, Era, Talk
from tests.incwo.kit import ANNE, account, first, opened
from tests.sandbox.kit import Clock

pytestmark = pytest.mark.anyio

MOST_BYTES = 24_000


@asynccontextmanager
async def both(era: Era) -> AsyncIterator[tuple[Talk, Sandbox]]:
    """A client that says yes at a server over both embedded accounts; the sandbox beside it is Harvest's."""
    asked: list[str] = []

    async def form(context: object, params: types.ElicitRequestParams) -> types.ElicitResult:
        asked.append(params.message)
        return REPLIES["yes"]

    chosen = settings.read({"system": "both"})
    with opened() as incwo, open_account(clock=Clock(), calls=None) as harvest:
        ways: dict[str, Callable[..., object]] = {
            "incwo": server.in_process(incwo),
            "harvest": server.in_process(harvest),
        }
        desk = server.desk(
            chosen,
            [server.sandbox_account(), account()],
            lambda caller: ways[caller.system.name](caller),  # type: ignore[arg-type,return-value]  # one way for each
            state=server.sandbox_state(chosen, harvest, incwo),
        )
        try:
            async with mcp.Client(server.build(chosen, desk), mode=era, elicitation_callback=form) as client:
                yield Talk(client, incwo, asked), harvest
        finally:
            await desk.aclose()


async def test_search_says_which_system_each_hit_is_of(era: Era) -> None:
    async with both(era) as (talk, _):
        said = (await talk.ok("search_records", query="anne", limit=100)).splitlines()
        assert said[1] == "system,kind,id,name,of,score,why,more"
        assert any(line.startswith("incwo,contact,880005,Anne Dupont,Menuiserie Lacaze,100,") for line in said)
        assert {line.partition(",")[0] for line in said[2:]} == {"harvest", "incwo"}
        assert {line.partition(",")[0] for line in (await only(talk, "contacts"))} == {"harvest"}
        assert {line.partition(",")[0] for line in (await only(talk, "incwo_contacts"))} == {"incwo"}


async def only(talk: Talk, kind: str) -> list[str]:
    return (await talk.ok("search_records", query="anne", kinds=[kind])).splitlines()[2:]


async def test_the_default_tools_of_both_fit_a_small_list(era: Era) -> None:
    async with both(era) as (talk, _):
        tools = (await talk.client.list_tools()).tools
    size = len(types.ListToolsResult(tools=tools).model_dump_json(by_alias=True, exclude_none=True).encode())
    print(f"\ntools/list of both defaults ({era}): {len(tools)} tools, {size} bytes")
    assert len({tool.name for tool in tools}) == len(tools) == 49
    assert size < MOST_BYTES


async def test_one_journal_tells_and_takes_back_the_changes_of_both(era: Era) -> None:
    async with both(era) as (talk, harvest):
        await talk.ok("update_incwo_contact", contact_id=ANNE, job_title="Gérante")
        await talk.ok("update_contact", contact_id=9, title="Boss")
        await talk.ok("create_incwo_firm", name="Neuve")
        said = (await talk.ok("list_changes")).splitlines()
        assert said[0] == "# 3 changes, newest first"
        assert [line.split(",")[0] + " " + ",".join(line.split(",")[2:]) for line in said[2:]] == [
            "3 create_incwo_firm,incwo firm 500305,applied,name",
            "2 update_contact,contact 9,applied,title",
            "1 update_incwo_contact,incwo contact 880005,applied,job_title",
        ]
        assert first(await talk.ok("list_changes", record="incwo contact 880005")) == "# 1 change, newest first"
        assert first(await talk.ok("list_changes", record="contact 880005")) == "# 0 changes"
        assert '"record":"incwo contact 880005"' in await talk.ok("get_change", change_id=1)
        assert first(await talk.ok("undo_change", change_id=1)) == (
            'Undid change 1: contact "Anne Dupont" (880005) is as it was. That is change 4.'
        )
        assert (await talk.ok("undo_change", change_id=2)).startswith("Undid change 2: contact ")
        assert harvest.seen[-2].method == "PUT"
        assert await talk.ok("undo_change", change_id=3) == (
            "Undid change 3: deleted incwo firm 500305. That is change 6."
        )
        assert talk.asked == ['Undo change 3: delete firm "Neuve" (500305)? It can be made again under a new id.']
        assert (await talk.error("undo_change", change_id=99)).startswith("Change 99 is not known here.")


async def test_records_of_one_number_in_two_systems_are_kept_apart(era: Era) -> None:
    async with both(era) as (talk, harvest):
        assert (await talk.error("get_incwo_contact", contact_id=9)).startswith("No contact 9 in this account")
        seen = len(harvest.seen)
        await talk.ok("update_incwo_contact", contact_id=ANNE, country="France")
        assert len(harvest.seen) == seen
