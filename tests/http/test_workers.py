"""Several processes at one address: any of them answers anything, and one that dies is replaced."""

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from harvest_mcp.commands import http as over_http
from harvest_mcp.config import settings
from harvest_mcp.errors import SettingsError
from harvest_mcp.sandbox import Fault, Sandbox, open_account, running
from harvest_mcp.systems.harvest import CONTACTS
from tests import postgresql
from tests.http.kit import BOTH, call, modern
from tests.http.process import Process, signs_in, started
from tests.patience import PATIENCE, wait_until
from tests.stdio.test_ending import begun, details

TWO = ("--http", "127.0.0.1:0", "--auth", "none", "--workers", "2", "--drain-seconds", "0", "--metrics", "127.0.0.1:0")


@dataclass(frozen=True, slots=True)
class Crew:
    """Workers that serve one account."""

    server: Process
    account: Sandbox


@contextmanager
def working(database: str, place: Path) -> Iterator[Crew]:
    """Two workers over one database, both of which answer."""
    secret = place / "database"
    secret.write_text(database)
    secret.chmod(0o600)
    with (
        open_account(calls=None) as account,
        running(account) as url,
        started(place, {**signs_in(url), "HARVEST_MCP_STATE_FILE": str(secret)}, *TWO) as server,
    ):
        until = time.monotonic() + PATIENCE
        while len(pids(server)) < 2:
            assert time.monotonic() < until, server.log()
            server.text("list_changes")
        yield Crew(server, account)


@pytest.fixture(scope="module")
def crew(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with working(postgresql.database(postgresql_server), tmp_path_factory.mktemp("crew")) as made:
        yield made


def pids(server: Process) -> set[int]:
    """The processes that answered calls."""
    return {line["pid"] for line in server.log() if line["event"] == "call"}


def deletion(**more: Any) -> dict[str, Any]:
    """A call of a client with forms."""
    sent = call("delete_contact", contact_id=10)
    sent["params"]["_meta"] = {
        **sent["params"]["_meta"],
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
    }
    sent["params"] |= more
    return sent


def post(server: Process, sent: dict[str, Any]) -> Any:
    return httpx2.post(server.url, json=sent, headers=modern(sent), timeout=PATIENCE).json()["result"]


def test_what_one_worker_asked_is_answered_once_whoever_hears_it(crew: Crew) -> None:
    state = post(crew.server, deletion())["requestState"]
    said_yes = {"confirm": {"action": "accept", "content": {"confirm": True}}}
    answer = deletion(requestState=state, inputResponses=said_yes)
    with ThreadPoolExecutor(16) as many:
        told = [each["content"][0]["text"] for each in many.map(lambda _: post(crew.server, answer), range(16))]
    assert sum(text.startswith("Deleted contact ") for text in told) == 1
    assert len([seen for seen in crew.account.seen if seen.method == "DELETE"]) == 1
    assert 10 not in [row["id"] for row in crew.account.rows(CONTACTS)]


def test_counters_are_those_of_all_workers(crew: Crew) -> None:
    address = str(crew.server.wait_for("serving")["metrics"])
    before = counted(address)
    for _ in range(8):
        crew.server.text("get_client", client_id=11072)
    series = 'harvest_mcp_calls_total{tool="get_client",outcome="ok"}'
    until = time.monotonic() + PATIENCE
    while (now := counted(address)).get(series, 0) - before.get(series, 0) < 8:
        assert time.monotonic() < until, now
    assert now[series] - before.get(series, 0) == 8
    vendor = 'harvest_mcp_vendor_calls_total{system="harvest",status="200"}'
    assert now[vendor] - before.get(vendor, 0) >= 8


def counted(address: str) -> dict[str, float]:
    """The sums by their series."""
    lines = httpx2.get(address, timeout=PATIENCE).text.splitlines()
    return {(parts := line.rsplit(" ", 1))[0]: float(parts[1]) for line in lines if not line.startswith("#")}


def test_a_client_of_before_is_served_by_any_worker_without_a_session(crew: Crew) -> None:
    """Nobody knows there whether it has forms, so a person is asked outside."""
    who = {"name": "t", "version": "1"}
    hello = {"protocolVersion": "2025-11-25", "capabilities": {"elicitation": {}}, "clientInfo": who}
    told = set[str]()
    with httpx2.Client(headers=BOTH, timeout=PATIENCE) as client:
        first = client.post(crew.server.url, json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello})
        assert "mcp-session-id" not in first.headers
        for _ in range(6):
            wanted = {"name": "delete_contact", "arguments": {"contact_id": 17}}
            sent = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": wanted}
            answer = client.post(crew.server.url, json=sent, headers={"mcp-protocol-version": "2025-11-25"})
            text = json.loads(answer.text.partition("data: ")[2])["result"]["content"][0]["text"]
            told.add(re.sub(r"[A-Z0-9]{4}-[A-Z0-9]{4}|http://\S+", "…", text))
    (only,) = told
    assert only.startswith("This needs a person's approval: ")


def test_a_write_whose_worker_was_killed_is_settled_by_another(database: str, tmp_path: Path) -> None:
    with working(database, tmp_path) as crew:
        server = crew.server
        crew.account.fail(Fault("delay", "3600", method="PUT"))
        with ThreadPoolExecutor(1) as beside:
            answer = beside.submit(server.call, "update_client", client_id=11072, details="New")
            begun(crew.account, "PUT /clients/11072")
            for pid in pids(server):
                os.kill(pid, signal.SIGKILL)
            assert isinstance(answer.exception(PATIENCE), httpx2.TransportError)
        server.wait_for("worker", 4)
        id = int(server.text("list_changes").splitlines()[2].split(",")[0])
        change = json.loads(server.text("get_change", change_id=id))
        assert (change["outcome"], details(crew.account)) == ("applied", "New")
        codes = [line["code"] for line in server.log() if line["event"] == "worker ended"]
        assert codes == [-signal.SIGKILL] * 2
        server.end(signal.SIGKILL)
        gone(server)  # workers do not outlive who started them


def gone(server: Process) -> None:
    """Wait until nothing listens any more."""
    wait_until(lambda: not server.status("/livez"))


def test_a_stop_ends_all_and_each_finishes_what_it_does(database: str, tmp_path: Path) -> None:
    with working(database, tmp_path) as crew:
        crew.account.fail(Fault("delay", "1", method="PUT", times=None))
        with ThreadPoolExecutor(4) as many:
            writes = [many.submit(crew.server.text, "update_contact", contact_id=id, title="New") for id in (9, 10, 17)]
            begun(crew.account, "PUT /contacts/9", "PUT /contacts/10", "PUT /contacts/17")
            crew.server.end(signal.SIGTERM)
            assert [each.result()[:16] for each in writes] == ["Updated contact "] * 3
        assert crew.server.ended() == 0
        assert crew.server.status("/livez") == 0


def test_a_stop_that_reaches_every_process_at_once_cuts_nothing_off(database: str, tmp_path: Path) -> None:
    """As Ctrl-C at a terminal does, and whoever ends a whole group: the first process passes it on once more."""
    with working(database, tmp_path) as crew:
        crew.account.fail(Fault("delay", "1", method="PUT", times=None))
        with ThreadPoolExecutor(2) as many:
            writes = [many.submit(crew.server.text, "update_contact", contact_id=id, title="New") for id in (9, 10)]
            begun(crew.account, "PUT /contacts/9", "PUT /contacts/10")
            for pid in (crew.server.running.pid, *pids(crew.server)):
                with suppress(ProcessLookupError):  # one without a call may be gone by then
                    os.kill(pid, signal.SIGINT)
            assert [each.result()[:16] for each in writes] == ["Updated contact "] * 2
        ended = crew.server.ended()
        assert [line for line in crew.server.log() if line["level"] in ("ERROR", "WARNING")] == []
        assert ended == 0


@pytest.mark.parametrize(
    ("embedded", "says"),
    [
        (
            False,
            "Several workers share journal, consents and budget, which a file does not do well enough. Keep them in"
            " PostgreSQL, such as HARVEST_MCP_STATE=postgresql://harvest@db.example/harvest, or leave --workers out.",
        ),
        (True, "An embedded account is one process's own. Leave --workers out with --sandbox."),
    ],
)
def test_what_one_process_has_for_itself_is_not_shared(embedded: bool, says: str) -> None:
    with pytest.raises(SettingsError) as refused:
        over_http.shareable(settings.read({"state": "state.db"}), embedded=embedded)
    assert str(refused.value) == says
