"""Each in their own account: connected on a page by the person it is for, sealed for them, and used by nobody else."""

import os
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import anyio
import anyio.to_thread
import mcp
import mcp_types as types
import pytest
from mcp.client.streamable_http import streamable_http_client

from harvest_mcp.commands.cli import main
from harvest_mcp.errors import SettingsError
from harvest_mcp.sandbox import Fault, Sandbox, open_account
from harvest_mcp.sandbox.harvest.logins import ADMIN as ADA
from harvest_mcp.sandbox.harvest_v2 import Settings, open_harvest_v2
from harvest_mcp.sandbox.harvest_v2.oauth import CLIENT_SECRET
from harvest_mcp.sandbox.server import running
from harvest_mcp.state import State
from harvest_mcp.vault.ring import Ring
from harvest_mcp.vault.store import Vault
from tests.conftest import Era
from tests.http.kit import message
from tests.http.own import ANA, BASE, BEN, HERE, LINK, NEW, OLD, Team, send, team, token_of
from tests.http.provider import Provider
from tests.http.test_sign_in import Hand

ADMIN = ADA.token
pytestmark = pytest.mark.anyio


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with open_harvest_v2(calls=None) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("HARVEST_API_URL", f"{url}/v2")
        yield sandbox


@pytest.fixture
def state(tmp_path: Path) -> str:
    return str(tmp_path / "state.db")


@pytest.fixture
async def own(vendor: Sandbox, provider: Provider, state: str) -> AsyncIterator[Team]:
    async with team(vendor, provider, state) as served:
        yield served


async def test_each_works_as_who_they_are_at_the_vendor(own: Team, vendor: Sandbox) -> None:
    page = await own.connect("ana", ANA)
    assert "Your assistants now work in Harvest as Róisín Byrne" in page.text
    await own.connect("ben", BEN)
    assert '"first_name":"Róisín"' in (await own.call("ana", "who_am_i")).text
    assert '"first_name":"Ada"' in (await own.call("ben", "who_am_i")).text
    told = dict[str, set[str]](ana=set(), ben=set())

    async def ask(who: str) -> None:
        for _ in range(5):
            told[who] |= set(re.findall(r'"first_name":"(\w+)"', (await own.call(who, "who_am_i")).text))

    async with anyio.create_task_group() as group:
        for who in ("ana", "ben", "ana", "ben"):
            group.start_soon(ask, who)
    assert told == {"ana": {"Róisín"}, "ben": {"Ada"}}


async def test_no_token_of_a_caller_reaches_the_vendor_and_none_of_the_vendors_a_caller(
    own: Team, vendor: Sandbox, provider: Provider, state: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    page = await own.connect("ana", ANA)
    answer = await own.call("ana", "who_am_i")
    theirs = [*own.oauth.access, *own.oauth.refresh, CLIENT_SECRET]
    ours = [own.token("ana"), provider.forms[0]["code"], OLD.partition(":")[2]]
    sent = " ".join(f"{call.path} {call.query} {call.headers} {call.body!r}" for call in vendor.seen)
    assert [secret for secret in ours if secret in sent] == []
    logged = [f"{each.getMessage()} {each.args}" for each in caplog.records if not each.name.startswith("http")]
    assert "call" in " ".join(logged)
    kept = [Path(name).read_bytes().decode("latin-1") for name in (state, f"{state}-wal")]  # noqa: ASYNC240 - small
    said = " ".join([page.text, answer.text, *logged, *kept])
    assert [secret for secret in (*theirs, *ours) if secret in said] == []


COOKIE = r"__Host-harvest-mcp-sign-in=[\w-]{32}; HttpOnly; Max-Age=600; Path=/; SameSite=lax; Secure"


async def test_a_link_is_nothing_to_anybody_else(own: Team) -> None:
    link = await own.link("ana")
    async with own.browser() as nobody:
        nobody.follow_redirects = False
        first = await nobody.get(link)
        assert (first.status_code, first.text, first.headers["location"].split("?")[0]) == (
            303,
            "",
            f"{own.provider.issuer}/authorize",
        )
        assert re.fullmatch(COOKIE, first.headers["set-cookie"])
        assert first.headers["cache-control"] == "no-store"
    async with own.browser() as browser:
        theirs = await own.open(browser, "ben", link)
        unknown = await own.open(browser, "ben", f"{BASE}/connect/{'x' * 32}")
        assert (theirs.status_code, unknown.status_code) == (404, 404)
        assert theirs.text == unknown.text.replace("x" * 32, link[-32:])
        assert "signed in as ben@team.example" in theirs.text
        mine = await own.open(browser, "ana", f"{link}?anew")
        assert "Connect your Harvest account" in mine.text


async def test_a_link_connects_once(own: Team) -> None:
    link = await own.link("ana")
    async with own.browser() as browser, own.browser() as other:
        page = await own.open(browser, "ana", link)
        assert "Connected" in (await send(browser, page, way="token", secret="sandbox-member+/=")).text
        for again, told in (
            (await own.open(other, "ana", link), "One that was used or is too old opens nothing."),
            (await send(browser, page, way="token", secret=ADMIN), "Nothing here for you"),
        ):
            assert (again.status_code, told in again.text) == (404, True)
    assert '"first_name":"Róisín"' in (await own.call("ana", "who_am_i")).text


async def test_a_token_that_the_vendor_does_not_take_can_be_given_again(own: Team) -> None:
    async with own.browser() as browser:
        page = await own.open(browser, "ana", await own.link("ana"))
        for wrong in ("nonsense-token", "", "two\nlines"):
            refused = await send(browser, page, way="token", secret=wrong)
            assert (refused.status_code, 'role="alert"' in refused.text) == (400, True)
            assert wrong == "" or wrong not in refused.text
        assert "Connected" in (await send(browser, page, way="token", secret=ADMIN)).text


async def test_whoever_may_work_in_several_accounts_says_in_which(
    provider: Provider, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = Settings(accounts=((910_007, "Other & Sons", "harvest"),))
    with open_harvest_v2(calls=None, settings=two) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("HARVEST_API_URL", f"{url}/v2")
        async with team(sandbox, provider, state) as own, own.browser() as browser:
            page = await own.open(browser, "ana", await own.link("ana"))
            for number, told in (("5", "open no more"), ("910001", "Connected")):
                asks = await own.agree(browser, page, BEN)
                assert "Other &amp; Sons" in asks.text
                kept, to = (re.search(each, asks.text) for each in (r'name="kept" value="([^"]+)', r'action="([^"]+)'))
                assert kept
                assert to
                form = {"token": token_of(asks), "way": "choice", "kept": kept[1], "number": number}
                assert told in (await browser.post(to[1], data=form, headers={"origin": BASE})).text
            assert '"first_name":"Ada"' in (await own.call("ana", "who_am_i")).text


NOT_OPENED = "Your connection to Harvest cannot be opened here any more, so it has to be connected again."


async def test_a_row_that_was_copied_to_somebody_else_opens_nothing(own: Team, state: str) -> None:
    await own.connect("ben", BEN)
    with closing(State(state)) as store:
        copied = "INSERT INTO vault SELECT issuer, 'eve', system, account, sealed, expires, connected_by, connected_at,"
        store.do(lambda rows: rows.execute(f"{copied} standing FROM vault"))
    told = await own.call("eve", "who_am_i")
    assert told.text.startswith(NOT_OPENED)
    assert LINK.search(told.text)


async def operator(*typed: str) -> int:
    """What a command ends with."""

    def run() -> int:
        try:
            main(typed)
        except SystemExit as ended:
            return int(ended.code or 0)
        return 0

    return await anyio.to_thread.run_sync(run)


async def test_a_ring_without_its_key_asks_to_connect_again(
    own: Team, vendor: Sandbox, provider: Provider, state: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    await own.connect("ana", ANA)
    async with team(vendor, provider, state, keys=NEW) as other:
        assert (await other.call("ana", "who_am_i")).text.startswith(NOT_OPENED)
    monkeypatch.setenv("HARVEST_MCP_VAULT_KEYS", f"{NEW} {OLD}")
    assert await operator("vault", "rotate", "--state", state) == 0
    assert await operator("vault", "rotate", "--state", state) == 0
    async with team(vendor, provider, state, keys=NEW) as other:
        assert '"first_name":"Róisín"' in (await other.call("ana", "who_am_i")).text
    monkeypatch.setenv("HARVEST_MCP_VAULT_KEYS", OLD)
    assert await operator("vault", "rotate", "--state", state) == 1
    assert await operator("vault", "list", "--state", state) == 0
    assert await operator("vault", "forget", "ana", "--state", state) == 0
    assert await operator("vault", "forget", "ana", "--state", state) == 2
    assert await operator("vault", "list", "--state", state) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[:2] == ["Resealed 1; 0 had the first key already.", "Resealed 0; 1 had the first key already."]
    assert told[5].split()[:4] == ["ana", "ana@team.example", "harvest_v2", "910001"]
    assert told[-1] == f"Nobody has connected an account at {state}."
    assert (await own.call("ana", "who_am_i")).text.startswith("Your account of Harvest is not connected here yet.")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, state: str) -> str:
    return state if request.param == "sqlite" else str(request.getfixturevalue("database"))


async def test_a_token_is_renewed_once_whoever_asks_at_once(vendor: Sandbox, provider: Provider, store: str) -> None:
    async with team(vendor, provider, store) as one, team(vendor, provider, store) as two:
        await one.connect("ana", ANA)
        answers = list[str]()

        async def ask(worker: Team) -> None:
            answers.append((await worker.call("ana", "who_am_i")).text)

        async def all_at_once() -> None:
            async with anyio.create_task_group() as group:
                for _ in range(4):
                    group.start_soon(ask, one)
                    group.start_soon(ask, two)

        await all_at_once()  # both have a desk
        one.oauth.access.clear()  # met with a 401
        await all_at_once()
        assert one.oauth.renewals == 1
        await aged(store)  # due before it is used
        await all_at_once()
        assert one.oauth.renewals == 2
    assert ["Róisín" in answer for answer in answers] == [True] * 24


async def aged(store: str) -> None:
    """As if a token ended in an hour, of 14 days."""
    with closing(State(store)) as kept:
        vault = Vault(kept, Ring.parse(OLD))
        [row] = await vault.all()
        grant = replace(vault.open(row), expires=time.time() + 3600)
        sealed = vault._ring.seal(row.identity, grant.plain())
        kept.do(lambda rows: rows.execute("UPDATE vault SET sealed = :sealed", {"sealed": sealed}))


async def test_a_renewal_that_is_refused_asks_to_connect_again_and_deletes_nothing(own: Team, state: str) -> None:
    await own.connect("ana", ANA)
    own.oauth.access.clear()
    own.oauth.refresh.clear()
    for _ in range(2):
        told = await own.call("ana", "update_client", client_id=11072, name="X")
        assert told.text.startswith(
            "Harvest renews your connection no more, so it has to be connected again. Nothing was changed."
        )
    with closing(State(state)) as store:
        assert [each.standing for each in await Vault(store, Ring.parse(OLD)).all()] == ["refused"]
    await own.connect("ana", ANA)
    assert '"first_name":"Róisín"' in (await own.call("ana", "who_am_i")).text


async def test_a_token_is_renewed_before_it_ends_and_tried_again_where_that_failed(
    vendor: Sandbox, provider: Provider, state: str
) -> None:
    hand = Hand()
    async with team(vendor, provider, state, clock=hand) as own:
        await own.connect("ana", ANA)
        vendor.fail(Fault("status", "503", path="/api/v2/oauth2/token"))
        renewals = list[int]()
        for days in (0, 12.5, 0.2, 0, 0.001, 0):
            hand.now += days * 86_400
            assert not (await own.call("ana", "who_am_i")).is_error
            renewals.append(own.oauth.renewals)
    assert renewals == [0, 0, 0, 0, 1, 1]


async def test_another_account_than_was_connected_is_connected_anew(
    own: Team, vendor: Sandbox, provider: Provider, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await own.connect("ana", ANA)
    monkeypatch.setenv("HARVEST_ACCOUNT_ID", "5")
    async with team(vendor, provider, state) as other:
        assert (await other.call("ana", "who_am_i")).text.startswith("This server works in another account of Harvest")
        page = await other.connect("ana", ANA)
        assert "not for the account 5" in page.text


async def test_a_vendor_that_is_away_changes_nothing(own: Team, state: str) -> None:
    await own.connect("ana", ANA)
    await aged(state)
    own.sandbox.fail(Fault("status", "503", path="/api/v2/oauth2/token"))
    assert '"first_name":"Róisín"' in (await own.call("ana", "who_am_i")).text
    own.oauth.access.clear()  # and something in front of it that blocks
    blocked = Fault("garbage", "403", body=b'{"error":"blocked"}', path="/api/v2/oauth2/token", commit="never")
    own.sandbox.fail(blocked)
    assert "failed to answer (403)" in (await own.call("ana", "who_am_i")).text
    assert '"first_name":"Róisín"' in (await own.call("ana", "who_am_i")).text


HOSTILE: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "another nonce": ({"nonce": "x"}, {}),
    "no nonce": ({"nonce": None}, {}),
    "for another client": ({"aud": "other"}, {}),
    "of another provider": ({"iss": "https://evil.example"}, {}),
    "too old": ({"exp": 1}, {}),
    "asked by another party": ({"azp": "other"}, {}),
    "no code": ({}, {"code": ""}),
    "an answer of another provider": ({}, {"iss": "https://evil.example"}),
    "an answer of no provider": ({}, {"iss": ""}),
}


async def test_a_sign_in_that_is_not_ours_signs_nobody_in(own: Team) -> None:
    answers, link = dict[str, tuple[int, bool, int]](), await own.link("ana")
    for why, (claims, changed) in HOSTILE.items():
        own.provider.of_them = claims
        async with own.browser() as browser:
            browser.follow_redirects = False
            leaves = await browser.get(link)
            back = (await browser.get(leaves.headers["location"])).headers["location"]
            place, _, query = back.partition("?")
            asked = {name: value for name, value in {**dict(parse_qsl(query)), **changed}.items() if value}
            answer = await browser.get(f"{place}?{urlencode(asked)}")
            again = await browser.get(back)  # what was begun is used up
            answers[why] = (answer.status_code, "__Host-harvest-mcp" in browser.cookies, again.status_code)
    assert answers == dict.fromkeys(HOSTILE, (400, False, 400))


async def test_a_visit_with_another_state_leaves_a_sign_in_as_it_was_and_an_answer_counts_once(own: Team) -> None:
    """Whoever likes can send somebody's browser here."""
    async with own.browser() as browser:
        browser.follow_redirects = False
        leaves = await browser.get(await own.link("ana"))
        back = (await browser.get(leaves.headers["location"])).headers["location"]
        visits = [f"{BASE}/signed-in{query}" for query in ("?state=x", "", f"?state={'x' * 32}&error=access_denied")]
        strangers = [(await browser.get(each)).status_code for each in visits]
        assert (strangers, len(own.provider.forms)) == ([400] * 3, 0)
        assert (await browser.get(back)).status_code == 303
        assert (await browser.get(back)).status_code == 400


async def test_who_begins_to_sign_in_a_hundred_times_waits(own: Team) -> None:
    link = await own.link("ana")
    async with own.browser() as browser:
        browser.follow_redirects = False
        answers = [(await browser.get(link)).status_code for _ in range(102)]
    assert answers == [303] * 100 + [400] * 2


async def test_an_answer_of_the_vendor_counts_once_for_the_browser_that_left(own: Team) -> None:
    async with own.browser() as ana, own.browser() as ben:
        page = await own.open(ana, "ana", await own.link("ana"))
        asks = await send(ana, page, way="agree")
        ana.follow_redirects = False
        back = (await ana.post(str(asks.url), data={"who": ANA})).headers["location"]
        assert (await ben.get(back)).status_code == 400  # nobody
        await own.open(ben, "ben", await own.link("ben"))
        assert (await ben.get(back)).status_code == 400  # somebody else
        assert own.oauth.access == {}
        asks = await send(ana, page, way="agree")
        denied = await ana.get((await ana.post(asks.headers["location"], data={"who": ""})).headers["location"])
        assert (denied.status_code, "Harvest was not allowed to connect. Nothing was" in denied.text) == (400, True)
        assert "Connected" in (await ana.get(back)).text
        assert (await ana.get(back)).status_code == 400


async def test_only_our_own_form_connects(own: Team) -> None:
    async with own.browser() as browser:
        page = await own.open(browser, "ana", await own.link("ana"))
        given = {"token": token_of(page), "way": "token", "secret": ADMIN}
        for held in ({}, {"origin": "https://evil.example"}, {"origin": BASE, "sec-fetch-site": "cross-site"}):
            assert (await browser.post(str(page.url), data=given, headers=held)).status_code == 403
        bad = await browser.post(str(page.url), data={**given, "token": "0" * 64}, headers={"origin": BASE})
        assert bad.status_code == 403
        assert (await browser.get(str(page.url), headers={"host": "evil.example"})).status_code == 421
        assert (await browser.get(str(page.url), headers={"sec-fetch-dest": "iframe"})).status_code == 403
        policy = page.headers["content-security-policy"]
        assert f"form-action 'self' {os.environ['HARVEST_API_URL'].removesuffix('/v2')};" in policy
        assert "frame-ancestors 'none'" in policy


async def test_a_question_is_shown_to_and_answered_by_whom_it_is_for(own: Team) -> None:
    await own.connect("ana", BEN)
    await own.connect("ben", BEN)
    id = re.search(r"\d{4,}", (await own.call("ana", "create_client", name="Short-lived")).text)
    assert id
    told = (await own.call("ana", "delete_client", client_id=id[0])).text
    assert re.search(rf"Ask them to open {LINK.pattern} or whoever runs this server to run `harvest-mcp approve", told)
    link = str(re.search(LINK, told)[0])  # type: ignore[index]  # it was found above
    async with own.browser() as browser:
        theirs = await own.open(browser, "ben", link)
        assert (theirs.status_code, "Short-lived" in theirs.text) == (404, False)
        refused = await browser.post(link, data={"token": "x", "answer": "approve"}, headers={"origin": BASE})
        assert refused.status_code == 404
        page = await own.open(browser, "ana", f"{link}?anew")
        assert "Delete this client?" in page.text
        assert "Approved" in (await send(browser, page, answer="approve")).text
    done = await own.call("ana", "delete_client", client_id=id[0], confirm=link.rpartition("/")[2])
    assert (done.is_error, done.text.startswith("Deleted client")) == (False, True)


async def test_what_nobody_connected_has_no_changes_that_are_not_known(own: Team) -> None:
    for tool, arguments in (
        ("list_changes", {}),
        ("undo_change", {"change_id": 1}),
        ("search_records", {"query": "x"}),
    ):
        assert "is not connected here yet" in (await own.call("ana", tool, **arguments)).text


@pytest.mark.eras
async def test_a_client_that_opens_pages_is_given_the_link(
    vendor: Sandbox, provider: Provider, state: str, era: Era
) -> None:
    """That it was opened counts for nothing: the call is made again, and told what it is told anyway."""
    opened = list[types.ElicitRequestParams]()

    async def show(context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
        opened.append(params)
        return types.ElicitResult(action="accept")

    async with team(vendor, provider, state, **HERE) as own, own.browser() as http:
        http.headers["authorization"] = f"Bearer {own.token('ana')}"
        way = streamable_http_client(f"{own.base}/mcp", http_client=http)
        async with mcp.Client(way, mode=era, elicitation_callback=show) as client:
            told = await client.call_tool("who_am_i", {})
    [asked] = opened
    assert isinstance(asked, types.ElicitRequestURLParams)
    assert (LINK.fullmatch(asked.url) is not None, asked.message) == (True, NOT_YET)
    assert told.is_error
    [said] = told.content
    assert isinstance(said, types.TextContent)
    assert re.sub(LINK, "LINK", said.text) == (
        f"{NOT_YET} Open LINK in a browser, sign in and connect it, then ask again. The link is for this person alone."
    )


NOT_YET = "Your account of Harvest is not connected here yet."


async def test_over_v1_people_give_a_login(provider: Provider, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_account(calls=None) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("HARVEST_URL", url)
        async with team(sandbox, provider, state) as own, own.browser() as browser:
            page = await own.open(browser, "ana", await own.link("ana"))
            assert "Go on to Harvest" not in page.text
            wrong = await send(browser, page, way="login", login=ADA.email, secret="wrong")
            assert (wrong.status_code, "(401)" in wrong.text) == (400, True)
            assert "Connected" in (await send(browser, page, way="login", login=ADA.email, secret=ADA.password)).text
            assert '"first_name":"Ada"' in (await own.call("ana", "who_am_i")).text


STOPS: dict[str, tuple[dict[str, str], str, str]] = {
    "somebody's credentials": (
        {"HARVEST_ACCESS_TOKEN": "x"},
        OLD,
        "With --account own each person works with credentials of their own, and others are set."
        " Unset HARVEST_ACCESS_TOKEN and any other credentials.",
    ),
    "no address": (
        {"HARVEST_API": "v1"},
        OLD,
        "HARVEST_URL is not set; for example HARVEST_URL=https://suprcorp.harvestapp.com.",
    ),
    "a key that is too short": (
        {},
        "2026a:c2hvcnQ=",
        "HARVEST_MCP_VAULT_KEYS holds what is no key of 32 bytes under a name of its own. Make one with"
        " `openssl rand -base64 32`, give it a name, and name a file that holds 2026b:KEY in"
        " HARVEST_MCP_VAULT_KEYS_FILE.",
    ),
}


@pytest.mark.parametrize("why", STOPS)
async def test_what_is_missing_stops_the_start(
    sandbox: Sandbox, provider: Provider, state: str, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    environment, keys, says = STOPS[why]
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        async with team(sandbox, provider, state, keys=keys):
            pass
    assert str(refused.value) == says


async def test_a_record_by_its_address_is_read_in_ones_own_account_too(own: Team) -> None:
    read = message("resources/read", uri="harvest://client/11072")
    refused = (await own.post(read, "ben")).json()["error"]
    assert LINK.search(refused["message"])
    await own.connect("ben", BEN)
    assert '"name":"SuprCorp"' in (await own.post(read, "ben")).json()["result"]["contents"][0]["text"]
    assert LINK.search((await own.post(read, "ana")).json()["error"]["message"])
