"""Which of Harvest's APIs is spoken, and with which account, by what is set."""

from pathlib import Path

import pytest

from harvest_mcp import __version__, server
from harvest_mcp.api import Api
from harvest_mcp.commands import doctor
from harvest_mcp.config import settings
from harvest_mcp.errors import HarvestMcpError, SettingsError
from harvest_mcp.sandbox import ADMIN, Fault, Sandbox, open_account, running
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
        ([], "HARVEST_ACCESS_TOKEN is not set; make a token at id.getharvest.com/developers, or set HARVEST_URL for"),
        ([NUMBER], "HARVEST_ACCESS_TOKEN is not set; for example HARVEST_ACCESS_TOKEN_FILE=~/.harvest-access-token"),
        ([TOKEN, {"HARVEST_ACCOUNT_ID": "studio"}], "HARVEST_ACCOUNT_ID has a value that does not fit."),
        ([TOKEN, {"HARVEST_API": "v3"}], "HARVEST_API has a value that does not fit."),
        ([TOKEN, {"HARVEST_API_URL": "http://api.example/v2"}], "HARVEST_API_URL must start with https://"),
        ([TOKEN, {"HARVEST_API_URL": "https://api.example/v2?a=1"}], "HARVEST_API_URL is not where the API is asked;"),
        ([TOKEN, PASSWORD], "HARVEST_ACCESS_TOKEN and HARVEST_EMAIL or HARVEST_PASSWORD are both set; keep one way."),
        ([TOKEN, {"HARVEST_MCP_CONTACT": "a (b)"}], "HARVEST_MCP_CONTACT has a value that does not fit."),
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


async def first_call(*given: dict[str, str], id: int = 11073, patch: pytest.MonkeyPatch) -> str:
    """The name of a client, or what is said instead."""
    put(patch, *given)
    chosen = settings.read({})
    (account,) = server.accounts_of(chosen)
    line = server.over_http(chosen)(account)
    try:
        return str((await Api(account.system, line).get(Scope(CLIENTS), id)).name)
    except HarvestMcpError as error:
        return str(error)
    finally:
        await line.aclose()


OTHER, PLANS = (2, "Other Studio", "harvest"), (3, "Plans", "forecast")
STUDIO = f"HARVEST_ACCOUNT_ID={ACCOUNT_ID} (Kestrel Studio)"
NO_ACCOUNT = "Make one at id.getharvest.com/developers as a user of the Harvest account."
TOLD = [
    (Settings(accounts=(OTHER, PLANS)), {}, "The access token is for 2 accounts. Set one of them: "
     f"{STUDIO}, HARVEST_ACCOUNT_ID=2 (Other Studio)."),
    (Settings(accounts=(PLANS,), elsewhere=True), {},
     f"The access token is for Forecast only, and for no account with Harvest in it. {NO_ACCOUNT}"),
    (Settings(elsewhere=True), {}, f"The access token is for no account with Harvest in it. {NO_ACCOUNT}"),
    (Settings(), {"HARVEST_ACCOUNT_ID": "77"},
     f"The access token is not for the account 77 of HARVEST_ACCOUNT_ID. Set: {STUDIO}."),
    (Settings(), {"HARVEST_ACCESS_TOKEN": "stale"},
     "Harvest does not accept the credentials (401). Check them with `harvest-mcp doctor`."),
    (Settings(), {"HARVEST_ACCESS_TOKEN": "stale", "HARVEST_ACCOUNT_ID": str(ACCOUNT_ID)},
     "Harvest does not accept the credentials (401). Check them with `harvest-mcp doctor`."),
]  # fmt: skip


@pytest.mark.anyio
@pytest.mark.parametrize(("account", "given", "says"), TOLD)
async def test_the_first_call_says_what_a_token_is_for(
    monkeypatch: pytest.MonkeyPatch, account: Settings, given: dict[str, str], says: str
) -> None:
    with open_harvest_v2(settings=account) as sandbox, running(sandbox) as url:
        at = {"HARVEST_ACCESS_TOKEN": ADMIN.token, "HARVEST_API_URL": f"{url}/v2"}
        assert await first_call(at, given, patch=monkeypatch) == says


@pytest.mark.anyio
async def test_the_accounts_of_a_token_are_asked_once_where_a_record_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with open_harvest_v2() as sandbox, running(sandbox) as url:
        at = {"HARVEST_ACCESS_TOKEN": ADMIN.token, "HARVEST_API_URL": f"{url}/v2"}
        put(monkeypatch, at, {"HARVEST_ACCOUNT_ID": str(ACCOUNT_ID)})
        chosen = settings.read({})
        (account,) = server.accounts_of(chosen)
        line = server.over_http(chosen)(account)
        for id in (1, 2):
            with pytest.raises(HarvestMcpError, match=f"No client {id} in this account"):
                await Api(account.system, line).get(Scope(CLIENTS), id)
        await line.aclose()
        assert [seen.path for seen in sandbox.seen] == ["/v2/clients/1", "/api/v2/accounts", "/v2/clients/2"]


@pytest.mark.anyio
async def test_a_token_in_a_file_is_taken_and_who_may_be_asked_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(f"{ADMIN.token}\n")
    file.chmod(0o600)
    with open_harvest_v2() as sandbox, running(sandbox) as url:
        at = {"HARVEST_ACCESS_TOKEN_FILE": str(file), "HARVEST_API_URL": f"{url}/v2"}
        more = {"HARVEST_ACCOUNT_ID": str(ACCOUNT_ID), "HARVEST_MCP_CONTACT": "ada@kestrel.example"}
        assert await first_call(at, more, patch=monkeypatch) == "Acme"
        assert sandbox.seen[-1].headers["user-agent"] == f"harvest-mcp/{__version__} (ada@kestrel.example)"


def told(account: Sandbox, monkeypatch: pytest.MonkeyPatch, **given: str) -> dict[str, tuple[str, str]]:
    """What the doctor says of each thing, and what to do about it."""
    with account as sandbox, running(sandbox) as url:
        put(monkeypatch, {name: value.format(url=url) for name, value in given.items()})
        return {check.name: (check.says, check.fix) for check in doctor.examine({}).checks}


def test_the_doctor_shows_account_user_role_mode_and_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    by_clock = open_harvest_v2(settings=Settings(by_clock=True))
    found = told(by_clock, monkeypatch, HARVEST_ACCESS_TOKEN=ADMIN.token, HARVEST_API_URL="{url}/v2")
    assert {name: found[name][0] for name in ("account", "credentials", "role", "time")} == {
        "account": f"Kestrel Studio ({ACCOUNT_ID}), the only one of the token",
        "credentials": "Ada Kestrel <admin@kestrel.example> at Kestrel Studio",
        "role": "an administrator: sees and changes everything",
        "time": "tracked by when it began and ended",
    }
    assert found["budget"][0].endswith("of 80 calls left in 15 s, as this server counts them")
    assert found["reports budget"][0] == "80 of 80 calls left in 900 s, as this server counts them"


REVOKED = "The token may be revoked or cut short: look for it, or make another, at id.getharvest.com/developers."


@pytest.mark.parametrize(
    ("account", "given", "name", "says"),
    [
        (Settings(accounts=(OTHER,)), {}, "account", ("The access token is for 2 accounts.",
         f"Set one of them: {STUDIO}, HARVEST_ACCOUNT_ID=2 (Other Studio).")),
        (Settings(), {"HARVEST_ACCOUNT_ID": "77"}, "account",
         ("The access token is not for the account 77 of HARVEST_ACCOUNT_ID.", f"Set: {STUDIO}.")),
        (Settings(), {"HARVEST_ACCESS_TOKEN": "stale"}, "credentials",
         ("Harvest does not accept the credentials (401).", REVOKED)),
        (Settings(), {"HARVEST_API_URL": "{url}"}, "credentials",
         ("this address does not answer /users/me as Harvest's JSON API does",
          "Check HARVEST_API_URL, for example HARVEST_API_URL=https://api.harvestapp.com/v2;"
          " the API may have been switched off there.")),
    ],
)  # fmt: skip
def test_the_doctor_says_what_is_wrong_with_a_token(
    monkeypatch: pytest.MonkeyPatch, account: Settings, given: dict[str, str], name: str, says: tuple[str, str]
) -> None:
    at = {"HARVEST_ACCESS_TOKEN": ADMIN.token, "HARVEST_API_URL": "{url}/v2"} | given
    assert told(open_harvest_v2(settings=account), monkeypatch, **at)[name] == says


V1 = {"HARVEST_URL": "{url}", "HARVEST_EMAIL": ADMIN.email, "HARVEST_PASSWORD": ADMIN.password}
MOVE = (
    "move to API v2: make a token at id.getharvest.com/developers, set HARVEST_ACCESS_TOKEN, and take HARVEST_URL,"
    " HARVEST_EMAIL and HARVEST_PASSWORD out."
)


@pytest.mark.parametrize("page", ["200 html", "302", "404 html", "410"])
def test_the_doctor_says_that_v1_seems_off_and_how_to_move(monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    account = open_account()
    account.fail(Fault("status", page, times=9))
    assert told(account, monkeypatch, **V1)["credentials"] == (
        "this address does not answer /account/who_am_i as Harvest's XML API does",
        f"Check HARVEST_URL; the API seems to be off there; {MOVE}",
    )


def test_the_doctor_says_how_to_move_where_v2_answers_to_v1(monkeypatch: pytest.MonkeyPatch) -> None:
    says, fix = told(open_harvest_v2(), monkeypatch, **V1)["credentials"]
    assert (says, fix.endswith(f"If the API is off there, {MOVE}")) == (
        "Harvest does not accept the credentials (401).",
        True,
    )
