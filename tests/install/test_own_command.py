"""A client's own command changes its settings where it is there; what it did is looked at."""

import json
import sys
from pathlib import Path

import pytest

from harvest_mcp.commands.install import command, own_command
from harvest_mcp.commands.install.account import SigningChoice
from harvest_mcp.commands.install.clients import CLIENTS, OwnCommand
from harvest_mcp.commands.install.machine import Machine

from . import kit

OBEDIENT = """
import json, os, pathlib, sys
place = pathlib.Path(os.environ["HOME"], ".claude.json")
data = json.loads(place.read_text()) if place.exists() else {}
(place.parent / "calls").open("a").write(json.dumps([sys.argv[1:], sorted(os.environ)]) + "\\n")
servers = data.setdefault("mcpServers", {})
if sys.argv[2] == "add-json":
    servers[sys.argv[5]] = json.loads(sys.argv[6])
else:
    del servers[sys.argv[5]]
place.write_text(json.dumps(data, indent=2))
"""


def program(tmp_path: Path, source: str) -> Machine:
    """A computer whose `claude` does this."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "claude").write_text(f"#!{sys.executable} -IS\n{source}")
    (folder / "claude").chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    return Machine(home, "linux", {"PATH": str(folder), "HOME": str(home), "HARVEST_PASSWORD": "secret"})


def calls(computer: Machine) -> list[list[str]]:
    """What it was called with; our secrets were not in its environment."""
    if not (file := computer.home / "calls").exists():
        return []
    rows = [json.loads(row) for row in file.read_text().splitlines()]
    assert all("HARVEST_PASSWORD" not in names for _, names in rows)
    return [words for words, _ in rows]


def test_it_adds_and_removes_the_entry_and_the_file_is_as_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    computer = program(tmp_path, OBEDIENT)
    file, before = computer.home / ".claude.json", '{"numStartups":3,\n\n"theme": "dark"}'
    file.write_text(before)
    assert kit.install("claude-code", computer) == 0
    entry = {"type": "stdio", "command": kit.COMMAND, "args": ["--sandbox"]}
    assert json.loads(file.read_text()) == {"numStartups": 3, "theme": "dark", "mcpServers": {"harvest": entry}}
    said = capsys.readouterr().out
    assert "Claude Code's own command does it: " in said
    assert [copy.read_text() for copy in file.parent.glob(".claude.json.bak-*")] == [before]
    assert kit.install("claude-code", computer) == 0
    assert kit.uninstall("claude-code", computer) == 0
    assert calls(computer) == [
        ["mcp", "add-json", "--scope", "user", "harvest", json.dumps(entry)],
        ["mcp", "remove", "--scope", "user", "harvest"],
    ]
    assert file.read_text() == before


def test_it_makes_a_folder_that_was_not_there(tmp_path: Path) -> None:
    computer = program(tmp_path, OBEDIENT)
    assert kit.install("claude-code", computer) == 0
    assert "harvest" in json.loads((computer.home / ".claude.json").read_text())["mcpServers"]


def test_an_older_entry_is_changed_in_the_file_since_a_command_would_replace_it_whole(tmp_path: Path) -> None:
    computer = program(tmp_path, OBEDIENT)
    file, before = computer.home / ".claude.json", kit.state(CLIENTS["claude-code"], "older entry")
    assert before is not None
    file.write_bytes(before)
    assert kit.install("claude-code", computer) == 0
    assert calls(computer) == []
    assert b'"autoApprove": ["list_clients"]' in file.read_bytes()


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("raise SystemExit(3)", "it ended with status 3"),
        ("print('Added!')", "/.claude.json has not what was meant"),
    ],
)
def test_what_it_does_not_do_is_done_in_the_file_and_told(
    source: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    computer = program(tmp_path, source)
    file = computer.home / ".claude.json"
    file.write_text('{"a":  1}\n')
    assert kit.install("claude-code", computer) == 0
    assert file.read_text().startswith('{"a":  1,')
    assert f"{told}), so the file is changed here." in capsys.readouterr().err
    assert kit.uninstall("claude-code", computer) == 0
    assert "so the file is changed here." in capsys.readouterr().err
    assert file.read_text() == '{"a":  1}\n'


def test_an_entry_without_its_empty_parts_is_the_same(tmp_path: Path) -> None:
    computer = kit.machine(tmp_path)
    file, client = kit.place("codex", computer), CLIENTS["codex"]
    file.write_text(f'[mcp_servers.harvest]\ncommand = "{kit.COMMAND}"\n')  # as Codex writes one without arguments
    before = file.read_bytes()
    bare = command.Installation(client, "harvest", (kit.COMMAND,), (), "Harvest", SigningChoice(), "yes")
    assert command.install(bare, computer, kit.NOW) == 0
    assert (file.read_bytes(), len(list(file.parent.iterdir()))) == (before, 1)


def test_one_that_hangs_is_ended(tmp_path: Path) -> None:
    computer = program(tmp_path, "import time; time.sleep(3600)")
    told = own_command.run([f"{tmp_path}/bin/claude"], computer, patience=0.2)
    assert told == "it did not end within 0.2 seconds"
    assert own_command.run(["/nowhere/claude"], computer) == "it could not be started (No such file or directory)"


def test_a_batch_file_of_windows_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    computer = program(tmp_path, OBEDIENT)
    assert CLIENTS["claude-code"].program(computer) == str(tmp_path / "bin" / "claude")
    monkeypatch.setattr("shutil.which", lambda name, path: f"C:\\npm\\{name}.CMD")
    assert CLIENTS["claude-code"].program(computer) is None


def test_each_command_is_called_as_its_maker_documents() -> None:
    entry = {"command": "/x/harvest-mcp", "args": ["--read-only"], "env": {"A": "1", "B": "2"}}

    def words(client: str) -> list[list[str]]:
        own = CLIENTS[client].own
        assert isinstance(own, OwnCommand)
        return [own.add("harvest", entry), own.remove("harvest") if own.remove else []]

    assert words("codex") == [
        ["mcp", "add", "harvest", "--env", "A=1", "--env", "B=2", "--", "/x/harvest-mcp", "--read-only"],
        ["mcp", "remove", "harvest"],
    ]
    assert words("gemini") == [
        ["mcp", "add", "-s", "user", "-e", "A=1", "-e", "B=2", "harvest", "/x/harvest-mcp", "--read-only"],
        ["mcp", "remove", "-s", "user", "harvest"],
    ]
    assert words("vscode") == [["--add-mcp", json.dumps({"name": "harvest", **entry})], []]
