"""Records by an address: the words of their tool, and what is no address; names that complete what is typed."""

from collections.abc import Sequence

import mcp
import mcp_types as types
import pytest
from mcp.shared.exceptions import MCPError

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.text.suggesting import suggested
from tests.conftest import Era, Talk, talking
from tests.incwo.kit import ANNE, at

pytestmark = pytest.mark.anyio
CLIENTS, PROJECTS = "harvest://client/{id}", "harvest://project/{id}"


async def read(client: mcp.Client, uri: str) -> tuple[str | None, str]:
    """Return the media type and the text of an address."""
    (content,) = (await client.read_resource(uri)).contents
    assert isinstance(content, types.TextResourceContents)
    return content.mime_type, content.text


async def refused(client: mcp.Client, uri: str) -> tuple[int, str]:
    with pytest.raises(MCPError) as error:
        await client.read_resource(uri)
    return error.value.error.code, error.value.error.message


async def completed(client: mcp.Client, of: str, name: str, typed: str) -> Sequence[str]:
    """Return what an argument of a prompt, or the variable of a template, may be."""
    ref = types.ResourceTemplateReference(uri=of) if "://" in of else types.PromptReference(name=of)
    return (await client.complete(ref, {"name": name, "value": typed})).completion.values


@pytest.mark.eras
async def test_an_address_reads_as_its_tool_answers(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="default,invoices") as talk:
        for uri, tool, arguments in (
            ("harvest://client/11072", "get_client", {"client_id": 11072}),
            ("harvest://client/O%27Malley%20%26%20Daughters%20Brewing", "get_client", {"client_id": 11075}),
            ("HARVEST://contact/9", "get_contact", {"contact_id": 9}),
            ("harvest://project/Website%20relaunch", "get_project", {"project_id": 301}),
            ("harvest://invoice/7001", "get_invoice", {"invoice_id": 7001}),
        ):
            told = await talk.ok(tool, **arguments)
            assert (await read(talk.client, uri))[0] == "application/json"
            assert (await read(talk.client, uri))[1] == told, uri
        week = await talk.ok("get_timesheet", day="2026-11-18", week=True)
        for uri in ("harvest://timesheet/2026-W47", "harvest://timesheet/2026-11-20"):
            assert await read(talk.client, uri) == ("text/plain", week)


HOSTILE = {
    "harvest://client/9999": "No client 9999 in this account, or this user may not see it.",
    "harvest://client/Nobody%20at%20all": "No client named exactly 'Nobody at all'.",
    "harvest://client/-1": "",
    "harvest://client/%00": "client_id holds a control character",
    "harvest://client/%ff": "There is nothing at",
    "harvest://client/%E2%80%AE9": "",
    "harvest://client/": "There is nothing at",
    "harvest://client/9/../../project/301": "There is nothing at",
    "harvest://client/9?x=1": "There is nothing at",
    "harvest://client/9#x": "There is nothing at",
    "harvest://client/{id}": "There is nothing at",
    f"harvest://client/{'9' * 3_000}": "There is nothing at",
    "harvest://timesheet/2026-W54": "day names week 54, which 2026 does not have.",
    "harvest://timesheet/0000-W01": "day names week 1, which 0000 does not have.",
    "harvest://timesheet/whenever": "day takes a date such as 2026-01-31",
    "incwo://contact/9": "There is nothing at",
    "file:///etc/passwd": "There is nothing at",
    "harvest:client/9": "There is nothing at",
    "": "There is nothing at",
}


@pytest.mark.eras
async def test_what_is_not_there_is_a_wrong_parameter_in_our_words(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        for uri, begins in HOSTILE.items():
            code, message = await refused(talk.client, uri)
            assert (code, message.startswith(begins)) == (types.INVALID_PARAMS, True), (uri, message)


async def test_an_account_that_fails_is_a_fault_and_no_missing_record(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        sandbox.fail(Fault("status", "401", path="/clients/11072", times=None))
        code, message = await refused(talk.client, "harvest://client/11072")
        assert (code, message) == (types.INTERNAL_ERROR, await talk.error("get_client", client_id=11072))


async def templates(talk: Talk) -> list[str]:
    return [each.uri_template for each in (await talk.client.list_resource_templates()).resource_templates]


async def test_only_what_a_tool_on_offer_tells_has_an_address(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="crm", exclude_tools="get_contact") as talk:
        assert await templates(talk) == [CLIENTS]
        assert (await refused(talk.client, "harvest://contact/9"))[0] == types.INVALID_PARAMS
        assert (await refused(talk.client, "harvest://invoice/7001"))[0] == types.INVALID_PARAMS
        assert sandbox.seen == []
    async with talking(sandbox, toolsets="all") as talk:
        every = await templates(talk)
        assert {*every} >= {f"harvest://{noun}/{{id}}" for noun in ("client", "contact", "project", "task", "invoice")}
        assert "harvest://timesheet/{week}" in every
        assert not [each for each in every if "assignment" in each]  # they lie under a project


async def test_incwo_has_addresses_of_its_own() -> None:
    async with at(toolsets="all") as talk:
        told = await talk.ok("get_incwo_contact", contact_id=ANNE)
        assert await read(talk.client, f"incwo://contact/{ANNE}") == ("application/json", told)
        assert "incwo://timesheet/{id}" in await templates(talk)


@pytest.mark.eras
async def test_names_are_completed_from_what_was_seen_without_a_call(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await completed(talk.client, CLIENTS, "id", "Supr") == []
        await talk.ok("list_clients")
        await talk.ok("list_projects")
        calls = len(sandbox.seen)
        assert await completed(talk.client, CLIENTS, "id", "suprc") == ["SuprCorp"]
        assert await completed(talk.client, "archive_client", "client", "sostr") == ["Søstrene Holm"]
        assert await completed(talk.client, PROJECTS, "id", "relaunch") == ["Website relaunch"]
        assert await completed(talk.client, "add_contact_from_signature", "signature", "S") == []
        assert len(sandbox.seen) == calls
        named = await read(talk.client, "harvest://client/S%C3%B8strene%20Holm")
        assert '"name":"Søstrene Holm"' in named[1]


@pytest.mark.parametrize(
    ("of", "name"),
    [("no_prompt", "client"), ("archive_client", "nothing"), ("harvest://nothing/{id}", "id"), (CLIENTS, "week")],
)
async def test_nothing_is_completed_that_is_not_there(sandbox: Sandbox, of: str, name: str) -> None:
    async with talking(sandbox) as talk:
        with pytest.raises(MCPError) as error:
            await completed(talk.client, of, name, "x")
        assert error.value.error.code == types.INVALID_PARAMS


def test_suggestions_begin_so_then_have_it_then_are_close() -> None:
    names = {1: "Kestrel", 2: "The Kestrel", 3: "Oskestrup", 4: "Kästner", 5: "kestrel", 6: "", 7: "Ke\u202estrel"}
    assert suggested(names, "kest") == ["Kestrel (1)", "kestrel (5)", "The Kestrel", "Oskestrup"]
    assert suggested(names, "kestrle") == ["Kestrel (1)", "kestrel (5)", "The Kestrel"]
    assert suggested({1: "SuprCorp", 2: "Dr. Amara Nwosu"}, "sup") == ["SuprCorp"]
    assert suggested(names, "x" * 201) == []
    assert len(suggested({id: f"Client {id}" for id in range(1_000)}, "")) == 1_000
