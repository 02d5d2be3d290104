"""`harvest-mcp login` and `install` with a token of API v2, at a real terminal."""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harvest_mcp.commands.cli import main
from harvest_mcp.sandbox import ADMIN, running
from harvest_mcp.sandbox.harvest_v2 import ACCOUNT_ID, Settings, open_harvest_v2
from tests.secrets.backends import kept
from tests.secrets.conftest import keyring_file
from tests.terminal import at_terminal

__all__ = ["keyring_file"]

SIGNED_IN = "Signed in: Ada Kestrel <admin@kestrel.example> at Kestrel Studio"
TOKEN = ("made at id.getharvest.com/developers (not shown", ADMIN.token)
NUMBER = str(ACCOUNT_ID)
NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
OTHERS = Settings(accounts=((2, "Other Studio", "harvest"), (3, "Plans", "forecast")))


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


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An account where v2 is asked."""
    with open_harvest_v2() as sandbox, running(sandbox) as address:
        monkeypatch.setenv("HARVEST_API_URL", f"{address}/v2")
        yield f"{address}/v2"


def entry(home: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((home / ".cursor/mcp.json").read_text())["mcpServers"]["harvest"]
    return found


def run(*arguments: str) -> Result:
    """Where nobody can be asked anything."""
    return CliRunner().invoke(main, [*arguments])


@pytest.mark.usefixtures("keyring_file")
@pytest.mark.parametrize("flags", [(), ("--token",), ("--api", "v2")])
def test_a_token_is_asked_for_tried_kept_under_its_account_and_used(url: str, flags: tuple[str, ...]) -> None:
    code, screen = at_terminal("login", *flags, types=[TOKEN])
    assert (code, screen.split("\n", 1)[1]) == (
        0,
        f"{SIGNED_IN}\nThe access token is in the keyring (backends InAFile). Your assistant needs only these two:\n\n"
        f"  HARVEST_API_URL={url}\n  HARVEST_ACCOUNT_ID={NUMBER}\n",
    )
    assert kept() == {f"harvest-mcp {url} {NUMBER}": {"token": ADMIN.token}}


@pytest.mark.usefixtures("keyring_file")
def test_of_several_accounts_a_person_says_which_and_a_logout_forgets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_harvest_v2(settings=OTHERS) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("HARVEST_API_URL", f"{url}/v2")
        code, screen = at_terminal("login", types=[TOKEN, ("Number of the account: ", "2")])
        assert (code, kept()) == (0, {f"harvest-mcp {url}/v2 2": {"token": ADMIN.token}})
        assert f"The token is for 2 accounts:\n  {NUMBER}  Kestrel Studio\n  2  Other Studio\n" in screen
        monkeypatch.setenv("HARVEST_ACCOUNT_ID", "2")
        assert run("doctor").exit_code == 0
        gone = run("logout")
        assert (gone.output, kept()) == (f"The access token of 2 at {url}/v2 left the keyring.\n", {})


@pytest.mark.usefixtures("keyring_file", "url")
def test_a_token_that_is_not_taken_is_not_kept() -> None:
    code, screen = at_terminal("login", "--api", "v2", types=[(TOKEN[0], "stale")])
    assert (code, screen.splitlines()[-1], kept()) == (
        1,
        "harvest-mcp: Harvest does not accept the credentials (401). Check them with `harvest-mcp doctor`."
        " Nothing was kept.",
        {},
    )


def test_an_install_asks_for_a_token_first_and_keeps_it_in_a_file_of_its_own(url: str, home: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name != "HARVEST_API_URL"} | NO_KEYRING
    answers = [TOKEN, ("Change it? [Y/n]: ", "")]
    code, screen = at_terminal("install", "cursor", types=answers, env={**env, "HARVEST_API_URL": url})
    assert code == 0, screen
    file = home / ".harvest-access-token"
    assert entry(home)["env"] == {
        "HARVEST_API_URL": url,
        "HARVEST_ACCOUNT_ID": NUMBER,
        "HARVEST_ACCESS_TOKEN_FILE": str(file),
    }
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == (f"{ADMIN.token}\n", 0o600)
    assert ADMIN.token not in (home / ".cursor/mcp.json").read_text() + screen
    assert f"The access token goes into {file}, which only you can read." in screen
    assert screen.splitlines()[-1] == "harvest is in Cursor. Restart Cursor, then ask: who am I in Harvest?"


@pytest.mark.usefixtures("keyring_file")
def test_the_second_client_asks_for_nothing_that_the_first_was_told(
    url: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, screen = at_terminal("install", "cursor", types=[TOKEN, ("Change it? [Y/n]: ", "")])
    assert (code, kept()) == (0, {f"harvest-mcp {url} {NUMBER}": {"token": ADMIN.token}}), screen
    assert entry(home)["env"] == {"HARVEST_API_URL": url, "HARVEST_ACCOUNT_ID": NUMBER}
    monkeypatch.delenv("HARVEST_API_URL")
    done = run("install", "zed", "--yes")
    assert done.output.startswith(f"{SIGNED_IN}\n"), done.output
    theirs = json.loads((home / ".config/zed/settings.json").read_text())["context_servers"]["harvest"]
    assert theirs["env"] == entry(home)["env"]
    gone = run("uninstall", "cursor", "--yes").output.splitlines()
    assert gone[-1] == "The access token is still in the keyring; `harvest-mcp logout --api v2` takes it out."


def test_a_token_that_is_set_is_taken_without_a_question_and_one_for_several_accounts_is_not(
    url: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARVEST_ACCESS_TOKEN", ADMIN.token)
    assert run("install", "cursor", "--yes").exit_code == 0
    assert entry(home)["env"] == {
        "HARVEST_API_URL": url,
        "HARVEST_ACCOUNT_ID": NUMBER,
        "HARVEST_ACCESS_TOKEN_FILE": str(home / ".harvest-access-token"),
    }
    with open_harvest_v2(settings=OTHERS) as sandbox, running(sandbox) as other:
        monkeypatch.setenv("HARVEST_API_URL", f"{other}/v2")
        done = run("install", "zed", "--yes")
    assert (done.exit_code, done.output.splitlines()[-1]) == (
        2,
        "harvest-mcp: The access token is for 2 accounts. Nothing was changed. Set one of them: "
        f"HARVEST_ACCOUNT_ID={NUMBER} (Kestrel Studio), HARVEST_ACCOUNT_ID=2 (Other Studio).",
    )


@pytest.mark.usefixtures("url")
def test_a_refused_token_changes_nothing(home: Path) -> None:
    code, screen = at_terminal("install", "cursor", types=[(TOKEN[0], "stale")])
    assert (code, screen.splitlines()[-1], list((home / ".cursor").iterdir())) == (
        2,
        "harvest-mcp: Harvest does not accept the credentials (401). Nothing was changed."
        " Check the access token, and try again.",
        [],
    )


def test_moving_to_v2_takes_what_named_the_account_of_v1_out_of_the_entry(
    url: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = {"HARVEST_URL": "https://suprcorp.harvestapp.com", "HARVEST_EMAIL": "a@b.example", "HARVEST_API": "v1"}
    own = {"command": "/opt/harvest-mcp", "env": {**old, "HARVEST_MCP_CONFIRM": "strict"}}
    (home / ".cursor/mcp.json").write_text(json.dumps({"mcpServers": {"harvest": own}}))
    monkeypatch.setenv("HARVEST_ACCESS_TOKEN", ADMIN.token)
    assert run("install", "cursor", "--yes", "--api", "v2").exit_code == 0
    assert entry(home)["env"] == {
        "HARVEST_MCP_CONFIRM": "strict",
        "HARVEST_API_URL": url,
        "HARVEST_ACCOUNT_ID": NUMBER,
        "HARVEST_ACCESS_TOKEN_FILE": str(home / ".harvest-access-token"),
    }


def test_what_is_shown_without_an_account_is_v2s_and_the_embedded_one_may_be_of_either(home: Path) -> None:
    printed = json.loads(run("install", "cursor", "--print").stdout)["mcpServers"]["harvest"]
    assert printed["env"] == {
        "HARVEST_ACCOUNT_ID": "123456",
        "HARVEST_ACCESS_TOKEN_FILE": str(home / ".harvest-access-token"),
    }
    assert run("install", "cursor", "--yes", "--sandbox", "--api", "v2").exit_code == 0
    assert entry(home)["args"] == ["--sandbox", "--api", "v2"]
    asked = run("install", "zed", "--api", "v2", "--yes")
    assert (asked.exit_code, asked.output.splitlines()[-1]) == (
        2,
        "harvest-mcp: harvest-mcp install asks for the account, and there is no terminal to ask at."
        " Run it in one, or set HARVEST_ACCESS_TOKEN_FILE and add --yes.",
    )
