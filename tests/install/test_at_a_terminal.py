"""`harvest-mcp install` as a person meets it: in an empty home, at a real terminal, with an account over a socket."""

import json
import os
import shutil
import stat
from pathlib import Path

import mcp
import mcp_types as types
import pytest
from click.testing import CliRunner, Result

from harvest_mcp.commands.cli import main
from harvest_mcp.commands.install.clients import CLIENTS
from harvest_mcp.sandbox import Sandbox
from tests.patience import PATIENCE
from tests.secrets.backends import kept
from tests.secrets.conftest import PASSWORD, TOKEN
from tests.terminal import at_terminal

EMAIL = "admin@kestrel.example"
SIGNED_IN = "Signed in: Ada Kestrel <admin@kestrel.example> at Kestrel Studio"
NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, where Cursor and Zed have been started once."""
    for name in ("XDG_CONFIG_HOME", "CODEX_HOME", "CLAUDE_CONFIG_DIR", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "home"
    (folder / ".cursor").mkdir(parents=True)
    (folder / ".config/zed").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("HARVEST_MCP_STATE", str(tmp_path / "state.db"))
    return folder


def at(url: str, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The answers of somebody who is asked for the account, which is one of v1."""
    return [
        ("empty for an account of API v1): ", ""),
        ("Address of the account: ", f"{url}/"),
        ("E-mail: ", EMAIL),
        *more,
    ]


def entry(home: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((home / ".cursor/mcp.json").read_text())["mcpServers"]["harvest"]
    return found


def run(*arguments: str) -> Result:
    """Where nobody can be asked anything."""
    return CliRunner().invoke(main, [*arguments])


@pytest.mark.anyio
async def test_from_an_empty_home_to_the_first_answer(url: str, home: Path) -> None:
    answers = at(url, ("Password (not shown): ", PASSWORD), ("Change it? [Y/n]: ", ""))
    code, screen = at_terminal("install", "cursor", types=answers, env={**os.environ, **NO_KEYRING})
    command, password = shutil.which("harvest-mcp", path=_scripts()), home / ".harvest-password"
    assert command
    assert (code, screen.split("\n", 4)[4]) == (
        0,
        f"""{SIGNED_IN}

In a new file, {home}/.cursor/mcp.json:

  +{{
  +  "mcpServers": {{
  +    "harvest": {{
  +      "command": "{command}",
  +      "args": [],
  +      "env": {{
  +        "HARVEST_URL": "{url}",
  +        "HARVEST_EMAIL": "{EMAIL}",
  +        "HARVEST_PASSWORD_FILE": "{password}"
  +      }}
  +    }}
  +  }}
  +}}

The password goes into {password}, which only you can read.
Change it? [Y/n]:{" "}
harvest is in Cursor. Restart Cursor, then ask: who am I in Harvest?
""",
    )
    assert (password.read_text(), stat.S_IMODE(password.stat().st_mode)) == (f"{PASSWORD}\n", 0o600)
    started = entry(home)
    child = mcp.StdioServerParameters(command=started["command"], args=started["args"], env=started["env"])
    async with mcp.Client(child, read_timeout_seconds=PATIENCE) as client:
        (said,) = (await client.call_tool("who_am_i", {})).content
    assert isinstance(said, types.TextContent)
    assert '"Kestrel Studio"' in said.text


def _scripts() -> str:
    import sysconfig  # noqa: PLC0415 - of this one test

    return sysconfig.get_path("scripts")


def test_the_second_client_asks_for_nothing_that_the_first_was_told(url: str, home: Path, keyring_file: Path) -> None:
    answers = at(url, ("Password (not shown): ", PASSWORD), ("Change it? [Y/n]: ", "y"))
    code, screen = at_terminal("install", "cursor", "--read-only", types=answers)
    assert code == 0, screen
    assert "The password goes into the keyring of this system.\n" in screen
    assert kept() == {f"harvest-mcp {url} {EMAIL}": {"password": PASSWORD}}
    assert entry(home)["env"] == {"HARVEST_URL": url, "HARVEST_EMAIL": EMAIL}
    assert entry(home)["args"] == ["--read-only"]
    code, screen = at_terminal("install", "zed", types=[(f"[{url}]: ", ""), (f"[{EMAIL}]: ", ""), ("[Y/n]: ", "")])
    assert (code, "Password" in screen, "goes into" in screen) == (0, False, False)
    assert run("install", "zed", "--yes").output == (
        f"{SIGNED_IN}\nZed has harvest already: nothing changes in {home}/.config/zed/settings.json.\n"
    )
    gone = run("uninstall", "cursor", "--yes").output.splitlines()
    assert gone[-2:] == [
        "harvest is out of Cursor. Restart Cursor.",
        "The password is still in the keyring; `harvest-mcp logout` takes it out.",
    ]


def test_a_wrong_password_and_a_no_leave_everything_as_it_was(url: str, home: Path, keyring_file: Path) -> None:
    code, screen = at_terminal("install", "cursor", types=at(url, ("Password (not shown): ", f"{PASSWORD}x")))
    assert (code, screen.splitlines()[-1]) == (
        2,
        "harvest-mcp: Harvest does not accept the credentials (401). Nothing was changed."
        " Check the address, the e-mail and the password, and try again.",
    )
    answers = at(url, ("Password (not shown): ", PASSWORD), ("Change it? [Y/n]: ", "n"))
    code, screen = at_terminal("install", "cursor", types=answers)
    assert (code, screen.splitlines()[-1]) == (1, "Nothing was changed.")
    assert (kept(), list((home / ".cursor").iterdir())) == ({}, [])


def test_a_password_in_the_clients_file_closes_it_to_others_and_shows_nowhere(url: str, home: Path) -> None:
    file = home / ".cursor/mcp.json"
    file.write_text("{}\n")
    file.chmod(0o644)
    answers = at(url, ("Password (not shown): ", PASSWORD), ("Change it? [Y/n]: ", ""))
    code, screen = at_terminal("install", "cursor", "--secret-in-client", types=answers)
    assert (code, '"HARVEST_PASSWORD": "********"' in screen, PASSWORD in screen) == (0, True, False)
    assert entry(home)["env"] == {"HARVEST_URL": url, "HARVEST_EMAIL": EMAIL, "HARVEST_PASSWORD": PASSWORD}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    gone = run("uninstall", "cursor", "--yes").output
    assert "It holds the password that stood there; delete it once all is well.\n" in gone
    assert (json.dumps(PASSWORD) in gone, file.read_text()) == (False, "{}\n")


def test_a_token_is_kept_in_its_own_file_and_needs_no_email(url: str, home: Path, account: Sandbox) -> None:
    answers = at(url, ("Access token (not shown): ", TOKEN), ("Change it? [Y/n]: ", ""))[1:]
    flags = ("--token", "--api", "v1")
    code, screen = at_terminal("install", "cursor", *flags, types=answers, env={**os.environ, **NO_KEYRING})
    assert code == 0, screen
    assert entry(home)["env"] == {
        "HARVEST_URL": url,
        "HARVEST_ACCESS_TOKEN_FILE": str(home / ".harvest-access-token"),
    }
    assert account.seen[-1].query == (("access_token", TOKEN),)


def test_without_a_terminal_what_is_set_is_taken(url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HARVEST_URL": url, "HARVEST_EMAIL": EMAIL, "HARVEST_PASSWORD": PASSWORD}.items():
        monkeypatch.setenv(name, value)
    asked = run("install", "cursor")
    assert asked.exit_code == 2
    assert asked.output.splitlines()[-1].startswith(
        "harvest-mcp: harvest-mcp install asks for the account, and there is"
    )
    done = run("install", "cursor", "--yes")
    assert (done.exit_code, PASSWORD in done.output) == (0, False)
    assert (home / ".harvest-password").read_text() == f"{PASSWORD}\n"
    other = home / "other"
    other.write_text(PASSWORD)
    other.chmod(0o600)
    monkeypatch.delenv("HARVEST_PASSWORD")
    monkeypatch.setenv("HARVEST_PASSWORD_FILE", str(other))
    assert run("install", "zed", "--yes").exit_code == 0
    assert f'"HARVEST_PASSWORD_FILE": "{other}"' in (home / ".config/zed/settings.json").read_text()


def test_the_keyring_of_linux_is_named_where_its_address_lasts(
    url: str, home: Path, keyring_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"HARVEST_URL": url, "HARVEST_EMAIL": EMAIL, "HARVEST_PASSWORD": PASSWORD}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1000/bus")
    assert run("install", "cursor", "--yes").exit_code == 0
    account = {"HARVEST_URL": url, "HARVEST_EMAIL": EMAIL}
    assert entry(home)["env"] == {**account, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/1000/bus"}
    monkeypatch.delenv("HARVEST_PASSWORD")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:abstract=/tmp/dbus-x1")
    assert run("install", "cursor", "--yes").exit_code == 0  # found in the keyring, kept in a file
    assert entry(home)["env"] == {**account, "HARVEST_PASSWORD_FILE": str(home / ".harvest-password")}


def test_a_token_that_is_set_goes_into_a_file_since_the_keyring_goes_by_names(
    url: str, home: Path, keyring_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARVEST_URL", url)
    monkeypatch.setenv("HARVEST_ACCESS_TOKEN", TOKEN)
    assert run("install", "cursor", "--yes").exit_code == 0
    file = home / ".harvest-access-token"
    assert entry(home)["env"] == {"HARVEST_URL": url, "HARVEST_ACCESS_TOKEN_FILE": str(file)}
    assert file.read_text() == f"{TOKEN}\n"


def test_what_another_clients_entry_says_is_taken_unless_only_that_client_can_read_it(url: str, home: Path) -> None:
    kept_in = home / "mine"
    kept_in.write_text(PASSWORD)
    kept_in.chmod(0o600)
    env = {"HARVEST_URL": url, "HARVEST_EMAIL": EMAIL, "HARVEST_PASSWORD_FILE": str(kept_in)}
    own = {"command": "/opt/harvest-mcp", "env": {**env, "HARVEST_URL": "${input:url}"}}
    (home / ".cursor/mcp.json").write_text(json.dumps({"mcpServers": {"harvest": own}}))
    assert '"HARVEST_ACCOUNT_ID": "123456"' in run("install", "zed", "--dry-run").output
    (home / ".cursor/mcp.json").write_text(json.dumps({"mcpServers": {"time": {**own, "env": env}}}))
    done = run("install", "zed", "--yes")
    assert done.exit_code == 0, done.output
    assert json.loads((home / ".config/zed/settings.json").read_text())["context_servers"]["harvest"]["env"] == env


def test_the_password_file_of_another_account_is_left_alone(
    url: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = home / ".harvest-password"
    first.write_text("of another account\n")
    first.chmod(0o600)
    for name, value in {"HARVEST_URL": url, "HARVEST_EMAIL": EMAIL, "HARVEST_PASSWORD": PASSWORD}.items():
        monkeypatch.setenv(name, value)
    assert run("install", "cursor", "--yes").exit_code == 0
    assert first.read_text() == "of another account\n"
    (second,) = home.glob(".harvest-password-*")
    assert (second.read_text(), stat.S_IMODE(second.stat().st_mode)) == (f"{PASSWORD}\n", 0o600)


def test_a_dry_run_and_a_print_ask_nothing_and_change_nothing(home: Path) -> None:
    shown = run("install", "cursor", "--dry-run", "--toolsets", "default,reports")
    assert shown.exit_code == 0
    assert '+      "args": ["--toolsets", "default,reports"],' in shown.output
    assert shown.output.endswith("\nNothing was changed.\n")
    printed = run("install", "claude-desktop", "--print", "--system", "incwo")  # which is not installed
    assert printed.exit_code == 0
    assert json.loads(printed.stdout)["mcpServers"]["incwo"]["env"] == {
        "INCWO_URL": "https://www.incwo.com/123456",
        "INCWO_LOGIN": "you@example.com",
        "INCWO_PASSWORD_FILE": f"{home}/.incwo-password",
    }
    assert (list(home.glob(".*password*")), list((home / ".cursor").iterdir())) == ([], [])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("install", "cursor", "--sandbox", "--toolsets", "crmm"), "crmm"),
        (("install", "cursor", "--sandbox", "--name", "my harvest"), "--name takes letters, digits, - and _ only"),
        (("install", "windsurf", "--sandbox"), "Windsurf is not on this machine: "),
        (("install", "cursor", "--sandbox"), "there is no terminal to ask at. Look at the change with --dry-run"),
        (("install", "emacs"), "'emacs' is not one of 'claude-desktop'"),
        (("install", "cursor", "--system", "incwo", "--token", "--yes"), "incwo takes no access token"),
        (("uninstall", "cursor"), "Cursor has no harvest in "),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_changes(arguments: tuple[str, ...], says: str, home: Path) -> None:
    done = run(*arguments)
    assert (done.exit_code in (1, 2), says in done.output) == (True, True), done.output
    assert list((home / ".cursor").iterdir()) == []


def test_an_entry_of_that_name_which_starts_another_program_is_left_alone(home: Path) -> None:
    file = home / ".cursor/mcp.json"
    file.write_text('{"mcpServers": {"harvest": {"command": "npx", "args": ["-y", "harvest-time"]}}}')
    before = file.read_text()
    for command in ("install", "uninstall"):
        done = run(command, "cursor", "--yes", *(["--sandbox"] if command == "install" else []))
        assert (done.exit_code, "starts another program" in done.output) == (2, True)
    assert run("install", "cursor", "--yes", "--sandbox", "--name", "kestrel").exit_code == 0
    assert run("uninstall", "cursor", "--yes").exit_code == 0  # the only one of ours
    assert file.read_text() == before


def test_help_and_lists_name_the_commands() -> None:
    assert "uninstall" in run("--help").output
    told = " ".join(run("install", "--help").output.split())
    assert f"CLIENT is {', '.join([*CLIENTS][:-1])} or {[*CLIENTS][-1]}." in told
    assert run("install").output == run("uninstall").output
