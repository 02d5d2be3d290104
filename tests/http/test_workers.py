"""Several processes at one address: any of them answers anything, and one that dies is replaced."""

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from harvest_mcp.sandbox import Fault, Sandbox, open_account, running
from harvest_mcp.systems.harvest import CONTACTS
from tests.http.kit import BOTH, call, modern
from tests.http.process import PATIENCE, Process, signs_in, started
from tests.stdio.test_ending import begun, details

TWO = ("--http", "127.0.0.1:0", "--auth", "none", "--workers", "2", "--drain-seconds", "0")


@pytest.fixture
def account() -> Iterator[Sandbox]:
    with open_account(calls=None) as sandbox:
        yield sandbox


@pytest.fixture
def crew(account: Sandbox, database: str, tmp_path: Path) -> Iterator[Process]:
    """Two workers over one database, both of which answer."""
    secret = tmp_path / "database"
    secret.write_text(database)
    secret.chmod(0o600)
    with (
        running(account) as url,
        started(tmp_path, {**signs_in(url), "HARVEST_MCP_STATE_FILE": str(secret)}, *TWO) as server,
    ):
        until = time.monotonic() + PATIENCE
        while len(pids(server)) < 2:
            assert time.monotonic() < until, server.log()
            server.text("list_changes")
        yield server


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


def test_what_one_worker_asked_is_answered_once_whoever_hears_it(crew: Process, account: Sandbox) -> None:
    state = post(crew, deletion())["requestState"]
    answer = deletion(
        requestState=state, inputResponses={"confirm": {"action": "accept", "content": {"confirm": True}}}
    )
    with ThreadPoolExecutor(16) as many:
        told = [each["content"][0]["text"] for each in many.map(lambda _: post(crew, answer), range(16))]
    assert sum(text.startswith("Deleted contact ") for text in told) == 1
    assert len([seen for seen in account.seen if seen.method == "DELETE"]) == 1
    assert 10 not in [row["id"] for row in account.rows(CONTACTS)]
    assert len(pids(crew)) == 2


def test_a_client_of_before_is_served_by_any_worker_without_a_session(crew: Process) -> None:
    hello = {
        "protocolVersion": "2025-11-25",
        "capabilities": {"elicitation": {}},
        "clientInfo": {"name": "t", "version": "1"},
    }
    with httpx2.Client(headers=BOTH, timeout=PATIENCE) as client:
        first = client.post(crew.url, json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello})
        assert "mcp-session-id" not in first.headers
        told = set[str]()
        for _ in range(6):
            wanted = {"name": "delete_contact", "arguments": {"contact_id": 10}}
            sent = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": wanted}
            answer = client.post(crew.url, json=sent, headers={"mcp-protocol-version": "2025-11-25"})
            text = json.loads(answer.text.partition("data: ")[2])["result"]["content"][0]["text"]
            told.add(re.sub(r"[A-Z0-9]{4}-[A-Z0-9]{4}|http://\S+", "…", text))
    (only,) = told
    assert only.startswith("This needs a person's approval: ")


def test_a_write_whose_worker_was_killed_is_settled_by_another(crew: Process, account: Sandbox) -> None:
    account.fail(Fault("delay", "5", method="PUT"))
    with ThreadPoolExecutor(1) as beside:
        answer = beside.submit(crew.call, "update_client", client_id=11072, details="New")
        begun(account, "PUT /clients/11072")
        for pid in pids(crew):
            os.kill(pid, signal.SIGKILL)
        assert isinstance(answer.exception(PATIENCE), httpx2.TransportError)
    crew.wait_for("worker", 4)
    id = int(crew.text("list_changes").splitlines()[2].split(",")[0])
    change = json.loads(crew.text("get_change", change_id=id))
    assert (change["outcome"], details(account)) == ("applied", "New")
    assert [line["code"] for line in crew.log() if line["event"] == "worker ended"] == [-signal.SIGKILL] * 2


def test_workers_do_not_outlive_who_started_them(crew: Process) -> None:
    crew.end(signal.SIGKILL)
    until = time.monotonic() + PATIENCE
    while crew.status("/livez"):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_stop_ends_all_and_each_finishes_what_it_does(crew: Process, account: Sandbox) -> None:
    account.fail(Fault("delay", "1", method="PUT", times=None))
    with ThreadPoolExecutor(4) as many:
        answers = [many.submit(crew.text, "update_contact", contact_id=id, title="New") for id in (9, 10, 17)]
        begun(account, "PUT /contacts/9", "PUT /contacts/10", "PUT /contacts/17")
        crew.end(signal.SIGTERM)
        assert [each.result()[:16] for each in answers] == ["Updated contact "] * 3
    assert crew.ended() == 0
    assert crew.status("/livez") == 0


def test_a_file_is_not_shared_by_several(account: Sandbox, tmp_path: Path) -> None:
    with running(account) as url, pytest.raises(AssertionError) as refused:
        started(tmp_path, signs_in(url), *TWO).__enter__()
    assert (
        "Several workers share journal, consents and budget, which a file does not do well enough. Keep them in"
        " PostgreSQL, such as HARVEST_MCP_STATE=postgresql://harvest@db.example/harvest, or leave --workers out."
    ) in str(refused.value)
