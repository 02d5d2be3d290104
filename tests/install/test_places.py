"""Where each client's settings are, in each system; which clients are there; and how this program is started again."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from harvest_mcp.commands.install import entry
from harvest_mcp.commands.install.clients import ALL, CLIENTS
from harvest_mcp.commands.install.machine import Machine, Platform
from harvest_mcp.commands.install.overview import overview
from tests.holds import holds_for

from . import kit

PLACES: dict[Platform, dict[str, str]] = {
    "darwin": {
        "claude-desktop": "/h/Library/Application Support/Claude/claude_desktop_config.json",
        "claude-code": "/h/.claude.json",
        "vscode": "/h/Library/Application Support/Code/User/mcp.json",
        "cursor": "/h/.cursor/mcp.json",
        "windsurf": "/h/.codeium/windsurf/mcp_config.json",
        "codex": "/h/.codex/config.toml",
        "gemini": "/h/.gemini/settings.json",
        "goose": "/h/.config/goose/config.yaml",
        "zed": "/h/.config/zed/settings.json",
        "lm-studio": "/h/.lmstudio/mcp.json",
        "copilot-cli": "/h/.copilot/mcp-config.json",
    },
    "win32": {
        "claude-desktop": "/h/AppData/Roaming/Claude/claude_desktop_config.json",
        "claude-code": "/h/.claude.json",
        "vscode": "/h/AppData/Roaming/Code/User/mcp.json",
        "cursor": "/h/.cursor/mcp.json",
        "windsurf": "/h/.codeium/windsurf/mcp_config.json",
        "codex": "/h/.codex/config.toml",
        "gemini": "/h/.gemini/settings.json",
        "goose": "/h/AppData/Roaming/Block/goose/config/config.yaml",
        "zed": "/h/AppData/Roaming/Zed/settings.json",
        "lm-studio": "/h/.lmstudio/mcp.json",
        "copilot-cli": "/h/.copilot/mcp-config.json",
    },
    "linux": {
        "claude-desktop": "/h/.config/Claude/claude_desktop_config.json",
        "claude-code": "/h/.claude.json",
        "vscode": "/h/.config/Code/User/mcp.json",
        "cursor": "/h/.cursor/mcp.json",
        "windsurf": "/h/.codeium/windsurf/mcp_config.json",
        "codex": "/h/.codex/config.toml",
        "gemini": "/h/.gemini/settings.json",
        "goose": "/h/.config/goose/config.yaml",
        "zed": "/h/.config/zed/settings.json",
        "lm-studio": "/h/.lmstudio/mcp.json",
        "copilot-cli": "/h/.copilot/mcp-config.json",
    },
}


@pytest.mark.parametrize("platform", PLACES)
def test_each_system_has_its_own_places(platform: Platform) -> None:
    computer = Machine(Path("/h"), platform, {})
    assert {client.name: client.place(computer).as_posix() for client in ALL} == PLACES[platform]


def test_variables_move_the_places_and_a_relative_one_does_not() -> None:
    moved = {"XDG_CONFIG_HOME": "/c", "CODEX_HOME": "/x", "CLAUDE_CONFIG_DIR": "/k", "APPDATA": "nowhere"}
    computer = Machine(Path("/h"), "linux", moved)
    named = ("claude-desktop", "vscode", "codex", "claude-code", "goose")
    assert [CLIENTS[name].place(computer).as_posix() for name in named] == [
        "/c/Claude/claude_desktop_config.json",
        "/c/Code/User/mcp.json",
        "/x/config.toml",
        "/k/.claude.json",
        "/c/goose/config.yaml",
    ]
    windows = Machine(Path("/h"), "win32", moved)
    assert CLIENTS["zed"].place(windows).as_posix() == "/h/AppData/Roaming/Zed/settings.json"


def test_lm_studio_is_also_found_where_some_macs_have_it(tmp_path: Path) -> None:
    (tmp_path / ".cache/lm-studio").mkdir(parents=True)
    computer = kit.machine(tmp_path, "darwin")
    assert kit.install("lm-studio", computer) == 0
    assert (tmp_path / ".cache/lm-studio/mcp.json").is_file()


def test_without_a_client_those_found_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    computer = kit.machine(tmp_path)
    overview(computer)
    assert capsys.readouterr().out == (
        "None of these is on this machine: claude-desktop, claude-code, vscode, cursor, windsurf, codex, gemini, goose,"
        " zed, lm-studio, copilot-cli.\n\n"
        "For another, `harvest-mcp install claude-desktop --print` shows what belongs into its settings.\n"
    )
    for name in ("cursor", "zed", "goose"):
        kit.place(name, computer)
    kit.install("cursor", computer)
    kit.place("zed", computer).write_text("{ broken")
    capsys.readouterr()
    overview(computer)
    assert capsys.readouterr().out == (
        "On this machine:\n\n"
        f"  cursor          Cursor          {tmp_path}/.cursor/mcp.json  has harvest\n"
        f"  goose           Goose           {tmp_path}/.config/goose/config.yaml\n"
        f"  zed             Zed             {tmp_path}/.config/zed/settings.json\n\n"
        "Not found: claude-desktop, claude-code, vscode, windsurf, codex, gemini, lm-studio, copilot-cli.\n\n"
        "Add it with `harvest-mcp install goose`; with --sandbox to try it without an account.\n"
        "Take it out with `harvest-mcp uninstall cursor`.\n"
    )


@holds_for(
    ("found", "is_ours"),
    [
        ({"command": "/home/you/.harvest-mcp/bin/harvest-mcp"}, True),
        ({"command": "C:\\Users\\you\\Scripts\\harvest-mcp.exe", "args": []}, True),
        ({"command": "uvx", "args": ["harvest-mcp@latest"]}, True),
        ({"command": "/bin/uvx", "args": ["--from", "harvest-mcp[keyring]", "harvest-mcp"]}, True),
        ({"command": "python3", "args": ["-m", "harvest_mcp", "--sandbox"]}, True),
        ({"cmd": "/opt/harvest-mcp", "envs": {}}, True),
        ({"command": "npx", "args": ["-y", "harvest-time-mcp-server"]}, False),
        ({"command": "/opt/harvest-mcp-other"}, False),
        ({"url": "https://mcp.example/harvest-mcp"}, False),
        ("harvest-mcp", False),
    ],
)
def test_an_entry_is_ours_by_what_it_starts(found: object, is_ours: bool) -> None:
    assert entry.is_ours(found) is is_ours


def test_the_command_is_the_full_path_of_the_one_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "harvest-mcp"
    program.touch(0o755)
    assert entry.command(str(program)) == (str(program),)
    monkeypatch.chdir(tmp_path)
    assert entry.command("harvest-mcp") == (str(program),)
    assert Path(entry.command("-c")[0]).is_absolute()
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    assert entry.command("-c") == (sys.executable, "-m", "harvest_mcp")


def test_a_run_without_an_installation_is_started_again_the_way_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("uvx", "pipx"):
        (tmp_path / name).touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    kept = "/home/you/.local/share/uv/tools/harvest-mcp"
    passing = ("/home/you/.cache/uv/archive-v0/Xy12", "/home/you/.local/pipx/.cache/97ab")
    assert [entry.command("/x/harvest-mcp", prefix)[0] for prefix in passing] == [
        str(tmp_path / "uvx"),
        str(tmp_path / "pipx"),
    ]
    assert entry.command("/x/harvest-mcp", passing[0])[-1] == "harvest-mcp"
    assert entry.command("/x/harvest-mcp", kept)[0] != str(tmp_path / "uvx")


TAKEN = {
    "an index": (None, ""),
    "a folder": ('{"url": "file:///home/you/harvest-mcp", "dir_info": {}}', " @ file:///home/you/harvest-mcp"),
    "a repository": (
        '{"url": "https://git.example/x.git", "vcs_info": {"vcs": "git", "commit_id": "7ac9"}}',
        " @ git+https://git.example/x.git@7ac9",
    ),
}


@pytest.mark.parametrize("taken_from", TAKEN)
def test_a_run_without_an_installation_is_started_again_from_where_it_was_taken(
    taken_from: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, behind = TAKEN[taken_from]
    for name in ("uvx", "pipx"):
        (tmp_path / name).touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(entry, "distribution", lambda name: SimpleNamespace(read_text=lambda file: told))
    monkeypatch.setattr(entry, "find_spec", lambda name: None)
    assert entry.command("/x/harvest-mcp", "/home/you/.cache/uv/archive-v0/Xy12") == (
        *(str(tmp_path / "uvx"), "--from", f"harvest-mcp{behind}", "harvest-mcp"),
    )
    assert entry.command("/x/harvest-mcp", "/home/you/.local/pipx/.cache/97ab") == (
        *(str(tmp_path / "pipx"), "run", "--spec", f"harvest-mcp{behind}", "harvest-mcp"),
    )


def test_flags_become_arguments_as_they_are_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"system": "incwo", "toolsets": "default,reports", "read_only": True, "tools": None, "state": "mine.db"}
    assert entry.arguments(given, None, in_memory=":memory:") == (
        *("--system", "incwo", "--toolsets", "default,reports", "--read-only"),
        *("--state", f"{tmp_path}/mine.db"),
    )
    assert entry.arguments({}, ":memory:", in_memory=":memory:") == ("--sandbox",)
    assert entry.arguments({}, "a.db", in_memory=":memory:") == (f"--sandbox={tmp_path}/a.db",)
    assert entry.arguments({"state": "postgresql://db/x"}, None, in_memory="")[1] == "postgresql://db/x"
