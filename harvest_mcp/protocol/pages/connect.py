"""The page that connects a person's own account: by consent at the vendor, a token, or a login."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from harvest_mcp.approval.page import PageRefusal
from harvest_mcp.config.secret import Secret
from harvest_mcp.errors import CallFailed, HarvestMcpError, StateError
from harvest_mcp.gateway.oauth import proof
from harvest_mcp.protocol.pages import markup
from harvest_mcp.protocol.pages.door import BrowserDoor, SignedPerson
from harvest_mcp.vault.connecting import Connecting, NotTaken, Offered
from harvest_mcp.vault.ring import Unsealed
from harvest_mcp.vault.store import Grant

CHOICE: Literal["choice"] = "choice"
LONGEST = 500
"""The most characters of a login."""


@dataclass(frozen=True, slots=True)
class _Visited:
    """One link, opened by the person it is for."""

    who: SignedPerson
    link: str
    offer: Offered


class ConnectPage:
    """Shows what can be connected, and connects it."""

    def __init__(self, door: BrowserDoor, connecting: Connecting) -> None:
        self._door, self._connecting = door, connecting

    async def __call__(self, request: Request) -> Response:
        link = str(request.path_params["code"])
        ticket = await self._connecting.tickets.find("connect", link)
        who = await self._door.who(request, f"/connect/{link}", there=ticket is not None)
        if ticket is None or ticket.person != who.person:
            return self._nothing(who, link)
        visited = _Visited(who, link, self._connecting.offer(str(ticket.held["system"])))
        if request.method != "POST":
            return self._shown(visited)
        form = await self._door.form(request, who)
        try:
            if form.get("way") == "agree" and visited.offer.app:
                return await self._leave(visited)
            return await self._proceed(visited, await self._given(visited, form))
        except StateError:
            raise
        except HarvestMcpError as why:
            return self._shown(visited, why.what if isinstance(why, CallFailed) else why.afar)

    async def came_back(self, request: Request) -> Response:
        """Handle the return from the vendor, if it is the browser that left."""
        who = await self._door.known(request)
        state = request.query_params.get("state", "")
        if who is None:
            return self._wrong("Your sign-in here ran out meanwhile.")
        ticket = await self._connecting.tickets.take("vendor", state, lambda left: left.person == who.person)
        if ticket is None:
            return self._wrong("This is the answer to another question, or an old one.")
        visited = _Visited(who, str(ticket.held["link"]), self._connecting.offer(str(ticket.held["system"])))
        code, app = request.query_params.get("code", ""), visited.offer.app
        if not code or app is None:
            return self._wrong(f"{visited.offer.system.title} was not allowed to connect.")
        try:
            grant = await self._connecting.exchanged(app, code, str(ticket.held["verifier"]), self._back)
            return await self._proceed(visited, grant)
        except StateError:
            raise
        except HarvestMcpError as why:
            return self._wrong(why.what if isinstance(why, CallFailed) else why.afar)

    @property
    def _back(self) -> str:
        return f"{self._door.base}/connected"

    async def _leave(self, visited: _Visited) -> Response:
        """Send a browser to the vendor's consent page."""
        app = visited.offer.app
        assert app is not None  # noqa: S101 - looked at before
        verifier, challenge = proof()
        held = {"link": visited.link, "system": visited.offer.system.name, "verifier": verifier}
        state = await self._connecting.tickets.issue("vendor", visited.who.person, **held)
        return RedirectResponse(app.leads(self._back, state, challenge, visited.offer.given.number), 303)

    async def _given(self, visited: _Visited, form: Mapping[str, str]) -> Grant:
        """Return the credentials in the form.

        Raises:
            NotTaken: they cannot be valid.
            PageRefusal: it is not our form.
        """
        if form.get("way") == CHOICE:
            return await self._chosen(visited, form)
        secret, login = form.get("secret", "").strip(), form.get("login", "").strip()
        if form.get("way") != ("token" if visited.offer.by_token else "login"):
            raise PageRefusal(400)
        if not secret or not secret.isprintable() or not login.isprintable() or len(login) > LONGEST:
            raise NotTaken("That can be no token and no password: it is empty, or holds a control character.")
        if visited.offer.by_token:
            return Grant(token=Secret(secret))
        if not login or ":" in login:
            raise NotTaken("Who you are there is missing, or holds a colon.")
        return Grant(login=login, password=Secret(secret))

    async def _chosen(self, visited: _Visited, form: Mapping[str, str]) -> Grant:
        person, number = visited.who.person, form.get("number")
        ticket = await self._connecting.tickets.take(
            CHOICE, form.get("kept", ""), lambda kept: kept.person == person and number in kept.held["numbers"]
        )
        if ticket is None:
            raise NotTaken("That choice is open no more.", next="Begin again.")
        try:
            grant = self._connecting.vault.unseal(ticket.person, CHOICE, str(ticket.held["sealed"]))
        except Unsealed:
            raise NotTaken("That choice is open no more.", next="Begin again.") from None
        return replace(grant, number=form["number"])

    async def _proceed(self, visited: _Visited, grant: Grant) -> Response:
        """Connect what was given; ask which account is meant if it is for several."""
        who, offer = visited.who, visited.offer
        if not grant.number:
            told = await self._connecting.accounts(offer, grant)
            if len(told) > 1:
                numbers = [each.number for each in told]
                sealed = self._connecting.vault.seal(who.person, CHOICE, grant)
                tickets = self._connecting.tickets
                kept = await tickets.issue(CHOICE, who.person, sealed=sealed, numbers=numbers)
                page = markup.choice(
                    title=offer.system.title,
                    accounts=told,
                    kept=kept,
                    token=who.token,
                    to=self._to(visited.link),
                    at=self._door.at,
                )
                return self._door.page(page)
            grant = replace(grant, number=told[0].number)
        signed = await self._connecting.kept(who.person, visited.link, offer, grant, by=who.name)
        if not signed:
            return self._nothing(who, visited.link)
        return self._door.page(markup.connected(offer.system.title, signed, at=self._door.at))

    def _to(self, link: str) -> str:
        return f"{self._door.base}/connect/{link}"

    def _shown(self, visited: _Visited, told: str = "") -> Response:
        offer, who = visited.offer, visited.who
        html = markup.connect(
            title=offer.system.title,
            host=offer.host,
            name=who.name,
            token=who.token,
            by_token=offer.by_token,
            agree=offer.app is not None,
            made=offer.given.way.made,
            told=told,
            again=self._to(visited.link),
            at=self._door.at,
        )
        parts = urlsplit(offer.app.authorize if offer.app else "")
        return self._door.page(
            html, 400 if told else 200, leads=f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
        )

    def _nothing(self, who: SignedPerson, link: str) -> Response:
        return self._door.page(markup.nothing_for(who.name, to=self._to(link), at=self._door.at), 404)

    def _wrong(self, why: str) -> Response:
        return self._door.page(markup.wrong("Not connected", f"{why} Nothing was connected.", at=self._door.at), 400)
