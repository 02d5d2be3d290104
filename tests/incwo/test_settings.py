"""Which systems are offered and where their accounts are, by environment variables alone."""

from pathlib import Path

import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.errors import SettingsError

URL = "https://www.incwo.com/123456"
EXAMPLE = "for example INCWO_URL=https://www.incwo.com/123456."


def refusal(**flags: object) -> str:
    with pytest.raises(SettingsError) as refused:
        server.accounts_of(settings.read(flags))
    return str(refused.value)


@pytest.mark.parametrize("url", [URL, f"{URL}/", f"{URL}//", "www.incwo.com/123456", f' "{URL}" '])
def test_an_account_is_named_by_the_environment_alone(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("INCWO_URL", url)
    monkeypatch.setenv("INCWO_LOGIN", "you@example.com")
    monkeypatch.setenv("INCWO_PASSWORD", "secret-1")
    monkeypatch.setenv("INCWO_MAX_PAGES", "7")
    chosen = settings.read({})
    (account,) = server.accounts_of(chosen)
    assert (chosen.systems, account.key, account.principal, account.most_pages) == (
        ("incwo",),
        "incwo:www.incwo.com/123456",
        "you@example.com",
        7,
    )
    assert "secret-1" not in repr((chosen, account))


def test_a_password_comes_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("secret-2\n")
    file.chmod(0o600)
    monkeypatch.setenv("INCWO_URL", URL)
    monkeypatch.setenv("INCWO_LOGIN", "you@example.com")
    monkeypatch.setenv("INCWO_PASSWORD_FILE", str(file))
    (account,) = server.accounts_of(settings.read({}))
    assert account.secrets[0].reveal() == "secret-2"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://www.incwo.com", f"INCWO_URL does not end in the number of the account; {EXAMPLE}"),
        ("https://www.incwo.com/acme", f"INCWO_URL does not end in the number of the account; {EXAMPLE}"),
        ("https://www.incwo.com/123456/contacts", f"INCWO_URL does not end in the number of the account; {EXAMPLE}"),
        ("https://www.incwo.com/123456?page=2", f"INCWO_URL does not end in the number of the account; {EXAMPLE}"),
        (
            "https://you:secret@www.incwo.com/123456",
            "INCWO_URL holds credentials; set INCWO_LOGIN and INCWO_PASSWORD instead.",
        ),
        ("http://www.incwo.com/123456", f"INCWO_URL must start with https:// unless it is this machine; {EXAMPLE}"),
        ("www/123456", f"INCWO_URL is not an address; {EXAMPLE}"),
        ("https://www.incwo.com:x/123456", f"INCWO_URL is not an address; {EXAMPLE}"),
    ],
)
def test_an_address_that_does_not_fit_stops_the_start(monkeypatch: pytest.MonkeyPatch, url: str, says: str) -> None:
    monkeypatch.setenv("INCWO_URL", url)
    assert refusal() == says


@pytest.mark.parametrize("url", ["http://127.0.0.1:8101/123456", "http://localhost/123456", f"{URL}/"])
def test_an_address_on_this_machine_needs_no_tls(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("INCWO_URL", url)
    assert refusal() == "INCWO_LOGIN is not set; for example INCWO_LOGIN=you@example.com."


def test_what_is_missing_is_named_with_an_example(monkeypatch: pytest.MonkeyPatch) -> None:
    start = "or start with --sandbox to try without an account."
    assert refusal(system="incwo") == f"INCWO_URL is not set; for example INCWO_URL={URL}, {start}"
    monkeypatch.setenv("INCWO_URL", URL)
    monkeypatch.setenv("INCWO_LOGIN", "you@example.com")
    assert refusal() == (
        "INCWO_PASSWORD is not set; for example INCWO_PASSWORD_FILE=~/.incwo-password,"
        " or keep it in the keyring with `harvest-mcp login --system incwo`."
    )


@pytest.mark.parametrize(
    ("system", "offered"),
    [("harvest", ("harvest",)), ("incwo", ("incwo",)), ("both", ("harvest", "incwo")), ("BOTH", ("harvest", "incwo"))],
)
def test_the_systems_are_those_asked_for(monkeypatch: pytest.MonkeyPatch, system: str, offered: tuple[str]) -> None:
    assert settings.read({"system": system}).systems == offered
    monkeypatch.setenv("HARVEST_MCP_SYSTEM", system)
    assert settings.read({}).systems == offered


def test_without_a_word_those_with_an_address_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.read({}).systems == ("harvest",)
    monkeypatch.setenv("INCWO_URL", URL)
    assert settings.read({}).systems == ("incwo",)
    monkeypatch.setenv("HARVEST_SUBDOMAIN", "suprcorp")
    assert settings.read({}).systems == ("harvest", "incwo")


@pytest.mark.parametrize(
    ("variable", "value"), [("HARVEST_MCP_SYSTEM", "sage"), ("HARVEST_MCP_SYSTEM", "harvest,incwo")]
)
def test_another_system_stops_the_start(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    assert refusal() == (
        "HARVEST_MCP_SYSTEM has a value that does not fit. Choice of systems: harvest, incwo or both; those"
        " that are set up unless given; for example HARVEST_MCP_SYSTEM=incwo."
    )


@pytest.mark.parametrize("pages", ["0", "1001", "-1", "many"])
def test_a_bound_out_of_bounds_stops_the_start(monkeypatch: pytest.MonkeyPatch, pages: str) -> None:
    monkeypatch.setenv("INCWO_MAX_PAGES", pages)
    assert refusal() == (
        "INCWO_MAX_PAGES has a value that does not fit. Pages of a list read for one call, 1 to 1000;"
        " for example INCWO_MAX_PAGES=200."
    )
