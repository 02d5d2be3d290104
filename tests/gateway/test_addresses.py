"""No request leaves the configured scheme, host and port; proxies are honoured, ~/.netrc is not."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from harvest_mcp.errors import InDoubt, Malformed, Unreachable
from harvest_mcp.gateway import Account
from harvest_mcp.gateway.client import Gateway
from harvest_mcp.sandbox import ADMIN, Sandbox
from harvest_mcp.spec.exchange import Method, Request
from harvest_mcp.systems.harvest import HARVEST
from tests.patience import PATIENCE

from .line import OK, READ, REQUESTS, SHORT, TOKEN, account, http, partly, reaching, serving, silence

pytestmark = pytest.mark.anyio

NO_PATHS = (
    *("", "/", "clients", "/clients/", "//clients", "/clients//5", "/clients?active=1", "/clients#5", "/clients;x"),
    *("/../clients", "/clients/..", "/clients/../../x", "/clients/%2e%2e", "/./clients", "/clients/5.json", "/Clients"),
    *("http://other.example/clients", "//other.example/clients", "/\\other.example", "@other.example", ":80/clients"),
    *("/clients\n", "/clients\r\nX-More: 1", "/clients HTTP/1.1", "/clients\x00", "/clïents", "/clients/٥", "/a b"),
)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_is_no_path_of_the_api_is_refused_before_it_leaves(method: Method) -> None:
    async with serving(OK) as served, reaching(served.url) as gateway:
        for path in NO_PATHS:
            with pytest.raises(AssertionError, match="not a path of the API"):
                await gateway(Request(method, path))
    assert served.connections == 0


@pytest.mark.parametrize("place", ["http://127.0.0.1:{port}", "https://{home}", "http://localhost:{port}"])
async def test_a_request_to_another_place_is_stopped_whatever_built_it(place: str) -> None:
    async with serving(OK) as served, serving(OK) as other, reaching(served.url) as gateway:
        url = place.format(port=other.url.rpartition(":")[2], home=served.url.removeprefix("http://"))
        for pools in (gateway._reads, gateway._writes):
            with pools.lent() as way, pytest.raises(Malformed, match="foreign-address"):
                await way.handle_async_request(httpx.Request("GET", f"{url}/clients"))
    assert (served.connections, other.connections) == (0, 0)


@pytest.mark.parametrize(
    "url", ["http://sandbox.localhost", "http://Sandbox.LOCALHOST", "http://sandbox.localhost:80", "http://[::1]:8080"]
)
async def test_an_address_may_be_written_in_any_way_that_means_it(url: str, sandbox: Sandbox) -> None:
    own = Account.basic(HARVEST, url, ADMIN.email, ADMIN.password)
    gateway = Gateway(own, version="0", transport=httpx.ASGITransport(sandbox))
    assert (await gateway(READ)).status == 200
    await gateway.aclose()


async def test_a_proxy_named_in_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(OK) as proxy, serving(OK) as served:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        async with reaching(served.url) as gateway:
            for request in REQUESTS.values():
                assert (await gateway(request)).status == 200
    assert served.connections == 0
    assert proxy.lines == [f"{method} {served.url}{request.path}" for method, request in REQUESTS.items()]


async def test_a_proxy_is_passed_by_where_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(OK) as proxy, serving(OK) as served:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        async with reaching(served.url) as gateway:
            await gateway(READ)
    assert (proxy.connections, served.connections) == (0, 1)


@pytest.mark.parametrize("method", REQUESTS)
async def test_a_proxy_that_refuses_the_way_is_named_and_nothing_was_sent(
    method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(http(407)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        async with reaching("https://suprcorp.harvestapp.example") as gateway:
            with pytest.raises(Unreachable) as failure:
                await gateway(REQUESTS[method])
    assert proxy.lines == ["CONNECT suprcorp.harvestapp.example:443"] * 3
    assert not any(re.search(rb"(?i)authorization|clients", request) for request in proxy.requests)
    assert str(failure.value) == (
        "A proxy does not let calls through to suprcorp.harvestapp.example. "
        f"The way there goes through the proxy at {proxy.url.removeprefix('http://')} (HTTPS_PROXY). "
        "Check HTTPS_PROXY and NO_PROXY in the environment."
    )


async def test_a_write_through_a_proxy_that_breaks_off_is_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(partly(b"HTTP/1.1 200")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        async with reaching("http://suprcorp.example") as gateway:
            with pytest.raises(InDoubt):
                await gateway(REQUESTS["POST"])
    assert len(proxy.requests) == 1


async def test_a_proxy_that_says_nothing_leaves_no_doubt_where_it_only_opens_the_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A CONNECT carries nothing of a write; but it looks like a request, so the doubt is told all the same."""
    async with serving(silence) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        async with reaching("https://suprcorp.harvestapp.example", limits=SHORT) as gateway:
            with pytest.raises((InDoubt, Unreachable)):
                await asyncio.wait_for(gateway(REQUESTS["POST"]), PATIENCE)
    assert {line.partition(" ")[0] for line in proxy.lines} == {"CONNECT"}


def own_account(url: str, way: str) -> Account:
    if way == "basic":
        return account(url)
    return Account.token(HARVEST, url, TOKEN, carrier="header" if way == "bearer" else "query")


@pytest.mark.parametrize("way", ["basic", "token", "bearer"])
async def test_a_netrc_file_takes_no_part(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".netrc"
    file.write_text("machine 127.0.0.1 login intruder password other\ndefault login intruder password other\n")
    file.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(file))
    async with serving(OK) as served, reaching(own_account(served.url, way)) as gateway:
        await gateway(READ)
        await gateway(REQUESTS["POST"])
    signed = [re.findall(rb"(?i)\r\nauthorization: (.*)\r\n", request) for request in served.requests]
    ours = {
        "basic": [b"Basic amFuZUBzdXByY29ycC5leGFtcGxlOm9wZW4rLz1zZXNhbWU="],
        "bearer": [f"Bearer {TOKEN}".encode()],
    }
    assert signed == [ours.get(way, [])] * 2
    assert [b"access_token=" in request for request in served.requests] == [way == "token"] * 2
