"""Which tools say that they have a view, and what a host reads then: in both protocol eras."""

import re

import mcp_types as types
import pytest
from mcp.shared.exceptions import MCPError

from harvest_mcp.protocol import views
from harvest_mcp.sandbox import Sandbox
from tests.conftest import Era, talking

pytestmark = [pytest.mark.anyio, pytest.mark.eras]

LARGEST = 15_000


async def test_a_tool_names_its_view_and_the_view_is_read_there_as_one_page(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="all") as talk:
        tools = {tool.name: (tool.meta or {})["ui"] for tool in (await talk.client.list_tools()).tools if tool.meta}
        listed = (await talk.client.list_resources()).resources
        named = [
            uri
            for tool in ("get_timesheet", "list_clients", "report_time", "get_invoice")
            for uri in tools.pop(tool).values()
        ]
        assert (tools, [each.uri for each in listed]) == ({}, named)
        for each in listed:
            (content,) = (await talk.client.read_resource(each.uri)).contents
            assert isinstance(content, types.TextResourceContents)
            assert (content.uri, content.mime_type, each.mime_type) == (each.uri, views.KIND, views.KIND)
            assert content.meta == {"ui": {"prefersBorder": True}}
            assert len(content.text.encode()) <= LARGEST
            assert content.text.startswith("<!doctype html>")
            assert (
                re.findall(
                    r"innerHTML|insertAdjacent|document\.write|eval\(|https?:(?!//www\.w3\.org/2000/svg)", content.text
                )
                == []
            )
        capabilities = talk.client.server_capabilities
        assert (capabilities.resources or types.ResourcesCapability()).model_dump() == {
            "subscribe": False,
            "list_changed": False,
        }


async def test_a_view_is_there_only_where_its_tool_is(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="invoices") as talk:
        (listed,) = (await talk.client.list_resources()).resources
        assert (listed.name, listed.title) == ("invoice", "Invoice")
        week = views.uri(views.VIEWS[0])
        with pytest.raises(MCPError, match="There is nothing at") as refused:
            await talk.client.read_resource(week)
        assert refused.value.error.code == types.INVALID_PARAMS
