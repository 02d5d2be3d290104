"""The client configurations of `examples/`: each in its client's form, naming only what exists."""

import json
import re
import shlex
import shutil
import sys
import tomllib
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import mcp
import pytest

from harvest_mcp import server
from harvest_mcp.commands import cli
from harvest_mcp.config import settings
from harvest_mcp.sandbox import ADMIN, running
from harvest_mcp.sandbox.harvest_v2 import ACCOUNT_ID, open_harvest_v2
from tests.holds import holds_for
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
README = (EXAMPLES / "README.md").read_text("utf-8")
FILES = (
    "claude-desktop/{}/claude_desktop_config.json",
    "claude-code/{}/.mcp.json",
    "vscode/{}/.vscode/mcp.json",
    "cursor/{}/.cursor/mcp.json",
)
SANDBOX = [file.format("sandbox") for file in FILES]
ACCOUNT = [file.format("account") for file in FILES]
FILLED_IN: dict[str, tuple[str, ...]] = {
    "claude-desktop": (),
    "claude-code": ("${HOME}", "${HARVEST_ACCOUNT_ID:-123456}"),
    "vscode": ("${input:harvest_token}",),
    "cursor": ("${userHome}",),
}
"""What each client puts a value in for, as these files use it."""
FLAGS = {name for parameter in cli.main.params for name in parameter.opts}
VARIABLES = {name + end for name in settings.variables() for end in ("", "_FILE")}


@dataclass(frozen=True, slots=True)
class Entry:
    """How a configuration starts the server."""

    command: str
    args: list[str]
    env: dict[str, str]


def read(file: str) -> dict[str, Any]:
    """A configuration; only VS Code reads comments."""
    text = (EXAMPLES / file).read_text("utf-8")
    if file.startswith("vscode/"):
        text = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    read: dict[str, Any] = json.loads(text)
    return read


def server_of(file: str) -> dict[str, Any]:
    """The one server of a configuration."""
    (server,) = read(file)["servers" if file.startswith("vscode/") else "mcpServers"].values()
    return dict(server)


def entry(file: str) -> Entry:
    server = server_of(file)
    return Entry(server["command"], server["args"], server.get("env", {}))


@holds_for("file", SANDBOX + ACCOUNT)
def test_a_configuration_has_its_clients_form(file: str) -> None:
    whole = read(file)
    server = server_of(file)
    expected = {"mcpServers"}
    if file.startswith("vscode/"):
        expected = {"inputs", "servers"} if file in ACCOUNT else {"servers"}
    assert set(whole) == expected
    assert server.get("type", "stdio") == "stdio"
    assert ("type" in server) == (not file.startswith("claude-desktop/"))
    assert set(server) - {"type"} == ({"command", "args", "env"} if file in ACCOUNT else {"command", "args"})


@holds_for("file", SANDBOX + ACCOUNT)
def test_a_configuration_names_the_real_command_flags_and_variables(file: str) -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    start = entry(file)
    assert start.command in scripts
    assert {argument.split("=")[0] for argument in start.args} <= FLAGS
    assert set(start.env) <= VARIABLES


@pytest.mark.parametrize("file", SANDBOX)
def test_a_sandbox_configuration_is_one_flag_and_nothing_else(file: str) -> None:
    assert entry(file) == Entry("harvest-mcp", ["--sandbox"], {})


@pytest.mark.parametrize("file", ACCOUNT)
def test_no_token_stands_in_a_configuration(file: str) -> None:
    start = entry(file)
    inputs = {each["id"]: each for each in read(file).get("inputs", [])}
    assert not any("PASSWORD" in name for name in start.env)
    if "HARVEST_ACCESS_TOKEN" in start.env:
        assert start.env["HARVEST_ACCESS_TOKEN"] == "${input:harvest_token}"
        assert inputs["harvest_token"]["password"] is True
    else:
        assert start.env["HARVEST_ACCESS_TOKEN_FILE"].endswith("/.harvest-access-token")


@pytest.mark.parametrize("file", ACCOUNT)
def test_place_holders_are_those_the_client_fills_in(file: str) -> None:
    whole = read(file)
    used = set(re.findall(r"\$\{[^}]*\}", json.dumps(entry(file).env)))
    assert used == set(FILLED_IN[Path(file).parts[0]])
    assert {f"${{input:{each['id']}}}" for each in whole.get("inputs", [])} == {
        each for each in used if "input:" in each
    }
    assert all(set(each) <= {"type", "id", "description", "password"} for each in whole.get("inputs", []))
    assert all(each["type"] == "promptString" for each in whole.get("inputs", []))


@pytest.mark.parametrize("file", ACCOUNT)
def test_an_account_configuration_is_complete_once_filled_in(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".harvest-access-token").write_text("made up\n", "utf-8")
    (tmp_path / ".harvest-access-token").chmod(0o600)
    values = {
        "/Users/you": str(tmp_path),
        "${HOME}": str(tmp_path),
        "${userHome}": str(tmp_path),
        "${HARVEST_ACCOUNT_ID:-123456}": "123456",
        "${input:harvest_token}": "made up",
    }
    for name, value in entry(file).env.items():
        monkeypatch.setenv(name, reduce(lambda text, place: text.replace(*place), values.items(), value))
    (account,) = server.accounts_of(settings.read({}))
    assert (account.url, account.number) == ("https://api.harvestapp.com/v2", "123456")
    assert [secret.reveal() for secret in account.secrets] == ["made up"]


@pytest.mark.parametrize("line", [line for line in README.splitlines() if line.startswith("claude mcp add ")])
def test_a_claude_mcp_add_line_names_the_real_command_flags_and_variables(line: str) -> None:
    words = shlex.split(line)
    at = words.index("--")
    assert words[at - 1] == "harvest"
    assert words[at + 1] == "harvest-mcp"
    assert set(words[at + 2 :]) <= FLAGS
    options = words[3 : at - 1]
    assert set(options[::2]) <= {"--env", "--transport"}
    assert {value.split("=")[0] for value in options[1::2] if "=" in value} <= VARIABLES


def test_the_readme_links_every_file_and_no_other() -> None:
    linked = set(re.findall(r"\]\(([^)]+)\)", README))
    there = {path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("*") if path.is_file()}
    assert linked == {name for name in there if "__pycache__" not in name and ".mypy_cache" not in name} - {"README.md"}
    assert set(re.findall(r"\bHARVEST_[A-Z_]+\b", README)) <= VARIABLES


def installed() -> str:
    """The folder of the command under test, so that the scripts find it."""
    return str(Path(sys.executable).parent)


@pytest.mark.anyio
@pytest.mark.skipif(shutil.which("sh") is None, reason="the scripts are for a POSIX shell")
async def test_the_plain_scripts_serve(tmp_path: Path) -> None:
    (tmp_path / ".harvest-access-token").write_text(ADMIN.token, "utf-8")
    (tmp_path / ".harvest-access-token").chmod(0o600)
    path = {"PATH": f"{installed()}:/usr/bin:/bin", "HOME": str(tmp_path)}
    with open_harvest_v2() as sandbox, running(sandbox) as url:
        account = {**path, "HARVEST_API_URL": f"{url}/v2", "HARVEST_ACCOUNT_ID": str(ACCOUNT_ID)}
        for script, env in (("sandbox.sh", path), ("account.sh", account)):
            file = EXAMPLES / "stdio" / script
            assert file.stat().st_mode & 0o111, f"{script} cannot be started"
            server = mcp.StdioServerParameters(command=str(file), env=env)
            async with mcp.Client(server, read_timeout_seconds=PATIENCE) as client:
                result = await client.call_tool("get_client", {"client_id": 11073})
                assert '"name":"Acme"' in str(result.content)
        assert [seen.path for seen in sandbox.seen] == ["/v2/clients/11073"]
