"""A made-up computer with a client on it, whose file is in one of the states that people's files are in."""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from harvest_mcp.commands.install import command
from harvest_mcp.commands.install.account import SigningChoice
from harvest_mcp.commands.install.clients import CLIENTS, Format, McpClient
from harvest_mcp.commands.install.command import Installation
from harvest_mcp.commands.install.machine import Machine, Platform
from harvest_mcp.commands.install.screen import How

NOW = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
COMMAND = "/opt/harvest/bin/harvest-mcp"


def machine(home: Path, platform: Platform = "linux", **environ: str) -> Machine:
    """A computer without any client's own command."""
    return Machine(home, platform, {"PATH": "", **environ})


def place(client: str, computer: Machine) -> Path:
    """The file of a client that is there."""
    file = CLIENTS[client].place(computer)
    file.parent.mkdir(parents=True, exist_ok=True)
    for sign in CLIENTS[client].signs[1:]:
        computer.path(sign).mkdir(exist_ok=True)
    return file


def wanted(
    client: str, *flags: str, name: str = "harvest", how: How = "yes", systems: tuple[str, ...] = ()
) -> Installation:
    """The embedded account, unless systems are named."""
    flags = flags if systems else ("--sandbox", *flags)
    return Installation(CLIENTS[client], name, (COMMAND, *flags), systems, "Harvest", SigningChoice(settled=True), how)


def install(client: str, computer: Machine, *flags: str, name: str = "harvest", how: How = "yes") -> int:
    return command.install(wanted(client, *flags, name=name, how=how), computer, NOW)


def uninstall(client: str, computer: Machine, name: str | None = None, how: How = "yes") -> int:
    return command.uninstall(CLIENTS[client], name, how, computer, NOW)


def parsed(format_: Format, raw: bytes) -> dict[str, Any]:
    """The file as its client reads it, by another parser than that of the editor where there is one."""
    text = raw.decode("utf-8-sig")
    if format_ == "toml":
        return tomllib.loads(text)
    if format_ == "yaml":
        read: dict[str, Any] = YAML(typ="safe", pure=True).load(text) or {}
        return read
    bare = re.sub(r"^\s*//.*$|/\*.*?\*/", "", text, flags=re.MULTILINE)  # no text of these files holds such marks
    found: dict[str, Any] = json.loads(re.sub(r",(\s*[}\]])", r"\1", bare) or "{}")
    return found


def unread(client: McpClient, state: str) -> bool:
    """Whether the client itself does not read a file in this state."""
    return (client.format, state) in {("json", "comments"), *((each, "trailing commas") for each in COMMA_LESS)}


COMMA_LESS: tuple[Format, ...] = ("json", "json with comments")


def servers(client: McpClient, raw: bytes) -> Mapping[str, Any]:
    found: Mapping[str, Any] = parsed(client.format, raw)[client.key]
    return found


JSONC = {
    "missing": None,
    "empty": "",
    "comments": """\
// mine
{
  "theme": "dark" /* not light */
  // "font": 12
}
""",
    "trailing commas": """\
{
    "theme": "dark",
    "KEY": {
        "other": {"command": "x", "args": ["-y",],},
    },
}
""",
    "byte order mark": '\ufeff{\n  "theme": "dark"\n}\n',
    "CRLF": '{\r\n\t"theme": "dark",\r\n\t"KEY": {\r\n\t\t"other": {"command": "x"}\r\n\t}\r\n}\r\n',
    "other servers": '{"KEY": {"other": {"command": "x", "env": {"TOKEN": "keep"}}}, "theme": "déjà"}',
    "older entry": """\
{
  "KEY": {
    "harvest": {
      // since May
      "command": "/old/bin/harvest-mcp",
      "args": [],
      "env": {"HARVEST_URL": "https://suprcorp.harvestapp.com", "HARVEST_MCP_CONFIRM": "strict"},
      "autoApprove": ["list_clients"]
    },
    "other": {"command": "x"}
  }
}
""",
    "broken": '{\n  "KEY": {"other": {"command": "x"}\n',
}
TOML = {
    "missing": None,
    "empty": "",
    "comments": "# mine\nmodel = 'o9' # the big one\n\n# the end\n",
    "trailing commas": 'list = [\n  "a",\n  "b",\n]\n',
    "byte order mark": '\ufeffmodel = "o9"\n',
    "CRLF": 'model = "o9"\r\n\r\n[KEY.other]\r\ncommand = "x"\r\n',
    "other servers": '''\
[KEY.other]
command = "x"
args = ["[KEY.harvest]"]

[KEY.other.env]
TOKEN = """
[KEY.harvest]
"""

[tui]
x = 1''',
    "older entry": """\
[KEY.harvest] # since May
command = "/old/bin/harvest-mcp"
startup_timeout_sec = 30

[KEY.harvest.env]
HARVEST_URL = "https://suprcorp.harvestapp.com"
HARVEST_MCP_CONFIRM = "strict"

# the other one
[KEY.other]
command = "x"
""",
    "broken": '[KEY.other\ncommand = "x"\n',
}
YAML_ = {
    "missing": None,
    "empty": "",
    "comments": "# mine\nGOOSE_MODE: auto # always\n# the end\n",
    "trailing commas": 'list: ["a", "b",]\n',
    "byte order mark": "\ufeffGOOSE_MODE: auto\n",
    "CRLF": "GOOSE_MODE: auto\r\nKEY:\r\n    other:\r\n        cmd: x\r\n        args: []\r\n",
    "other servers": """\
KEY:
  # what it came with
  developer:
    bundled: true
    note: |
      harvest:
        cmd: no

GOOSE_MODE:   'auto'""",
    "older entry": """\
KEY:
  other:
    cmd: x
  harvest: # since May
    cmd: /old/bin/harvest-mcp
    args: []
    enabled: false
    envs:
      HARVEST_URL: https://suprcorp.harvestapp.com
      HARVEST_MCP_CONFIRM: strict

  # the last one
  last:
    cmd: y
""",
    "broken": "KEY:\n  other: [\n",
}
STATES: Mapping[Format, Mapping[str, str | None]] = {
    **dict.fromkeys(("json", "json with comments", "jsonc"), JSONC),
    "toml": TOML,
    "yaml": YAML_,
}


def state(client: McpClient, name: str) -> bytes | None:
    """What the file holds in a state."""
    text = STATES[client.format][name]
    if text is not None and client.format == "json":
        text = text.replace("      // since May\n", "")
    return None if text is None else text.replace("KEY", client.key).encode()
