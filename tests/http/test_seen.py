"""What an operator sees of a call, and of a request that is none: a line and a count, without a word of anybody's."""

import json
import os

import httpx2
import pytest

from harvest_mcp import counters
from harvest_mcp.commands import http as over_http
from harvest_mcp.config import http_settings
from harvest_mcp.config.logs import JsonLines
from harvest_mcp.errors import SettingsError
from harvest_mcp.protocol.http import metrics
from harvest_mcp.sandbox import Fault, Sandbox
from tests.http.kit import NOBODY, PUBLIC, Hosted, asked, call, logging_to, message
from tests.http.provider import Provider
from tests.patience import PATIENCE, wait_until

pytestmark = pytest.mark.anyio

TOLD = "Zaphod"
"""What a caller says, everywhere; it must turn up nowhere."""


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> counters.Counters:
    """Counters that begin at nothing."""
    made = counters.Counters()
    for module in (counters, metrics):
        monkeypatch.setattr(module, "HERE", made)
    return made


def lines(said: list[str]) -> list[dict[str, object]]:
    """The lines of calls, without what differs each time."""
    left = ("request", "event", "tool", "outcome", "principal", "status", "why", "trace")
    read = [json.loads(each) for each in said]
    return [
        {name: each[name] for name in left if name in each} for each in read if each["logger"] == "harvest_mcp.calls"
    ]


async def test_every_end_of_a_call_has_its_line_and_its_count(sandbox: Sandbox, here: counters.Counters) -> None:
    named = {"x-request-id": "r1", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    async with asked(sandbox, {**NOBODY, "http": "127.0.0.1:8100"}) as host:
        with logging_to(JsonLines(())) as said:
            await host.post(call("get_client", client_id=11072), **named)
            await host.post(call("get_client", client_id=TOLD), **named)
            await host.post(call(f"no_{TOLD}"), **named)
            await host.post(call("delete_contact", contact_id=10), **named)
            sandbox.fail(Fault("status", "500", times=9))
            await host.post(call("list_contacts", query=TOLD), **named)
    same = {"request": "r1", "event": "call", "trace": "0af7651916cd43dd8448eb211c80319c"}
    assert lines(said) == [
        {**same, "tool": "get_client", "outcome": "ok"},
        {**same, "tool": "get_client", "outcome": "refused"},
        {**same, "tool": "unknown", "outcome": "refused"},
        {**same, "tool": "delete_contact", "outcome": "waits"},
        {**same, "tool": "list_contacts", "outcome": "vendor fault"},
    ]
    text = here.text()
    assert 'harvest_mcp_calls_total{tool="list_contacts",outcome="vendor fault"} 1\n' in text
    assert 'harvest_mcp_vendor_calls_total{system="harvest",status="500"} ' in text
    assert 'harvest_mcp_questions_total{way="approval"} 1\n' in text
    assert TOLD not in "".join(said) + text


async def test_a_request_that_is_let_in_nowhere_has_its_line_too(
    team: Hosted, provider: Provider, here: counters.Counters
) -> None:
    reads = provider.token(scope="harvest:read")
    with logging_to(JsonLines(())) as said:
        await team.post(message("tools/list"), host=f"{TOLD}.example")
        await team.post(message("tools/list"), origin=f"https://{TOLD}.example")
        await team.post(message("tools/list"), TOLD)
        await team.post(message("tools/list"), provider.token(scope=TOLD))
        await team.post(call("update_contact", contact_id=9, title=TOLD), reads)
        await team.post(message("tools/list"), reads, f"/x/{TOLD}")
        await team.post(message("tools/list"), reads, f"/{TOLD}")
        await team.post({**message("tools/list"), "method": f"{TOLD}/x"}, reads)
    found = [(each["status"], each["why"], "principal" in each) for each in lines(said)]
    assert found == [
        (421, "name", False),
        (403, "name", False),
        (401, "sign-in", False),
        (403, "sign-in", False),
        (403, "scope", True),
        (404, "path", False),
        (404, "path", False),
        (404, "protocol", True),
    ]
    assert 'harvest_mcp_refused_requests_total{status="403"} 3\n' in here.text()
    assert TOLD not in "".join(said)
    assert PUBLIC not in "".join(said)


def test_counters_have_a_port_of_their_own_and_nothing_else(here: counters.Counters) -> None:
    here.add(counters.CALLS, "get_client", "ok", by=3)
    address = metrics.serve(over_http.bound("--metrics", "127.0.0.1", 0))
    answer = httpx2.get(address, timeout=PATIENCE)
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert 'harvest_mcp_calls_total{tool="get_client",outcome="ok"} 3' in answer.text.splitlines()
    assert httpx2.get(address.replace("/metrics", "/"), timeout=PATIENCE).status_code == 404
    assert "server" not in answer.headers


def test_what_a_worker_counted_is_not_lost_with_it(here: counters.Counters) -> None:
    worker = counters.Counters()
    worker.told_to(pipe := metrics.counts_pipe())
    for _ in range(500):
        worker.add(counters.CALLS, "get_client", "ok")
    worker.add(counters.REFUSED, "404")
    os.close(pipe)
    wait_until(lambda: 'status="404"' in here.text())
    assert 'harvest_mcp_calls_total{tool="get_client",outcome="ok"} 500' in here.text().splitlines()
    assert worker.text() == counters.Counters().text()


@pytest.mark.parametrize(
    "metrics_at", ["8.8.8.8:9100", "mcp.example:9100", "127.0.0.1:8100", "9100", "127.0.0.1:99999"]
)
def test_counters_are_not_told_to_everybody(metrics_at: str) -> None:
    with pytest.raises(SettingsError, match="--metrics"):
        http_settings.read({"http": "127.0.0.1:8100", "auth": "none", "metrics": metrics_at})
