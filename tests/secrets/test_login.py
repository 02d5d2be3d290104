"""`harvest-mcp login` and `logout` at a real terminal, with a keyring of our own and an account over a socket."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harvest_mcp.commands.cli import main
from harvest_mcp.config import keyring_store
from harvest_mcp.config.secret import Secret
from harvest_mcp.sandbox import Sandbox
from tests.package.test_commands import run
from tests.terminal import at_terminal

from .backends import kept
from .conftest import PASSWORD, TOKEN
from .witness import Witness

EMAIL = "admin@kestrel.example"
SIGNED_IN = "Signed in: Ada Kestrel <admin@kestrel.example> at Kestrel Studio\n"


@pytest.fixture(autouse=True)
def own_state(keyring_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_MCP_STATE", str(tmp_path / "state.db"))


def account_set(url: str) -> dict[str, str]:
    return {**os.environ, "HARVEST_URL": url, "HARVEST_EMAIL": EMAIL}


def assert_unseen(*screens: str) -> None:
    witness = Witness({"password": PASSWORD, "token": TOKEN})
    for screen in screens:
        witness.hear("screen", screen)
    assert witness.found() == []


def test_a_password_is_asked_for_tried_kept_and_used(url: str) -> None:
    answers = [("empty for an account of API v1): ", ""), ("Address of the account: ", f"{url}/"), ("E-mail: ", EMAIL)]
    answers.append(("Password (not shown): ", PASSWORD))
    code, screen = at_terminal("login", types=answers)
    assert (code, screen.split("\n", 4)[4]) == (
        0,
        f"{SIGNED_IN}The password is in the keyring (backends InAFile). Your assistant needs only these two:\n"
        f"\n  HARVEST_URL={url}\n  HARVEST_EMAIL={EMAIL}\n",
    )
    assert kept() == {f"harvest-mcp {url} {EMAIL}": {"password": PASSWORD}}
    report = run("doctor", env=account_set(url))
    assert report.returncode == 0, report.stdout
    assert any(line.split() == ["HARVEST_PASSWORD", "********", "(keyring)"] for line in report.stdout.splitlines())
    assert_unseen(screen, report.stdout, report.stderr)


def test_a_token_is_kept_and_leaves_again(url: str, account: Sandbox) -> None:
    answers = [(f"[{url}]: ", ""), (f"[{EMAIL}]: ", ""), ("Access token (not shown): ", TOKEN)]
    code, screen = at_terminal("login", "--token", types=answers, env={**account_set(url), "HARVEST_PASSWORD": "old"})
    assert code == 0
    assert screen.endswith("HARVEST_PASSWORD is set here and wins over the keyring; take it out.\n")
    assert kept() == {f"harvest-mcp {url} {EMAIL}": {"token": TOKEN}}
    assert account.seen[-1].query == (("access_token", TOKEN),)
    code, gone = at_terminal("logout", types=[("Address of the account: ", url), ("E-mail: ", EMAIL)])
    assert (code, gone.split("\n")[2]) == (0, f"The access token of {EMAIL} at {url} left the keyring.")
    assert_unseen(screen, gone)


def test_a_wrong_password_is_not_kept(url: str) -> None:
    code, screen = at_terminal(
        "login", types=[("account", ""), ("E-mail", ""), ("Password", f"{PASSWORD}x")], env=account_set(url)
    )
    assert (code, screen.splitlines()[-1]) == (
        1,
        "harvest-mcp: Harvest does not accept the credentials (401). Check them with `harvest-mcp doctor`."
        " Nothing was kept.",
    )
    assert kept() == {}
    assert_unseen(screen)


def test_an_address_that_cannot_be_right_gets_no_password() -> None:
    code, screen = at_terminal(
        "login", "--api", "v1", types=[("account", "http://suprcorp.harvestapp.com"), ("E-mail", EMAIL)]
    )
    assert (code, screen.splitlines()[-1]) == (
        2,
        "harvest-mcp: HARVEST_URL must start with https:// unless it is this machine;"
        " for example HARVEST_URL=https://suprcorp.harvestapp.com.",
    )
    assert "Password" not in screen


def test_a_locked_keyring_keeps_nothing_and_its_words_are_not_shown(url: str) -> None:
    env = {**account_set(url), "PYTHON_KEYRING_BACKEND": "tests.secrets.backends.Locked"}
    code, screen = at_terminal("login", types=[("account", ""), ("E-mail", ""), ("Password", PASSWORD)], env=env)
    assert code == 2
    assert "harvest-mcp: The keyring could not be written (KeyringLocked)." in screen
    assert_unseen(screen)


def test_without_a_keyring_nobody_types_a_password_for_nothing() -> None:
    env = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    code, screen = at_terminal("login", env=env)
    assert (code, screen.startswith("harvest-mcp: This system offers no keyring.")) == (2, True)


def ask(command: str) -> Result:
    """Where nobody can be asked anything."""
    return CliRunner().invoke(main, [command])


def test_without_a_terminal_nothing_is_asked() -> None:
    done = ask("login")
    assert (done.exit_code, done.output) == (
        2,
        "harvest-mcp: harvest-mcp login asks questions, and there is no terminal to ask them at. Run it in one;"
        " an assistant needs HARVEST_ACCOUNT_ID only, once you are signed in.\n",
    )
    assert ask("logout").output.startswith("harvest-mcp: harvest-mcp logout asks questions")


def test_a_logout_of_an_account_that_is_set_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://suprcorp.harvestapp.com"
    monkeypatch.setenv("HARVEST_URL", url)
    monkeypatch.setenv("HARVEST_EMAIL", EMAIL)
    keyring_store.keep(url, EMAIL, "password", Secret(PASSWORD))
    keyring_store.keep(url, EMAIL, "token", Secret(TOKEN))
    gone = ask("logout")
    assert (gone.exit_code, gone.output) == (
        0,
        f"The password and the access token of {EMAIL} at {url} left the keyring.\n",
    )
    assert kept() == {}
    again = ask("logout")
    assert (again.exit_code, again.output) == (1, f"The keyring holds nothing for {EMAIL} at {url}.\n")
