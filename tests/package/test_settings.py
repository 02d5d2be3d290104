"""What stops the start, in one sentence that names the variable; and what each source of a value is worth."""

import os
from pathlib import Path

import pytest

from harvest_mcp import server
from harvest_mcp.config import origins, settings
from harvest_mcp.config.http_names import HTTP
from harvest_mcp.config.secret import Secret
from harvest_mcp.errors import SettingsError
from harvest_mcp.systems.harvest import HARVEST

URL = "https://suprcorp.harvestapp.com"
COMPLETE = {"HARVEST_URL": URL, "HARVEST_EMAIL": "jane@suprcorp.example", "HARVEST_PASSWORD": "s3cret"}


def refusal(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], **flags: object) -> str:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        server.account_of(settings.read(flags), HARVEST)
    return str(refused.value)


WRONG = {
    "nothing set": (
        {},
        "HARVEST_ACCESS_TOKEN is not set; make a token at id.getharvest.com/developers, or set HARVEST_URL for"
        " an account of API v1, or start with --sandbox to try without an account.",
    ),
    "no e-mail": ({"HARVEST_URL": URL}, "HARVEST_EMAIL is not set; for example HARVEST_EMAIL=you@example.com."),
    "no password": (
        {"HARVEST_URL": URL, "HARVEST_EMAIL": "a@b.example"},
        "HARVEST_PASSWORD is not set; for example HARVEST_PASSWORD_FILE=~/.harvest-password,"
        " or keep it in the keyring with `harvest-mcp login`.",
    ),
    "address and subdomain": (
        {**COMPLETE, "HARVEST_SUBDOMAIN": "suprcorp"},
        "HARVEST_URL and HARVEST_SUBDOMAIN are both set; keep one, for example HARVEST_SUBDOMAIN=suprcorp.",
    ),
    "token and password": (
        {**COMPLETE, "HARVEST_ACCESS_TOKEN": "t"},
        "HARVEST_ACCESS_TOKEN and HARVEST_EMAIL or HARVEST_PASSWORD are both set; keep one way.",
    ),
    "value and file": (
        {**COMPLETE, "HARVEST_PASSWORD_FILE": "/nowhere"},
        "HARVEST_PASSWORD and HARVEST_PASSWORD_FILE are both set; keep one of them.",
    ),
    "plain http": (
        {**COMPLETE, "HARVEST_URL": "http://suprcorp.harvestapp.com"},
        "HARVEST_URL must start with https:// unless it is this machine;"
        " for example HARVEST_URL=https://suprcorp.harvestapp.com.",
    ),
    "credentials in the address": (
        {**COMPLETE, "HARVEST_URL": "https://jane:pw@suprcorp.harvestapp.com"},
        "HARVEST_URL holds credentials; set HARVEST_EMAIL and HARVEST_PASSWORD instead.",
    ),
    "a path": (
        {**COMPLETE, "HARVEST_URL": f"{URL}/clients"},
        "HARVEST_URL holds more than the host; for example HARVEST_URL=https://suprcorp.harvestapp.com.",
    ),
    "a line break in the password": (
        {**COMPLETE, "HARVEST_PASSWORD": "a\nb"},
        "HARVEST_PASSWORD holds a line break or another control character; set it without.",
    ),
    "a colon in the e-mail": (
        {**COMPLETE, "HARVEST_EMAIL": "jane:doe"},
        "HARVEST_EMAIL holds a colon, which HTTP Basic cannot carry; for example you@example.com.",
    ),
    "a strange subdomain": (
        {"HARVEST_SUBDOMAIN": "supr.corp/"},
        "HARVEST_SUBDOMAIN is not the first part of an address; for example suprcorp.",
    ),
    "an unknown policy": (
        {**COMPLETE, "HARVEST_MCP_CONFIRM": "never"},
        "HARVEST_MCP_CONFIRM has a value that does not fit. How a delete is confirmed: ask, page, token or strict;"
        " for example HARVEST_MCP_CONFIRM=strict.",
    ),
    "a size out of bounds": (
        {**COMPLETE, "HARVEST_MCP_MAX_ANSWER_MB": "0"},
        "HARVEST_MCP_MAX_ANSWER_MB has a value that does not fit. Largest answer of the vendor that is read,"
        " in MiB, 12 at most; for example HARVEST_MCP_MAX_ANSWER_MB=4.",
    ),
    "a folder that is not there": (
        {**COMPLETE, "HARVEST_MCP_RECEIPT_FOLDERS": "/nowhere/at all"},
        "HARVEST_MCP_RECEIPT_FOLDERS names /nowhere/at all, which is no folder here.",
    ),
    "a folder for exports that is not there": (
        {**COMPLETE, "HARVEST_MCP_EXPORT_FOLDER": "/nowhere/at all"},
        "HARVEST_MCP_EXPORT_FOLDER names /nowhere/at all, which is no folder here.",
    ),
    "a misspelt variable": (
        {**COMPLETE, "HARVEST_MCP_READONLY": "1"},
        "HARVEST_MCP_READONLY is no setting of this server. Known: HARVEST_MCP_SYSTEM, HARVEST_MCP_TOOLSETS,"
        " HARVEST_MCP_TOOLS, HARVEST_MCP_EXCLUDE_TOOLS, HARVEST_MCP_READ_ONLY, HARVEST_MCP_CONFIRM, HARVEST_MCP_STATE,"
        " HARVEST_MCP_KEEP_DAYS, HARVEST_MCP_MAX_ANSWER_MB, HARVEST_MCP_CONTACT,"
        " HARVEST_MCP_RECEIPT_FOLDERS, HARVEST_MCP_EXPORT_FOLDER, HARVEST_MCP_LOG_LEVEL,"
        f" {', '.join(HTTP)}.",
    ),
    "a file that is not there": (
        {"HARVEST_URL": URL, "HARVEST_EMAIL": "a@b.example", "HARVEST_PASSWORD_FILE": "/nowhere/at/all"},
        "HARVEST_PASSWORD_FILE names a file that cannot be read (No such file or directory).",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_stops_the_start_with_one_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment, sentence = WRONG[name]
    assert refusal(monkeypatch, environment) == sentence


@pytest.mark.parametrize(
    "url",
    [
        *("suprcorp", "ftp://suprcorp.harvestapp.com", "https://", "https://a b", "https://[::1", "https://a:99999"),
        *("https://a..b", f"https://{'a' * 64}.com", "https://xn--a.example", "https://😀.example", "127.0.0.1:8101"),
        *("https://[fe80::1%25eth0]", "localhost:8101", "a.localhost:8101"),
    ],
)
def test_what_is_no_address_is_said_to_be_none(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = "HARVEST_URL is not an address; for example HARVEST_URL=https://suprcorp.harvestapp.com."
    assert refusal(monkeypatch, {**COMPLETE, "HARVEST_URL": url}) == sentence


TAKEN = {
    "a host alone": ("HARVEST_URL", "suprcorp.harvestapp.com"),
    "a host alone with a slash": ("HARVEST_URL", "suprcorp.harvestapp.com/"),
    "blanks": ("HARVEST_URL", f"  {URL} \n"),
    "quotes": ("HARVEST_URL", f'"{URL}"'),
    "quotes and blanks": ("HARVEST_URL", " ' suprcorp.harvestapp.com ' "),
    "a subdomain with quotes": ("HARVEST_SUBDOMAIN", '"suprcorp"'),
    "the whole host as subdomain": ("HARVEST_SUBDOMAIN", "suprcorp.harvestapp.com"),
    "the whole address as subdomain": ("HARVEST_SUBDOMAIN", f"{URL}/"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_can_only_mean_one_address_is_taken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    variable, value = TAKEN[name]
    for each, text in {**COMPLETE, "HARVEST_URL": "", variable: value}.items():
        monkeypatch.setenv(each, text)
    assert server.account_of(settings.read({}), HARVEST).url == URL


def test_blanks_and_quotes_around_any_value_are_no_part_of_it_but_of_a_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    around = {
        "HARVEST_EMAIL": ' "jane@suprcorp.example" ',
        "HARVEST_PASSWORD": ' "s3cret" ',
        "HARVEST_MCP_READ_ONLY": "'true'",
        "HARVEST_MCP_KEEP_DAYS": '"30"',
        "HARVEST_MCP_TOOLSETS": '"crm, time"',
    }
    for name, value in {**COMPLETE, **around}.items():
        monkeypatch.setenv(name, value)
    chosen = settings.read({})
    assert (chosen.email, chosen.read_only, chosen.keep_days, chosen.toolsets) == (
        "jane@suprcorp.example",
        True,
        30,
        ("crm", "time"),
    )
    assert chosen.password == Secret(' "s3cret" ')


UNFILLED = {
    "HARVEST_PASSWORD": "${HARVEST_PASSWORD}",
    "HARVEST_ACCESS_TOKEN": " ${input:token} ",
    "HARVEST_URL": "https://${SUBDOMAIN}.harvestapp.com",
    "HARVEST_EMAIL": "%HARVEST_EMAIL%",
    "HARVEST_PASSWORD_FILE": "${HOME}/.harvest-password",
    "HARVEST_MCP_KEEP_DAYS": "{{days}}",
    "INCWO_LOGIN": "$INCWO_LOGIN",
}


@pytest.mark.parametrize("variable", UNFILLED)
def test_a_placeholder_that_nothing_filled_in_is_named_and_not_sent(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = variable.removesuffix("_FILE")
    assert refusal(monkeypatch, {variable: UNFILLED[variable]}) == (
        f"{variable} holds a placeholder, such as ${{…}}, that nothing filled in. "
        f"Write the value itself there, or the path of a file that holds it in {value}_FILE."
    )


@pytest.mark.parametrize("password", ["pa${x}ss", "$ecret", "100%_OF_ME%", "{{"])
def test_a_password_may_look_like_a_placeholder_in_part(password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**COMPLETE, "HARVEST_PASSWORD": password}.items():
        monkeypatch.setenv(name, value)
    assert settings.read({}).password == Secret(password)


@pytest.mark.parametrize("setting", ["state", "receipt_folders"])
def test_a_home_that_is_not_there_is_named(setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = {
        "state": "HARVEST_MCP_STATE begins with ~, and there is no such home. "
        "Name a file by its whole path: HARVEST_MCP_STATE=/var/lib/harvest-mcp/state.db.",
        "receipt_folders": "HARVEST_MCP_RECEIPT_FOLDERS names ~nobody-at-all/x, which is no folder here.",
    }
    assert refusal(monkeypatch, COMPLETE, **{setting: "~nobody-at-all/x"}) == sentence[setting]


def test_a_user_without_a_home_is_told_to_name_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USERPROFILE", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 7)  # nobody has that number
    with pytest.raises(SettingsError, match="This user has no home to keep the change journal in"):
        server.state_of(settings.read({}))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8101", "http://localhost", "http://[::1]:80", "https://a.example/"])
def test_this_machine_may_go_without_tls(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**COMPLETE, "HARVEST_URL": url}.items():
        monkeypatch.setenv(name, value)
    assert server.account_of(settings.read({}), HARVEST).url == url.rstrip("/")


def test_a_subdomain_stands_for_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_SUBDOMAIN", "suprcorp")
    monkeypatch.setenv("HARVEST_ACCESS_TOKEN", "a+/=")
    account = server.account_of(settings.read({}), HARVEST)
    assert (account.url, account.principal, account.query) == (
        URL,
        "token 26213bb9",
        (("access_token", Secret("a+/=")),),
    )


def test_two_tokens_are_two_principals(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one said a moment ago, and agreed to, is not the other's."""
    monkeypatch.setenv("HARVEST_SUBDOMAIN", "suprcorp")
    callers = set()
    for token in ("one", "other"):
        monkeypatch.setenv("HARVEST_ACCESS_TOKEN", token)
        callers.add(server.account_of(settings.read({}), HARVEST).principal)
    assert len(callers) == 2


def test_a_file_gives_the_value_without_its_line_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "password"
    secret.write_text("p@ss wörd\r\n", "utf-8")
    secret.chmod(0o600)
    for name, value in COMPLETE.items():
        if name != "HARVEST_PASSWORD":
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("HARVEST_PASSWORD_FILE", str(secret))
    chosen = settings.read({})
    assert chosen.password == Secret("p@ss wörd")
    assert origins.sources(chosen, {})["HARVEST_PASSWORD"] == "HARVEST_PASSWORD_FILE"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty or far too long"),
        (b"\n", "is empty or far too long"),
        (b"x" * 70_000, "is empty or far too long"),
        (b"\xff\xfe", "is not UTF-8 text"),
    ],
)
def test_a_file_that_holds_no_value_is_refused(
    content: bytes, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    file.chmod(0o600)
    environment = {"HARVEST_URL": URL, "HARVEST_ACCESS_TOKEN_FILE": str(file)}
    assert refusal(monkeypatch, environment) == f"HARVEST_ACCESS_TOKEN_FILE names '{file}', which {sentence}."


def test_a_flag_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_MCP_CONFIRM", "token")
    chosen = settings.read({"confirm": "strict"})
    assert (chosen.confirm, origins.sources(chosen, {"confirm": "strict"})["HARVEST_MCP_CONFIRM"]) == (
        "strict",
        "--confirm",
    )


def test_lists_take_commas_and_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_MCP_TOOLSETS", " account, crm ")
    assert settings.read({}).toolsets == ("account", "crm")


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_MCP_CONFIRM", "")
    assert settings.read({}).confirm == "ask"


def test_no_repr_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    chosen = settings.read({})
    assert "s3cret" not in repr(chosen) + str(chosen) + repr(server.account_of(chosen, HARVEST))


DATABASE = (
    "HARVEST_MCP_STATE is not an address of a database; for example postgresql://harvest@db.example/harvest,"
    " with / ? # @ and blanks in a password as %2F %3F %23 %40 %20."
)
NEITHER = "HARVEST_MCP_STATE takes a file or an address; for example postgresql://harvest@db.example/harvest."


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("postgresql://me:s3cr/et@db.example/harvest", DATABASE),
        ("postgresql://me:s3cr@et@db.example/harvest", DATABASE),
        ("postgresql://me:s3cr#et@db.example/harvest", DATABASE),
        ("postgres://me:s3cr?et@db.example/harvest", DATABASE),
        ("mysql://me:s3cret@db.example/harvest", NEITHER),
        ("postgresql+psycopg://me:s3cret@db.example/harvest", NEITHER),
        ("host=db.example user=me password=s3cret", NEITHER),
    ],
)
def test_a_state_address_that_cannot_be_taken_apart_is_not_repeated(
    place: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refusal(monkeypatch, {**COMPLETE, "HARVEST_MCP_STATE": place}) == sentence


@pytest.mark.parametrize(
    "place",
    [
        "~/state.db",
        "C:\\Users\\me\\state.db",
        "a place.db",
        "postgresql://db.example/harvest",
        "postgres://me@db.example:5433/harvest",
        "postgresql://me:s3cr%2Fet@[::1]/harvest?sslmode=require",
        "postgresql:///harvest?host=/var/run/postgresql",
    ],
)
def test_a_state_is_a_file_or_an_address(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_MCP_STATE", place)
    state = settings.read({}).state
    assert state is not None
    assert state.reveal() == place
    assert "s3cr" not in f"{state} {state!r} {settings.read({})!r} {server.state_of(settings.read({})).shown}"


def test_a_password_in_a_flag_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    flag = {"state": "postgresql://me:s3cret@db.example/harvest"}
    assert refusal(monkeypatch, COMPLETE, **flag) == (
        "--state holds a password, which others see in the list of processes; set HARVEST_MCP_STATE_FILE instead."
    )
    assert settings.read({"state": "postgresql://me@db.example/harvest"}).state is not None


def test_a_state_address_may_come_out_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "state"
    file.write_text("postgresql://me:s3cret@db.example/harvest\n")
    file.chmod(0o600)
    monkeypatch.setenv("HARVEST_MCP_STATE_FILE", str(file))
    chosen = settings.read({})
    assert str(chosen.state) == "postgresql://db.example/harvest"
    assert chosen.secrets == (Secret("s3cret"),)
    assert server.state_of(chosen).place == "postgresql://me:s3cret@db.example/harvest"
    assert origins.sources(chosen, {})["HARVEST_MCP_STATE"] == "HARVEST_MCP_STATE_FILE"
