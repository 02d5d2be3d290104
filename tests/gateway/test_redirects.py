"""Where a redirect may lead: a read within the account's own host, a write nowhere, and a credential never away."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from harvest_mcp.errors import CallFailed, InDoubt, NotTheApi
from harvest_mcp.gateway import Account
from harvest_mcp.spec.exchange import Method, Request
from harvest_mcp.systems.harvest import HARVEST

from .line import CLIENTS, EMAIL, OK, PASSWORD, READ, REQUESTS, TOKEN, Served, http, reaching, serving

pytestmark = pytest.mark.anyio
STATUSES = (301, 302, 303, 307, 308)


def to(location: str, status: int = 302) -> bytes:
    return http(status, b"", ("Location", location))


def signed_in(url: str, way: str) -> Account:
    return Account.token(HARVEST, url, TOKEN) if way == "token" else Account.basic(HARVEST, url, EMAIL, PASSWORD)


@asynccontextmanager
async def two_hosts(answer: str, status: int = 302) -> AsyncIterator[tuple[Served, Served]]:
    """The account's own host, which redirects to another one, and that other one."""
    async with serving(OK) as other:
        port = other.url.rpartition(":")[2]
        async with serving(to(answer.format(other=f"127.0.0.1:{port}", port=port), status)) as home:
            yield home, other


@pytest.mark.parametrize("status", STATUSES)
async def test_a_read_follows_a_redirect_within_its_host(status: int) -> None:
    async with serving(to("/account/who_am_i", status), OK) as served, reaching(served.url) as gateway:
        assert (await gateway(READ)).body == CLIENTS
    assert served.lines == ["GET /clients", "GET /account/who_am_i"]


@pytest.mark.parametrize(
    "form", ["{url}/contacts", "//{host}/contacts", "contacts", "./contacts", "/x/../contacts", "/../../contacts"]
)
async def test_a_redirect_may_name_its_place_in_any_form(form: str) -> None:
    async with serving(OK) as probe:
        url = probe.url
    host = url.removeprefix("http://")
    port = int(host.rpartition(":")[2])
    listener = socket.create_server(("127.0.0.1", port))
    async with (
        serving(to(form.format(url=url, host=host)), OK, listener=listener) as served,
        reaching(served.url) as gateway,
    ):
        await gateway(READ)
    assert served.lines == ["GET /clients", "GET /contacts"]


async def test_three_redirects_are_followed() -> None:
    hops = [to(f"/hop_{hop}") for hop in range(3)]
    async with serving(*hops, OK) as served, reaching(served.url) as gateway:
        assert (await gateway(READ)).status == 200
    assert served.lines == ["GET /clients", "GET /hop_0", "GET /hop_1", "GET /hop_2"]


async def test_a_fourth_redirect_is_not_followed() -> None:
    async with serving(to("/clients")) as served, reaching(served.url) as gateway:
        with pytest.raises(NotTheApi, match="answered with a redirect"):
            await gateway(READ)
    assert served.lines == ["GET /clients"] * 4


@pytest.mark.parametrize("way", ["basic", "token"])
async def test_a_redirect_within_the_host_carries_the_credentials_once(way: str) -> None:
    async with (
        serving(to("/contacts?access_token=theirs&updated_since=2018"), OK) as served,
        reaching(signed_in(served.url, way)) as gateway,
    ):
        await gateway(Request("GET", "/clients", (("updated_since", "2017"),)))
    own = "&access_token=a%2Bb%2Fc%3Dd" if way == "token" else ""
    assert served.lines == [f"GET /clients?updated_since=2017{own}", f"GET /contacts?updated_since=2018{own}"]
    signed = [b"\r\nauthorization: basic " in request.lower() for request in served.requests]
    assert signed == [way == "basic"] * 2


@pytest.mark.parametrize("way", ["basic", "token"])
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("method", REQUESTS)
async def test_another_host_never_hears_of_a_call(method: Method, status: int, way: str) -> None:
    async with (
        two_hosts("http://{other}/clients", status) as (home, other),
        reaching(signed_in(home.url, way)) as gateway,
    ):
        with pytest.raises(NotTheApi if method == "GET" else InDoubt):
            await gateway(REQUESTS[method])
    assert (len(home.requests), other.connections) == (1, 0)


@pytest.mark.parametrize(
    "place",
    [
        "https://{other}/clients",
        "//{other}/clients",
        "http://localhost:{port}/clients",
        "http://127.0.0.2:{port}/clients",
        "http://user:secret@{other}/clients",
        "http://127.0.0.1@{other}/clients",
        "http:////{other}/clients",
        "http:/\\{other}/clients",
        "/\\{other}/clients",
        "\\\\{other}\\clients",
        "///{other}/clients",
        "HTTP://{other}/clients",
        " http://{other}/clients",
        "ftp://{other}/clients",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://[::1/clients",
        "http://{other}:999999/clients",
        "http://",
        "/clients/%2e%2e/%2e%2e",
        "/Account/Sign-In",
        "/clients;jsessionid=1",
        "?page=2#there",
        "/clients\u00e9",
        "/" + "a" * 60_000 + "!",
    ],
)
async def test_no_spelling_of_a_place_leads_away(place: str) -> None:
    """Odd places within the host are not followed either, but for another query of the same path."""
    async with two_hosts(place) as (home, other), reaching(signed_in(home.url, "token")) as gateway:
        with pytest.raises(CallFailed):
            await gateway(READ)
    assert other.connections == 0
    assert {line.partition("?")[0] for line in home.lines} == {"GET /clients"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_write_is_not_even_redirected_within_its_host(method: Method) -> None:
    async with serving(to("/clients/7"), OK) as served, reaching(served.url) as gateway:
        with pytest.raises(InDoubt, match="a redirect"):
            await gateway(REQUESTS[method])
    assert served.lines == [f"{method} {REQUESTS[method].path}"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("place", ["javascript:alert(1)", "http://[::1/", "http://a:b/", "\u2028"])
async def test_a_write_redirected_to_nonsense_is_in_doubt(method: Method, place: str) -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % place.encode()
    async with serving(answer) as served, reaching(served.url) as gateway:
        with pytest.raises(InDoubt):
            await gateway(REQUESTS[method])
    assert len(served.requests) == 1


async def test_a_redirect_without_a_place_is_not_the_api() -> None:
    async with serving(http(302)) as served, reaching(served.url) as gateway:
        with pytest.raises(NotTheApi) as failure:
            await gateway(READ)
    assert str(failure.value) == (
        "The address answered with a redirect (302) instead of Harvest's XML. "
        "Check the address with `harvest-mcp doctor`. If the API is off there, move to API v2: make a token at "
        "id.getharvest.com/developers, set HARVEST_ACCESS_TOKEN, and take HARVEST_URL, HARVEST_EMAIL and "
        "HARVEST_PASSWORD out."
    )


@pytest.mark.parametrize("status", [300, 304, 305])
async def test_a_redirect_of_another_kind_to_nonsense_is_not_the_api(status: int) -> None:
    async with serving(to("http://[::1/", status)) as served, reaching(served.url) as gateway:
        with pytest.raises(NotTheApi):
            await gateway(READ)
    assert served.lines == ["GET /clients"]


async def test_a_place_is_never_quoted() -> None:
    async with serving(to("http://secret.example/reset?code=12345")) as served, reaching(served.url) as gateway:
        with pytest.raises(NotTheApi) as failure:
            await gateway(READ)
    assert "secret" not in str(failure.value)


async def test_cookies_are_not_sent_back() -> None:
    """A session of the vendor's would outlive the credentials it came from."""
    cookie = http(200, CLIENTS, ("Set-Cookie", "session=abc; Path=/"))
    async with serving(cookie) as served, reaching(served.url) as gateway:
        for _ in range(2):
            await gateway(READ)
    assert [b"cookie" in request.lower() for request in served.requests] == [False, False]
