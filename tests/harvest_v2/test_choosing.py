"""Which of Harvest's APIs is spoken, and with which account, by what is set."""

import pytest

from harvest_mcp import server
from harvest_mcp.api import Api
from harvest_mcp.commands import doctor
from harvest_mcp.config import settings
from harvest_mcp.errors import SettingsError
from harvest_mcp.sandbox import ADMIN, running
from harvest_mcp.sandbox.harvest_v2 import ACCOUNT_ID, Settings, open_harvest_v2
from harvest_mcp.spec import Scope
from harvest_mcp.systems.harvest.v2 import CLIENTS

TOKEN = {"HARVEST_ACCESS_TOKEN": "secret-token"}
NUMBER = {"HARVEST_ACCOUNT_ID": "123456"}
URL = {"HARVEST_URL": "https://suprcorp.harvestapp.com"}
PASSWORD = {"HARVEST_EMAIL": "you@example.com", "HARVEST_PASSWORD": "secret"}


def put(monkeypatch: pytest.MonkeyPatch, *given: dict[str, str]) -> None:
    for each in given:
        for name, value in each.items():
            monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("given", "system"),
    [
        ([], "harvest"),
        ([TOKEN], "harvest_v2"),
        ([TOKEN, NUMBER], "harvest_v2"),
        ([TOKEN, URL], "harvest"),
        ([TOKEN, URL, {"HARVEST_API": "v2"}], "harvest_v2"),
        ([TOKEN, NUMBER, {"HARVEST_API": "V1"}], "harvest"),
        ([URL, PASSWORD], "harvest"),
        ([{"HARVEST_API": "v2"}], "harvest_v2"),
    ],
)
def test_what_is_set_says_which_api_is_spoken(
    monkeypatch: pytest.MonkeyPatch, given: list[dict[str, str]], system: str
) -> None:
    put(monkeypatch, *given)
    assert settings.read({}).systems == (system,)


def test_a_token_and_a_number_are_an_account_at_the_vendors_address(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, TOKEN, NUMBER)
    (account,) = server.accounts_of(settings.read({}))
    assert (account.key, account.url, account.number) == (
        "harvest_v2:api.harvestapp.com/v2#123456",
        "https://api.harvestapp.com/v2",
        "123456",
    )
    assert {name: value.reveal() for name, value in account.headers} == {
        "Authorization": "Bearer secret-token",
        "Harvest-Account-Id": "123456",
    }
    assert account.query == ()
    assert "secret-token" not in repr(account)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([NUMBER], "HARVEST_ACCESS_TOKEN is not set; for example HARVEST_ACCESS_TOKEN_FILE=~/.harvest-token"),
        ([TOKEN, {"HARVEST_ACCOUNT_ID": "studio"}], "HARVEST_ACCOUNT_ID has a value that does not fit."),
        ([TOKEN, {"HARVEST_API": "v3"}], "HARVEST_API has a value that does not fit."),
        ([TOKEN, {"HARVEST_API_URL": "http://api.example/v2"}], "HARVEST_API_URL must start with https://"),
    ],
)
def test_what_does_not_fit_is_named(monkeypatch: pytest.MonkeyPatch, given: list[dict[str, str]], says: str) -> None:
    put(monkeypatch, *given)
    with pytest.raises(SettingsError) as refused:
        server.accounts_of(settings.read({}))
    assert str(refused.value).startswith(says)


@pytest.mark.anyio
async def test_the_only_account_of_a_token_is_found_at_the_first_call(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_harvest_v2() as sandbox, running(sandbox) as url:
        put(monkeypatch, {"HARVEST_ACCESS_TOKEN": ADMIN.token, "HARVEST_API_URL": f"{url}/v2"})
        chosen = settings.read({})
        (account,) = server.accounts_of(chosen)
        line = server.over_http(chosen)(account)
        api = Api(account.system, line)
        assert (await api.get(Scope(CLIENTS), 11073)).name == "Acme"
        assert (await api.get(Scope(CLIENTS), 11072)).name == "SuprCorp"
        await line.aclose()
        assert [seen.path for seen in sandbox.seen] == ["/api/v2/accounts", "/v2/clients/11073", "/v2/clients/11072"]


@pytest.mark.anyio
async def test_several_accounts_of_a_token_are_named_with_the_variable_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    others = Settings(accounts=((2, "Other Studio", "harvest"), (3, "Plans", "forecast")))
    with open_harvest_v2(settings=others) as sandbox, running(sandbox) as url:
        put(monkeypatch, {"HARVEST_ACCESS_TOKEN": ADMIN.token, "HARVEST_API_URL": f"{url}/v2"})
        chosen = settings.read({})
        (account,) = server.accounts_of(chosen)
        line = server.over_http(chosen)(account)
        with pytest.raises(SettingsError) as refused:
            await Api(account.system, line).get(Scope(CLIENTS), 11073)
        await line.aclose()
    assert str(refused.value) == (
        "The access token is for 2 accounts. Set one of them: "
        f"HARVEST_ACCOUNT_ID={ACCOUNT_ID} (Kestrel Studio), HARVEST_ACCOUNT_ID=2 (Other Studio)."
    )


def test_the_doctor_shows_user_account_role_and_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_harvest_v2() as sandbox, running(sandbox) as url:
        put(monkeypatch, {"HARVEST_ACCESS_TOKEN": ADMIN.token, "HARVEST_API_URL": f"{url}/v2"})
        put(monkeypatch, {"HARVEST_ACCOUNT_ID": str(ACCOUNT_ID)})
        report = doctor.examine({})
    told = {check.name: check.says for check in report.checks}
    assert report.healthy
    assert told["credentials"] == "Ada Kestrel <admin@kestrel.example> at Kestrel Studio"
    assert told["role"] == "an administrator: sees and changes everything"
    assert told["budget"].endswith("of 80 calls left in 15 s, as this server counts them")
    assert told["reports budget"] == "80 of 80 calls left in 900 s, as this server counts them"
