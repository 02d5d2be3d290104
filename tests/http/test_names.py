"""Who may ask, by what name and from which page; and what proxies and browsers find."""

import json
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from harvest_mcp.protocol.http.limits.bodies import LARGEST_BODY
from harvest_mcp.sandbox import Sandbox
from tests.http.kit import BOTH, NOBODY, Hosted, asked, call, hosted, message, modern

pytestmark = pytest.mark.anyio

OPEN = {**NOBODY, "http": "127.0.0.1:8100", "allowed_origins": "https://inspector.example"}


@pytest.fixture
async def host(sandbox: Sandbox) -> AsyncIterator[Hosted]:
    async with asked(sandbox, OPEN) as made:
        yield made


WRONG_HOSTS = (
    *("evil.example", "evil.example:8100", "127.0.0.1", "127.0.0.1:81000", "127.0.0.1:8100.evil.example"),
    *("localhost.evil.example:8100", "127.0.0.1:8100@evil.example", "[::2]:8100", "LOCALHOST:8100", "0.0.0.0:8100", ""),
)
WRONG_ORIGINS = (
    *(
        "https://evil.example",
        "null",
        "http://127.0.0.1",
        "https://127.0.0.1:8100",
        "http://localhost:8100.evil.example",
    ),
    *("https://inspector.example:444", "https://inspector.example.evil", "http://inspector.example", "file://"),
)


@pytest.mark.parametrize("name", WRONG_HOSTS)
async def test_another_name_that_leads_here_is_refused(host: Hosted, name: str) -> None:
    answer = await host.post(call("update_contact", contact_id=9, title="x"), host=name)
    assert answer.status_code == 421
    assert host.sandbox.seen == []


async def test_a_name_in_a_forwarded_header_counts_for_nothing(host: Hosted) -> None:
    told = {"host": "evil.example", "x-forwarded-host": "127.0.0.1:8100", "forwarded": "host=127.0.0.1:8100"}
    assert (await host.post(message("tools/list"), **told)).status_code == 421
    told = {"x-forwarded-host": "evil.example", "x-forwarded-for": "10.0.0.1"}
    assert (await host.post(message("tools/list"), **told)).status_code == 200


@pytest.mark.parametrize("origin", WRONG_ORIGINS)
async def test_a_web_page_that_is_not_named_may_not_call(host: Hosted, origin: str) -> None:
    answer = await host.post(call("update_contact", contact_id=9, title="x"), origin=origin)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
    assert host.sandbox.seen == []


@pytest.mark.parametrize("origin", ["https://inspector.example", "http://localhost:8100"])
async def test_a_browser_may_call_from_a_page_that_is_named(host: Hosted, origin: str) -> None:
    answer = await host.post(message("tools/list"), origin=origin)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, origin)
    async with host.http(origin=origin) as client:
        asks = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,mcp-method"}
        before = await client.options(host.url, headers=asks)
    assert before.status_code == 200
    assert before.headers["access-control-allow-headers"] == "authorization,mcp-method"
    assert before.headers["access-control-allow-methods"] == "GET, POST, DELETE"


async def test_health_is_told_under_any_name(host: Hosted) -> None:
    async with host.http(host="10.1.2.3:8100") as client:
        base = host.url.removesuffix("/mcp")
        assert (await client.get(f"{base}/livez")).text == "live"
        assert (await client.get(f"{base}/readyz")).text == "ready"
        host.site.stop.draining = True
        assert (await client.get(f"{base}/readyz")).status_code == 503
        assert (await client.get(f"{base}/livez")).status_code == 200


async def test_a_store_that_cannot_be_used_is_told_to_the_proxy(sandbox: Sandbox, tmp_path: Any) -> None:
    (tmp_path / "state.db").write_text("no database at all, but long enough to be looked at as one" * 50)
    async with asked(sandbox, OPEN, state=str(tmp_path / "state.db")) as host, host.http() as client:
        assert (await client.get(f"{host.url.removesuffix('/mcp')}/readyz")).status_code == 503


@pytest.mark.parametrize(
    "path", ["/", "/readonly/", "/x/", "/x/crm/more", "//", "/readonly%2F..", "/x/..%2F..", "/%2e%2e/mcp/"]
)
async def test_a_path_that_is_none_leads_nowhere(host: Hosted, path: str) -> None:
    answer = await host.post(message("tools/list"), path=path)
    assert answer.status_code == 404
    assert "location" not in answer.headers


async def test_a_body_beyond_the_limit_is_not_read(host: Hosted) -> None:
    async with host.http(**BOTH) as client:
        answer = await client.post(host.url, content=b" " * (LARGEST_BODY + 1))
        assert answer.status_code == 413


async def test_what_is_no_call_is_refused(host: Hosted) -> None:
    async with host.http(**BOTH, **{"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/list"}) as client:
        assert (await client.get(host.url)).status_code == 405
        assert (await client.post(host.url, content=b"{")).status_code == 400
        other = json.dumps(message("prompts/list"))
        assert (await client.post(host.url, content=other)).json()["error"]["code"] == -32020
        bare = await client.post(host.url, content=other, headers={"accept": "application/json"})
        assert bare.status_code == 406
        batch = await client.post(host.url, content=f"[{other}]")
        assert (batch.status_code, batch.json()["error"]["code"]) == (400, -32600)


async def test_a_media_type_counts_in_any_case_and_who_names_none_takes_any(host: Hosted) -> None:
    sent = message("tools/list")
    async with host.http(**{**modern(sent), "accept": "", "content-type": "Application/JSON"}) as client:
        assert (await client.post(host.url, content=json.dumps(sent))).status_code == 200


async def test_nothing_tells_what_serves_it(sandbox: Sandbox) -> None:
    async with hosted(sandbox) as host, host.http() as client:
        assert "server" not in (await client.get(host.url)).headers


async def test_behind_a_proxy_that_takes_a_path_off_it_is_found(sandbox: Sandbox) -> None:
    way = {**NOBODY, "root_path": "/harvest"}
    async with hosted(sandbox, way) as host:
        assert (await host.post(message("tools/list"))).status_code == 200


async def test_many_at_once_are_all_answered(sandbox: Sandbox) -> None:
    sizes = list[int]()
    async with hosted(sandbox) as host, host.http() as client, anyio.create_task_group() as group:

        async def one() -> None:
            sent = call("get_client", client_id=11072)
            headers = {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "get_client"}
            answer = await client.post(host.url, json=sent, headers={**BOTH, **headers})
            sizes.append(len(answer.json()["result"]["content"][0]["text"]))

        for _ in range(30):
            group.start_soon(one)
    assert len(sizes) == 30
    assert len(set(sizes)) == 1
