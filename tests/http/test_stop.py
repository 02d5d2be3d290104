"""Told to stop, a server lets nobody new in, finishes what is under way, and is gone."""

import json
import signal
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harvest_mcp.protocol.http import workers
from harvest_mcp.sandbox import Fault, Sandbox, open_account, running
from tests.http.kit import call, hosted, modern
from tests.http.process import signs_in, started
from tests.patience import until, wait_until
from tests.stdio.test_ending import begun, details

ALONE = ("--http", "127.0.0.1:0", "--auth", "none")


@pytest.fixture
def account() -> Iterator[Sandbox]:
    with open_account(calls=None) as sandbox:
        yield sandbox


@pytest.fixture
def url(account: Sandbox) -> Iterator[str]:
    with running(account) as address:
        yield address


def changes(place: Path) -> list[tuple[str, int, str]]:
    """What the journal holds."""
    with closing(sqlite3.connect(place / "state.db")) as store:
        return store.execute("SELECT tool, record, outcome FROM changes").fetchall()


def test_a_stop_finishes_the_write_under_way_and_answers_it(account: Sandbox, url: str, tmp_path: Path) -> None:
    state = {"HARVEST_MCP_STATE": str(tmp_path / "state.db")}
    account.fail(Fault("delay", "3600", method="PUT"))
    with (
        started(tmp_path, {**signs_in(url), **state}, *ALONE, "--drain-seconds", "300") as server,
        ThreadPoolExecutor(1) as beside,
    ):
        assert (server.status("/readyz"), server.status("/livez")) == (200, 200)
        answer = beside.submit(server.text, "update_client", client_id=11072, details="New")
        begun(account, "PUT /clients/11072")
        server.end(signal.SIGTERM)
        assert server.wait_for("stopping")["under_way"] == 1
        assert (server.status("/readyz"), server.status("/livez")) == (503, 200)
        server.end(signal.SIGTERM)  # once more: closes now
        wait_until(lambda: not server.status("/livez"))
        account.calm()
        assert answer.result().startswith("Updated client ")
        assert server.ended() == 0
        assert [line["outcome"] for line in server.log() if line["event"] == "call"] == ["ok"]
    assert details(account) == "New"
    assert changes(tmp_path) == [("update_client", 11072, "applied")]


@pytest.mark.anyio
async def test_a_signal_that_the_first_process_passes_on_as_well_counts_once(account: Sandbox) -> None:
    async with hosted(account) as host:
        serving = host.serving
        assert serving is not None
        serving.passed_on = workers.passed_on()
        for number in (signal.SIGINT, signal.SIGUSR2):
            serving.handle_exit(number, None)
        await until(lambda: serving.should_exit)
        assert not serving.force_exit
        for number in (signal.SIGUSR2, signal.SIGINT):
            serving.handle_exit(number, None)
        await until(lambda: serving.force_exit)


def test_a_write_whose_caller_is_gone_is_journalled_before_the_end(account: Sandbox, url: str, tmp_path: Path) -> None:
    state = {"HARVEST_MCP_STATE": str(tmp_path / "state.db")}
    account.fail(Fault("delay", "3600", method="PUT"))
    with started(tmp_path, {**signs_in(url), **state}, *ALONE, "--drain-seconds", "0") as server:
        sent, way = call("update_client", client_id=11072, details="New"), urlsplit(server.url)
        caller = HTTPConnection(str(way.hostname), way.port)
        caller.request("POST", way.path, json.dumps(sent), modern(sent))
        begun(account, "PUT /clients/11072")
        caller.close()
        server.end(signal.SIGINT)
        server.wait_for("stopping")
        account.calm()
        assert server.ended() == 0
        assert [line["tool"] for line in server.log() if line["event"] == "call"] == ["update_client"]
    assert changes(tmp_path) == [("update_client", 11072, "applied")]
    assert details(account) == "New"
