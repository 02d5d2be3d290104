"""Many connections at once: answered about as soon as at the barest server; nothing fails, grows or is overspent."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from starlette.applications import Starlette

from harvest_mcp.sandbox import Fault, open_account, running
from harvest_mcp.sandbox.harvest.logins import ADMIN
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2
from tests import postgresql
from tests.http.kit import call
from tests.http.load import Answers, Load, press
from tests.http.own import OLD, Team, token_of
from tests.http.process import Process, signs_in, started
from tests.http.provider import Provider

EACH, EVERY = 80, 4.0
"""Connections at ours, and as many at the bare server, whose calls go nowhere; each about every so many seconds."""
READS, SLOWER = 20, 10.0
"""The same of calls that go on to the vendor, at a pace that the budget allows."""
VENDOR = "0.15"
"""Seconds that the vendor takes, as the real one does."""
SPENT = "The call budget of this account is used up for"
SECONDS = float(os.environ.get("SECONDS", "300"))


@contextmanager
def bare(url: str) -> Iterator[str]:
    env = {**os.environ, **signs_in(url)}
    start = [sys.executable, "-m", "tests.http.bare"]
    with subprocess.Popen(start, stdout=subprocess.PIPE, text=True, env=env) as running:
        assert running.stdout is not None
        try:
            yield running.stdout.readline().strip()
        finally:
            running.terminate()


def memory(server: Process) -> float:
    """Megabytes that a server and its workers hold."""
    pids = [server.wait_for("serving")["pid"], *(line["worker"] for line in server.log() if line["event"] == "worker")]
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


def told(found: Sequence[Answers], other: str) -> None:
    """Print what calls took that stay here, and that go on, beside the same at another server."""
    for (ours, least), what in zip((found[:2], found[2:]), ("without the vendor", "with"), strict=True):
        parts = ((part, ours.at(part) * 1e3, least.at(part) * 1e3) for part in (0.5, 0.9, 0.99))
        shown = "; ".join(f"p{part * 100:.0f} {a:.1f} ms, {b:.1f}: {a / b:.2f}" for part, a, b in parts)
        print(f"{len(ours.took)} calls {what}, {len(least.took)} {other}: {shown}; {dict(ours.ends)}")


@pytest.mark.soak
@pytest.mark.parametrize("workers", [1, 2])
def test_two_hundred_connections_are_answered_as_by_a_bare_server(
    postgresql_server: str, tmp_path: Path, workers: int
) -> None:
    (tmp_path / "database").write_text(postgresql.database(postgresql_server))
    (tmp_path / "database").chmod(0o600)
    way = ("--http", "127.0.0.1:0", "--auth", "none", "--workers", str(workers), "--drain-seconds", "0")
    with (
        open_account() as account,
        running(account) as url,
        open_account() as another,
        running(another) as its,
        bare(its) as bottom,
        started(tmp_path, {**signs_in(url), "HARVEST_MCP_STATE_FILE": str(tmp_path / "database")}, *way) as server,
    ):
        for each in (account, another):
            each.fail(Fault("delay", VENDOR, method="GET", times=None))
        local, read = call("get_client", client_id=0.5), call("get_client", client_id=11072)
        rows = [
            *(Load(each, local, EACH, EVERY) for each in (server.url, bottom)),
            *(Load(each, read, READS, SLOWER) for each in (server.url, bottom)),
        ]
        asyncio.run(press(rows, SECONDS / 10))  # imports, connections, caches
        time.sleep(16)  # the budget is whole again
        first = memory(server)
        found = asyncio.run(press(rows, SECONDS))
        last = memory(server)
        spent = asyncio.run(press([Load(server.url, read, 60, 0.5)], 20))[0]
        throttled = [seen for seen in account.seen if seen.status in (429, 503)]
    print(f"{workers} workers, {SECONDS:.0f} s, memory {first:.0f} MB, then {last:.0f}")
    told(found, "bare")
    print(f"beyond the budget: {dict(spent.ends)}, {len(throttled)} throttled by the vendor")
    assert [len(each.ends) for each in found] == [1] * 4
    assert {*found[2].ends} == {"ok"}
    assert all(end == "ok" or end.startswith(SPENT) for end in spent.ends)
    assert throttled == []
    assert last < first * 1.05 + 5
    assert found[2].at(0.99) <= 1.3 * found[3].at(0.99)


PEOPLE = [f"person-{number}" for number in range(20)]


async def connect(team: Team, who: str) -> None:
    """Connect an account by its token, on the page that the first call links to."""
    async with team.browser() as browser:
        page = await team.open(browser, who, await team.link(who))
        form = {"token": token_of(page), "way": "token", "secret": ADMIN.token}
        assert "Connected" in (await browser.post(str(page.url), data=form, headers={"origin": team.base})).text


@pytest.mark.soak
def test_own_accounts_are_answered_about_as_soon_as_a_shared_one(
    postgresql_server: str, provider: Provider, tmp_path: Path
) -> None:
    with open_harvest_v2(calls=None) as account, running(account) as url, ExitStack() as stack:
        account.fail(Fault("delay", VENDOR, method="GET", times=None))
        servers = list[Process]()
        token = {"HARVEST_ACCESS_TOKEN": ADMIN.token, "HARVEST_ACCOUNT_ID": "910001"}
        for way, more in (("own", {"HARVEST_MCP_VAULT_KEYS": OLD}), ("shared", token)):
            (place := tmp_path / way).mkdir()
            (place / "database").write_text(postgresql.database(postgresql_server))
            (place / "database").chmod(0o600)
            env = {"HARVEST_API_URL": f"{url}/v2", "HARVEST_MCP_STATE_FILE": str(place / "database"), **more}
            flags = ("--issuer", provider.issuer, "--account", way, "--client-id", "pages", "--drain-seconds", "0")
            servers.append(stack.enter_context(started(place, env, "--http", "127.0.0.1:0", *flags)))
        team = Team(Starlette(), account, provider, servers[0].url.removesuffix("/mcp"))
        for who in PEOPLE:
            asyncio.run(connect(team, who))
        until = int(time.time() + 3 * SECONDS) + 600
        local, read = call("get_client", client_id=0.5), call("get_client", client_id=11072)
        rows = [
            Load(each.url, sent, many, every, [provider.token(who, aud=each.url, exp=until) for who in PEOPLE])
            for sent, many, every in ((local, EACH, EVERY), (read, READS, SLOWER))
            for each in servers
        ]
        asyncio.run(press(rows, SECONDS / 10))
        time.sleep(16)
        found = asyncio.run(press(rows, SECONDS))
    told(found, "shared")
    assert [{*each.ends} for each in found[2:]] == [{"ok"}, {"ok"}]
    assert found[2].at(0.99) <= 1.3 * found[3].at(0.99)
