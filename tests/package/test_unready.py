"""A server whose settings are wrong starts, lists its tools, and says with every call what is to be mended."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import mcp
import mcp_types as types
import pytest
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError

from harvest_mcp import server
from harvest_mcp.commands import unready
from harvest_mcp.config import settings
from harvest_mcp.errors import SettingsError
from harvest_mcp.sandbox import ADMIN, Sandbox, open_account, running
from tests.conftest import Era
from tests.package.test_commands import COMMAND, command, environment, run

pytestmark = pytest.mark.anyio

THEN = "Mend it where this server is set up, check it with `harvest-mcp doctor`, and start the server again."
NOTHING_SET = (
    "HARVEST_ACCESS_TOKEN is not set; make a token at id.getharvest.com/developers, or set HARVEST_URL for"
    " an account of API v1, or start with --sandbox to try without an account."
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
    child = StdioServerParameters(command=command()[0], args=COMMAND[1:], env=environment())
    async with mcp.Client(child, mode=era) as client:
        assert await names(client) == default()
        assert await said(client, "list_clients") == f"{NOTHING_SET} {THEN}"
        assert await said(client, "delete_client", client_id=5) == f"{NOTHING_SET} Nothing was deleted. {THEN}"
        assert await said(client, "create_client", nonsense=[]) == f"{NOTHING_SET} Nothing was created. {THEN}"
        assert await said(client, "no_such_tool") == f"{NOTHING_SET} {THEN}"
        assert (await client.list_prompts()).prompts
        with pytest.raises(MCPError, match="HARVEST_ACCESS_TOKEN is not set"):
            await client.read_resource("harvest://client/5")
        clients = types.ResourceTemplateReference(uri="harvest://client/{id}")
        assert (await client.complete(clients, {"name": "id", "value": ""})).completion.values == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--toolset-s", "crm"], "No such option '--toolset-s'. (Did you mean one of: '--tools', '--toolsets'?)"),
        (["serve", "--read-only"], "No such command 'serve'."),
    ],
)
@pytest.mark.usefixtures("harvest")
async def test_a_start_with_arguments_that_do_not_fit_says_so_inside_the_conversation(
    arguments: list[str], says: str
) -> None:
    child = StdioServerParameters(command=command()[0], args=[*COMMAND[1:], *arguments], env=dict(os.environ))
    async with mcp.Client(child) as client:
        assert await names(client) == default()
        sentence = f"harvest-mcp was started with arguments that do not fit. {says}"
        text = await said(client, "update_client", client_id=11072, details="x")
        assert text.startswith(f"{sentence} Nothing was changed. ")
        assert text.endswith(f"`harvest-mcp --help` lists what it takes. {THEN}")
    done = run(*arguments)
    assert (done.returncode, done.stderr.startswith(f"harvest-mcp: {sentence} ")) == (2, True)


def test_whoever_names_a_command_is_told_of_arguments_by_it() -> None:
    done = run("--toolset-s", "crm", "doctor")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: ")


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


@pytest.fixture
def harvest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    """A Harvest account that is set up, beside whatever a test sets of incwo."""
    with open_account(calls=None) as sandbox, running(sandbox) as url:
        for name, value in {
            "HARVEST_URL": url,
            "HARVEST_EMAIL": ADMIN.email,
            "HARVEST_PASSWORD": ADMIN.password,
            "HARVEST_MCP_STATE": str(tmp_path / "state.db"),
        }.items():
            monkeypatch.setenv(name, value)
        yield sandbox


NO_NUMBER = "INCWO_URL does not end in the number of the account; for example INCWO_URL=https://www.incwo.com/123456."


@pytest.mark.usefixtures("harvest")
async def test_of_two_systems_the_one_that_is_set_up_goes_on(era: Era) -> None:
    env = {
        **os.environ,
        "INCWO_URL": "https://www.incwo.com",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    child = StdioServerParameters(command=command()[0], args=COMMAND[1:], env=env)
    async with mcp.Client(child, mode=era) as client:
        assert await names(client) == default(system="both")
        assert (client.instructions or "").endswith(f"incwo cannot be reached yet. {NO_NUMBER} {THEN}")
        assert await said(client, "list_incwo_firms") == f"{NO_NUMBER} {THEN}"
        assert await said(client, "delete_incwo_firm", firm_id=5) == f"{NO_NUMBER} Nothing was deleted. {THEN}"
        assert await said(client, "update_incwo_firm", firm_id=5, name="X") == (
            f"{NO_NUMBER} Nothing was changed. {THEN}"
        )
        done = await answered(client, "update_client", client_id=11072, details="New")
        assert done.startswith('Updated client "SuprCorp" (11072). undo_change(change_id=')
        head = (await answered(client, "list_changes")).partition("\n")[0]
        assert head == "# 1 change, newest first; incwo is left out, since it cannot be reached yet"
        assert await said(client, "undo_change", change_id=7) == (
            f"Change 7 is not known here. Nothing was undone. That of incwo is not looked at. {NO_NUMBER} {THEN}"
        )
        found = await answered(client, "search_records", query="suprcorp")
        assert "; not searched, since it cannot be reached yet: incwo; " in found
        assert await said(client, "search_records", query="x", kinds=["incwo_firms"]) == f"{NO_NUMBER} {THEN}"


async def answered(client: mcp.Client, tool: str, **arguments: object) -> str:
    result = await client.call_tool(tool, arguments)
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    assert not result.is_error
    return content.text


@pytest.mark.usefixtures("harvest")
@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ({"INCWO_URL": "https://www.incwo.com/123456"}, "INCWO_LOGIN is not set; for example "),
        ({"INCWO_USER": "you"}, "INCWO_USER is no setting of this server."),
        ({"INCWO_LOGIN": "${input:login}"}, "INCWO_LOGIN holds a placeholder, such as ${…}, that nothing filled in."),
        ({"INCWO_LOGIN": "you", "INCWO_PASSWORD_FILE": "nowhere"}, "INCWO_PASSWORD_FILE names a file that cannot be"),
        ({"INCWO_LOGIN": "you", "INCWO_MAX_PAGES": "0"}, "INCWO_MAX_PAGES has a value that does not fit."),
        ({"HARVEST_MCP_SYSTEM": "both"}, "INCWO_URL is not set; for example "),
    ],
)
def test_whatever_is_wrong_with_one_system_leaves_the_other(
    variables: dict[str, str], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    some = unready.usable_part({"read_only": True})
    assert some is not None
    chosen, desk = some
    assert (chosen.systems, chosen.read_only) == (("harvest", "incwo"), True)
    assert list(desk.accounts) == ["harvest"]
    assert list(desk.missing) == ["incwo"]
    assert desk.missing["incwo"].what.startswith(why)
    assert dict(os.environ) == before


@pytest.mark.usefixtures("harvest")
def test_what_is_wrong_with_a_system_that_is_not_offered_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_MCP_SYSTEM", "harvest")
    monkeypatch.setenv("INCWO_URL", "https://www.incwo.com")
    some = unready.usable_part({})
    assert some is not None
    chosen, desk = some
    assert (chosen.systems, list(desk.accounts), desk.missing) == (("harvest",), ["harvest"], {})
    report = json.loads(run("doctor", "--json", env=dict(os.environ)).stdout)
    assert report["healthy"]
    assert report["checks"][0] == {"name": "settings", "state": "note", "says": NO_NUMBER, "fix": ""}


@pytest.mark.usefixtures("harvest")
@pytest.mark.parametrize(
    "variables",
    [
        {"HARVEST_MCP_READONLY": "1", "INCWO_URL": "https://x"},
        {"HARVEST_MCP_CONFIRM": "never", "INCWO_URL": "https://x"},
        {"HARVEST_MCP_SYSTEM": "all", "INCWO_URL": "https://x"},
        {"HARVEST_MCP_TOOLSETS": "crmm", "INCWO_URL": "https://x"},
        {"HARVEST_MCP_SYSTEM": "incwo"},
        {"HARVEST_PASSWORD": "${x}", "INCWO_URL": "https://x"},
    ],
)
def test_what_is_wrong_with_the_server_itself_stops_both(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert unready.usable_part({}) is None


@pytest.mark.usefixtures("harvest")
def test_the_doctor_goes_on_with_the_system_that_is_set_up() -> None:
    done = run("doctor", "--json", env={**os.environ, "INCWO_URL": "https://www.incwo.com"})
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert [(each["name"], each["state"]) for each in report["checks"]] == [
        ("Harvest settings", "ok"),
        ("incwo settings", "failed"),
        ("state", "ok"),
        ("Harvest address", "ok"),
        ("Harvest credentials", "ok"),
        ("Harvest role", "ok"),
        ("Harvest time", "ok"),
        ("Harvest round trip", "ok"),
        ("Harvest budget", "ok"),
    ]
    assert report["checks"][1]["says"] == NO_NUMBER
