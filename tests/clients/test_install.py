"""`harvest-mcp install` with the clients' own commands, as released."""

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harvest_mcp.commands.install import command
from harvest_mcp.commands.install.account import SigningChoice
from harvest_mcp.commands.install.clients import CLIENTS
from harvest_mcp.commands.install.machine import Machine
from tests.clients import environments

PACKAGES = ("@anthropic-ai/claude-code@2.1.197", "@openai/codex@0.171.0", "@google/gemini-cli@0.61.0")
BEFORE = {
    "claude-code": '{"numStartups": 3}\n',
    "codex": '# mine\nmodel = "o9" # big\n',
    "gemini": '{\n  // mine\n  "ui": {"hideTips": true}\n}\n',
}
NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.mark.clients
@pytest.mark.parametrize("name", BEFORE)
def test_a_clients_own_command_puts_the_entry_where_we_read_it(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = f"{environments.node(PACKAGES)}/node_modules/.bin:{Path(shutil.which('node') or '').parent}:/usr/bin:/bin"
    computer = Machine(tmp_path, "linux", {"PATH": path, "HOME": str(tmp_path), "TERM": os.environ.get("TERM", "dumb")})
    client = CLIENTS[name]
    place = client.place(computer)
    place.parent.mkdir(exist_ok=True)
    place.write_text(BEFORE[name])
    started = ("/opt/harvest-mcp", "--toolsets", "default,reports")
    wanted = command.Installation(client, "harvest", started, (), "Harvest", SigningChoice(), "yes")
    assert command.install(wanted, computer, NOW) == 0
    assert command.uninstall(client, "harvest", "yes", computer, NOW) == 0
    said = capsys.readouterr()
    assert (said.err, said.out.count("own command does it")) == ("", 2)
    if name == "claude-code":  # which adds much of its own meanwhile
        assert json.loads(place.read_text())["numStartups"] == 3
    else:
        assert place.read_text() == BEFORE[name]
