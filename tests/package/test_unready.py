"""A server whose settings are wrong starts, lists its tools, and says with every call what is to be mended."""

import mcp
import mcp_types as types
import pytest
from mcp.client.stdio import StdioServerParameters

from harvest_mcp import server, settings, unready
from harvest_mcp.errors import SettingsError
from tests.conftest import Era
from tests.package.test_commands import COMMAND, environment

pytestmark = pytest.mark.anyio

THEN = "Mend it where this server is set up, check it with `harvest-mcp doctor`, and start the server again."
NOTHING_SET = (
    "HARVEST_URL is not set; for example HARVEST_URL=https://suprcorp.harvestapp.com,"
    " or start with --sandbox to try without an account."
)


async def said(client: mcp.Client, tool: str, **arguments: object) -> str:
    result = await client.call_tool(tool, arguments)
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    assert result.is_error
    return content.text


async def names(client: mcp.Client) -> list[str]:
    return [tool.name for tool in (await client.list_tools()).tools]


def default(**flags: object) -> list[str]:
    return [tool.name for tool in server.tools_for(settings.read(flags))]


async def test_a_start_without_settings_says_so_inside_the_conversation(era: Era) -> None:
    child = StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], env=environment())
    async with mcp.Client(child, mode=era) as client:
        assert await names(client) == default()
        assert await said(client, "list_clients") == f"{NOTHING_SET} {THEN}"
        assert await said(client, "delete_client", client_id=5) == f"{NOTHING_SET} Nothing was deleted. {THEN}"
        assert await said(client, "create_client", nonsense=[]) == f"{NOTHING_SET} Nothing was created. {THEN}"
        assert await said(client, "no_such_tool") == f"{NOTHING_SET} {THEN}"
        assert (await client.list_prompts()).prompts


@pytest.mark.parametrize(
    ("variables", "as_with"),
    [
        ({"HARVEST_MCP_TOOLSETS": "crmm"}, {}),
        ({"HARVEST_MCP_TOOLSETS": "crmm", "HARVEST_MCP_READ_ONLY": "true"}, {"read_only": True}),
        ({"HARVEST_MCP_TOOLSETS": "crm", "HARVEST_MCP_TOOLS": "x", "HARVEST_MCP_KEEP_DAYS": "0"}, {"toolsets": "crm"}),
        (
            {"HARVEST_MCP_TOOLSETS": "x", "HARVEST_MCP_EXCLUDE_TOOLS": "delete_client"},
            {"exclude_tools": "delete_client"},
        ),
        ({"HARVEST_MCP_SYSTEM": "sage", "INCWO_URL": "https://x"}, {"system": "incwo"}),
        ({"HARVEST_MCP_READONLY": "1", "HARVEST_MCP_TOOLSETS": "time"}, {"toolsets": "time"}),
        ({"HARVEST_MCP_CONFIRM": "never", "HARVEST_MCP_LOG_LEVEL": "\udcff"}, {}),
        ({"HARVEST_EMAIL_FILE": "/nowhere", "HARVEST_MCP_TOOLSETS": "time"}, {"toolsets": "time"}),
    ],
)
async def test_the_tools_are_those_of_the_settings_that_can_be_read(
    variables: dict[str, str], as_with: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = default(**as_with)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as stopped:
        server.tools_for(settings.read({}))
    built = unready.build(unready.readable({}), stopped.value)
    async with mcp.Client(built) as client:
        assert await names(client) == expected
        for tool in expected:
            text = await said(client, tool)
            assert text.startswith(stopped.value.what)
            assert text.endswith(THEN)
