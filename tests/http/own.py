"""A team whose people connect their own accounts: a server, a vendor with OAuth, a provider, and browsers."""

import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx2
from starlette.applications import Starlette

from harvest_mcp.commands import http as over_http
from harvest_mcp.commands.hosted import own
from harvest_mcp.config import http_settings, settings
from harvest_mcp.config.secret import StatePlace
from harvest_mcp.protocol.http.app import application
from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest_v2.oauth import CLIENT_ID, CLIENT_SECRET, OAuthDoor
from tests.conftest import QUICK, Said
from tests.http.kit import at_a_socket, call, modern, said
from tests.http.provider import Provider
from tests.patience import PATIENCE

BASE = "https://team.example"
OLD, NEW = "2026a:" + "a" * 43 + "=", "2026b:" + "b" * 43 + "="
HERE: dict[str, Any] = {"http": "127.0.0.1:0", "public_url": None}
"""Of the flags: at a port of this machine."""
APP = {"vendor_client_id": CLIENT_ID, "vendor_client_secret": CLIENT_SECRET}
LINK = re.compile(r"https?://[\w.:]+/(?:connect|approve)/[\w-]+")
ANA, BEN = "33", "31"
"""Whom they agree as at the vendor: a member, and the administrator."""


@dataclass
class Team:
    """One process of the server."""

    app: Starlette
    sandbox: Sandbox
    provider: Provider
    base: str = BASE

    def token(self, who: str) -> str:
        return self.provider.token(who, aud=f"{self.base}/mcp")

    async def call(self, who: str, tool: str, /, **arguments: Any) -> Said:
        """What a tool tells somebody."""
        return said(await self.post(call(tool, **arguments), who))

    async def post(self, message: Mapping[str, Any], who: str) -> httpx2.Response:
        held = {"authorization": f"Bearer {self.token(who)}", **modern(message)}
        async with self.browser() as client:
            return await client.post(f"{self.base}/mcp", json=message, headers=held)

    async def link(self, who: str, tool: str = "who_am_i", /, **arguments: Any) -> str:
        """The address that a tool tells somebody to open."""
        answer = await self.call(who, tool, **arguments)
        assert answer.is_error, answer.text
        found = LINK.search(answer.text)
        assert found, answer.text
        return found[0]

    def browser(self) -> httpx2.AsyncClient:
        """One of somebody's: it keeps cookies and follows links, to the provider and the vendor too."""
        here = httpx2.ASGITransport(app=self.app)
        return httpx2.AsyncClient(mounts={BASE: here}, follow_redirects=True, timeout=PATIENCE)

    async def open(self, browser: httpx2.AsyncClient, who: str, link: str) -> httpx2.Response:
        """Open a link as somebody who signs in at the provider if asked to."""
        self.provider.browser = who
        return await browser.get(link)

    async def connect(self, who: str, seat: str, tool: str = "who_am_i") -> httpx2.Response:
        """Connect somebody's account by agreeing at the vendor."""
        async with self.browser() as browser:
            page = await self.open(browser, who, await self.link(who, tool))
            return await self.agree(browser, page, seat)

    async def agree(self, browser: httpx2.AsyncClient, page: httpx2.Response, seat: str) -> httpx2.Response:
        """Go on to the vendor, agree there as somebody, and come back."""
        asks = await send(browser, page, way="agree")
        return await browser.post(str(asks.url), data={"who": seat})

    @property
    def oauth(self) -> OAuthDoor:
        door = self.sandbox.world.oauth  # type: ignore[attr-defined]  # of v2
        assert isinstance(door, OAuthDoor)
        return door


def token_of(page: httpx2.Response) -> str:
    """What goes along with our form."""
    found = re.search(r'name="token" value="(\w+)"', page.text)
    assert found, page.text
    return found[1]


async def send(browser: httpx2.AsyncClient, page: httpx2.Response, /, **form: str) -> httpx2.Response:
    """Send the form of a page as a browser does."""
    held = {"origin": BASE, "sec-fetch-site": "same-origin"}
    return await browser.post(str(page.url), data={"token": token_of(page), **form}, headers=held)


@asynccontextmanager
async def team(
    sandbox: Sandbox,
    provider: Provider,
    state: str,
    *,
    keys: str = OLD,
    clock: Callable[[], float] = time.time,
    flags: Mapping[str, Any] | None = None,
    **way: Any,
) -> AsyncIterator[Team]:
    """Serve in this process, without a socket unless `HERE` is given; the vendor is where the environment says."""
    chosen = settings.read(flags or {}).model_copy(update={"state": StatePlace(state)})
    team = {"http": "0.0.0.0:8100", "public_url": BASE, "issuer": provider.issuer, "client_id": "pages"}
    read = http_settings.read({**team, "account": "own", "vault_keys": keys, **APP, **way})
    chosen = own.adjust_settings(chosen, read)
    desk = own.open_desk(chosen, read, {})
    desk = replace(desk, clock=clock, timing=QUICK, confirmation=replace(desk.confirmation, reading=0.0))
    listener = over_http.listening(read) if read.public_url is None else None
    reach = http_settings.reach(read, listener.getsockname()[1] if listener else 8100)
    site = over_http.site_of(chosen, read, desk, reach)
    app = application(site)
    if listener is None:
        async with app.router.lifespan_context(app):
            yield Team(app, sandbox, provider)
    else:
        async with at_a_socket(app, site.stop, listener):
            yield Team(app, sandbox, provider, reach.url.removesuffix("/mcp"))
