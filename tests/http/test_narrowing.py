"""A path or a header asks for less, and never gets more than the operator offers."""

import pytest

from harvest_mcp.sandbox import Sandbox
from tests.http.kit import NOBODY, Hosted, asked, call, message, said
from tests.http.provider import Provider

pytestmark = pytest.mark.anyio

OPEN = {**NOBODY, "http": "127.0.0.1:8100"}


async def names(host: Hosted, path: str = "", token: str = "", **headers: str) -> set[str]:
    listed = await host.post(message("tools/list"), token, path, **headers)
    return {each["name"] for each in listed.json()["result"]["tools"]}


WRITES = {"x-mcp-readonly": "true"}
CRM = {"x-mcp-toolsets": "crm"}


async def test_paths_and_headers_ask_for_the_same(sandbox: Sandbox) -> None:
    async with asked(sandbox, OPEN) as host:
        full, read, crm = await names(host), await names(host, "/readonly"), await names(host, "/x/crm")
        assert read == {tool for tool in full if not tool.startswith(("create", "update", "delete", "undo"))} & read
        assert "list_clients" in read
        assert "update_client" in full - read
        assert {"list_clients", "update_client", "undo_change", "list_changes"} <= crm < full
        assert await names(host, **WRITES) == read
        assert await names(host, **CRM) == crm
        both = await names(host, "/x/crm/readonly")
        assert both == await names(host, "/x/crm", **WRITES) == await names(host, "/readonly", **CRM)
        assert both == crm & read - {"list_changes", "get_change"}  # where nothing is written, nothing is undone
        assert await names(host, "/x/all") == full == await names(host, "/x/default")
        assert await names(host, "/x/crm,account", **{"x-mcp-toolsets": "Account, time"}) == await names(
            host, "/x/account"
        )


async def test_what_was_left_out_is_not_there_at_all(sandbox: Sandbox) -> None:
    async with asked(sandbox, OPEN) as host:
        told = said(await host.post(call("update_contact", contact_id=9, title="x"), path="/readonly"))
        assert told.text.startswith("There is no tool of that name here.")
        assert sandbox.seen == []
        discovered = (await host.post(message("server/discover"), path="/readonly")).json()["result"]
        assert "Send only the fields that change" not in discovered["instructions"]
        prompts = (await host.post(message("prompts/list"), path="/readonly")).json()["result"]["prompts"]
        assert len(prompts) < len((await host.post(message("prompts/list"))).json()["result"]["prompts"])
        addresses = (await host.post(message("resources/templates/list"), path="/x/time")).json()["result"]
        assert [each["name"] for each in addresses["resourceTemplates"]] == ["timesheet", "time_entry"]
        listed = (await host.post(message("tools/list"), path="/x/crm")).json()["result"]["tools"]
        search = next(each for each in listed if each["name"] == "search_records")
        assert search["inputSchema"]["properties"]["kinds"]["items"]["enum"] == ["clients", "contacts"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/x/everything", {}),
        ("/x/crm,everything", {}),
        ("/x/,", {}),
        ("", {"x-mcp-toolsets": "everything"}),
        ("", {"x-mcp-toolsets": ""}),
        ("", {"x-mcp-readonly": "yes please"}),
        ("", {"x-mcp-readonly": ""}),
        ("/x/" + "crm," * 200 + "crm", {}),
        ("/readonly%0a", {}),
        ("/x/crm/readonly%0A", {}),
        ("%0a", {}),
    ],
)
async def test_what_cannot_be_meant_is_refused_and_not_passed_over(
    sandbox: Sandbox, path: str, headers: dict[str, str]
) -> None:
    async with asked(sandbox, OPEN) as host:
        assert (await host.post(message("tools/list"), path=path, **headers)).status_code == 404


async def test_nobody_gets_more_than_the_operator_offers(sandbox: Sandbox) -> None:
    async with asked(sandbox, OPEN, toolsets="crm", read_only=True, exclude_tools="get_client") as host:
        full = await names(host)
        assert "list_clients" in full
        assert "get_client" not in full
        for path in ("/x/all", "/x/default", "/x/crm", "/readonly"):
            assert await names(host, path) <= full
        for headers in ({"x-mcp-readonly": "false"}, {"x-mcp-toolsets": "all"}, {"x-mcp-tools": "update_client"}):
            assert await names(host, **headers) == full
        found = said(await host.post(call("update_client", client_id=11072, details="x"), path="/x/all"))
        assert found.text.startswith("There is no tool of that name here.")


async def test_a_call_that_is_not_there_asks_for_no_wider_rights(team: Hosted, provider: Provider) -> None:
    token = provider.token(scope="harvest:read")
    answer = await team.post(call("update_contact", contact_id=9, title="x"), token, "/readonly")
    assert said(answer).text.startswith("There is no tool of that name here.")


async def test_scopes_narrow_what_is_carried_out_and_not_what_is_listed(team: Hosted, provider: Provider) -> None:
    """A client asks for a wider token when it calls what is listed."""
    assert await names(team, token=provider.token(scope="harvest:read")) == await names(team, token=provider.token())


async def test_every_subset_is_one_of_what_there_is(sandbox: Sandbox) -> None:
    async with asked(sandbox, OPEN, toolsets="all") as host:
        full = await names(host)
        for toolset in host.site.toolsets:
            assert await names(host, f"/x/{toolset}") <= full
