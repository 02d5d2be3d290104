"""A password that is set nowhere comes out of the keyring of the system, if there is one."""

import subprocess
import sys
from pathlib import Path

import keyring
import pytest

from harvest_mcp import server
from harvest_mcp.config import keyring_store, origins, settings
from harvest_mcp.config.secret import Secret
from harvest_mcp.errors import SettingsError
from harvest_mcp.systems.harvest import HARVEST

from .backends import kept
from .conftest import PASSWORD, TOKEN, use

URL, EMAIL = "https://suprcorp.harvestapp.com", "jane@suprcorp.example"
NOT_SET = (
    "HARVEST_PASSWORD is not set; for example HARVEST_PASSWORD_FILE=~/.harvest-password,"
    " or keep it in the keyring with `harvest-mcp login`."
)
INSTEAD = "Or keep the password in a file that only you can read: HARVEST_PASSWORD_FILE=~/.harvest-password."


@pytest.fixture(autouse=True)
def half_an_account(keyring_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_URL", URL)
    monkeypatch.setenv("HARVEST_EMAIL", EMAIL)


def test_what_is_kept_is_found_again_and_removed() -> None:
    assert keyring_store.find(URL, EMAIL, "password") is None
    assert keyring_store.keep(URL, EMAIL, "password", Secret(PASSWORD)) == "backends InAFile"
    assert kept() == {f"harvest-mcp {URL} {EMAIL}": {"password": PASSWORD}}
    assert keyring_store.find(URL, EMAIL, "password") == Secret(PASSWORD)
    assert keyring_store.find(URL, EMAIL, "token") is None
    assert keyring_store.find(URL, "joe@suprcorp.example", "password") is None
    assert keyring_store.find("https://other.harvestapp.com", EMAIL, "password") is None
    assert keyring_store.remove(URL, EMAIL, "password") is True
    assert keyring_store.remove(URL, EMAIL, "password") is False
    assert kept() == {}


def test_an_address_is_the_same_however_it_is_written() -> None:
    keyring_store.keep("https://SuprCorp.harvestapp.com/", "Jane@SuprCorp.example", "password", Secret(PASSWORD))
    assert keyring_store.find(URL, EMAIL, "password") == Secret(PASSWORD)


def test_a_missing_password_comes_out_of_the_keyring() -> None:
    with pytest.raises(SettingsError) as refused:
        server.account_of(settings.read({}), HARVEST)
    assert str(refused.value) == NOT_SET
    keyring_store.keep(URL, EMAIL, "password", Secret(PASSWORD))
    account = server.account_of(settings.read({}), HARVEST)
    assert (account.principal, account.secrets[0]) == (EMAIL, Secret(PASSWORD))


def test_a_token_in_the_keyring_does_as_well() -> None:
    keyring_store.keep(URL, EMAIL, "token", Secret(TOKEN))
    assert server.account_of(settings.read({}), HARVEST).query == (("access_token", Secret(TOKEN)),)


def test_the_subdomain_leads_to_the_same_password(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring_store.keep(URL, EMAIL, "password", Secret(PASSWORD))
    monkeypatch.delenv("HARVEST_URL")
    monkeypatch.setenv("HARVEST_SUBDOMAIN", "suprcorp")
    assert server.account_of(settings.read({}), HARVEST).secrets[0] == Secret(PASSWORD)


def test_what_is_set_wins_over_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring_store.keep(URL, EMAIL, "password", Secret(PASSWORD))
    monkeypatch.setenv("HARVEST_PASSWORD", "another")
    assert origins.complete(settings.read({})).password == Secret("another")


def test_the_source_is_told() -> None:
    keyring_store.keep(URL, EMAIL, "password", Secret(PASSWORD))
    before = settings.read({})
    assert origins.sources(before, {})["HARVEST_PASSWORD"] == "not set"
    after = origins.sources(origins.complete(before), {})
    assert (after["HARVEST_PASSWORD"], after["HARVEST_ACCESS_TOKEN"]) == ("keyring", "not set")
    assert (after["HARVEST_URL"], after["HARVEST_MCP_CONFIRM"]) == ("environment", "default")


def test_a_keyring_that_does_not_open_is_told_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring_store.keep(URL, EMAIL, "password", Secret(PASSWORD))
    use("Locked", monkeypatch)
    with pytest.raises(SettingsError) as refused:
        server.account_of(settings.read({}), HARVEST)
    assert str(refused.value) == f"The keyring could not be read (KeyringLocked). Unlock it and try again. {INSTEAD}"
    assert refused.value.__context__ is None
    with pytest.raises(SettingsError, match=r"The keyring could not be written \(KeyringLocked\)\."):
        keyring_store.keep(URL, EMAIL, "password", Secret(PASSWORD))


def test_a_keyring_that_keeps_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    use("Forgetful", monkeypatch)
    with pytest.raises(SettingsError, match=r"The keyring \(backends Forgetful\) does not keep what it is given\."):
        keyring_store.keep(URL, EMAIL, "password", Secret(PASSWORD))


@pytest.mark.parametrize("backend", ["fail", "null"])
def test_without_a_keyring_the_message_says_how_to_go_on(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"keyring.backends.{backend}.Keyring")
    keyring.core.init_backend()
    with pytest.raises(SettingsError) as refused:
        keyring_store.opened()
    assert str(refused.value) == (
        f"This system offers no keyring. On Linux it takes a desktop session with GNOME Keyring or KWallet. {INSTEAD}"
    )
    with pytest.raises(SettingsError) as refused:
        server.account_of(settings.read({}), HARVEST)
    assert str(refused.value) == NOT_SET


# For these the library has to start anew.
OPENED = """
import sys
if sys.argv[1:]:
    sys.modules[sys.argv[1]] = None  # as if it were not installed
from harvest_mcp import server
from harvest_mcp.config import keyring_store, settings
from harvest_mcp.errors import SettingsError
from harvest_mcp.systems.harvest import HARVEST
for ask in (keyring_store.opened, lambda: server.account_of(settings.read({}), HARVEST)):
    try:
        ask()
    except SettingsError as error:
        print(error)
"""


@pytest.mark.parametrize(
    ("without", "says"),
    [
        (
            "keyring",
            "The package keyring is not installed."
            " Install harvest-mcp with it, pip install '.[keyring]' in its folder.",
        ),
        (
            None,
            "The keyring that is configured cannot be used (ModuleNotFoundError)."
            " `python -m keyring diagnose` tells more.",
        ),
    ],
    ids=["no package", "a backend that does not exist"],
)
def test_a_keyring_that_cannot_be_is_told(without: str | None, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "nowhere.Keyring")
    command = [sys.executable, "-c", OPENED, *([without] if without else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"{says} {INSTEAD}\n{NOT_SET}\n"


LOADED = """
import os, sys
from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.systems.harvest import HARVEST
os.environ["HARVEST_PASSWORD"] = "set"
server.account_of(settings.read({}), HARVEST)
print("keyring" in sys.modules)
del os.environ["HARVEST_PASSWORD"]
server.account_of(settings.read({}), HARVEST)
print("keyring" in sys.modules)
"""


def test_the_package_is_loaded_for_a_password_that_is_missing_and_for_nothing_else() -> None:
    keyring_store.keep(URL, EMAIL, "password", Secret(PASSWORD))
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout == "False\nTrue\n"
